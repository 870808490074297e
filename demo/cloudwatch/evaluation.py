"""Alarms evaluate themselves: every whole minute that has passed, whenever somebody asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from aws.evaluate.alarm import AlarmTest, Point, evaluate
from aws.evaluate.composite import alarm_name, holds
from aws.evaluate.errors import EvaluationError
from aws.evaluate.reasons import INITIAL, long_date, reason, reason_data, timestamp
from aws.model import AlarmState
from demo.cloudwatch.alarm_records import AlarmBook, AlarmRecord
from demo.cloudwatch.reader import Reader
from demo.cloudwatch.watching import Watch, samples_needed, test_of, watch_of

MAX_MINUTES = 180
"""How far back a catch-up goes: history is three hours long."""

_MAX_EVALUATIONS = 20_000  # in one catch-up: with many thousands of alarms it goes back less far
_SLICE = 250  # alarms that are evaluated in one go: some ten milliseconds


class _Judge:
    """A metric alarm's definition, ready to be evaluated."""

    __slots__ = ("definition", "needed_samples", "test", "unheard", "watch")

    def __init__(self, record: AlarmRecord, reader: Reader) -> None:
        self.definition = record.definition
        self.watch: Watch = watch_of(record.definition, reader)
        self.test: AlarmTest | None = test_of(record.definition)
        self.needed_samples = samples_needed(record.definition)
        self.unheard: AlarmState | None = None  # the state that silence led to: more silence leads nowhere else


