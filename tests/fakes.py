"""A door to AWS that answers what a test wrote down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws.call import Answer
from aws.errors import AccessDenied, AwsError, BadAnswer
from aws.model import Scope
from aws.services.base import Discovered, Discovery, Service

Scripted = Answer | AwsError | Callable[[Mapping[str, Any]], "Answer | AwsError"]
Script = Mapping[tuple[str, str], "Scripted | Sequence[Answer | AwsError]"]

SCOPE = Scope(account="123456789012", region="eu-west-1")


class FakeCall:
    """Answers by (service, operation).

    A list is handed out one answer a call (the last one again and again); a mapping is always the answer; a
    callable gets the parameters; an `AwsError` is raised. What is not scripted is denied, as in an account that
    allows nothing. ``asked`` keeps every request.
    """

    def __init__(self, script: Script, scope: Scope = SCOPE) -> None:
        self._scope = scope
        self._script: dict[tuple[str, str], Any] = {
            key: deque(value) if isinstance(value, list | tuple) else value for key, value in script.items()
        }
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def scope(self) -> Scope:
        return self._scope

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        self.asked.append((service, operation, params))
        answer = self._answer(service, operation, params)
        if isinstance(answer, AwsError):
            raise answer
        missing = [key for key in require if key not in answer]
        if missing:
            raise BadAnswer(service, operation, f"no {', '.join(missing)} in the answer")
        return answer

    def count(self, operation: str) -> int:
        """How often an operation was asked for."""
        return sum(asked == operation for _, asked, _ in self.asked)

    def _answer(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer | AwsError:
        scripted = self._script.get((service, operation))
        if scripted is None:
            return AccessDenied(service, operation, "not allowed in this test")
        if isinstance(scripted, deque):
            scripted = scripted.popleft() if len(scripted) > 1 else scripted[0]
        answer: Answer | AwsError = scripted(params) if callable(scripted) else scripted
        return answer


async def discovered(
    service: Service, call: FakeCall, names: Mapping[str, Mapping[str, str]] | None = None
) -> list[Discovered]:
    """Everything that a service finds through this door, in order; ``names`` is what earlier services found."""

    async def names_of(other: str) -> Mapping[str, str]:
        return (names or {}).get(other, {})

    return [found async for found in service.discover(Discovery(call=call, names_of=names_of))]
