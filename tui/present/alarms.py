"""View 7: every alarm by state, with what would keep it from being heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from aws.model import Alarm, AlarmKind, AlarmState, Resource, Snapshot
from tui.present import styles, tally
from tui.present.cover import Coverage, alarms_unread
from tui.present.empty import loading
from tui.present.evidence import reason
from tui.present.figures import count, since
from tui.present.kept import Kept
from tui.present.order import Candidates, Filter, ordered
from tui.present.view import Listing, Look, Query, Subject
from tui.present.words import resource_name
from widgets.cells import Cell, Column, Row
from widgets.layout import clip

_STATES = {
    AlarmState.ALARM: (0, "ALARM", styles.CRITICAL),
    AlarmState.INSUFFICIENT_DATA: (1, "INSUF", styles.UNKNOWN),
    AlarmState.OK: (2, "OK", styles.GOOD),
}
# As an earlier run saw it; what it is now is not known yet.
_RECALLED = {AlarmState.ALARM: "ALRM?", AlarmState.INSUFFICIENT_DATA: "INSF?", AlarmState.OK: "OK?"}
SIGNS = {
    "GreaterThanOrEqualToThreshold": ">=",
    "GreaterThanThreshold": ">",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside",
    "LessThanLowerThreshold": "below",
    "GreaterThanUpperThreshold": "above",
}
_WITH_REASON = 150  # terminals from this width on have room for it
_BESIDE = 50  # cells of the other columns and of the gaps, on a terminal of 80 columns
_NAME = 30  # cells of an alarm's name there
SORTS = ("state", "since", "name", "marks")


def condition(alarm: Alarm, width: int = 0) -> str:
    """When it fires, in words: ``Errors Sum 5m > 5  1/1``. Given a ``width``, a longer metric's name is cut to it:
    what it is compared with matters more.
    """
    if alarm.kind is AlarmKind.COMPOSITE:
        return alarm.rule
    what, how = alarm.kind.value, ""
    if alarm.expressions:
        what = alarm.expressions[-1]
    elif alarm.watches:
        watched = alarm.watches[0]
        what, how = watched.metric.name, f" {_statistic(watched.stat, watched.period_s)}"
    limit = _limit(alarm.comparison, alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm)
    rest = f"{how} {limit}".rstrip()
    return (clip(what, max(8, width - len(rest))) if width else what) + rest


# Of thousands of alarms most say the same of another resource.
@lru_cache(maxsize=1024)
def _statistic(stat: str, period_s: int) -> str:
    short = stat.replace("Average", "Avg").replace("Maximum", "Max").replace("Minimum", "Min")
    return f"{short} {period(period_s)}"


@lru_cache(maxsize=1024)
def _limit(comparison: str | None, threshold: float | None, periods: int | None, datapoints: int | None) -> str:
    sign = SIGNS.get(comparison or "", comparison or "")
    limit = "" if threshold is None else f" {_threshold(threshold)}"
    out_of = "" if periods is None else f"  {datapoints or periods}/{periods}"
    return f"{sign}{limit}{out_of}"


def _threshold(value: float) -> str:
    return count(value) if abs(value) >= 10_000 else f"{value:g}"


def period(period_s: int) -> str:
    """``5m``, ``30s``, ``1h``."""
    if period_s % 3600 == 0:
        return f"{period_s // 3600}h"
    return f"{period_s // 60}m" if period_s % 60 == 0 else f"{period_s}s"


def marks(snapshot: Snapshot, alarm: Alarm) -> str:
    """Why nobody may hear it: ``dead``, ``muted``, ``off`` (actions disabled), ``silent``; ``?`` where it cannot be
    told."""
    if alarm.arn in snapshot.dead_alarms:
        return "dead"
    heard = Coverage.of(snapshot).silence.heard(alarm)
    if not heard.silent:
        return "?" if heard.unsure else ""
    if alarm.arn in snapshot.delivery.muted:
        return "muted"
    return "silent" if alarm.actions_enabled else "off"


def watches_nothing(snapshot: Snapshot) -> str:
    """What is said of an alarm that was matched with no resource."""
    return "nothing that was found so far" if snapshot.progress else "nothing that was found here"


def unheard(snapshot: Snapshot, alarm: Alarm) -> str:
    """The mark in a clause; empty where somebody hears it."""
    if alarm.arn in snapshot.dead_alarms:
        return "it can never fire: nobody publishes what it watches"
    heard = Coverage.of(snapshot).silence.heard(alarm)
    return heard.silent or heard.unsure


class Alarms:
    """View 7."""

    id, key, tab, title = "alarms", "7", "Alarms", "alarms"

    def __init__(self) -> None:
        self._kept = Kept(_text)
        self._texts: tuple[Snapshot | None, dict[str, str]] = (None, {})

    def count(self, snapshot: Snapshot) -> int:
        """How many fire."""
        return tally.firing(snapshot)

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The alarms as asked for; by default those that fire first, newest first."""
        sort = query.sort if query.sort in SORTS else SORTS[0]
        arns = self._chosen(snapshot, query)
        keys = tuple(ordered(arns, _sort_value(snapshot, sort), reverse=query.reverse))
        return Listing(
            columns=_columns(look),
            keys=keys,
            row=lambda key: _row(snapshot, snapshot.alarms[key], look),
            subject=lambda key: Subject(key, "alarm", snapshot.alarms[key].name, key),
            sorts=SORTS,
            sort=sort,
            total=len(snapshot.alarms),
            empty=_empty(snapshot, query),
            for_filter=lambda: self._texts_of(snapshot),
        )

    def _chosen(self, snapshot: Snapshot, query: Query) -> list[str]:
        wanted = Filter.parse(query.text)
        alarms = snapshot.alarms
        chosen = wanted.among(self._candidates(snapshot)) if wanted else list(alarms)
        if not query.problems_only:
            return chosen
        return [a for a in chosen if alarms[a].state is not AlarmState.OK or marks(snapshot, alarms[a])]

    def _candidates(self, snapshot: Snapshot) -> Candidates:
        alarms = snapshot.alarms
        return Candidates(
            self._texts_of(snapshot),
            {
                "alarm": lambda arn: alarms[arn].state.value,
                "sev": lambda arn: _STATES[alarms[arn].state][1],
                "kind": lambda arn: alarms[arn].kind.value,
                "region": lambda arn: alarms[arn].scope.region,
                "account": lambda arn: alarms[arn].scope.account,
            },
        )

    def _texts_of(self, snapshot: Snapshot) -> dict[str, str]:
        """What a filter looks at, by ARN: everything that the row could say, in lower case."""
        texts = self._texts
        if texts[0] is not snapshot:
            targets, found, kept = snapshot.alarm_targets, snapshot.resources, self._kept
            texts = self._texts = (
                snapshot,
                {
                    arn: kept.of(arn, alarm, marks(snapshot, alarm), *map(found.get, targets.get(arn, ())))
                    for arn, alarm in snapshot.alarms.items()
                },
            )
            kept.forget_all_but(snapshot.alarms)
        return texts[1]


