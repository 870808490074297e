"""Owners of resources and alarms, from an AWS that is not ours: tags in bulk, then the stacks that they name."""

from __future__ import annotations

import json

import boto3
import pytest

from aws.alarms.existing import STACK_TAG
from aws.alarms.ownership import read_owners, read_stacks
from aws.clock import SystemClock
from aws.session import Sessions, Target

_STACK = "shop-prod"
_TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "shop-orders"}}},
}


@pytest.fixture(autouse=True)
def boto3_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


async def test_a_stack_s_untagged_queue_is_known_by_it(plain_moto: str) -> None:
    table = boto3.client("dynamodb", endpoint_url=plain_moto).create_table(
        TableName="shop-orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": STACK_TAG, "Value": _STACK}],
    )["TableDescription"]["TableArn"]
    boto3.client("cloudformation", endpoint_url=plain_moto).create_stack(
        StackName=_STACK, TemplateBody=json.dumps(_TEMPLATE)
    )
    prefix = table.rpartition(":table/")[0].replace("dynamodb", "{}")
    queue = f"{prefix.format('sqs')}:shop-orders"
    stranger = f"{prefix.format('lambda')}:function:shop-orders"
    async with Sessions(clock=SystemClock()) as held:
        call = (await held.connect(Target(endpoint_url=plain_moto))).call
        wanted = [table, f"{table}/index/by-day", queue, stranger]
        tagged = await read_owners(call, wanted)
        assert [tagged.stack_of(arn) for arn in wanted] == [_STACK, _STACK, None, None]
        owned = await read_stacks(call, tagged, wanted)
    assert [owned.stack_of(arn) for arn in wanted] == [_STACK, _STACK, _STACK, None]
    assert owned.gaps == ()


async def test_a_stack_that_is_gone_owns_nothing_and_is_no_gap(plain_moto: str) -> None:
    boto3.client("sqs", endpoint_url=plain_moto).create_queue(QueueName="left", tags={STACK_TAG: "deleted-stack"})
    function = "arn:aws:lambda:eu-west-1:123456789012:function:left"
    async with Sessions(clock=SystemClock()) as held:
        call = (await held.connect(Target(endpoint_url=plain_moto))).call
        known = await read_owners(call, ["arn:aws:sqs:eu-west-1:123456789012:left", function])
        owned = await read_stacks(call, known, [function])
    assert (owned.stack_of(function), owned.gaps) == (None, ())
