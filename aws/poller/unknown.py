"""Which of one scope's readings are not known, as gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from aws.clock import Clock
from aws.model import Gap, Resource, Scope
from aws.poller.gaps import Reason, of_readings
from aws.poller.metric_reader import MetricReader
from aws.slices import Slices


class Unknown:
    """``gaps`` by service and reason, counted anew where a reading or a resource has changed: on the worst day there
    are tens of thousands, and most stay as they are for a minute.
    """

    def __init__(self, scope: Scope, metrics: MetricReader, clock: Clock) -> None:
        self._scope = scope
        self._metrics = metrics
        self._clock = clock
        self._readings: object = None  # those that were counted
        self._others: object = None
        self.gaps: list[Gap] = []

    async def look(self, resources: Mapping[str, Resource], *, version: int) -> None:
        """Bring it up to date. ``version`` is that of the resources."""
        readings, hints = self._metrics.store.view(), dict(self._metrics.fetching.hints)
        if self._readings is readings and self._others == (version, hints):
            return
        slices, store = Slices(self._clock), self._metrics.store
        reasons: Counter[Reason] = Counter()
        for series_id in tuple(store.unknown):
            known = store.get(series_id)
            for arn in self._metrics.fetching.owners.of(series_id):
                if known is not None and arn in resources:
                    reasons[resources[arn].service, known.state, known.detail] += 1
            await slices.breathe()
        self.gaps = of_readings(self._scope, reasons, hints)
        self._readings, self._others = readings, (version, hints)
