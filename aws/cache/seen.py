"""What one run saw of one account in one region, as a value."""

from __future__ import annotations

from typing import NamedTuple

from aws.model import Alarm, Finding, Link, Resource, Scope


class Place(NamedTuple):
    """What a cache belongs to: ``endpoint`` is where the account was asked who we are. Account ids alone would not
    do: simulated accounts and local servers share theirs.
    """

    scope: Scope
    endpoint: str


class Seen(NamedTuple):
    """What was known at ``at_s``, UTC epoch seconds. Nothing that a failed read left behind belongs in here."""

    at_s: float
    resources: tuple[Resource, ...] = ()
    links: tuple[Link, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    findings: tuple[Finding, ...] = ()
