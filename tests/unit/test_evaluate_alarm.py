"""M of N, against the tables of the user guide and against the rules spelt out; and what is said about it."""

from __future__ import annotations

import json
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.evaluate.alarm import MISSING_TREATMENTS, AlarmTest, Point, evaluate
from aws.evaluate.reasons import reason, reason_data
from aws.model import AlarmState

START = 1_795_230_000  # 21/11/26 03:00:00
THRESHOLD = 5.0
KEPT = AlarmState.INSUFFICIENT_DATA  # what an alarm that keeps its state was before


def a_test(n: int, m: int | None, treat_missing: str, comparison: str = "GreaterThanThreshold") -> AlarmTest:
    return AlarmTest(
        comparison=comparison,
        threshold=THRESHOLD,
        evaluation_periods=n,
        datapoints_to_alarm=m,
        treat_missing=treat_missing,
    )


def points(drawn: str) -> list[Point]:
    """``0`` does not breach, ``X`` breaches, ``-`` is missing; the newest is the last."""
    values = {"0": 1.0, "X": 7.0, "-": nan}
    return [Point(START + 60 * index, values[each]) for index, each in enumerate(drawn)]


@pytest.mark.parametrize(
    ("m", "drawn", "missing", "ignore", "breaching", "not_breaching"),
    [
        # The two tables of the user guide, for M = N = 3 and for 2 of 3.
        (3, "0-X-X", "OK", "OK", "OK", "OK"),
        (3, "0----", "OK", "OK", "OK", "OK"),
        (3, "-----", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"),
        (3, "0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"),
        (3, "----X", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"),
        (3, "--X--", "ALARM", "kept", "ALARM", "OK"),
        (3, "X----", "ALARM", "kept", "ALARM", "OK"),
        (2, "0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"),
        (2, "00X0X", "ALARM", "ALARM", "ALARM", "ALARM"),
        (2, "0-X--", "OK", "OK", "ALARM", "OK"),
        (2, "----0", "OK", "OK", "ALARM", "OK"),
        (2, "----X", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"),
        (2, "---X-", "ALARM", "kept", "ALARM", "OK"),
    ],
)
def test_missing_data_is_treated_as_in_the_user_guide(
    m: int, drawn: str, missing: str, ignore: str, breaching: str, not_breaching: str
) -> None:
    expected = dict(zip(MISSING_TREATMENTS, (missing, ignore, breaching, not_breaching), strict=True))
    found = {
        treatment: evaluate(a_test(3, m, treatment), points(drawn), AlarmState.OK) for treatment in MISSING_TREATMENTS
    }
    states = {name: "kept" if verdict.retained else verdict.state.value for name, verdict in found.items()}
    assert states == expected


@pytest.mark.parametrize(
    ("comparison", "alarms"),
    [
        ("GreaterThanThreshold", (False, False, True)),
        ("GreaterThanOrEqualToThreshold", (False, True, True)),
        ("LessThanThreshold", (True, False, False)),
        ("LessThanOrEqualToThreshold", (True, True, False)),
    ],
)
def test_each_comparison_has_its_own_edge(comparison: str, alarms: tuple[bool, ...]) -> None:
    test = a_test(1, None, "missing", comparison)
    states = [evaluate(test, [Point(START, value)], AlarmState.OK).state for value in (4.9, 5.0, 5.1)]
    assert tuple(state is AlarmState.ALARM for state in states) == alarms


DRAWINGS = st.text(alphabet="0X-", min_size=1, max_size=12)


@given(DRAWINGS, st.integers(1, 8), st.integers(1, 8), st.sampled_from(MISSING_TREATMENTS), st.sampled_from(AlarmState))
def test_evaluation_agrees_with_the_rules_spelt_out(
    drawn: str, n: int, m: int, treatment: str, current: AlarmState
) -> None:
    m = min(m, n)
    state = evaluate(a_test(n, m, treatment), points(drawn), current).state
    real = drawn.replace("-", "")[-n:]
    missing = n - len(real)
    filling = {"breaching": "X", "notBreaching": "0"}.get(treatment, "")
    judged = real + filling * missing
    if judged.count("X") >= m:
        assert state is AlarmState.ALARM
    elif missing == 0 or "0" in judged:
        assert state is AlarmState.OK
    elif treatment == "ignore":
        assert state is current
    else:
        # Only breaching datapoints, fewer than M of them, and nothing to fill in.
        oldest_age = len(drawn) - drawn.index("X") if "X" in drawn else 0
        assert state is (AlarmState.ALARM if oldest_age >= m else AlarmState.INSUFFICIENT_DATA)


@given(DRAWINGS, st.integers(1, 6), st.sampled_from(MISSING_TREATMENTS))
def test_one_more_breaching_datapoint_never_heals(drawn: str, n: int, treatment: str) -> None:
    test = a_test(n, None, treatment)
    worse = drawn.replace("0", "X")
    if evaluate(test, points(drawn), AlarmState.OK).state is AlarmState.ALARM:
        assert evaluate(test, points(worse), AlarmState.ALARM).state is AlarmState.ALARM


@pytest.mark.parametrize(
    ("n", "m", "treatment", "drawn", "expected"),
    [
        (
            1,
            1,
            "missing",
            "X",
            "Threshold Crossed: 1 out of the last 1 datapoints [7.0 (21/11/26 03:00:00)] was greater than the "
            "threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).",
        ),
        (
            2,
            None,
            "missing",
            "00",
            "Threshold Crossed: 2 datapoints [1.0 (21/11/26 03:01:00), 1.0 (21/11/26 03:00:00)] were not greater "
            "than the threshold (5.0).",
        ),
        (
            3,
            2,
            "missing",
            "0X0",
            "Threshold Crossed: 2 out of the last 3 datapoints [1.0 (21/11/26 03:02:00), 1.0 (21/11/26 03:00:00)] "
            "were not greater than the threshold (5.0) (minimum 2 datapoints for ALARM -> OK transition).",
        ),
        (
            2,
            1,
            "notBreaching",
            "---X",
            "Threshold Crossed: 1 out of the last 2 datapoints [7.0 (21/11/26 03:03:00)] was greater than the "
            "threshold (5.0) and 1 missing datapoint was treated as [NonBreaching] (minimum 1 datapoint for "
            "OK -> ALARM transition).",
        ),
        (
            1,
            1,
            "notBreaching",
            "---",
            "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
            "[NonBreaching].",
        ),
        (
            3,
            2,
            "breaching",
            "----0",
            "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as "
            "[Breaching].",
        ),
        (5, None, "missing", "-----", "Insufficient Data: 5 datapoints were unknown."),
        (1, None, "missing", "-", "Insufficient Data: 1 datapoint was unknown."),
    ],
)
def test_the_reason_is_worded_as_cloudwatch_words_it(
    n: int, m: int | None, treatment: str, drawn: str, expected: str
) -> None:
    test = a_test(n, m, treatment)
    assert reason(test, evaluate(test, points(drawn), AlarmState.OK)) == expected


def test_the_reason_data_is_what_programs_read() -> None:
    test = a_test(2, None, "missing")
    verdict = evaluate(test, points("0X"), AlarmState.OK)
    data = json.loads(reason_data(test, verdict, now_s=START + 130.5, period_s=60, statistic="Sum", unit="Count"))
    assert data["queryDate"] == "2026-11-21T03:02:10.500+0000"
    assert data["startDate"] == "2026-11-21T03:00:00.000+0000"
    assert data["recentDatapoints"] == [1.0, 7.0]
    assert data["evaluatedDatapoints"][0] == {"timestamp": "2026-11-21T03:01:00.000+0000", "value": 7.0}
    assert (data["statistic"], data["period"], data["threshold"], data["unit"]) == ("Sum", 60, 5.0, "Count")


def test_reasons_fit_where_cloudwatch_puts_them() -> None:
    test = a_test(1440, None, "missing")
    verdict = evaluate(test, points("0" * 1442), AlarmState.ALARM)
    assert len(reason(test, verdict)) <= 1023
    text = reason_data(test, verdict, now_s=START, period_s=60)
    assert len(text) <= 4000
    assert json.loads(text)["period"] == 60
