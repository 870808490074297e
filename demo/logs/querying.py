"""StartQuery and GetQueryResults: Logs Insights over the groups' events."""

from __future__ import annotations

import uuid
from typing import Any

from demo.errors import ServiceError
from demo.logs.insights import QueryError, parse_query
from demo.logs.insights.rows import Row, row_of
from demo.logs.params import Answer, Params, integer, invalid, packed, required, texts
from demo.logs.records import RunningQuery
from demo.logs.store import Store

_MOST_GROUPS = 50
_MOST_ROWS = 10_000
_MILLISECONDS_FROM = 100_000_000_000  # the console sends milliseconds, the API takes seconds: both are understood


def start_query(store: Store, params: Params) -> Answer:
    """Refuses a malformed query at once, with AWS's own error."""
    names = [*texts(params, "logGroupNames"), *texts(params, "logGroupIdentifiers")]
    names += [params["logGroupName"]] if params.get("logGroupName") else []
    if not 1 <= len(names) <= _MOST_GROUPS:
        raise invalid(f"from 1 to {_MOST_GROUPS} log groups must be given, not {len(names)}")
    try:
        query = parse_query(required(params, "queryString"))
    except QueryError as error:
        raise ServiceError("MalformedQueryException", str(error)) from error
    start_ms, end_ms = (_ms(integer(params, name, -1)) for name in ("startTime", "endTime"))
    if end_ms < start_ms:
        raise invalid("endTime must not be before startTime")
    running = RunningQuery(
        query=query,
        groups=tuple(store.group(name) for name in names),
        start_ms=start_ms,
        end_ms=end_ms,
        limit=integer(params, "limit", _MOST_ROWS, low=1, high=_MOST_ROWS),
    )
    query_id = str(uuid.uuid4())
    store.queries[query_id] = running
    return {"queryId": query_id}


def get_query_results(store: Store, params: Params) -> Answer:
    """The rows, each a list of field and value."""
    running = _query(store, params)
    if running.cancelled:
        return {"results": [], "status": "Cancelled"}
    if running.answer is None:
        running.answer = _run(store, running)
    return running.answer


def stop_query(store: Store, params: Params) -> Answer:
    """True where it had not ended yet."""
    running = _query(store, params)
    stopped = running.answer is None and not running.cancelled
    running.cancelled = running.cancelled or stopped
    return {"success": stopped}


def _run(store: Store, running: RunningQuery) -> Answer:
    rows: list[Row] = []
    size = 0
    for group in running.groups:
        for event in store.events(group, running.start_ms, running.end_ms + 1):
            name = f"{store.world.account}:{group.name}"
            row = row_of(name, event.stream, event.message, event.at_ms, event.ingested_ms)
            rows.append(row | {"@ptr": packed(f"{group.name}\n{event.stream}\n{event.at_ms}")})
            size += len(event.message)
    rows.sort(key=_time)
    found = running.query.run(rows, running.limit)
    return {
        "results": [[{"field": name, "value": value} for name, value in row.items()] for row in found],
        "statistics": {
            "recordsMatched": float(len(found)),
            "recordsScanned": float(len(rows)),
            "bytesScanned": float(size),
        },
        "status": "Complete",
    }


def _query(store: Store, params: Params) -> RunningQuery:
    query_id = required(params, "queryId")
    if query_id not in store.queries:
        raise ServiceError("ResourceNotFoundException", f"Query {query_id} does not exist.")
    return store.queries[query_id]


def _ms(seconds: int) -> int:
    return seconds if seconds > _MILLISECONDS_FROM else seconds * 1000


def _time(row: dict[str, Any]) -> float:
    return float(row["@timestamp"])
