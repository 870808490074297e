"""The evaluator: all policies of a role merged, then asked.

As IAM evaluates identity policies (IAM User Guide, "Policy evaluation logic"): an explicit Deny wins, then an Allow,
and a permissions boundary only ever takes away. Where the answer depends on what only a request knows (a condition, a
policy variable, which resource), it is given as `Access.LIMITED` or as "maybe denied", never guessed. Service control
policies, session policies and grants by resource policies are not evaluated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aws.iam.action_sets import ActionSet
from aws.iam.actions import action_fact
from aws.iam.conditions import holds, names_resources
from aws.iam.decision import Access, Decision
from aws.iam.globs import is_pattern, normal, overlaps
from aws.iam.policy import Policy, Statement
from aws.iam.resource_sets import ResourceSet

_FULL = 2
_MAX_PAIRS = 10_000
# The most that a role's quotas leave room for (IAM quotas: 25 managed policies of 6,144 characters and 10,240 inline,
# at eight characters for the shortest pattern with its quotes and comma).
MAX_PATTERNS = 20_480


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement with its patterns indexed."""

    statement: Statement
    actions: ActionSet
    resources: ResourceSet

    @property
    def conditional(self) -> bool:
        """Whether it holds under a condition only."""
        return bool(self.statement.conditions)

    def applies(self, known: Mapping[str, str]) -> bool | None:
        """Whether its conditions hold for a request with these keys; None where that cannot be told."""
        return holds(self.statement.conditions, known) if self.statement.conditions else True

    def part(self, action: str, resource: str, where: tuple[str, str]) -> int:
        """How much of the question it speaks about: 2 all, 1 some, 0 none. ``where``: partition and account."""
        if is_pattern(action):
            of_action = self.actions.part(action)
        else:
            service, _, name = action.partition(":")
            of_action = _FULL if self.actions.holds(service, name) else 0
        if not of_action:
            return 0
        if self.resources.everything:
            return of_action
        of_resource = self.resources.part(resource)
        if of_resource == 1 and resource == "*" and self.statement.allow and not is_pattern(action):
            fact = action_fact(action)
            if fact and fact.templates:
                of_resource = self.resources.part_of_type(fact, *where)
            elif fact and self.statement.not_action:
                of_resource = 0  # it works on * alone, and nobody meant it by name
        return min(of_action, of_resource)


