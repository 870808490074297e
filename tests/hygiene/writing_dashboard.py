"""The dashboard as a program of its own, over an account that answers a write when it is told to.

``python -m tests.hygiene.writing_dashboard FOLDER``: the journal is written there; ``sent`` appears there once AWS has
carried the first write out, and once there is ``answer``, that and all others are answered.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aws.alarms.definition import Planned
from aws.alarms.desk import Outcome
from aws.alarms.journal import Journal
from aws.alarms.office import Office
from aws.call import Answer
from aws.model import Scope
from tests import alarm_office, builders
from tests.alarm_account import AlarmAccount
from tests.tui.alarm_world import ERRORS, THROTTLES, shop
from tests.tui.desks import ONCALL, TICKETS, FakeDesk
from tests.tui.feeds import FakeFeed
from tests.tui.story import PLACE
from tui.commands.dashboard import run
from tui.config import Config

JOURNAL = "alarms.jsonl"


class _Account(AlarmAccount):
    """The account of the evening, whose answers to writes wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.functions, self.topics = {PLACE.arn}, {ONCALL, TICKETS}

    @property
    def scope(self) -> Scope:
        return builders.SCOPE

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        answer: Mapping[str, Any] = await super().__call__(service, operation, require=require, **params)
        if operation.startswith("Put"):
            (self._folder / "sent").touch()
            while not (self._folder / "answer").exists():  # noqa: ASYNC110 - another process says so
                await asyncio.sleep(0.01)
        return answer


class _Desk(FakeDesk):
    """Plans what it was given, and really writes it."""

    def __init__(self, office: Office, *create: Planned) -> None:
        super().__init__(*create)
        self._office = office

    async def apply(self, planned: Sequence[Planned], *, replace: Sequence[str] = ()) -> AsyncIterator[Outcome]:
        async for outcome in self._office.apply(planned, replace=replace):
            yield outcome


def main(folder: Path) -> int:
    """Run it. Returns the exit status."""
    desk = _Desk(alarm_office.office(_Account(folder), Journal(folder / JOURNAL)), ERRORS, THROTTLES)
    return run(FakeFeed(shop(), desk=desk).open, Config(), title="acme-prod")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
