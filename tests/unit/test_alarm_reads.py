"""What planning reads: owners, log groups, history; and what becomes of reads that fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.alarms.definition import Planned
from aws.alarms.existing import STACK_TAG
from aws.alarms.logs import list_groups, read_filters
from aws.alarms.ownership import read_owners, read_stacks
from aws.alarms.past import read_past
from aws.alarms.plan import Past
from aws.errors import AccessDenied, InvalidRequest
from aws.model import Gap, MetricKey, Resource, Severity
from aws.model.logs import FilterFound, LogGroups
from tests.alarm_builders import a_definition
from tests.builders import NOW, a_function, a_stage, a_table, an_index, arn
from tests.fakes import FakeCall
from tests.virtual_clock import VirtualClock

_TAGGING = ("resourcegroupstaggingapi", "GetResources")
_STACK = ("cloudformation", "ListStackResources")
_ALARM = arn("cloudwatch", "alarm:shop/errors: all")


def tagged(*resources: tuple[str, Mapping[str, str]], token: str = "") -> dict[str, Any]:
    return {
        "ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
            for arn, tags in resources
        ],
        "PaginationToken": token,
    }


def in_stack(*resources: tuple[str, str], token: str = "") -> dict[str, Any]:
    found = [{"ResourceType": kind, "PhysicalResourceId": physical_id} for kind, physical_id in resources]
    return {"StackResourceSummaries": found, **({"NextToken": token} if token else {})}


async def test_tags_come_in_pages_and_go_for_the_parts_of_a_resource() -> None:
    table, index, stage = a_table(), an_index(), a_stage()
    api = stage.arn.partition("/stages/")[0]
    call = FakeCall(
        {
            _TAGGING: [
                tagged((table.arn, {STACK_TAG: "orders"}), token="more"),
                tagged((api, {"cwtop:profile": "strict"})),
            ]
        }
    )
    owned = await read_owners(call, [table.arn, index.arn, stage.arn])
    assert call.count("GetResources") == 2
    assert call.asked[0][2]["ResourceTypeFilters"] == ["apigateway", "dynamodb", "cloudwatch:alarm"]
    assert owned.stack_of(index.arn) == "orders"
    assert owned.tags.of(stage.arn) == {"cwtop:profile": "strict"}
    assert owned.gaps == ()


async def test_what_no_tag_tells_of_is_found_among_the_stack_s_resources() -> None:
    function, table, queue = a_function("shop"), a_table("shop"), arn("sqs", "shop")
    call = FakeCall(
        {
            _TAGGING: tagged((arn("lambda", "function:other"), {STACK_TAG: "shop-prod"})),
            _STACK: [
                in_stack(("AWS::DynamoDB::Table", "shop"), ("AWS::IAM::Role", "shop"), token="more"),
                in_stack(
                    ("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/123456789012/shop"),
                    ("AWS::CloudWatch::Alarm", "shop/errors: all"),
                ),
            ],
        }
    )
    wanted = [function.arn, table.arn, queue, _ALARM]
    owned = await read_stacks(call, await read_owners(call, wanted), wanted)
    assert [owned.stack_of(each) for each in wanted] == [None, "shop-prod", "shop-prod", "shop-prod"]
    assert owned.gaps == ()


async def test_stacks_are_not_asked_where_tags_tell_all() -> None:
    function = a_function()
    call = FakeCall({_TAGGING: tagged((function.arn, {STACK_TAG: "shop-prod"}))})
    owned = await read_stacks(call, await read_owners(call, [function.arn]), [function.arn])
    assert (owned.stack_of(function.arn), call.count("ListStackResources"), owned.gaps) == ("shop-prod", 0, ())


async def test_owners_that_may_not_be_read_are_unknown_and_said_to_be() -> None:
    function = a_function()
    denied = await read_owners(FakeCall({}), [function.arn])
    assert (denied.stack_of(function.arn), [gap.action for gap in denied.gaps]) == (
        None,
        ["resourcegroupstaggingapi:GetResources"],
    )
    others = tagged(*((arn("lambda", f"function:f{at}"), {STACK_TAG: f"stack-{at}"}) for at in range(3)))
    call = FakeCall({_TAGGING: others})
    owned = await read_stacks(call, await read_owners(call, [function.arn]), [function.arn])
    assert [gap.action for gap in owned.gaps] == ["cloudformation:ListStackResources"]
    gone = FakeCall({_TAGGING: others, _STACK: InvalidRequest("cloudformation", "ListStackResources", "no such stack")})
    assert (await read_stacks(gone, await read_owners(gone, [function.arn]), [function.arn])).gaps == ()


def a_filter(group: str, name: str, **transformation: Any) -> dict[str, Any]:
    made = {"metricNamespace": "Shop", "metricName": name, "metricValue": "1", **transformation}
    return {"logGroupName": group, "filterName": name, "filterPattern": "ERROR", "metricTransformations": [made]}


async def read_log_groups(call: FakeCall, wanted: Sequence[str]) -> tuple[LogGroups, tuple[Gap, ...]]:
    return await read_filters(call, await list_groups(call, wanted))


async def test_log_groups_of_the_standard_class_with_the_filters_that_count_lines() -> None:
    groups = [
        {"logGroupName": "/aws/lambda/shop", "logGroupClass": "STANDARD"},
        {"logGroupName": "/aws/lambda/shop-window"},
        {"logGroupName": "/aws/lambda/cheap", "logGroupClass": "INFREQUENT_ACCESS"},
    ]
    filters = [
        a_filter("/aws/lambda/shop", "lines"),
        a_filter("/aws/lambda/shop", "bytes", metricValue="$.size"),
        a_filter("/aws/lambda/shop", "by type", dimensions={"Type": "$.type"}),
    ]
    call = FakeCall(
        {
            ("logs", "DescribeLogGroups"): lambda params: {
                "logGroups": [g for g in groups if g["logGroupName"].startswith(params["logGroupNamePrefix"])]
            },
            ("logs", "DescribeMetricFilters"): lambda params: {
                "metricFilters": [f for f in filters if f["logGroupName"] == params["logGroupName"]]
            },
        }
    )
    found, gaps = await read_log_groups(call, ["/aws/lambda/shop", "/aws/lambda/cheap", "/aws/lambda/absent"])
    assert (gaps, found.unread, found.other_class) == ((), "", {"/aws/lambda/cheap": "INFREQUENT_ACCESS"})
    assert found.filters == {
        "/aws/lambda/shop": (
            FilterFound("lines", "ERROR", (MetricKey("Shop", "lines"),)),
            FilterFound("bytes", "ERROR", ()),
            FilterFound("by type", "ERROR", ()),
        )
    }


async def test_many_log_groups_are_read_in_pages_not_one_by_one() -> None:
    names = [f"/aws/lambda/f{at}" for at in range(60)]
    listed = [{"logGroups": [{"logGroupName": name} for name in part]} for part in (names[:50], names[50:])]
    call = FakeCall(
        {
            ("logs", "DescribeLogGroups"): [{**listed[0], "nextToken": "more"}, listed[1]],
            ("logs", "DescribeMetricFilters"): {"metricFilters": [a_filter(names[3], "lines")]},
        }
    )
    found, _ = await read_log_groups(call, names)
    assert (len(found.filters), len(found.filters[names[3]]), len(call.asked)) == (60, 1, 3)


async def test_log_groups_without_their_filters_are_not_offered_a_second_filter() -> None:
    call = FakeCall({("logs", "DescribeLogGroups"): {"logGroups": [{"logGroupName": "/aws/lambda/shop"}]}})
    found, gaps = await read_log_groups(call, ["/aws/lambda/shop"])
    assert (found.filters, [gap.action for gap in gaps]) == ({}, ["logs:DescribeMetricFilters"])
    assert found.unread == "its log group could not be read"


def planned(name: str, metric: MetricKey, resource: Resource) -> Planned:
    return Planned(
        definition=a_definition(name=name, metric=metric),
        resource=resource.arn,
        service="lambda",
        rule="lambda.errors",
        severity=Severity.CRITICAL,
        usd_per_month=0.10,
    )


class History:
    """GetMetricData over errors, by function: a mapping of minutes before now to errors."""

    def __init__(self, errors: Mapping[str, Mapping[int, float]], calls_for_days: float) -> None:
        self._errors = errors
        self._calls_s = calls_for_days * 86_400
        self.queries: list[tuple[str, str, int]] = []

    def __call__(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"MetricDataResults": [self._result(query, params) for query in params["MetricDataQueries"]]}

    def _result(self, query: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        name, period_s = stat["Metric"]["MetricName"], stat["Period"]
        self.queries.append((name, stat["Stat"], period_s))
        points: dict[int, float] = {}
        if name == "Errors":
            for minutes_ago, count in self._errors[stat["Metric"]["Dimensions"][0]["Value"]].items():
                at_s = (NOW - minutes_ago * 60) // period_s * period_s
                if at_s >= params["StartTime"].timestamp():
                    points[at_s] = points.get(at_s, 0.0) + count
        else:
            points = {int(NOW - self._calls_s) // 3600 * 3600: 1.0}
        return {"Id": query["Id"], "Timestamps": sorted(points), "Values": [points[at] for at in sorted(points)]}


async def test_history_is_read_by_the_hour_and_by_the_minute_only_where_these_leave_a_doubt() -> None:
    quiet, burst, failing = (a_function(name) for name in ("quiet", "burst", "failing"))
    history = History({"quiet": {600: 5.0}, "burst": {5000: 8.0, 900: 9.0}, "failing": {1: 30.0}}, 2.0)
    call = FakeCall({("cloudwatch", "GetMetricData"): history})
    past, gaps = await read_past(
        call,
        [planned(each.name, _errors(each), each) for each in (quiet, burst, failing)],
        {each.arn: each for each in (quiet, burst, failing)},
        activity=lambda each: MetricKey("AWS/Lambda", "Invocations", (("FunctionName", each.name),)),
        days=14,
        clock=VirtualClock(NOW),
    )
    assert gaps == []
    assert past == {"quiet": Past(0, False, 2.0), "burst": Past(2, False, 3.5), "failing": Past(1, True, 2.0)}
    assert call.count("GetMetricData") == 2
    assert history.queries.count(("Errors", "Sum", 60)) == 2


async def test_history_that_may_not_be_read_is_not_a_history_without_alarms() -> None:
    function = a_function()
    past, gaps = await read_past(
        FakeCall({("cloudwatch", "GetMetricData"): AccessDenied("cloudwatch", "GetMetricData", "no")}),
        [planned("one", _errors(function), function)],
        {function.arn: function},
        activity=lambda _: None,
        days=14,
        clock=VirtualClock(NOW),
    )
    assert past == {"one": Past(None, None, 0.0)}
    assert [gap.action for gap in gaps] == ["cloudwatch:GetMetricData"]


def _errors(function: Resource) -> MetricKey:
    return MetricKey("AWS/Lambda", "Errors", (("FunctionName", function.name),))
