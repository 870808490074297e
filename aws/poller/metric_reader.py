"""Reads one scope's metrics: what the user looks at first, then the rest, each from where its last read was whole."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Collection, Iterable, Mapping

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError
from aws.metrics import Trouble, fetch
from aws.model import Series, SeriesId
from aws.poller.cadence import Bell, until_rung
from aws.poller.merge import Span
from aws.poller.rounds import Round
from aws.poller.slices import Slices
from aws.poller.store import Store

# Series asked for in one go, and how many goes run at once: enough to keep the paced door busy, little enough that
# what the user scrolls to comes soon, and that a look which runs out of time loses little.
BATCH = 500
_WORKERS = 3
# How long resources that are being found one by one wait for others to be asked for together.
_PATIENCE_S = 1.0


class MetricReader:
    """Which series each resource needs, and what is known of them.

    ``heard`` is told the ARNs of resources about which a read said something new.
    """

    def __init__(self, call: Call, clock: Clock, *, window_s: int, heard: Callable[[set[str]], None]) -> None:
        self._call = call
        self._clock = clock
        self._heard = heard
        self._news = Bell()
        self._round: Round | None = None
        self._owners: dict[SeriesId, tuple[str, ...]] = {}
        self._demanded: Mapping[str, tuple[SeriesId, ...]] = {}
        self._trouble = Trouble()
        self.hints: dict[str, str] = {}  # what to do about a reading that failed, by its detail
        self.wanted: dict[str, tuple[SeriesId, ...]] = {}
        self.store = Store(window_s=window_s)

    @property
    def progress(self) -> tuple[int, int] | None:
        """(series taken up, series known of) in the round that is under way; None between rounds."""
        return None if self._round is None else (self._round.total - self._round.waiting, self._round.total)

    def owners(self, series_id: SeriesId) -> Collection[str]:
        """The ARNs of the resources that a series belongs to."""
        return self._owners.get(series_id, ())

    def want(self, arn: str, wanted: tuple[SeriesId, ...]) -> None:
        """From now on read these series for a resource, in the round under way too."""
        self._disown(arn, self.wanted.get(arn, ()))
        self.wanted[arn] = wanted
        self._own(arn, wanted)
        if self._round is not None:
            self._round.add(arn, wanted)
        self._news.ring()

    def forget(self, arns: Collection[str]) -> None:
        """Stop reading for resources that exist no more."""
        for arn in arns:
            self._disown(arn, self.wanted.pop(arn, ()))
            self._disown(arn, self._demanded.get(arn, ()))
        if arns:
            self.store.keep_only(self._owners.keys())

    def hurry(self) -> None:
        """Look again at what is wanted: there is more to read, or the user looks elsewhere."""
        self._news.ring()

    async def poll(self, first: Callable[[], Iterable[str]], more: Callable[[], bool], until_s: float) -> None:
        """Read everything once. While ``more()`` holds, resources are still being found: wait for them.

        ``first()`` are the ARNs to read before all others. After ``until_s`` (UTC epoch seconds) nothing more is
        waited for.
        """
        self._round = Round()
        self._trouble = Trouble()
        still = {series.detail for i in self.store.unknown if (series := self.store.get(i)) is not None}
        self.hints = {detail: hint for detail, hint in self.hints.items() if detail in still}
        slices = Slices(self._clock)
        try:
            for arn, wanted in tuple(self.wanted.items()):
                self._round.add(arn, wanted)
                await slices.breathe()
            async with asyncio.TaskGroup() as group:
                for _ in range(_WORKERS):
                    group.create_task(self._work(self._round, first, more, until_s))
        finally:
            self._round = None

    async def demand(self, demanded: Mapping[str, tuple[SeriesId, ...]]) -> None:
        """Read series that only an open finding asks for, and forget those that none asks for any more."""
        before, self._demanded = self._demanded, {}
        for arn, series_ids in before.items():
            self._disown(arn, series_ids)
            self._own(arn, self.wanted.get(arn, ()))
        self._demanded = demanded
        for arn, series_ids in demanded.items():
            self._own(arn, series_ids)
        if before:
            self.store.keep_only(self._owners.keys())
        if demanded:
            await self._read([series_id for series_ids in demanded.values() for series_id in series_ids])

    async def _work(
        self, reading: Round, first: Callable[[], Iterable[str]], more: Callable[[], bool], until_s: float
    ) -> None:
        patient_until_s: float | None = None
        while True:
            rings, now_s = self._news.rings, self._clock.now()
            finding = more() and now_s < until_s
            patient = finding and (patient_until_s is None or now_s < patient_until_s)
            batch = reading.take(first(), at_least=BATCH if patient else 1, at_most=BATCH)
            if batch:
                patient_until_s = None
                await self._read(batch)
            elif not finding:
                return
            else:
                if patient_until_s is None and reading.waiting:
                    patient_until_s = now_s + _PATIENCE_S
                wake_s = until_s if patient_until_s is None else min(patient_until_s, until_s)
                await until_rung(self._news, rings, self._clock, wake_s - now_s)
                if not reading.waiting:
                    patient_until_s = None

    async def _read(self, series_ids: list[SeriesId]) -> None:
        for span, wanted in self.store.spans(series_ids, self._clock.now()).items():
            await fetch(
                self._call,
                wanted,
                start_s=span.start_s,
                end_s=span.end_s,
                period_s=self.store.period_s,
                clock=self._clock,
                on_batch=functools.partial(self._take, span),
                on_error=self._note,
                trouble=self._trouble,
            )

    def _note(self, error: AwsError) -> None:
        self.hints[error.brief] = error.hint

    def _take(self, span: Span, answers: Mapping[SeriesId, Series]) -> None:
        """Merge a batch as it arrives; what was deleted in the meantime is not taken up again."""
        news = self.store.put({i: series for i, series in answers.items() if i in self._owners}, span)
        self._heard({arn for series_id in news for arn in self.owners(series_id)})

    def _own(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        for series_id in series_ids:
            owners = self._owners.get(series_id, ())
            if arn not in owners:
                self._owners[series_id] = (*owners, arn)

    def _disown(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        for series_id in series_ids:
            others = tuple(owner for owner in self._owners.get(series_id, ()) if owner != arn)
            if others:
                self._owners[series_id] = others
            else:
                self._owners.pop(series_id, None)
