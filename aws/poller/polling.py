"""How AWS is asked at present, of all scopes together, as a value for the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aws.model import Lane, Polling
from aws.poller.watch import Watch
from aws.settings import MODES, PollSettings


def polling(watches: Sequence[Watch], settings: PollSettings) -> Polling:
    """Tiers that differ between scopes are shown as the slowest of them is read."""
    plans = [watch.metrics.tiers.plan for watch in watches]
    every_s: dict[str, float] = {}
    for each in plans:
        for tier, seconds in each.every_s.items():
            every_s[tier.value] = max(seconds, every_s.get(tier.value, 0.0))
    return Polling(
        mode=settings.mode,
        resting=next((watch.resting for watch in watches if watch.resting), ""),
        savings=tuple(dict.fromkeys(saved for each in plans for saved in each.savings)),
        max_usd_per_hour=settings.max_usd_per_hour,
        usd_per_hour_planned=sum(each.usd_per_hour for each in plans),
        usd_per_hour_by_mode={mode: _usd_per_hour(watches, mode) for mode in MODES},
        every_s=every_s,
        read_at_s=_read_at_s(watches),
        lanes=_lanes(watches),
    )


def _usd_per_hour(watches: Iterable[Watch], mode: str) -> float:
    """What a mode would come to, with somebody looking."""
    return sum(watch.planned(mode).usd_per_hour for watch in watches)


def _read_at_s(watches: Iterable[Watch]) -> Mapping[str, float]:
    """When the oldest of each service's readings was read; a namespace belongs to the service that declares it."""
    found: dict[str, float] = {}
    for watch in watches:
        owners = {metric.namespace: name for name, one in watch.services.items() for metric in one.metrics}
        for namespace, at_s in watch.metrics.store.oldest_reads_s().items():
            if (name := owners.get(namespace)) is not None:
                found[name] = min(at_s, found.get(name, at_s))
    return found


def _lanes(watches: Sequence[Watch]) -> tuple[Lane, ...]:
    if len(watches) == 1:
        return watches[0].source.pacing()
    return tuple(
        Lane(
            f"{watch.scope.region} {lane.name}",
            lane.per_second,
            lane.ceiling_per_second,
            lane.waiting,
            lane.throttled,
            lane.last_error,
        )
        for watch in watches
        for lane in watch.source.pacing()
    )
