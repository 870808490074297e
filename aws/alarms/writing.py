"""One write to AWS, so that it is always known what became of it: written down before, written down after.

A write that is on the wire when we are told to stop gets a moment to finish; one that gives no answer even then is
*unknown*, in the journal and to whoever asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aws.alarms.desk import Result
from aws.alarms.journal import UNKNOWN, Entry, Journal, JournalError, iso, new_run
from aws.call import Answer, Call
from aws.clock import Clock
from aws.errors import BadAnswer, CwtopError, ServerError, TimedOut, Unreachable

_LAST_MOMENT_S: Final = 5.0
_log = logging.getLogger(__name__)

# After these nobody knows whether AWS carried the request out.
UNSURE: Final = (TimedOut, Unreachable, ServerError, BadAnswer)


class Run:
    """The writes of one command, numbered and journalled under one id. One write at a time."""

    def __init__(self, call: Call, journal: Journal, clock: Clock) -> None:
        self.call = call
        self.clock = clock
        self.id = new_run(clock.now())
        self._journal = journal
        self._who = ""
        self._number = 0
        self._entry: Entry | None = None

    async def begin(self) -> None:
        """Ask AWS who we are, for the journal. Raises `AwsError`."""
        answer = await self.call("sts", "GetCallerIdentity", require=("Arn",))
        self._who = str(answer["Arn"])

    async def write(
        self, service: str, operation: str, params: Mapping[str, Any], *, op: str, name: str, done: Result, **told: Any
    ) -> Answer:
        """Send one write. ``op``, ``name`` and ``told`` are what the journal says of it, ``done`` what it says where
        it succeeds.

        Raises `JournalError` where it cannot be written down, and then sends nothing; `AwsError` as the door does.
        """
        self._number += 1
        scope = self.call.scope
        entry = self._entry = Entry(
            run=self.id,
            at=iso(self.clock.now()),
            who=self._who,
            account=scope.account,
            region=scope.region,
            op=op,
            name=name,
            **told,
        )
        await asyncio.to_thread(self._journal.intend, entry, self._number)
        sending = asyncio.ensure_future(self.call(service, operation, **params))
        try:
            answer = await asyncio.shield(sending)
        except asyncio.CancelledError:
            try:
                await self._last_moment(sending)
            finally:
                # Not in a thread: whoever is stopping us may not wait for another one.
                self._conclude(*_what_became_of(sending, done))
            raise
        except CwtopError as error:
            await self.settle(*_failure(error))
            raise
        await self.settle(done.value)
        return answer

    async def settle(self, result: str, text: str = "") -> None:
        """Write down what became of the newest write; the last word counts."""
        await asyncio.to_thread(self._conclude, result, text)

    def _conclude(self, result: str, text: str) -> None:
        assert self._entry is not None
        try:
            self._journal.conclude(replace(self._entry, result=result, text=text), self._number, iso(self.clock.now()))
        except JournalError:
            # It is written down that this was sent: without an outcome it counts as unknown, and is looked up.
            _log.exception("no outcome written down for %s %s: %s", self._entry.op, self._entry.name, result)

    async def _last_moment(self, sending: asyncio.Future[Answer]) -> None:
        """Let a write on the wire finish, if it does so soon."""
        bound = asyncio.ensure_future(self.clock.sleep(_LAST_MOMENT_S))
        try:
            await asyncio.wait((sending, bound), return_when=asyncio.FIRST_COMPLETED)
        finally:
            bound.cancel()
            sending.cancel()
        await asyncio.wait((sending, bound))


def _what_became_of(sending: asyncio.Future[Answer], done: Result) -> tuple[str, str]:
    if not sending.done() or sending.cancelled():
        return UNKNOWN, "stopped before an answer came"
    error = sending.exception()
    if error is None:
        return done.value, ""
    return _failure(error) if isinstance(error, CwtopError) else (UNKNOWN, str(error))


def _failure(error: CwtopError) -> tuple[str, str]:
    return (UNKNOWN if isinstance(error, UNSURE) else Result.FAILED.value), str(error)
