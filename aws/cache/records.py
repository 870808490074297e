"""What was seen, as lines of JSON and back. Pure.

The first line says whose cache it is and of which version, the last how many lines there are: what was torn has no
last line. Every line is small, because parsing one holds the interpreter's lock for as long as it takes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

import orjson

from aws.cache.seen import Place, Seen
from aws.model import (
    Alarm,
    AlarmKind,
    AlarmState,
    Fact,
    Finding,
    Link,
    LinkKind,
    MetricKey,
    Phase,
    Query,
    Resource,
    Scope,
    Severity,
    Watched,
)

_log = logging.getLogger(__name__)
# To be raised whenever a line's meaning changes, the model's own fields included.
VERSION: Final = 2

_RESOURCE, _LINK, _ALARM, _FINDING, _END = "resource", "link", "alarm", "finding", "end"


class Damaged(ValueError):
    """Not a cache of this version for this place, or not all of one."""


# Of each kind all fields but the scope, which is the whole file's.
_NAMES: Final[Mapping[type, tuple[str, ...]]] = {
    kind: tuple(field.name for field in fields(kind) if field.name != "scope")
    for kind in (Resource, Link, Alarm, Finding)
}


def encode(seen: Seen, place: Place) -> Iterator[bytes]:
    """The lines, each with its newline."""
    yield _line("cwtop", _header(place) | {"at_s": seen.at_s})
    count = 0
    for word, values in (
        (_RESOURCE, seen.resources),
        (_LINK, seen.links),
        (_ALARM, seen.alarms),
        (_FINDING, seen.findings),
    ):
        for value in values:
            told = {name: getattr(value, name) for name in _NAMES[type(value)]}
            try:
                line = _line(word, told)
            except orjson.JSONEncodeError as error:  # a name that is no Unicode costs that one, not all
                _log.info("a %s is not cached: %s", word, error)
                continue
            count += 1
            yield line
    yield _line(_END, count)


def decode(lines: Iterable[bytes], place: Place) -> Seen:
    """What was seen. Raises `Damaged`."""
    found: dict[str, list[Any]] = {_RESOURCE: [], _LINK: [], _ALARM: [], _FINDING: []}
    at_s: float | None = None
    ended = False
    try:
        for line in lines:
            word, told = orjson.loads(line)
            if ended:
                raise Damaged("lines after the last")
            if at_s is None:
                at_s = _at_s(word, told, place)
            elif word == _END:
                ended = told == sum(map(len, found.values()))
            else:
                found[word].append(_READ[word](told, place.scope))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error
    if at_s is None or not ended:
        raise Damaged("it has no end")
    return Seen(at_s, *(tuple(values) for values in found.values()))


def _header(place: Place) -> dict[str, Any]:
    scope = place.scope
    return {
        "version": VERSION,
        "partition": scope.partition,
        "account": scope.account,
        "region": scope.region,
        "endpoint": place.endpoint,
    }


def _at_s(word: str, told: Mapping[str, Any], place: Place) -> float:
    for name, value in _header(place).items():
        if word != "cwtop" or told[name] != value:
            raise Damaged(f"another {name}")
    return float(told["at_s"])


def _line(word: str, told: object) -> bytes:
    return orjson.dumps((word, told), default=_plain, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    """What orjson does not take by itself: named tuples, and mappings that are not dicts."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not cached")


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Damaged("a text is something else")
    return value


def _number(value: Any) -> float | None:
    if value is None or type(value) in (int, float):
        found: float | None = value
        return found
    raise Damaged("a number is something else")


def _whole(value: Any) -> int | None:
    if value is not None and type(value) is not int:
        raise Damaged("a whole number is something else")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise Damaged("a yes or no is something else")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in value)


def _fact(value: Any) -> Fact:
    if isinstance(value, list):
        return _texts(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise Damaged("a fact is something else")


def _resource(told: Mapping[str, Any], scope: Scope) -> Resource:
    texts = {name: _text(told[name]) for name in ("service", "kind", "name", "arn")}
    facts = {name: _fact(value) for name, value in told["facts"].items()}
    tags = {name: _text(value) for name, value in told["tags"].items()}
    return Resource(scope=scope, facts=facts, tags=tags, **texts)


def _link(told: Mapping[str, Any], _: Scope) -> Link:
    return Link(_text(told["cause"]), _text(told["effect"]), LinkKind(told["kind"]), _text(told["evidence"]))


def _watched(told: Any) -> Watched:
    (namespace, name, dimensions), stat, period_s, unit = told
    pairs = tuple((_text(key), _text(value)) for key, value in dimensions)
    return Watched(MetricKey(_text(namespace), _text(name), pairs), _text(stat), _whole(period_s) or 0, _text(unit))


def _query(told: Any) -> Query:
    name, watched, expression, returned, period_s = told
    held = None if watched is None else _watched(watched)
    return Query(_text(name), held, _text(expression), _flag(returned), _whole(period_s))


def _watches(told: Any) -> tuple[Watched, ...]:
    return tuple(map(_watched, told))


def _queries(told: Any) -> tuple[Query, ...]:
    return tuple(map(_query, told))


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


ALARM_FIELDS: Final[Mapping[str, Any]] = {
    "name": _text,
    "arn": _text,
    "kind": AlarmKind,
    "state": AlarmState,
    "since_s": _number,
    "updated_s": _number,
    "reason": _text,
    "description": _text,
    "watches": _watches,
    "expressions": _texts,
    "queries": _queries,
    "band_id": _text,
    "rule": _text,
    "comparison": _text_or_none,
    "threshold": _number,
    "evaluation_periods": _whole,
    "datapoints_to_alarm": _whole,
    "treat_missing": _text,
    "actions_enabled": _flag,
    "alarm_actions": _texts,
    "ok_actions": _texts,
    "insufficient_data_actions": _texts,
}
FINDING_FIELDS: Final[Mapping[str, Any]] = {
    "rule": _text,
    "severity": Severity,
    "resource": _text,
    "text": _text,
    "metric": _text,
    "value": _number,
    "unit": _text,
    "since_s": _number,
    "since_mark": _text,
    "evidence": _text,
    "phase": Phase,
    "recovered_s": _number,
    "relapses": lambda value: _whole(value) or 0,
}


def _alarm(told: Mapping[str, Any], scope: Scope) -> Alarm:
    return Alarm(scope=scope, **{name: read(told[name]) for name, read in ALARM_FIELDS.items()})


def _finding(told: Mapping[str, Any], _: Scope) -> Finding:
    return Finding(**{name: read(told[name]) for name, read in FINDING_FIELDS.items()})


_READ: Final[Mapping[str, Any]] = {_RESOURCE: _resource, _LINK: _link, _ALARM: _alarm, _FINDING: _finding}
