"""Which alarms a queue should have: one on what waits too long, or, at the end of the line, on anything at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aws.model import Resource, Severity
from aws.services.recommendation import IN_ALL, Recommendation, fixed, watching
from aws.services.sqs.rules import age_limit_s, takes_dead_letters

_AWS = "CloudWatch User Guide, recommended alarms: SQS"


def _age_s(queue: Resource, figures: Mapping[str, float]) -> float | None:
    return age_limit_s(queue, figures["floor_s"], figures["visibility"])


def recommendations(of_queue: Callable[[Resource], tuple[tuple[str, str], ...]]) -> tuple[Recommendation, ...]:
    """What every queue should have; ``of_queue`` gives the dimensions that it publishes with."""
    return (
        Recommendation(
            id="sqs.dlq",
            kind="queue",
            title="a message was given up",
            severity=Severity.CRITICAL,
            metrics=watching("AWS/SQS", "ApproximateNumberOfMessagesVisible", of_queue),
            stat="Maximum",
            comparison="GreaterThanThreshold",
            period_s=60,
            datapoints=1,
            periods=1,
            figures={"threshold": 0.0},
            threshold=fixed,
            applies=takes_dead_letters,
            profiles=IN_ALL,
            source="SQS Developer Guide, dead-letter queues: alarm on any message that is moved there",
            differs="AWS's figure is the backlog of a queue with a consumer, averaged over a quarter of an hour; in a"
            " dead-letter queue one message is one too many, and an empty one publishes nothing.",
        ),
        Recommendation(
            id="sqs.age",
            kind="queue",
            title="messages wait too long",
            severity=Severity.WARNING,
            metrics=watching("AWS/SQS", "ApproximateAgeOfOldestMessage", of_queue),
            stat="Maximum",
            comparison="GreaterThanOrEqualToThreshold",
            period_s=60,
            datapoints=15,
            periods=15,
            # Some attempts long: the visibility timeout is the longest that one is meant to take.
            figures={"visibility": 2.0, "floor_s": 300.0},
            threshold=_age_s,
            # Whether it is a dead-letter queue has to be known: there messages lie for days by design.
            applies=lambda queue: queue.facts.get("dead_letter_for") == (),
            source=f"{_AWS}: from 1.5 times the longest processing, for which the visibility timeout stands",
            differs="Missing data is no breach: a queue that has been idle for six hours publishes nothing.",
        ),
    )
