"""The Logs engine: operations by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from aws.clock import Clock
from demo.errors import ServiceError
from demo.logs import filtering, groups, querying, reading
from demo.logs.params import Answer, Params
from demo.logs.store import Store
from demo.world import World

_Operation: TypeAlias = Callable[[Store, Params], Answer]

_OPERATIONS: Mapping[str, _Operation] = {
    "CreateLogGroup": groups.create_log_group,
    "CreateLogStream": groups.create_log_stream,
    "DeleteLogGroup": groups.delete_log_group,
    "DeleteMetricFilter": filtering.delete_metric_filter,
    "DeleteRetentionPolicy": groups.delete_retention_policy,
    "DescribeLogGroups": groups.describe_log_groups,
    "DescribeLogStreams": groups.describe_log_streams,
    "DescribeMetricFilters": filtering.describe_metric_filters,
    "FilterLogEvents": reading.filter_log_events,
    "GetLogEvents": reading.get_log_events,
    "GetQueryResults": querying.get_query_results,
    "ListTagsForResource": groups.list_tags_for_resource,
    "PutLogEvents": groups.put_log_events,
    "PutMetricFilter": filtering.put_metric_filter,
    "PutRetentionPolicy": groups.put_retention_policy,
    "StartQuery": querying.start_query,
    "StopQuery": querying.stop_query,
    "TagResource": groups.tag_resource,
    "TestMetricFilter": filtering.test_metric_filter,
    "UntagResource": groups.untag_resource,
}


class Logs:
    """CloudWatch Logs of one account in one region."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._store = Store(world, clock)

    def handle(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """One request, parameters and answer as the JSON protocol has them. Raises `ServiceError`."""
        answer = _OPERATIONS.get(operation)
        if answer is None:
            raise ServiceError("UnknownOperationException", f"the simulated account does not know logs:{operation}")
        return answer(self._store, params)

    def metric_data(self) -> Iterator[Mapping[str, Any]]:
        """PutMetricData parameters: what metric filters made of the minutes that ended since this was last asked."""
        return filtering.metric_data(self._store)
