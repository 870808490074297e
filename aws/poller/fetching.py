"""Asks CloudWatch for one scope's series, keeps the answers, and tells which resources they say anything new about."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError
from aws.metrics import TRIES_PER_SERIES, Trouble, fetch
from aws.model import Series, SeriesId
from aws.poller.merge import Span
from aws.poller.owners import Owners
from aws.poller.store import Store
from aws.poller.tiering import Tiering
from aws.poller.unread import Again
from aws.slices import Slices


class Fetching:
    """Everything that is asked of CloudWatch's metrics passes here.

    ``heard`` is told the ARNs of resources about which an answer said something new.
    """

    def __init__(
        self, call: Call, clock: Clock, store: Store, tiers: Tiering, *, heard: Callable[[set[str]], None]
    ) -> None:
        self._call = call
        self._clock = clock
        self._store = store
        self._tiers = tiers
        self._heard = heard
        self._trouble = Trouble()
        self._demanded: Mapping[str, tuple[SeriesId, ...]] = {}
        self.owners = Owners()
        self.again = Again(store, clock, read=self.read)
        self.hints: dict[str, str] = {}  # what to do about a reading that failed, by its detail

    @property
    def reasons(self) -> int:
        """How many metrics only open findings ask for."""
        return sum(len({i.metric for i in series_ids}) for series_ids in self._demanded.values())

    def own(self, arn: str, before: Collection[SeriesId], now: Iterable[SeriesId]) -> None:
        """That resource has other series than ``before``: what belongs to nobody any more is forgotten."""
        self.owners.drop(arn, before)
        self.owners.add(arn, now)
        self._store.forget(self.owners.without(before))

    def disown(self, arn: str, series_ids: Collection[SeriesId]) -> None:
        """That resource exists no more, nor anything that only it was asked for."""
        self.own(arn, (*series_ids, *self._demanded.get(arn, ())), ())

    async def demand(self, demanded: Mapping[str, tuple[SeriesId, ...]]) -> None:
        """Read series that only an open finding asks for, and forget those that none asks for any more."""
        before, self._demanded = self._demanded, {}
        for arn, series_ids in before.items():
            self.owners.drop(arn, series_ids)
            self.owners.add(arn, self._tiers.series_of(arn))
        self._demanded = demanded
        for arn, series_ids in demanded.items():
            self.owners.add(arn, series_ids)
        for series_ids in before.values():
            self._store.forget(self.owners.without(series_ids))
        if demanded:
            await self.read([series_id for series_ids in demanded.values() for series_id in series_ids])

    def begin(self) -> None:
        """What stood in the way of the last requests need not stand in the way of these."""
        self._trouble = Trouble()

    async def read(self, series_ids: list[SeriesId]) -> None:
        """Ask for these, each from where its last read was whole."""
        self.again.asked(series_ids)
        tries = 1 if self._tiers.plan.strict else TRIES_PER_SERIES  # what is asked for twice costs twice
        for span, wanted in self._store.spans(series_ids, self._clock.now()).items():
            await fetch(
                self._call,
                wanted,
                start_s=span.start_s,
                end_s=span.end_s,
                period_s=self._store.period_s,
                clock=self._clock,
                on_batch=functools.partial(self._take, span),
                on_error=self._note,
                trouble=self._trouble,
                tries=tries,
            )

    async def tell(self, news: Iterable[SeriesId]) -> None:
        """Something new is known of these."""
        slices, arns = Slices(self._clock), set[str]()
        for series_id in news:
            arns.update(self.owners.of(series_id))
            await slices.breathe()
        self._heard(arns)

    async def forget_hints(self) -> None:
        """Those that nothing needs any more."""
        slices, still = Slices(self._clock), set[str]()
        for series_id in tuple(self._store.unknown) if self.hints else ():
            if (series := self._store.get(series_id)) is not None:
                still.add(series.detail)
            await slices.breathe()
        self.hints = {detail: hint for detail, hint in self.hints.items() if detail in still}

    def _note(self, error: AwsError) -> None:
        self.hints[error.brief] = error.hint

    def _take(self, span: Span, answers: Mapping[SeriesId, Series]) -> None:
        """Merge a batch as it arrives; what was deleted in the meantime is not taken up again."""
        asked = {i: series for i, series in answers.items() if i in self.owners}
        news = self._store.put(asked, span, self._tiers.good_for_s())
        for one in self._tiers.sums.values():
            for series_id in asked.keys() & one.members.keys():
                if (series := self._store.get(series_id)) is not None:
                    one.heard(series_id, series)
        self._heard({arn for series_id in news for arn in self.owners.of(series_id)})
