"""A queue is a dead-letter queue by what others say of it, whichever of them is found first."""

from __future__ import annotations

from aws.model import Link, LinkKind, Resource
from aws.poller.additions import Additions
from aws.services import registry
from tests.builders import a_function, a_queue, arn
from tests.fakes import FakeCall, discovered
from tui.present.catalog import Catalog

SQS = registry()["sqs"]


def takes(queue: Resource, *sources: str) -> list[Link]:
    return [Link(source, queue.arn, LinkKind.DEAD_LETTER, "takes what failed") for source in sources]


def recommended(queue: Resource) -> set[str]:
    return {each.id for each in SQS.recommendations if each.applies(queue)}


def judged(queue: Resource) -> set[str]:
    return {rule.id for rule in SQS.rules if rule.applies(queue)}


def test_the_queue_of_a_function_s_failures_is_one() -> None:
    function, queue, other = a_function(), a_queue("failures"), a_queue("orders")
    additions = Additions()
    assert recommended(additions.take(queue)) == {"sqs.age"}
    additions.take(other)
    (dead,) = additions.link([*takes(queue, function.arn), Link(other.arn, function.arn, LinkKind.EVENT_SOURCE, "")])
    assert dead.facts["dead_letter_for"] == (function.arn,)
    assert (recommended(dead), judged(dead)) == ({"sqs.dlq"}, {"sqs.dlq"})
    assert Catalog().short(dead) == "dlq"
    assert additions.link(takes(queue, function.arn)) == []
    # Another walk finds the queue as it did before, now with a queue that redrives to it.
    again = additions.take(a_queue("failures", dead_letter_for=(other.arn,)))
    assert again.facts["dead_letter_for"] == tuple(sorted((function.arn, other.arn)))
    (alive,) = additions.link([])
    assert alive.facts["dead_letter_for"] == (other.arn,)


def test_links_that_came_before_the_queue_count() -> None:
    queue, additions = a_queue(dead_letter_for=None), Additions()
    assert additions.link(takes(queue, a_function().arn)) == []
    assert recommended(additions.take(queue)) == {"sqs.dlq"}
    additions.drop([queue.arn])
    assert additions.link([]) == []


async def test_functions_name_queues_for_failed_events_and_for_failed_batches() -> None:
    function, queue, batches = a_function("f").arn, arn("sqs", "events-dlq"), arn("sqs", "batches-dlq")
    record = {"FunctionName": "f", "FunctionArn": function, "DeadLetterConfig": {"TargetArn": queue}}
    stream = arn("kinesis", "stream/clicks")

    def feeds(uuid: str, to: str) -> dict[str, object]:
        failed = {"OnFailure": {"Destination": to}}
        return {"UUID": uuid, "EventSourceArn": stream, "FunctionArn": function, "DestinationConfig": failed}

    call = FakeCall(
        {
            ("lambda", "ListFunctions"): {"Functions": [record]},
            ("lambda", "ListEventSourceMappings"): {
                "EventSourceMappings": [feeds("1", batches), feeds("2", arn("sns", "oncall"))]
            },
        }
    )
    found = await discovered(registry()["lambda"], call)
    ends = {each.effect: each for each in found if isinstance(each, Link) and each.kind is LinkKind.DEAD_LETTER}
    assert ends.keys() == {queue, batches}
    assert {each.cause for each in ends.values()} == {function}
    assert ends[batches].evidence == "takes the batches that f fails on"
