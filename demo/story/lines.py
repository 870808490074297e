"""What one Lambda invocation writes, as the runtimes write it."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.shop.model import ACCOUNT
from demo.story.noise import key_of, uniform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.shop.model import Function

# (type, message) by cause of failure
_EXCEPTIONS: Final = {
    "dependency": (
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table or index was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
    ),
    "deployment": ("KeyError", "'shippingMethod'"),
    "cron": ("ConnectionRefusedError", "[Errno 111] Connection refused: ledger.internal:5432"),
    "memory": ("Runtime.OutOfMemory", "Error: Runtime exited with error: signal: killed"),
    "stray": ("TimeoutError", "socket hang up while calling an upstream"),
    "refused": ("ValidationError", "upstream schema v3 is not supported, answering 500"),
}
_WORDS: Final = ("accepted", "cache hit", "cache miss", "published", "validated", "stored")


class Call(NamedTuple):
    """One invocation. ``cause`` is why it failed; None: it did not."""

    function: Function
    key: int
    at_ms: int
    duration_ms: float
    cause: str | None
    stream: str


def lines(call: Call, *, told: bool) -> Iterator[tuple[int, str]]:
    """Its lines as (UTC epoch ms, message), in order of time. Where not ``told``, only what went wrong."""
    request = _request_id(call.key)
    end_ms = call.at_ms + math.ceil(call.duration_ms)
    version = "$LATEST" if call.function.alias is None else str(call.function.versions)
    if told:
        yield call.at_ms, f"START RequestId: {request} Version: {version}\n"
        if not call.function.plain_logs:
            yield call.at_ms + 1, _json("INFO", call.at_ms + 1, request, message=_word(call.key))
    if call.cause == "timeout":
        stamp = _stamp(end_ms)
        yield end_ms, f"{stamp} {request} Task timed out after {call.function.timeout_s:.2f} seconds\n\n"
    elif call.cause is not None:
        yield end_ms - 1, _error(call, request, end_ms - 1)
    if told:
        yield end_ms, f"END RequestId: {request}\n"
        yield end_ms, _report(call, request)


def _error(call: Call, request: str, at_ms: int) -> str:
    cause = call.cause or "stray"
    kind, message = (_denied(call.function) if cause == "cron" else None) or _EXCEPTIONS[cause]
    if call.function.plain_logs:
        trace = 'Traceback (most recent call last):\n  File "/var/task/app.py", line 41, in handler\n'
        return f"[ERROR] {kind}: {message}\n{trace}"
    return _json("ERROR", at_ms, request, message=message, errorType=kind, function=call.function.name)


def _denied(function: Function) -> tuple[str, str] | None:
    """The refusal that a function meets on every run whose role lacks something, as boto3 words it."""
    if function.lacks is None:
        return None
    action, resource = function.lacks
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{function.role_name}/{function.name}"
    return "ClientError", (
        f"An error occurred (AccessDeniedException) when calling the {action.partition(':')[2]} operation: User: {who} "
        f"is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the "
        f"{action} action"
    )


def _report(call: Call, request: str) -> str:
    billed = math.ceil(call.duration_ms)
    used = round(call.function.memory_mb * (0.35 + 0.4 * uniform(call.key, 3)))
    status = {"timeout": "\tStatus: timeout", None: "", "refused": ""}.get(call.cause, "\tStatus: error")
    return (
        f"REPORT RequestId: {request}\tDuration: {call.duration_ms:.2f} ms\tBilled Duration: {billed} ms\t"
        f"Memory Size: {call.function.memory_mb} MB\tMax Memory Used: {used} MB{status}\t\n"
    )


def _json(level: str, at_ms: int, request: str, **more: str) -> str:
    return json.dumps({"timestamp": _stamp(at_ms), "level": level, "requestId": request, **more}, ensure_ascii=False)


def _word(key: int) -> str:
    return _WORDS[int(uniform(key, 4) * len(_WORDS))]


def _stamp(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000.0, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"


def _request_id(key: int) -> str:
    digits = f"{key_of(key, 'a'):016x}{key_of(key, 'b'):016x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
