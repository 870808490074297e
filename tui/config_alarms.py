"""The configuration's tables on alarms: checked one value at a time, then as a whole, and made into `AlarmSettings`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from aws.model import Severity
from aws.services.recommendation import RECOMMENDED
from aws.settings import BUILT_IN_PROFILES, AlarmSettings, LogPattern, Profile, log_rule

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_IN_TEMPLATE = frozenset({"rule", "resource", "service", "kind", "severity"})
_MOST_MINUTES = 24 * 60

# Key of a log pattern -> (whether a value may stand there, what is expected).
_PATTERN_KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "pattern": (lambda value: isinstance(value, str) and 0 < len(value) <= 1024, "a filter pattern in quotes"),
    "over": (lambda value: _is_number(value) and value >= 0, "a number of lines"),
    "minutes": (lambda value: _is_number(value) and value in range(1, _MOST_MINUTES + 1), "a whole number of minutes"),
    "severity": (lambda value: value in ("critical", "warning"), '"critical" or "warning"'),
    "profiles": (
        lambda value: isinstance(value, list) and all(each in BUILT_IN_PROFILES for each in value),
        f"a list of {', '.join(BUILT_IN_PROFILES)}",
    ),
}


def template_problem(template: Any) -> str:
    """Why this may not be the template of alarm names; empty where it may."""
    try:
        parts = [(name, spec, turn) for _, name, spec, turn in Formatter().parse(template) if name is not None]
    except ValueError as error:
        return f"a brace without its other half ({error})"
    names = {name for name, _, _ in parts}
    if unknown := sorted(names - _IN_TEMPLATE) or [name for name, spec, turn in parts if spec or turn]:
        return f"{{{unknown[0]}}} is unknown: {', '.join(sorted(_IN_TEMPLATE))} may stand in braces"
    if not {"rule", "resource"} <= names:
        return "expected both {rule} and {resource}, or alarms would share a name"
    return ""


def pattern_problem(key: str, value: Any) -> str:
    """Why this may not stand at ``log_patterns."NAME".KEY``; empty where it may."""
    _, name, field = split(key)
    if not _NAME.fullmatch(name) or field not in _PATTERN_KEYS:
        return f"unknown key: a log pattern has a short name and {', '.join(_PATTERN_KEYS)}"
    accepts, expected = _PATTERN_KEYS[field]
    return "" if accepts(value) else f"expected {expected}, not {value!r}"


def profile_problem(key: str, value: Any) -> str:
    """Why this may not stand at ``profiles."NAME".KEY``; empty where it may."""
    _, name, field = split(key)
    if name in BUILT_IN_PROFILES:
        return "this profile is built in: give yours another name"
    if not _NAME.fullmatch(name) or not field:
        return "unknown key: a profile has a short name, based_on, leave_out and figures of alarms"
    if field == "based_on":
        return "" if isinstance(value, str) else f"expected a text in quotes, not {value!r}"
    if field == "leave_out":
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return "" if fits else f"expected a list of texts, not {value!r}"
    if field not in _figures():
        return f"unknown alarm or figure{_did_you_mean(field, _figures())}"
    return "" if _is_number(value) else f"expected a number, not {value!r}"


def whole_problem(values: Mapping[str, Any]) -> tuple[str, str]:
    """(key, problem) of what fits by itself and not together; two empty texts where all fits."""
    profiles, patterns = tables(values, "profiles"), tables(values, "log_patterns")
    known = {*BUILT_IN_PROFILES, *profiles}
    if values["alarms.profile"] not in known:
        return "alarms.profile", f"unknown profile {values['alarms.profile']!r}: there are {', '.join(sorted(known))}"
    for name, pattern in patterns.items():
        if "pattern" not in pattern:
            return f'log_patterns."{name}".pattern', "missing: what shall the lines match?"
    rules = {rule for rule, _ in _recommended()} | {log_rule(name) for name in patterns}
    for name, profile in profiles.items():
        if problem := _circle(name, profiles, known):
            return f'profiles."{name}".based_on', problem
        for left_out in profile.get("leave_out", ()):
            if left_out not in rules:
                return f'profiles."{name}".leave_out', f"unknown alarm{_did_you_mean(left_out, rules)}"
    return "", ""


def build(values: Mapping[str, Any]) -> AlarmSettings:
    """The settings from values that were checked."""
    return AlarmSettings(
        profile=values["alarms.profile"],
        name_template=values["alarms.name"],
        ok_actions=values["alarms.ok_actions"],
        history_days=int(values["alarms.history_days"]),
        noisy_fires=int(values["alarms.noisy_fires"]),
        log_patterns={name: _pattern(fields) for name, fields in tables(values, "log_patterns").items()},
        profiles={name: _profile(fields) for name, fields in tables(values, "profiles").items()},
    )


def split(key: str) -> tuple[str, str, str]:
    """The three parts of an open table's key, ``table."name".key``; the last two empty where it has no name."""
    table, _, rest = key.partition('."')
    name, _, field = rest.partition('".')
    return table, name, field


def tables(values: Mapping[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """The tables below ``table``, by name."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        head, name, field = split(key)
        if head == table and name:
            found.setdefault(name, {})[field] = value
    return found


def _pattern(fields: Mapping[str, Any]) -> LogPattern:
    usual = LogPattern(pattern=fields["pattern"])
    return LogPattern(
        pattern=usual.pattern,
        over=float(fields.get("over", usual.over)),
        minutes=int(fields.get("minutes", usual.minutes)),
        severity=Severity(fields.get("severity", usual.severity)),
        profiles=frozenset(fields.get("profiles", usual.profiles)),
    )


def _profile(fields: Mapping[str, Any]) -> Profile:
    figures: dict[str, dict[str, float]] = {}
    for key, value in fields.items():
        if key not in ("based_on", "leave_out"):
            rule, _, figure = key.rpartition(".")
            figures.setdefault(rule, {})[figure] = float(value)
    return Profile(
        based_on=fields.get("based_on", RECOMMENDED),
        leave_out=frozenset(fields.get("leave_out", ())),
        figures=figures,
    )


def _circle(name: str, profiles: Mapping[str, Mapping[str, Any]], known: set[str]) -> str:
    seen: list[str] = []
    at = name
    while at in profiles:
        if at in seen:
            return f"a circle: {' > '.join([*seen, at])}"
        seen.append(at)
        at = profiles[at].get("based_on", RECOMMENDED)
        if at not in known:
            return f"unknown profile {at!r}: there are {', '.join(sorted(known))}"
    return ""


def _recommended() -> list[tuple[str, Mapping[str, float]]]:
    from aws.services import registry

    return [(each.id, each.figures) for service in registry().values() for each in service.recommendations]


def _figures() -> set[str]:
    return {f"{rule}.{figure}" for rule, figures in _recommended() for figure in figures}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _did_you_mean(word: str, known: set[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f" {word!r}; did you mean {close[0]}?" if close else f" {word!r}"
