"""Does anybody hear it? Topics with everything that keeps a message from arriving, and whom new alarms notify."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from aws.alarms.routing import default_routing, uses
from aws.alarms.topic_policy import lets_publish
from aws.alarms.topic_reads import read_topics
from aws.alarms.topics import Topic
from aws.errors import AccessDenied, AwsError, NotFound
from aws.model import Alarm, Cover, Covered, MetricKey, Severity
from aws.services import registry
from aws.settings import LogPattern
from tests.builders import SCOPE, a_function, an_alarm, arn, snapshot
from tests.fakes import FakeCall

ONCALL = arn("sns", "oncall")
ALARMS = f"arn:aws:cloudwatch:{SCOPE.region}:{SCOPE.account}:alarm:"


def statement(effect: str = "Allow", principal: Any = "*", condition: Any = None, **more: Any) -> dict[str, Any]:
    made = {"Effect": effect, "Principal": principal, "Action": "SNS:Publish", "Resource": ONCALL, **more}
    return made | ({"Condition": condition} if condition else {})


OWNER = {"StringEquals": {"AWS:SourceOwner": SCOPE.account}}
CLOUDWATCH = {"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}
TLS = statement("Deny", Action="*", condition={"Bool": {"aws:SecureTransport": "false"}})


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([statement(principal={"AWS": "*"}, condition=OWNER, Action=["SNS:Subscribe", "SNS:Publish"])], True),
        ([statement(principal=CLOUDWATCH), TLS], True),
        (statement(principal=CLOUDWATCH, Action="sns:Pub*", Resource="*"), True),
        ([statement(principal=CLOUDWATCH, condition={"ArnLike": {"aws:SourceArn": f"{ALARMS}*"}})], True),
        ([statement(principal=CLOUDWATCH, condition={"ArnLike": {"aws:SourceArn": f"{ALARMS}pay-*"}})], None),
        ([statement(principal=CLOUDWATCH, condition={"StringEquals": {"aws:SourceAccount": "999999999999"}})], False),
        ([statement(principal={"AWS": f"arn:aws:iam::{SCOPE.account}:root"})], False),
        ([statement(principal={"Service": "events.amazonaws.com"})], False),
        ([statement(principal=CLOUDWATCH, Action="sns:Subscribe")], False),
        ([statement(principal=CLOUDWATCH, Resource=arn("sns", "another"))], False),
        ([statement(principal=CLOUDWATCH), statement("Deny", NotPrincipal={"AWS": "arn:aws:iam::1:root"})], False),
        ([statement(principal=CLOUDWATCH), statement("Deny", principal=CLOUDWATCH)], False),
        ([statement(condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], None),
        ([], False),
    ],
)
def test_a_policy_is_judged_as_iam_does(statements: Any, verdict: bool | None) -> None:
    policy = json.dumps({"Version": "2008-10-17", "Statement": statements})
    assert lets_publish(policy, ONCALL, SCOPE) is verdict


@pytest.mark.parametrize("policy", [None, "", "[]", "{", "null"])
def test_a_policy_that_is_none_is_no_verdict(policy: str | None) -> None:
    assert lets_publish(policy, ONCALL, SCOPE) is None


OPEN = json.dumps({"Statement": [statement(condition=OWNER)]})


def attributes(**more: str) -> dict[str, str]:
    return {"Policy": OPEN, "SubscriptionsConfirmed": "2", "SubscriptionsPending": "0", **more}


def action(topic: str, *, error: str = "") -> Mapping[str, Any]:
    said = (
        f'Failed to execute action {topic}. Received error: "{error}"'
        if error
        else f"Successfully executed action {topic}"
    )
    return {"AlarmName": "a", "HistoryItemType": "Action", "HistorySummary": said, "Timestamp": datetime.now(UTC)}


def account(
    topics: Mapping[str, dict[str, str] | AwsError],
    *,
    history: list[Mapping[str, Any]] | AwsError | None = None,
    subscriptions: list[str] | AwsError | None = None,
    listed: AwsError | None = None,
) -> FakeCall:
    def look(params: Mapping[str, Any]) -> Any:
        found = topics.get(params["TopicArn"], NotFound("sns", "GetTopicAttributes", "Topic does not exist"))
        return found if isinstance(found, AwsError) else {"Attributes": found}

    def listing(_: Mapping[str, Any]) -> Any:
        return listed or {"Topics": [{"TopicArn": each} for each in topics]}

    def subscribed(_: Mapping[str, Any]) -> Any:
        if isinstance(subscriptions, AwsError):
            return subscriptions
        return {"Subscriptions": [{"SubscriptionArn": each} for each in subscriptions or ()]}

    def happened(_: Mapping[str, Any]) -> Any:
        return history if isinstance(history, AwsError) else {"AlarmHistoryItems": history or []}

    return FakeCall(
        {
            ("sns", "ListTopics"): listing,
            ("sns", "GetTopicAttributes"): look,
            ("sns", "ListSubscriptionsByTopic"): subscribed,
            ("cloudwatch", "DescribeAlarmHistory"): happened,
        }
    )


async def one(call: FakeCall) -> Topic:
    (topic,) = await read_topics(call, Counter({ONCALL: 3}))
    return topic


async def test_a_topic_that_delivers_is_told_with_its_figures() -> None:
    topic = await one(account({ONCALL: attributes()}))
    assert topic.delivers is True
    assert (topic.name, topic.confirmed, topic.pending, topic.used_by) == ("oncall", 2, 0, 3)


@pytest.mark.parametrize(
    ("topic", "subscriptions", "problem"),
    [
        (attributes(KmsMasterKeyId="alias/aws/sns"), [], "alias/aws/sns, which CloudWatch may not use"),
        (attributes(Policy=json.dumps({"Statement": []})), [], "does not let CloudWatch publish"),
        (attributes(SubscriptionsConfirmed="0"), ["Deleted"], "no confirmed subscription"),
        (attributes(SubscriptionsConfirmed="0"), ["PendingConfirmation"], "no confirmed subscription, 1 pending"),
        (NotFound("sns", "GetTopicAttributes", "gone"), [], "does not exist any more"),
    ],
)
async def test_what_reaches_nobody_says_why(topic: Any, subscriptions: list[str], problem: str) -> None:
    found = await one(account({ONCALL: topic}, subscriptions=subscriptions))
    assert found.delivers is False
    assert problem in found.problem


async def test_counts_that_lag_behind_are_looked_up() -> None:
    found = await one(account({ONCALL: attributes(SubscriptionsConfirmed="0")}, subscriptions=[f"{ONCALL}:1234"]))
    assert (found.delivers, found.confirmed) == (True, 1)


async def test_the_newest_notification_counts() -> None:
    failed = action(ONCALL, error="is not authorized to perform: SNS:Publish")
    then_well = await one(account({ONCALL: attributes()}, history=[action(ONCALL), failed]))
    assert then_well.delivers is True
    then_failed = await one(account({ONCALL: attributes()}, history=[failed, action(ONCALL)]))
    assert then_failed.problem == "the last notification failed: is not authorized to perform: SNS:Publish"


async def test_a_key_that_nobody_can_judge_is_unsure_until_a_message_went_through() -> None:
    topic = attributes(KmsMasterKeyId="arn:aws:kms:eu-west-1:123456789012:key/1")
    assert (await one(account({ONCALL: topic}))).delivers is None
    assert (await one(account({ONCALL: topic}, history=[action(ONCALL)]))).delivers is True


async def test_what_may_not_be_read_is_unsure_and_not_well() -> None:
    denied = AccessDenied("sns", "GetTopicAttributes", "no")
    assert (await one(account({ONCALL: denied}))).delivers is None
    unlisted = account({ONCALL: attributes()}, listed=AccessDenied("sns", "ListTopics", "no"), history=denied)
    assert (await one(unlisted)).delivers is True
    with pytest.raises(AccessDenied):
        await read_topics(unlisted, Counter())
    uncounted = attributes()
    del uncounted["SubscriptionsConfirmed"]
    found = await one(account({ONCALL: uncounted}, subscriptions=denied))
    assert (found.confirmed, found.delivers) == (None, None)


async def test_the_most_used_come_first_then_others_and_of_many_others_not_all_are_asked_about() -> None:
    names = [arn("sns", f"t{number:02d}") for number in range(40)]
    call = account({name: attributes() for name in names})
    found = await read_topics(call, Counter({names[7]: 2, names[9]: 5}))
    assert [topic.name for topic in found[:3]] == ["t09", "t07", "t00"]
    assert len(found) == 40
    assert call.count("GetTopicAttributes") == 27
    assert found[-1].delivers is None


def test_each_severity_notifies_what_its_alarms_mostly_do_unless_that_reaches_nobody() -> None:
    rules = {
        recommendation.severity: recommendation.id
        for service in registry().values()
        for recommendation in service.recommendations
    }
    assert set(rules) >= {Severity.CRITICAL, Severity.WARNING}
    function = a_function()
    pay, tickets, dead = arn("sns", "pay"), arn("sns", "tickets"), arn("sns", "dead")

    def alarm(name: str, topic: str) -> Alarm:
        return an_alarm(name, on=MetricKey("AWS/Lambda", "Errors", ()), alarm_actions=(topic,))

    alarms = [
        alarm("a", dead),
        alarm("b", dead),
        alarm("c", pay),
        alarm("d", tickets),
        alarm("e", pay),
        alarm("f", pay),
    ]
    seen = snapshot(
        function,
        alarms={each.arn: each for each in alarms},
        coverage={
            function.arn: (
                Covered(rules[Severity.CRITICAL], Cover.PRESENT, alarms=tuple(each.arn for each in alarms[:3])),
                Covered(rules[Severity.WARNING], Cover.PRESENT, alarms=(alarms[3].arn,)),
            )
        },
    )
    topics = [Topic(arn=dead, name="dead", problem="no confirmed subscription")]
    routing = default_routing(seen, SCOPE, topics)
    assert routing.topics[Severity.CRITICAL] == (pay,)
    assert routing.topics[Severity.WARNING] == (tickets,)
    assert routing.topics[Severity.INFO] == (pay,)
    assert uses(alarms) == Counter({pay: 3, dead: 2, tickets: 1})
    assert default_routing(snapshot(function), SCOPE, ()).topics == {}


def test_alarms_on_log_lines_count_by_the_severity_of_their_pattern() -> None:
    function = a_function()
    pay, tickets = arn("sns", "pay"), arn("sns", "tickets")
    told = {"a": tickets, "b": pay, "c": pay}
    alarms = [an_alarm(name, on=MetricKey("cwtop", "lines"), alarm_actions=(topic,)) for name, topic in told.items()]
    covered = (Covered("lambda.log-slow", Cover.PRESENT, alarms=(alarms[0].arn,)),)
    seen = snapshot(function, alarms={each.arn: each for each in alarms}, coverage={function.arn: covered})
    patterns = {"slow": LogPattern(pattern="slow", severity=Severity.WARNING)}
    assert default_routing(seen, SCOPE, (), patterns).topics[Severity.WARNING] == (tickets,)
    assert default_routing(seen, SCOPE, (), patterns).topics[Severity.CRITICAL] == (pay,)
