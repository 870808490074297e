"""The large account in this very process, on a clock turned by hand: dollars and calls of an hour without its wait.

Inventory and metrics are those of the simulated account, AWS's quotas and the meter those of its front. What lies
between is left out: no wire, no work of a server, every answer comes after the same while. So what is counted here does
not depend on the machine. What AWS would say of single functions' reserves, logs and topics is plain, and all alarms
are in OK.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from aws.clock import Clock
from aws.cost import Meter as OurMeter
from aws.door import Door
from aws.errors import Throttled
from aws.model import ApiUse, Credentials, Lane, Scope
from aws.pacing import Pacer
from demo.cloudwatch.listing import list_metrics
from demo.cloudwatch.metric_data import MetricData
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.reader import Reader
from demo.scale.meter import Meter
from demo.scale.quotas import Quotas
from demo.shop import acme
from demo.story import StoryWorld, scenario

LATENCY_S = 0.05
_ISSUED = {"RequestId": "r"}


class LargeAccount:
    """Answers requests as AWS would. Fulfils `aws.door.Clients`; ``meter`` is what AWS would bill."""

    def __init__(self, clock: Clock, functions: int, *, name: str = "calm", seed: int = 1) -> None:
        self._clock = clock
        shop = self._shop = acme(functions)
        world = StoryWorld(shop, scenario(name), seed, clock.now())
        metrics = Metrics(world)
        self._data = MetricData(metrics, Reader(metrics))
        self._quotas = Quotas()
        self.meter = Meter(clock.monotonic())
        self.scope = Scope(world.account, world.region)
        self._tables = {table.name: table for table in shop.tables}
        self._apis = {f"api{number}": api for number, api in enumerate(shop.apis)}
        alarms = [_alarm(self.scope, alarm) for alarm in world.alarms()]
        self._alarms = [alarm for alarm in alarms if "AlarmRule" not in alarm]
        self._composites = [alarm for alarm in alarms if "AlarmRule" in alarm]
        self._answers: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "cloudwatch:GetMetricData": self._metric_data,
            "cloudwatch:ListMetrics": lambda params: list_metrics(metrics, params, clock.now()),
            "cloudwatch:DescribeAlarms": self._describe_alarms,
            "cloudwatch:DescribeAlarmHistory": lambda _: {"AlarmHistoryItems": []},
            "cloudwatch:ListAlarmMuteRules": lambda _: {"AlarmMuteRuleSummaries": []},
            "lambda:GetAccountSettings": lambda _: {"AccountLimit": world.account_settings()["AccountLimit"]},
            "lambda:ListFunctions": self._list_functions,
            "lambda:ListEventSourceMappings": lambda _: {"EventSourceMappings": []},
            "lambda:GetFunctionConcurrency": self._concurrency,
            "dynamodb:ListTables": self._list_tables,
            "dynamodb:DescribeTable": self._describe_table,
            "apigateway:GetRestApis": lambda _: {"items": [{"id": i, "name": a.name} for i, a in self._apis.items()]},
            "apigateway:GetStages": self._stages,
            "apigateway:GetResources": self._resources,
            "application-autoscaling:DescribeScalableTargets": lambda _: {"ScalableTargets": []},
            "cognito-idp:ListUserPools": lambda _: {"UserPools": []},
            "sqs:ListQueues": lambda _: {},
            "events:ListRules": lambda _: {"Rules": []},
            "scheduler:ListSchedules": lambda _: {"Schedules": []},
            "sns:GetTopicAttributes": _topic,
            "sns:ListSubscriptionsByTopic": lambda _: {"Subscriptions": []},
            "logs:DescribeLogGroups": self._log_groups,
            "logs:DescribeMetricFilters": lambda _: {"metricFilters": []},
            "resourcegroupstaggingapi:GetResources": self._tags,
        }

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """One request, after the usual while. Raises `Throttled` where AWS's quotas are exceeded."""
        action, now = f"{service}:{operation}", self._clock.monotonic()
        asked = _plain(params) if operation == "GetMetricData" else params
        points = _datapoints(asked)
        admitted = self._quotas.admits(service, operation, self.scope.region, now, points)
        await self._clock.sleep(LATENCY_S)
        if not admitted:
            self.meter.throttled(action)
            raise Throttled(service, operation, "Rate exceeded")
        self.meter.admitted(action, asked, points)
        return {**self._answers[action](asked), "ResponseMetadata": _ISSUED}

    async def renew(self) -> bool:
        """There are no newer credentials."""
        return False

    async def offers(self, _: str) -> bool:
        """The region has every service."""
        return True

    def _metric_data(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return self._data.answer(params, self._clock.now())

    def _describe_alarms(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if params.get("StateValue") or params.get("AlarmNames"):
            return {"MetricAlarms": [], "CompositeAlarms": []}
        page, more = _page(self._alarms, params.get("NextToken"), 100)
        composites = [] if more else self._composites
        return {"MetricAlarms": page, "CompositeAlarms": composites} | ({"NextToken": more} if more else {})

    def _list_functions(self, params: Mapping[str, Any]) -> dict[str, Any]:
        page, more = _page(self._shop.functions, params.get("Marker"), 50)
        found = [
            {
                "FunctionName": each.name,
                "FunctionArn": each.arn,
                "Timeout": each.timeout_s,
                "MemorySize": each.memory_mb,
                "Runtime": each.runtime,
                "Role": f"arn:aws:iam::{self.scope.account}:role/{each.role_name}",
                "Environment": {"Variables": dict(each.env)},
            }
            for each in page
        ]
        return {"Functions": found} | ({"NextMarker": more} if more else {})

    def _concurrency(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reserved = next((f.reserved for f in self._shop.functions if f.name == params["FunctionName"]), None)
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def _list_tables(self, params: Mapping[str, Any]) -> dict[str, Any]:
        page, more = _page(list(self._tables), params.get("ExclusiveStartTableName"), 100)
        return {"TableNames": page} | ({"LastEvaluatedTableName": more} if more else {})

    def _describe_table(self, params: Mapping[str, Any]) -> dict[str, Any]:
        table = self._tables[params["TableName"]]
        units = {"ReadCapacityUnits": table.rcu, "WriteCapacityUnits": table.wcu}
        indexes = [{"IndexName": index.name, "ProvisionedThroughput": units} for index in table.indexes]
        mode = "PAY_PER_REQUEST" if table.on_demand else "PROVISIONED"
        described = {"TableName": table.name, "TableArn": table.arn, "BillingModeSummary": {"BillingMode": mode}}
        return {"Table": {**described, "ProvisionedThroughput": units, "GlobalSecondaryIndexes": indexes}}

    def _stages(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"item": [{"stageName": stage} for stage in self._apis[params["restApiId"]].stages]}

    def _resources(self, params: Mapping[str, Any]) -> dict[str, Any]:
        base = f"arn:aws:apigateway:{self.scope.region}:lambda:path/2015-03-31/functions/arn:aws:lambda"
        found = []
        for path, method, function in ((r.path, r.method, r.function) for r in self._apis[params["restApiId"]].routes):
            uri = f"{base}:{self.scope.region}:{self.scope.account}:function:{function}/invocations"
            integration = {"type": "AWS_PROXY", "uri": uri, "timeoutInMillis": 29_000}
            found.append({"path": path, "resourceMethods": {method: {"methodIntegration": integration}}})
        return {"items": found}

    def _log_groups(self, params: Mapping[str, Any]) -> dict[str, Any]:
        page, more = _page(self._shop.functions, params.get("nextToken"), 50)
        found = [{"logGroupName": each.log_group, "logGroupClass": "STANDARD"} for each in page]
        return {"logGroups": found} | ({"nextToken": more} if more else {})

    def _tags(self, params: Mapping[str, Any]) -> dict[str, Any]:
        arns = [*(f.arn for f in self._shop.functions), *(t.arn for t in self._shop.tables)]
        arns += [str(alarm["AlarmArn"]) for alarm in self._alarms]
        page, more = _page(arns, params.get("PaginationToken"), 100)
        found = [{"ResourceARN": arn, "Tags": [{"Key": "team", "Value": "all"}]} for arn in page]
        return {"ResourceTagMappingList": found, "PaginationToken": more}


class Source:
    """The account, connected through our own door. Fulfils `aws.source.Source`."""

    endpoint = "https://sts.still"

    def __init__(self, account: LargeAccount, clock: Clock) -> None:
        self._meter = OurMeter(clock)
        self._pacer = Pacer(clock)
        self.call = Door(
            account.scope,
            account,
            clock=clock,
            pacer=self._pacer,
            meter=self._meter,
            read_only=True,
            timeout_s=30.0,
            random=Random(1),
        )

    def api_use(self) -> ApiUse:
        """What our own meter says."""
        return self._meter.use()

    def pacing(self) -> tuple[Lane, ...]:
        """The lanes."""
        return self._pacer.states()

    def credentials(self) -> Credentials:
        """Those of nobody."""
        return Credentials()


def _page(found: Sequence[Any], token: Any, size: int) -> tuple[list[Any], str]:
    """A page that begins at the token, and the next one's token: "" after the last."""
    start = int(str(token or 0))
    return list(found[start : start + size]), str(start + size) if start + size < len(found) else ""


def _alarm(scope: Scope, params: Mapping[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:cloudwatch:{scope.region}:{scope.account}:alarm:{params['AlarmName']}"
    return {**params, "AlarmArn": arn, "StateValue": "OK"}


def _topic(params: Mapping[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": params["TopicArn"]}
    return {"Attributes": {"Policy": json.dumps({"Statement": [statement]}), "SubscriptionsConfirmed": "1"}}


def _plain(params: Mapping[str, Any]) -> Mapping[str, Any]:
    times = {key: params[key].timestamp() for key in ("StartTime", "EndTime") if key in params}
    return {**params, **times}


def _datapoints(params: Mapping[str, Any]) -> int:
    queries = params.get("MetricDataQueries", ())
    span_s = params["EndTime"] - params["StartTime"] if queries else 0.0
    return sum(int(span_s // query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query)
