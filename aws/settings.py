"""What the aws layer can be told to do otherwise. The defaults are those of config.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws.model import Severity
from aws.services.recommendation import MINIMAL, RECOMMENDED, STRICT

# How much is spent on freshness: see `aws.poller`'s tiers.
MODES = ("economy", "standard", "thorough")
BUILT_IN_PROFILES = (MINIMAL, RECOMMENDED, STRICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPattern:
    """An alarm on a function's log lines: more than ``over`` that match ``pattern`` within ``minutes``.

    ``pattern`` is CloudWatch Logs' own filter pattern; ``profiles`` the built-in profiles that have the alarm.
    """

    pattern: str
    over: float = 5.0
    minutes: int = 5
    severity: Severity = Severity.CRITICAL
    profiles: frozenset[str] = frozenset({RECOMMENDED, STRICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile of the user's own: another one, without some of its alarms and with other figures for some.

    ``figures`` maps a recommendation's id to the figures that differ.
    """

    based_on: str = RECOMMENDED
    leave_out: frozenset[str] = frozenset()
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


DEFAULT_LOG_PATTERNS: Mapping[str, LogPattern] = {
    "errors": LogPattern(pattern="?ERROR ?Exception"),
    "timeouts": LogPattern(pattern='"Task timed out"', over=0, severity=Severity.WARNING, profiles=frozenset({STRICT})),
    "memory": LogPattern(
        pattern='"Runtime.OutOfMemory"', over=0, severity=Severity.WARNING, profiles=frozenset({STRICT})
    ),
}


def log_rule(name: str) -> str:
    """The rule id of the alarm on a log pattern, by the pattern's name."""
    return f"lambda.log-{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """Which alarms are recommended, what they are called, and when one counts as noisy.

    ``name_template`` holds {rule} and {resource}, and may hold {service}, {kind} and {severity}; an alarm that would
    have fired ``noisy_fires`` times in ``history_days`` is noisy.
    """

    profile: str = RECOMMENDED
    name_template: str = "cwtop/{rule}/{resource}"
    ok_actions: bool = True
    history_days: int = 14
    noisy_fires: int = 5
    log_patterns: Mapping[str, LogPattern] = field(default_factory=lambda: DEFAULT_LOG_PATTERNS)
    profiles: Mapping[str, Profile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """``services`` empty: all. ``thresholds`` maps a rule id to the figures that differ from its defaults; ``alarms``
    says which alarms are recommended. ``mode`` is one of `MODES`; ``max_usd_per_hour`` None: no limit but the
    mode's own. Without ``metrics`` there are inventory, alarms and coverage only: no reading, and none missing."""

    mode: str = "standard"
    max_usd_per_hour: float | None = None
    interval_s: float = 60.0
    window_s: int = 10_800
    inventory_every_s: float = 600.0
    alarms_every_s: float = 600.0  # the full list; firing alarms are asked for with every poll
    services: tuple[str, ...] = ()
    metrics: bool = True
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
