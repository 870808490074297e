"""Reading events: FilterLogEvents across streams, GetLogEvents within one."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from demo.errors import ServiceError
from demo.logs.params import Answer, Params, integer, invalid, packed, required, texts, unpacked
from demo.logs.patterns import Pattern, PatternError, parse
from demo.logs.records import Event, Group
from demo.logs.store import Store

_MOST_EVENTS = 10_000
_MOST_BYTES = 1_048_576
# A page may come back empty and still have a token: Logs stops searching after a while, and so do we.
_MOST_SCANNED = 20_000

Position = tuple[int, int]  # (milliseconds, how many events of that millisecond come before)


def pattern_of(params: Params) -> Pattern:
    """The request's filterPattern. Raises `ServiceError`."""
    try:
        return parse(params.get("filterPattern") or "")
    except PatternError as error:
        raise invalid(f"Invalid filter pattern: {error}") from error


def filter_log_events(store: Store, params: Params) -> Answer:
    """Events of a group that match a pattern, oldest first, streams interleaved; endTime is inclusive."""
    group, pattern = store.group_of(params), pattern_of(params)
    limit = integer(params, "limit", _MOST_EVENTS, low=1, high=_MOST_EVENTS)
    names, prefix = set(texts(params, "logStreamNames")), params.get("logStreamNamePrefix")
    if names and prefix:
        raise invalid("logStreamNames and logStreamNamePrefix cannot be given together")
    start_ms, end_ms = _window(store, params)
    token = params.get("nextToken")
    first: Position = _position(unpacked(token)) if token else (start_ms, 0)
    found: list[dict[str, Any]] = []
    scanned, size, stopped = 0, 0, False
    at: Position = first
    for at, event in _numbered(store.events(group, max(start_ms, first[0]), end_ms + 1)):
        if at < first:
            continue
        if len(found) == limit or scanned == _MOST_SCANNED or size > _MOST_BYTES:
            stopped = True
            break
        scanned += 1
        wanted = event.stream in names if names else event.stream.startswith(prefix or "")
        if wanted and pattern.match(event.message) is not None:
            found.append(_told(group, at, event))
            size += len(event.message)
    following = {"nextToken": packed(f"{at[0]}.{at[1]}")} if stopped else {}
    return {"events": found, "searchedLogStreams": [], **following}


def get_log_events(store: Store, params: Params) -> Answer:
    """Events of one stream, forwards or backwards from a token; endTime is exclusive.

    At either end the same token comes back that was sent: that is how a client sees the end.
    """
    group, stream = store.group_of(params), required(params, "logStreamName")
    limit = integer(params, "limit", _MOST_EVENTS, low=1, high=_MOST_EVENTS)
    start_ms, end_ms = _window(store, params)
    events = [(at, event) for at, event in _numbered(store.events(group, start_ms, end_ms)) if event.stream == stream]
    if not events and stream not in group.streams and not _written(store, group, stream):
        raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
    positions = [at for at, _ in events]
    token = params.get("nextToken")
    if token:
        direction, _, text = token.partition("/")
        if direction not in ("f", "b"):
            raise invalid("The specified nextToken is invalid.")
        edge = bisect_left(positions, _position(text))
        low, high = (edge, edge + limit) if direction == "f" else (max(0, edge - limit), edge)
    elif params.get("startFromHead"):
        low, high = 0, limit
    else:
        low, high = max(0, len(events) - limit), len(events)
    chosen = events[low:high]
    forward = (chosen[-1][0][0], chosen[-1][0][1] + 1) if chosen else _edge(token, (start_ms, 0))
    backward = chosen[0][0] if chosen else _edge(token, (start_ms, 0))
    return {
        "events": [
            {"timestamp": event.at_ms, "message": event.message, "ingestionTime": event.ingested_ms}
            for _, event in chosen
        ],
        "nextForwardToken": f"f/{forward[0]}.{forward[1]}",
        "nextBackwardToken": f"b/{backward[0]}.{backward[1]}",
    }


def _window(store: Store, params: Params) -> tuple[int, int]:
    return integer(params, "startTime", 0), integer(params, "endTime", store.now_ms + 1)


def _numbered(events: Iterable[Event]) -> Iterator[tuple[Position, Event]]:
    last_ms, number = -1, 0
    for event in events:
        number = number + 1 if event.at_ms == last_ms else 0
        last_ms = event.at_ms
        yield (last_ms, number), event


def _position(text: str) -> Position:
    at_ms, _, number = text.partition(".")
    if not (at_ms.isdecimal() and number.isdecimal()):
        raise invalid("The specified nextToken is invalid.")
    return int(at_ms), int(number)


def _edge(token: str | None, default: Position) -> Position:
    return _position(token.partition("/")[2]) if token else default


def _written(store: Store, group: Group, stream: str) -> bool:
    return any(event.stream == stream for event in store.events(group, 0, store.now_ms + 1))


def _told(group: Group, at: Position, event: Event) -> dict[str, Any]:
    digest = hashlib.blake2b(f"{group.name}\n{event.stream}\n{at}".encode(), digest_size=16).digest()
    return {
        "logStreamName": event.stream,
        "timestamp": event.at_ms,
        "message": event.message,
        "ingestionTime": event.ingested_ms,
        "eventId": f"{event.at_ms:017d}{int.from_bytes(digest) % 10**39:039d}",
    }
