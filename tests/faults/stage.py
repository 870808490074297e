"""A desk on an account of its own, and one fault that is in force while something is done there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from aws.alarms.desk import Outcome
from aws.alarms.journal import Journal
from aws.alarms.office import Office
from aws.alarms.planner import Planner
from aws.errors import CwtopError
from aws.model import Snapshot
from aws.settings import AlarmSettings
from demo.faults.plan import Kind
from tests.alarm_account import SCOPE, TOPIC
from tests.alarm_builders import a_recommendation, missing, services
from tests.builders import a_function, an_alarm, snapshot
from tests.faults.behind import Behind, Hasty, faults_of
from tests.faults.desk_account import DeskAccount
from tests.faults.outcomes import Recorded

T = TypeVar("T")


class Stage:
    """``in_trouble`` is where the fault is in force."""

    def __init__(
        self, recorded: Recorded, journal: Path, action: str = "", kind: Kind = Kind.SLOW, *, carried_out: bool = True
    ) -> None:
        self.clock = Hasty()
        self.account = DeskAccount(self.clock)
        self.behind = Behind(self.account, self.clock, recorded)
        self.behind.kind, self.behind.carried_out = kind, carried_out
        self._action = action
        self.asked: set[str] = set()
        planner = Planner(AlarmSettings(), services(a_recommendation()), self.clock)
        self.desk = Office(self.behind.call, clock=self.clock, journal=Journal(journal), make_plan=planner)

    async def in_trouble(self, doing: Awaitable[T]) -> T | CwtopError:
        """What comes of it, or the error that says why nothing does."""
        before, self.behind.hit = len(self.behind.asked), self._action
        try:
            return await doing
        except CwtopError as error:
            return error
        finally:
            self.behind.hit = ""
            self.asked |= set(self.behind.asked[before:])

    def enabled(self) -> dict[str, bool]:
        """Whether each alarm may notify."""
        return {name: raw["ActionsEnabled"] for name, raw in self.account.alarms().items()}

    def seen(self) -> Snapshot:
        """What a poller would show: functions without their alarms, and an alarm that notifies the topic."""
        functions = [a_function(name, scope=SCOPE) for name in ("fn-0", "fn-1")]
        watching = an_alarm("theirs", scope=SCOPE, alarm_actions=(TOPIC,))
        covers = {each.arn: (missing(each),) for each in functions}
        return snapshot(*functions, scopes=(SCOPE,), alarms={watching.arn: watching}, coverage=covers)


# Does something at the desk, and gives what was not as it should be.
Act: TypeAlias = Callable[[Stage], Awaitable[list[str]]]


async def told(outcomes: AsyncIterator[Outcome]) -> list[Outcome]:
    """All of them."""
    return [each async for each in outcomes]


async def asked_by(act: Act, recorded: Recorded, folder: Path) -> set[str]:
    """The operations that may meet a fault in it; that nothing is wrong without one."""
    stage = Stage(recorded, folder / f"{act.__name__}.jsonl")
    assert not await act(stage)
    return stage.asked


async def played(act: Act, recorded: Recorded, folder: Path, besides: Act | None = None) -> Sequence[str]:
    """What goes wrong in it with any fault of any operation that it asks for, those left out that another act,
    ``besides``, asks for in the same way."""
    wrong: list[str] = []
    number = 0
    actions = await asked_by(act, recorded, folder)
    actions -= await asked_by(besides, recorded, folder) if besides else set()
    for place, action in enumerate(sorted(actions)):
        for kind, carried_out in faults_of(action, place, recorded):
            number += 1
            stage = Stage(recorded, folder / f"{number}.jsonl", action, kind, carried_out=carried_out)
            found = await act(stage)
            assert stage.behind.hits
            wrong += [f"{kind} of {action}{', carried out' * carried_out}: {each}" for each in found]
    return wrong
