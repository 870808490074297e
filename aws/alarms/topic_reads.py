"""Reads SNS topics, with what keeps each from reaching anybody; creates one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aws.alarms import journal
from aws.alarms.desk import Result
from aws.alarms.existing import MANAGED_BY, OURS
from aws.alarms.history import Acted, acted, walk_history
from aws.alarms.topic_policy import lets_publish
from aws.alarms.topics import Topic
from aws.alarms.writing import Run
from aws.call import Call, items
from aws.errors import AwsError, BadAnswer, NotFound
from aws.model import Scope

_AT_ONCE: Final = 5
_MOST_UNUSED: Final = 25  # an account can have 100,000 topics, and each is asked about by itself
_NEWEST_ACTIONS: Final = 1000
_DEFAULT_KEY: Final = "alias/aws/sns"
_MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError)

OnError: TypeAlias = Callable[[AwsError, str], None]
"""Takes a read that gave no answer, and the ARN of the topic that it was about (empty: of none in particular)."""


def _pass_over(error: AwsError, topic: str) -> None:
    """Where the topics' own words, `Topic.unsure`, say enough."""


async def read_topics(call: Call, used_by: Counter[str]) -> tuple[Topic, ...]:
    """Topics that alarms may notify: those that are used, the most used first, then others by name.

    ``used_by`` counts the alarms that name each. What cannot be read of a topic is its ``unsure``. Raises `AwsError`
    only where nothing at all can be told: no topic is used, and they cannot be listed.
    """
    listed: list[str] = []
    try:
        pages = items(call, "sns", "ListTopics", result="Topics", token=("NextToken", "NextToken"))
        listed = [str(each["TopicArn"]) async for each in pages]
    except AwsError:
        if not used_by:
            raise
    others = sorted(arn for arn in set(listed) - set(used_by) if not arn.endswith(".fifo"))
    found = [*await read_used_topics(call, used_by), *await _looked_at(call, others[:_MOST_UNUSED], Counter())]
    why = "not looked at: no alarm uses it"
    return (*found, *(Topic(arn=arn, name=_name(arn), unsure=why) for arn in others[_MOST_UNUSED:]))


async def read_used_topics(call: Call, used_by: Counter[str], *, on_error: OnError = _pass_over) -> list[Topic]:
    """As `read_topics`, without those that no alarm uses. Never raises for what AWS does: ``on_error`` is told."""
    used = [arn for arn, _ in sorted(used_by.items(), key=lambda item: (-item[1], item[0]))]
    return await _looked_at(call, used, used_by, on_error)


async def _looked_at(
    call: Call, arns: Sequence[str], used_by: Counter[str], on_error: OnError = _pass_over
) -> list[Topic]:
    last = await _last_actions(call, set(arns) & set(used_by), on_error)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(arn: str) -> Topic:
        async with gate:
            try:
                return await read_topic(call, arn, used_by=used_by[arn], last=last.get(arn), on_error=on_error)
            except _MALFORMED as error:
                bad = BadAnswer("sns", "GetTopicAttributes", f"not as documented ({type(error).__name__}: {error})")
                on_error(bad, arn)
                return Topic(arn=arn, name=_name(arn), used_by=used_by[arn], unsure=str(bad))

    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(look(arn)) for arn in arns]
    return [task.result() for task in looks]


async def read_topic(
    call: Call, arn: str, *, used_by: int = 0, last: Acted | None = None, on_error: OnError = _pass_over
) -> Topic:
    """One topic, with why it reaches nobody; ``last`` is what became of the last action on it. Never raises."""
    scope, parts = call.scope, arn.split(":")
    known: dict[str, Any] = {"arn": arn, "name": _name(arn), "used_by": used_by}
    if len(parts) != 6:
        return Topic(**known, problem="that is no topic's ARN")
    if parts[3] != scope.region:
        return Topic(**known, problem=f"it is in {parts[3]}: alarms notify topics of their own region only")
    try:
        answer = await call("sns", "GetTopicAttributes", require=("Attributes",), TopicArn=arn)
    except NotFound:
        return Topic(**known, problem="it does not exist any more")
    except AwsError as error:
        on_error(error, arn)
        return Topic(**known, problem=_last_failure(last), unsure=str(error))
    attributes: Mapping[str, str] = answer["Attributes"]
    confirmed, pending, unsure = await _subscriptions(call, arn, attributes, on_error)
    known |= {"confirmed": confirmed, "pending": pending}
    problem = _problem(attributes, arn, scope, confirmed, pending) or _last_failure(last)
    if problem:
        return Topic(**known, problem=problem)
    ran = last is not None and not last.failure
    return Topic(**known, unsure=unsure or ("" if ran else _doubt(attributes, arn, scope)))


