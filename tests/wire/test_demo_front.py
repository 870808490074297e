"""The simulated account over the wire: boto3 and the AWS command line are the referees."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws.clock import SystemClock
from demo.front.chain import Handler, chain
from demo.front.guard import deny, speak_errors
from demo.front.requests import Request, Response
from demo.front.scaling import Scaling
from demo.front.server import Front
from tests.wire.small_world import empty_zip

_KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


@contextmanager
def _serving(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.wire.small_world", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:"), first
            yield first.strip().partition("=")[2]
        finally:
            process.terminate()
            process.wait(timeout=10)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with _serving() as url:
        yield url


def _client(service: str, url: str, region: str = "eu-west-1") -> Any:
    config = Config(retries={"total_max_attempts": 1}, read_timeout=20)
    return boto3.client(service, endpoint_url=url, region_name=region, config=config, **_KEYS)


def test_functions_come_in_pages_of_fifty_with_the_story_s_deployments(endpoint: str) -> None:
    client = _client("lambda", endpoint)
    first = client.list_functions()
    second = client.list_functions(Marker=first["NextMarker"], MaxItems=10_000)
    assert (len(first["Functions"]), len(second["Functions"])) == (50, 5)
    assert "NextMarker" not in second
    functions = first["Functions"] + second["Functions"]
    assert len({function["FunctionName"] for function in functions}) == 55
    assert {function["LastModified"] for function in functions} == {"2025-06-15T15:06:40.500+0000"}
    one = client.get_function_configuration(FunctionName="fn-07")
    assert one["LastModified"] == "2025-06-15T15:06:40.500+0000"
    whole = client.get_function(FunctionName="fn-07")
    assert whole["Configuration"]["LastModified"] == one["LastModified"]


def test_the_list_of_functions_follows_what_is_created_and_deleted(endpoint: str) -> None:
    client = _client("lambda", endpoint)
    names = lambda: [function["FunctionName"] for function in client.list_functions(MaxItems=2)["Functions"]]  # noqa: E731
    assert names() == ["fn-00", "fn-01"]
    one = client.get_function_configuration(FunctionName="fn-00")
    client.create_function(
        FunctionName="a-new-one",
        Runtime="python3.12",
        Role=one["Role"],
        Handler="app.handler",
        Code={"ZipFile": empty_zip()},
    )
    assert names() == ["a-new-one", "fn-00"]
    client.delete_function(FunctionName="a-new-one")
    assert names() == ["fn-00", "fn-01"]


def test_what_moto_lacks_is_answered(endpoint: str) -> None:
    settings = _client("lambda", endpoint).get_account_settings()
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 250
    assert settings["AccountUsage"]["FunctionCount"] == 55


def test_nothing_is_scaled(endpoint: str) -> None:
    client = _client("application-autoscaling", endpoint)
    assert client.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []


async def test_moto_is_not_asked_for_targets_that_nobody_registered() -> None:
    async def behind(request: Request) -> Response:
        return Response(500, request.operation.encode(), {})

    answer = chain([Scaling()], behind)
    credential = "Credential=key/20260101/eu-west-1/application-autoscaling/aws4_request"

    async def asked(operation: str, body: bytes) -> Response:
        target = f"AnyScaleFrontendService.{operation}"
        return await answer(Request("POST", "/", {"X-Amz-Target": target, "Authorization": credential}, body))

    described = "DescribeScalableTargets", b'{"ServiceNamespace":"dynamodb"}'
    assert (await asked(*described)).body == b'{"ScalableTargets":[]}'
    assert (await asked("DescribeScalableTargets", b'{"ServiceNamespace":"nonsense"}')).status == 500
    assert (await asked(*described)).status == 200
    await asked("RegisterScalableTarget", b"{}")
    assert (await asked(*described)).status == 500


def test_another_region_is_there_and_empty(endpoint: str) -> None:
    assert _client("lambda", endpoint, "us-east-2").list_functions()["Functions"] == []
    assert _client("cloudwatch", endpoint, "us-east-2").describe_alarms()["MetricAlarms"] == []
    assert _client("logs", endpoint, "us-east-2").describe_log_groups()["logGroups"] == []
    assert _client("lambda", endpoint, "us-east-2").get_account_settings()["AccountUsage"]["FunctionCount"] == 0


def test_the_account_is_the_world_s(endpoint: str) -> None:
    assert _client("sts", endpoint).get_caller_identity()["Account"] == "210987654321"


def test_alarms_are_found_by_their_tags(endpoint: str) -> None:
    cloudwatch, tagging = _client("cloudwatch", endpoint), _client("resourcegroupstaggingapi", endpoint)
    arn = cloudwatch.describe_alarms(AlarmNames=["fn-00-errors"])["MetricAlarms"][0]["AlarmArn"]
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "managed-by", "Value": "somebody"}])
    found = tagging.get_resources(ResourceTypeFilters=["cloudwatch:alarm", "lambda"])["ResourceTagMappingList"]
    assert {"ResourceARN": arn, "Tags": [{"Key": "managed-by", "Value": "somebody"}]} in found
    for other in ({"ResourceTypeFilters": ["lambda"]}, {"TagFilters": [{"Key": "managed-by", "Values": ["me"]}]}):
        assert arn not in {each["ResourceARN"] for each in tagging.get_resources(**other)["ResourceTagMappingList"]}


def test_a_metric_filter_is_kept_and_cloudwatch_answers_on(endpoint: str) -> None:
    logs = _client("logs", endpoint)
    logs.put_metric_filter(
        logGroupName="/aws/lambda/fn-00",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[{"metricName": "E", "metricNamespace": "shop", "metricValue": "1"}],
    )
    found = logs.describe_metric_filters(metricName="E", metricNamespace="shop")
    assert [each["filterName"] for each in found["metricFilters"]] == ["errors"]
    assert _client("cloudwatch", endpoint).list_metrics(Namespace="shop")["Metrics"] == []


@pytest.mark.parametrize(
    ("denied", "service", "operation", "params", "code"),
    [
        ("cloudwatch:DescribeAlarms", "cloudwatch", "DescribeAlarms", {}, "AccessDenied"),
        ("dynamodb:ListTables", "dynamodb", "ListTables", {}, "AccessDeniedException"),
        ("lambda:ListFunctions", "lambda", "ListFunctions", {}, "AccessDeniedException"),
        ("lambda:GetFunction", "lambda", "GetFunction", {"FunctionName": "fn-01"}, "AccessDeniedException"),
        ("apigateway:GET", "apigateway", "GetRestApis", {}, "AccessDeniedException"),
        ("apigateway:GET", "apigatewayv2", "GetApis", {}, "AccessDeniedException"),
        ("iam:ListRoles", "iam", "ListRoles", {}, "AccessDenied"),
        ("sqs:ListQueues", "sqs", "ListQueues", {}, "AccessDenied"),
        ("s3:ListObjectsV2", "s3", "ListObjectsV2", {"Bucket": "b"}, "AccessDenied"),
        # IAM's prefix is not botocore's name of these.
        ("tag:GetResources", "resourcegroupstaggingapi", "GetResources", {}, "AccessDeniedException"),
        ("states:ListStateMachines", "stepfunctions", "ListStateMachines", {}, "AccessDeniedException"),
        (
            "access-analyzer:ValidatePolicy",
            "accessanalyzer",
            "ValidatePolicy",
            {"policyDocument": "{}", "policyType": "IDENTITY_POLICY"},
            "AccessDeniedException",
        ),
    ],
)
async def test_a_denial_is_told_in_the_words_of_each_service(
    denied: str, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    async def never(request: Request) -> Response:
        raise AssertionError(f"{request.service}:{request.operation} was let through")

    async with Front(_guarded(denied, never)) as front:
        client = _client(service, front.endpoint_url)
        with pytest.raises(ClientError) as caught:
            await asyncio.to_thread(client._make_api_call, operation, params)
    assert caught.value.response["Error"]["Code"].startswith(code)
    assert denied in caught.value.response["Error"]["Message"]


def _guarded(action: str, behind: Handler) -> Handler:
    return chain([speak_errors, deny([action])], behind)


def test_only_what_is_denied_is_denied() -> None:
    with _serving("--deny", "cloudwatch:DescribeAlarms,logs:*") as url:
        with pytest.raises(ClientError, match="AccessDenied"):
            _client("cloudwatch", url).describe_alarms()
        with pytest.raises(ClientError, match="AccessDeniedException"):
            _client("logs", url).describe_log_groups()
        assert _client("cloudwatch", url).list_metrics()


def test_a_gzipped_body_is_read_and_a_broken_one_refused(endpoint: str) -> None:
    headers = {
        "X-Amz-Target": "Logs_20140328.DescribeLogGroups",
        "Content-Type": "application/x-amz-json-1.1",
        "Content-Encoding": "gzip",
    }
    good = _post(endpoint, gzip.compress(b'{"limit": 1}'), headers)
    assert (good[0], len(good[1]["logGroups"])) == (200, 1)
    bad = _post(endpoint, b"no gzip", headers)
    assert (bad[0], bad[1]["__type"]) == (400, "SerializationException")


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_client_of_the_old_protocol_is_told_which_one_is_spoken(endpoint: str) -> None:
    def ask() -> tuple[int, str]:
        credential = "Credential=k/20250101/eu-west-1/monitoring/aws4_request, SignedHeaders=host, Signature=0"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {credential}"}
        request = urllib.request.Request(endpoint, b"Action=DescribeAlarms&Version=2010-08-01", headers)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        with caught.value as error:
            return error.code, error.read().decode()

    status, text = ask()
    assert status == 400
    assert "<Code>InvalidAction</Code>" in text
    assert "JSON" in text


@pytest.mark.parametrize(
    ("command", "query", "expected"),
    [
        (["lambda", "list-functions"], "length(Functions)", "55"),
        (["logs", "filter-log-events", "--log-group-name", "/aws/lambda/fn-00", "--filter-pattern", "?ERROR ?WARN"],
         "events[].message | [0]", '"ERROR out of stock"'),
        (["cloudwatch", "describe-alarms"], "MetricAlarms[].AlarmName | [0]", '"fn-00-errors"'),
    ],
)  # fmt: skip
def test_the_aws_command_line_works(
    endpoint: str, tmp_path: Path, command: Sequence[str], query: str, expected: str
) -> None:
    answer = _aws(endpoint, tmp_path, *command, "--query", query)
    assert answer.strip() == expected


def test_metric_data_comes_over_the_command_line(endpoint: str, tmp_path: Path) -> None:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    metric |= {"Dimensions": [{"Name": "FunctionName", "Value": "fn-00"}]}  # type: ignore[dict-item]
    queries = [{"Id": "e", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}]
    end_s = int(SystemClock().now()) // 300 * 300 - 600
    window = ["--start-time", str(end_s - 900), "--end-time", str(end_s)]
    words = ["cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps(queries), *window]
    answer = json.loads(_aws(endpoint, tmp_path, *words))
    (result,) = answer["MetricDataResults"]
    assert result["StatusCode"] == "Complete"
    assert result["Values"] == [10.0, 10.0, 10.0]


def _aws(endpoint: str, home: Path, *words: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *words, "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
