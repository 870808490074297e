"""DescribeAlarms as our own `Alarm` values."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from sys import intern
from typing import TYPE_CHECKING, Any

from aws.errors import BadAnswer, InvalidRequest
from aws.model import Alarm, AlarmKind, AlarmState, Gap, MetricKey, Query, Watched

if TYPE_CHECKING:
    from aws.call import Answer, Call
    from aws.model import Scope

_A_PAGE = 100  # the most that DescribeAlarms gives and takes
_LISTS = {"MetricAlarms": AlarmKind.METRIC, "CompositeAlarms": AlarmKind.COMPOSITE, "LogAlarms": AlarmKind.LOG}
_TYPES: tuple[str, ...] = ("MetricAlarm", "CompositeAlarm", "LogAlarm")
_OLDER_TYPES = _TYPES[:2]


async def read_alarms(
    call: Call,
    *,
    state: AlarmState | None = None,
    names: Sequence[str] | None = None,
    on_gap: Callable[[Gap], None] | None = None,
) -> list[Alarm]:
    """Every alarm of every type, or those in ``state``, or those called ``names``.

    An alarm that cannot be understood is told to ``on_gap``; the others are not held up by it. Raises `AwsError`.
    """
    found = []
    async for each in walk_alarms(call, state=state, names=names):
        if isinstance(each, Alarm):
            found.append(each)
        elif on_gap is not None:
            on_gap(each)
    return found


async def walk_alarms(
    call: Call, *, state: AlarmState | None = None, names: Sequence[str] | None = None
) -> AsyncGenerator[Alarm | Gap, None]:
    """As `read_alarms`, but as pages arrive, with a `Gap` in the place of an alarm that cannot be understood."""
    if names is None:
        asked: list[dict[str, Any]] = [{}]
    else:
        asked = [{"AlarmNames": list(names[at : at + _A_PAGE])} for at in range(0, len(names), _A_PAGE)]
    for selection in asked:
        if state is not None:
            selection["StateValue"] = state.value
        async for page in alarm_pages(call, selection):
            for key, kind in _LISTS.items():
                for raw in page.get(key) or ():
                    yield parse_alarm(raw, kind, call.scope)


def parse_alarm(raw: Any, kind: AlarmKind, scope: Scope) -> Alarm | Gap:
    """One alarm as DescribeAlarms gives it, or a gap where it is not as documented."""
    try:
        return _alarm(raw, kind, scope)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        name = raw.get("AlarmName") if isinstance(raw, Mapping) else None
        problem = f"alarm {name!r} is not as documented ({type(error).__name__}: {error})"
        return BadAnswer("cloudwatch", "DescribeAlarms", problem).gap(scope)


async def alarm_pages(call: Call, selection: Mapping[str, Any]) -> AsyncIterator[Answer]:
    """DescribeAlarms as CloudWatch answers it, page by page; ``selection`` holds its parameters. Raises `AwsError`."""
    types, token = _TYPES, ""
    seen: set[str] = set()
    while True:
        page_of: dict[str, Any] = {"NextToken": token} if token else {}
        try:
            answer = await call(
                "cloudwatch", "DescribeAlarms", AlarmTypes=list(types), MaxRecords=_A_PAGE, **selection, **page_of
            )
        except InvalidRequest:
            if token or types == _OLDER_TYPES:
                raise
            types = _OLDER_TYPES  # an endpoint that has never heard of log alarms has none
            continue
        if not any(isinstance(answer.get(key), list) for key in _LISTS):
            raise BadAnswer("cloudwatch", "DescribeAlarms", "the answer has no alarms in it, not even an empty list")
        yield answer
        token = answer.get("NextToken") or ""
        if not token:
            return
        if token in seen:
            raise BadAnswer("cloudwatch", "DescribeAlarms", "the same page token came twice")
        seen.add(token)


def _alarm(raw: Mapping[str, Any], kind: AlarmKind, scope: Scope) -> Alarm:
    queries = tuple(_query(each, scope.account) for each in raw.get("Metrics") or ())
    return Alarm(
        scope=scope,
        name=_text(raw["AlarmName"]),
        arn=_word(raw["AlarmArn"]),
        kind=kind,
        state=AlarmState(raw["StateValue"]),
        since_s=_time_s(raw.get("StateTransitionedTimestamp")),
        updated_s=_time_s(raw.get("StateUpdatedTimestamp")),
        reason=_word(raw.get("StateReason", "")),
        description=_word(raw.get("AlarmDescription", "")),
        watches=tuple(_watches(raw, queries)),
        expressions=tuple(_expressions(raw, queries)),
        queries=queries,
        band_id=_text(raw.get("ThresholdMetricId") or ""),
        rule=_text(raw.get("AlarmRule", "")),
        comparison=_optional(raw.get("ComparisonOperator"), lambda value: intern(str(value))),
        threshold=_optional(raw.get("Threshold"), float),
        evaluation_periods=_optional(raw.get("EvaluationPeriods"), int),
        datapoints_to_alarm=_optional(raw.get("DatapointsToAlarm"), int),
        treat_missing=_word(raw.get("TreatMissingData", "missing")),
        actions_enabled=bool(raw.get("ActionsEnabled", True)),
        alarm_actions=_texts(raw.get("AlarmActions")),
        ok_actions=_texts(raw.get("OKActions")),
        insufficient_data_actions=_texts(raw.get("InsufficientDataActions")),
    )


def _query(raw: Mapping[str, Any], account: str) -> Query:
    stat_of = raw.get("MetricStat")
    watched = None
    # A metric of another account is not a resource of ours, even where the names are the same.
    if stat_of and raw.get("AccountId", account) == account:
        unit = _text(stat_of.get("Unit") or "")
        watched = Watched(_metric(stat_of["Metric"]), _text(stat_of["Stat"]), int(stat_of["Period"]), unit)
    return Query(
        id=_text(raw.get("Id", "")),
        watched=watched,
        expression=_text(raw.get("Expression") or ""),
        returned=bool(raw.get("ReturnData", True)),
        period_s=_optional(raw.get("Period"), int),
    )


def _watches(raw: Mapping[str, Any], queries: Iterable[Query]) -> Iterator[Watched]:
    if raw.get("MetricName"):
        stat = raw.get("Statistic") or raw["ExtendedStatistic"]
        yield Watched(_metric(raw), _word(stat), int(raw["Period"]), _text(raw.get("Unit") or ""))
    yield from (query.watched for query in queries if query.watched is not None)


def _expressions(raw: Mapping[str, Any], queries: Iterable[Query]) -> Iterator[str]:
    yield from (query.expression for query in queries if query.expression)
    prometheus = (raw.get("EvaluationCriteria") or {}).get("PromQLCriteria") or {}
    if prometheus.get("Query"):
        yield _text(prometheus["Query"])


def _metric(raw: Mapping[str, Any]) -> MetricKey:
    dimensions = sorted((_word(each["Name"]), _word(each["Value"])) for each in raw.get("Dimensions") or ())
    return MetricKey(_word(raw["Namespace"]), _word(raw["MetricName"]), tuple(dimensions))


def _optional(value: Any, kind: Any) -> Any:
    return None if value is None else kind(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_word(each) for each in value or ())


def _word(value: Any) -> str:
    """A text that thousands of alarms have in common: kept once."""
    return intern(_text(value))


def _time_s(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise TypeError("expected a time")
    return value.timestamp()
