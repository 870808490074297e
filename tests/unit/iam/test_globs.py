"""Wildcards against brute force: every action that AWS has, and every short text."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws.iam.action_sets import ActionSet
from aws.iam.actions import service_actions
from aws.iam.globs import covers, normal, overlaps

SERVICES = ("sqs", "lambda", "kms")
ACTIONS = [fact.name for service in SERVICES for fact in service_actions(service).values()]
TEXTS = ["".join(signs) for length in range(5) for signs in product("ab", repeat=length)]
PATTERNS = st.text("ab*?", max_size=4).map(normal)


@cache
def regex_of(pattern: str) -> re.Pattern[str]:
    regex = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.compile(regex, re.IGNORECASE)


def brute(pattern: str, text: str) -> bool:
    return regex_of(pattern).fullmatch(text) is not None


@st.composite
def action_patterns(draw: st.DrawFn) -> str:
    """An action with pieces of it replaced by wildcards, in any case."""
    signs = list(draw(st.sampled_from(ACTIONS)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(signs) - 1))
        signs[at : at + draw(st.integers(0, 6))] = draw(st.sampled_from("*?"))
    text = "".join(signs)
    return draw(st.sampled_from([text, text.upper()]))


@given(st.lists(action_patterns(), min_size=1, max_size=5), st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_statement_holds_the_actions_that_brute_force_says(patterns: list[str], inverted: bool) -> None:
    held = ActionSet(patterns, inverted=inverted)
    for action in ACTIONS:
        expected = any(brute(pattern, action) for pattern in patterns) is not inverted
        assert held.holds(*action.lower().split(":")) is expected, action
    if not inverted:
        for service in SERVICES:
            own = [each for each in patterns if each.lower().startswith(f"{service}:")]
            names = list(service_actions(service))
            known = [fact.name.lower().partition(":")[2] for fact in held.known(service)]
            assert known == [n for n in names if any(brute(p, f"{service}:{n}") for p in own)]


@given(PATTERNS, PATTERNS)
@settings(max_examples=100, deadline=None)
def test_patterns_cover_and_meet_as_the_texts_do(one: str, other: str) -> None:
    ours = {text for text in TEXTS if brute(one, text)}
    theirs = {text for text in TEXTS if brute(other, text)}
    if covers(one, other):
        assert theirs <= ours
    if ours & theirs:
        assert overlaps(one, other)
        assert overlaps(other, one)
    elif len(one) + len(other) <= 4:  # what meets in longer texts only is not among ours
        assert not overlaps(one, other)


@pytest.mark.parametrize(
    ("pattern", "asked", "expected"),
    [
        ("?*", "*?", True),  # normal form makes them the same
        ("a?", "a*", False),  # one character does not cover any number
        ("*", "", True),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::*", False),
    ],
)
def test_a_pattern_covers_a_pattern(pattern: str, asked: str, expected: bool) -> None:
    assert covers(normal(pattern), normal(asked)) is expected


def test_a_hundred_wildcards_are_no_trap() -> None:
    pattern = normal("*a" * 100 + "b")
    assert not covers(pattern, "a" * 500)
    assert overlaps(pattern, "*" + "a" * 500 + "?")
