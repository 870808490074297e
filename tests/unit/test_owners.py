"""Whose a series is: a metric with all its statistics, and nobody's any more once its last resource has gone."""

from __future__ import annotations

from aws.model import MetricKey, SeriesId
from aws.poller.owners import Owners

READS = SeriesId(MetricKey("AWS/DynamoDB", "ReadThrottleEvents", (("TableName", "orders"),)), "Sum")
LATENCY = tuple(SeriesId(MetricKey("AWS/DynamoDB", "Latency", (("TableName", "orders"),)), stat) for stat in "ab")


def test_a_series_is_kept_as_long_as_anybody_owns_it() -> None:
    owners = Owners()
    owners.add("table", (READS, *LATENCY))
    owners.add("index", (READS,))
    assert (tuple(owners.of(READS)), tuple(owners.of(LATENCY[1]))) == (("table", "index"), ("table",))
    owners.drop("table", (READS, *LATENCY))
    assert tuple(owners.of(READS)) == ("index",)
    assert owners.without((READS, *LATENCY)) == list(LATENCY)
    owners.drop("index", (READS,))
    assert READS not in owners
    assert tuple(owners.of(READS)) == ()
