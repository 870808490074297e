"""What account-wide sums count: which of their parts, and what none of them does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aws.clock import Clock
from aws.poller.store import Store
from aws.poller.sums import Sum
from aws.poller.tiering import Tiering


class Residue:
    """Sums against their parts, as far as both were read."""

    def __init__(self, tiers: Tiering, store: Store, clock: Clock) -> None:
        self._tiers = tiers
        self._store = store
        self._clock = clock

    def erring(self, since_s: float) -> Iterator[str]:
        """The ARNs of parts of account-wide sums that counted anything since then."""
        for one in self._tiers.sums.values():
            for series_id in one.noisy:
                series = self._store.get(series_id)
                if series is not None and any(value > 0 for value in series.between(since_s, series.end_s)):
                    yield one.members[series_id]

    def unexplained(self, arn: str, metric_id: str) -> Mapping[int, float]:
        """What an account-wide metric counts lately that none of its parts does, by minute (epoch seconds)."""
        for (_, _, name), one in self._tiers.sums.items():
            if name == metric_id and one.total in self._tiers.account.get(arn, ()):
                return one.unexplained(self._store, self._clock.now(), early=not self._tiers.plan.whole)
        return {}

    def strays(self) -> dict[str, int]:
        """By service, the newest minute (epoch seconds) that its sums count something in which none of its resources
        does, although all were read."""
        found: dict[str, int] = {}
        for (service, _, _), one in self._tiers.sums.items():
            if minute := self._stray_s(one):
                found[service] = max(minute, found.get(service, 0))
        return found

    def _stray_s(self, one: Sum) -> int:
        if not self._tiers.plan.whole:
            return one.stray_s
        if not one.members or self._store.unread(one.members) or not self._store.unknown.isdisjoint(one.members):
            return 0
        return int(max(one.unexplained(self._store, self._clock.now(), early=False), default=0))
