"""What can be done to alarms: put, delete, set, enable, disable."""

from __future__ import annotations

from typing import Any

from aws.evaluate.composite import Rule
from aws.model import AlarmState
from demo.cloudwatch.alarm_forms import alarm_name, composite_alarm, metric_alarm
from demo.cloudwatch.alarm_history import configured, deleted
from demo.cloudwatch.alarm_records import AlarmBook, AlarmRecord, Definition
from demo.cloudwatch.fields import Params, invalid, one_of, required, text, texts
from demo.cloudwatch.mute_rules import MuteRules
from demo.cloudwatch.tags import Tags
from demo.errors import ServiceError

MAX_NAMES = 100


class AlarmWrites:
    """Takes the writes, each checked before anything is changed."""

    def __init__(self, book: AlarmBook, tags: Tags, mutes: MuteRules, arn_prefix: str) -> None:
        self._book = book
        self._tags = tags
        self._mutes = mutes
        self._arn_prefix = arn_prefix

    def put_metric_alarm(self, params: Params, now_s: float) -> dict[str, Any]:
        """Create, or overwrite without a word; an overwritten alarm keeps its state, and tags are then ignored."""
        name = alarm_name(params)
        definition = metric_alarm(params)
        known = self._book.get(name)
        if known is not None and known.composite:
            raise invalid(f"There is a composite alarm with the name {name}.")
        self._put(name, definition, None, params, now_s)
        return {}

    def put_composite_alarm(self, params: Params, now_s: float) -> dict[str, Any]:
        """As `put_metric_alarm`; the alarms that the rule names must be there."""
        name = alarm_name(params)
        definition, rule = composite_alarm(params)
        known = self._book.get(name)
        if known is not None and not known.composite:
            raise invalid(f"There is a metric alarm with the name {name}.")
        record = self._put(name, definition, rule, params, now_s, check_children=True)
        record.seen = None
        return {}

    def delete_alarms(self, params: Params, now_s: float) -> dict[str, Any]:
        """Delete those that are there; none where a composite alarm would lose a child, or two composites are named."""
        required(params, "AlarmNames")
        names = set(texts(params, "AlarmNames", most=MAX_NAMES))
        doomed = [record for name in sorted(names) if (record := self._book.get(name)) is not None]
        if sum(record.composite for record in doomed) > 1:
            raise invalid("At most one composite alarm can be deleted in one operation.")
        for record in doomed:
            if parents := [parent.name for parent in self._book.parents(record.name)]:
                raise invalid(
                    f"Cannot delete {record.name} as there are composite alarm(s) depending on it: {parents}."
                )
        for record in doomed:
            record.record(deleted(now_s, record.name))
            self._tags.drop(record.arn)
            self._book.delete(record.name)
        return {}

    def set_alarm_state(self, params: Params, now_s: float) -> dict[str, Any]:
        """Set a state; a metric alarm takes its own again at its next evaluation."""
        name = alarm_name(params)
        for parameter in ("StateValue", "StateReason"):
            required(params, parameter)
        state = AlarmState(one_of(params, "StateValue", [state.value for state in AlarmState]))
        record = self._book.get(name)
        if record is None:
            raise ServiceError("ResourceNotFound", f"There is no alarm with the name {name}.", 404)
        record.become(state, text(params, "StateReason", longest=1023), text(params, "StateReasonData"), now_s)
        return {}

    def switch_actions(self, params: Params, now_s: float, *, enabled: bool) -> dict[str, Any]:
        """Enable or disable actions; names that are not there are passed over."""
        required(params, "AlarmNames")
        for name in texts(params, "AlarmNames", most=MAX_NAMES):
            record = self._book.get(name)
            if record is not None and record.definition["ActionsEnabled"] != enabled:
                record.definition = record.definition | {"ActionsEnabled": enabled}
                self._updated(record, "updated", now_s)
        return {}

    def _put(
        self,
        name: str,
        definition: Definition,
        rule: Rule | None,
        params: Params,
        now_s: float,
        *,
        check_children: bool = False,
    ) -> AlarmRecord:
        record = self._book.get(name)
        created = record is None
        if record is None:
            record = AlarmRecord(
                name=name,
                arn=f"{self._arn_prefix}{name}",
                definition=definition,
                configured_s=now_s,
                updated_s=now_s,
                transitioned_s=now_s,
                rule=rule,
                quiet=self._mutes.quiet,
            )
        old = (record.definition, record.rule)
        record.definition, record.rule = definition, rule
        if check_children and (absent := [child for child in record.children if self._book.get(child) is None]):
            record.definition, record.rule = old
            raise invalid(f"Could not save the composite alarm as alarms {absent} in the alarm rule do not exist.")
        if created:
            self._tags.put(record.arn, params)
        self._book.put(record)
        self._updated(record, "created" if created else "updated", now_s)
        return record

    def _updated(self, record: AlarmRecord, verb: str, now_s: float) -> None:
        record.configured_s = now_s
        record.record(configured(now_s, verb, record.name, record.definition))
