"""Which findings belong together, under which cause, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws.incidents import group
from aws.model import Finding, Incident, Link, LinkKind, Phase, Resource, Severity
from tests.builders import MINUTE, NOW, a_finding, a_function, a_queue, a_stage, a_table, an_account, an_index

INDEX, TABLE, FN, BFF, API = an_index(), a_table(), a_function(), a_function("mobile-bff"), a_stage()
LINKS = (
    Link(INDEX.arn, TABLE.arn, LinkKind.INDEX, "a throttled index pushes back on writes to orders"),
    Link(TABLE.arn, FN.arn, LinkKind.ENVIRONMENT, "named by TABLE_NAME"),
    Link(FN.arn, API.arn, LinkKind.INTEGRATION, "answers POST /orders"),
    Link(TABLE.arn, BFF.arn, LinkKind.ENVIRONMENT, "named by ORDERS"),
)


def at(resource: Resource, minutes_ago: float | None, rule: str = "lambda.errors", **more: object) -> Finding:
    return a_finding(resource, rule, since_s=None if minutes_ago is None else NOW - minutes_ago * MINUTE, **more)


def grouped(findings: Iterable[Finding], links: Sequence[Link] = LINKS) -> tuple[Incident, ...]:
    by_arn: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        by_arn[finding.resource] = (*by_arn.get(finding.resource, ()), finding)
    resources = {r.arn: r for r in (INDEX, TABLE, FN, BFF, API, an_account())}
    resources |= {r.arn: r for r in (a_function(f"fn-{n}") for n in range(20))}
    resources |= {r.arn: r for r in (a_queue(), a_queue("orders-dlq"))}
    return group(by_arn, resources, links, NOW)


def shape(incident: Incident) -> list[tuple[str, int]]:
    return [(member.arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1], member.depth) for member in incident.members]


def test_a_way_that_leads_to_several_is_told_once() -> None:
    findings = [at(BFF, 6), at(FN, 7), at(INDEX, 8, "dynamodb.throttles", text="1.9k")]
    (incident,) = grouped(findings)
    told = incident.evidence.split("; ")
    assert len(told) == len(set(told)) > 1


def test_a_chain_of_causes_is_one_incident() -> None:
    findings = [at(API, 6, "apigateway.5xx"), at(BFF, 6), at(FN, 7), at(INDEX, 8, "dynamodb.throttles", text="1.9k")]
    (incident,) = grouped(findings)
    assert shape(incident) == [("by-status", 0), ("checkout-place", 1), ("prod", 2), ("mobile-bff", 1)]
    assert (incident.cause, incident.text, incident.since_s) == (INDEX.arn, "1.9k", NOW - 8 * MINUTE)
    via = incident.members[1].via
    assert via is not None
    assert "pushes back" in via.evidence  # the table itself looks well: the evidence says how trouble went through it
    assert "TABLE_NAME" in via.evidence


def test_a_cause_needs_a_link_a_finding_and_the_right_order() -> None:
    assert len(grouped([at(FN, 7), at(API, 6, "apigateway.5xx")], links=())) == 2
    assert len(grouped([at(API, 6, "apigateway.5xx")])) == 1
    much_later = [at(FN, 2), at(API, 8, "apigateway.5xx")]
    assert len(grouped(much_later)) == 2
    a_little_later = [at(FN, 3), at(API, 8, "apigateway.5xx")]
    (incident,) = grouped(a_little_later)
    assert incident.cause == FN.arn
    assert incident.since_s == NOW - 8 * MINUTE
    assert len(grouped([at(FN, None), at(API, 8, "apigateway.5xx")])) == 2


def test_a_failing_consumer_explains_what_its_queue_gave_up_but_a_full_queue_explains_no_sender() -> None:
    queue, dead = a_queue(), a_queue("orders-dlq", dead_letter_for=("orders-queue",))
    links = (
        Link(queue.arn, FN.arn, LinkKind.EVENT_SOURCE, "mapping u-1"),
        Link(queue.arn, dead.arn, LinkKind.DEAD_LETTER, "takes what orders-queue could not get rid of"),
        Link(queue.arn, BFF.arn, LinkKind.ENVIRONMENT, "named by QUEUE_URL"),
    )
    (incident,) = grouped([at(FN, 7), at(dead, 5, "sqs.dlq")], links)
    assert shape(incident) == [("checkout-place", 0), ("orders-dlq", 1)]
    via = incident.members[1].via
    assert via is not None
    assert via.evidence == "mapping u-1; takes what orders-queue could not get rid of"
    assert len(grouped([at(queue, 7, "sqs.age"), at(BFF, 6)], links)) == 2


def test_information_explains_nothing() -> None:
    capped = at(FN, 9, "lambda.reserved_concurrency", severity=Severity.INFO)
    assert len(grouped([capped, at(API, 6, "apigateway.5xx")])) == 2


def test_a_recovered_cause_counts_only_if_it_lasted_till_the_effect_began() -> None:
    def recovered(minutes_ago: float) -> Finding:
        return at(FN, 40, phase=Phase.RECOVERED, recovered_s=NOW - minutes_ago * MINUTE)

    (incident,) = grouped([recovered(10), at(API, 6, "apigateway.5xx")])
    assert not incident.recovered
    assert len(grouped([recovered(14), at(API, 6, "apigateway.5xx")])) == 2


def test_links_in_a_circle_come_to_an_end() -> None:
    back = Link(API.arn, TABLE.arn, LinkKind.ENVIRONMENT, "calls itself")
    findings = [at(TABLE, 6, "dynamodb.throttles"), at(FN, 6), at(API, 6, "apigateway.5xx")]
    incidents = grouped(findings, links=(*LINKS, back))
    assert sorted(arn for i in incidents for arn in (m.arn for m in i.members)) == sorted(f.resource for f in findings)


def test_the_pool_explains_throttles_of_functions_without_a_reserve() -> None:
    pool = at(an_account(), 9, "lambda.account_concurrency", text="concurrency 97% of pool, 970 of 1,000")
    functions = [a_function("open", reserved_concurrency=None), a_function("own", reserved_concurrency=5)]
    findings = {pool.resource: (pool,)} | {f.arn: (at(f, 8, "lambda.throttles"),) for f in functions}
    resources = {r.arn: r for r in (an_account(), *functions)}
    incidents = group(findings, resources, (), NOW)
    (together,) = [incident for incident in incidents if incident.cause == pool.resource]
    assert [member.arn for member in together.members[1:]] == [functions[0].arn]
    assert together.evidence == "concurrency 97% of pool, 970 of 1,000; it has no reserve"
    roomy = {**findings, pool.resource: (at(an_account(), 9, pool.rule, severity=Severity.WARNING),)}
    assert len(group(roomy, resources, (), NOW)) == 3


def test_the_same_everywhere_at_once_is_one_line() -> None:
    def storm(count: int, apart_s: float) -> list[Finding]:
        return [at(a_function(f"fn-{n}"), 9 - n * apart_s / MINUTE, "lambda.throttles") for n in range(count)]

    (folded,) = grouped(storm(5, 45))
    assert (folded.folded_rule, len(folded.members), folded.text.split(";")[0]) == ("lambda.throttles", 5, "5 at once")
    assert grouped(storm(6, 30))[0].key == folded.key  # another one joining does not make it another line
    assert len(grouped(storm(4, 10))) == 4
    assert len(grouped(storm(5, 46))) == 5  # the last began more than three minutes after the first


def test_the_order_is_by_severity_users_first_then_the_newest() -> None:
    recovered = at(a_function("fn-9"), 1, phase=Phase.RECOVERED, recovered_s=NOW - 600.0)
    findings = [
        recovered,
        at(a_function("fn-4"), 1, severity=Severity.WARNING),
        at(a_function("fn-1"), 30),
        at(a_function("fn-2"), 20),
        at(API, 60, "apigateway.5xx"),
        at(a_function("fn-5"), 25 * 60, "alarm.firing"),
        at(a_function("fn-6"), 2, "alarm.firing", severity=Severity.INFO),
    ]
    incidents = grouped(findings)
    assert [shape(incident)[0][0] for incident in incidents] == [
        "prod",
        "fn-2",
        "fn-1",
        "fn-4",
        "fn-6",
        "fn-5",
        "fn-9",
    ]
    assert [incident.unchanged for incident in incidents] == [False] * 5 + [True, False]
    assert [incident.recovered for incident in incidents] == [False] * 6 + [True]


def test_an_alarm_on_nothing_that_we_know_is_an_incident_of_its_own() -> None:
    (incident,) = grouped([a_finding("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:custom", "alarm.firing")])
    assert incident.severity is Severity.CRITICAL


def test_every_finding_is_in_exactly_one_incident() -> None:
    findings = [at(r, n, "lambda.errors") for n, r in enumerate((INDEX, TABLE, FN, BFF, API))]
    members = [member.arn for incident in grouped(findings) for member in incident.members]
    assert sorted(members) == sorted(finding.resource for finding in findings)