class Evaluator:
    """Brings all alarms up to the present."""

    def __init__(self, book: AlarmBook, reader: Reader, start_minute: int) -> None:
        self._book = book
        self._reader = reader
        self._next = start_minute
        self._judges: dict[str, _Judge] = {}
        self._composites: list[AlarmRecord] = []
        self._revision = -1
        self._under_way: Iterator[None] | None = None

    def advance(self, now_s: float) -> None:
        """Evaluate every minute up to ``now_s`` that has not been; over long gaps only the newest of them.

        Metric alarms do not know of each other: each goes through all the minutes by itself, so that what it reads
        is still at hand. Composite alarms follow, minute by minute.
        """
        while not self.advance_some(now_s):
            pass

    def advance_some(self, now_s: float) -> bool:
        """A slice of `advance`; whether all is done. Between slices some alarms are further than others."""
        if self._under_way is None:
            if self._next > int(now_s // 60):
                return True
            self._under_way = self._slices(now_s)
        if next(self._under_way, "done") == "done":
            self._under_way = None
        return self._under_way is None and self._next > int(now_s // 60)

    def _slices(self, now_s: float) -> Iterator[None]:
        last = int(now_s // 60)
        most = min(MAX_MINUTES, max(1, _MAX_EVALUATIONS // max(1, len(self._book))))
        minutes = range(max(self._next, last - most), last + 1)
        self._reader.look_around(now_s)
        alarms = [record for record in self._book if not record.composite]
        for at in range(0, len(alarms), _SLICE):
            for record in alarms[at : at + _SLICE]:
                self._run(record, minutes)
            if at + _SLICE < len(alarms):
                yield
        self._refresh()
        for minute in minutes:
            for record in self._composites:
                if record.configured_s < 60 * minute:
                    self._judge_composite(record, 60 * minute)
                    if record.seeded:
                        record.backdate()
        self._next = last + 1

    def _run(self, record: AlarmRecord, minutes: range) -> None:
        judge = self._judges.get(record.name)
        if judge is None or judge.definition is not record.definition:
            judge = self._judges[record.name] = _Judge(record, self._reader)
        for minute in minutes:
            if record.configured_s < 60 * minute:
                self._judge_metric(record, judge, minute)
                if record.seeded:
                    record.backdate()

    def _refresh(self) -> None:
        """Composite alarms go after the alarms they look at; those in a circle are not evaluated."""
        if self._revision == self._book.revision:
            return
        self._revision = self._book.revision
        composites = {record.name: record for record in self._book if record.composite}
        graph = {
            name: [child for child in record.children if child in composites] for name, record in composites.items()
        }
        while True:
            try:
                order = list(TopologicalSorter(graph).static_order())
                break
            except CycleError as error:
                circle = set(error.args[1])
                graph = {
                    name: [child for child in children if child not in circle]
                    for name, children in graph.items()
                    if name not in circle
                }
        self._composites = [composites[name] for name in order]

    def _judge_metric(self, record: AlarmRecord, judge: _Judge, minute: int) -> None:
        test, watch = judge.test, judge.watch
        if test is None:
            self._fail(record, "Anomaly detection bands are not simulated.", 60 * minute)
            return
        silent = watch.silent(60 * minute)
        if silent and judge.unheard is record.state and record.reason != INITIAL:
            return
        judge.unheard = None
        try:
            points = _points(test, watch, minute)
        except EvaluationError as error:
            self._fail(record, f"The expression cannot be evaluated: {error}", 60 * minute)
            return
        record.evaluation_error = False
        verdict = evaluate(test, points, record.state)
        if silent:
            judge.unheard = verdict.state
        if verdict.retained or (verdict.state is record.state and record.reason != INITIAL):
            return
        evaluated = tuple(watch.samples(verdict.evaluated))
        if sum(point.samples for point in evaluated) < judge.needed_samples:
            return
        verdict = verdict._replace(evaluated=evaluated)
        data = reason_data(
            test,
            verdict,
            now_s=60 * minute,
            period_s=watch.period_s,
            statistic=watch.statistic,
            unit=watch.unit,
        )
        record.become(verdict.state, reason(test, verdict), data, 60 * minute)

    def _fail(self, record: AlarmRecord, why: str, at_s: float) -> None:
        if not record.evaluation_error:
            record.evaluation_error = True
            record.become(AlarmState.INSUFFICIENT_DATA, why[:1023], "", at_s)

    def _judge_composite(self, record: AlarmRecord, at_s: float) -> None:
        def state_of(name: str) -> AlarmState | None:
            return self._book.state_at(name, at_s)

        assert record.rule is not None
        record.suppressed = state_of(alarm_name(record.definition.get("ActionsSuppressor", ""))) is AlarmState.ALARM
        states = tuple(state_of(child) for child in record.children)
        if record.seen == states:
            return
        first = record.seen is None
        record.seen = states
        state = AlarmState.ALARM if holds(record.rule, state_of) else AlarmState.OK
        if state is record.state:
            return
        cause = self._newest_child(record, at_s)
        if first or cause is None:
            text = f"{record.arn} was created and its alarm rule evaluates to {state.value}"
        else:
            text = f"{cause.arn} transitioned to {cause.state.value} at {long_date(cause.at_s)}"
        record.become(state, text[:1023], _triggering(cause), at_s)

    def _newest_child(self, record: AlarmRecord, at_s: float) -> _Cause | None:
        known = [child for name in record.children if (child := self._book.get(name)) is not None]
        causes = [_Cause(child.arn, *child.transition_at(at_s)) for child in known]
        return max(causes, key=lambda cause: cause.at_s, default=None)


def _points(test: AlarmTest, watch: Watch, minute: int) -> list[Point]:
    """The evaluation range, or just its newest N periods where these are all that will count: most often they are."""
    if not watch.whole_range:
        points = watch.points(test.evaluation_periods, minute)
        if all(point.real for point in points):
            return points
    return watch.points(test.range_periods, minute)


class _Cause(NamedTuple):
    """The child alarm whose change of state came last."""

    arn: str
    at_s: float
    state: AlarmState


def _triggering(cause: _Cause | None) -> str:
    if cause is None:
        return ""
    state = {"value": cause.state.value, "timestamp": timestamp(cause.at_s)}
    return json.dumps({"triggeringAlarms": [{"arn": cause.arn, "state": state}]}, separators=(",", ":"))
