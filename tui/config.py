"""The configuration: built-in defaults, then the user's file, then the command line. Strict, and it remembers where
each value came from.

The shipped ``config.toml`` is the schema: a user's value must have the type of the default it replaces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws.errors import UsageError
from aws.settings import AlarmSettings, PollSettings
from tui.config_alarms import build as build_alarms
from tui.config_alarms import tables
from tui.config_checks import checked, checked_whole

BUILT_IN = "built-in"
_SHIPPED = Path(__file__).with_name("config.toml")
# Tables of tables that the user names; what is below them has its name in quotes: it may hold dots itself.
_OPEN_TABLES = frozenset({"accounts", "thresholds", "log_patterns", "profiles"})


@dataclass(frozen=True, slots=True)
class Ui:
    """How the screen behaves."""

    theme: str = "auto"
    time: str = "utc"
    mouse: bool = True
    ascii: bool = False


@dataclass(frozen=True, slots=True)
class AccountNote:
    """What the user says about one of their accounts."""

    name: str = ""
    production: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The effective configuration. ``origins`` maps each dotted key to where its value came from."""

    ui: Ui = field(default_factory=Ui)
    poll: PollSettings = field(default_factory=PollSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    read_only: bool = False
    cache: bool = True
    roles_at_start: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, AccountNote] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def load(path: Path | None = None, overrides: Mapping[str, tuple[Any, str]] | None = None) -> Config:
    """Read the configuration.

    ``path`` is a file the user named (it must exist); without it the file in the XDG configuration folder is read
    where there is one. ``overrides`` maps dotted keys to (value, where it came from), such as
    ``{"read_only": (True, "--read-only")}``. Raises `UsageError` with file, key and what was expected.
    """
    values = shipped()
    origins = dict.fromkeys(values, BUILT_IN)
    for key, value in _user_values(path).items():
        source, checked = value
        values[key], origins[key] = checked, source
    for key, (value, source) in (overrides or {}).items():
        values[key], origins[key] = value, source
    checked_whole(values, origins)
    return _build(values, origins)


def shipped() -> dict[str, Any]:
    """Every setting's default by its dotted key, from the file that ships with the package."""
    return _flatten(tomllib.loads(_SHIPPED.read_text(encoding="utf-8")))


def user_file() -> Path:
    """Where the user's configuration is looked for when none is named."""
    import platformdirs

    return Path(platformdirs.user_config_path("cwtop")) / "config.toml"


def _user_values(path: Path | None) -> dict[str, tuple[str, Any]]:
    file = path or user_file()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return {}
        raise UsageError(f"{file}: no such file", "check the path given with --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}", "check the file's permissions and encoding") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{file}: not valid TOML: {error}", "mend that line; `cwtop config` shows the defaults"
        ) from error
    defaults = shipped()
    return {key: (str(file), checked(file, key, value, defaults)) for key, value in _flatten(document).items()}


def _flatten(document: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys; those below an open table are ``table."name".key``."""
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if not isinstance(value, dict):
            flat[name] = value
            continue
        for key, inner in value.items():
            if name in _OPEN_TABLES and isinstance(inner, dict):
                flat.update({f'{name}."{key}".{below}': each for below, each in _dotted(inner)})
            else:
                flat[f"{name}.{key}"] = inner
    return flat


def _dotted(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Keys with dots in them, whether they were written in quotes or not."""
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from ((f"{key}.{below}", each) for below, each in _dotted(value))
        else:
            yield key, value


def _build(values: Mapping[str, Any], origins: Mapping[str, str]) -> Config:
    alarms = build_alarms(values)
    return Config(
        ui=Ui(**{name: values[f"ui.{name}"] for name in ("theme", "time", "mouse", "ascii")}),
        poll=PollSettings(
            mode=values["poll.mode"],
            max_usd_per_hour=float(values["poll.max_usd_per_hour"]) or None,
            interval_s=float(values["poll.interval_s"]),
            window_s=int(values["poll.window_s"]) // 60 * 60,
            inventory_every_s=float(values["poll.inventory_every_s"]),
            alarms_every_s=float(values["poll.alarms_every_s"]),
            services=tuple(values["poll.services"]),
            thresholds=tables(values, "thresholds"),
            alarms=alarms,
        ),
        alarms=alarms,
        read_only=values["read_only"],
        cache=values["cache.enabled"],
        roles_at_start=values["roles.read_at_start"],
        keys={key.removeprefix("keys."): value for key, value in values.items() if key.startswith("keys.")},
        accounts={name: AccountNote(**note) for name, note in tables(values, "accounts").items()},
        origins=origins,
        values=values,
    )
