"""`cwtop check` against plain moto, an AWS that is not ours, seeded with names nobody planned for."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.wire.commands import Done, called
from tui.commands.check import check as command

REGION = "ap-southeast-2"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
FUNCTIONS = [f"zebra_{number}-Übung".replace("Ü", "U") for number in range(53)] + ["a", "x" * 64]
TABLES = ["T.a-b_c", "inventory2", "xyz"]
APIS = [("Größe & co", "v1"), ("plain", "$default".strip("$")), ("plain", "beta")]
ALARMS = ["alarm with spaces", "ünïcode <b>", "[red]markup[/red]"]


def client(service: str, endpoint_url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.fixture
def seeded(plain_moto: str) -> str:
    role = client("iam", plain_moto).create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    functions = client("lambda", plain_moto)
    for name in FUNCTIONS:
        functions.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="index.handler",
            Code={"ZipFile": packed.getvalue()},
        )
    tables = client("dynamodb", plain_moto)
    for name in TABLES:
        tables.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": "k", "AttributeType": "S"},
                {"AttributeName": "g", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-g",
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
    gateway = client("apigateway", plain_moto)
    for name, stage in APIS:
        api = gateway.create_rest_api(name=name)["id"]
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        gateway.put_integration(
            restApiId=api, resourceId=root, httpMethod="GET", type="MOCK", integrationHttpMethod="GET"
        )
        gateway.create_deployment(restApiId=api, stageName=stage)
    watch = client("cloudwatch", plain_moto)
    for name in ALARMS:
        watch.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": FUNCTIONS[0]}],
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
        )
    return plain_moto


Check = Callable[..., Done]


@pytest.fixture
def check(seeded: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def run(*flags: str) -> Done:
        return called(capsys, command, "check", "--endpoint-url", seeded, *flags)

    return run


def test_everything_is_listed_and_what_has_no_data_says_so(check: Check) -> None:
    done = check("--output", "json")
    seen = json.loads(done.stdout)

    def names(kind: str) -> list[str]:
        return sorted(resource["name"] for resource in seen["resources"] if resource["kind"] == kind)

    assert names("function") == sorted(FUNCTIONS)
    assert names("table") == sorted(TABLES)
    assert names("index") == sorted(f"{table}#by-g" for table in TABLES)
    assert names("rest-api-stage") == sorted(f"{name}/{stage}" for name, stage in APIS)
    assert sorted(alarm["name"] for alarm in seen["alarms"]) == sorted(ALARMS)
    assert seen["scopes"] == [{"account": "123456789012", "region": REGION, "profile": None}]
    for resource in seen["resources"]:
        if resource["kind"] == "function":
            assert resource["metrics"]["errors"]["state"] == "no_data", resource
            assert resource["metrics"]["errors"]["latest"] is None
    assert all(alarm["silent"] for alarm in seen["alarms"])
    assert done.stderr == ""


def test_a_gap_keeps_check_from_saying_ok_unless_gaps_are_allowed(check: Check) -> None:
    strict = check("--output", "json")
    # Plain moto does not know GetAccountSettings: the concurrency pool cannot be read.
    assert [gap["action"] for gap in json.loads(strict.stdout)["gaps"]] == ["lambda:GetAccountSettings"]
    assert strict.returncode == 3
    assert check("--allow-gaps").returncode == 0


def test_a_metric_that_breaks_the_whole_call_does_not_blind_the_others(seeded: str, check: Check) -> None:
    # Plain moto answers a whole GetMetricData call with 500 once a percentile has data.
    from datetime import UTC, datetime

    watch = client("cloudwatch", seeded)
    for name, value in (("Duration", 120.0), ("Errors", 3.0), ("Invocations", 40.0)):
        watch.put_metric_data(
            Namespace="AWS/Lambda",
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": "FunctionName", "Value": "a"}],
                    "Timestamp": datetime.now(UTC),
                    "Value": value,
                }
            ],
        )
    seen = json.loads(check("--output", "json").stdout)
    metrics = {
        resource["name"]: resource["metrics"] for resource in seen["resources"] if resource["kind"] == "function"
    }
    assert metrics["a"]["errors"]["state"] == "value"
    assert metrics["a"]["errors"]["latest"] == 3.0
    assert metrics[FUNCTIONS[0]]["errors"]["state"] == "no_data"
    assert metrics["a"]["duration"]["state"] in ("failed", "value")
