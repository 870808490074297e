"""On which resources a kept action is suggested: those that the configuration names, within what is granted today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aws.iam.action_sets import ActionSet
from aws.iam.actions import ActionFact, action_fact
from aws.iam.globs import is_pattern
from aws.iam.grants import Grant
from aws.iam.policy import Statement
from aws.iam.resource_sets import all_of
from aws.iam.suggest.derive import Named, fitting
from aws.iam.suggest.narrow import Kept
from aws.iam.suggest.suggestion import FILL_IN, Dropped
from aws.iam.view import RoleView

_ALL: Final = 2
_MOST_FILL_INS: Final = 4
_ONLY_STAR: Final = (Named("*", "these actions work on * only"),)
# Lambda makes and removes the interfaces itself (Lambda Developer Guide, "Giving Lambda functions access to a VPC").
_INTERFACES: Final = frozenset(
    f"ec2:{name}" for name in ("CreateNetworkInterface", "DeleteNetworkInterface", "AssignPrivateIpAddresses")
) | {"ec2:UnassignPrivateIpAddresses"}
_OF_INTERFACES: Final = (Named("*", "Lambda's network interfaces have no names before they exist"),)


@dataclass(frozen=True, slots=True)
class Placed:
    """An action to keep, and its resources."""

    kept: Kept
    resources: tuple[Named, ...]


def placed(kept: Kept, grant: Grant, named: Sequence[Named], view: RoleView) -> Iterator[Placed | Dropped]:
    """Where an action of a statement is kept: never outside of what the statement covers."""
    if grant.statement.not_resource:
        service = kept.action.partition(":")[0]
        own = [each for each in named if each.arn.split(":")[2] == service]
        found = tuple(each for each in own if grant.resources.part(each.arn) == _ALL)
        if found:
            yield Placed(kept, found)
        else:
            yield Dropped(f"{kept.action} ({grant.statement.ref})", "NotResource, and the configuration names none")
        return
    facts = _facts(kept.action)
    star_only = [each for each in facts if not each.templates]
    with_arns = [each for each in facts if each.templates]
    if not facts or not _wide(grant, with_arns, view):
        yield Placed(kept, _today(grant))
    elif kept.action in _INTERFACES and any(each.in_vpc is not False for each in view.functions or ()):
        yield Placed(kept, _OF_INTERFACES)
    elif not with_arns:
        yield Placed(kept, _ONLY_STAR)
    else:
        yield Placed(kept, _narrowest(with_arns, grant, named, view) or _today(grant))
        if star_only and grant.resources.everything:
            for fact in star_only:
                yield Placed(Kept(fact.name, kept.why, kept.review), _ONLY_STAR)


def escaped(text: str, statement: Statement) -> str:
    """Text of a policy that knew no variables, for one that does."""
    return text if statement.variables else text.replace("${", "${$}{")


def _wide(grant: Grant, facts: Sequence[ActionFact], view: RoleView) -> bool:
    if grant.resources.everything:
        return True
    return bool(facts) and all(grant.resources.covers_all_of(each, view.partition, view.account) for each in facts)


def _today(grant: Grant) -> tuple[Named, ...]:
    return tuple(Named(escaped(each, grant.statement), "named today") for each in grant.statement.resources)


def _narrowest(facts: Sequence[ActionFact], grant: Grant, named: Sequence[Named], view: RoleView) -> tuple[Named, ...]:
    """The named resources that fit and are granted today; else places to fill in; nothing where neither is granted."""
    found: dict[str, Named] = {}
    for fact in facts:
        for each in fitting(fact, named, view.partition):
            if grant.resources.part(each.arn) == _ALL:
                found.setdefault(each.arn, each)
    if found:
        return tuple(found.values())
    arns = tuple(dict.fromkeys(arn for fact in facts for arn in _fill_ins(fact, view)))
    if len(arns) > _MOST_FILL_INS:
        arns = tuple(dict.fromkeys(":".join(arn.split(":")[:5]) + f":{FILL_IN}" for arn in arns))
    inside = tuple(arn for arn in arns if grant.resources.part(arn) == _ALL)
    return tuple(Named(arn, "the configuration does not say which") for arn in inside)


def _fill_ins(fact: ActionFact, view: RoleView) -> Iterator[str]:
    for template in fact.required or fact.templates[:1]:
        yield all_of(template.replace("${Region}", _region(view)), view.partition, view.account).replace("*", FILL_IN)


def _facts(action: str) -> tuple[ActionFact, ...]:
    service, _, name = action.lower().partition(":")
    if not is_pattern(name):
        fact = action_fact(action)
        return (fact,) if fact else ()
    return ActionSet([action]).known(service)


def _region(view: RoleView) -> str:
    regions = {each.arn.split(":")[3] for each in view.functions or () if each.arn.count(":") > 3}
    return regions.pop() if len(regions) == 1 else FILL_IN
