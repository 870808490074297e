"""Each threshold of a stage, just below and just at it."""

from __future__ import annotations

import pytest

from aws.model import ReadState
from tests.builders import a_function, a_stage, unread
from tests.unit.judging import Neighbours, Values, ending, newest, severity, verdicts

STAGE = a_stage()


def answers(bad: list[float], calls: list[float], metric: str = "5xx") -> Values:
    return {metric: ending(bad), "count": ending(calls)}


@pytest.mark.parametrize(
    ("bad", "calls", "expected"),
    [
        ([1] * 5, [100] * 5, "warning"),  # 1%, and five
        ([1] * 5, [101] * 5, None),
        ([1] * 4, [20] * 4, None),  # four
        ([10, 0, 10], [200, 200, 200], "critical"),  # 5%, ten in two minutes of three
        ([10, 0, 10], [201, 200, 201], "warning"),
        ([10, 0, 9], [200, 200, 200], "warning"),
        ([10, 0, 0, 10], [200, 200, 200, 200], "warning"),
        ([1] * 5, [2] * 5, "critical"),  # a quiet stage: five, and half of all
        ([1] * 5, [2.1] * 5, "warning"),
        ([1] * 4, [1] * 4, None),
        ([5], [19], "warning"),
        ([10], [20], "warning"),  # not quiet, and one minute only
        ([4, 4, 4], [4, 4, 4], "critical"),
    ],
)
def test_server_errors(bad: list[float], calls: list[float], expected: str | None) -> None:
    assert severity(verdicts(STAGE, answers(bad, calls)), "apigateway.5xx") == expected


def test_server_errors_wait_for_settled_minutes() -> None:
    values: Values = {"5xx": newest([50, 50]), "count": newest([100, 100])}
    assert severity(verdicts(STAGE, values), "apigateway.5xx") is None


def test_server_errors_say_how_slow_it_is_besides() -> None:
    values = {**answers([48] * 10, [266.6] * 10), ("latency", "p90"): ending([4100] * 10)}
    assert verdicts(STAGE, values)["apigateway.5xx"].text == "18% 5xx, 240 of 1.3k; p90 4.1s"


def test_two_apis_of_one_name_share_their_figures() -> None:
    finding = verdicts(a_stage(shared_name=True), answers([50] * 5, [100] * 5))["apigateway.5xx"]
    assert "Another API is called checkout too" in finding.evidence


FAILING: Values = answers([50] * 9, [100] * 9)


@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        ([(a_function("a"), {}), (a_function("b"), {"errors": [0.0] * 180})], "critical"),
        ([(a_function("a"), {}), (a_function("b"), {"errors": ending([1, 0, 0, 0, 0])})], None),
        ([(a_function("a"), {"errors": ending([1] + [0] * 12)})], None),  # stamped with the start of the call
        ([(a_function("a"), {"throttles": ending([1, 0, 0, 0, 0])})], None),
        ([(a_function("a"), {"errors": unread(ReadState.DENIED)})], None),  # not known to be innocent
        ([], None),
    ],
)
def test_unexplained(functions: Neighbours, expected: str | None) -> None:
    found = verdicts(STAGE, FAILING, causes=functions)
    assert severity(found, "apigateway.5xx_unexplained") == expected
    assert severity(found, "apigateway.5xx") == "critical"


def test_unexplained_waits_until_a_functions_errors_would_be_there() -> None:
    innocent = [(a_function("a"), {"errors": [0.0] * 180})]
    early = verdicts(STAGE, answers([50] * 6, [100] * 6), causes=innocent)
    assert severity(early, "apigateway.5xx") == "critical"
    assert severity(early, "apigateway.5xx_unexplained") is None


@pytest.mark.parametrize(
    ("bad", "before", "expected"),
    [
        ([25] * 5, 1, "warning"),
        ([24] * 5, 1, None),
        ([25] * 4, 1, None),
        ([25] * 5, 9, None),  # less than three times its usual 9%
        ([27] * 5, 9, "warning"),
    ],
)
def test_client_errors(bad: list[float], before: float, expected: str | None) -> None:
    values: Values = {"4xx": ending(bad, before=before), "count": [100.0] * 180}
    assert severity(verdicts(STAGE, values), "apigateway.4xx") == expected


def test_client_errors_need_traffic() -> None:
    values: Values = {"4xx": ending([10] * 5), "count": [19.9] * 180}
    assert severity(verdicts(STAGE, values), "apigateway.4xx") is None
    assert severity(verdicts(STAGE, {**values, "count": [20.0] * 180}), "apigateway.4xx") == "warning"


@pytest.mark.parametrize(
    ("p90", "calls", "limit_ms", "expected"),
    [
        ([2500] * 5, 10, 29_000, "warning"),
        ([2499] * 5, 10, 29_000, None),
        ([2500] * 4, 10, 29_000, None),
        ([2500] * 5, 9, 29_000, None),
        ([23_200] * 3, 10, 29_000, "critical"),
        ([23_199] * 5, 10, 29_000, "warning"),
        ([4000] * 3, 10, 5000, "critical"),
    ],
)
def test_latency(p90: list[float], calls: float, limit_ms: int, expected: str | None) -> None:
    stage = a_stage(integration_timeout_ms=limit_ms)
    values: Values = {("latency", "p90"): ending(p90, before=100), "count": [calls] * 180}
    assert severity(verdicts(stage, values), "apigateway.latency") == expected
