"""Each threshold of a function and of its account, just below and just at it."""

from __future__ import annotations

import pytest

from aws.model import Phase, ReadState
from tests.builders import MINUTE, NOW, a_function, a_stage, an_account, series_of, unread
from tests.unit.judging import Values, ending, newest, severity, verdicts

FN = a_function()
BUSY = [100.0] * 180


@pytest.mark.parametrize(
    ("errors", "calls", "expected"),
    [
        (newest([5]), BUSY, None),  # five are not more than five
        (newest([5]), [33.0] * 180, "warning"),  # but three in fifteen minutes are a warning where they are 1%
        (newest([6]), BUSY, "critical"),
        (newest([2, 1, 1, 1, 1]), BUSY, "critical"),
        (newest([2]), BUSY, None),
        (newest([3]), [20.0] * 180, "warning"),  # 1% of 300
        (newest([3]), [20.2] * 180, None),  # a little less
        (newest([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]), [10.0] * 180, "warning"),
        (newest([6]), [240.0] * 180, "critical"),  # 0.5% of 1,200
        (newest([6]), [241.0] * 180, "warning"),  # below the least rate the count alone is a warning
        (newest([0]), BUSY, None),
    ],
)
def test_errors(errors: list[float | None], calls: list[float], expected: str | None) -> None:
    assert severity(verdicts(FN, {"errors": errors, "invocations": calls}), "lambda.errors") == expected


def test_errors_are_counted_alone_where_invocations_were_not_read() -> None:
    found = verdicts(FN, {"errors": newest([6]), "invocations": unread(ReadState.DENIED)})
    assert severity(found, "lambda.errors") == "critical"
    assert found["lambda.errors"].text == "6 errors in 5m"


def test_the_literal_rule_of_five_errors_can_be_had() -> None:
    values: Values = {"errors": newest([6]), "invocations": [5000.0] * 180}
    assert severity(verdicts(FN, values), "lambda.errors") == "warning"
    literal = {"lambda.errors": {"min_rate": 0.0}}
    assert severity(verdicts(FN, values, thresholds=literal), "lambda.errors") == "critical"


def test_errors_say_what_happens_and_since_when() -> None:
    finding = verdicts(FN, {"errors": ending([42.4] * 8), "invocations": ending([136.8] * 8)})["lambda.errors"]
    assert finding.text == "31% errors, 212 of 684 in 5m"
    assert finding.since_s == NOW - 10 * MINUTE
    assert (finding.since_mark, finding.metric, finding.unit) == ("", "Errors", "Count")


def test_errors_that_ended_are_recovered_with_their_worst_minutes() -> None:
    finding = verdicts(FN, {"errors": newest([50] * 10 + [0] * 20), "invocations": BUSY})["lambda.errors"]
    assert finding.phase is Phase.RECOVERED
    assert finding.text == "50% errors, 250 of 500 in 5m"
    assert finding.recovered_s == NOW - 20 * MINUTE


def test_marks_of_a_beginning_that_is_not_exactly_known() -> None:
    long = verdicts(FN, {"errors": [10.0] * 180, "invocations": BUSY})["lambda.errors"]
    assert (long.since_mark, long.since_s) == (">", NOW - 180 * MINUTE)
    coarse = {
        name: series_of([0.0] * 30 + [value] * 6, period_s=300)
        for name, value in (("errors", 50), ("invocations", 500))
    }
    found = verdicts(FN, coarse)["lambda.errors"]
    assert (found.since_mark, found.since_s) == ("~", NOW - 1800)


@pytest.mark.parametrize(
    ("bad", "calls", "expected"),
    [
        (0.6, 60, "warning"),  # 1% of 300 calls in five minutes
        (0.6, 59, None),  # too little traffic
        (0.59, 60, None),
        (1, 10, "critical"),  # 10% of 50
        (1, 9, None),
        (5.9, 60, "warning"),
    ],
)
def test_error_rate(bad: float, calls: float, expected: str | None) -> None:
    found = verdicts(FN, {"errors": ending([bad] * 5), "invocations": ending([calls] * 5)})
    assert severity(found, "lambda.error_rate") == expected


