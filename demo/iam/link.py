"""The link of the chain for IAM and Access Analyzer: what moto lacks, or tells otherwise than AWS."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TypeVar

import orjson

from aws.clock import Clock
from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.front.worlds import Worlds
from demo.iam.credentials import report_with_root, with_root
from demo.iam.details import LISTS, POLICIES, Details, read_details
from demo.iam.last_access import Jobs
from demo.iam.simulation import simulate
from demo.iam.validation import validate
from demo.iam.xml import Element, members, read_answer, xml_answer

_PAGE: Final = 100  # IAM's own number of entries, whatever a client does not say
_MOST: Final = 1000
_READS: Final = ("Get", "List", "Generate", "Simulate")
_T = TypeVar("_T")


class Iam:
    """Answers for the whole account: IAM knows no regions. What moto was asked is kept until somebody writes."""

    def __init__(self, worlds: Worlds, clock: Clock) -> None:
        self._world = worlds.home
        self._clock = clock
        self._jobs = Jobs(worlds.home.region)
        self._kept: tuple[str, Details] | None = None

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if request.service == "accessanalyzer" and request.operation == "ValidatePolicy":
            return self._validated(request)
        if request.service == "cloudformation":
            self._kept = None  # stacks make roles
        if request.service != "iam":
            return await behind(request)
        match request.operation:
            case "GetAccountAuthorizationDetails":
                return self._details(request, await self._read(request, behind))
            case "GenerateServiceLastAccessedDetails":
                job = self._jobs.begin(request, await self._read(request, behind), self._clock.now())
                return xml_answer(request, {"JobId": job})
            case "GetServiceLastAccessedDetails":
                return await self._last_accessed(request, behind)
            case "SimulatePrincipalPolicy":
                results, more = _page(request, simulate(request, await self._read(request, behind)))
                return xml_answer(request, {"EvaluationResults": results, **more})
            case "GetAccountSummary":
                found = with_root(read_answer(await behind(request)), self._world.identity(self._clock.now()).root)
                return xml_answer(request, {each.tag: each for each in found})
            case "GetCredentialReport":
                return await self._report(request, behind)
        if not request.operation.startswith(_READS):
            self._kept = None
        return await behind(request)

    async def _read(self, request: Request, behind: Handler) -> Details:
        account = request.credential[0]
        if self._kept is None or self._kept[0] != account:
            self._kept = (account, await read_details(request, behind))
        return self._kept[1]

    def _details(self, request: Request, details: Details) -> Response:
        wanted = members(request, "Filter")
        entries: list[tuple[str, Element]] = []
        for kind, name in LISTS.items():
            if not wanted or kind in wanted:
                entries += [(name, each) for each in details.lists[name]]
        for each in details.lists[POLICIES]:
            kind = "AWSManagedPolicy" if ":iam::aws:" in each.findtext("Arn", "") else "LocalManagedPolicy"
            if not wanted or kind in wanted:
                entries.append((POLICIES, each))
        chosen, more = _page(request, entries)
        names = (*LISTS.values(), POLICIES)
        lists = {name: [each for at, each in chosen if at == name] for name in names}
        return xml_answer(request, {**lists, **more})

    async def _last_accessed(self, request: Request, behind: Handler) -> Response:
        now_s = self._clock.now()
        head, job = self._jobs.state(request, now_s)
        if job is None:
            return xml_answer(request, head | {"ServicesLastAccessed": [], "IsTruncated": False})
        used = self._world.identity(now_s).used
        services = list(self._jobs.services(job, await self._read(request, behind), used))
        lines, more = _page(request, services)
        return xml_answer(request, {**head, "ServicesLastAccessed": lines, **more})

    async def _report(self, request: Request, behind: Handler) -> Response:
        found = read_answer(await behind(request))
        now_s = self._clock.now()
        content = report_with_root(found.findtext("Content", ""), self._world.account, self._world.identity(now_s).root)
        when = datetime.fromtimestamp(now_s, UTC)
        return xml_answer(request, {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": when})

    def _validated(self, request: Request) -> Response:
        try:
            params: Any = orjson.loads(request.plain_body or b"{}")
            document, policy_type = params["policyDocument"], params["policyType"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise ServiceError("ValidationException", f"policyDocument and policyType are required: {error}") from error
        return json_answer(request, {"findings": validate(str(document), str(policy_type))})


def _page(request: Request, entries: Sequence[_T]) -> tuple[list[_T], Mapping[str, object]]:
    """The entries that ``Marker`` and ``MaxItems`` ask for, and what the answer says of the rest."""
    begin, size = _after(request.form.get("Marker", "")), request.form.get("MaxItems", str(_PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        raise ServiceError("ValidationError", f"MaxItems must be a number from 1 to {_MOST}, not {size!r}")
    end = begin + int(size)
    more = {"Marker": urlsafe_b64encode(f"at {end}".encode()).decode()} if end < len(entries) else {}
    return list(islice(entries, begin, end)), {"IsTruncated": bool(more), **more}


def _after(marker: str) -> int:
    if not marker:
        return 0
    try:
        word, _, number = urlsafe_b64decode(marker.encode()).decode().partition(" ")
    except ValueError:
        word, number = "", ""
    if word != "at" or not number.isdecimal():
        raise ServiceError("ValidationError", f"Invalid Marker: {marker!r}")
    return int(number)
