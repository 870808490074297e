"""PutMetricAlarm and PutCompositeAlarm, read and checked as CloudWatch checks them."""

from __future__ import annotations

import re
from typing import Any

from aws.evaluate.alarm import COMPARISONS, MISSING_TREATMENTS
from aws.evaluate.composite import Rule, parse_rule
from aws.evaluate.errors import RuleError
from aws.evaluate.math import uses
from aws.evaluate.statistics import is_simple
from demo.cloudwatch.alarm_records import ACTIONS, Definition
from demo.cloudwatch.fields import (
    Params,
    invalid,
    metric_key,
    metric_structure,
    number,
    one_of,
    required,
    structures,
    text,
    texts,
    whole,
)
from demo.cloudwatch.periods import DAY_S, period_s
from demo.cloudwatch.queries import MathQuery, MetricQuery, check_stat, read_queries
from demo.errors import ServiceError

MAX_ACTIONS = 5
MAX_MATH_METRICS = 10

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
_BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
_OF_ONE_METRIC = ("MetricName", "Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic")


def alarm_name(params: Params) -> str:
    """The alarm's name: 1 to 255 characters of any script, no ASCII control characters (PutMetricAlarm's reference)."""
    name = required(params, "AlarmName")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise invalid("The parameter AlarmName must be 1 to 255 characters without ASCII control characters.")
    return name


def metric_alarm(params: Params) -> Definition:
    """The keys that DescribeAlarms gives back of a metric alarm. Raises `ServiceError` for what AWS refuses."""
    definition = _common(params)
    required(params, "ComparisonOperator")
    required(params, "EvaluationPeriods")
    comparison = one_of(params, "ComparisonOperator", (*COMPARISONS, *_BANDS))
    periods = whole(params, "EvaluationPeriods", 1)
    definition |= {"ComparisonOperator": comparison, "EvaluationPeriods": periods}
    if params.get("DatapointsToAlarm") is not None:
        definition["DatapointsToAlarm"] = whole(params, "DatapointsToAlarm", periods, most=periods)
    if params.get("TreatMissingData") is not None:
        definition["TreatMissingData"] = one_of(params, "TreatMissingData", MISSING_TREATMENTS)
    if params.get("EvaluateLowSampleCountPercentile") is not None:
        low = one_of(params, "EvaluateLowSampleCountPercentile", ("evaluate", "ignore"))
        definition["EvaluateLowSampleCountPercentile"] = low
    definition |= _threshold(params, band=comparison in _BANDS)
    if params.get("EvaluationCriteria") is not None:
        raise invalid("Alarms on PromQL queries are not simulated.")
    if (params.get("MetricName") is None) == (not params.get("Metrics")):
        raise invalid("Exactly one of MetricName and Metrics must be given.")
    watched, period = _metrics(params) if params.get("Metrics") else _one_metric(params)
    _check_length(period, periods)
    return definition | watched


def composite_alarm(params: Params) -> tuple[Definition, Rule]:
    """The keys that DescribeAlarms gives back of a composite alarm, and its rule, parsed."""
    definition = _common(params)
    required(params, "AlarmRule")
    definition["AlarmRule"] = text(params, "AlarmRule", longest=10_240)
    if params.get("ActionsSuppressor") is not None:
        definition["ActionsSuppressor"] = text(params, "ActionsSuppressor", longest=1600)
        for name in ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
            required(params, name)
            definition[name] = whole(params, name, 0, least=0)
    try:
        return definition, parse_rule(definition["AlarmRule"])
    except RuleError as error:
        raise invalid(f"AlarmRule must not contain invalid grammar: {error}") from None


def _common(params: Params) -> Definition:
    definition: Definition = {"ActionsEnabled": params.get("ActionsEnabled") is not False}
    for name in ACTIONS.values():
        definition[name] = texts(params, name, most=MAX_ACTIONS)
        if wrong := next((action for action in definition[name] if not action.startswith("arn:")), None):
            raise invalid(f"Invalid arn syntax: {wrong}")
    if params.get("AlarmDescription") is not None:
        description = params["AlarmDescription"]
        if not isinstance(description, str) or len(description) > 1024:
            raise invalid("The parameter AlarmDescription must be text of at most 1024 characters.")
        definition["AlarmDescription"] = description
    return definition


def _threshold(params: Params, *, band: bool) -> Definition:
    """A static threshold, or the Id of an anomaly detection band; never both."""
    if band != (params.get("ThresholdMetricId") is not None) or band == (params.get("Threshold") is not None):
        raise invalid(
            "Threshold goes with a comparison to a static threshold, ThresholdMetricId with one to an anomaly band."
        )
    if band:
        return {"ThresholdMetricId": text(params, "ThresholdMetricId", longest=255)}
    return {"Threshold": number(params, "Threshold")}


def _one_metric(params: Params) -> tuple[Definition, int]:
    watched = metric_structure(metric_key(params))
    required(params, "Period")
    period = period_s(params)
    if period in (1, 5):
        raise invalid("The parameter Period must be 10, 20, 30 or a multiple of 60.")
    watched["Period"] = period
    if (params.get("Statistic") is None) == (params.get("ExtendedStatistic") is None):
        raise ServiceError(
            "InvalidParameterCombination", "Exactly one of Statistic and ExtendedStatistic must be specified."
        )
    if params.get("Statistic") is not None:
        watched["Statistic"] = text(params, "Statistic")
        if not is_simple(watched["Statistic"]):
            raise invalid(f"The value {watched['Statistic']!r} for parameter Statistic is not valid.")
    else:
        watched["ExtendedStatistic"] = check_stat(text(params, "ExtendedStatistic"))
    if params.get("Unit") is not None:
        watched["Unit"] = text(params, "Unit")
    return watched, period


def _metrics(params: Params) -> tuple[Definition, int]:
    if mixed := [name for name in _OF_ONE_METRIC if params.get(name) is not None]:
        raise invalid(f"Metrics cannot be combined with {', '.join(mixed)}.")
    items = structures(params, "Metrics")
    queries = read_queries(items, "Metrics")
    plain = [query for query in queries.values() if isinstance(query, MetricQuery)]
    math = [query for query in queries.values() if isinstance(query, MathQuery)]
    if len(plain) > MAX_MATH_METRICS or len(math) > MAX_MATH_METRICS:
        raise ServiceError(
            "LimitExceeded", f"An alarm can have {MAX_MATH_METRICS} metrics and as many expressions.", 400
        )
    returned = [query for query in queries.values() if query.returned]
    if len(returned) != 1 and params.get("ThresholdMetricId") is None:
        raise invalid("Exactly one element of the metrics list should return data.")
    if any(uses(query.expression, "SEARCH") for query in math):
        raise invalid("SEARCH cannot be used in an alarm: it returns several time series.")
    if not plain:
        raise invalid("At least one element of the metrics list must have a MetricStat.")
    if len({query.period_s for query in plain}) > 1:
        raise invalid("Period must be the same for all metrics of an alarm.")
    return {"Metrics": [_query_structure(item) for item in items]}, plain[0].period_s


def _query_structure(item: Params) -> dict[str, Any]:
    return {"ReturnData": True} | {name: value for name, value in item.items() if value is not None}


def _check_length(period: int, periods: int) -> None:
    longest, words = (DAY_S, "a day") if period < 3600 else (7 * DAY_S, "seven days")
    if period * periods > longest:
        raise invalid(
            f"Metrics cannot be checked across more than {words} (EvaluationPeriods * Period must be <= {longest})."
        )
