"""Alarms that fire are findings, as severe as somebody hears of them."""

from __future__ import annotations

import pytest

from aws.alarms.firing import firing
from aws.model import Alarm, AlarmState, Severity
from aws.slices import at_once
from tests.builders import NOW, a_function, an_alarm, arn

FN = a_function()
DAY = 86_400


def found_of(alarm: Alarm, **more: object) -> Severity:
    (finding,) = at_once(firing([alarm], {alarm.arn: (FN.arn,)}, NOW, **more))[FN.arn]  # type: ignore[arg-type]
    return finding.severity


@pytest.mark.parametrize(
    ("alarm", "severity"),
    [
        (an_alarm(), "critical"),
        (an_alarm(alarm_actions=()), "warning"),
        (an_alarm(actions_enabled=False), "warning"),
        (an_alarm(alarm_actions=("arn:aws:automate:eu-west-1:ec2:stop",)), "warning"),
        (an_alarm(since_s=None), "critical"),
        (an_alarm(since_s=NOW - DAY + 1.0), "critical"),
        (an_alarm(since_s=NOW - DAY), "info"),
        (an_alarm(alarm_actions=("arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x",)), "info"),
    ],
)
def test_severity(alarm: Alarm, severity: str) -> None:
    assert found_of(alarm).value == severity


def test_what_is_known_of_delivery_decides() -> None:
    assert found_of(an_alarm(), silent=lambda _: "nobody hears it") is Severity.WARNING
    assert found_of(an_alarm(), silent=lambda _: "") is Severity.CRITICAL


def test_it_stands_on_what_it_watches_since_it_went_into_alarm() -> None:
    alarm = an_alarm(reason="Threshold Crossed: 6 > 5", alarm_actions=(arn("sns", "pay-oncall"),))
    found = at_once(firing([alarm], {alarm.arn: (FN.arn, "arn:other")}, NOW))
    assert set(found) == {FN.arn, "arn:other"}
    (finding,) = found[FN.arn]
    assert (finding.rule, finding.since_s, finding.resource) == ("alarm.firing", alarm.since_s, FN.arn)
    assert finding.text == "alarm checkout-place-errors fires"
    assert finding.evidence == "Threshold Crossed: 6 > 5. It notifies pay-oncall."


def test_an_alarm_on_nothing_that_we_know_stands_for_itself() -> None:
    alarm = an_alarm()
    assert set(at_once(firing([alarm], {}, NOW))) == {alarm.arn}


def test_only_alarms_in_alarm_fire() -> None:
    quiet = [an_alarm(state=AlarmState.OK), an_alarm(state=AlarmState.INSUFFICIENT_DATA)]
    assert at_once(firing(quiet, {}, NOW)) == {}


def test_several_on_one_resource_come_worst_first() -> None:
    silent, loud = an_alarm("silent", alarm_actions=()), an_alarm("loud")
    found = at_once(firing([silent, loud], {silent.arn: (FN.arn,), loud.arn: (FN.arn,)}, NOW))
    assert [finding.text for finding in found[FN.arn]] == ["alarm loud fires", "alarm silent fires"]
