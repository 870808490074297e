"""The catalogue of recommended alarms, held to AWS's own figures: every difference is known, and says why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aws.model import Fact, MetricKey, Resource, Severity
from aws.services import registry
from aws.services.recommendation import MINIMAL, RECOMMENDED, STRICT, Recommendation
from tests.builders import a_client, a_function, a_queue, a_stage, a_table, an_account, an_index

TABLE = Path(__file__).with_name("aws_alarm_figures.toml")
COMPARISONS = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}

# One resource of each kind to which everything applies that may.
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
FUNCTION = a_function(
    event_sources=(STREAM,), dlq="arn:aws:sqs:q", failure_destinations=("arn:aws:sqs:q",), reserved_concurrency=50
)
PROVISIONED: Mapping[str, Fact] = {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 5}
EXAMPLES = (
    FUNCTION,
    an_account(),
    a_table(**PROVISIONED),
    an_index(**PROVISIONED),
    a_stage(),
    a_queue(),
    a_queue("orders-dlq", dead_letter_for=("arn:aws:sqs:eu-west-1:123456789012:orders-queue",)),
    a_client(),
)

# Where ours is not AWS's, field by field. The reason stands with each recommendation, as its ``differs``.
DIFFERENT = {
    "lambda.errors": {"period", "datapoints", "periods", "missing"},
    "lambda.error_rate": {"statistic", "period", "missing"},
    "lambda.throttles": {"datapoints", "periods", "missing"},
    "lambda.duration": {"statistic", "datapoints", "periods", "missing"},
    "lambda.concurrency": {"missing"},
    "dynamodb.read_throttles": {"datapoints", "periods"},
    "dynamodb.write_throttles": {"datapoints", "periods"},
    "apigateway.5xx": {"missing"},
    "apigateway.4xx": {"missing"},
    "apigateway.latency": {"missing"},
    "sqs.age": {"missing"},
    "sqs.dlq": {"statistic", "datapoints", "periods", "comparison", "missing"},
    "cognito.sign_in_throttles": {"missing"},
    "cognito.sign_up_throttles": {"missing"},
    "cognito.token_refresh_throttles": {"missing"},
}

# Where AWS recommends nothing.
BEYOND = {
    "lambda.iterator_age": "a consumer that falls behind loses what its stream no longer keeps",
    "lambda.dead_letters": "an event that reaches neither its function nor the dead-letter queue is lost",
    "lambda.destinations": "likewise a batch that reaches no destination",
    "lambda.dropped_events": "likewise an asynchronous event that is given up",
    "lambda.account_concurrency": "in the place of ClaimedAccountConcurrency",
    "dynamodb.read_capacity": "throttles come when it is too late to add capacity",
    "dynamodb.write_capacity": "throttles come when it is too late to add capacity",
}

_NOT_OURS = "metrics of a kind of API that is not in the inventory"
_REPLICAS = "replication is not in the inventory"
# What AWS recommends and we do not.
LEFT_OUT = {
    "AWS/Lambda ClaimedAccountConcurrency": "it counts reserves that nobody uses, and is always high where much is",
    "AWS/DynamoDB SystemErrors": "nothing is published under the table alone: it would be a dead alarm",
    "AWS/DynamoDB UserErrors": "any client's mistake in the account, of which SDKs make plenty on purpose",
    "AWS/DynamoDB SuccessfulRequestLatency": "an alarm and its price for each operation of each table",
    "AWS/DynamoDB AccountProvisionedReadCapacityUtilization": "the account's quotas are not in the inventory",
    "AWS/DynamoDB AccountProvisionedWriteCapacityUtilization": "the account's quotas are not in the inventory",
    "AWS/DynamoDB AgeOfOldestUnreplicatedRecord": _REPLICAS,
    "AWS/DynamoDB FailedToReplicateRecordCount": _REPLICAS,
    "AWS/DynamoDB ReplicationLatency": _REPLICAS,
    "AWS/DynamoDB ThrottledPutRecordCount": _REPLICAS,
    "AWS/ApiGateway Count": "a stage with little traffic is no trouble, and AWS leaves the number open",
    "AWS/ApiGateway 4xx": _NOT_OURS,
    "AWS/ApiGateway 5xx": _NOT_OURS,
    "AWS/ApiGateway IntegrationLatency": _NOT_OURS,
    "AWS/ApiGateway ClientError": _NOT_OURS,
    "AWS/ApiGateway ExecutionError": _NOT_OURS,
    "AWS/ApiGateway MessageCount": _NOT_OURS,
    "AWS/SQS ApproximateNumberOfMessagesNotVisible": "AWS leaves the number open; the age tells the same sooner",
    "AWS/SQS NumberOfMessagesSent": "a queue that nobody writes to is no trouble",
    "AWS/Cognito FederationThrottles": "published by identity provider, which is not in the inventory",
}


@dataclass(frozen=True)
class Figures:
    """One alarm as AWS recommends it; ``threshold`` None: left open."""

    statistic: str
    period: int
    datapoints: int
    periods: int
    comparison: str
    threshold: float | None
    missing: str


def aws_figures() -> dict[tuple[str, str, frozenset[str]], Figures]:
    """AWS's alarms by namespace, metric and dimension names."""
    found = {}
    for namespace, metrics in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        for name, alarms in metrics.items():
            for dimensions, statistic, shape, compared, missing in alarms:
                counts, _, period = shape.partition(" x ")
                datapoints, _, periods = counts.partition("/")
                operator, threshold = compared.split()
                found[namespace, name, frozenset(dimensions.split())] = Figures(
                    statistic,
                    int(period),
                    int(datapoints),
                    int(periods),
                    COMPARISONS[operator],
                    None if threshold == "?" else float(threshold),
                    missing,
                )
    return found


