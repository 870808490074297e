"""What an earlier run saw of a scope, until this one has seen for itself; and what this run leaves for the next."""

from __future__ import annotations

from collections.abc import Iterable

from aws.cache import Seen
from aws.model import ReadState, Recalled
from aws.poller.watch import Watch


async def recall(watch: Watch, seen: Seen) -> None:
    """Show what was seen, each resource unknown at best, before anything is asked.

    Its metrics are read without waiting for the inventory: of most accounts little changes between two runs.
    """
    watch.recalled_at_s = seen.at_s
    await watch.inventory.recall(seen.resources, seen.links)
    watch.verdicts.recall((found for found in seen.findings if found.resource in watch.resources), seen.at_s)
    watch.alarms.recall(seen.alarms, seen.at_s)


def to_keep(watch: Watch, now_s: float) -> Seen | None:
    """What this run has seen as of now; None while any of it is older, or hidden by a read that failed."""
    found = watch.inventory.seen() if watch.complete else None
    alarms = watch.alarms
    if found is None or (alarms.alarms and (alarms.failing or not alarms.listed)):
        return None
    resources, links = found
    arns = {resource.arn for resource in resources}
    fresh = tuple(
        finding
        for finding in watch.verdicts.open_findings()
        if finding.resource in arns and not _stale(watch, finding.resource)
    )
    return Seen(now_s, tuple(resources), tuple(links), tuple(alarms.alarms.values()), fresh)


def recalled(watches: Iterable[Watch]) -> Recalled | None:
    """What of all scopes is still as an earlier run saw it; None where nothing is."""
    times = [watch.recalled_at_s for watch in watches if watch.recalled_at_s is not None and _recalling(watch)]
    if not times:
        return None
    return Recalled(min(times), alarms=any(watch.alarms.recalled for watch in watches))


def _recalling(watch: Watch) -> bool:
    return bool(watch.inventory.recalling or watch.alarms.recalled or watch.verdicts.recalled)


def _stale(watch: Watch, arn: str) -> bool:
    readings = map(watch.metrics.store.get, watch.metrics.tiers.series_of(arn))
    return any(reading is not None and reading.state is ReadState.STALE for reading in readings)
