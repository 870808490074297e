"""How far the readings can be trusted, service by service, and when they are read again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aws.model import ReadState, Scope, Series, Snapshot
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.cover import alarms_unread
from tui.present.figures import age
from widgets.cells import Cell

_NAME, _STATES = 14, 44  # cells of the first columns


@dataclass(slots=True)
class _Standing:
    """One service's readings in one scope."""

    states: dict[ReadState, int] = field(default_factory=dict)
    oldest_s: float | None = None

    def add(self, series: Series) -> None:
        self.states[series.state] = self.states.get(series.state, 0) + 1
        if series.read_at_s is not None:
            self.oldest_s = series.read_at_s if self.oldest_s is None else min(self.oldest_s, series.read_at_s)

    @property
    def sure(self) -> bool:
        return all(state.known for state in self.states)


class Standings:
    """How many readings stand where. A hundred thousand are counted for it: `count` is for a thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._counted = [Cell("  being counted", styles.QUIET)]

    def lines(self) -> list[Cell]:
        """What was counted last."""
        return [Cell("READINGS", styles.STRONG), *self._counted]

    def count(self, snapshot: Snapshot) -> None:
        """A line a scope and service: how many readings are in which state, and when the oldest was read completely."""
        self._counted = list(_lines(snapshot, self._catalog)) or [Cell("  none yet", styles.QUIET)]


def _lines(snapshot: Snapshot, catalog: Catalog) -> Iterator[Cell]:
    for scope in snapshot.scopes:
        yield Cell(f"  {scope.account} {scope.region}", styles.QUIET)
        for name, standing in _by_service(snapshot, scope, catalog).items():
            states = standing.states
            told = ", ".join(
                f"{states[state]} {state.value.replace('_', ' ')}" for state in ReadState if state in states
            )
            yield Cell(_row(name, told, _old(snapshot, standing.oldest_s)), "" if standing.sure else styles.UNKNOWN)
        alarms = sum(alarm.scope == scope for alarm in snapshot.alarms.values())
        unread = alarms_unread(snapshot, scope)
        yield Cell(_row("Alarms", "not all read" if unread else f"{alarms} read", ""), styles.UNKNOWN if unread else "")


def turns(snapshot: Snapshot) -> Iterator[Cell]:
    """What is not read as often as it might be, and when AWS is asked again."""
    polling = snapshot.polling
    if polling.resting:
        yield Cell(f"  resting, {polling.resting}: visible rows, hot set and sweeps, until a key", styles.NOTE)
    if polling.savings:
        yield Cell(f"  read less often, to save: {', '.join(polling.savings)}", styles.WARNING)
    if snapshot.paused:
        yield Cell("  paused: nothing is asked until it goes on", styles.UNKNOWN)
    elif snapshot.next_poll_s is not None:
        yield Cell(f"  asked again {age(snapshot.next_poll_s - snapshot.at_s)} after this look", styles.QUIET)


def _by_service(snapshot: Snapshot, scope: Scope, catalog: Catalog) -> dict[str, _Standing]:
    """By the services' own names, in their order; series of a namespace that none declares under that."""
    titles = dict(_titles(catalog))
    found: dict[str, _Standing] = {title: _Standing() for title in titles.values()}
    for key, series in snapshot.series.get(scope, {}).items():
        title = titles.get(key.metric.namespace, key.metric.namespace)
        found.setdefault(title, _Standing()).add(series)
    return {title: standing for title, standing in found.items() if standing.states}


def _titles(catalog: Catalog) -> Iterable[tuple[str, str]]:
    return ((metric.namespace, service.title) for service in catalog.services.values() for metric in service.metrics)


def _old(snapshot: Snapshot, oldest_s: float | None) -> str:
    return "never read" if oldest_s is None else f"oldest {age(snapshot.at_s - oldest_s)}"


def _row(name: str, told: str, old: str) -> str:
    return f"    {name:<{_NAME}}{told:<{_STATES}}  {old}".rstrip()
