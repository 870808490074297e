"""A small account of every service at the seam where botocore's answers come in, which one fault at a time may hit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from aws.cost import Meter
from aws.door import Door
from aws.model import ApiUse, Credentials, Lane, Scope
from aws.pacing import Pacer
from tests.faults.outcomes import Outcome
from tests.virtual_clock import VirtualClock

ACCOUNT = "123456789012"
ALARM_EVERY = "oncall"


@dataclass
class World:
    """What there is, the same in every region, and what of it goes wrong: `functions` that err once a minute."""

    functions: list[str] = field(default_factory=lambda: ["a-checkout", "b-thumbnails", "c-report", "d-mail"])
    erring: set[str] = field(default_factory=lambda: {"a-checkout"})
    firing: set[str] = field(default_factory=lambda: {"a-checkout-errors"})


class Account:
    """One region. Fulfils `aws.door.Clients`, and with its `door` is a `Source`.

    ``faults`` are what requests meet, by what they ask for ("lambda:ListFunctions"); ``hits`` counts them.
    """

    endpoint = "in-process"

    def __init__(self, region: str, world: World, clock: VirtualClock) -> None:
        scope = Scope(ACCOUNT, region)
        self._world, self._clock = world, clock
        self._pacer, self._meter = Pacer(clock), Meter(clock)
        self.call = Door(
            scope,
            self,
            clock=clock,
            pacer=self._pacer,
            meter=self._meter,
            read_only=True,
            timeout_s=30.0,
            random=Random(1),
        )
        self.faults: dict[str, Outcome] = {}
        self.hits: Counter[str] = Counter()
        self.asked: set[str] = set()

    def api_use(self) -> ApiUse:
        """What was asked."""
        return self._meter.use()

    def pacing(self) -> tuple[Lane, ...]:
        """How requests are spaced."""
        return self._pacer.states()

    def credentials(self) -> Credentials:
        """Keys that never end."""
        return Credentials()

    async def renew(self) -> bool:
        """There are no newer credentials."""
        return False

    async def offers(self, service: str) -> bool:
        """Every service is everywhere."""
        return True

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer, or let the fault happen."""
        action = f"{service}:{operation}"
        self.asked.add(action)
        answer = getattr(self, f"_{service.replace('-', '_')}_{operation.lower()}")
        if (outcome := self.faults.get(action)) is not None:
            self.hits[action] += 1
            return await outcome(service, operation, params, answer, self._clock)
        return _numbered(answer(params))

    def arn(self, service: str, rest: str) -> str:
        """An ARN of the region."""
        return f"arn:aws:{service}:{self.call.scope.region}:{ACCOUNT}:{rest}"

    # -- Lambda and what plans its calls --------------------------------------------------------------------------

    def _lambda_getaccountsettings(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}}

    def _lambda_listfunctions(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Two pages."""
        names = sorted(self._world.functions)
        half = names[2:] if params.get("Marker") else names[:2]
        more = {} if params.get("Marker") else {"NextMarker": "2"}
        return {"Functions": [self._function(name) for name in half], **more}

    def _function(self, name: str) -> dict[str, Any]:
        variables = {"Environment": {"Variables": {"TABLE": "orders"}}} if name == "a-checkout" else {}
        record = {"FunctionName": name, "FunctionArn": self.arn("lambda", f"function:{name}"), **variables}
        return {**record, "Timeout": 3, "MemorySize": 128, "Runtime": "python3.12"}

    def _lambda_listeventsourcemappings(self, _: Mapping[str, Any]) -> dict[str, Any]:
        source, target = self.arn("sqs", "jobs"), self.arn("lambda", "function:d-mail")
        mapping = {"UUID": "u", "EventSourceArn": source, "FunctionArn": target, "State": "Enabled"}
        return {"EventSourceMappings": [mapping]}

    def _lambda_getfunctionconcurrency(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"ReservedConcurrentExecutions": 100} if params["FunctionName"] == "d-mail" else {}

    def _events_listrules(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"Rules": [{"Name": "nightly", "State": "ENABLED", "ScheduleExpression": "rate(5 minutes)"}]}

    def _events_listtargetsbyrule(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"Targets": [{"Id": "1", "Arn": self.arn("lambda", "function:c-report")}]}

    def _scheduler_listschedules(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"Schedules": [{"Name": "s", "Target": {"Arn": self.arn("lambda", "function:b-thumbnails")}}]}

    # -- the other services ---------------------------------------------------------------------------------------

    def _dynamodb_listtables(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"TableNames": ["orders"]}

    def _dynamodb_describetable(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params["TableName"]
        units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        table = {"TableName": name, "TableArn": self.arn("dynamodb", f"table/{name}"), "ProvisionedThroughput": units}
        return {"Table": {**table, "TableStatus": "ACTIVE"}}

    def _application_autoscaling_describescalabletargets(self, _: Mapping[str, Any]) -> dict[str, Any]:
        target = {"ResourceId": "table/orders", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
        return {"ScalableTargets": [{**target, "MaxCapacity": 50, "MinCapacity": 5, "ServiceNamespace": "dynamodb"}]}

    def _apigateway_getrestapis(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"items": [{"id": "api1", "name": "shop"}]}

    def _apigateway_getstages(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"item": [{"stageName": "prod"}]}

    def _apigateway_getresources(self, _: Mapping[str, Any]) -> dict[str, Any]:
        region, function = self.call.scope.region, self.arn("lambda", "function:a-checkout")
        uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
        method = {"methodIntegration": {"type": "AWS_PROXY", "uri": uri, "timeoutInMillis": 29_000}}
        return {"items": [{"id": "r", "path": "/pay", "resourceMethods": {"POST": method}}]}

    def _sqs_listqueues(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"QueueUrls": [f"https://sqs.{self.call.scope.region}.amazonaws.com/{ACCOUNT}/jobs"]}

    def _sqs_getqueueattributes(self, _: Mapping[str, Any]) -> dict[str, Any]:
        times = {"VisibilityTimeout": "30", "MessageRetentionPeriod": "345600"}
        return {"Attributes": {"QueueArn": self.arn("sqs", "jobs"), **times}}

    def _cognito_idp_listuserpools(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"UserPools": [{"Id": "eu_1", "Name": "people"}]}

    def _cognito_idp_listuserpoolclients(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"UserPoolClients": [{"ClientId": "c1", "ClientName": "web", "UserPoolId": "eu_1"}]}

    def _resourcegroupstaggingapi_getresources(self, _: Mapping[str, Any]) -> dict[str, Any]:
        tags = [{"Key": "team", "Value": "pay"}]
        arn = self.arn("lambda", "function:a-checkout")
        return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": tags}], "PaginationToken": ""}

    # -- logs, alarms and who hears them --------------------------------------------------------------------------

    def _logs_describeloggroups(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"logGroups": [{"logGroupName": f"/aws/lambda/{name}"} for name in sorted(self._world.functions)]}

    def _logs_describemetricfilters(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if params.get("logGroupName") not in (None, "/aws/lambda/a-checkout"):
            return {"metricFilters": []}
        to = [{"metricName": "errors", "metricNamespace": "Logs", "metricValue": "1"}]
        found = {"filterName": "errors", "filterPattern": "?ERROR ?Exception", "metricTransformations": to}
        return {"metricFilters": [{**found, "logGroupName": "/aws/lambda/a-checkout"}]}

    def _cloudwatch_describealarms(self, params: Mapping[str, Any]) -> dict[str, Any]:
        alarms = [self._alarm(name) for name in sorted(self._world.functions)]
        names, state = params.get("AlarmNames"), params.get("StateValue")
        if names is not None:
            alarms = [alarm for alarm in alarms if alarm["AlarmName"] in names]
        if state is not None:
            alarms = [alarm for alarm in alarms if alarm["StateValue"] == state]
        return {"MetricAlarms": alarms, "CompositeAlarms": [], "LogAlarms": []}

    def _alarm(self, function: str) -> dict[str, Any]:
        name = f"{function}-errors"
        return {
            "AlarmName": name,
            "AlarmArn": self.arn("cloudwatch", f"alarm:{name}"),
            "StateValue": "ALARM" if name in self._world.firing else "OK",
            "StateTransitionedTimestamp": datetime.fromtimestamp(1_799_999_000, UTC),
            "ActionsEnabled": True,
            "AlarmActions": [self.arn("sns", "oncall")],
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": function}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }

    def _cloudwatch_describealarmhistory(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"AlarmHistoryItems": []}

    def _cloudwatch_listalarmmuterules(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": self.arn("cloudwatch", "alarm-mute-rule:night")}]}

    def _cloudwatch_getalarmmuterule(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"Name": params["AlarmMuteRuleName"], "MuteTargets": {"AlarmNames": ["d-mail-errors"]}}

    def _sns_gettopicattributes(self, params: Mapping[str, Any]) -> dict[str, Any]:
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": params["TopicArn"]}
        policy = json.dumps({"Statement": [allowed]})
        return {"Attributes": {"Policy": policy, "SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}}

    def _cloudwatch_getmetricdata(self, params: Mapping[str, Any]) -> dict[str, Any]:
        start_s, end_s = (_epoch_s(params[name]) for name in ("StartTime", "EndTime"))
        minutes = [float(at) for at in range(int(start_s) // 60 * 60, int(min(end_s, self._clock.now() - 60)), 60)]
        return {"MetricDataResults": [self._series(query, minutes) for query in params["MetricDataQueries"]]}

    def _cloudwatch_listmetrics(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Functions that do anything at all; asked for in large accounts only."""
        busy = sorted(self._world.functions)[:4] if params["Namespace"] == "AWS/Lambda" else []
        named = ({"Dimensions": [{"Name": "FunctionName", "Value": name}]} for name in busy)
        return {"Metrics": [{k: params[k] for k in ("Namespace", "MetricName")} | each for each in named]}

    def _series(self, query: Mapping[str, Any], minutes: list[float]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        names = {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())}
        erring = self._world.erring if not names else self._world.erring & {names.get("FunctionName", "")}
        errs = erring if (metric["Namespace"], metric["MetricName"]) == ("AWS/Lambda", "Errors") else set()
        newest = [at for at in minutes if at >= self._clock.now() - 420] if errs else []
        values = [50.0 * len(errs)] * len(newest)
        return {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": newest, "Values": values}


def _numbered(answer: dict[str, Any]) -> dict[str, Any]:
    """AWS numbers its requests."""
    return {**answer, "ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": 200}}


def _epoch_s(time: datetime | float) -> float:
    return time.timestamp() if isinstance(time, datetime) else float(time)
