"""Which filter pattern surely counts every line that another means."""

from __future__ import annotations

import pytest

from aws.alarms.log_patterns import at_least_as_wide


@pytest.mark.parametrize(
    ("one", "other", "wide"),
    [
        ("", "?ERROR ?Exception", True),
        (" ?ERROR  ?Exception ", "?ERROR ?Exception", True),
        ('?Exception ?"ERROR"', "?ERROR ?Exception", True),
        ("?ERROR ?Exception ?panic", "?ERROR ?Exception", True),
        ("ERROR", "?ERROR ?Exception", False),
        ("ERROR", "ERROR database", True),
        ("ERROR database", "ERROR", False),
        ('?"Task timed out" ?ERROR', '"Task timed out"', True),
        ("Task timed out", '"Task timed out"', False),
        ("ERROR -expected", "ERROR", False),
        ("ERROR", "ERROR -expected", True),
        ("ERROR -expected", "ERROR -expected", True),
        ("?ERROR Exception", "?ERROR", False),  # which the service reads as Exception alone
        ('{ $.level  = "ERROR" }', '{ $.level = "ERROR" }', True),
        ('{ $.level = "ERROR" || $.level = "WARN" }', '{ $.level = "ERROR" }', False),
        ("%ERR%", "ERROR", False),
        ('"unclosed', "ERROR", False),
        ("ERROR", "", False),
    ],
)
def test_a_pattern_is_as_wide_as_another(one: str, other: str, wide: bool) -> None:
    assert at_least_as_wide(one, other) is wide
