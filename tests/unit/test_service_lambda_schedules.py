"""Which functions run by the clock, as far as EventBridge tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aws.errors import AwsError, NotFound
from aws.model import Gap, Link, LinkKind
from aws.services import registry
from aws.services.lambda_.schedules import interval_s
from tests.builders import arn
from tests.fakes import FakeCall, discovered
from tests.unit.test_service_lambda import account, functions, record

SERVICE = registry()["lambda"]


@pytest.mark.parametrize(
    ("expression", "every_s"),
    [
        ("rate(1 minute)", 60),
        ("rate(7 days)", 604_800),
        ("cron(* * * * ? *)", 60),
        ("cron(1/15 * * * ? *)", 900),
        ("cron(0,30 8-18 ? * MON-FRI *)", 1_800),
        ("cron(5 * * * ? *)", 3_600),
        ("cron(0 0/6 * * ? *)", 21_600),
        ("cron(15 10 ? * 6L 2022)", 86_400),
        ("at(2027-01-15T08:00:00)", None),
        ("", None),
    ],
)
def test_how_often_an_expression_runs(expression: str, every_s: float | None) -> None:
    assert interval_s(expression) == every_s


async def test_the_closest_schedule_of_either_kind_becomes_a_fact() -> None:
    rules = {"hourly": "rate(1 hour)", "often": "rate(10 minutes)", "off": "rate(1 minute)", "gone": "rate(1 minute)"}
    targets: dict[str, list[str]] = {
        "hourly": [arn("lambda", "function:a:live"), arn("sqs", "jobs")],
        "often": [arn("lambda", "function:a")],
    }

    def listed(params: Mapping[str, Any]) -> Mapping[str, Any] | AwsError:
        if params["Rule"] not in targets:
            return NotFound("events", "ListTargetsByRule", "gone")
        return {"Targets": [{"Arn": target} for target in targets[params["Rule"]]]}

    script = account([record("a"), record("b"), record("c")])
    script["events", "ListRules"] = {
        "Rules": [
            {"Name": name, "ScheduleExpression": text, "State": "DISABLED" if name == "off" else "ENABLED"}
            for name, text in rules.items()
        ]
        + [{"Name": "by event", "EventPattern": "{}", "State": "ENABLED"}]
    }
    script["events", "ListTargetsByRule"] = listed
    script["scheduler", "ListSchedules"] = {
        "Schedules": [{"Name": "s", "Target": {"Arn": arn("lambda", "function:b")}}]
    }
    call = FakeCall(script)
    found = functions(await discovered(SERVICE, call))
    assert {name: one.facts.get("every_s") for name, one in found.items()} == {"a": 600, "b": 3_600, "c": None}
    assert call.count("ListTargetsByRule") == 3


async def test_schedules_that_may_not_be_read_are_a_gap_and_nobody_is_rare() -> None:
    script = account([record("a")])
    del script["events", "ListRules"], script["scheduler", "ListSchedules"]
    found = await discovered(SERVICE, FakeCall(script))
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["events:ListRules", "scheduler:ListSchedules"]
    assert "every_s" not in functions(found)["a"].facts


async def test_where_failed_events_and_batches_go() -> None:
    mapping = {
        "EventSourceArn": arn("dynamodb", "table/orders/stream/2027"),
        "FunctionArn": arn("lambda", "function:a"),
        "State": "Enabled",
        "DestinationConfig": {"OnFailure": {"Destination": arn("sqs", "batches")}},
    }
    dead = [{"TargetArn": arn("sqs", "events")}, {"TargetArn": arn("sns", "topic")}, {}]
    page = [record(name, DeadLetterConfig=config) for name, config in zip("abc", dead, strict=True)]
    found = await discovered(
        SERVICE, FakeCall(account(page, ListEventSourceMappings={"EventSourceMappings": [mapping]}))
    )
    known = functions(found)
    assert known["a"].facts["failure_destinations"] == (arn("sqs", "batches"),)
    assert known["b"].facts["failure_destinations"] == ()
    links = [item for item in found if isinstance(item, Link) and item.kind is LinkKind.DEAD_LETTER]
    assert {(link.cause, link.effect) for link in links} == {
        (arn("lambda", "function:a"), arn("sqs", "batches")),
        (arn("lambda", "function:a"), arn("sqs", "events")),
    }
