"""DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory: what there is, in AWS's shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aws.model import AlarmState
from demo.cloudwatch.alarm_history import item_structure
from demo.cloudwatch.alarm_records import ACTIONS, AlarmBook, AlarmRecord
from demo.cloudwatch.fields import Params, epoch_s, invalid, metric_key, one_of, text, texts, whole
from demo.cloudwatch.paging import Page, page_of, token_for

DEFAULT_PAGE = 50
MAX_PAGE = 100

_TYPES = ("MetricAlarm", "CompositeAlarm", "LogAlarm")


def describe_alarms(book: AlarmBook, params: Params, now_s: float) -> dict[str, Any]:
    """The alarms by name, a page at a time; metric alarms only, unless AlarmTypes says otherwise."""
    structure: Callable[[AlarmRecord], dict[str, Any]] = alarm_structure
    if params.get("ChildrenOfAlarmName") is not None or params.get("ParentsOfAlarmName") is not None:
        chosen, structure = _related(book, params)
    else:
        chosen = _selected(book, params)
    page, token = _page("DescribeAlarms", params, chosen, now_s)
    answer: dict[str, Any] = {
        "MetricAlarms": [structure(record) for record in page if not record.composite],
        "CompositeAlarms": [structure(record) for record in page if record.composite],
    }
    return answer | token


def describe_alarms_for_metric(book: AlarmBook, params: Params) -> dict[str, Any]:
    """The alarms on exactly this metric; those on metric math are left out, as AWS does."""
    wanted = metric_key(params)
    same = {name: params[name] for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if params.get(name)}

    def matches(record: AlarmRecord) -> bool:
        definition = record.definition
        if "MetricName" not in definition or metric_key(definition) != wanted:
            return False
        return all(definition.get(name) == value for name, value in same.items())

    return {"MetricAlarms": [alarm_structure(record) for record in book.by_name() if matches(record)]}


def describe_alarm_history(book: AlarmBook, params: Params, now_s: float) -> dict[str, Any]:
    """What happened to alarms, newest first unless ScanBy says otherwise; metric alarms, or AlarmTypes."""
    name = text(params, "AlarmName", longest=255)
    kind = text(params, "HistoryItemType")
    types = texts(params, "AlarmTypes") or ["MetricAlarm"]
    start = epoch_s(params, "StartDate") if params.get("StartDate") is not None else 0.0
    end = epoch_s(params, "EndDate") if params.get("EndDate") is not None else now_s + 1
    newest_first = one_of(params, "ScanBy", ("TimestampDescending", "TimestampAscending")) != "TimestampAscending"
    items = [
        (item.at_s, record, item)
        for record in book.ever()
        if (not name or record.name == name) and ("CompositeAlarm" if record.composite else "MetricAlarm") in types
        for item in record.history
        if (not kind or item.kind == kind) and start <= item.at_s <= end
    ]
    items.sort(key=lambda each: each[0])
    if newest_first:
        items.reverse()
    page, token = _page("DescribeAlarmHistory", params, items, now_s)
    told = [item_structure(record.name, item, composite=record.composite) for _, record, item in page]
    return {"AlarmHistoryItems": told} | token


def alarm_structure(record: AlarmRecord) -> dict[str, Any]:
    """A MetricAlarm or CompositeAlarm."""
    structure = {
        "AlarmName": record.name,
        "AlarmArn": record.arn,
        "AlarmConfigurationUpdatedTimestamp": record.configured_s,
        "StateValue": record.state.value,
        "StateReason": record.reason,
        "StateUpdatedTimestamp": record.updated_s,
        "StateTransitionedTimestamp": record.transitioned_s,
        **record.definition,
    }
    if record.reason_data:
        structure["StateReasonData"] = record.reason_data
    if record.evaluation_error:
        structure["EvaluationState"] = "EVALUATION_ERROR"
    if record.suppressed:
        structure |= {"ActionsSuppressedBy": "Alarm", "ActionsSuppressedReason": "Actions suppressed by Alarm"}
    return structure


def _selected(book: AlarmBook, params: Params) -> list[AlarmRecord]:
    names = texts(params, "AlarmNames", most=100)
    prefix = text(params, "AlarmNamePrefix", longest=255)
    if names and prefix:
        raise invalid("AlarmNames and AlarmNamePrefix cannot be used together.")
    types = texts(params, "AlarmTypes") or ["MetricAlarm"]
    if wrong := set(types) - set(_TYPES):
        raise invalid(f"AlarmTypes must be of {', '.join(_TYPES)}, not {', '.join(sorted(wrong))}.")
    state = one_of(params, "StateValue", [state.value for state in AlarmState])
    action = text(params, "ActionPrefix", longest=1024)
    metric, composite = "MetricAlarm" in types, "CompositeAlarm" in types
    chosen = [found for name in sorted(set(names)) if (found := book.get(name))] if names else book.by_name()
    return [
        record
        for record in chosen
        if (composite if record.rule is not None else metric)
        and (not state or record.state.value == state)
        and (not prefix or record.name.startswith(prefix))
        and (not action or _has_action(record, action))
    ]


def _has_action(record: AlarmRecord, prefix: str) -> bool:
    return any(action.startswith(prefix) for name in ACTIONS.values() for action in record.definition[name])


def _related(book: AlarmBook, params: Params) -> tuple[list[AlarmRecord], Callable[[AlarmRecord], dict[str, Any]]]:
    asked = {name for name, value in params.items() if value is not None} - {"MaxRecords", "NextToken"}
    if len(asked) > 1:
        raise invalid("ChildrenOfAlarmName and ParentsOfAlarmName cannot be combined with other filters.")
    if "ParentsOfAlarmName" in asked:
        return book.parents(text(params, "ParentsOfAlarmName", longest=255)), _name_only
    parent = book.get(text(params, "ChildrenOfAlarmName", longest=255))
    names = sorted(parent.children) if parent is not None else []
    return [found for name in names if (found := book.get(name))], _state_only


def _name_only(record: AlarmRecord) -> dict[str, Any]:
    return {"AlarmName": record.name, "AlarmArn": record.arn}


def _state_only(record: AlarmRecord) -> dict[str, Any]:
    return _name_only(record) | {"StateValue": record.state.value, "StateUpdatedTimestamp": record.updated_s}


def _page(operation: str, params: Params, items: Sequence[Any], now_s: float) -> tuple[list[Any], dict[str, str]]:
    size = whole(params, "MaxRecords", DEFAULT_PAGE, most=MAX_PAGE)
    page = page_of(operation, params, now_s)
    end = page.position + size
    token = {"NextToken": token_for(operation, params, Page(end, page.now_s))} if end < len(items) else {}
    return list(items[page.position : end]), token
