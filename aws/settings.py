"""What the aws layer can be told to do otherwise. The defaults are those of config.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """``services`` empty: all. ``thresholds`` maps a rule id to the figures that differ from its defaults."""

    interval_s: float = 60.0
    window_s: int = 10_800
    inventory_every_s: float = 600.0
    alarms_every_s: float = 600.0  # the full list; firing alarms are asked for with every poll
    services: tuple[str, ...] = ()
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
