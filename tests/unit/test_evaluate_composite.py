"""Composite alarms' rules: parsed, refused, true or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.evaluate.composite import alarm_name, children, holds, parse_rule
from aws.evaluate.errors import RuleError
from aws.model import AlarmState

ARN = "arn:aws:cloudwatch:eu-west-1:482193019034:alarm:"
STATES = {
    "fires": AlarmState.ALARM,
    "rests": AlarmState.OK,
    "blind": AlarmState.INSUFFICIENT_DATA,
    'with space (and) "quotes"': AlarmState.ALARM,
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("TRUE", True),
        ("false", False),
        ("ALARM(fires)", True),
        ('ALARM("fires")', True),
        (f'ALARM("{ARN}fires")', True),
        (f"ALARM({ARN}fires)", True),
        ("ALARM(rests)", False),
        ("OK(rests) AND INSUFFICIENT_DATA(blind)", True),
        ("NOT ALARM(fires)", False),
        ("NOT NOT ALARM(fires)", True),
        ("ALARM(fires) AND NOT ALARM(rests)", True),
        ("(ALARM(fires) OR ALARM(rests)) AND OK(rests)", True),
        ("ALARM(rests) AND ALARM(rests) OR ALARM(fires)", True),  # AND binds tighter
        ("ALARM(fires) OR ALARM(rests) AND ALARM(rests)", True),
        ("NOT ALARM(rests) OR ALARM(fires) AND FALSE", True),
        ("  alarm( fires )and\n ok( rests ) ", True),
        ('ALARM("with space (and) \\"quotes\\"")', True),
        ("ALARM(gone)", False),
        ("OK(gone) OR INSUFFICIENT_DATA(gone)", False),
    ],
)
def test_a_rule_holds_or_does_not(rule: str, expected: bool) -> None:
    assert holds(parse_rule(rule), STATES.get) is expected


@pytest.mark.parametrize(
    ("rule", "position"),
    [
        ("", 0),
        ("ALARM", 5),
        ("ALARM()", 6),
        ("ALARM(fires", 6),
        ("ALARM(fires) ALARM(rests)", 13),
        ("ALARM(fires) AND", 16),
        ("(ALARM(fires)", 13),
        ("BROKEN(fires)", 0),
        ("ALARM(fires) XOR TRUE", 13),
        ("NOT", 3),
        ("(" * 200 + "TRUE" + ")" * 200, 100),
    ],
)
def test_a_rule_that_is_wrong_is_refused_where_it_is_wrong(rule: str, position: int) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(rule)
    assert caught.value.position == position


def test_too_many_children_or_elements_are_refused() -> None:
    with pytest.raises(RuleError, match="100 alarms"):
        parse_rule(" OR ".join(f"ALARM(a{index})" for index in range(101)))
    with pytest.raises(RuleError, match="500 elements"):
        parse_rule(" OR ".join(["TRUE"] * 501))


def test_children_are_named_once_and_in_order() -> None:
    rule = parse_rule(f'ALARM(b) OR (NOT OK("{ARN}a") AND INSUFFICIENT_DATA(b))')
    assert children(rule) == ("b", "a")
    assert alarm_name(f"{ARN}a:b") == "a:b"


@given(st.text(alphabet='ALRMOKNTD()" x', max_size=40))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        fault_at = 0 if holds(parse_rule(text), STATES.get) in (True, False) else -1
    except RuleError as error:
        fault_at = error.position
    assert 0 <= fault_at <= len(text)
