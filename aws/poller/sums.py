"""The account-wide sums and their parts: what they prove, and the search for what they do not explain."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Collection, Mapping
from itertools import chain

from aws.clock import Clock
from aws.conditions import idle
from aws.cost import PRICES
from aws.model import Series, SeriesId
from aws.poller.proof import SETTLED_S, Rest, count, rest
from aws.poller.store import Store
from aws.poller.tiers import SWEEP_EVERY_S, Plan, Tier
from aws.slices import Slices

BATCH = 100  # metrics asked for before looking whether they explain the rest
# At a first sign the suspects alone are read: the one at fault may not have published its minute yet.
SUSPECTS = 500
_VOUCH_EVERY_S = 240.0
_RECENT_S = 900
# So many unexplained errors in fifteen minutes are looked for whatever a mode's allowance says.
_SERIOUS = 3.0


class Sum:
    """One account-wide metric, and the series that it sums. ``noisy`` are those with anything above zero."""

    def __init__(self, key: tuple[str, str, str]) -> None:
        self.key = key
        self.total: SeriesId | None = None
        self.members: dict[SeriesId, str] = {}
        self.noisy: set[SeriesId] = set()
        self.provable = True
        self.explained_to_s = 0
        self.vouched_s = -math.inf
        self.swept_s = -math.inf
        self.glanced_s = -math.inf
        self.unread: set[SeriesId] = set()  # parts that were never read, nor vouched for
        self.stray_s = 0  # the newest minute that counts what none of the parts does, all of which were read

    def add(self, series_id: SeriesId, arn: str) -> None:
        """A part more."""
        self.members[series_id] = arn
        self.unread.add(series_id)
        self.vouched_s = -math.inf

    def drop(self, series_id: SeriesId) -> None:
        """A part that is no more."""
        self.members.pop(series_id, None)
        self.noisy.discard(series_id)
        self.unread.discard(series_id)

    def heard(self, series_id: SeriesId, series: Series) -> None:
        """A part was read."""
        self.unread.discard(series_id)
        if idle(series):
            self.noisy.discard(series_id)
        else:
            self.noisy.add(series_id)

    async def rest(self, store: Store, clock: Clock) -> Rest:
        """What the parts leave unexplained, of what was not explained before."""
        now_s, from_s = clock.now(), self.explained_to_s
        total, parts = self._read(store)  # at once: what is read while the loop runs in between belongs to another look
        counted: dict[int, float] = {}
        slices = Slices(clock)
        for part in parts:
            count(part, from_s, counted)
            await slices.breathe()
        return rest(total, counted, from_s=from_s, now_s=now_s)

    def unexplained(self, store: Store, now_s: float, *, early: bool) -> Mapping[int, float]:
        """What nobody accounts for in the last quarter of an hour, by minute (epoch seconds).

        ``early``: also at the first sign. Where every part is read as often as the sum, a first sign says only that
        the sum was published before its parts.
        """
        from_s = int(now_s) - _RECENT_S
        total, parts = self._read(store)
        counted: dict[int, float] = {}
        for part in parts:
            count(part, from_s // 60 * 60, counted)
        left = rest(total, counted, from_s=from_s, now_s=now_s)
        return {**left.settled, **left.early} if early else left.settled

    def _read(self, store: Store) -> tuple[Series | None, list[Series]]:
        total = None if self.total is None else store.get(self.total)
        return total, [series for i in self.noisy if (series := store.get(i)) is not None]


class Purse:
    """Dollars that come in by the hour. What is spent beyond them is waited for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: float | None = None
        self.usd = 0.0

    def fill(self, usd_per_hour: float) -> None:
        """Add what has come in since the last time, an hour's worth at most, which it also begins with."""
        now = self._clock.monotonic()
        passed_h = 1.0 if self._at is None else (now - self._at) / 3600
        self._at = now
        self.usd = min(usd_per_hour, self.usd + usd_per_hour * passed_h)

    def pay(self, metrics: int) -> None:
        """So many metrics were asked for."""
        self.usd -= metrics * PRICES.usd_per_metric_requested