AWS = aws_figures()


def catalogue() -> Iterator[tuple[Recommendation, Resource, MetricKey]]:
    """Every recommendation with an example to which it applies, and what it watches there."""
    for example in EXAMPLES:
        for each in registry()[example.service].recommendations:
            if each.kind == example.kind and each.applies(example):
                for key in each.metrics(example):
                    yield each, example, key


def place(key: MetricKey) -> tuple[str, str, frozenset[str]]:
    return key.namespace, key.name, frozenset(name for name, _ in key.dimensions)


def differing(ours: Recommendation, threshold: float, aws: Figures) -> set[str]:
    pairs = {
        "statistic": (ours.stat, aws.statistic),
        "period": (ours.period_s, aws.period),
        "datapoints": (ours.datapoints, aws.datapoints),
        "periods": (ours.periods, aws.periods),
        "comparison": (ours.comparison, aws.comparison),
        "threshold": (threshold, threshold if aws.threshold is None else aws.threshold),
        "missing": (ours.treat_missing, aws.missing),
    }
    return {field for field, (one, other) in pairs.items() if one != other}


def test_every_recommendation_has_an_example() -> None:
    shown = {(each.id, each.kind) for each, _, _ in catalogue()}
    assert shown == {(each.id, each.kind) for service in registry().values() for each in service.recommendations}


def test_every_difference_from_aws_is_known_and_explained() -> None:
    found: dict[str, set[str]] = {}
    beyond = set()
    for each, example, key in catalogue():
        aws = AWS.get(place(key))
        if aws is None:
            beyond.add(each.id)
            continue
        threshold = each.threshold(example, each.figures)
        assert threshold is not None
        fields = differing(each, threshold, aws)
        assert bool(fields) == bool(each.differs), f"{each.id}: {fields or 'nothing differs any more'}"
        if fields:
            assert found.setdefault(each.id, fields) == fields
    assert found == DIFFERENT
    assert beyond == BEYOND.keys()


def test_whatever_aws_recommends_and_we_do_not_has_its_reason() -> None:
    watched = {place(key) for _, _, key in catalogue()}
    known = {(namespace, name) for namespace, name, _ in watched}
    # One metric by route, by method or by another kind of API is one advice for other dimensions.
    assert {f"{namespace} {name}" for namespace, name, _ in AWS if (namespace, name) not in known} == LEFT_OUT.keys()
    assert known - {(namespace, name) for namespace, name, _ in AWS} <= {
        (key.namespace, key.name) for each, _, key in catalogue() if each.id in BEYOND
    }


def test_every_recommendation_says_where_its_figures_come_from_and_watches_what_its_service_publishes() -> None:
    for each, example, key in catalogue():
        assert each.source, each.id
        assert each.title, each.id
        assert each.id.startswith(f"{example.service}."), each.id
        assert each.severity in (Severity.CRITICAL, Severity.WARNING)
        assert each.profiles <= {MINIMAL, RECOMMENDED, STRICT}, each.id
        assert STRICT in each.profiles, each.id
        assert 1 <= each.datapoints <= each.periods, each.id
        by_metric = registry()[example.service].shapes[key.namespace]
        sets = by_metric.get(key.name, by_metric.get("*", ()))
        assert {name for name, _ in key.dimensions} in [set(names) for names in sets], each.id


