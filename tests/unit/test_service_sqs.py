"""What a walk through SQS finds, whole or in pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from aws.errors import AccessDenied, AwsError, BadAnswer, NotFound
from aws.model import Gap, Link, LinkKind, Resource
from aws.services import registry
from tests.builders import SCOPE, arn
from tests.fakes import FakeCall, discovered

SERVICE = registry()["sqs"]
ANSWERED = {"ResponseMetadata": {"RequestId": "r-1"}}


def url(name: str) -> str:
    return f"https://sqs.{SCOPE.region}.amazonaws.com/{SCOPE.account}/{name}"


def attributes(name: str, *, dead_letter: str | None = None, **more: str) -> dict[str, str]:
    redrive = {"deadLetterTargetArn": arn("sqs", dead_letter), "maxReceiveCount": 5} if dead_letter else None
    return {
        "QueueArn": arn("sqs", name),
        "VisibilityTimeout": "180",
        "MessageRetentionPeriod": "345600",
        "CreatedTimestamp": "1799982060",
        "Policy": '{"Statement": "secret"}',
        **({"RedrivePolicy": json.dumps(redrive)} if redrive else {}),
        **more,
    }


def account(queues: Mapping[str, Any], *, pages: Any = None) -> FakeCall:
    def look(params: Mapping[str, Any]) -> Mapping[str, Any] | AwsError:
        told = queues.get(params["QueueUrl"].rsplit("/", 1)[-1], NotFound("sqs", "GetQueueAttributes", "gone"))
        return told if isinstance(told, AwsError) else {"Attributes": told}

    listed = {"QueueUrls": [url(name) for name in queues], **ANSWERED} if pages is None else pages
    return FakeCall({("sqs", "ListQueues"): listed, ("sqs", "GetQueueAttributes"): look})


def named(found: list[Any]) -> dict[str, Resource]:
    """The queues as they are known in the end."""
    return {r.name: r for r in found if isinstance(r, Resource)}


async def test_a_queue_is_told_from_the_dead_letter_queue_of_others() -> None:
    queues = {
        name: attributes(name, dead_letter=target) for name, target in (("a", "end"), ("b", "end"), ("end", None))
    }
    found = await discovered(SERVICE, account(queues))
    known = named(found)
    assert known["end"].facts["dead_letter_for"] == (arn("sqs", "a"), arn("sqs", "b"))
    assert known["a"].facts["dead_letter_for"] == ()
    assert (known["a"].number("visibility_timeout_s"), known["a"].number("retention_s")) == (180, 345_600)
    assert {(link.cause, link.effect) for link in found if isinstance(link, Link)} == {
        (arn("sqs", "a"), arn("sqs", "end")),
        (arn("sqs", "b"), arn("sqs", "end")),
    }
    assert all(link.kind is LinkKind.DEAD_LETTER for link in found if isinstance(link, Link))
    kind = SERVICE.kind("queue")
    assert [kind.short_for(known[name]) or kind.short for name in ("a", "end")] == ["sqs", "dlq"]
    assert "secret" not in repr(found)
    assert not [gap for gap in found if isinstance(gap, Gap)]


async def test_whose_dead_letters_it_takes_is_not_known_before_all_were_asked() -> None:
    call = account({"a": attributes("a", dead_letter="end"), "end": attributes("end")})
    first, *_ = [item for item in await discovered(SERVICE, call) if getattr(item, "name", "") == "end"]
    assert isinstance(first, Resource)
    assert "dead_letter_for" not in first.facts
    allowed = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn("sqs", "a")]})
    alone = named(await discovered(SERVICE, account({"end": attributes("end", RedriveAllowPolicy=allowed)})))
    assert alone["end"].facts["dead_letter_for"] == (arn("sqs", "a"),)


async def test_an_account_without_queues_is_not_a_page_of_somebody_else() -> None:
    assert await discovered(SERVICE, account({}, pages=ANSWERED)) == []
    with pytest.raises(BadAnswer):
        await discovered(SERVICE, account({}, pages={}))


async def test_every_page_is_walked_and_what_cannot_be_read_is_listed_with_its_gap() -> None:
    queues: dict[str, Any] = {
        "a": attributes("a"),
        "shut": AccessDenied("sqs", "GetQueueAttributes", "no"),
        "odd": {**attributes("odd"), "VisibilityTimeout": "soon"},
        "b.fifo": attributes("b.fifo"),
    }
    urls = [url(name) for name in (*queues, "gone")]
    pages = [{"QueueUrls": urls[:2], "NextToken": "more"}, {"QueueUrls": urls[2:]}]
    found = await discovered(SERVICE, account(queues, pages=pages))
    assert named(found).keys() == {"a", "shut", "odd", "b.fifo"}
    assert named(found)["shut"].arn == arn("sqs", "shut")
    assert named(found)["b.fifo"].facts["fifo"] is True
    gaps = [gap for gap in found if isinstance(gap, Gap)]
    assert [gap.action for gap in gaps] == ["sqs:GetQueueAttributes"] * 2
    assert "odd" in gaps[1].error
    assert "visibility_timeout_s" not in named(found)["shut"].facts
