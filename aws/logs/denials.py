"""Which denials stand in a function's log: one bounded look, asked for by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws.errors import AwsError, BadAnswer
from aws.iam.denials import Denial, parse_denial

if TYPE_CHECKING:
    from aws.call import Call
    from aws.clock import Clock
    from aws.model import Gap

LOOK_BACK_S: Final = 3600.0
_MAX_PAGES: Final = 4
_MAX_DENIALS: Final = 100
_NEWEST: Final = 1 / 6  # of the window is read first: pages come oldest first, and may run out
# Any of these terms: `aws.iam.denials.message` knows what they stand in. The syntax is that of CloudWatch Logs'
# unstructured filter patterns.
PATTERN: Final = (
    '?"not authorized to perform" ?AccessDenied ?AuthorizationError ?UnauthorizedOperation ?"Access Denied" '
    '?"(403) when calling" ?"KMS access was denied" ?"Access to KMS is not allowed" ?"is denied"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialsRead:
    """Each distinct denial with how often it was written and when last (UTC epoch seconds), the latest first.

    ``complete`` is False where there was more to read than a look reads, or the reading failed: ``gap`` says why then.
    No denials and not complete is never "none".
    """

    denials: tuple[tuple[Denial, int, float], ...] = ()
    gap: Gap | None = None
    complete: bool = True


async def read_denials(call: Call, log_group: str, *, since_s: float = LOOK_BACK_S, clock: Clock) -> DenialsRead:
    """The denials in the last ``since_s`` seconds of a log group. Raises nothing of `AwsError`: it becomes the gap.

    Costs at most four requests; FilterLogEvents is free of charge.
    """
    look = _Look(call, log_group)
    now_s = clock.now()
    split_s = now_s - since_s * _NEWEST
    gap = None
    try:
        await look.read(split_s, now_s)
        await look.read(now_s - since_s, split_s)
    except AwsError as error:
        gap = error.gap(call.scope, service="logs")
    ordered = sorted(look.found.items(), key=lambda each: each[1][1], reverse=True)
    denials = tuple((denial, count, last_s) for denial, (count, last_s) in ordered)
    return DenialsRead(denials=denials, gap=gap, complete=gap is None and look.complete)


class _Look:
    """What has been found so far, and how many pages may still be read."""

    def __init__(self, call: Call, log_group: str) -> None:
        self._call = call
        self._log_group = log_group
        self._pages = _MAX_PAGES
        self.found: dict[Denial, tuple[int, float]] = {}
        self.complete = True

    async def read(self, begin_s: float, end_s: float) -> None:
        """The events in ``[begin_s, end_s)``, as far as the pages go. A page may be empty while others follow."""
        seen: set[str] = set()
        token: dict[str, Any] = {}
        while self._pages > 0:
            self._pages -= 1
            answer = await self._call(
                "logs",
                "FilterLogEvents",
                require=("events",),
                logGroupName=self._log_group,
                startTime=int(begin_s * 1000),
                endTime=int(end_s * 1000) - 1,
                filterPattern=PATTERN,
                **token,
            )
            for event in answer["events"]:
                self._take(str(event.get("message", "")), float(event.get("timestamp", 0)) / 1000.0)
            following = answer.get("nextToken")
            if not following:
                return
            if following in seen:
                raise BadAnswer("logs", "FilterLogEvents", "the same page token came twice")
            seen.add(following)
            token = {"nextToken": following}
        self.complete = False

    def _take(self, line: str, at_s: float) -> None:
        denial = parse_denial(line)
        if denial is None:
            return
        if denial not in self.found and len(self.found) >= _MAX_DENIALS:
            self.complete = False
            return
        count, last_s = self.found.get(denial, (0, 0.0))
        self.found[denial] = (count + 1, max(last_s, at_s))
