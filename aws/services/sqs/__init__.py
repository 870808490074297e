"""Amazon SQS: queues, and the dead-letter queues that take what they could not get rid of."""

from __future__ import annotations

from urllib.parse import quote

from aws.model import Resource
from aws.services.base import Column, Dimensions, Kind, Metric, Pace, Rule, Service
from aws.services.sqs import alarms, rules
from aws.services.sqs.discovery import discover


def _of_queue(queue: Resource) -> Dimensions:
    return (("QueueName", queue.name),)


def _metric(id: str, name: str, stat: str, unit: str = "Count") -> Metric:
    return Metric(
        id=id,
        kind="queue",
        namespace="AWS/SQS",
        name=name,
        stats=(stat,),
        unit=unit,
        dimensions=_of_queue,
        pace=Pace.NEEDED if id in ("visible", "age") else Pace.SLOW,
        sign_of_life=id == "visible",  # published every minute, until a queue was idle for six hours
    )


_METRICS = (
    _metric("visible", "ApproximateNumberOfMessagesVisible", "Maximum"),
    _metric("age", "ApproximateAgeOfOldestMessage", "Maximum", "Seconds"),
    _metric("not_visible", "ApproximateNumberOfMessagesNotVisible", "Maximum"),
    _metric("sent", "NumberOfMessagesSent", "Sum"),
    _metric("received", "NumberOfMessagesReceived", "Sum"),
    _metric("deleted", "NumberOfMessagesDeleted", "Sum"),
)

_COLUMNS = (
    Column(title="WAITING", width=7, form="count", metric="visible", stat="Maximum"),
    Column(title="OLDEST", width=6, form="s", metric="age", stat="Maximum"),
    Column(title="IN FLT", width=6, form="count", metric="not_visible", stat="Maximum"),
    Column(title="IN/m", width=6, form="count", metric="sent", stat="Sum"),
    Column(title="WAITING 3h", width=12, form="spark", metric="visible", stat="Maximum", min_width=80),
    Column(title="DONE/m", width=6, form="count", metric="deleted", stat="Sum", min_width=100),
    Column(title="TAKEN/m", width=7, form="count", metric="received", stat="Sum", min_width=120),
    Column(title="VISIB s", width=7, form="number", fact="visibility_timeout_s", min_width=120),
    Column(title="TRIES", width=5, form="number", fact="max_receives", min_width=120),
    Column(title="AGE", width=16, form="spark", metric="age", stat="Maximum", min_width=140),
)


def _console_path(queue: Resource) -> str:
    region = queue.scope.region
    url = queue.text("url") or f"https://sqs.{region}.amazonaws.com/{queue.scope.account}/{queue.name}"
    return f"sqs/v3/home?region={region}#/queues/{quote(url, safe='')}"


SERVICE = Service(
    name="sqs",
    title="SQS",
    kinds=(
        Kind(
            name="queue",
            short="sqs",
            short_for=lambda queue: "dlq" if rules.takes_dead_letters(queue) else None,
            plural="queues",
            view="messaging",
            columns=_COLUMNS,
            dimensions=("QueueName",),
        ),
    ),
    discover=discover,
    metrics=_METRICS,
    rules=(
        Rule(
            id="sqs.age",
            kind="queue",
            title="messages wait too long",
            needs=("age",),
            needs_facts=("visibility_timeout_s", "retention_s", "dead_letter_for"),
            thresholds=rules.AGE,
            judge=rules.age,
            applies=lambda queue: not rules.takes_dead_letters(queue),
        ),
        Rule(
            id="sqs.dlq",
            kind="queue",
            title="messages were given up",
            needs=("visible",),
            thresholds=rules.DEAD_LETTERS,
            judge=rules.dead_letters,
        ),
    ),
    permissions=("sqs:GetQueueAttributes", "sqs:ListQueues"),
    console_path=_console_path,
    # Source: SQS Developer Guide, available CloudWatch metrics.
    shapes={"AWS/SQS": {"*": (("QueueName",),)}},
    recommendations=alarms.recommendations(_of_queue),
)
