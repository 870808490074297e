"""Whose turn it is: each slow tier's metrics go round, a share of them with every poll, the longest unread first.

A first read counts as a turn: what was just read waits until all others have had theirs, so that a start costs no more
than its tiers are allowed in the long run. Where trouble shows nowhere else, nothing waits for that.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from aws.model import MetricKey, SeriesId
from aws.poller.tiers import Tier

_Stats: TypeAlias = tuple[str, ...]
_NEVER_WAITS = frozenset({Tier.NEEDED})


class Rota:
    """One ring of metrics a tier. What was never read comes before everything else, in the order of its arrival."""

    def __init__(self) -> None:
        self._rings: dict[Tier, OrderedDict[MetricKey, _Stats]] = {}
        self._fresh: dict[Tier, OrderedDict[MetricKey, _Stats]] = {}
        self._stats: dict[_Stats, _Stats] = {}  # tens of thousands have the same
        self._credit: dict[Tier, float] = {}

    def size(self, tier: Tier) -> int:
        """How many metrics go round in a tier."""
        return len(self._rings.get(tier, ())) + len(self._fresh.get(tier, ()))

    def unread(self) -> int:
        """How many metrics wait for their first read."""
        return sum(len(waiting) for waiting in self._fresh.values())

    def __contains__(self, key: tuple[Tier, MetricKey]) -> bool:
        tier, metric = key
        return metric in self._rings.get(tier, ()) or metric in self._fresh.get(tier, ())

    def join(self, tier: Tier, ids: tuple[SeriesId, ...], *, read: bool = False, needed: bool = True) -> None:
        """A metric goes round from now on; no change where it does already. ``read``: it was read before. One that is
        not ``needed`` for a judgement is not among the `first`: it is the next in its ring."""
        metric = ids[0].metric
        if (tier, metric) in self:
            return
        ring = (self._rings if read or not needed else self._fresh).setdefault(tier, OrderedDict())
        stats = tuple([stat for _, stat in ids])
        ring[metric] = self._stats.setdefault(stats, stats)
        if not read and not needed:
            ring.move_to_end(metric, last=False)

    def leave(self, tier: Tier, metric: MetricKey) -> None:
        """A metric goes round no more."""
        for rings in (self._rings, self._fresh):
            rings.get(tier, OrderedDict()).pop(metric, None)

    def first(self, at_most: float = math.inf) -> list[tuple[SeriesId, ...]]:
        """So many metrics that were never read; they go round from now on."""
        taken: list[tuple[SeriesId, ...]] = []
        for tier, waiting in self._fresh.items():
            while waiting and len(taken) < at_most:
                metric, stats = waiting.popitem(last=False)
                self._rings.setdefault(tier, OrderedDict())[metric] = stats
                taken.append(_series(metric, stats))
                if tier not in _NEVER_WAITS:
                    self._credit[tier] = self._credit.get(tier, 0.0) - 1
        return taken

    def missed(self, metrics: Iterable[MetricKey]) -> None:
        """These were due, and there was no time to read them: they are the next."""
        for metric in reversed(list(metrics)):
            for tier, ring in self._rings.items():
                if metric in ring:
                    ring.move_to_end(metric, last=False)
                    self._credit[tier] = self._credit.get(tier, 0.0) + 1

    def sooner(self, metrics: Iterable[MetricKey]) -> None:
        """These had no answer: they are the next, though no more are read for that."""
        for metric in metrics:
            for ring in self._rings.values():
                if metric in ring:
                    ring.move_to_end(metric, last=False)

    def due(self, every_s: Mapping[Tier, float], passed_s: float) -> Iterator[tuple[SeriesId, ...]]:
        """The metrics whose turn has come in the time that has passed, with cadences as given. They are taken as they
        are asked for: there may be tens of thousands."""
        counts: dict[Tier, int] = {}
        for tier in {**self._rings, **self._fresh}:
            size = self.size(tier)
            if every_s[tier] < math.inf:
                credit = max(-size, self._credit.get(tier, 0.0)) + size * passed_s / every_s[tier]
                counts[tier] = max(0, min(size, int(credit + 1e-6)))
                self._credit[tier] = min(credit - counts[tier], 1.0)
        return chain.from_iterable(self._take(tier, count) for tier, count in counts.items())

    def _take(self, tier: Tier, count: int) -> Iterator[tuple[SeriesId, ...]]:
        waiting = self._fresh.get(tier, OrderedDict())
        ring = self._rings.setdefault(tier, OrderedDict())
        for _ in range(count):
            if not waiting and not ring:  # all left in the meantime
                return
            metric, stats = (waiting or ring).popitem(last=False)
            ring[metric] = stats
            yield _series(metric, stats)


def _series(metric: MetricKey, stats: _Stats) -> tuple[SeriesId, ...]:
    return tuple([SeriesId(metric, stat) for stat in stats])
