"""What exists under a name right now: alarms, metric filters, tags. Asked directly before something is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from aws.alarms.read import alarm_pages
from aws.call import Call, items

Raw: TypeAlias = Mapping[str, Any]

MANAGED_BY: Final = "managed-by"
OURS: Final = "cwtop"
RUN_TAG: Final = "cwtop:run"
STACK_TAG: Final = "aws:cloudformation:stack-name"

_LISTS: Final = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
_A_PAGE: Final = 100


async def alarms_named(call: Call, names: Sequence[str]) -> dict[str, Raw]:
    """Those of the alarms that exist, by name, as DescribeAlarms gives them. Raises `AwsError`."""
    found: dict[str, Raw] = {}
    for at in range(0, len(names), _A_PAGE):
        async for page in alarm_pages(call, {"AlarmNames": list(names[at : at + _A_PAGE])}):
            found |= {raw["AlarmName"]: raw for key in _LISTS for raw in page.get(key) or ()}
    return found


async def filter_named(call: Call, log_group: str, name: str) -> Raw | None:
    """The metric filter of that name on that log group; None where there is none. Raises `AwsError`."""
    token = ("nextToken", "nextToken")
    params: dict[str, Any] = {"logGroupName": log_group, "filterNamePrefix": name}
    async for each in items(call, "logs", "DescribeMetricFilters", result="metricFilters", token=token, **params):
        if each.get("filterName") == name:
            found: Raw = each
            return found
    return None


async def tags_of(call: Call, arn: str) -> dict[str, str]:
    """An alarm's tags. Raises `AwsError`."""
    answer = await call("cloudwatch", "ListTagsForResource", require=("Tags",), ResourceARN=arn)
    return {str(tag["Key"]): str(tag["Value"]) for tag in answer["Tags"]}


async def watchers_of(call: Call, metric: Mapping[str, Any]) -> list[str]:
    """The names of the metric alarms directly on a metric filter's metric. Raises `AwsError`."""
    answer = await call(
        "cloudwatch",
        "DescribeAlarmsForMetric",
        require=("MetricAlarms",),
        MetricName=metric["metricName"],
        Namespace=metric["metricNamespace"],
    )
    return [str(raw["AlarmName"]) for raw in answer["MetricAlarms"]]
