"""What goes into every snapshot: the same object as long as it says the same, and never a status that was not seen."""

from __future__ import annotations

from aws.model import Health, Resource
from aws.poller.showing import Showing, Shown
from aws.poller.verdicts import Known, Verdicts
from aws.services import registry
from tests.builders import NOW, a_function, readings
from tests.virtual_clock import VirtualClock

A, B = a_function("a"), a_function("b")


class Stage:
    """Resources and verdicts on them, as a watch keeps them."""

    def __init__(self) -> None:
        self.verdicts = Verdicts(VirtualClock(float(NOW)), registry(), {})
        self.resources: dict[str, Resource] = {}
        self.unseen: set[str] = set()
        self._showing = Showing()
        self._version = 0

    def arrive(self, *found: Resource) -> None:
        self._version += 1
        self.resources |= {resource.arn: resource for resource in found}

    def go(self, gone: Resource) -> None:
        self._version += 1
        del self.resources[gone.arn]
        self.verdicts.forget([gone.arn])

    async def judge(self, *resources: Resource) -> None:
        self.verdicts.due = {resource.arn for resource in resources}
        series = {series_id: one for resource in resources for series_id, one in readings(resource, {}).items()}
        await self.verdicts.settle(Known(self.resources, series, {}, {}))

    def shown(self) -> Shown:
        return self._showing.now(self.resources, self.verdicts, version=self._version, unseen=self.unseen)


async def test_what_was_not_judged_is_unknown_and_nothing_is_made_anew_without_need() -> None:
    stage = Stage()
    stage.arrive(A, B)
    await stage.judge(A)
    shown = stage.shown()
    assert shown.health == {A.arn: Health.OK, B.arn: Health.UNKNOWN}
    assert stage.shown() is shown
    await stage.judge(B)
    assert stage.shown().health == {A.arn: Health.OK, B.arn: Health.OK}
    assert stage.shown().resources is shown.resources
    assert shown.health[B.arn] is Health.UNKNOWN, "what was handed out stays as it is"


async def test_what_the_last_walk_did_not_find_is_unknown_until_it_is_found_again() -> None:
    stage = Stage()
    stage.arrive(A, B)
    await stage.judge(A, B)
    stage.shown()
    stage.unseen.add(A.arn)
    assert stage.shown().health == {A.arn: Health.UNKNOWN, B.arn: Health.OK}
    stage.unseen.clear()
    assert stage.shown().health == {A.arn: Health.OK, B.arn: Health.OK}


async def test_what_went_and_came_again_between_two_looks_is_not_what_it_was() -> None:
    stage = Stage()
    stage.arrive(A, B)
    await stage.judge(A, B)
    stage.shown()
    stage.go(A)
    stage.arrive(A)
    assert stage.shown().health == {A.arn: Health.UNKNOWN, B.arn: Health.OK}
    stage.go(B)
    assert stage.shown().health == {A.arn: Health.UNKNOWN}
