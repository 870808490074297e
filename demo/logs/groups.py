"""Operations on log groups, streams and tags, and PutLogEvents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.errors import ServiceError
from demo.logs.params import Answer, Params, integer, invalid, packed, page, required, texts, unpacked
from demo.logs.records import Event, Group
from demo.logs.store import Store

_RETENTIONS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
_RETENTIONS |= {1096, 1827, 2192, 2557, 2922, 3288, 3653}
_OLDEST_MS = 14 * 86_400_000
_NEWEST_MS = 2 * 3_600_000


def describe_log_groups(store: Store, params: Params) -> Answer:
    """By prefix, by part of the name, or all."""
    prefix, part = params.get("logGroupNamePrefix"), params.get("logGroupNamePattern")
    if prefix and part:
        raise invalid("logGroupNamePrefix and logGroupNamePattern cannot be given together")
    wanted: Sequence[str] = store.names()
    if prefix or part:
        wanted = [name for name in wanted if name.startswith(prefix or "") and (part or "").lower() in name.lower()]
    if (log_class := params.get("logGroupClass")) is not None:
        wanted = [name for name in wanted if store.looked_at(name).log_class == log_class]
    found, token = page(wanted, params, lambda name: name)
    return {"logGroups": [_described(store, store.looked_at(name)) for name in found], **token}


def create_log_group(store: Store, params: Params) -> Answer:
    """A new, empty group."""
    store.add(
        Group(
            name=required(params, "logGroupName"),
            created_ms=store.now_ms,
            log_class=params.get("logGroupClass", "STANDARD"),
            tags=dict(params.get("tags") or {}),
        )
    )
    return {}


def delete_log_group(store: Store, params: Params) -> Answer:
    """The group with all its events and filters."""
    store.remove(store.group_of(params))
    return {}


def put_retention_policy(store: Store, params: Params) -> Answer:
    """How many days events are kept."""
    days = integer(params, "retentionInDays", 0)
    if days not in _RETENTIONS:
        raise invalid(f"retentionInDays must be one of {sorted(_RETENTIONS)}, not {days}")
    store.group_of(params).retention_days = days
    return {}


def delete_retention_policy(store: Store, params: Params) -> Answer:
    """Events are kept for ever."""
    store.group_of(params).retention_days = None
    return {}


def create_log_stream(store: Store, params: Params) -> Answer:
    """A new, empty stream."""
    group, name = store.group_of(params), required(params, "logStreamName")
    if name in group.streams:
        raise ServiceError("ResourceAlreadyExistsException", "The specified log stream already exists")
    group.streams[name] = store.now_ms
    return {}


def describe_log_streams(store: Store, params: Params) -> Answer:
    """Streams by name, or by the time of their last event."""
    group = store.group_of(params)
    by_time = params.get("orderBy", "LogStreamName") == "LastEventTime"
    prefix = params.get("logStreamNamePrefix", "")
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = [stream for name, stream in _streams(store, group).items() if name.startswith(prefix)]
    streams.sort(
        key=lambda stream: (stream.get("lastEventTimestamp", 0) if by_time else 0, stream["logStreamName"]),
        reverse=bool(params.get("descending")),
    )
    limit = integer(params, "limit", 50, low=1, high=50)
    token = params.get("nextToken")
    first = 0
    if token:
        after = unpacked(token)
        first = next((n + 1 for n, stream in enumerate(streams) if stream["logStreamName"] == after), 0)
        if not first:
            raise invalid("The specified nextToken is invalid.")
    found = streams[first : first + limit]
    more = {"nextToken": packed(found[-1]["logStreamName"])} if first + limit < len(streams) else {}
    return {"logStreams": found, **more}


def put_log_events(store: Store, params: Params) -> Answer:
    """Events of one stream, oldest first; too old and too new ones are told in rejectedLogEventsInfo."""
    group, stream = store.group_of(params), required(params, "logStreamName")
    if stream not in group.streams and stream not in _streams(store, group):
        raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
    events = params.get("logEvents") or []
    times = [event["timestamp"] for event in events]
    if times != sorted(times):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    now_ms = store.now_ms
    old = sum(at_ms < now_ms - _OLDEST_MS for at_ms in times)
    new = next((index for index, at_ms in enumerate(times) if at_ms > now_ms + _NEWEST_MS), len(times))
    for event in events[old:new]:
        store.put(group, Event(event["timestamp"], stream, event["message"], now_ms))
        group.stored_bytes += len(event["message"].encode()) + 26  # the guide's overhead of an event
    rejected = {
        **({"tooOldLogEventEndIndex": old} if old else {}),
        **({"tooNewLogEventStartIndex": new} if new < len(times) else {}),
    }
    return {"nextSequenceToken": str(now_ms), **({"rejectedLogEventsInfo": rejected} if rejected else {})}


def tag_resource(store: Store, params: Params) -> Answer:
    """Adds tags, or changes their values."""
    store.group(required(params, "resourceArn")).tags.update(params.get("tags") or {})
    return {}


def untag_resource(store: Store, params: Params) -> Answer:
    """Takes tags away; those that are not there do not matter."""
    tags = store.group(required(params, "resourceArn")).tags
    for key in texts(params, "tagKeys"):
        tags.pop(key, None)
    return {}


def list_tags_for_resource(store: Store, params: Params) -> Answer:
    """All tags of a group."""
    return {"tags": dict(store.group(required(params, "resourceArn")).tags)}


def _described(store: Store, group: Group) -> dict[str, Any]:
    arn = store.arn(group)
    retention = {} if group.retention_days is None else {"retentionInDays": group.retention_days}
    return {
        "logGroupName": group.name,
        "creationTime": group.created_ms,
        "metricFilterCount": len(group.filters),
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": group.stored_bytes,
        "logGroupClass": group.log_class,
        **retention,
    }


def _streams(store: Store, group: Group) -> dict[str, dict[str, Any]]:
    arn = store.arn(group)
    streams: dict[str, dict[str, Any]] = {}

    def stream(name: str, created_ms: int) -> dict[str, Any]:
        return streams.setdefault(
            name,
            {
                "logStreamName": name,
                "creationTime": created_ms,
                "arn": f"{arn}:log-stream:{name}",
                "storedBytes": 0,  # AWS itself stopped counting by stream in 2019
            },
        )

    for name, created_ms in group.streams.items():
        stream(name, created_ms)
    for event in store.events(group, 0, store.now_ms + 1):
        found = stream(event.stream, event.at_ms)
        found.setdefault("firstEventTimestamp", event.at_ms)
        found["lastEventTimestamp"] = event.at_ms
        found["lastIngestionTime"] = event.ingested_ms
    return streams
