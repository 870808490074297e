"""One scope's findings and health, judged anew only where something changed."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from aws.clock import Clock
from aws.figures import ago
from aws.health import judge, status
from aws.model import Finding, Health, Phase, Resource, Series, SeriesId
from aws.services.base import Service
from aws.slices import Slices

_log = logging.getLogger(__name__)
# What a rule may raise over data that its author did not foresee: one resource is then unknown, the others go on.
DEFECTS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


class Known(NamedTuple):
    """What a scope's verdicts are based on, by ARN; ``causes`` and ``effects`` hold the ARNs linked with each."""

    resources: Mapping[str, Resource]
    series: Mapping[SeriesId, Series]
    causes: Mapping[str, Sequence[str]]
    effects: Mapping[str, Sequence[str]]
    unexplained: Callable[[str, str], Mapping[int, float]] = lambda *_: {}  # (ARN, metric id): see `Reading`

    def of_kind(self, service: str, kind: str) -> Iterator[Resource]:
        """All resources of one kind."""
        return (found for found in self.resources.values() if found.kind == kind and found.service == service)

    def linked(self, arns: Sequence[str]) -> list[Resource]:
        """Those of the resources that exist."""
        return [self.resources[arn] for arn in arns if arn in self.resources]


class Verdicts:
    """Findings and status by ARN. ``due`` are resources about which something is new.

    Resources with findings are judged again with every minute, because what a rule says of them depends on the time:
    a recovery is over, an age grows. What has none can only get one from a reading.
    """

    def __init__(self, clock: Clock, services: Mapping[str, Service], thresholds: Mapping[str, Mapping[str, float]]):
        self._clock = clock
        self._services = services
        self._thresholds = thresholds
        self._minute = -1
        self._moving: set[str] = set()
        self._own: dict[str, tuple[Finding, ...]] = {}
        self._alarms: dict[str, tuple[Finding, ...]] = {}
        self._told_of: Mapping[str, tuple[Finding, ...]] = {}  # what `_alarms` was last brought to altogether
        self._recalled: dict[str, tuple[Finding, ...]] = {}  # of an earlier run, until their resources are read
        self._recalled_at_s = 0.0
        self.version = 0  # grows with every change of a finding
        self.due: set[str] = set()
        self.health: dict[str, Health] = {}
        self.findings: dict[str, tuple[Finding, ...]] = {}
        self.undecided: dict[str, str] = {}  # ARNs that a defect kept from being judged, and why
        self._rated: set[str] = set()

    async def alarms_fire(self, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        """The findings of firing alarms as they are now, by the ARN that they are shown on; never changed later.

        Cut off half-way, it leaves the rest for the next time.
        """
        if self._told_of is findings:
            return
        slices = Slices(self._clock)
        for arn in self._alarms.keys() | findings.keys():
            now = findings.get(arn, ())
            if self._alarms.get(arn, ()) != now:
                if now:
                    self._alarms[arn] = now
                else:
                    self._alarms.pop(arn)
                self.due.add(arn)
                self._combine(arn)
            await slices.breathe()
        self._told_of = findings

    def recall(self, findings: Iterable[Finding], at_s: float) -> None:
        """What an earlier run found at ``at_s``. It stands, with its age, until its resource's readings are known."""
        self._recalled_at_s = at_s
        for finding in findings:
            self._recalled[finding.resource] = (*self._recalled.get(finding.resource, ()), finding)
        for arn in self._recalled:
            self._combine(arn)

    @property
    def recalled(self) -> Collection[str]:
        """The ARNs of resources of which an earlier run's findings are shown."""
        return self._recalled.keys()

    def open_findings(self) -> list[Finding]:
        """The open findings of this run's own, those of alarms left out."""
        return [finding for own in self._own.values() for finding in own if finding.phase is Phase.OPEN]

    def open_rules(self) -> dict[str, frozenset[str]]:
        """The rules of the open findings of their own that resources have, by ARN."""
        rules = {arn: frozenset(f.rule for f in own if f.phase is Phase.OPEN) for arn, own in self._own.items()}
        return {arn: opened for arn, opened in rules.items() if opened}

    def reconsider(self) -> None:
        """Judge again what has findings: their rules may have looked at neighbours that were read only later."""
        self.due |= self._own.keys()

    def forget(self, arns: Collection[str]) -> None:
        """Drop resources that exist no more. Findings of alarms that still fire stay."""
        for arn in arns:
            self._own.pop(arn, None)
            self._recalled.pop(arn, None)
            self.health.pop(arn, None)
            self._rated.add(arn)
            self.due.discard(arn)
            self.undecided.pop(arn, None)
            self._moving.discard(arn)
            self._combine(arn)

    def take_rated(self) -> set[str]:
        """The ARNs of which the status has changed since this was last asked."""
        rated, self._rated = self._rated, set()
        return rated

    async def settle(self, known: Known) -> None:
        """Judge everything that is due, in slices. Never to be called while a call is under way.

        Cut off half-way, it leaves the rest for the next time.
        """
        now_s = self._clock.now()
        if int(now_s // 60) != self._minute:
            self._minute = int(now_s // 60)
            self.due |= self._moving
            for arn in self._recalled:
                self._combine(arn)
        slices = Slices(self._clock)
        # What is heard while we breathe is newer than ``known``, also of those whose turn is still to come.
        due, self.due = self.due, set()
        try:
            while due:
                arn = due.pop()
                if arn in known.resources:
                    self._judge(known.resources[arn], known, now_s)
                await slices.breathe()
        finally:
            self.due |= due

    def _judge(self, resource: Resource, known: Known, now_s: float) -> None:
        arn = resource.arn
        service = self._services[resource.service]
        try:
            own = judge(
                resource,
                service,
                known.series,
                thresholds=self._thresholds,
                now_s=now_s,
                causes=known.linked(known.causes.get(arn, ())),
                effects=known.linked(known.effects.get(arn, ())),
                siblings=functools.partial(known.of_kind, service.name),
                services=self._services,
                unexplained=functools.partial(known.unexplained, arn),
            )
        except DEFECTS as error:
            _log.exception("a rule of %s failed", service.name)
            self.undecided[arn] = f"a health rule failed ({type(error).__name__}: {error})"
            self._rate(arn, Health.UNKNOWN)
            return
        self.undecided.pop(arn, None)
        if own:
            self._own[arn] = own
        else:
            self._own.pop(arn, None)
        if arn in self._recalled and (own or status(resource, service, known.series, ()) is not Health.UNKNOWN):
            del self._recalled[arn]
        self._combine(arn)
        self._rate(arn, status(resource, service, known.series, self.findings.get(arn, ())))
        if own:
            self._moving.add(arn)
        else:
            self._moving.discard(arn)

    def _rate(self, arn: str, health: Health) -> None:
        if self.health.get(arn) is not health:
            self.health[arn] = health
            self._rated.add(arn)

    def _combine(self, arn: str) -> None:
        own = self._own.get(arn) or tuple(map(self._aged, self._recalled.get(arn, ())))
        findings = tuple(sorted((*own, *self._alarms.get(arn, ())), key=_worst_first))
        if findings == self.findings.get(arn, ()):
            return
        self.version += 1
        if findings:
            self.findings[arn] = findings
        else:
            self.findings.pop(arn, None)

    def _aged(self, finding: Finding) -> Finding:
        """The age comes first: a narrow column cuts the end."""
        return replace(finding, text=f"{ago(self._clock.now() - self._recalled_at_s)}: {finding.text}")


def _worst_first(finding: Finding) -> tuple[bool, int]:
    return finding.phase is Phase.RECOVERED, finding.severity.rank
