"""What a configuration value may be: the type of the default it replaces, and what the type alone does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aws.errors import UsageError
from aws.settings import MODES
from tui.config_alarms import pattern_problem, profile_problem, split, template_problem, whole_problem


def _between(low: float, high: float) -> tuple[Callable[[Any], bool], str]:
    return lambda value: low <= value <= high, f"a number from {low:g} to {high:g}"


def _one_of(*words: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in words, " or ".join(f'"{word}"' for word in words)


# What the type alone does not say.
_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "poll.mode": _one_of(*MODES),
    "poll.max_usd_per_hour": _between(0, 1000),
    "poll.interval_s": _between(5, 3600),
    "poll.window_s": _between(900, 10_800),
    "poll.inventory_every_s": _between(60, 86_400),
    "poll.alarms_every_s": _between(60, 86_400),
    "alarms.history_days": _between(1, 15),  # CloudWatch keeps one-minute data for 15 days
    "alarms.noisy_fires": _between(1, 10_000),
    "ui.theme": _one_of("auto", "dark", "light", "ansi"),
    "ui.time": _one_of("utc", "local"),
}

_TYPE_WORDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text in quotes",
    list: "a list of texts",
}


def checked(file: Path, key: str, value: Any, defaults: Mapping[str, Any]) -> Any:
    """The value, if it may stand at that dotted key. Raises `UsageError` naming file, key and what was expected."""
    check = _OPEN_TABLES.get(key.split(".", 1)[0])
    if problem := check(key, value) if check else _plain_problem(key, value, defaults):
        raise UsageError(f"{file}: {key}: {problem}", "`cwtop config` lists every key with its value")
    return value


def checked_whole(values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
    """Raise `UsageError` for values that are right one by one and wrong together."""
    key, problem = whole_problem(values)
    if problem:
        table = key.rpartition(".")[0]
        source = origins.get(key) or next((where for other, where in origins.items() if other.startswith(table)), "")
        raise UsageError(f"{source}: {key}: {problem}", "`cwtop config` lists every key with its value")


def _plain_problem(key: str, value: Any, defaults: Mapping[str, Any]) -> str:
    if key not in defaults:
        return f"unknown key{_did_you_mean(key, defaults)}"
    if problem := _type_problem(defaults[key], value):
        return problem
    if key == "poll.services":
        return _services_problem(value)
    if key == "alarms.name":
        return template_problem(value)
    accepts, expected = _CHECKS.get(key, (lambda _: True, ""))
    return "" if accepts(value) else f"expected {expected}, not {value!r}"


def _type_problem(default: Any, value: Any) -> str:
    wanted = type(default)
    numeric = wanted in (int, float) and isinstance(value, int | float) and not isinstance(value, bool)
    fits = numeric or type(value) is wanted
    if fits and wanted is list:
        fits = all(isinstance(item, str) for item in value)
    return "" if fits else f"expected {_TYPE_WORDS[wanted]}, not {value!r}"


def _services_problem(names: list[str]) -> str:
    from aws.services import registry

    unknown = [name for name in names if name not in registry()]
    return f"unknown service {unknown[0]!r}: cwtop knows {', '.join(registry())}" if unknown else ""


def _key_problem(_key: str, value: Any) -> str:
    return _type_problem("", value)


def _account_problem(key: str, value: Any) -> str:
    fields = {"name": "", "production": False}
    field_name = split(key)[2]
    if field_name not in fields:
        return 'unknown key: an account has "name" and "production"'
    return _type_problem(fields[field_name], value)


def _threshold_problem(key: str, value: Any) -> str:
    from aws.services import registry

    figures = {
        f'thresholds."{rule.id}".{name}'
        for service in registry().values()
        for rule in service.rules
        for name in rule.thresholds
    }
    if key not in figures:
        return f"unknown rule or figure{_did_you_mean(key, figures)}"
    return _type_problem(0.0, value)


_OPEN_TABLES: Mapping[str, Callable[[str, Any], str]] = {
    "keys": _key_problem,
    "accounts": _account_problem,
    "thresholds": _threshold_problem,
    "log_patterns": pattern_problem,
    "profiles": profile_problem,
}


def _did_you_mean(key: str, known: Mapping[str, Any] | set[str]) -> str:
    import difflib

    close = difflib.get_close_matches(key, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
