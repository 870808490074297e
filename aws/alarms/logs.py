"""Log groups and their metric filters, as far as alarms on log lines need them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aws.call import Call, items
from aws.errors import AwsError
from aws.model import Gap, MetricKey
from aws.services.records import MALFORMED, bad_record

MOST_FILTERS: Final = 100
"""Metric filters that a log group takes (CloudWatch Logs quotas)."""

_STANDARD: Final = "STANDARD"
_FEW: Final = 10  # groups that are asked for one by one; more are picked from the whole list
_USUAL_PREFIX: Final = "/aws/lambda/"
_A_PAGE: Final = 50
_TOKEN: Final = ("nextToken", "nextToken")


@dataclass(frozen=True, slots=True)
class FilterFound:
    """A metric filter that exists: ``metrics`` are those without dimensions that it counts every matching line into
    as one."""

    name: str
    pattern: str
    metrics: tuple[MetricKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroups:
    """What was found: the filters of every wanted log group that exists and takes filters, by the group's name.

    A group is absent where it does not exist, is not of the Standard class, or could not be read: then ``gaps`` tells.
    """

    filters: Mapping[str, tuple[FilterFound, ...]] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()


async def read_log_groups(call: Call, wanted: Collection[str]) -> LogGroups:
    """The metric filters of those log groups. Never raises `AwsError`: that is a gap, and its groups are left out."""
    gaps: list[Gap] = []
    prefixes = sorted(wanted) if len(wanted) <= _FEW else [_common_prefix(wanted)]
    try:
        listed = await asyncio.gather(*(_groups(call, prefix, gaps) for prefix in prefixes))
        standard = sorted({name for names in listed for name in names} & set(wanted))
        filters = await _filters(call, standard, gaps)
    except AwsError as error:
        return LogGroups(gaps=(*gaps, error.gap(call.scope, service="log groups")))
    return LogGroups(filters={name: tuple(filters.get(name, ())) for name in standard}, gaps=tuple(gaps))


async def _groups(call: Call, prefix: str, gaps: list[Gap]) -> list[str]:
    """The groups of the Standard class under a prefix; no other takes metric filters."""
    found: list[str] = []
    where: dict[str, Any] = {"logGroupNamePrefix": prefix} if prefix else {}
    async for record in items(
        call, "logs", "DescribeLogGroups", result="logGroups", token=_TOKEN, limit=_A_PAGE, **where
    ):
        try:
            if record.get("logGroupClass", _STANDARD) == _STANDARD:
                found.append(str(record["logGroupName"]))
        except MALFORMED as error:
            gaps.append(bad_record(call.scope, "logs", "DescribeLogGroups", "one log group", error))
    return found


async def _filters(call: Call, groups: Sequence[str], gaps: list[Gap]) -> dict[str, list[FilterFound]]:
    found: dict[str, list[FilterFound]] = {}
    asked: list[dict[str, Any]] = [{"logGroupName": name} for name in groups] if len(groups) <= _FEW else [{}]
    for where in asked:
        listing = items(
            call, "logs", "DescribeMetricFilters", result="metricFilters", token=_TOKEN, limit=_A_PAGE, **where
        )
        async for record in listing:
            try:
                found.setdefault(str(record["logGroupName"]), []).append(_filter(record))
            except MALFORMED as error:
                gaps.append(bad_record(call.scope, "logs", "DescribeMetricFilters", "one metric filter", error))
    return found


def _filter(record: Mapping[str, Any]) -> FilterFound:
    metrics = tuple(
        MetricKey(str(each["metricNamespace"]), str(each["metricName"]))
        for each in record.get("metricTransformations") or ()
        if str(each["metricValue"]) in ("1", "1.0") and not each.get("dimensions")
    )
    return FilterFound(str(record["filterName"]), str(record.get("filterPattern") or ""), metrics)


def _common_prefix(names: Collection[str]) -> str:
    return _USUAL_PREFIX if all(name.startswith(_USUAL_PREFIX) for name in names) else ""
