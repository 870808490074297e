"""One scope's recommended alarms, held against those that it has."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from aws.alarms.coverage import Coverage
from aws.alarms.silence import Silence
from aws.clock import Clock
from aws.model import Alarm, Cover, Covered, Delivery, Resource
from aws.model.logs import LogGroups
from aws.poller.alarm_book import AlarmBook
from aws.poller.verdicts import DEFECTS
from aws.services.base import Service
from aws.settings import AlarmSettings
from aws.slices import Slices

_log = logging.getLogger(__name__)
# While resources are still being found, those that came are judged this often.
_BETWEEN_LOOKS_S = 10.0
# To judge everything twice takes longer than to hear first whom the alarms reach.
_PATIENCE_FOR_TOPICS_S = 3.0


class Covering:
    """Coverage by ARN: judged anew where a resource changed, and all of it where an alarm did in more than its state.

    ``read`` is whether the scope's alarms were listed, or some of them at least: before that all is unknown.
    """

    def __init__(self, services: Mapping[str, Service], settings: AlarmSettings, clock: Clock) -> None:
        self._services = services
        self._settings = settings
        self._clock = clock
        self._began_s = clock.monotonic()
        self._looked_at_s = self._began_s - _BETWEEN_LOOKS_S
        self._alarms: Mapping[str, Alarm] = {}
        self._changes = 0  # of what alarms are
        self._basis: object = None  # what alarms were held to be
        self._resources = -1  # the version of the resources that were judged
        self._held: Coverage | None = None
        self._judged: dict[str, tuple[Resource, tuple[Covered, ...]]] = {}
        self._listed = False
        self.read = False
        self.coverage: Mapping[str, tuple[Covered, ...]] = {}

    async def look(
        self,
        book: AlarmBook,
        resources: Mapping[str, Resource],
        *,
        version: int,
        dead: frozenset[str],
        ours: frozenset[str],
        logs: LogGroups | None,
        tags_read: bool,
        delivery: Delivery,
        hearing: bool,
        walking: bool,
    ) -> None:
        """Bring it up to date. ``version`` is that of the resources, ``dead`` the alarms that can never fire,
        ``ours`` those that cwtop made by their tags, ``logs`` the log groups (None: no alarms on log lines),
        ``tags_read`` whether all tags are known,
        ``delivery`` what is known of whom they reach, ``hearing`` whether that is being read for the first time."""
        self._listed |= book.listed
        waited_s = self._clock.monotonic() - self._looked_at_s
        if not (self._listed or book.tried) or (walking and waited_s < _BETWEEN_LOOKS_S):
            return
        if self._held is None and hearing and self._clock.monotonic() - self._began_s < _PATIENCE_FOR_TOPICS_S:
            return
        self._take(book.alarms)
        unread = "" if self._listed else "the alarms could not all be read"
        basis = (self._changes, dead, ours, logs, tags_read, delivery, unread)
        if basis == self._basis and version == self._resources:
            return
        if self._held is None or basis != self._basis:
            silence = Silence(self._alarms.values(), delivery)
            held = Coverage(
                self._services, self._settings, silence, dead=dead, ours=ours, logs=logs, tags_read=tags_read
            )
            self._held = await self._hold(tuple(self._alarms.values()), held)
            self._judged = {}
        await self._judge(self._held, tuple(resources.values()), unread)
        self._basis, self._resources = basis, version
        self._looked_at_s = self._clock.monotonic()
        self.read = self._listed or bool(self._alarms)

    def _take(self, alarms: Mapping[str, Alarm]) -> None:
        """Take over what the alarms are, and count it as a change if that is more than their state."""
        before, self._alarms = self._alarms, alarms
        if before is alarms:
            return
        if before.keys() != alarms.keys() or any(_differ(before[arn], alarm) for arn, alarm in alarms.items()):
            self._changes += 1

    async def _hold(self, alarms: Iterable[Alarm], held: Coverage) -> Coverage:
        slices = Slices(self._clock)
        for alarm in alarms:
            held.add(alarm)
            await slices.breathe()
        return held

    async def _judge(self, held: Coverage, resources: Iterable[Resource], unread: str) -> None:
        slices = Slices(self._clock)
        judged = {}
        for resource in resources:
            known = self._judged.get(resource.arn)
            if known is None or known[0] is not resource:
                known = resource, self._of(held, resource, unread)
                await slices.breathe()
            judged[resource.arn] = known
        self._judged = judged
        self.coverage = {arn: covered for arn, (_, covered) in judged.items() if covered}

    def _of(self, held: Coverage, resource: Resource, unread: str) -> tuple[Covered, ...]:
        try:
            return held.of(resource, unread=unread)
        except DEFECTS:
            _log.exception("a recommended alarm of %s failed", resource.service)
        service = self._services.get(resource.service)
        asked = service.recommendations if service is not None else ()
        detail = "a defect of cwtop: the log file has the details"
        return tuple(Covered(each.id, Cover.UNKNOWN, detail=detail) for each in asked if each.kind == resource.kind)


def _differ(before: Alarm, after: Alarm) -> bool:
    """Whether two reads of an alarm differ in more than its state."""
    return before is not after and _definition(before) != _definition(after)


def _definition(alarm: Alarm) -> tuple[object, ...]:
    return (
        alarm.name,
        alarm.watches,
        alarm.queries,
        alarm.band_id,
        alarm.rule,
        alarm.comparison,
        alarm.threshold,
        alarm.evaluation_periods,
        alarm.datapoints_to_alarm,
        alarm.treat_missing,
        alarm.actions_enabled,
        alarm.alarm_actions,
    )
