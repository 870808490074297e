"""Single reads of which none may spoil the others: answers as they come, and as gaps what was refused or failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from aws.call import Answer, Call, items
from aws.errors import AccessDenied, AwsError, BadAnswer, NotFound
from aws.model import Gap
from aws.permissions import iam_action
from aws.services.records import MALFORMED

Asked: TypeAlias = "Answer | AwsError"
_MOST_ITEMS: Final = 100_000  # of one listing: an answer that never ends is not AWS's


class Reads:
    """The reads of one look at something. Every refusal or failure is noted once for each operation."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._failed: dict[tuple[str, str], tuple[AwsError, int]] = {}
        self._more: list[Gap] = []

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read: one for each operation and kind of failure."""
        found = []
        for error, times in self._failed.values():
            gap = error.gap(self.call.scope)
            found.append(gap if times == 1 else replace(gap, error=f"{gap.error} ({times} times)"))
        return (*found, *self._more)

    @property
    def lost(self) -> bool:
        """Whether anything failed that may succeed when asked again: all but refusals."""
        return any(not isinstance(error, AccessDenied) for error, _ in self._failed.values())

    async def ask(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        absent_is_fine: bool = False,
        **params: Any,
    ) -> Asked:
        """One request: its answer, or the error, which is noted unless it is a `NotFound` that says enough."""
        try:
            return await self.call(service, operation, require=require, **params)
        except AwsError as error:
            if not (absent_is_fine and isinstance(error, NotFound)):
                self.note(error)
            return error

    async def every(
        self,
        service: str,
        operation: str,
        /,
        *,
        result: str,
        token: tuple[str, str] = ("Marker", "Marker"),
        absent_is_fine: bool = False,
        keep: Callable[[Any], Any] = lambda item: item,
        **params: Any,
    ) -> list[Any] | AwsError:
        """All of a paged listing, or the error: half a list tells nothing about what is missing.

        ``keep`` gives what is kept of each entry; it may raise what MALFORMED names.
        """
        found: list[Any] = []
        try:
            async for item in items(self.call, service, operation, result=result, token=token, **params):
                found.append(keep(item))
                if len(found) > _MOST_ITEMS:
                    raise BadAnswer(service, operation, f"the list has more than {_MOST_ITEMS:,} entries")
        except MALFORMED as error:
            return self.malformed(service, operation, "the list", error)
        except AwsError as error:
            if not (absent_is_fine and isinstance(error, NotFound)):
                self.note(error)
            return error
        return found

    def note(self, error: AwsError) -> None:
        """Count a read that gave no answer."""
        key = (f"{error.service}:{error.operation}", error.code)
        first, times = self._failed.get(key, (error, 0))
        self._failed[key] = first, times + 1

    def malformed(self, service: str, operation: str, what: str, error: Exception) -> BadAnswer:
        """Count an answer of an unexpected shape, and give it as an error."""
        bad = BadAnswer(service, operation, f"{what} could not be read ({type(error).__name__}: {error})")
        self.note(bad)
        return bad

    def left_out(self, action: str, why: str, hint: str = "") -> None:
        """Say what was not even asked for."""
        scope = self.call.scope
        self._more.append(Gap(action.partition(":")[0], action, why, hint, account=scope.account, region=scope.region))

    def take(self, other: Reads) -> None:
        """Add what another look found missing."""
        for key, (error, times) in other._failed.items():
            first, before = self._failed.get(key, (error, 0))
            self._failed[key] = first, before + times
        self._more += other._more


def cannot_read(error: AwsError) -> str:
    """Why a document is not known, in a few words: "denied, need iam:GetRolePolicy"."""
    if isinstance(error, AccessDenied):
        return f"cannot read, need {iam_action(error.service, error.operation)}"
    return f"cannot read: {error.brief}"


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one: AWS leaves out what is not set."""
    return value if isinstance(value, Mapping) else {}


def texts(value: object, key: str | None = None) -> tuple[str, ...]:
    """The texts of a list, or one key of each of its objects; what is neither is passed over."""
    entries = value if isinstance(value, list | tuple) else ()
    found = (mapping(each).get(key) if key else each for each in entries)
    return tuple(each for each in found if isinstance(each, str) and each)
