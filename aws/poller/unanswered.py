"""What one look at a scope had no answer to when its time was up."""

from __future__ import annotations

import functools
from collections import Counter

from aws.model import Gap
from aws.poller.gaps import ALARMS, METRICS, TOPICS, unanswered
from aws.poller.log_book import LOG_GROUPS
from aws.poller.tagging import TAGS
from aws.poller.watch import Watch


def unanswered_of(watch: Watch, timeout_s: float) -> list[Gap]:
    """What a look that took ``timeout_s`` had no answer to."""
    throttled = {lane.name: lane.last_error for lane in watch.source.pacing() if lane.throttled}
    late = functools.partial(unanswered, watch.scope, timeout_s=timeout_s, throttled=throttled)
    missing = [late(name, watch.inventory.asks(name)) for name in watch.services if name not in watch.inventory.walked]
    if not watch.alarms.tried:
        missing.append(late("cloudwatch", ALARMS))
    elif not watch.hearing.tried:
        what = ": whether anybody hears the alarms is not known"
        missing.append(late("sns", TOPICS, what=what).leaving_coverage_open())
    if not watch.tagging.tried:
        missing.append(late("tags", TAGS).leaving_coverage_open())
    if watch.inventory.explained and not watch.logs.tried:  # they are asked for once the functions are known
        missing.append(late("log groups", LOG_GROUPS).leaving_coverage_open())
    unread: Counter[str] = Counter()
    tiers = watch.metrics.tiers
    for arn in tiers.entries:
        # What no judgement needs is read at leisure in large accounts, and nobody waits for it.
        asked = tiers.series_of(arn, needed=not tiers.plan.whole)
        unread[watch.resources[arn].service] += len(watch.metrics.store.unread(asked))
    missing += [late(service, METRICS, what=f" ({count} readings)") for service, count in unread.items() if count]
    return missing
