"""Findings grouped into incidents: what began it, what suffers from it, what is simply the same everywhere. Pure.

A cause is claimed only along a link, with the link's evidence, and only where something is (or just was) found at the
cause that began no later than at the effect, give or take `TOLERANCE_S`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from aws.links import pool_links, with_passages
from aws.model import Finding, Incident, Link, LinkKind, Member, Phase, Resource, Severity
from aws.services import registry
from aws.services.base import Service
from aws.slices import Steps, at_once

# How much later than its effect a cause may be seen. Lambda stamps errors with the start of the call, DynamoDB's
# points take minutes longer to settle than Lambda's, and a rule needs up to five minutes to be sure of a beginning.
TOLERANCE_S = 300.0
FOLD_AT = 5  # this many resources with the same rule are one line
FOLD_WITHIN_S = 180.0
UNCHANGED_S = 86_400.0


@dataclass(frozen=True, slots=True)
class _Node:
    """One resource with findings. ``main`` speaks for it; ``onset_s`` is None where no beginning is known."""

    arn: str
    main: Finding
    open: bool
    onset_s: float | None
    ended_s: float | None
    user_facing: bool

    @property
    def order(self) -> tuple[float, str]:
        """Oldest first; a resource without a known beginning last."""
        return (float("inf") if self.onset_s is None else self.onset_s), self.arn


@dataclass(frozen=True, slots=True)
class _Group:
    """Nodes that make one incident, the first of them its head; ``via`` and ``depth`` by ARN."""

    nodes: tuple[_Node, ...]
    via: Mapping[str, Link]
    depth: Mapping[str, int]
    folded_rule: str | None = None


def group(
    findings: Mapping[str, tuple[Finding, ...]],
    resources: Mapping[str, Resource],
    links: Iterable[Link],
    now_s: float,
    *,
    services: Mapping[str, Service] | None = None,
) -> tuple[Incident, ...]:
    """The incidents of all findings, in the order of the screen: open ones by severity, user-facing first, then the
    newest; then those that have not changed for a day; recovered ones last.

    ``findings`` is by ARN, worst first. Members start with the cause; below each, the oldest first.
    """
    return at_once(grouping(findings, resources, links, now_s, services=services))


def grouping(
    findings: Mapping[str, tuple[Finding, ...]],
    resources: Mapping[str, Resource],
    links: Iterable[Link],
    now_s: float,
    *,
    services: Mapping[str, Service] | None = None,
) -> Steps[tuple[Incident, ...]]:
    """As `group`, in steps: on the worst day thousands have findings."""
    services = registry() if services is None else services
    nodes: dict[str, _Node] = {}
    for arn, found in findings.items():
        if found:
            nodes[arn] = _node(arn, found, resources.get(arn), services)
            yield
    claims = []
    for link in chain(with_passages(links, nodes), pool_links(findings, resources)):
        if _claims(link, nodes):
            claims.append(link)
        yield
    parents = _parents(nodes, claims)
    yield
    below: dict[str, list[_Node]] = {}
    for arn, link in parents.items():
        below.setdefault(link.cause, []).append(nodes[arn])
    roots = [node for arn, node in nodes.items() if arn not in parents]
    groups = [_tree(node, below, parents) for node in roots if node.arn in below]
    yield
    groups.extend(_folded([node for node in roots if node.arn not in below]))
    ordered = []
    for one in groups:
        incident = _incident(one, now_s)
        ordered.append((_order(one, incident), incident))
        yield
    ordered.sort(key=lambda pair: pair[0])
    return tuple(incident for _, incident in ordered)


def _node(arn: str, found: Sequence[Finding], resource: Resource | None, services: Mapping[str, Service]) -> _Node:
    live = [finding for finding in found if finding.phase is Phase.OPEN]
    telling = [finding for finding in live or found if finding.severity is not Severity.INFO] or list(live or found)
    main = min(telling, key=lambda finding: (finding.severity.rank, _since(finding)))
    starts = [finding.since_s for finding in telling if finding.since_s is not None]
    ends = [finding.recovered_s for finding in found if finding.recovered_s is not None]
    return _Node(
        arn=arn,
        main=main,
        open=bool(live),
        onset_s=min(starts, default=None),
        ended_s=None if live else max(ends, default=None),
        user_facing=resource is not None and _user_facing(resource, services),
    )


def _user_facing(resource: Resource, services: Mapping[str, Service]) -> bool:
    service = services.get(resource.service)
    return service is not None and any(kind.name == resource.kind and kind.user_facing for kind in service.kinds)


def _since(finding: Finding) -> float:
    return float("inf") if finding.since_s is None else finding.since_s


def _claims(link: Link, nodes: Mapping[str, _Node]) -> bool:
    # Sending to a queue works as ever, however many messages wait in it.
    if link.kind is LinkKind.ENVIRONMENT and ":sqs:" in link.cause:
        return False
    return _explains(nodes.get(link.cause), nodes.get(link.effect))


def _parents(nodes: Mapping[str, _Node], claims: Iterable[Link]) -> dict[str, Link]:
    """For each node that has one, the link to its first cause. Never a circle."""
    parents: dict[str, Link] = {}
    for link in sorted(claims, key=lambda link: (nodes[link.cause].order, link.effect, link.evidence)):
        if link.effect not in parents and not _leads_to(link.cause, link.effect, parents):
            parents[link.effect] = link
    return parents


def _explains(cause: _Node | None, effect: _Node | None) -> bool:
    if cause is None or effect is None or cause.arn == effect.arn:
        return False
    if Severity.INFO in (cause.main.severity, effect.main.severity):
        return False
    if cause.onset_s is None or effect.onset_s is None:
        return False
    began_in_time = cause.onset_s <= effect.onset_s + TOLERANCE_S
    lasted_till_then = cause.ended_s is None or cause.ended_s >= effect.onset_s - TOLERANCE_S
    return began_in_time and lasted_till_then


def _leads_to(arn: str, wanted: str, parents: Mapping[str, Link]) -> bool:
    """Whether ``wanted`` is among the causes of ``arn``, near or far."""
    while arn != wanted:
        if arn not in parents:
            return False
        arn = parents[arn].cause
    return True


def _tree(root: _Node, below: Mapping[str, list[_Node]], parents: Mapping[str, Link]) -> _Group:
    nodes: list[_Node] = []
    depth = {root.arn: 0}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        children = sorted(below.get(node.arn, ()), key=lambda child: child.order, reverse=True)
        depth.update((child.arn, depth[node.arn] + 1) for child in children)
        waiting.extend(children)
    return _Group(nodes=tuple(nodes), via={node.arn: parents[node.arn] for node in nodes[1:]}, depth=depth)


def _folded(nodes: Iterable[_Node]) -> list[_Group]:
    """Nodes without cause or effect: those with the same rule at the same time together, the others each alone."""
    by_rule: dict[tuple[str, bool], list[_Node]] = {}
    for node in nodes:
        by_rule.setdefault((node.main.rule, node.open), []).append(node)
    groups: list[_Group] = []
    for (rule, _), same in by_rule.items():
        for run in _runs(sorted(same, key=lambda node: node.order)):
            if len(run) >= FOLD_AT:
                groups.append(_Group(nodes=tuple(run), via={}, depth={}, folded_rule=rule))
            else:
                groups.extend(_Group(nodes=(node,), via={}, depth={}) for node in run)
    return groups


def _runs(nodes: Sequence[_Node]) -> Iterable[list[_Node]]:
    """Stretches of nodes that all began within three minutes of the first of them."""
    run: list[_Node] = []
    for node in nodes:
        if run and not _together(run[0], node):
            yield run
            run = []
        run.append(node)
    if run:
        yield run


def _together(first: _Node, node: _Node) -> bool:
    return first.onset_s is not None and node.onset_s is not None and node.onset_s - first.onset_s <= FOLD_WITHIN_S


def _incident(of: _Group, now_s: float) -> Incident:
    head = of.nodes[0]
    telling = [node for node in of.nodes if node.open] or list(of.nodes)
    worst = min(telling, key=lambda node: (node.main.severity.rank, node.order))
    first = min((node for node in of.nodes if node.onset_s is not None), key=lambda node: node.order, default=head)
    starts = [node.onset_s for node in of.nodes]
    # What leads through the same index or table is the same for each that it leads to.
    ways = (of.via[node.arn].evidence for node in of.nodes if node.arn in of.via)
    evidence = dict.fromkeys(part for way in ways for part in way.split("; "))
    return Incident(
        key=f"{of.folded_rule}@{head.arn}" if of.folded_rule else head.arn,
        cause=head.arn,
        members=tuple(Member(node.arn, of.depth.get(node.arn, 0), of.via.get(node.arn)) for node in of.nodes),
        severity=worst.main.severity,
        since_s=first.onset_s,
        since_mark=first.main.since_mark,
        text=f"{len(of.nodes)} at once; worst: {worst.main.text}" if of.folded_rule else head.main.text,
        evidence="; ".join(list(evidence)[:4]),
        folded_rule=of.folded_rule,
        unchanged=all(node.open for node in of.nodes)
        and all(start is not None and now_s - start >= UNCHANGED_S for start in starts),
        recovered=not any(node.open for node in of.nodes),
    )


def _order(of: _Group, incident: Incident) -> tuple[bool, bool, int, bool, float, str]:
    user_facing = any(node.user_facing and node.open for node in of.nodes)
    newest = -(incident.since_s or 0.0)
    return incident.recovered, incident.unchanged, incident.severity.rank, not user_facing, newest, incident.key
