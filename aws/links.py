"""Links that follow from other links, or from what is found on both of their ends. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from aws.model import Finding, Link, LinkKind, Phase, Resource, Severity

POOL_RULE = "lambda.account_concurrency"
THROTTLE_RULE = "lambda.throttles"
DEAD_LETTER_FOR = "dead_letter_for"
"""The fact that holds the ARNs of those whose dead letters end in a resource; absent where that is not known."""


def with_passages(links: Iterable[Link], among: Container[str] | None = None) -> Iterator[Link]:
    """The links, and those that lead through a resource which itself looks well meanwhile.

    ``among``: only those that lead from one of these ARNs to another of them, which are few where there are thousands
    of links. None: all.

    A throttled index rejects writes to its table without the table's own metrics showing anything: from each index to
    what depends on its table. A function that fails sends its queue's messages to the dead-letter queue, while the
    queue in between is served as ever: from each consumer to that.
    """
    from_table: dict[str, list[Link]] = {}
    dead_letters: dict[str, list[Link]] = {}
    ways_in: list[Link] = []
    for link in links:
        ends_there = among is None or link.effect in among
        if ends_there and (among is None or link.cause in among):
            yield link
        if ends_there and link.kind is LinkKind.DEAD_LETTER:
            dead_letters.setdefault(link.cause, []).append(link)
        elif ends_there and link.kind is not LinkKind.INDEX:
            from_table.setdefault(link.cause, []).append(link)
        if link.kind in (LinkKind.INDEX, LinkKind.EVENT_SOURCE):
            ways_in.append(link)
    for way_in in ways_in:
        begin, through, onward = way_in.cause, way_in.effect, from_table
        if way_in.kind is LinkKind.EVENT_SOURCE:
            begin, through, onward = way_in.effect, way_in.cause, dead_letters
        if among is None or begin in among:
            for link in onward.get(through, ()):
                yield Link(begin, link.effect, link.kind, evidence=f"{way_in.evidence}; {link.evidence}")


def dead_letter_sources(links: Iterable[Link]) -> dict[str, tuple[str, ...]]:
    """Whose dead letters end in each resource, as far as links tell: ARNs by ARN, sorted."""
    found: dict[str, set[str]] = {}
    for link in links:
        if link.kind is LinkKind.DEAD_LETTER:
            found.setdefault(link.effect, set()).add(link.cause)
    return {arn: tuple(sorted(causes)) for arn, causes in found.items()}


def pool_links(findings: Mapping[str, tuple[Finding, ...]], resources: Mapping[str, Resource]) -> tuple[Link, ...]:
    """From an account whose pool is (or just was) used up to every function that is throttled without a reserve.

    Below the critical level the pool still has room, and a throttle has another reason.
    """
    full = {
        resources[arn].scope: finding
        for arn, found in findings.items()
        if arn in resources
        for finding in found
        if finding.rule == POOL_RULE and finding.severity is Severity.CRITICAL
    }
    if not full:
        return ()
    links: list[Link] = []
    for arn, found in findings.items():
        function = resources.get(arn)
        pool = full.get(function.scope) if function is not None else None
        if function is None or pool is None or not any(finding.rule == THROTTLE_RULE for finding in found):
            continue
        if function.number("reserved_concurrency") is not None:
            continue
        reserve = "it has no reserve" if "reserved_concurrency" in function.facts else "its reserve was not read"
        state = pool.text if pool.phase is Phase.OPEN else f"the account's pool, recovered, was: {pool.text}"
        links.append(Link(pool.resource, arn, LinkKind.POOL, evidence=f"{state}; {reserve}"))
    return tuple(links)
