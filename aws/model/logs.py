"""Log groups and their metric filters, as far as alarms on log lines need them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.model.readings import MetricKey


@dataclass(frozen=True, slots=True)
class FilterFound:
    """A metric filter that exists: ``metrics`` are those without dimensions that it counts every matching line into
    as one."""

    name: str
    pattern: str
    metrics: tuple[MetricKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroups:
    """One scope's log groups, by name.

    ``filters`` are the metric filters of those that exist and take any; ``other_class`` the class of those that take
    none. ``unread`` says why a group that is in neither may exist all the same; empty where it does not.
    """

    filters: Mapping[str, tuple[FilterFound, ...]] = field(default_factory=dict)
    other_class: Mapping[str, str] = field(default_factory=dict)
    unread: str = ""
