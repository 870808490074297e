"""The one door to AWS, as everything above sees it: a callable, and a walk over pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from aws.errors import BadAnswer, InvalidRequest, PageExpired
from aws.model import Scope

Answer: TypeAlias = Mapping[str, Any]


class Call(Protocol):
    """Every AWS request goes through one of these; ``scope`` says to whom.

    It refuses writes in read-only mode, paces, counts, bounds in time, retries, checks that the keys of ``require``
    are in the answer (a captive portal answers 200 without them) and raises only errors of `aws.errors`.
    """

    @property
    def scope(self) -> Scope:
        """The account and region that answer."""
        ...

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
        """One request: ``await call("lambda", "ListFunctions", require=("Functions",), MaxItems=50)``.

        ``service`` is botocore's name of it, ``operation`` and ``params`` are AWS's own. ``attempts`` bounds the
        tries of this call (None: the door's own default). Raises `AwsError`.
        """
        ...


async def items(
    call: Call,
    service: str,
    operation: str,
    /,
    *,
    result: str,
    token: tuple[str, str],
    left_out_if_empty: bool = False,
    **params: Any,
) -> AsyncIterator[Any]:
    """Every item of a paged listing, in order, as pages arrive.

    ``result`` is the answer's list; ``token`` is (request parameter, answer key), such as ("Marker", "NextMarker").
    ``left_out_if_empty``: AWS sends no list at all where it would be empty, as SQS does.
    Raises `AwsError`; `PageExpired` where a page after the first is refused, which only its token can be the cause of;
    `BadAnswer` where a server hands out the same token twice, which would never end.
    """
    into, out_of = token
    seen: set[str] = set()
    while True:
        try:
            answer = await call(service, operation, require=() if left_out_if_empty else (result,), **params)
        except InvalidRequest as error:
            if not seen:
                raise
            raise PageExpired(service, operation, error.message, code=error.code) from error
        check_numbered(answer, service, operation, result)
        for item in answer.get(result, ()):
            yield item
        following = answer.get(out_of)
        if not following:
            return
        if following in seen:
            raise BadAnswer(service, operation, "the same page token came twice")
        seen.add(following)
        params[into] = following


def check_numbered(answer: Answer, service: str, operation: str, key: str) -> None:
    """Raise `BadAnswer` where ``key`` is missing, which AWS leaves out if there is nothing to say, and nothing shows
    that AWS said so: a captive portal says 200 to everything, and only AWS numbers its requests.
    """
    if key not in answer and not answer.get("ResponseMetadata", {}).get("RequestId"):
        raise BadAnswer(service, operation, f"the answer has no {key}, and no request id")
