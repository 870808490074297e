"""Alarms planned, created and taken back on plain moto, an AWS that is not ours; boto3 says what is there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws.alarms.definition import Plan
from aws.alarms.desk import Outcome, Result
from aws.alarms.journal import Journal
from aws.alarms.office import Office
from aws.alarms.planner import Planner
from aws.clock import SystemClock
from aws.model import Severity, Snapshot
from aws.pacing import QUOTAS, Quota
from aws.permissions import iam_action, policy
from aws.poller import Poller
from aws.services import registry
from aws.session import Connection, Sessions, Target
from aws.settings import AlarmSettings, PollSettings
from tests.wire.small_world import empty_zip

REGION = "eu-west-1"
FUNCTIONS = ("zebra", "a_b-C9")
_LOOK_S = 60.0
# This server has no quotas; at AWS's, twenty alarms take ten seconds.
_UNHURRIED = {lane: Quota(1000, 1000) for lane in (*QUOTAS, "cloudwatch:ListTagsForResource", "logs:PutMetricFilter")}


def client(service: str, url: str) -> Any:
    return boto3.client(service, endpoint_url=url, region_name=REGION)


@pytest.fixture
def seeded(plain_moto: str) -> str:
    """Two functions with log groups, a table with an index, and a topic that somebody reads."""
    role = client("iam", plain_moto).create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions, logs = client("lambda", plain_moto), client("logs", plain_moto)
    for name in FUNCTIONS:
        functions.create_function(
            FunctionName=name, Role=role, Runtime="python3.13", Handler="a.b", Code={"ZipFile": empty_zip()}
        )
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
    client("dynamodb", plain_moto).create_table(
        TableName="orders.v2",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("k", "g")],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return plain_moto


@pytest.fixture
async def source(seeded: str) -> AsyncIterator[Connection]:
    async with Sessions(clock=SystemClock(), read_only=False, quotas=_UNHURRIED) as sessions:
        yield await sessions.connect(Target(region=REGION, endpoint_url=seeded))


@pytest.fixture
def office(source: Connection, tmp_path: Path) -> Office:
    clock = SystemClock()
    planner = Planner(AlarmSettings(), registry(), clock)
    return Office(source.call, clock=clock, journal=Journal(tmp_path / "journal.jsonl"), make_plan=planner)


async def look(source: Connection) -> Snapshot:
    return await Poller([source], settings=PollSettings(), clock=SystemClock()).look(_LOOK_S)


async def fresh_plan(office: Office, source: Connection) -> Plan:
    return await office.plan(await look(source))


async def applied(office: Office, plan: Plan) -> dict[str, Outcome]:
    return {each.name: each async for each in office.apply(plan.create)}


def described(url: str) -> dict[str, dict[str, Any]]:
    pages = client("cloudwatch", url).get_paginator("describe_alarms").paginate()
    return {raw["AlarmName"]: raw for page in pages for raw in page["MetricAlarms"]}


def results(outcomes: dict[str, Outcome]) -> set[Result]:
    return {each.result for each in outcomes.values()}


async def test_plan_apply_and_plan_again_is_empty_and_undo_leaves_nothing(
    office: Office, source: Connection, seeded: str
) -> None:
    topic = client("sns", seeded).create_topic(Name="oncall")["TopicArn"]
    client("sns", seeded).subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    client("cloudwatch", seeded).put_metric_alarm(
        AlarmName="theirs",
        Namespace="Own",
        MetricName="Anything",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    plan = await fresh_plan(office, source)
    assert len(plan.create) > 10
    assert {each.definition.alarm_actions for each in plan.create} == {(topic,)}
    outcomes = await applied(office, plan)
    assert results(outcomes) == {Result.CREATED}
    there = described(seeded)
    assert set(there) == {each.definition.name for each in plan.create} | {"theirs"}
    for each in plan.create:
        raw = there[each.definition.name]
        for key, value in each.definition.parameters().items():
            if key == "Dimensions":
                assert sorted(map(str, raw[key])) == sorted(map(str, value))
            elif key != "Tags":
                assert raw[key] == value, (each.definition.name, key)
        tags = client("cloudwatch", seeded).list_tags_for_resource(ResourceARN=raw["AlarmArn"])["Tags"]
        assert {"Key": "managed-by", "Value": "cwtop"} in tags
    filters = client("logs", seeded).describe_metric_filters()["metricFilters"]
    assert {each["logGroupName"] for each in filters} == {f"/aws/lambda/{name}" for name in FUNCTIONS}
    run = office.last_run
    again = await fresh_plan(office, source)
    assert again.create == ()
    assert results(await applied(office, plan)) == {Result.SKIPPED}
    assert described(seeded) == there
    undone = [each async for each in office.undo(run)]
    assert {each.result for each in undone} == {Result.DELETED}
    assert set(described(seeded)) == {"theirs"}
    assert client("logs", seeded).describe_metric_filters()["metricFilters"] == []
    allowed = {action for each in policy(registry().values(), write=True)["Statement"] for action in each["Action"]}
    assert {iam_action(*operation.split(":")) for operation in source.api_use().calls} <= allowed | {""}


async def test_an_alarm_of_the_same_name_is_untouched(office: Office, source: Connection, seeded: str) -> None:
    plan = await fresh_plan(office, source)
    chosen = next(each for each in plan.create if each.severity is Severity.CRITICAL)
    parameters = chosen.definition.parameters() | {"Threshold": 4711.0, "MetricName": "Invocations"}
    client("cloudwatch", seeded).put_metric_alarm(**parameters)
    # The plan that is older than the account, and the one made now: neither touches it.
    assert (await applied(office, plan))[chosen.definition.name].result is Result.SKIPPED
    again = await fresh_plan(office, source)
    assert [each.planned.definition.name for each in again.conflicts] == [chosen.definition.name]
    assert again.create == ()
    assert described(seeded)[chosen.definition.name]["Threshold"] == 4711.0


async def test_a_function_that_is_gone_gets_no_alarm(office: Office, source: Connection, seeded: str) -> None:
    plan = await fresh_plan(office, source)
    client("lambda", seeded).delete_function(FunctionName="zebra")
    outcomes = await applied(office, plan)
    gone = {each.definition.name for each in plan.create if each.resource.endswith(":zebra")}
    assert gone
    assert {name for name, each in outcomes.items() if each.result is Result.SKIPPED} == gone
    assert set(described(seeded)) == set(outcomes) - gone


async def test_topics_are_told_with_what_keeps_them_from_being_heard(
    office: Office, source: Connection, seeded: str
) -> None:
    sns = client("sns", seeded)
    arns = {name: sns.create_topic(Name=name)["TopicArn"] for name in ("good", "nobody", "sealed", "shut")}
    for name in ("good", "sealed", "shut"):
        sns.subscribe(TopicArn=arns[name], Protocol="email", Endpoint=f"{name}@example.com")
    sns.set_topic_attributes(TopicArn=arns["sealed"], AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    only_me = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sns:Publish", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only_me]})
    sns.set_topic_attributes(TopicArn=arns["shut"], AttributeName="Policy", AttributeValue=policy)
    problems = {topic.name: topic.problem for topic in await office.topics(await look(source))}
    assert problems == {
        "good": "",
        "nobody": "no confirmed subscription",
        "sealed": "encrypted with alias/aws/sns, which CloudWatch may not use",
        "shut": "its access policy does not let CloudWatch publish",
    }
    made = await office.create_topic("fresh", "ada@example.com")
    assert made.confirmed == 1  # moto takes every subscription as confirmed
    assert sns.list_subscriptions_by_topic(TopicArn=made.arn)["Subscriptions"][0]["Endpoint"] == "ada@example.com"
