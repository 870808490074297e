"""One alarm on one page: when it fires, what it watches, whom it tells, what happened to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aws.alarms.topics import Topic
from aws.model import Alarm, AlarmState, Health, Snapshot
from tui.present import figures, styles
from tui.present.alarms import condition, marks, unheard, watches_nothing
from tui.present.plan_words import dimensions, topic_name, topic_state
from tui.present.resource_sections import LABEL_WIDTH
from tui.present.view import Look
from tui.present.words import resource_name
from widgets.cells import Cell
from widgets.lines import Line
from widgets.parts import Part

_STATE_STYLE = {
    AlarmState.ALARM: styles.CRITICAL,
    AlarmState.INSUFFICIENT_DATA: styles.UNKNOWN,
    AlarmState.OK: styles.GOOD,
}
_MISSING = {
    "notBreaching": "no data counts as no breach",
    "breaching": "no data counts as a breach",
    "ignore": "no data leaves the state as it is",
    "missing": "no data makes it INSUFFICIENT_DATA",
}


_MARKED = {"?": "PERHAPS UNHEARD"}


@dataclass(frozen=True, slots=True)
class Past:
    """An alarm's history, newest first: (UTC epoch seconds, words). ``problem`` where it could not be read."""

    entries: tuple[tuple[float, str], ...] = ()
    problem: str = ""
    read: bool = False


def title(snapshot: Snapshot, arn: str, look: Look) -> list[Part]:
    """Its name, its state, since when."""
    alarm = snapshot.alarms.get(arn)
    if alarm is None:
        name = arn.rpartition(":alarm:")[2] or arn
        return [Part((Cell(name, styles.STRONG),)), Part((Cell("does not exist any more", styles.UNKNOWN),))]
    since = look.moment(alarm.since_s, snapshot.at_s)
    state = Part((Cell(alarm.state.value, _STATE_STYLE[alarm.state]), Cell(f" since {since}", styles.QUIET)))
    mark = marks(snapshot, alarm)
    return [
        Part((Cell("alarm ", styles.QUIET), Cell(alarm.name, styles.STRONG))),
        state,
        *([Part((Cell(_MARKED.get(mark, mark.upper()), styles.WARNING),))] if mark else []),
    ]


def sections(snapshot: Snapshot, arn: str, past: Past, topics: Mapping[str, Topic], look: Look) -> list[Line]:
    """Lines that start with a label of `LABEL_WIDTH` cells, or with as many blanks."""
    alarm = snapshot.alarms.get(arn)
    if alarm is None:
        return [*_labelled("HISTORY", _history(snapshot, past, look))]
    return [
        *_labelled("FIRES WHEN", _definition(alarm)),
        *_labelled("WATCHES", _targets(snapshot, alarm)),
        *_labelled("TELLS", _tells(snapshot, alarm, topics)),
        *_labelled("REASON", iter([(Cell(alarm.reason),)] if alarm.reason else [])),
        *_labelled("ABOUT", iter([(Cell(alarm.description, styles.QUIET),)] if alarm.description else [])),
        *_labelled("HISTORY", _history(snapshot, past, look)),
    ]


def _labelled(label: str, lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        yield (Cell(label.ljust(LABEL_WIDTH), styles.STRONG), *line)
        label = ""


def _definition(alarm: Alarm) -> Iterator[Line]:
    treat = _MISSING.get(alarm.treat_missing, alarm.treat_missing)
    yield (Cell(condition(alarm), styles.STRONG), Cell("" if alarm.rule else f"   {treat}", styles.QUIET))
    for watched in alarm.watches:
        metric = watched.metric
        yield (Cell(f"{watched.stat} {metric.namespace} {metric.name} {dimensions(metric)}", styles.QUIET),)
    for expression in alarm.expressions:
        yield (Cell(expression, styles.QUIET),)


def _targets(snapshot: Snapshot, alarm: Alarm) -> Iterator[Line]:
    targets = snapshot.alarm_targets.get(alarm.arn, ())
    for arn in targets:
        health = snapshot.health.get(arn, Health.UNKNOWN)
        word, style = styles.HEALTH_WORD[health], styles.HEALTH_STYLE[health]
        yield (Cell(f"{word:<5}", style), Cell(resource_name(snapshot, arn)))
    if not targets:
        yield (Cell(watches_nothing(snapshot), styles.UNKNOWN),)


def _tells(snapshot: Snapshot, alarm: Alarm, topics: Mapping[str, Topic]) -> Iterator[Line]:
    if why := unheard(snapshot, alarm):
        doubted = marks(snapshot, alarm) == "?"
        yield (Cell(why, styles.UNKNOWN) if doubted else Cell(f"NOBODY: {why}", styles.WARNING),)
    for word, arns in (
        ("ALARM", alarm.alarm_actions),
        ("OK", alarm.ok_actions),
        ("INSUF", alarm.insufficient_data_actions),
    ):
        for arn in arns:
            topic = topics.get(arn)
            state = f"   {told.text}" if topic and (told := topic_state(topic)) else ""
            yield (
                Cell(f"{word:<6}> ", styles.QUIET),
                Cell(topic_name(arn)),
                Cell(state, topic_state(topic).style if topic else ""),
            )


def _history(snapshot: Snapshot, past: Past, look: Look) -> Iterator[Line]:
    if past.problem:
        yield (Cell(f"could not be read: {past.problem}", styles.UNKNOWN),)
    elif not past.read:
        yield (Cell("reading", styles.NOTE),)
    elif not past.entries:
        yield (Cell("nothing in the last 30 days", styles.QUIET),)  # CloudWatch keeps alarm history that long
    for at_s, words in past.entries:
        when = figures.since(at_s, snapshot.at_s, local=look.local)
        yield (Cell(f"{when:<7}", styles.QUIET), Cell(words))
