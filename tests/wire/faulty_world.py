"""The simulated front with faults, quotas and meter in front of a made-up account that answers in an instant."""

from __future__ import annotations

from typing import Any

import orjson

from demo.front.answers import json_answer
from demo.front.chain import Handler, Middleware, chain
from demo.front.controls import controls
from demo.front.guard import speak_errors
from demo.front.requests import Request, Response

START_S = 1_800_000_000

_ANSWERS: dict[str, dict[str, Any]] = {
    "cloudwatch:ListMetrics": {"Metrics": [{"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []}]},
    "cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": []},
    "dynamodb:ListTables": {"TableNames": ["orders"]},
    "lambda:ListFunctions": {"Functions": [{"FunctionName": "checkout"}]},
    "apigateway:GetRestApis": {"item": [{"id": "a1", "name": "shop"}]},
}


async def account(request: Request) -> Response:
    """Four points for each query of GetMetricData; one thing of each kind; sns in XML."""
    action = f"{request.service}:{request.operation}"
    if action == "cloudwatch:GetMetricData":
        params = orjson.loads(request.plain_body)
        series = {"Timestamps": [START_S + 60 * n for n in range(4)], "Values": [1.0, 2.0, 3.0, 4.0]}
        results = [
            {"Id": query["Id"], "Label": "x", "StatusCode": "Complete", **series}
            for query in params["MetricDataQueries"]
        ]
        return json_answer(request, {"MetricDataResults": results, "Messages": []})
    if action == "sns:ListTopics":
        body = (
            '<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics><member>'
            "<TopicArn>arn:aws:sns:eu-west-1:210987654321:pages</TopicArn></member></Topics></ListTopicsResult>"
            "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListTopicsResponse>"
        )
        return Response(200, body.encode(), {"Content-Type": "text/xml"})
    return json_answer(request, _ANSWERS[action])


def guarded(own: dict[str, Any], *links: Middleware) -> Handler:
    """The account behind ``links``, with the server's ``own`` paths."""
    return chain([speak_errors, controls(own), *links], account)