def _text(alarm: Alarm, mark: str, *targets: Resource | None) -> str:
    names = " ".join(target.name for target in targets if target)
    return f"{alarm.name} {alarm.state.value} {mark} {condition(alarm)} {names}".lower()


def _condition_width(look: Look) -> int:
    return 36 if look.width >= 120 else max(12, look.width - _BESIDE + _NAME - _name_width(look))


def _name_width(look: Look) -> int:
    if look.width >= 120:
        return 44 if look.width >= _WITH_REASON else 40
    return _NAME if look.width >= 70 else 22


def _columns(look: Look) -> tuple[Column, ...]:
    wide = look.width >= 120
    return (
        Column("state", "STATE", 5),
        Column("since", "SINCE", 5),
        Column("name", "ALARM", _name_width(look)),
        Column("marks", "MARK", 6),
        Column("condition", "FIRES WHEN", 36 if wide else 0),
        *((Column("target", "WATCHES", 0),) if wide else ()),
        *((Column("reason", "REASON", 0),) if look.width >= _WITH_REASON else ()),
    )


def _sort_value(snapshot: Snapshot, sort: str) -> Callable[[str], Any]:
    def by(arn: str) -> Any:
        alarm = snapshot.alarms[arn]
        if sort == "since":
            return alarm.since_s
        if sort == "name":
            return alarm.name.lower()
        if sort == "marks":
            mark = marks(snapshot, alarm)
            return (not mark, mark)
        return (_STATES[alarm.state][0], -(alarm.since_s or 0.0), alarm.name)

    return by


def _row(snapshot: Snapshot, alarm: Alarm, look: Look) -> Row:
    _, word, style = _STATES[alarm.state]
    if snapshot.recalled is not None and snapshot.recalled.alarms:
        word, style = _RECALLED[alarm.state], styles.UNKNOWN
    mark = marks(snapshot, alarm)
    targets = [resource_name(snapshot, arn) for arn in snapshot.alarm_targets.get(alarm.arn, ())]
    quiet = styles.QUIET if alarm.state is AlarmState.OK else styles.PLAIN
    cells = [
        Cell(word, style),
        Cell(since(alarm.since_s, snapshot.at_s, local=look.local), quiet),
        Cell(alarm.name, styles.PLAIN),
        Cell(mark, styles.UNKNOWN if mark == "?" else styles.WARNING),
        Cell(condition(alarm, _condition_width(look)), quiet),
    ]
    if look.width >= 120:
        cells.append(Cell(", ".join(targets) or "-", quiet))
    if look.width >= _WITH_REASON:
        cells.append(Cell(reason(alarm.reason, local=look.local), styles.QUIET))
    return Row(alarm.arn, tuple(cells))


def _empty(snapshot: Snapshot, query: Query) -> str:
    if query.text:
        return f"nothing matches: {query.text}"
    if alarms_unread(snapshot):
        return loading(snapshot) or "The alarms could not be read: ! says why"
    return "No alarm wants attention" if snapshot.alarms else "This account has no alarms here"
