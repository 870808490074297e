"""The forms that the company's alarms take, as PutMetricAlarm's and PutCompositeAlarm's own parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Alarm = Mapping[str, object]


def alarm(
    name: str,
    metric: str,
    over: float,
    /,
    *,
    to: Sequence[str],
    stat: str = "Sum",
    period_s: int = 60,
    within: tuple[int, int] = (1, 1),
    comparison: str = "GreaterThanThreshold",
    missing: str = "notBreaching",
    enabled: bool = True,
    description: str = "",
    **dimensions: str,
) -> Alarm:
    """One alarm on one metric, "Namespace/Metric"; ``within`` is datapoints to alarm out of evaluation periods."""
    namespace, _, metric_name = metric.rpartition("/")
    statistic = {"ExtendedStatistic": stat} if stat.startswith("p") else {"Statistic": stat}
    return {
        "AlarmName": name,
        "Namespace": namespace,
        "MetricName": metric_name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Period": period_s,
        "DatapointsToAlarm": within[0],
        "EvaluationPeriods": within[1],
        "Threshold": float(over),
        "ComparisonOperator": comparison,
        "TreatMissingData": missing,
        "ActionsEnabled": enabled,
        "AlarmActions": list(to),
        "OKActions": list(to),
        **({"AlarmDescription": description} if description else {}),
        **statistic,
    }


def errors(function: str, to: Sequence[str], *, name: str = "", over: float = 5) -> Alarm:
    return alarm(name or f"{function}-errors", "AWS/Lambda/Errors", over, to=to, period_s=300, FunctionName=function)


def api_5xx(api: str, to: Sequence[str], *, name: str = "", stage: str = "prod") -> Alarm:
    return alarm(
        name or f"{api}-5xx",
        "AWS/ApiGateway/5XXError",
        0.05,
        to=to,
        stat="Average",
        within=(3, 3),
        ApiName=api,
        Stage=stage,
    )


def error_rate(function: str, over_percent: float, to: Sequence[str]) -> Alarm:
    """A metric-math alarm: errors as a share of calls."""

    def stat(query_id: str, metric: str) -> Alarm:
        dimensions = [{"Name": "FunctionName", "Value": function}]
        return {
            "Id": query_id,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions},
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }

    rate = {"Id": "rate", "Expression": "100 * errors / calls", "Label": "Error rate (%)", "ReturnData": True}
    return {
        "AlarmName": f"{function}-error-rate",
        "AlarmDescription": f"{function} fails more than {over_percent}% of its calls",
        "Metrics": [stat("errors", "Errors"), stat("calls", "Invocations"), rate],
        "DatapointsToAlarm": 2,
        "EvaluationPeriods": 3,
        "Threshold": over_percent,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": list(to),
        "OKActions": list(to),
    }


def composite(name: str, rule: str, to: Sequence[str]) -> Alarm:
    return {
        "AlarmName": name,
        "AlarmRule": rule,
        "ActionsEnabled": True,
        "AlarmActions": list(to),
        "OKActions": list(to),
        "AlarmDescription": "pages once, whatever its children do",
    }
