"""What evidence adds to a finding's words, and an alarm's reason in short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.present.evidence import added, reason
from tui.present.figures import counted

FIVE = (
    "Threshold Crossed: 5 out of the last 5 datapoints [13967.55 (22/11/26 09:59:00), 12713.02 (22/11/26 09:58:00), "
    "14349.08 (22/11/26 09:57:00), 12788.33 (22/11/26 09:56:00), 14122.71 (22/11/26 09:55:00)] were greater than the "
    "threshold (12000.0) (minimum 5 datapoints for OK -> ALARM transition)."
)


FIVE_SHORT = "13,968, 12,713, 14,349 … > 12,000 (5 of the last 5, newest 09:59Z)"
ONCE = "Threshold Crossed: 1 datapoint"


@pytest.mark.parametrize(
    ("text", "evidence", "more"),
    [
        ("19% errors, 103 of 536 in 5m", "Errors 103 of 536 invocations in 5m, 19%.", ""),
        ("5.1% 5xx, 119 of 2.3k", "5XXError 119 of 2,326 requests in 5m, 5.1%. Its handler.", "Its handler."),
        ("last 5 runs failed", "Last 5 runs failed; no success since.", "no success since."),
        ("12 write throttles", "WriteThrottleEvents 12 in 5m.", "WriteThrottleEvents 12 in 5m."),
        ("p99 12.7s", "Duration p99 12,713 ms; the limit is 15,000 ms.", "the limit is 15,000 ms."),
    ],
)  # fmt: skip
def test_evidence_adds_and_does_not_repeat(text: str, evidence: str, more: str) -> None:
    assert added(text, evidence).endswith(more)
    assert bool(added(text, evidence)) == bool(more)


@pytest.mark.parametrize(
    ("told", "short"),
    [
        (FIVE, FIVE_SHORT),
        (f"{FIVE} It notifies pay.", f"{FIVE_SHORT} It notifies pay."),
        (f"{ONCE} [4.0 (22/11/26 01:00:00)] was not greater than or equal to the threshold (5.0).",
         "4 not >= 5 (newest 01:00Z)"),
        ("Threshold Crossed: 2 out of the last 3 datapoints [0.25 (22/11/26 01:00:00), 0.5 (22/11/26 01:01:00)] were "
         "less than or equal to the threshold (m1 band) (minimum 2 datapoints for OK -> ALARM transition).",
         "0.5, 0.25 <= m1 band (2 of the last 3, newest 01:01Z)"),
        (f"{ONCE} [1.0 (99/99/99 99:99:99)] was less than the threshold (5.0).",
         f"{ONCE} [1.0 (99/99/99 99:99:99)] was less than the threshold (5.0)."),
        ("arn:aws:cloudwatch:eu-west-1:482193019034:alarm:checkout-5xx transitioned to ALARM "
         "at Sunday 22 November, 2026 11:10:00 UTC", "checkout-5xx transitioned to ALARM at 22 November 11:10Z"),
        ("Unchecked: Initial alarm creation", "Unchecked: Initial alarm creation"),
        ("Threshold Crossed: no datapoints were received for 5 periods.",
         "Threshold Crossed: no datapoints were received for 5 periods."),
    ],
)  # fmt: skip
def test_a_reason_is_its_newest_figures_beside_the_threshold(told: str, short: str) -> None:
    assert reason(told) == short


@given(st.text(), st.text())
def test_whatever_strangers_write_is_no_error(text: str, evidence: str) -> None:
    assert reason(f"Threshold Crossed: 1 datapoint [{text}] was less than the threshold ({evidence})")
    assert len(added(text, evidence)) <= len(evidence)


@pytest.mark.parametrize(
    ("number", "plural", "words"),
    [(1, "indexes", "1 index"), (1, "queues", "1 queue"), (1, "policies", "1 policy"), (2, "tables", "2 tables"),
     (0, "alarms", "0 alarms"), (1, "REST API stages", "1 REST API stage")],
)  # fmt: skip
def test_one_is_not_many(number: int, plural: str, words: str) -> None:
    assert counted(number, plural) == words
