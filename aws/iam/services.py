"""Which services a role may use, how many of their actions, and when each was last used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from aws.iam.actions import service_actions
from aws.iam.grants import Grant, Grants
from aws.iam.rules.usage import passes_only
from aws.iam.suggest.derive import needed_services
from aws.iam.view import RoleView, ServiceUse

if TYPE_CHECKING:
    from aws.iam.rules.base import RoleCase

EVERY_OTHER: Final = "*"  # stands for the services that a statement about all services covers


class Used(StrEnum):
    """What is known of a service's use."""

    YES = "used"
    NEVER = "never"  # no attempt in the time that AWS looks back
    UNTRACKED = "not tracked"
    PENDING = "pending"
    UNREAD = "unread"

    @property
    def rank(self) -> int:
        """What is used comes first, what never was comes last."""
        return {Used.NEVER: 2, Used.UNTRACKED: 1}.get(self, 0)


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """One service of a role. ``last_used_s``: UTC epoch seconds, where ``used`` is YES; denied attempts count.

    ``window_days`` is how far AWS looked back; ``evidence`` says what of the functions' configuration calls for it.
    """

    service: str
    used: Used
    last_used_s: float | None = None
    window_days: float = 0.0
    evidence: str = ""


def services_of(case: RoleCase) -> tuple[ServiceAccess, ...]:
    """The services that the Allow statements name, the newest use first, those never used last.

    Of a statement about all services those are listed that were used or that the configuration calls for; the rest is
    one line, `EVERY_OTHER`.
    """
    view = case.view
    uses = {each.service: each for each in view.last_access.services} if view.last_access else {}
    needed = needed_services(view.functions or ())
    named: dict[str, None] = {}
    every = False
    for grant in case.grants.allows:
        named |= dict.fromkeys(sorted(grant.actions.services - {"*"}) if not grant.statement.not_action else ())
        every = every or grant.actions.any_service
    if every:
        named |= dict.fromkeys(name for name, use in uses.items() if use.last_used_s is not None)
        named |= dict.fromkeys(name for name in needed if granted_actions(case, name))
    found = [_of_service(name, view, uses.get(name), needed.get(name, ""), case) for name in named]
    found.sort(key=lambda each: (each.used.rank, -(each.last_used_s or 0.0), each.service))
    if every:
        found.append(ServiceAccess(EVERY_OTHER, Used.UNTRACKED, evidence="a statement about all services"))
    return tuple(found)


def granted_actions(case: RoleCase, service: str) -> int:
    """How many of the service's known actions some Allow names, within the boundary, less those always denied."""
    facts = service_actions(service)
    held = set(_held(case.grants.allows, service))
    if case.view.boundary and not any(each.trouble for each in case.view.boundary):
        held &= set(_held(Grants(case.view.boundary).allows, service))
    always = [each for each in case.grants.denies if not each.statement.conditions and each.resources.everything]
    return sum(name in facts and not any(deny.actions.holds(service, name) for deny in always) for name in held)


def _held(allows: tuple[Grant, ...], service: str) -> Iterator[str]:
    for grant in allows:
        if grant.actions.any_service:
            yield from (name for name in service_actions(service) if grant.actions.holds(service, name))
        else:
            yield from (fact.name.partition(":")[2].lower() for fact in grant.actions.known(service))


def _of_service(service: str, view: RoleView, use: ServiceUse | None, need: str, case: RoleCase) -> ServiceAccess:
    access = view.last_access
    if service == "iam" and passes_only(case):
        return ServiceAccess(service, Used.UNTRACKED, evidence="PassRole is never recorded")
    if access is None:
        pending = Used.PENDING if view.last_access_pending else Used.UNREAD
        return ServiceAccess(service, pending, evidence=need)
    if use is None:
        return ServiceAccess(service, Used.UNTRACKED, window_days=access.window_days, evidence=need)
    if use.last_used_s is None:
        return ServiceAccess(service, Used.NEVER, window_days=access.window_days, evidence=need)
    return ServiceAccess(service, Used.YES, use.last_used_s, access.window_days, need)
