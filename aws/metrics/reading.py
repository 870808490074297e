"""Reading metric data: requests sent, pages followed, what failed asked for again or narrowed down."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws.errors import AccessDenied, AwsError, BadAnswer, CredentialsError, InvalidRequest, ServerError
from aws.metrics.answers import INTERNAL, PARTIAL, Collected, Grid, WrongShape, texts
from aws.metrics.plan import QUERIES_PER_CALL, Batch, Window, batches, halves, query_ids, request
from aws.metrics.trouble import Trouble
from aws.model import ReadState, Series
from aws.slices import Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aws.call import Call
    from aws.clock import Clock
    from aws.model import SeriesId

_AT_ONCE = 4  # requests under way: the pacer spaces them, this bounds what waits in memory
TRIES_PER_SERIES = 3

# A request that fails for one of these may have a single query at fault.
_ONE_QUERY_MAY_BE_AT_FAULT = (ServerError, BadAnswer, InvalidRequest)
# These fail every further request in the same way.
_ALL_FAIL_ALIKE = (AccessDenied, CredentialsError)
_MORE_MAY_COME = frozenset({PARTIAL, INTERNAL, ""})  # "": CloudWatch said nothing of it at all


async def fetch(
    call: Call,
    wanted: Sequence[SeriesId],
    *,
    start_s: float,
    end_s: float,
    period_s: int,
    clock: Clock,
    on_batch: Callable[[dict[SeriesId, Series]], None] | None = None,
    on_error: Callable[[AwsError], None] | None = None,
    queries_per_call: int = QUERIES_PER_CALL,
    trouble: Trouble | None = None,
    tries: int = TRIES_PER_SERIES,
) -> dict[SeriesId, Series]:
    """Read ``wanted`` in ``[start_s, end_s)`` (epoch seconds, widened to the grid of ``period_s``).

    Every series asked for is in the result, in one of the states of `ReadState`; AWS errors are never raised.
    ``on_batch`` is called with every batch's series as they arrive, ``on_error`` with each different error that
    left series unread. Parts of one look share its ``trouble``. ``tries`` is how often a series is asked for of which
    CloudWatch gives no more than a part: each of them is billed. Raises ValueError for an empty window.
    """
    window = Window.around(start_s, end_s, period_s)
    look = _Look(call, window, Grid(window), clock, on_error or _ignore, trouble or Trouble(), tries)
    found: dict[SeriesId, Series] = {}

    async def read(batch: Batch) -> None:
        async with look.slots:
            series = await look.batch(batch)
        found.update(series)
        await look.slices.breathe()
        if on_batch is not None:
            on_batch(series)

    async with asyncio.TaskGroup() as tasks:
        for batch in batches(wanted, window, queries_per_call=queries_per_call):
            tasks.create_task(read(batch))
    return found


def _ignore(_: AwsError) -> None:
    """Nobody wants to hear of errors; the series' states tell."""


