"""MetricDataQuery, read and checked: what GetMetricData and an alarm's Metrics are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws.evaluate.errors import EvaluationError
from aws.evaluate.math import MathError, Node, parse
from aws.evaluate.statistics import statistic
from aws.model import MetricKey
from demo.cloudwatch.fields import Params, invalid, metric_key, required, structure, text
from demo.cloudwatch.periods import period_s
from demo.errors import ServiceError

MAX_QUERIES = 500

_ID = re.compile(r"[a-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """A statistic of a metric."""

    id: str
    label: str
    returned: bool
    metric: MetricKey
    stat: str
    period_s: int
    unit: str


@dataclass(frozen=True, slots=True)
class MathQuery:
    """An expression over the other queries. ``period_s`` is 0 where none was given."""

    id: str
    label: str
    returned: bool
    expression: Node
    period_s: int


Query = MetricQuery | MathQuery


def read_queries(items: Sequence[Params], collection: str) -> dict[str, Query]:
    """The queries by Id, in order. Raises `ServiceError` for the first that CloudWatch would refuse."""
    if len(items) > MAX_QUERIES:
        raise invalid(f"The collection {collection} must not have a size greater than {MAX_QUERIES}.")
    queries: dict[str, Query] = {}
    for index, item in enumerate(items, 1):
        where = f"{collection}.member.{index}"
        query = _query(item, where)
        if query.id in queries:
            raise invalid(f"The values for parameter {where}.Id are not unique: {query.id!r}.")
        queries[query.id] = query
    return queries


def check_stat(name: str) -> str:
    """The statistic, if CloudWatch knows it."""
    try:
        statistic(name)
    except EvaluationError as error:
        raise invalid(f"The value {name!r} for parameter Stat is not a valid statistic: {error}.") from None
    return name


def math_error(query_id: str, error: MathError) -> ServiceError:
    """What CloudWatch says of an expression that it cannot evaluate: it refuses the whole call."""
    return invalid(f"Error in expression '{query_id}': {error}")


def _query(item: Params, where: str) -> Query:
    required(item, "Id")
    query_id = text(item, "Id", longest=255)
    if not _ID.fullmatch(query_id):
        raise invalid(f"The value {query_id!r} for parameter {where}.Id is not matching the expected pattern.")
    label = text(item, "Label")
    returned = item.get("ReturnData") is not False
    if (item.get("MetricStat") is None) == (item.get("Expression") is None):
        raise invalid(f"The parameter {where} must have either MetricStat or Expression.")
    if item.get("Expression") is not None:
        period = period_s(item) if item.get("Period") is not None else 0
        try:
            expression = parse(text(item, "Expression", longest=2048))
        except MathError as error:
            raise math_error(query_id, error) from None
        return MathQuery(query_id, label, returned, expression, period)
    stat = structure(item, "MetricStat")
    required(stat, "Stat")
    return MetricQuery(
        query_id,
        label,
        returned,
        metric_key(structure(stat, "Metric")),
        check_stat(text(stat, "Stat")),
        period_s(stat),
        text(stat, "Unit"),
    )
