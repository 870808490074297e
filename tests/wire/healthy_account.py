"""A healthy account for the scripted server: everything is there, nothing is wrong, until a test breaks one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.wire.scripted_server import Answer, ScriptedServer, ok

ACCOUNT, REGION = "123456789012", "eu-west-1"

ACCOUNT_SETTINGS = "GET /2016-08-19/account-settings"
LIST_FUNCTIONS = "GET /2015-03-31/functions"
LIST_MAPPINGS = "GET /2015-03-31/event-source-mappings"
REST_APIS = "GET /restapis"
LAMBDA = (ACCOUNT_SETTINGS, LIST_FUNCTIONS, LIST_MAPPINGS)
DYNAMODB = ("ListTables", "DescribeTable")
API_GATEWAY = (REST_APIS, "GET /restapis/api1/stages", "GET /restapis/api1/resources")
CLOUDWATCH = ("GetMetricData", "DescribeAlarms")
EVERYTHING = (*LAMBDA, *DYNAMODB, *API_GATEWAY, *CLOUDWATCH)


def arn(service: str, rest: str) -> str:
    """An ARN of the account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def function(name: str) -> dict[str, Any]:
    """A function as ListFunctions gives it."""
    return {"FunctionName": name, "FunctionArn": arn("lambda", f"function:{name}"), "Timeout": 3, "MemorySize": 128}


def alarm(name: str, state: str = "OK") -> dict[str, Any]:
    """An alarm on checkout's errors that pages somebody."""
    return {
        "AlarmName": name,
        "AlarmArn": arn("cloudwatch", f"alarm:{name}"),
        "StateValue": state,
        "ActionsEnabled": True,
        "AlarmActions": [arn("sns", "oncall")],
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def topic(request: web.Request, body: Mapping[str, Any]) -> web.Response:
    """GetTopicAttributes of a topic that somebody reads, in the query protocol."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": "*"}
    attributes = {"SubscriptionsConfirmed": "1", "Policy": json.dumps({"Statement": [allowed]}).replace('"', "&quot;")}
    entries = "".join(f"<entry><key>{key}</key><value>{value}</value></entry>" for key, value in attributes.items())
    result = f"<GetTopicAttributesResult><Attributes>{entries}</Attributes></GetTopicAttributesResult>"
    known = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    text = f"<GetTopicAttributesResponse>{result}{known}</GetTopicAttributesResponse>"
    return web.Response(text=text, content_type="text/xml")


def quiet(request: web.Request, body: Mapping[str, Any]) -> web.Response:
    """GetMetricData of an account in which nothing happens."""
    results = [
        {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": [], "Values": []}
        for query in body["MetricDataQueries"]
    ]
    return web.json_response({"MetricDataResults": results})


def healthy() -> dict[str, Answer]:
    """Every answer of the account by operation: two functions, a table, an API's stage, an alarm in OK."""
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    table = {"TableName": "orders", "TableArn": arn("dynamodb", "table/orders")}
    return {
        ACCOUNT_SETTINGS: ok({"AccountLimit": limit}),
        LIST_FUNCTIONS: ok({"Functions": [function("checkout"), function("thumbnails")]}),
        LIST_MAPPINGS: ok({"EventSourceMappings": []}),
        "ListRules": ok({"Rules": []}),
        "GET /schedules": ok({"Schedules": []}),
        "ListTables": ok({"TableNames": ["orders"]}),
        "DescribeTable": ok({"Table": {**table, "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}}),
        REST_APIS: ok({"item": [{"id": "api1", "name": "shop"}]}),
        "GET /restapis/api1/stages": ok({"item": [{"stageName": "prod"}]}),
        "GET /restapis/api1/resources": ok({"item": []}),
        "DescribeAlarms": ok({"MetricAlarms": [alarm("checkout-errors")], "CompositeAlarms": []}),
        "DescribeAlarmHistory": ok({"AlarmHistoryItems": []}),
        "ListAlarmMuteRules": ok({"AlarmMuteRuleSummaries": []}),
        "GetTopicAttributes": topic,
        "GetMetricData": quiet,
        "GetResources": ok({"ResourceTagMappingList": []}),
        "DescribeLogGroups": ok({"logGroups": []}),
    }


def script(server: ScriptedServer, changed: Mapping[str, Answer]) -> None:
    """Let the server be the healthy account, but for what is ``changed``."""
    for operation, answer in {**healthy(), **changed}.items():
        server.answer(operation, answer)
