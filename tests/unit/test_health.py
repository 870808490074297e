"""What a resource's status rests on."""

from __future__ import annotations

import pytest

from aws.health import judge, status
from aws.model import Health, Phase, ReadState, Severity
from aws.services import registry
from tests.builders import NOW, a_finding, a_function, a_table, an_account, readings, series_of, unread

LAMBDA = registry()["lambda"]
FN = a_function()


@pytest.mark.parametrize("state", [s for s in ReadState if not s.known])
@pytest.mark.parametrize("metric", ["errors", "invocations", "throttles", ("duration", "p99")])
def test_a_needed_reading_that_is_not_known_makes_it_unknown(metric: str, state: ReadState) -> None:
    assert status(FN, LAMBDA, readings(FN, {metric: unread(state)}), ()) is Health.UNKNOWN


def test_quiet_after_a_complete_read_is_healthy() -> None:
    assert status(FN, LAMBDA, readings(FN, {}), ()) is Health.OK
    assert status(FN, LAMBDA, {}, ()) is Health.UNKNOWN


def test_the_worst_open_finding_decides() -> None:
    known = readings(FN, {})
    warning = a_finding(FN, severity=Severity.WARNING)
    assert status(FN, LAMBDA, known, (a_finding(FN), warning)) is Health.CRITICAL
    assert status(FN, LAMBDA, {}, (warning,)) is Health.WARNING  # bad news outweighs what was not read
    assert status(FN, LAMBDA, known, (a_finding(FN, severity=Severity.INFO),)) is Health.OK
    assert status(FN, LAMBDA, known, (a_finding(FN, phase=Phase.RECOVERED),)) is Health.OK
    assert status(FN, LAMBDA, {}, (a_finding(FN, phase=Phase.RECOVERED),)) is Health.UNKNOWN


def test_a_rule_that_lacks_a_fact_makes_it_unknown() -> None:
    blind = an_account(concurrency_limit=None)
    assert status(blind, LAMBDA, readings(blind, {}), ()) is Health.UNKNOWN
    assert status(an_account(), LAMBDA, readings(an_account(), {}), ()) is Health.OK


def test_a_rule_that_does_not_apply_needs_nothing() -> None:
    dynamodb = registry()["dynamodb"]
    consumed_unread = {"consumed_read": unread(ReadState.DENIED)}
    on_demand, provisioned = a_table(), a_table(billing_mode="PROVISIONED", read_capacity=5, write_capacity=5)
    assert status(on_demand, dynamodb, readings(on_demand, consumed_unread), ()) is Health.OK
    assert status(provisioned, dynamodb, readings(provisioned, consumed_unread), ()) is Health.UNKNOWN


def test_what_was_last_seen_bad_stays_bad_while_it_cannot_be_read() -> None:
    """A network that drops just after an incident began must not turn it green, nor let it recover."""
    stale = {
        name: series_of([0.0] * 170 + [value] * 10, state=ReadState.STALE)
        for name, value in (("errors", 50.0), ("invocations", 100.0))
    }
    later = readings(FN, stale)
    found = judge(FN, LAMBDA, later, now_s=NOW + 7200)
    assert {finding.phase for finding in found} == {Phase.OPEN}
    assert status(FN, LAMBDA, later, found) is Health.CRITICAL


def test_findings_come_worst_first() -> None:
    values = {"errors": [50.0] * 180, "invocations": [100.0] * 180, "throttles": [1.0] * 180}
    found = judge(FN, LAMBDA, readings(FN, values), now_s=NOW)
    assert [finding.severity for finding in found] == sorted((f.severity for f in found), key=lambda s: s.rank)
    assert found[0].severity is Severity.CRITICAL
    assert found[-1].rule == "lambda.throttles"


def test_every_figure_of_every_rule_is_declared_and_can_be_set() -> None:
    for service in registry().values():
        for rule in service.rules:
            assert rule.thresholds, rule.id
            assert all(isinstance(figure, float) for figure in rule.thresholds.values()), rule.id
            metrics = {metric.id: metric for metric in service.metrics if metric.kind == rule.kind}
            assert all(not metrics[needed].on_demand for needed in rule.needs), rule.id
        for metric in service.metrics:
            of_its_kind = {rule.id for rule in service.rules if rule.kind == metric.kind}
            assert of_its_kind.issuperset(metric.on_demand_for), metric.id
