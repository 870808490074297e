"""Which metrics were published lately: CloudWatch lists them by the thousand for the price of asking for one."""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern

from aws.call import Call, items
from aws.clock import Clock
from aws.errors import AwsError, BadAnswer
from aws.model import Gap, MetricKey
from aws.slices import Slices

# What ListMetrics calls recent, to within 50 minutes; a new metric is listed within fifteen.
RECENT = "PT3H"
LIST_EVERY_S = 900.0
_AFTER_A_REFUSAL_S = 300.0


class Activity:
    """The metrics that were published in the last hours, by their names. None known: any may have been."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._listed: dict[tuple[str, str], frozenset[MetricKey]] = {}
        self._due_s = 0.0
        self.gap: Gap | None = None
        self.listed_s: float | None = None  # when the listing that is known was begun, UTC epoch seconds

    def due(self) -> bool:
        """Whether it is time to list again. While a laptop sleeps only the wall clock goes on."""
        old = self.listed_s is not None and self._clock.now() - self.listed_s >= LIST_EVERY_S
        return old or self._clock.monotonic() >= self._due_s

    def knock(self) -> None:
        """The user wants to know now: what was refused may be granted."""
        if self.gap is not None:
            self._due_s = 0.0

    async def read(self, names: Iterable[tuple[str, str]]) -> None:
        """List the recently published metrics of these (namespace, name). What fails is a gap, and nothing is known
        then: half a listing would call those idle that stand in the other half."""
        began_s = self._clock.now()
        listed: dict[tuple[str, str], frozenset[MetricKey]] = {}
        try:
            for namespace, name in names:
                listed[namespace, name] = await self._list(namespace, name)
        except AwsError as error:
            self.gap = error.gap(self._call.scope)
            self._listed, self.listed_s = {}, None
            # What passes is asked for again with the next poll; where a door is closed nobody knocks every minute.
            self._due_s = self._clock.monotonic() + (0.0 if error.passes else _AFTER_A_REFUSAL_S)
            return
        self.gap = None
        self._listed, self.listed_s = listed, began_s
        self._due_s = self._clock.monotonic() + LIST_EVERY_S

    def silent(self, metric: MetricKey) -> bool:
        """Whether a metric is known to have published nothing for hours."""
        listed = self._listed.get((metric.namespace, metric.name))
        return listed is not None and metric not in listed

    async def _list(self, namespace: str, name: str) -> frozenset[MetricKey]:
        """Raises `AwsError`."""
        slices = Slices(self._clock)
        found = set()
        listing = items(
            self._call,
            "cloudwatch",
            "ListMetrics",
            result="Metrics",
            token=("NextToken", "NextToken"),
            Namespace=namespace,
            MetricName=name,
            RecentlyActive=RECENT,
        )
        async for record in listing:
            try:
                # What all of them have in common is kept once, not ten thousand times.
                pairs = sorted(
                    (intern(str(each["Name"])), intern(str(each["Value"]))) for each in record.get("Dimensions", ())
                )
                space, called = intern(str(record["Namespace"])), intern(str(record["MetricName"]))
                found.add(MetricKey(space, called, tuple(pairs)))
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                reason = f"the record of one metric could not be read ({type(error).__name__}: {error})"
                raise BadAnswer("cloudwatch", "ListMetrics", reason) from error
            await slices.breathe()
        return frozenset(found)
