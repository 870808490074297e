"""What exists in SQS: queues, and which of them take what others could not get rid of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from aws.call import items
from aws.errors import AwsError, NotFound
from aws.model import Fact, Link, LinkKind, Resource, Scope
from aws.services.arns import arn_of
from aws.services.base import Discovered, Discovery
from aws.services.records import MALFORMED, bad_record

ABREAST = 8  # queues asked for their attributes at once; the door paces them besides

_WANTED = ("All",)  # to ask a standard queue for what only FIFO queues have is an error


async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Walk one scope. Raises `AwsError` where queues cannot be listed; everything else that fails is a gap.

    A queue is yielded as soon as its attributes are read, and once more when it is known whose dead-letter queue it
    is: until then its fact ``dead_letter_for`` is absent, and nobody can judge how long its messages may wait.
    """
    urls = [
        str(url)
        async for url in items(
            discovery.call,
            "sqs",
            "ListQueues",
            result="QueueUrls",
            token=("NextToken", "NextToken"),
            left_out_if_empty=True,
            MaxResults=1000,
        )
    ]
    queues: dict[str, Resource] = {}
    for start in range(0, len(urls), ABREAST):
        for found in await asyncio.gather(*(_queue(discovery, url) for url in urls[start : start + ABREAST])):
            for item in found:
                if isinstance(item, Resource):
                    queues[item.arn] = item
                yield item
    fed: dict[str, list[str]] = {}
    for queue in queues.values():
        if target := queue.text("dead_letter_queue"):
            fed.setdefault(target, []).append(queue.arn)
            times = queue.facts.get("max_receives")
            evidence = f"takes what {queue.name} could not get rid of in {times} tries"
            yield Link(cause=queue.arn, effect=target, kind=LinkKind.DEAD_LETTER, evidence=evidence)
    for queue in queues.values():
        sources = {*fed.get(queue.arn, ()), *_named_sources(queue)}
        yield replace(queue, facts={**queue.facts, "dead_letter_for": tuple(sorted(sources))})


async def _queue(discovery: Discovery, url: str) -> list[Discovered]:
    """One queue; without facts and with its gap where it may not be read, nothing where it has gone."""
    scope = discovery.scope
    try:
        answer = await discovery.call(
            "sqs", "GetQueueAttributes", require=("Attributes",), QueueUrl=url, AttributeNames=list(_WANTED)
        )
        return [_described(scope, url, answer["Attributes"])]
    except NotFound:
        return []
    except AwsError as error:
        return [_bare(scope, url), error.gap(scope)]
    except MALFORMED as error:
        what = f"the attributes of {_name(url)}"
        return [_bare(scope, url), bad_record(scope, "sqs", "GetQueueAttributes", what, error)]


def _name(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def _bare(scope: Scope, url: str) -> Resource:
    name = _name(url)
    return Resource(scope, "sqs", "queue", name, arn_of(scope, "sqs", name), facts={"url": url})


def _described(scope: Scope, url: str, attributes: Mapping[str, Any]) -> Resource:
    """A queue from its attributes, all of them texts. Its policy is not kept."""
    redrive = _document(attributes.get("RedrivePolicy"))
    allowed = _document(attributes.get("RedriveAllowPolicy"))
    sources = allowed.get("sourceQueueArns") if allowed.get("redrivePermission") == "byQueue" else None
    facts: dict[str, Fact] = {
        "url": url,
        "visibility_timeout_s": int(attributes["VisibilityTimeout"]),
        "retention_s": int(attributes["MessageRetentionPeriod"]),
        "delay_s": int(attributes.get("DelaySeconds", 0)),
        "fifo": _name(url).endswith(".fifo"),
        "dead_letter_queue": redrive.get("deadLetterTargetArn"),
        "max_receives": redrive.get("maxReceiveCount"),
        "created_s": float(attributes["CreatedTimestamp"]) if "CreatedTimestamp" in attributes else None,
        "settings_changed_s": float(attributes["LastModifiedTimestamp"])
        if "LastModifiedTimestamp" in attributes
        else None,
        "kms_key": attributes.get("KmsMasterKeyId"),
    }
    if sources:
        facts["dead_letter_for"] = tuple(sorted(map(str, sources)))
    arn = str(attributes.get("QueueArn") or arn_of(scope, "sqs", _name(url)))
    return Resource(scope, "sqs", "queue", _name(url), arn, facts=facts)


def _named_sources(queue: Resource) -> tuple[str, ...]:
    """The queues that it names itself as those that may redrive to it."""
    named = queue.facts.get("dead_letter_for")
    return named if isinstance(named, tuple) else ()


def _document(text: Any) -> Mapping[str, Any]:
    """A policy that an attribute holds as JSON. Raises ValueError for one that is none, TypeError for another form."""
    document = json.loads(text) if text else {}
    if not isinstance(document, dict):
        raise TypeError(f"a policy that is a {type(document).__name__}")
    return document
