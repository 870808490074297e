"""Filter patterns, against the examples of CloudWatch Logs' own user guide and what operators type."""

from __future__ import annotations

import pytest

from demo.logs.patterns import PatternError, parse

_ERROR = "[ERROR 419] MISSING ARGUMENTS in order-api"
_JSON = (
    '{"level":"ERROR","status":503,"latency":12.5,"user":{"id":"u-1","tags":["a","b"]},'
    '"dotted.key":1,"ok":true,"gone":null}'
)
_ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ("", "anything", True),
        ("ERROR", _ERROR, True),
        ("error", _ERROR, False),
        ("ERROR ARGUMENTS", _ERROR, True),
        ("ERROR WARN", _ERROR, False),
        ("?WARN ?ERROR", _ERROR, True),
        ("?WARN ?FATAL", _ERROR, False),
        ("ERROR -ARGUMENTS", _ERROR, False),
        ("-DEBUG", _ERROR, True),
        ("-ERROR", _ERROR, False),
        ('"MISSING ARGUMENTS"', _ERROR, True),
        ('"ARGUMENTS MISSING"', _ERROR, False),
        ('?"Task timed out" ?Exception', "2024 Task timed out after 3.00 seconds", True),
        ('-"in order-api"', _ERROR, False),
        (r'"say \"hi\""', 'they say "hi"', True),
        ("%[45]\\d\\d%", _ERROR, True),
        ("%^MISSING%", _ERROR, False),
        ("?WARN ERROR", _ERROR, True),  # ?terms beside others are ignored
    ],
)
def test_terms(pattern: str, message: str, matches: bool) -> None:
    assert (parse(pattern).match(message) is not None) is matches


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.level = "ERROR" }', True),
        ("{$.level=ERROR}", True),
        ('{ $.level != "ERROR" }', False),
        ('{ $.level = "ERR*" }', True),
        ('{ $.level = "*RR" }', False),
        ("{ $.level = %^E.+R$% }", True),
        ("{ $.status >= 500 }", True),
        ("{ $.status > 503 }", False),
        ("{ $.status = 5.03e2 }", True),
        ("{ $.latency < 12.6 && $.status = 503 }", True),
        ('{ $.status = 200 || $.level = "ERROR" }', True),
        ('{ ($.status = 200 || $.status = 503) && $.level = "WARN" }', False),
        ('{ $.status = 200 && $.x = 1 || $.level = "ERROR" }', True),
        ('{ $.user.id = "u-1" }', True),
        ('{ $.user.tags[1] = "b" }', True),
        ('{ $.user.tags[2] = "b" }', False),
        ('{ $.user.tags[*] = "a" }', True),
        ("{ $['dotted.key'] = 1 }", True),
        ("{ $.ok IS TRUE }", True),
        ("{ $.ok is false }", False),
        ("{ $.gone IS NULL }", True),
        ("{ $.never NOT EXISTS }", True),
        ("{ $.level NOT EXISTS }", False),
        ("{ $.never = 1 }", False),
        ("{ $.level > 3 }", False),
    ],
)
def test_selectors(pattern: str, matches: bool) -> None:
    assert (parse(pattern).match(_JSON) is not None) is matches


def test_a_selector_never_matches_what_is_not_a_json_object() -> None:
    pattern = parse("{ $.never NOT EXISTS }")
    assert [pattern.match(text) for text in ("plain", "[1]", "{broken", '"text"')] == [None] * 4


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[ip, id, user, time, request, status, bytes]", True),
        ("[ip, user]", False),
        ("[ip, id, user, time, request, status=4*, bytes>1000]", True),
        ("[ip, id, user, time, request, status=5*, bytes]", False),
        ("[..., status=404, bytes]", True),
        ("[ip, ..., bytes < 1000]", False),
        ('[ip, id, user, time, request = "*.html*", ...]', True),
        ("[ip, id, user, time, request, status = 404 || status = 410, bytes]", True),
        ("[ip != 127*, ...]", False),
    ],
)
def test_columns(pattern: str, matches: bool) -> None:
    assert (parse(pattern).match(_ACCESS) is not None) is matches


def test_a_pattern_gives_the_value_that_a_metric_is_made_of() -> None:
    assert parse("{ $.latency = * }").value(_JSON, "$.latency") == "12.5"
    assert parse("{ $.level = * }").value(_JSON, "$.user") is None
    assert parse("[..., status, bytes]").value(_ACCESS, "$bytes") == "1534"


@pytest.mark.parametrize(
    "pattern",
    [
        "order-api",
        '"open',
        "%(a+)+%",
        "{ $.level = }",
        "{ level = 1 }",
        '{ $.level = "ERROR"',
        '{ $.level > "ERROR" }',
        "{ ($.a = 1 }",
        "{ $.a = 1 } x",
        "{ $.a = 1 $.b = 2 }",
        "{ $.a IS MAYBE }",
        "[a, a]",
        "[a, b = 1 && c = 2]",
        "[a b]",
        "x" * 1025,
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)
