"""When services were last used, from IAM's last-accessed jobs: one at a time for an account, in the background."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from aws.call import Call
from aws.clock import Clock
from aws.errors import BadAnswer, NotFound, ServerError, TimedOut
from aws.iam.reading.reads import mapping
from aws.iam.view import LastAccess, ServiceUse
from aws.services.records import MALFORMED, epoch_s

_GENERATE: Final = "GenerateServiceLastAccessedDetails"
_FETCH: Final = "GetServiceLastAccessedDetails"
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 15.0
_GIVEN_UP_S: Final = 300.0
_KEPT_S: Final = 3_600.0  # AWS's own data lags by up to four hours
_KEPT: Final = 200
_MOST_PAGES: Final = 100


class LastAccessJobs:
    """The jobs of one account. IAM knows no regions: give the same one to the desks of all its regions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._read: OrderedDict[str, tuple[float, LastAccess]] = OrderedDict()
        self._running: dict[str, str] = {}  # role -> job whose end nobody has seen yet

    def known(self, arn: str) -> LastAccess | None:
        """What was read within the last hour."""
        read_at, access = self._read.get(arn, (0.0, None))
        return access if access is not None and self._clock.monotonic() - read_at < _KEPT_S else None

    async def read(self, call: Call, arn: str, *, again: bool = False) -> LastAccess:
        """The role's use by service, and by action where AWS tracks that. Raises `AwsError`."""
        async with self._one_at_a_time:
            if not again and (known := self.known(arn)) is not None:
                return known
            # Who left while a job ran finds its result here: the job goes on at AWS's.
            job = self._running.get(arn) or await self._start(call, arn)
            try:
                services = await self._finished(call, job)
            except (NotFound, ServerError, BadAnswer):
                self._running.pop(arn, None)
                raise
            self._running.pop(arn, None)
            access = LastAccess(read_at_s=self._clock.now(), services=services)
            self._read[arn] = self._clock.monotonic(), access
            self._read.move_to_end(arn)
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
            return access

    async def _start(self, call: Call, arn: str) -> str:
        answer = await call("iam", _GENERATE, require=("JobId",), Arn=arn, Granularity="ACTION_LEVEL")
        job = str(answer["JobId"])
        self._running[arn] = job
        return job

    async def _finished(self, call: Call, job: str) -> tuple[ServiceUse, ...]:
        """Ask again and again, ever less often, until the job has ended."""
        until_s = self._clock.monotonic() + _GIVEN_UP_S
        pause_s = _FIRST_PAUSE_S
        while True:
            answer = await call("iam", _FETCH, require=("JobStatus",), JobId=job)
            status = answer["JobStatus"]
            if status == "COMPLETED":
                return await self._pages(call, job, answer)
            if status != "IN_PROGRESS":
                error = mapping(answer.get("Error"))
                why = f"{error.get('Code', '')} {error.get('Message', '')}".strip() or "AWS does not say why"
                raise ServerError("iam", _FETCH, f"the job ended as {status}: {why}", code="JobFailed")
            if self._clock.monotonic() + pause_s > until_s:
                raise TimedOut("iam", _FETCH, f"the job still runs after {_GIVEN_UP_S:g} s", hint="ask again later")
            await self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _pages(self, call: Call, job: str, answer: Mapping[str, Any]) -> tuple[ServiceUse, ...]:
        """The rest of a finished job's answer, for which botocore has no paginator."""
        found: list[ServiceUse] = []
        seen: set[str] = set()
        while True:
            try:
                found += [_service(record) for record in answer.get("ServicesLastAccessed", ())]
            except MALFORMED as error:
                why = f"a service's last use could not be read ({type(error).__name__}: {error})"
                raise BadAnswer("iam", _FETCH, why) from error
            if not answer.get("IsTruncated"):
                return tuple(found)
            marker = answer.get("Marker")
            if not marker or marker in seen or len(seen) > _MOST_PAGES:
                raise BadAnswer("iam", _FETCH, "the pages do not end")
            seen.add(marker)
            answer = await call("iam", _FETCH, require=("ServicesLastAccessed",), JobId=job, Marker=marker)


def _service(record: Mapping[str, Any]) -> ServiceUse:
    namespace = str(record["ServiceNamespace"])
    tracked = record.get("TrackedActionsLastAccessed")
    actions = {
        f"{namespace}:{str(each['ActionName']).rpartition(':')[2]}": epoch_s(each.get("LastAccessedTime"))
        for each in tracked or ()
    }
    return ServiceUse(
        service=namespace,
        last_used_s=epoch_s(record.get("LastAuthenticated")),
        region=str(record.get("LastAuthenticatedRegion") or ""),
        actions=actions or None,
    )
