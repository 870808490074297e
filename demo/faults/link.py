"""Does to a request what the plan says: a link of the front's chain."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, Final, TypeAlias

import orjson

from aws.clock import Clock
from demo.errors import ServiceError
from demo.faults.choice import Choice
from demo.faults.plan import Fault, Kind, Plan, read_plan
from demo.faults.tokens import with_token, without_token
from demo.front.actions import action_names
from demo.front.answers import error_answer
from demo.front.chain import Handler
from demo.front.refusals import denied, expired, skewed, throttled
from demo.front.requests import Ending, Request, Response

_HTML: Final = {"Content-Type": "text/html"}
_GATEWAY_PAGE: Final = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>proxy</body></html>"
)
_PORTAL_PAGE: Final = (
    b"<!doctype html><html><body><h1>Welcome to Hotel WiFi</h1><a href='/login'>Log in</a></body></html>"
)
_CLOSED: Final = Response(200, b"", ending=Ending.CLOSED)

_Refusal: TypeAlias = Callable[[Request], ServiceError]
_REFUSALS: Final[Mapping[Kind, _Refusal]] = {
    Kind.THROTTLE: throttled,
    Kind.DENIED: denied,
    Kind.EXPIRED_TOKEN: expired,
    Kind.INTERNAL: lambda _: ServiceError(
        "InternalFailure", "We encountered an internal error. Please try again.", 500
    ),
    Kind.UNAVAILABLE: lambda _: ServiceError("ServiceUnavailable", "Service is unavailable", 503),
}
_ANSWERS: Final[Mapping[Kind, Response]] = {
    Kind.BAD_GATEWAY: Response(502, _GATEWAY_PAGE, _HTML),
    Kind.CAPTIVE_PORTAL: Response(200, _PORTAL_PAGE, _HTML),
    Kind.EMPTY_OBJECT: Response(200, b"{}", {"Content-Type": "application/x-amz-json-1.0"}),
    Kind.DROP: _CLOSED,
    Kind.REGION_DOWN: _CLOSED,
}
_CHANGES: Final[Mapping[Kind, Callable[[Response, Fault], Response]]] = {
    Kind.TRUNCATED: lambda answer, _: replace(answer, ending=Ending.CUT),
    Kind.HALF_BODY: lambda answer, _: replace(answer, body=answer.body[: len(answer.body) // 2]),
    Kind.PARTIAL_DATA: lambda answer, fault: _of_series(answer, fault.share, _partial),
    Kind.INTERNAL_ERROR: lambda answer, fault: _of_series(answer, fault.share, _failed),
}


class Faults:
    """A link of the chain. The plan may be changed while it serves; its times then begin anew."""

    def __init__(self, clock: Clock, plan: Plan | None = None) -> None:
        self._clock = clock
        self.play(plan or Plan())

    def play(self, plan: Plan) -> None:
        """Put a plan in force, from now."""
        self._choice = Choice(plan)
        self._began_s = self._clock.monotonic()

    def control(self, request: Request) -> dict[str, Any]:
        """GET: the state. POST: another plan, in TOML, from now on; an empty one ends all faults. Raises ValueError."""
        if request.method == "POST":
            self.play(read_plan(request.body.decode(), "the plan"))
        return self.state()

    def state(self) -> dict[str, Any]:
        """The plan in force, and how many requests each fault has hit."""
        faults = zip(self._choice.plan.faults, self._choice.hits, strict=True)
        return {
            "seed": self._choice.plan.seed,
            "since_s": round(self._clock.monotonic() - self._began_s, 3),
            "faults": [{"kind": fault.kind, "on": list(fault.on), "hits": hits} for fault, hits in faults],
        }

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if not self._choice.plan.faults:
            return await behind(request)
        fault = self._choice.of(action_names(request), request.region, self._clock.monotonic() - self._began_s)
        if fault is None:
            return await behind(request)
        return await self._do(fault, request, behind)

    async def _do(self, fault: Fault, request: Request, behind: Handler) -> Response:
        if (answer := _ANSWERS.get(fault.kind)) is not None:
            return answer
        if (refusal := _REFUSALS.get(fault.kind)) is not None:
            return error_answer(request, refusal(request))
        if (change := _CHANGES.get(fault.kind)) is not None:
            return change(await behind(request), fault)
        match fault.kind:
            case Kind.SLOW:
                await self._clock.sleep(fault.seconds)
                return await behind(request)
            case Kind.TOKEN_LOOP:
                return with_token(request, await behind(without_token(request)))
            case Kind.WRONG_CLOCK:
                return self._wrong_clock(request, fault.seconds)
        # It ends with the client's patience, or with the server: whoever goes first cancels us.
        await asyncio.Event().wait()
        return _CLOSED

    def _wrong_clock(self, request: Request, ahead_s: float) -> Response:
        server_s = self._clock.now() + ahead_s
        signed = request.headers.get("X-Amz-Date", "")
        stamp = datetime.fromtimestamp(server_s, UTC).strftime("%Y%m%dT%H%M%SZ")
        answer = error_answer(request, skewed(request, stamp, signed))
        return replace(answer, headers={**answer.headers, "Date": formatdate(server_s, usegmt=True)})


def _of_series(answer: Response, share: float, change: Callable[[dict[str, Any]], None]) -> Response:
    """An answer of GetMetricData with its first series changed."""
    if answer.status != 200:
        return answer
    value = orjson.loads(answer.body)
    results = value["MetricDataResults"]
    for result in results[: math.ceil(len(results) * share)]:
        change(result)
    return replace(answer, body=orjson.dumps(value))


def _partial(result: dict[str, Any]) -> None:
    kept = len(result["Values"]) // 2
    result.update(StatusCode="PartialData", Timestamps=result["Timestamps"][:kept], Values=result["Values"][:kept])
    result["Messages"] = [{"Code": "PartialData", "Value": "Not all of the data could be retrieved."}]


def _failed(result: dict[str, Any]) -> None:
    result.update(StatusCode="InternalError", Timestamps=[], Values=[])
    result["Messages"] = [{"Code": "InternalError", "Value": "An error occurred while reading this metric."}]
