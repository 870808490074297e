"""One scope's alarms in relation to its resources: whom each watches, which are dead, which fire."""

from __future__ import annotations

from collections.abc import Mapping

from aws.model import Finding, Resource
from aws.poller.alarm_book import AlarmBook
from aws.services.base import Service


class Firing:
    """Targets, dead alarms and findings of firing alarms; the index is made anew only when either side changes."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services
        self.targets: Mapping[str, tuple[str, ...]] = {}
        self.dead: frozenset[str] = frozenset()
        self.findings: Mapping[str, tuple[Finding, ...]] = {}

    def look(self, book: AlarmBook, resources: Mapping[str, Resource], resources_version: int, now_s: float) -> None:
        """Bring everything up to date."""