def test_rates_wait_for_settled_minutes() -> None:
    found = verdicts(FN, {"errors": newest([50, 50]), "invocations": BUSY})
    assert severity(found, "lambda.error_rate") is None
    assert severity(found, "lambda.errors") == "critical"


@pytest.mark.parametrize(
    ("bad", "calls", "expected"),
    [
        ([1, 1, 1], [1, 1, 1], "critical"),
        ([1, 1], [1, 1], "warning"),
        ([1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], "warning"),  # a job that failed, and has not run since
        ([1] + [0] * 119, [1] + [0] * 119, "warning"),
        ([1, 0, 0, 0], [1, 0, 0, 1], None),  # the next success ends it, here before it was open for a look
        ([1, 0, 1], [1, 1, 1], "warning"),
        ([0, 0, 1], [9, 9, 9], None),
    ],
)
def test_all_failing(bad: list[float], calls: list[float], expected: str | None) -> None:
    found = verdicts(FN, {"errors": ending(bad), "invocations": ending(calls)})
    finding = found.get("lambda.all_failing")
    assert (finding.severity.value if finding and finding.phase is Phase.OPEN else None) == expected


def test_a_single_failure_of_a_busy_function_is_no_failed_job() -> None:
    found = verdicts(FN, {"errors": ending([1]), "invocations": ending([1], before=1)})
    assert severity(found, "lambda.all_failing") is None


def test_a_failed_job_is_held_against_it_until_the_next_success() -> None:
    failed, succeeded = ending([1] + [0] * 30), ending([1] + [0] * 29 + [1])
    assert verdicts(FN, {"errors": failed, "invocations": failed})["lambda.all_failing"].text == "last run failed"
    ended = verdicts(FN, {"errors": failed, "invocations": succeeded})["lambda.all_failing"]
    assert ended.phase is Phase.RECOVERED


@pytest.mark.parametrize(
    ("lost", "calls", "expected"),
    [
        (newest([1]), BUSY, None),
        (newest([1, 0, 0, 0, 1]), BUSY, "warning"),
        (newest([1, 0, 0, 0, 0, 1]), BUSY, None),
        (newest([10, 10, 10]), BUSY, "critical"),
        (newest([10, 10, 9]), BUSY, "warning"),
        (newest([10, 10, 10]), [990.0] * 180, "critical"),  # 1% of 1,000 attempts
        (newest([10, 10, 10]), [991.0] * 180, "warning"),
        (newest([10, 10, 10]), [0.0] * 180, "critical"),  # throttles occur without invocations
    ],
)
def test_throttles(lost: list[float | None], calls: list[float], expected: str | None) -> None:
    assert severity(verdicts(FN, {"throttles": lost, "invocations": calls}), "lambda.throttles") == expected


def test_throttles_close_at_zero() -> None:
    trickle = newest([50] * 5 + [1, 0, 0, 0] * 10)
    assert verdicts(FN, {"throttles": trickle, "invocations": BUSY})["lambda.throttles"].phase is Phase.OPEN


def test_throttles_by_design_are_milder() -> None:
    storm: Values = {"throttles": newest([50] * 10), "invocations": BUSY}
    off = verdicts(a_function(reserved_concurrency=0), storm)["lambda.throttles"]
    assert (off.severity.value, off.text.startswith("switched off")) == ("info", True)
    queue = "arn:aws:sqs:eu-west-1:123456789012:orders"
    consumer = a_function(reserved_concurrency=5, event_sources=(queue,))
    assert severity(verdicts(consumer, storm), "lambda.throttles") == "warning"
    assert severity(verdicts(a_function(event_sources=(queue,)), storm), "lambda.throttles") == "critical"


def test_a_used_up_reserve_that_loses_nothing_is_for_information() -> None:
    reserved = a_function(reserved_concurrency=5)
    full: Values = {("concurrency", "Maximum"): ending([5, 5, 5]), "invocations": BUSY}
    assert severity(verdicts(reserved, full), "lambda.reserved_concurrency") == "info"
    assert severity(verdicts(FN, full), "lambda.reserved_concurrency") is None
    losing = {**full, "throttles": ending([1, 1, 1])}
    assert severity(verdicts(reserved, losing), "lambda.reserved_concurrency") is None


