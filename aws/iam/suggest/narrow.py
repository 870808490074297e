"""Which of the granted actions to keep: only what AWS tracks is ever dropped for not being used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aws.iam.action_sets import ActionSet
from aws.iam.actions import service_actions, spelled
from aws.iam.globs import covers, is_pattern
from aws.iam.grants import Grant
from aws.iam.rules.base import DAY_S, UNUSED_DAYS
from aws.iam.rules.usage import old_enough
from aws.iam.suggest.runtime import ONE_PURPOSE, RUNTIME
from aws.iam.suggest.suggestion import Dropped
from aws.iam.view import RoleView, ServiceUse

_ALL: Final = 2
_SPELLED_OUT: Final = 20
_UNRECORDED: Final = ("passrole",)  # AWS keeps no record of its use: silence of IAM says nothing about it


@dataclass(frozen=True, slots=True)
class Kept:
    """An action, or a pattern of actions, to keep; ``review`` where nothing tells whether it is needed."""

    action: str
    why: str
    review: bool = False


class Usage:
    """What the last-accessed job says, as far as its silence means something."""

    def __init__(self, view: RoleView) -> None:
        access = view.last_access
        self.telling = access is not None and old_enough(view, access)
        self.window_days = access.window_days if access else 0.0
        self._since_s = view.now_s - UNUSED_DAYS * DAY_S
        self._services: Mapping[str, ServiceUse] = {each.service: each for each in access.services} if access else {}

    @property
    def used_services(self) -> tuple[str, ...]:
        """The services with an attempt in the last 90 days."""
        return tuple(name for name, use in self._services.items() if self._recent(use.last_used_s))

    def unused(self, service: str) -> bool:
        """Whether it may be said that the service was not used."""
        use = self._services.get(service)
        return self.telling and use is not None and not self._recent(use.last_used_s)

    def action(self, service: str, name: str) -> bool | None:
        """Whether a tracked action was used; None where AWS does not track it or its silence means nothing."""
        use = self._services.get(service)
        tracked = {key.lower(): at for key, at in (use.actions or {}).items()} if use else {}
        key = f"{service}:{name}".lower()
        if key not in tracked:
            return None
        return True if self._recent(tracked[key]) else False if self.telling else None

    def _recent(self, at_s: float | None) -> bool:
        return at_s is not None and at_s >= self._since_s


def narrowed(grant: Grant, usage: Usage, needed: Mapping[str, str]) -> Iterator[Kept | Dropped]:
    """What of a statement's actions stays, and what goes with its reason. Nothing is added that it does not grant.

    ``needed`` are services that the configuration calls for, with the reason: they stay though nothing used them.
    """
    if grant.actions.any_service:
        yield from _from_use(grant, usage, needed)
    if grant.statement.not_action:
        return
    for service in sorted(grant.actions.services - {"*"}):
        if usage.unused(service) and service not in needed and grant.actions.patterns_of(service) != _UNRECORDED:
            days = f"{usage.window_days:.0f} days"
            yield Dropped(f"{service} ({grant.statement.ref})", f"no attempt in 90 days; AWS looked back {days}")
            continue
        for name in grant.actions.patterns_of(service):
            yield from _of_pattern(service, name, usage, needed.get(service, ""))


def _from_use(grant: Grant, usage: Usage, needed: Mapping[str, str]) -> Iterator[Kept | Dropped]:
    """A statement about all services is narrowed to those in use or called for: there is nothing else to go by."""
    for service in dict.fromkeys((*usage.used_services, *needed)):
        facts = service_actions(service)
        held = [name for name in facts if grant.actions.holds(service, name)]
        if service in needed and service in RUNTIME and (service in ONE_PURPOSE or service not in usage.used_services):
            for name in RUNTIME[service]:
                if name.lower() in held:
                    yield Kept(f"{service}:{name}", needed[service])
            continue
        untracked = [name for name in held if usage.action(service, name) is None]
        why = needed.get(service) or "the service is used"
        if len(untracked) > _SPELLED_OUT and grant.actions.part(f"{service}:*") == _ALL:
            yield Kept(f"{service}:*", f"{why}; AWS does not track which of its actions", review=True)
            continue
        for name in held:
            used = usage.action(service, name)
            if used:
                yield Kept(facts[name].name, "used in the last 90 days")
            elif used is None:
                yield Kept(facts[name].name, f"{why}; AWS does not track this action", review=True)
    yield Dropped(f"all other services ({grant.statement.ref})", "no attempt that AWS tracks in the last 90 days")


def _of_pattern(service: str, name: str, usage: Usage, need: str) -> Iterator[Kept | Dropped]:
    if not is_pattern(name):
        used = usage.action(service, name)
        action = spelled(f"{service}:{name}")
        if used is False:
            yield Dropped(action, "tracked by AWS and not used in 90 days")
        else:
            yield Kept(action, "used in the last 90 days" if used else need or "granted today", review=used is None)
        return
    if need and service in ONE_PURPOSE:
        held = [each for each in RUNTIME[service] if covers(name, each.lower())]
        yield from (Kept(f"{service}:{each}", need) for each in held)
        yield Dropped(f"the rest of {service}:{name}", f"not what the {need} calls for")
        return
    verdicts = {
        fact.name: usage.action(service, fact.name.partition(":")[2])
        for fact in ActionSet([f"{service}:{name}"]).known(service)
    }
    unused = [each for each, used in verdicts.items() if used is False]
    stay = [each for each, used in verdicts.items() if used is not False]
    if unused and 0 < len(stay) <= _SPELLED_OUT:
        for each in stay:
            why = "used in the last 90 days" if verdicts[each] else f"part of {service}:{name}, not tracked by AWS"
            yield Kept(each, why, review=not verdicts[each])
        yield Dropped(f"{len(unused)} actions of {service}:{name}", "tracked by AWS and not used in 90 days")
    else:
        yield Kept(f"{service}:{name}", f"{need or 'granted today'}; what of it is used cannot be told", review=True)
