"""What an empty list says. It is true, or it says what is not known: never a green that nobody saw."""

from __future__ import annotations

from aws.model import Health, Snapshot
from tui.present import tally
from tui.present.catalog import Catalog
from tui.present.figures import age, counted


def inventory(snapshot: Snapshot, catalog: Catalog) -> str:
    """``214 functions, 31 tables``: the kinds that a view lists, in the services' order."""
    numbers: dict[str, int] = {}
    for resource in snapshot.resources.values():
        kind = catalog.kind(resource)
        if kind and kind.view:
            numbers[kind.plural] = numbers.get(kind.plural, 0) + 1
    return ", ".join(counted(number, plural) for plural, number in numbers.items())


def no_problems(snapshot: Snapshot, catalog: Catalog) -> str:
    """The line of an empty Problems list."""
    if not snapshot.complete:
        return f"{loading(snapshot) or 'reading for the first time'}; nothing found so far, and nothing is sure yet"
    unsure = unknowns(snapshot)
    if unsure:
        return f"Nothing found, but not everything is known: {'; '.join(unsure)}"
    seen = inventory(snapshot, catalog)
    if not seen:
        return "No problems, and nothing to watch: no resources in this account and region"
    read = "" if snapshot.data_at_s is None else f" read {age(snapshot.at_s - snapshot.data_at_s)} ago"
    return f"No problems. {seen}{read}"


def unknowns(snapshot: Snapshot) -> list[str]:
    """Why an empty list would not prove anything after everything was tried; empty where it does."""
    told: list[str] = []
    if snapshot.data_at_s is None:
        told.append("no figures were read")
    if snapshot.gaps:
        told.append(f"{len(snapshot.gaps)} could not be read (!)")
    firing = tally.firing(snapshot)
    if firing:
        told.append(f"{counted(firing, 'alarms')} {'fires' if firing == 1 else 'fire'} (7)")
    unknown = tally.by_health(snapshot)[Health.UNKNOWN]
    if unknown:
        told.append(f"{counted(unknown, 'resources')} unknown")
    return told


def loading(snapshot: Snapshot) -> str:
    """``loading functions 120/214``; empty where nothing is being loaded."""
    progress = snapshot.progress
    if progress is None:
        return ""
    if progress.total:
        return f"loading {progress.text} {progress.done}/{progress.total}"
    return f"loading {progress.text} {progress.done}" if progress.done else f"loading {progress.text}"