def took(
    p99: list[float | None], *, p90: float = 100, longest: float = 200, calls: float = 100, errors: float = 0
) -> Values:
    return {
        ("duration", "p99"): p99,
        ("duration", "p90"): [p90] * 180,
        ("duration", "Maximum"): [longest] * 180,
        "invocations": [calls] * 180,
        "errors": [errors] * 180,
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (took(ending([12_000] * 3, before=100)), "warning"),  # 80% of 15 s
        (took(ending([11_999] * 3, before=100)), None),
        (took(ending([12_000] * 2, before=100)), None),
        (took(newest([12_000] * 4, before=100)), None),  # only two of them are settled
        (took([13_000] * 180, calls=6.6), None),  # 99 calls in 15 minutes: p90 decides
        (took([13_000] * 180, calls=6.6, p90=12_000), "warning"),
        (took([13_000] * 180, calls=1.3, p90=12_000), None),  # 19.5 calls
        (took([13_000] * 180, longest=14_850, errors=1), "critical"),  # 99% of 15 s, and errors
        (took([13_000] * 180, longest=14_850), "warning"),
        (took([13_000] * 180, longest=14_849, errors=1), "warning"),
    ],
)
def test_duration(values: Values, expected: str | None) -> None:
    assert severity(verdicts(FN, values), "lambda.duration") == expected


def test_duration_says_how_much_of_which_limit() -> None:
    slow = took([13_100] * 180)
    assert verdicts(FN, slow)["lambda.duration"].text == "p99 13.1s, 87% of 15s timeout"
    patient = a_function(timeout_s=60)
    assert severity(verdicts(patient, took([24_000] * 180)), "lambda.duration") is None
    behind_an_api = verdicts(patient, took([24_000] * 180), effects=[(a_stage(integration_timeout_min_ms=29_000), {})])
    assert behind_an_api["lambda.duration"].text == "p99 24s, 83% of the API's 29s limit"


def pool(used: list[float | None], *, reserved: float = 0, throttles: list[float | None] | None = None) -> Values:
    return {
        "unreserved_concurrency": used,
        "claimed_concurrency": [None if value is None else value + reserved for value in used],
        "throttles": throttles or [0.0] * 180,
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pool(ending([800] * 3)), "warning"),
        (pool(ending([799] * 3)), None),
        (pool(ending([800] * 2)), None),
        (pool(ending([950] * 2)), "critical"),
        (pool(ending([949] * 5)), "warning"),
        (pool(ending([900]), throttles=ending([1])), "critical"),
        (pool(ending([899] * 5), throttles=ending([1])), "warning"),
        (pool(ending([400] * 3), reserved=500), "warning"),  # the pool is what reserves leave: 500
        (pool(ending([90] * 3), reserved=810), None),  # 90% of the quota is claimed, and nearly all of it is free
        (pool(ending([800] * 3 + [710] * 20)), "warning"),
    ],
)
def test_account_concurrency(values: Values, expected: str | None) -> None:
    assert severity(verdicts(an_account(), values), "lambda.account_concurrency") == expected


def test_account_concurrency_closes_below_seventy_percent() -> None:
    finding = verdicts(an_account(), pool(ending([800] * 3 + [690] * 5)))["lambda.account_concurrency"]
    assert finding.phase is Phase.RECOVERED


def test_account_concurrency_names_the_runaways() -> None:
    counts = {"a": 5, "b": 700, "c": 0, "d": 6, "e": 7, "f": 8, "g": 1, "aside": 400}
    functions = [
        (
            a_function(name, reserved_concurrency=500 if name == "aside" else None),
            {("concurrency", "Maximum"): ending([count] * 3)},
        )
        for name, count in counts.items()
    ]
    finding = verdicts(an_account(), pool(ending([960] * 3)), siblings=functions)["lambda.account_concurrency"]
    assert finding.text == "concurrency 96% of pool, 960 of 1,000"
    assert finding.evidence.endswith("Most at once: b 700, f 8, e 7, d 6, a 5.")


def test_an_idle_function_has_nothing_to_say() -> None:
    assert verdicts(FN, {}) == {}
    assert verdicts(FN, {"errors": unread(), "invocations": unread(ReadState.DENIED)}) == {}
