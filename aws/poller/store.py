"""One scope's readings: what is known of every series, and from where each must be read next."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace

from aws.model import ReadState, Series, SeriesId
from aws.poller.merge import Span, merge, nothing, rested, teaches
from aws.sharing import Shared
from aws.slices import Slices

# Late datapoints go on converging for some minutes (Lambda 5, DynamoDB 6 to 8): the newest ten are read again with
# every poll, which CloudWatch does not charge for.
REREAD_S = 600
_LENGTHS_S = (REREAD_S + 120, 3_600)
FRESH_S = 300.0


def _always(_: SeriesId) -> float:
    return FRESH_S


class Store:
    """Series by id. A read that was not complete never moves the point from which a series is read again."""

    def __init__(self, *, window_s: int, period_s: int = 60) -> None:
        self.period_s = period_s
        self._window_s = window_s
        self._series = Shared[SeriesId, Series]()
        self._complete_to: dict[SeriesId, int] = {}
        # How many series of a namespace are good for how long after they were read when: few, as batches share a time.
        self._fresh: Counter[tuple[str, float, float]] = Counter()
        self._old: Counter[tuple[str, float, float]] = (
            Counter()
        )  # likewise, where the newest answer was no complete one
        self.unknown: set[SeriesId] = set()  # asked for, and the newest answer was not a complete one, or is old
        # Those of them that were asked for in vain, the one that was longest ago first; and what AWS refused.
        self.failed: dict[SeriesId, None] = {}
        self.refused: set[SeriesId] = set()

    def get(self, series_id: SeriesId) -> Series | None:
        """What is known of a series; None where it was never asked for."""
        return self._series.get(series_id)

    def view(self) -> Mapping[SeriesId, Series]:
        """All series as they are now; the same mapping as long as nothing changes."""
        return self._series.view()

    def end_s(self, now_s: float) -> int:
        """The end of the period that is under way: what it holds already may be the first sign of trouble."""
        return -int(-now_s // self.period_s) * self.period_s

    def spans(self, wanted: Iterable[SeriesId], now_s: float) -> dict[Span, list[SeriesId]]:
        """What to ask for: per span of time the series that need it.

        A series is read from ten minutes before the end of its last complete read, or the whole window the first
        time. Spans come in three lengths only, so that few requests carry many series.
        """
        end_s = self.end_s(now_s)
        spans: dict[Span, list[SeriesId]] = {}
        for series_id in wanted:
            spans.setdefault(Span(end_s - self._length_s(series_id, end_s), end_s), []).append(series_id)
        return spans

    def _length_s(self, series_id: SeriesId, end_s: int) -> int:
        complete_to_s = self._complete_to.get(series_id)
        if complete_to_s is None:
            return self._window_s
        needed_s = end_s - min(complete_to_s, end_s) + REREAD_S
        return next((length for length in _LENGTHS_S if needed_s <= length < self._window_s), self._window_s)

    def put(
        self, answers: Mapping[SeriesId, Series], span: Span, good_for_s: Callable[[SeriesId], float] = _always
    ) -> set[SeriesId]:
        """Merge answers for a span, each fresh for so long. Gives the series about which they say anything new."""
        news: set[SeriesId] = set()
        quiet: dict[object, Series] = {}  # most of a batch have no datapoint: one series for all that are alike
        for series_id, answer in answers.items():
            old = self._series.get(series_id)
            merged = merge(old, answer, span, window_s=self._window_s)
            if answer.state.known:
                self._complete_to[series_id] = span.end_s
            self._note(series_id, answer.state)
            if merged is old:
                continue
            if merged.good_for_s != (fresh_s := good_for_s(series_id)):
                merged = replace(merged, good_for_s=fresh_s)
            if merged.state is ReadState.NO_DATA:
                alike = (merged.start_s, len(merged.values), merged.read_at_s, merged.good_for_s, merged.detail)
                merged = quiet.setdefault(alike, merged)
            self._set(series_id, merged)
            if teaches(old, merged):
                news.add(series_id)
        return news

    def vouch(self, series_ids: Iterable[SeriesId], read_at_s: float, good_for_s: float) -> set[SeriesId]:
        """Nobody read these, and it is known all the same that they have no datapoint above zero that is not known.

        What is known of them stands as read at ``read_at_s``. Gives the series that were not known before.
        """
        end_s = self.end_s(read_at_s)
        start_s = end_s - self._window_s
        count = self._window_s // self.period_s
        quiet = Series(start_s, self.period_s, nothing(count), ReadState.NO_DATA, read_at_s, "", good_for_s)
        news: set[SeriesId] = set()
        for series_id in series_ids:
            old = self._series.get(series_id)
            if old is None or old.read_at_s is None or not (old.state.known or old.state.has_value):
                news.add(series_id)
                self._set(series_id, quiet)
            elif old.read_at_s >= read_at_s and old.state.known:
                self._keep_for(series_id, old, good_for_s)
            elif old.state is ReadState.NO_DATA:
                self._set(series_id, quiet)
            else:
                if not old.state.known:
                    news.add(series_id)
                at_s = max(old.read_at_s, read_at_s)
                held = replace(old, state=ReadState.VALUE, read_at_s=at_s, detail="", good_for_s=good_for_s)
                self._set(series_id, held)
        return news

    async def keep_for(self, good_for_s: Callable[[SeriesId], float], slices: Slices) -> None:
        """What is known is good for so long from now on, where that is longer than was said when it was read."""
        for series_id, series in self._series.items():
            if self._series.get(series_id) is series and series.state.known:
                self._keep_for(series_id, series, good_for_s(series_id))
            await slices.breathe()

    def _keep_for(self, series_id: SeriesId, series: Series, good_for_s: float) -> None:
        if series.good_for_s < good_for_s:
            self._set(series_id, replace(series, good_for_s=good_for_s))

    async def rest(self, now_s: float, slices: Slices) -> AsyncIterator[SeriesId]:
        """Mark as stale what was read too long ago for its own cadence. Gives the series that became so."""
        if not any(read_at_s + good_for_s < now_s for _, good_for_s, read_at_s in self._fresh):
            return
        for series_id, series in self._series.items():
            await slices.breathe()
            if series.read_at_s is None or series.read_at_s + series.good_for_s >= now_s or not series.state.known:
                continue
            if self._series.get(series_id) is series:  # and was not read, or forgotten, in between
                self._set(series_id, rested(series, f"not read for {series.good_for_s:g} s"))
                yield series_id

    def overdue(self, series_id: SeriesId) -> None:
        """Its turn has been missed: it is to be asked for like what was asked for in vain."""
        self.failed[series_id] = None

    def forget(self, series_ids: Iterable[SeriesId]) -> None:
        """Nobody wants these any more."""
        for series_id in series_ids:
            if (series := self._series.pop(series_id, None)) is None:
                continue
            self._count(series_id, series, -1)
            self._complete_to.pop(series_id, None)
            self.unknown.discard(series_id)
            self._note(series_id, ReadState.NO_DATA)

    def oldest_read_s(self) -> float | None:
        """When the oldest of the series that are read most often was last read completely; None where none was yet.

        What is read less often is as old as it should be, or stale, and then it counts.
        """
        return min(self._oldest(lambda _: "").values(), default=None)

    def oldest_reads_s(self) -> dict[str, float]:
        """The same for each namespace."""
        return self._oldest(lambda namespace: namespace)

    def _oldest(self, key: Callable[[str], str]) -> dict[str, float]:
        shortest: dict[str, float] = {}
        for namespace, good_for_s, _ in self._fresh:
            shortest[key(namespace)] = min(good_for_s, shortest.get(key(namespace), good_for_s))
        oldest: dict[str, float] = {}
        for namespace, good_for_s, at_s in self._fresh:
            if good_for_s == shortest[key(namespace)]:
                oldest[key(namespace)] = min(at_s, oldest.get(key(namespace), at_s))
        for namespace, _, at_s in self._old:
            oldest[key(namespace)] = min(at_s, oldest.get(key(namespace), at_s))
        return oldest

    def _set(self, series_id: SeriesId, series: Series) -> None:
        old = self._series.get(series_id)
        if old is not None:
            self._count(series_id, old, -1)
        self._series[series_id] = series
        self._count(series_id, series, +1)
        if series.state.known:
            self.unknown.discard(series_id)
            self._note(series_id, series.state)
        else:
            self.unknown.add(series_id)

    def _note(self, series_id: SeriesId, answer: ReadState) -> None:
        """Whether a series was asked for in vain."""
        if self.failed:
            self.failed.pop(series_id, None)
        self.refused.discard(series_id)
        if answer is ReadState.DENIED:
            self.refused.add(series_id)
        elif not answer.known:
            self.failed[series_id] = None

    def _count(self, series_id: SeriesId, series: Series, more: int) -> None:
        """Keep count of when what was ever known was read."""
        if series.read_at_s is None:
            return
        counts = self._fresh if series.state.known else self._old
        key = (series_id.metric.namespace, series.good_for_s, series.read_at_s)
        counts[key] += more
        if not counts[key]:
            del counts[key]

    def unread(self, wanted: Iterable[SeriesId]) -> list[SeriesId]:
        """Those of ``wanted`` that nobody answered for yet."""
        return [i for i in wanted if (s := self._series.get(i)) is None or s.state is ReadState.NOT_FETCHED]
