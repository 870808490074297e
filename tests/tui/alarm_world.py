"""The evening in the shop's account, with what its resources lack and a desk that can mend it."""

from __future__ import annotations

from typing import Any

from aws.alarms.definition import Attention, Conflict
from aws.model import Cover, Covered, Severity, Snapshot
from tests.tui.desks import FakeDesk, planned
from tests.tui.story import BFF, PLACE, RENDER, STAGE, evening

ERRORS, RARE = planned(PLACE), planned(BFF, owner_stack="shop-prod")
THROTTLES = planned(
    PLACE, "lambda.throttles", severity=Severity.WARNING, period_s_=60, threshold_=1.0, datapoints_to_alarm_=2,
    evaluation_periods_=3, comparison_="GreaterThanOrEqualToThreshold",
)  # fmt: skip
NOISY = planned(
    BFF, "lambda.throttles", severity=Severity.WARNING, noisy=True, would_have_fired=9, fires_now=True, threshold_=0.0
)
CONFLICT = Conflict(planned(RENDER), "the name is used: Threshold 10 is not 5", {"Threshold": (10.0, 5.0)})
COVERAGE = {
    PLACE.arn: (
        Covered("lambda.errors", Cover.PRESENT),
        Covered("lambda.throttles", Cover.MISSING),
        Covered("lambda.duration", Cover.SILENT, detail="it has no action"),
    ),
    BFF.arn: (
        Covered("lambda.errors", Cover.DEAD),
        Covered("lambda.throttles", Cover.MISSING),
        Covered("lambda.iterator_age", Cover.NOT_APPLICABLE),
    ),
    STAGE.arn: (
        Covered("apigateway.5xx", Cover.PRESENT),
        Covered("apigateway.latency", Cover.WEAKER),
        Covered("apigateway.4xx", Cover.UNKNOWN),
    ),
}


def shop(**more: Any) -> Snapshot:
    """The evening, its coverage known."""
    return evening(coverage=COVERAGE, **more)


def a_desk() -> FakeDesk:
    """Four alarms to create, one whose name is used, one that is silent, one that exists."""
    return FakeDesk(
        ERRORS,
        THROTTLES,
        RARE,
        NOISY,
        conflicts=(CONFLICT,),
        attention=(Attention("mobile-bff-errors", BFF.arn, "silent: it has no actions"),),
        present=((PLACE.arn, "lambda.duration", "checkout-place-errors"),),
    )