class Search:
    """Looks at every sum once a turn: vouches for the parts of those that are explained, and sweeps the others."""

    def __init__(
        self,
        sums: Mapping[tuple[str, str, str], Sum],
        store: Store,
        clock: Clock,
        *,
        read: Callable[[list[SeriesId]], Awaitable[None]],
        traffic: Callable[[str], float],
        idle: Callable[[str], bool],
    ) -> None:
        self._sums = sums
        self._store = store
        self._clock = clock
        self._read = read
        self._traffic = traffic
        self._idle = idle
        self.purse = Purse(clock)

    async def turn(self, plan: Plan, hot: Collection[str], *, sweeping: bool = True) -> tuple[set[SeriesId], list[Sum]]:
        """Look at all sums. Gives the series that became known, and the sums that have become (un)provable.

        Without ``sweeping`` nobody is searched: while parts are still being found, what the known ones leave
        unexplained may be theirs.
        """
        self.purse.fill(plan.sweep_usd_per_hour)
        news: set[SeriesId] = set()
        turned: list[Sum] = []
        for one in tuple(self._sums.values()):  # a copy: the first resource of a kind may arrive in between
            if not one.members:
                continue
            if one.explained_to_s and 0 < len(one.unread) <= BATCH and (self.purse.usd > 0 or not plan.strict):
                # What was counted before they were known may be theirs: the sum cannot vouch for them.
                self.purse.pay(len(one.unread))
                await self._read(list(one.unread))
            left = await one.rest(self._store, self._clock)
            if left.total != one.provable:
                one.provable = left.total
                turned.append(one)
            if sweeping and left.total and not left.nothing and plan.every_s[Tier.SWEEP] < math.inf:
                left = await self._sweep(one, left, plan, hot)
            if left.nothing:
                news |= await self._vouch(one, plan)
        return news, turned

    async def _vouch(self, one: Sum, plan: Plan) -> set[SeriesId]:
        now_s = self._clock.now()
        total = None if one.total is None else self._store.get(one.total)
        if total is None or total.read_at_s is None:
            return set()
        one.explained_to_s = max(one.explained_to_s, _settled_to_s(now_s))
        if 0 <= now_s - one.vouched_s < _VOUCH_EVERY_S:
            return set()
        one.vouched_s = now_s
        one.unread.clear()
        news: set[SeriesId] = set()
        slices = Slices(self._clock)
        members = list(one.members)
        for start in range(0, len(members), 500):
            news |= self._store.vouch(members[start : start + 500], total.read_at_s, plan.good_for_s(Tier.SWEEP))
            await slices.breathe()
        return news

    async def _sweep(self, one: Sum, left: Rest, plan: Plan, hot: Collection[str]) -> Rest:
        """Read the parts until the rest is explained, the likeliest first. Gives what is left then."""
        began_s, whole = self._clock.now(), bool(left.settled)
        last_s = one.swept_s if whole else max(one.glanced_s, one.swept_s)
        if 0 <= began_s - last_s < SWEEP_EVERY_S - plan.interval_s / 2 or not self._may(left, plan):
            return left
        if whole:
            one.swept_s = began_s
        else:
            one.glanced_s = began_s
        candidates = await self._ordered(one, hot)
        if not whole:
            candidates = candidates[:SUSPECTS]
        if plan.strict:
            candidates = candidates[: max(0, int(self.purse.usd / PRICES.usd_per_metric_requested))]
        for start in range(0, len(candidates), BATCH):
            batch = candidates[start : start + BATCH]
            self.purse.pay(len(batch))
            await self._read(batch)
            left = await one.rest(self._store, self._clock)
            if left.nothing:
                return left
        if whole and not plan.strict and await self._all_read(one, began_s):
            # Every part is known for itself now: what is left belongs to none of them, a function that was deleted.
            one.stray_s = max(left.settled, default=one.stray_s)
            one.explained_to_s = _settled_to_s(began_s)
            return await one.rest(self._store, self._clock)
        return left

    def _may(self, left: Rest, plan: Plan) -> bool:
        if self.purse.usd > 0:
            return True
        newest_s = self._clock.now() - _RECENT_S
        recent = sum(errors for at_s, errors in chain(left.settled.items(), left.early.items()) if at_s >= newest_s)
        return recent >= _SERIOUS and not plan.strict

    async def _all_read(self, one: Sum, since_s: float) -> bool:
        slices, members = Slices(self._clock), dict(one.members)
        for series_id, arn in members.items():
            await slices.breathe()
            series = self._store.get(series_id)
            read = series is not None and series.state.known and (series.read_at_s or 0.0) >= since_s
            if not read and not self._idle(arn):
                return False
        return one.members.keys() <= members.keys()  # who came in between was not read

    async def _ordered(self, one: Sum, hot: Collection[str]) -> list[SeriesId]:
        """What to read: what erred before, then what alarms, then the busiest, and last what is idle."""
        slices, hot = Slices(self._clock), set(hot)
        ranked: list[tuple[int, float, int, SeriesId]] = []
        # A copy: while the loop runs in between, resources come and go.
        for number, (series_id, arn) in enumerate(tuple(one.members.items())):
            await slices.breathe()
            rank = 0 if series_id in one.noisy else 1 if arn in hot else 3 if self._idle(arn) else 2
            ranked.append((rank, -self._traffic(arn), number, series_id))
        ranked.sort()
        return [series_id for _, _, _, series_id in ranked]


def _settled_to_s(now_s: float) -> int:
    return int(now_s - SETTLED_S) // 60 * 60
