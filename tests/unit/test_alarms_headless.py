"""What scripts give to, and get from, `cwtop alarms`."""

from __future__ import annotations

import json

import pytest

from aws.alarms.definition import Attention, Conflict, Plan
from aws.alarms.desk import Outcome, Result, Routing
from aws.errors import UsageError
from aws.model import Severity
from tests.alarm_account import SCOPE, planned
from tests.builders import a_function, snapshot
from tui.headless.alarms_report import any_failed, applied_report, plan_report
from tui.headless.alarms_routing import check_regions, chosen_resources, routing_of
from tui.headless.alarms_table import plan_table
from tui.options import parse

PAY, TICKETS = (f"arn:aws:sns:eu-west-1:482193019034:{name}" for name in ("pay", "tickets"))
ELSEWHERE = "arn:aws:sns:us-east-1:482193019034:pay"
USUAL = Routing(topics={Severity.CRITICAL: (PAY,), Severity.WARNING: (TICKETS,)}, ok_actions=False)


def routed(*given: str) -> dict[str, tuple[str, ...]]:
    return {each.value: arns for each, arns in routing_of(given, SCOPE, USUAL).topics.items()}


def test_whom_to_notify_is_what_was_given_for_the_severity_then_for_all_then_as_usual() -> None:
    assert routed() == {"critical": (PAY,), "warning": (TICKETS,), "info": ()}
    assert routed(TICKETS) == {"critical": (TICKETS,), "warning": (TICKETS,), "info": (TICKETS,)}
    assert routed(f"critical={TICKETS}")["critical"] == (TICKETS,)
    assert routed(f"critical={TICKETS}")["warning"] == (TICKETS,)
    assert routed(PAY, f"warning={TICKETS}", f"warning={PAY}") == {
        "critical": (PAY,),
        "warning": (TICKETS, PAY),
        "info": (PAY,),
    }
    assert routed("none") == {"critical": (), "warning": (), "info": ()}
    assert routed("warning=none")["critical"] == (PAY,)
    assert routed(ELSEWHERE) == routed()
    assert routing_of((), SCOPE, USUAL).ok_actions is False


@pytest.mark.parametrize("given", ["pay", "high=" + PAY, "arn:aws:sqs:eu-west-1:1:q", "critical=", ELSEWHERE])
def test_what_is_no_topic_of_the_region_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--topic-arn"):
        check_regions([given], [SCOPE])


def test_resources_are_chosen_by_name_by_pattern_and_by_arn() -> None:
    seen = snapshot(*(a_function(name) for name in ("gift-redeem", "gift-cron", "a[b]*")))
    arns = {each.name: arn for arn, each in seen.resources.items()}
    assert chosen_resources(seen, ()) is None
    assert chosen_resources(seen, ["gift-*"]) == [arns["gift-redeem"], arns["gift-cron"]]
    assert chosen_resources(seen, ["a[b]*"]) == [arns["a[b]*"]]
    assert chosen_resources(seen, [arns["gift-cron"]]) == [arns["gift-cron"]]
    with pytest.raises(UsageError, match="no such resource"):
        chosen_resources(seen, ["gift-cron", "nope"])


def test_the_command_line_takes_what_is_documented() -> None:
    chosen = parse(
        ["alarms", "apply", "--topic-arn", PAY, "--topic-arn", f"critical={TICKETS}", "--yes", "--replace", "a"]
    )
    assert (chosen.command, chosen.alarms.action, chosen.alarms.yes) == ("alarms", "apply", True)
    assert chosen.alarms.topic_arns == (PAY, f"critical={TICKETS}")
    assert chosen.alarms.replace == ("a",)
    assert parse(["alarms", "undo", "--superseded"]).alarms.superseded
    assert parse(["alarms", "export", "--format", "cdk", "--read-only"]).read_only
    for wrong in (["alarms"], ["alarms", "export"], ["alarms", "export", "--format", "pulumi"], ["alarms", "drop"]):
        with pytest.raises(UsageError):
            parse(wrong)


def test_a_plan_as_json_has_the_keys_that_scripts_depend_on_and_survives_json() -> None:
    item, other = planned(0), planned(1, log=True)
    plan = Plan(
        at_s=1_800_000_000.0,
        account=SCOPE.account,
        region=SCOPE.region,
        create=(item, other),
        present=(("arn:r", "lambda.errors", "there"),),
        attention=(Attention("quiet", "arn:r", "silent: it has no action"),),
        conflicts=(Conflict(planned(2), "the name is used", {"Threshold": (9.0, 5.0)}),),
    )
    told = json.loads(json.dumps(plan_report([plan]), allow_nan=False))
    assert told["create"][0]["definition"] == item.definition.parameters()
    assert told["create"][1]["metric_filter"]["filterPattern"] == "?ERROR ?Exception"
    assert told["create"][0]["would_have_fired"] is None
    assert told["present"][0]["name"] == "there"
    assert told["attention"] == [{"name": "quiet", "resource_arn": "arn:r", "problem": "silent: it has no action"}]
    assert told["conflicts"][0]["reason"] == "the name is used"
    assert told["usd_per_month"] == pytest.approx(0.2)
    table = plan_table(plan, "\x1b[31macme\x1b[0m")
    assert "\x1b" not in table
    assert "2 alarms to create, $0.20 a month" in table
    assert "critical: 2 notify pay-oncall" in table


def test_an_outcome_that_nobody_knows_is_no_success() -> None:
    outcomes = [
        (planned(0), Outcome("a", Result.CREATED)),
        (planned(1), Outcome("b", Result.SKIPPED, "already there")),
        (planned(2), Outcome("c", Result.FAILED, "AccessDenied")),
        (planned(3), Outcome("d", Result.UNKNOWN, "no answer")),
    ]
    told = applied_report(outcomes, ["run"])
    assert [each["name"] for each in told["created"]] == ["a"]
    assert [(each["name"], each["reason"]) for each in told["skipped"]] == [("b", "already there")]
    assert [(each["name"], each["error"]) for each in told["failed"]] == [("c", "AccessDenied"), ("d", "no answer")]
    assert any_failed(outcome for _, outcome in outcomes[3:])
    assert not any_failed(outcome for _, outcome in outcomes[:2])