@dataclass(slots=True)
class _Side:
    """Statements of one set of policies that count together, found by the service that they speak about."""

    grants: list[Grant]
    unread: tuple[str, ...]
    overflowed: bool = False
    _by_service: dict[str, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    _anywhere: list[Grant] = field(default_factory=list)

    def __post_init__(self) -> None:
        for grant in self.grants:
            if grant.actions.any_service:
                self._anywhere.append(grant)
                continue
            for service in grant.actions.services:
                self._by_service[service].append(grant)

    def about(self, action: str) -> Sequence[Grant]:
        """The statements that may speak about an action or pattern of actions."""
        service = action.partition(":")[0]
        if is_pattern(service):
            return self.grants
        return [*self._anywhere, *self._by_service.get(service, ())]


class Grants:
    """What a set of identity policies grants within a boundary.

    ``boundary`` is ``()`` where the role has none and None where that could not be read. ``account`` and ``partition``
    tell which resources are all of the role's own.
    """

    def __init__(
        self,
        policies: Iterable[Policy],
        boundary: Sequence[Policy] | None = (),
        *,
        account: str = "",
        partition: str = "aws",
    ) -> None:
        self._identity = _side(policies)
        self._boundary = _side(boundary) if boundary else None
        self._boundary_name = boundary[0].name if boundary else ""
        self._where = (partition, account)
        unread_boundary = ("the boundary",) if boundary is None else self._boundary.unread if self._boundary else ()
        self.unread = (*self._identity.unread, *unread_boundary)
        self._decided: dict[tuple[object, ...], Decision] = {}

    @property
    def overflowed(self) -> bool:
        """Whether there were more patterns than a role can have: the policies beyond them count as unread."""
        return self._identity.overflowed or bool(self._boundary and self._boundary.overflowed)

    @property
    def allows(self) -> tuple[Grant, ...]:
        """The Allow statements of the identity policies, as they stand in them."""
        return tuple(each for each in self._identity.grants if each.statement.allow)

    @property
    def denies(self) -> tuple[Grant, ...]:
        """The Deny statements of the identity policies and of the boundary."""
        sides = (self._identity, *([self._boundary] if self._boundary else []))
        return tuple(each for side in sides for each in side.grants if not each.statement.allow)

    def can(self, action: str, resource: str = "*", known: Mapping[str, str] | None = None) -> Decision:
        """Whether the action (``service:Name``, wildcards allowed) is granted on a resource, or on all of them.

        ``known`` are condition keys (in lower case) whose value the request would have: conditions on them are judged.
        """
        key = (action, resource, *sorted((known or {}).items()))
        if key not in self._decided:
            self._decided[key] = self._decide(action, normal(action.lower()), normal(resource), known or {})
        return self._decided[key]

    def _decide(self, asked: str, action: str, resource: str, known: Mapping[str, str]) -> Decision:
        """The decision, from the merged statements; then narrowed by the boundary."""
        found = _weigh(self._identity, (action, resource), self._where, known)
        bound = _weigh(self._boundary, (action, resource), self._where, known) if self._boundary else None
        denied = (*found.settled, *(bound.settled if bound else ()))
        maybe = (*found.doubtful, *(bound.doubtful if bound else ()))
        access, bounded = found.access, ""
        if bound and self._boundary and not self._boundary.unread and access is not Access.NO:
            limit = bound.access
            if limit is Access.LIMITED and not _meet(found.allows, bound.allows):
                limit = Access.NO
            if limit.rank < access.rank or limit is Access.LIMITED:
                access, bounded = limit if limit.rank < access.rank else access, self._boundary_name
        if denied:
            access = Access.NO
        return Decision(
            action=asked,
            resource=resource,
            access=access,
            allowed_by=tuple(grant.statement.ref for grant in found.allows),
            denied_by=tuple(grant.statement.ref for grant in denied),
            maybe_denied_by=tuple(grant.statement.ref for grant in maybe),
            conditional=access is not Access.NO
            and not (found.certain and (not bounded or bound is None or bound.certain)),
            bounded_by=bounded,
            all_but=found.all_but and not bounded,
            if_held=found.if_held and not bounded,
            unread=self.unread,
        )


@dataclass(frozen=True, slots=True)
class _Weighed:
    access: Access
    certain: bool  # whether an Allow holds without a condition that cannot be judged
    allows: tuple[Grant, ...]
    settled: tuple[Grant, ...]  # Denies that take away all that was asked for, without a condition
    doubtful: tuple[Grant, ...]
    all_but: bool
    if_held: bool


def _weigh(side: _Side, asked: tuple[str, str], where: tuple[str, str], known: Mapping[str, str]) -> _Weighed:
    full: list[Grant] = []
    scoped: list[Grant] = []
    conditional: list[Grant] = []
    if_held = False
    settled: list[Grant] = []
    doubtful: list[Grant] = []
    for grant in side.about(asked[0]):
        part = grant.part(*asked, where)
        applies = grant.applies(known) if part else False
        if applies is False:
            continue
        if not grant.statement.allow:
            (settled if part == _FULL and applies else doubtful).append(grant)
        elif applies is None:
            conditional.append(grant)
            whole = part == _FULL or grant.resources.inverted
            if_held = if_held or (whole and not any(map(names_resources, grant.statement.conditions)))
        else:
            (full if part == _FULL else scoped).append(grant)
    access = Access.WIDE if full else Access.LIMITED if scoped or conditional else Access.NO
    certain = bool(full or scoped)
    all_but = any(grant.resources.inverted for grant in scoped)
    allows = (*full, *scoped, *conditional)
    return _Weighed(access, certain, allows, tuple(settled), tuple(doubtful), all_but, if_held)


def _meet(allows: Sequence[Grant], limits: Sequence[Grant]) -> bool:
    """Whether any resource is named by both an Allow of the policies and one of the boundary."""
    if any(grant.resources.inverted for grant in (*allows, *limits)):
        return True
    ours = {pattern for grant in allows for pattern in grant.resources.patterns}
    theirs = {pattern for grant in limits for pattern in grant.resources.patterns}
    if len(ours) * len(theirs) > _MAX_PAIRS:
        return True
    return any(overlaps(one, other) for one in ours for other in theirs)


def _side(policies: Iterable[Policy]) -> _Side:
    grants: list[Grant] = []
    unread: list[str] = []
    left = MAX_PATTERNS
    for policy in policies:
        left -= sum(len(each.actions) + len(each.resources) for each in policy.statements)
        if policy.trouble or left < 0:
            unread.append(policy.name)
        if left >= 0:
            grants += [_grant(statement) for statement in policy.statements]
    return _Side(grants, tuple(unread), left < 0)


def _grant(statement: Statement) -> Grant:
    return Grant(
        statement,
        ActionSet(statement.actions, inverted=statement.not_action),
        ResourceSet(statement.resources, inverted=statement.not_resource, variables=statement.variables),
    )


def can(policies: Iterable[Policy], action: str, resource: str = "*") -> Decision:
    """One question to the policies of a role without a boundary; for many questions keep a `Grants`."""
    return Grants(policies).can(action, resource)