async def create_topic(run: Run, name: str, email: str) -> Topic:
    """A topic with one e-mail subscription; where one of that name exists, it gets the subscription.

    Raises `AwsError` where there is no topic in the end; a topic without its subscription says so itself.
    """
    call, scope = run.call, run.call.scope
    arn = f"arn:{scope.partition}:sns:{scope.region}:{scope.account}:{name}"
    try:
        await call("sns", "GetTopicAttributes", TopicArn=arn)
    except NotFound:
        params = {"Name": name, "Tags": [{"Key": MANAGED_BY, "Value": OURS}]}
        answer = await run.write(
            "sns", "CreateTopic", params, op=journal.CREATE_TOPIC, name=name, done=Result.CREATED, definition=params
        )
        arn = str(answer.get("TopicArn", arn))
    try:
        params = {"TopicArn": arn, "Protocol": "email", "Endpoint": email}
        await run.write("sns", "Subscribe", params, op=journal.SUBSCRIBE, name=name, done=Result.CREATED)
    except AwsError as error:
        return Topic(arn=arn, name=name, problem=f"{email} could not be subscribed: {error}")
    return await read_topic(call, arn)


def _problem(attributes: Mapping[str, str], arn: str, scope: Scope, confirmed: int | None, pending: int | None) -> str:
    """Why CloudWatch's messages reach nobody, as far as the topic itself tells."""
    if arn.endswith(".fifo"):
        return "it is a FIFO topic: alarms notify standard topics only"
    if attributes.get("KmsMasterKeyId", "").endswith(_DEFAULT_KEY):
        return f"encrypted with {_DEFAULT_KEY}, which CloudWatch may not use"
    if lets_publish(attributes.get("Policy"), arn, scope) is False:
        return "its access policy does not let CloudWatch publish"
    if confirmed == 0:
        return f"no confirmed subscription, {pending} pending" if pending else "no confirmed subscription"
    return ""


def _doubt(attributes: Mapping[str, str], arn: str, scope: Scope) -> str:
    """What nobody but AWS can tell about a topic that looks well, and that no alarm has notified lately."""
    if key := attributes.get("KmsMasterKeyId"):
        return f"encrypted with {key}: whether CloudWatch may use the key was not read"
    if lets_publish(attributes.get("Policy"), arn, scope) is None:
        return "its access policy has conditions that only AWS can judge"
    return ""


async def _subscriptions(
    call: Call, arn: str, attributes: Mapping[str, str], on_error: OnError
) -> tuple[int | None, int | None, str]:
    """How many are confirmed and pending, and what could not be read.

    The attributes' counts lag behind: none confirmed, or no count, is looked up in the list.
    """
    confirmed = _count(attributes.get("SubscriptionsConfirmed"))
    pending = _count(attributes.get("SubscriptionsPending"))
    if confirmed:
        return confirmed, pending, ""
    states: Counter[str] = Counter()
    token = ("NextToken", "NextToken")
    try:
        async for each in items(
            call, "sns", "ListSubscriptionsByTopic", result="Subscriptions", token=token, TopicArn=arn
        ):
            subscription = str(each.get("SubscriptionArn"))
            states["confirmed" if subscription.startswith("arn:") else subscription] += 1
    except AwsError as error:
        on_error(error, arn)
        return (confirmed, pending, "") if confirmed is not None else (None, pending, str(error))
    return states["confirmed"], states["PendingConfirmation"], ""


async def _last_actions(call: Call, topics: set[str], on_error: OnError) -> dict[str, Acted]:
    """What became of the newest action on each topic, as far as the newest history tells; nothing where it is not to
    be had: the topics themselves still tell most."""
    found: dict[str, Acted] = {}
    if not topics:
        return found
    selection = {"HistoryItemType": "Action", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    seen = 0
    try:
        async for item in walk_history(call, **selection):
            done = acted(item)
            if done.target in topics:
                found.setdefault(done.target, done)
            seen += 1
            if len(found) == len(topics) or seen >= _NEWEST_ACTIONS:
                break
    except AwsError as error:
        on_error(error, "")
    except _MALFORMED as error:
        bad = BadAnswer("cloudwatch", "DescribeAlarmHistory", f"not as documented ({type(error).__name__}: {error})")
        on_error(bad, "")
    return found


def _last_failure(last: Acted | None) -> str:
    return f"the last notification failed: {last.failure}" if last is not None and last.failure else ""


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
