"""One scope's readings: what is known of every series, and from where each must be read next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from types import MappingProxyType

from aws.model import ReadState, Series, SeriesId
from aws.poller.merge import Span, merge, rested, teaches

# Late datapoints go on converging for some minutes (Lambda 5, DynamoDB 6 to 8): the newest ten are read again with
# every poll, which CloudWatch does not charge for.
REREAD_S = 600
_LENGTHS_S = (REREAD_S + 120, 3_600)


class Store:
    """Series by id. A read that was not complete never moves the point from which a series is read again."""

    def __init__(self, *, window_s: int, period_s: int = 60) -> None:
        self.period_s = period_s
        self._window_s = window_s
        self._series: dict[SeriesId, Series] = {}
        self._complete_to: dict[SeriesId, int] = {}
        self._view: Mapping[SeriesId, Series] | None = None
        self._fresh: Counter[float] = Counter()
        self.unknown: set[SeriesId] = set()  # asked for, and the newest answer was not a complete one

    def get(self, series_id: SeriesId) -> Series | None:
        """What is known of a series; None where it was never asked for."""
        return self._series.get(series_id)

    def view(self) -> Mapping[SeriesId, Series]:
        """All series as they are now; the same mapping as long as nothing changes."""
        if self._view is None:
            self._view = MappingProxyType(self._series.copy())
        return self._view

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

    def put(self, answers: Mapping[SeriesId, Series], span: Span) -> set[SeriesId]:
        """Merge answers for a span. Gives the series about which they say anything new."""
        news: set[SeriesId] = set()
        for series_id, answer in answers.items():
            old = self._series.get(series_id)
            merged = merge(old, answer, span, window_s=self._window_s)
            if answer.state.known:
                self._complete_to[series_id] = span.end_s
            if merged is old:
                continue
            self._set(series_id, merged)
            if teaches(old, merged):
                news.add(series_id)
        return news

    def rest(self, older_than_s: float, detail: str) -> set[SeriesId]:
        """Mark as stale what was last read completely before ``older_than_s``. Gives the series that became so."""
        if min(self._fresh, default=older_than_s) >= older_than_s:
            return set()
        old = {
            series_id: series
            for series_id, series in self._series.items()
            if series.read_at_s is not None and series.read_at_s < older_than_s and series.state.known
        }
        for series_id, series in old.items():
            self._set(series_id, rested(series, detail))
        return set(old)

    def keep_only(self, wanted: Set[SeriesId]) -> None:
        """Forget every series but these."""
        for series_id in self._series.keys() - wanted:
            self._count(self._series.pop(series_id), -1)
            self._complete_to.pop(series_id, None)
            self.unknown.discard(series_id)
            self._view = None

    def oldest_read_s(self) -> float | None:
        """When the series that was read longest ago was last read completely; None where none was yet."""
        stale = (self._series[series_id].read_at_s for series_id in self.unknown)
        return min((at_s for at_s in (*self._fresh, *stale) if at_s is not None), default=None)

    def _set(self, series_id: SeriesId, series: Series) -> None:
        old = self._series.get(series_id)
        if old is not None:
            self._count(old, -1)
        self._series[series_id] = series
        self._count(series, +1)
        self._view = None
        if series.state.known:
            self.unknown.discard(series_id)
        else:
            self.unknown.add(series_id)

    def _count(self, series: Series, more: int) -> None:
        """Keep count of when what is known was read: whole batches share a time, so there are few."""
        if series.read_at_s is None or not series.state.known:
            return
        self._fresh[series.read_at_s] += more
        if not self._fresh[series.read_at_s]:
            del self._fresh[series.read_at_s]

    def unread(self, wanted: Iterable[SeriesId]) -> list[SeriesId]:
        """Those of ``wanted`` that nobody answered for yet."""
        return [i for i in wanted if (s := self._series.get(i)) is None or s.state is ReadState.NOT_FETCHED]