def test_the_smallest_profile_is_what_wakes_people() -> None:
    assert sorted({each.id for each, _, _ in catalogue() if MINIMAL in each.profiles}) == [
        "apigateway.5xx",
        "apigateway.latency",
        "dynamodb.read_throttles",
        "dynamodb.write_throttles",
        "lambda.account_concurrency",
        "lambda.errors",
        "sqs.dlq",
    ]


def threshold(id: str, resource: Resource, **figures: float) -> float | None:
    """What an alarm on this resource is set to; None where it does not apply."""
    for each in registry()[resource.service].recommendations:
        if (each.id, each.kind) == (id, resource.kind) and each.applies(resource):
            return each.threshold(resource, {**each.figures, **figures})
    return None


CRON = a_function("gift-cron", every_s=86_400.0)


@pytest.mark.parametrize(
    ("id", "resource", "expected"),
    [
        ("lambda.errors", a_function(), 5),  # more than five
        ("lambda.errors", CRON, 0),  # any
        ("lambda.errors", a_function(every_s=300.0), 0),
        ("lambda.errors", a_function(every_s=240.0), 5),  # kept warm
        ("lambda.errors", a_function(every_s=3_600.0, event_sources=(STREAM,)), 5),
        ("lambda.duration", a_function(), 12_000),
        ("lambda.duration", a_function(timeout_s=1), 800),
        ("lambda.duration", a_function(timeout_s=None), None),
        ("lambda.duration", CRON, None),
        ("lambda.concurrency", FUNCTION, 45),
        ("lambda.concurrency", a_function(), None),
        ("lambda.concurrency", a_function(reserved_concurrency=1), None),  # meant to be used up
        ("lambda.throttles", a_function(reserved_concurrency=0), None),  # switched off
        ("lambda.throttles", FUNCTION, 1),
        ("lambda.iterator_age", FUNCTION, 60_000),
        ("lambda.iterator_age", a_function(event_sources=("arn:aws:sqs:eu-west-1:1:q",)), None),
        ("lambda.dead_letters", a_function(), None),
        ("lambda.destinations", a_function(), None),
        ("lambda.dropped_events", a_function(), None),
        ("lambda.dropped_events", CRON, 0),
        ("lambda.account_concurrency", an_account(unreserved_limit=800), 720),
        ("lambda.account_concurrency", an_account(unreserved_limit=None), None),
        ("dynamodb.read_capacity", a_table(**PROVISIONED), 240),
        ("dynamodb.write_capacity", a_table(**{**PROVISIONED, "write_capacity_max": 100}), 4_800),
        ("dynamodb.read_capacity", a_table(), None),
        ("dynamodb.write_throttles", an_index(), 0),
        ("sqs.age", a_queue(), 360),
        ("sqs.age", a_queue(visibility_timeout_s=30), 300),
        ("sqs.age", EXAMPLES[6], None),
        ("sqs.age", a_queue(dead_letter_for=None), None),  # nobody knows yet what it is
        ("sqs.dlq", EXAMPLES[6], 0),
        ("sqs.dlq", a_queue(), None),
    ],
)
def test_a_threshold_comes_from_the_resource(id: str, resource: Resource, expected: float | None) -> None:
    assert threshold(id, resource) == expected


def test_no_share_of_a_timeout_becomes_an_alarm_that_always_fires() -> None:
    assert threshold("lambda.duration", a_function(timeout_s=1), share=0.0001) == 100


@pytest.mark.parametrize(("timeout_s", "periods"), [(3, 1), (180, 1), (181, 2), (900, 4)])
def test_errors_are_looked_for_as_far_back_as_they_are_stamped(timeout_s: int, periods: int) -> None:
    function = a_function(timeout_s=timeout_s)
    for each in registry()["lambda"].recommendations:
        if each.id in ("lambda.errors", "lambda.error_rate"):
            assert each.periods_for(function) == max(periods, each.periods)
            assert each.periods_for(function) * each.period_s >= timeout_s + 120


def test_an_api_whose_name_cloudwatch_cannot_hold_gets_no_alarm() -> None:
    stage = a_stage("注文")
    assert not any(each.metrics(stage) for each in registry()["apigateway"].recommendations)
