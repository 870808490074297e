"""What the publishers of the services have in common: keys, and the shapes that datapoints take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aws.model import MetricKey
from demo.world import Datapoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.story.durations import Durations
    from demo.world import Series


class Publisher(Protocol):
    """One service's metrics."""

    namespace: str

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric, and the minute of its first datapoint relative to the world's start."""
        ...

    def series(self, key: MetricKey) -> Series | None:
        """The metric by minute; None where there is no such metric."""
        ...


def metric(namespace: str, name: str, /, **dimensions: str) -> MetricKey:
    """A metric's key."""
    return MetricKey(namespace, name, tuple(sorted(dimensions.items())))


def flags(total: int, raised: int) -> Datapoint | None:
    """A 0 or a 1 for each of ``total`` requests: Sum is the count, Average the rate. None without requests."""
    if total <= 0:
        return None
    if not raised:
        return Datapoint((0.0,), (float(total),), "Count")
    if raised == total:
        return Datapoint((1.0,), (float(raised),), "Count")
    return Datapoint((0.0, 1.0), (float(total - raised), float(raised)), "Count")


def ones(total: int) -> Datapoint | None:
    """A 1 for each of ``total`` events; None without any."""
    return Datapoint((1.0,), (float(total),), "Count") if total > 0 else None


def gauge(*looks: float, unit: str = "Count") -> Datapoint:
    """A level that was looked at several times."""
    return Datapoint(tuple(float(look) for look in looks), (1.0,) * len(looks), unit)


def times(durations: Durations) -> Datapoint | None:
    """Durations in milliseconds; None without any."""
    return Datapoint(durations.values, durations.counts, "Milliseconds") if durations.values else None
