"""Reads log groups and their metric filters, in bulk where they are many."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aws.call import Call, items
from aws.errors import AwsError
from aws.model import Gap, MetricKey
from aws.model.logs import FilterFound, LogGroups
from aws.services.records import MALFORMED, bad_record

MOST_FILTERS: Final = 100
"""Metric filters that a log group takes (CloudWatch Logs quotas)."""

UNREAD: Final = "its log group could not be read"
_STANDARD: Final = "STANDARD"
_FEW: Final = 10  # groups that are asked for one by one; more are picked from the whole list
_USUAL_PREFIX: Final = "/aws/lambda/"
_A_PAGE: Final = 50
_TOKEN: Final = ("nextToken", "nextToken")


@dataclass(frozen=True, slots=True)
class Listed:
    """The class of every wanted log group that exists, by its name; ``gaps`` tell why that is not all of them."""

    classes: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()


async def list_groups(call: Call, wanted: Collection[str]) -> Listed:
    """Which of those log groups exist. Never raises `AwsError`: that is a gap, and what came before it stands."""
    gaps: list[Gap] = []
    found: dict[str, str] = {}
    prefixes = sorted(wanted) if len(wanted) <= _FEW else [_common_prefix(wanted)]
    await asyncio.gather(*(_list(call, prefix, found, gaps) for prefix in prefixes))
    return Listed({name: found[name] for name in wanted if name in found}, tuple(dict.fromkeys(gaps)))


async def read_filters(call: Call, listed: Listed) -> tuple[LogGroups, tuple[Gap, ...]]:
    """The listed groups with their metric filters, and what could not be read. Never raises `AwsError`.

    Where the filters do not come whole, no group's are known: a second filter might be offered beside a good one.
    """
    standard = [name for name, its_class in listed.classes.items() if its_class == _STANDARD]
    other = {name: its_class for name, its_class in listed.classes.items() if its_class != _STANDARD}
    found: dict[str, list[FilterFound]] = {}
    gaps: list[Gap] = []
    asked: list[dict[str, Any]] = [{}]
    if len(standard) <= _FEW:
        asked = [{"logGroupName": name} for name in sorted(standard)]
    for where in asked:
        if not gaps:
            await _filters(call, where, found, gaps)
    filters = {} if gaps else {name: tuple(found.get(name, ())) for name in standard}
    unread = UNREAD if listed.gaps or gaps else ""
    return LogGroups(filters=filters, other_class=other, unread=unread), (*listed.gaps, *gaps)


async def _list(call: Call, prefix: str, found: dict[str, str], gaps: list[Gap]) -> None:
    where: dict[str, Any] = {"logGroupNamePrefix": prefix} if prefix else {}
    listing = items(call, "logs", "DescribeLogGroups", result="logGroups", token=_TOKEN, limit=_A_PAGE, **where)
    try:
        async for record in listing:
            try:
                found[str(record["logGroupName"])] = str(record.get("logGroupClass") or _STANDARD)
            except MALFORMED as error:
                gaps.append(_odd(call, "DescribeLogGroups", "one log group", error))
    except AwsError as error:
        gaps.append(error.gap(call.scope, service="log groups").leaving_coverage_open())
    except MALFORMED as error:
        gaps.append(_odd(call, "DescribeLogGroups", "the list of log groups", error))


async def _filters(call: Call, where: Mapping[str, Any], found: dict[str, list[FilterFound]], gaps: list[Gap]) -> None:
    listing = items(call, "logs", "DescribeMetricFilters", result="metricFilters", token=_TOKEN, limit=_A_PAGE, **where)
    try:
        async for record in listing:
            try:
                found.setdefault(str(record["logGroupName"]), []).append(_filter(record))
            except MALFORMED as error:
                gaps.append(_odd(call, "DescribeMetricFilters", "one metric filter", error))
    except AwsError as error:
        gaps.append(error.gap(call.scope, service="log groups").leaving_coverage_open())
    except MALFORMED as error:
        gaps.append(_odd(call, "DescribeMetricFilters", "the list of metric filters", error))


def _filter(record: Mapping[str, Any]) -> FilterFound:
    metrics = tuple(
        MetricKey(str(each["metricNamespace"]), str(each["metricName"]))
        for each in record.get("metricTransformations") or ()
        if str(each["metricValue"]) in ("1", "1.0") and not each.get("dimensions")
    )
    return FilterFound(str(record["filterName"]), str(record.get("filterPattern") or ""), metrics)


def _odd(call: Call, operation: str, what: str, error: Exception) -> Gap:
    return bad_record(call.scope, "logs", operation, what, error).leaving_coverage_open()


def _common_prefix(names: Collection[str]) -> str:
    return _USUAL_PREFIX if all(name.startswith(_USUAL_PREFIX) for name in names) else ""