@dataclass(slots=True, eq=False)
class _Look:
    """One fetch: what its batches share."""

    call: Call
    window: Window
    grid: Grid
    clock: Clock
    on_error: Callable[[AwsError], None]
    trouble: Trouble
    tries: int
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    reported: set[str] = field(default_factory=set)
    slices: Slices = field(init=False)

    def __post_init__(self) -> None:
        self.slices = Slices(self.clock)

    async def batch(self, batch: Batch) -> dict[SeriesId, Series]:
        """Read a batch; series that CloudWatch could not give whole are asked for again, alone, a few times."""
        read = await self._narrowing(batch)
        for _ in range(self.tries - 1):
            again = tuple(series for series, (_, retry) in read.items() if retry)
            if not again or self.trouble.fatal is not None:
                break
            fresh = await self._narrowing(again)
            read.update({series: _better(read[series], fresh[series]) for series in again})
        return {series: reading for series, (reading, _) in read.items()}

    async def _narrowing(self, batch: Batch) -> dict[SeriesId, tuple[Series, bool]]:
        """Read a batch; if it fails as a whole, divide it until the query at fault stands alone.

        Level by level: both halves before a quarter, so that it soon shows whether any part of it can be read.
        """
        found: dict[SeriesId, tuple[Series, bool]] = {}
        attempts: int | None = None
        waiting = deque([batch])
        while waiting:
            part = waiting.popleft()
            if self.trouble.fatal is not None:
                found |= self._all_failed(part, self.trouble.fatal)
                continue
            try:
                found |= await self._pages(part, attempts)
                self.trouble.answered = True
            except _ONE_QUERY_MAY_BE_AT_FAULT as error:
                parts = halves(part)
                if len(parts) > 1 and self.trouble.may_divide(len(parts)):
                    waiting.extend(parts)
                else:
                    found |= self._all_failed(part, error)
            except AwsError as error:
                if isinstance(error, _ALL_FAIL_ALIKE):
                    self.trouble.fatal = error
                found |= self._all_failed(part, error)
            attempts = 1
        return found

    async def _pages(self, batch: Batch, attempts: int | None) -> dict[SeriesId, tuple[Series, bool]]:
        """Every page of one request, merged per query. Raises `AwsError` if any page fails."""
        ids = query_ids(batch)
        collected = {series: Collected(self.grid) for series in batch}
        wrong: dict[SeriesId, str] = {}
        params = request(batch, self.window)
        seen: set[str] = set()
        notes: list[str] = []
        while True:
            answer = await self.call(
                "cloudwatch", "GetMetricData", require=("MetricDataResults",), attempts=attempts, **params
            )
            notes += texts(answer.get("Messages", ()))
            for result in _results(answer):
                await self.slices.breathe()
                series = ids.get(str(result.get("Id")))
                if series is None:
                    self._report(_bad("an answer to a query that was not asked"))
                    continue
                try:
                    collected[series].add(result)
                except WrongShape as problem:
                    wrong[series] = str(problem)
            token = answer.get("NextToken")
            if not token:
                break
            if token in seen:
                raise _bad("the same page token came twice")
            seen.add(token)
            params["NextToken"] = token
        await self.slices.breathe()
        return self._readings(collected, wrong, notes)

    def _readings(
        self, collected: dict[SeriesId, Collected], wrong: dict[SeriesId, str], notes: list[str]
    ) -> dict[SeriesId, tuple[Series, bool]]:
        """Each series, and whether asking again may give more."""
        # An answer knows nothing of what came after its window, however late it arrives: after a pause, a laptop's
        # sleep, or an hour in the line of a throttled account.
        read_at_s = min(self.clock.now(), self.window.end_s)
        found: dict[SeriesId, tuple[Series, bool]] = {}
        for series, parts in collected.items():
            if series in wrong:
                error = _bad(wrong[series])
                self._report(error)
                found[series] = self._failed(error), False
                continue
            if not parts.messages:
                parts.messages = list(notes)
            found[series] = parts.series(read_at_s), parts.status in _MORE_MAY_COME
        return found

    def _all_failed(self, batch: Batch, error: AwsError) -> dict[SeriesId, tuple[Series, bool]]:
        self._report(error)
        return dict.fromkeys(batch, (self._failed(error), False))

    def _report(self, error: AwsError) -> None:
        if str(error) not in self.reported:
            self.reported.add(str(error))
            self.on_error(error)

    def _failed(self, error: AwsError) -> Series:
        state = ReadState.DENIED if isinstance(error, AccessDenied) else ReadState.FAILED
        return Series(self.window.start_s, self.window.period_s, state=state, detail=error.brief)


def _results(answer: Any) -> list[dict[str, Any]]:
    results = answer["MetricDataResults"]
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise _bad("MetricDataResults is not a list of results")
    return results


def _bad(message: str) -> BadAnswer:
    return BadAnswer("cloudwatch", "GetMetricData", message)


def _better(old: tuple[Series, bool], new: tuple[Series, bool]) -> tuple[Series, bool]:
    """The newer reading, unless it says less than the one before."""
    lost = old[0].state is ReadState.PARTIAL and not new[0].state.known and not new[0].values
    return (old[0], new[1]) if lost else new
