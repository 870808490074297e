"""Alarms evaluate themselves: every whole minute that has passed, whenever somebody asks."""

from __future__ import annotations

import json
from graphlib import CycleError, TopologicalSorter

from aws.evaluate.alarm import AlarmTest, evaluate
from aws.evaluate.composite import holds
from aws.evaluate.errors import EvaluationError
from aws.evaluate.reasons import INITIAL, long_date, reason, reason_data, timestamp
from aws.model import AlarmState
from demo.cloudwatch.alarm_records import AlarmBook, AlarmRecord
from demo.cloudwatch.reader import Reader
from demo.cloudwatch.watching import Watch, samples_needed, test_of, watch_of

MAX_MINUTES = 180
"""How far back a catch-up goes: history is three hours long."""

_MAX_EVALUATIONS = 40_000  # in one catch-up: with many thousands of alarms it goes back less far


class _Judge:
    """A metric alarm's definition, ready to be evaluated."""

    __slots__ = ("definition", "needed_samples", "test", "watch")

    def __init__(self, record: AlarmRecord, reader: Reader) -> None:
        self.definition = record.definition
        self.watch: Watch = watch_of(record.definition, reader)
        self.test: AlarmTest | None = test_of(record.definition)
        self.needed_samples = samples_needed(record.definition)


class Evaluator:
    """Brings all alarms up to the present."""

    def __init__(self, book: AlarmBook, reader: Reader, start_minute: int) -> None:
        self._book = book
        self._reader = reader
        self._next = start_minute
        self._judges: dict[str, _Judge] = {}
        self._composites: list[AlarmRecord] = []
        self._revision = -1

    def advance(self, now_s: float) -> None:
        """Evaluate every minute up to ``now_s`` that has not been; over long gaps only the newest of them."""
        last = int(now_s // 60)
        most = min(MAX_MINUTES, max(1, _MAX_EVALUATIONS // max(1, len(self._book))))
        for minute in range(max(self._next, last - most), last + 1):
            self._evaluate(minute)
        self._next = max(self._next, last + 1)

    def settle_in(self) -> None:
        """Let alarms that are older than the history have been what they are now since they were put.

        One that fires is left with the transition that this evaluation gives it.
        """
        self._evaluate(self._next)
        for record in self._book:
            if record.state is AlarmState.ALARM:
                continue
            record.transitioned_s = record.updated_s = record.configured_s + 60
            for item in record.history:
                item["Timestamp"] = min(item["Timestamp"], record.transitioned_s)

    def _evaluate(self, minute: int) -> None:
        self._refresh()
        for record in self._book:
            if not record.composite and record.configured_s < 60 * minute:
                self._judge_metric(record, minute)
        for record in self._composites:
            if record.configured_s < 60 * minute:
                self._judge_composite(record, 60 * minute)

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

    def _judge_metric(self, record: AlarmRecord, minute: int) -> None:
        judge = self._judges.get(record.name)
        if judge is None or judge.definition is not record.definition:
            judge = self._judges[record.name] = _Judge(record, self._reader)
        test, watch = judge.test, judge.watch
        if test is None:
            self._fail(record, "Anomaly detection bands are not simulated.", 60 * minute)
            return
        try:
            points = watch.points(test.range_periods, minute)
        except EvaluationError as error:
            self._fail(record, f"The expression cannot be evaluated: {error}", 60 * minute)
            return
        record.evaluation_error = False
        verdict = evaluate(test, points, record.state)
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
        assert record.rule is not None
        states = tuple(self._book.state(child) for child in record.children)
        suppressor = self._book.get(_name_of(record.definition.get("ActionsSuppressor", "")))
        record.suppressed = suppressor is not None and suppressor.state is AlarmState.ALARM
        if record.seen == states:
            return
        first = record.seen is None
        record.seen = states
        state = AlarmState.ALARM if holds(record.rule, self._book.state) else AlarmState.OK
        if state is record.state:
            return
        cause = self._newest_child(record)
        if first or cause is None:
            text = f"{record.arn} was created and its alarm rule evaluates to {state.value}"
        else:
            text = f"{cause.arn} transitioned to {cause.state.value} at {long_date(cause.transitioned_s)}"
        record.become(state, text[:1023], _triggering(cause), at_s)

    def _newest_child(self, record: AlarmRecord) -> AlarmRecord | None:
        known = [child for name in record.children if (child := self._book.get(name)) is not None]
        return max(known, key=lambda child: child.transitioned_s, default=None)


def _triggering(cause: AlarmRecord | None) -> str:
    if cause is None:
        return ""
    state = {"value": cause.state.value, "timestamp": timestamp(cause.transitioned_s)}
    return json.dumps({"triggeringAlarms": [{"arn": cause.arn, "state": state}]}, separators=(",", ":"))


def _name_of(reference: str) -> str:
    return reference.rsplit(":alarm:", 1)[-1]
