"""A small made-up account for the poller: gadgets that err, alarms on them, and every way of not answering."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aws.call import Answer, items
from aws.model import ApiUse, Credentials, Finding, Health, Lane, Link, LinkKind, Resource, Scope, Severity, Snapshot
from aws.poller import Poller
from aws.services.base import Discovered, Discovery, Kind, Metric, Reading, Rule, Service
from aws.settings import PollSettings
from tests.virtual_clock import VirtualClock

SCOPE = Scope(account="123456789012", region="eu-west-1")
ELSEWHERE = Scope(account="123456789012", region="us-east-1")
MINUTE = 60
Fate = Exception | asyncio.Event  # what becomes of a request: it fails, or waits until the test lets it go


@dataclass
class Gadget:
    """One thing of the made-up service; ``errors`` by minute (epoch seconds of its start)."""

    name: str
    errors: dict[int, float] = field(default_factory=dict)
    status: str = "Complete"


@dataclass
class FakeAws:
    """Answers as AWS would, page by page; ``fates`` by operation ("ListGadgets", or "ListGadgets#2" for a page)."""

    clock: VirtualClock
    scope: Scope = SCOPE
    gadgets: dict[str, Gadget] = field(default_factory=dict)
    alarms: dict[str, dict[str, Any]] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    mutes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # active mute rules: their alarms' names
    tags: dict[str, dict[str, str]] = field(default_factory=dict)  # by ARN
    page: int = 2
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        self.asked.append((operation, params))
        number = int(params.get("Token") or params.get("PaginationToken") or 0) // self.page + 1
        for key in (operation, f"{operation}#{number}"):
            fate = self.fates.get(key)
            if isinstance(fate, Exception):
                raise fate
            if fate is not None:
                await fate.wait()
        answer: Callable[[Mapping[str, Any]], Answer] = getattr(self, f"_{operation.lower()}")
        return answer(params)

    def add(self, *names: str) -> None:
        """Create gadgets."""
        self.gadgets |= {name: Gadget(name) for name in names}

    def err(self, name: str, count: float, *, ago_min: int = 3) -> None:
        """Let a gadget err in the minute that began so many minutes ago."""
        minute = int(self.clock.now()) // MINUTE * MINUTE - ago_min * MINUTE
        self.gadgets[name].errors[minute] = count

    def alarm(self, name: str, gadget: str, state: str = "ALARM") -> None:
        """An alarm on a gadget's errors that pages somebody."""
        self.alarms[name] = {
            "AlarmName": name,
            "AlarmArn": f"arn:aws:cloudwatch:{self.scope.region}:{self.scope.account}:alarm:{name}",
            "StateValue": state,
            "StateTransitionedTimestamp": datetime.fromtimestamp(self.clock.now() - 240, UTC),
            "ActionsEnabled": True,
            "AlarmActions": [f"arn:aws:sns:{self.scope.region}:{self.scope.account}:oncall"],
            "Namespace": "Test/Gadget",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "Gadget", "Value": gadget}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }

    def count(self, operation: str) -> int:
        """How often an operation was asked for."""
        return sum(asked == operation for asked, _ in self.asked)

    def arn(self, name: str) -> str:
        """A gadget's ARN."""
        return f"arn:aws:gadget:{self.scope.region}:{self.scope.account}:{name}"

    def _listgadgets(self, params: Mapping[str, Any]) -> Answer:
        names, start = sorted(self.gadgets), int(params.get("Token", 0))
        more = {"Next": str(start + self.page)} if start + self.page < len(names) else {}
        return {"Gadgets": names[start : start + self.page], **more}

    def _listusers(self, params: Mapping[str, Any]) -> Answer:
        return {"Users": [{"Name": f"{name}-user", "Gadget": name} for name in sorted(self.gadgets)]}

    def _describealarms(self, params: Mapping[str, Any]) -> Answer:
        chosen = [
            alarm
            for alarm in self.alarms.values()
            if params.get("StateValue") in (None, alarm["StateValue"])
            and ("AlarmNames" not in params or alarm["AlarmName"] in params["AlarmNames"])
        ]
        return {"MetricAlarms": chosen, "CompositeAlarms": []}

    def _getresources(self, params: Mapping[str, Any]) -> Answer:
        arns, start = sorted(self.tags), int(params.get("PaginationToken", 0))
        found = [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in self.tags[arn].items()]}
            for arn in arns[start : start + self.page]
        ]
        more = str(start + self.page) if start + self.page < len(arns) else ""
        return {"ResourceTagMappingList": found, "PaginationToken": more}

    def _gettopicattributes(self, params: Mapping[str, Any]) -> Answer:
        heard = params["TopicArn"].endswith(":oncall")
        open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": params["TopicArn"]}
        policy = json.dumps({"Statement": [open_to_all]})
        counts = {"SubscriptionsConfirmed": str(int(heard)), "SubscriptionsPending": "0"}
        return {"Attributes": {"Policy": policy, **counts}}

    def _listsubscriptionsbytopic(self, params: Mapping[str, Any]) -> Answer:
        return {"Subscriptions": []}

    def _describealarmhistory(self, params: Mapping[str, Any]) -> Answer:
        return {"AlarmHistoryItems": []}

    def _listalarmmuterules(self, params: Mapping[str, Any]) -> Answer:
        rules = f"arn:aws:cloudwatch:{self.scope.region}:{self.scope.account}:alarm-mute-rule"
        return {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": f"{rules}:{name}"} for name in self.mutes]}

    def _getalarmmuterule(self, params: Mapping[str, Any]) -> Answer:
        name = params["AlarmMuteRuleName"]
        return {"Name": name, "MuteTargets": {"AlarmNames": list(self.mutes[name])}}

    def _getmetricdata(self, params: Mapping[str, Any]) -> Answer:
        start_s, end_s = (_epoch_s(params[key]) for key in ("StartTime", "EndTime"))
        return {"MetricDataResults": [self._result(query, start_s, end_s) for query in params["MetricDataQueries"]]}

    def _result(self, query: Mapping[str, Any], start_s: float, end_s: float) -> Mapping[str, Any]:
        dimensions = query["MetricStat"]["Metric"].get("Dimensions", [])
        gadget = self.gadgets.get(dimensions[0]["Value"], Gadget("gone"))
        points = sorted((at, value) for at, value in gadget.errors.items() if start_s <= at < end_s)
        if query["MetricStat"]["Metric"]["MetricName"] != "Errors":
            points = []
        return {
            "Id": query["Id"],
            "StatusCode": gadget.status,
            "Timestamps": [at for at, _ in points],
            "Values": [value for _, value in points],
        }


def _epoch_s(time: datetime | float) -> float:
    return time.timestamp() if isinstance(time, datetime) else time


class FakeSource:
    """A connected scope; every GetMetricData query costs a hundred-thousandth of a dollar."""

    def __init__(self, aws: FakeAws, lanes: tuple[Lane, ...] = ()) -> None:
        self.call = aws
        self.lanes = lanes
        self.endpoint = "https://sts.test"

    def api_use(self) -> ApiUse:
        calls = Counter(f"x:{operation}" for operation, _ in self.call.asked)
        metrics = sum(len(params.get("MetricDataQueries", ())) for _, params in self.call.asked)
        return ApiUse(calls=dict(calls), metrics_requested=metrics, usd=metrics * 1e-5)

    def pacing(self) -> tuple[Lane, ...]:
        return self.lanes

    def credentials(self) -> Credentials:
        return Credentials(kind="role", ends_s=self.call.clock.now() + 3_600, renewed=True)


async def _discover_gadgets(discovery: Discovery) -> AsyncIterator[Discovered]:
    scope = discovery.scope
    found = items(discovery.call, "gadget", "ListGadgets", result="Gadgets", token=("Token", "Next"))
    async for name in found:
        yield Resource(scope, "gadget", "gadget", name, f"arn:aws:gadget:{scope.region}:{scope.account}:{name}")


async def _discover_users(discovery: Discovery) -> AsyncIterator[Discovered]:
    scope = discovery.scope
    answer = await discovery.call("user", "ListUsers", require=("Users",))
    gadgets = await discovery.names_of("gadget")
    for user in answer["Users"]:
        arn = f"arn:aws:user:{scope.region}:{scope.account}:{user['Name']}"
        yield Resource(scope, "user", "user", user["Name"], arn)
        if user["Gadget"] in gadgets:
            yield Link(gadgets[user["Gadget"]], arn, LinkKind.EVENT_SOURCE, "uses it")


def _judge(reading: Reading) -> Finding | None:
    """Critical while any error lies in the last ten minutes that were read."""
    series = reading.series("errors", "Sum")
    count = sum(value for value in series.between(reading.now_s - 600, reading.now_s) if value > 0)
    if not count:
        return None
    if count == 666:
        raise ZeroDivisionError("a rule with a defect")
    return Finding(
        rule="gadget.errors", severity=Severity.CRITICAL, resource=reading.resource.arn, text=f"{count:g} errors"
    )


def _metric(name: str, *, on_demand_for: tuple[str, ...] = ()) -> Metric:
    return Metric(
        id=name.lower(),
        kind="gadget",
        namespace="Test/Gadget",
        name=name,
        stats=("Sum",),
        unit="Count",
        dimensions=lambda resource: (("Gadget", resource.name),),
        on_demand_for=on_demand_for,
    )


GADGETS = Service(
    name="gadget",
    title="Gadgets",
    kinds=(Kind(name="gadget", short="gd", plural="gadgets"),),
    discover=_discover_gadgets,
    metrics=(
        _metric("Errors"),
        _metric("Reasons", on_demand_for=("gadget.errors",)),
        _metric("Colours", on_demand_for=("gadget.ugly",)),  # which no finding ever asks for
    ),
    rules=(Rule(id="gadget.errors", kind="gadget", needs=("errors",), thresholds={}, judge=_judge),),
    permissions=("gadget:ListGadgets",),
    console_path=lambda resource: resource.name,
)
USERS = Service(
    name="user",
    title="Users",
    kinds=(Kind(name="user", short="us", plural="users"),),
    discover=_discover_users,
    metrics=(),
    rules=(),
    permissions=("user:ListUsers",),
    console_path=lambda resource: resource.name,
    after=("gadget",),
)
SERVICES = {"gadget": GADGETS, "user": USERS}


def a_poller(*accounts: FakeAws, settings: PollSettings | None = None) -> Poller:
    """A poller on made-up accounts that share one clock."""
    return Poller(
        [FakeSource(account) for account in accounts],
        settings=settings or PollSettings(),
        clock=accounts[0].clock,
        services=SERVICES,
    )


async def newest(poller: Poller) -> Snapshot:
    """What a reader that comes now is given."""
    return await anext(aiter(poller))


def texts(snapshot: Snapshot) -> list[str]:
    """Every finding's words, with the resource's last name."""
    return sorted(f"{arn.rpartition(':')[2]}: {f.text}" for arn, found in snapshot.findings.items() for f in found)


def names(snapshot: Snapshot) -> list[str]:
    """The gadgets that are shown."""
    return sorted(resource.name for resource in snapshot.resources.values() if resource.kind == "gadget")


def health(snapshot: Snapshot, name: str) -> Health:
    """The status of a gadget."""
    (arn,) = [r.arn for r in snapshot.resources.values() if r.name == name and r.scope == snapshot.scopes[0]]
    return snapshot.health[arn]
