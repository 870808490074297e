"""Each threshold of tables and indexes, just below and just at it."""

from __future__ import annotations

import pytest

from aws.model import Phase, ReadState, Resource
from tests.builders import a_function, a_table, an_index, unread
from tests.unit.judging import Values, ending, newest, severity, verdicts

TABLE = a_table()


@pytest.mark.parametrize("resource", [a_table(), an_index()], ids=["table", "index"])
@pytest.mark.parametrize("side", ["read_throttles", "write_throttles"])
@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (newest([1]), None),  # retries hide single ones
        (newest([1, 0, 0, 0, 1]), "warning"),
        (newest([1, 0, 0, 0, 0, 1]), None),
        (newest([48, 1, 1]), "critical"),
        (newest([47, 1, 1]), "warning"),
        (newest([49, 0, 1]), "warning"),  # fifty, but in two minutes only
    ],
)
def test_throttles(resource: Resource, side: str, lost: list[float | None], expected: str | None) -> None:
    assert severity(verdicts(resource, {side: lost}), "dynamodb.throttles") == expected


def test_a_failing_dependant_makes_throttles_critical() -> None:
    lost: Values = {"write_throttles": newest([1] * 5)}
    failing = [(a_function("billing"), {"errors": newest([6])})]
    finding = verdicts(TABLE, lost, effects=failing)["dynamodb.throttles"]
    assert finding.severity.value == "critical"
    assert "billing depends on it" in finding.evidence
    spared = [(a_function("billing"), {"errors": newest([5])})]
    assert severity(verdicts(TABLE, lost, effects=spared), "dynamodb.throttles") == "warning"


def test_a_throttled_index_says_why_and_what_it_does_to_its_table() -> None:
    index = an_index(billing_mode="PROVISIONED", write_capacity=100)
    lost = newest([380.8] * 5)
    values: Values = {
        "write_throttles": lost,
        "write_throttles_key_range": lost,
        "consumed_write": newest([2460] * 5),
    }
    finding = verdicts(index, values)["dynamodb.throttles"]
    assert finding.text == "1.9k write throttles, hot key"
    assert finding.evidence == (
        "WriteKeyRangeThroughputThrottleEvents 1,904 in 5m; uses 41% of its WCU: hot key, not capacity."
        " Writes to orders are rejected."
    )


def test_a_reason_that_was_not_read_is_not_claimed() -> None:
    values: Values = {"read_throttles": newest([20] * 5), "read_throttles_key_range": unread(ReadState.DENIED)}
    assert verdicts(TABLE, values)["dynamodb.throttles"].text == "100 read throttles"
    minor: Values = {"read_throttles": newest([20] * 5), "read_throttles_provisioned": newest([9] * 5)}
    assert verdicts(TABLE, minor)["dynamodb.throttles"].text == "100 read throttles"


PROVISIONED = a_table(billing_mode="PROVISIONED", read_capacity=10, write_capacity=5)


@pytest.mark.parametrize(
    ("used", "lost", "expected"),
    [
        (ending([480] * 10), 0, "warning"),  # 80% of 10 units x 60 s
        (ending([479] * 15), 0, None),
        (ending([480] * 9), 0, None),
        (ending([480, 480, 0] * 5), 0, "warning"),
        (ending([570] * 10), 1, "critical"),
        (ending([570] * 10), 0, "warning"),
        (ending([569] * 10), 1, "warning"),
    ],
)
def test_capacity(used: list[float | None], lost: float, expected: str | None) -> None:
    values: Values = {"consumed_read": used, "read_throttles": ending([lost] * 10)}
    assert severity(verdicts(PROVISIONED, values), "dynamodb.capacity") == expected


def test_capacity_of_what_scales_is_its_maximum() -> None:
    used: Values = {"consumed_read": ending([480] * 20)}
    assert verdicts(PROVISIONED, used)["dynamodb.capacity"].text == "80% of 10 RCU"
    scaled = a_table(billing_mode="PROVISIONED", read_capacity=10, read_capacity_max=100)
    assert severity(verdicts(scaled, used), "dynamodb.capacity") is None
    assert severity(verdicts(a_table(), used), "dynamodb.capacity") is None


def test_throttles_close_at_zero() -> None:
    quiet: Values = {"write_throttles": ending([50] * 5 + [0] * 5)}
    assert verdicts(TABLE, quiet)["dynamodb.throttles"].phase is Phase.RECOVERED
    trickle: Values = {"write_throttles": ending([50] * 5 + [0, 0, 0, 0, 1])}
    assert verdicts(TABLE, trickle)["dynamodb.throttles"].phase is Phase.OPEN
