"""Selectors in JSON events: ``{ ($.level = "ERROR" || $.code >= 500) && $.user.name = "a*" }``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from demo.logs.patterns.conditions import Condition, Tokens, parse_condition
from demo.logs.patterns.match import Extracted, PatternError, comparison

_STEP = re.compile(r"\.(?P<name>[^.\[\]\s]+)|\[(?P<index>\d+|\*)\]|\['(?P<quoted>[^']*)'\]")
_Path: TypeAlias = "tuple[str | int, ...]"
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Selector:
    """Matches events that are JSON objects and satisfy ``condition``."""

    condition: Condition[Any]

    def match(self, message: str) -> Extracted | None:
        """An event that is not JSON never matches."""
        event = _event(message)
        return {} if event is not None and self.condition(event) else None

    def value(self, message: str, reference: str) -> str | None:
        """The scalar at ``$.field`` as text."""
        event = _event(message)
        found = [] if event is None else _select(event, _path(reference))
        return _text(found[0]) if found else None


def parse_selector(text: str) -> Selector:
    """Raises `PatternError`."""
    if not text.endswith("}"):
        raise PatternError("a JSON filter pattern ends with }")
    tokens = Tokens(text[1:-1])
    condition: Condition[Any] = parse_condition(tokens, _comparison)
    tokens.end()
    return Selector(condition)


def _comparison(tokens: Tokens) -> Callable[[Any], bool]:
    name, quoted = tokens.take("a property such as $.level")
    if quoted:
        raise PatternError(f"a property is written without quotes, such as $.level, not {name!r}")
    path = _path(name)
    match tokens.peek().upper():
        case "IS":
            tokens.take()
            return _is(path, tokens.take("TRUE, FALSE or NULL")[0].upper())
        case "NOT":
            tokens.take()
            word = tokens.take("EXISTS")[0]
            if word.upper() != "EXISTS":
                raise PatternError(f"NOT is followed by EXISTS, not by {word!r}")
            return lambda event: not _select(event, path)
        case "EXISTS":
            tokens.take()
            return lambda event: bool(_select(event, path))
    operator = tokens.operator()
    operand, quoted = tokens.take("a value")
    test = comparison(operator, operand, quoted=quoted)
    return lambda event: any(text is not None and test(text) for text in map(_text, _select(event, path)))


def _is(path: _Path, word: str) -> Callable[[Any], bool]:
    wanted = {"TRUE": True, "FALSE": False, "NULL": None}
    if word not in wanted:
        raise PatternError(f"IS is followed by TRUE, FALSE or NULL, not by {word!r}")
    value = wanted[word]
    return lambda event: any(found is value for found in _select(event, path))


def _path(text: str) -> _Path:
    if not text.startswith("$") or len(text) < 2:
        raise PatternError(f"a property starts with $., not {text!r}")
    steps: list[str | int] = []
    at = 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise PatternError(f"cannot read the property {text!r}")
        index = found["index"]
        steps.append(int(index) if index and index != _ANY else str(index or found["name"] or found["quoted"]))
        at = found.end()
    return tuple(steps)


def _select(value: Any, path: _Path) -> list[Any]:
    found = [value]
    for step in path:
        found = [inner for outer in found for inner in _step(outer, step)]
    return found


def _step(value: Any, step: str | int) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) if step == _ANY else [value[step]] if step in value else []
    if isinstance(value, list):
        if step == _ANY:
            return value
        return [value[step]] if isinstance(step, int) and step < len(value) else []
    return []


def _text(value: Any) -> str | None:
    """A scalar as a pattern sees it; None for objects, lists and null, which equal nothing."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
    return None


def _event(message: str) -> dict[str, Any] | None:
    if not message.lstrip().startswith("{"):
        return None
    try:
        event = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    return event if isinstance(event, dict) else None
