"""AWS's own quotas on requests, as token buckets: what a client may ask of one account in one region.

They are AWS's figures, not those of the client under test, which keeps to less. A bucket holds one second's worth
unless AWS publishes a burst.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Quota(NamedTuple):
    """Requests (or units of another kind) a second, and how many may come at once."""

    per_second: float
    burst: float


def _steady(per_second: float) -> Quota:
    return Quota(per_second, per_second)


QUOTAS: Final[Mapping[str, Quota]] = {
    # "CloudWatch service quotas", Amazon CloudWatch User Guide.
    "cloudwatch:GetMetricData": _steady(50),
    "cloudwatch:GetMetricStatistics": _steady(400),
    "cloudwatch:ListMetrics": _steady(25),
    "cloudwatch:DescribeAlarms": _steady(9),
    "cloudwatch:DescribeAlarmHistory": _steady(20),
    "cloudwatch:PutMetricAlarm": _steady(3),
    "cloudwatch:PutCompositeAlarm": _steady(3),
    "cloudwatch:DeleteAlarms": _steady(3),
    "cloudwatch:SetAlarmState": _steady(3),
    "cloudwatch:EnableAlarmActions": _steady(3),
    "cloudwatch:DisableAlarmActions": _steady(3),
    # "Lambda quotas", AWS Lambda Developer Guide: the remainder of the control plane, all operations together.
    "lambda": _steady(15),
    # "Amazon API Gateway quotas": management operations, both versions together.
    "apigateway": Quota(10, 40),
    "apigateway:GetResources": Quota(2.5, 5),  # besides: five every two seconds
    # DynamoDB states "up to 10 DescribeTable a second" in its API reference and grants about 40 of either.
    "dynamodb:DescribeTable": _steady(40),
    "dynamodb:ListTables": _steady(40),
    # "CloudWatch Logs quotas", Amazon CloudWatch Logs User Guide.
    "logs:DescribeLogGroups": _steady(10),
    "logs:DescribeMetricFilters": _steady(5),
    "logs:PutMetricFilter": _steady(5),
    "logs:FilterLogEvents": _steady(10),
    "logs:StartQuery": _steady(10),
    "logs:GetQueryResults": _steady(10),
    # "Amazon EventBridge quotas": reads of rules and targets; "Amazon SNS endpoints and quotas": lists.
    "events": _steady(50),
    "sns": _steady(30),
    # "Quotas in Amazon Cognito", category UserPoolResourceRead.
    "cognito-idp": _steady(15),
    "iam": _steady(15),
    "resourcegroupstaggingapi": _steady(5),
}
DATAPOINTS: Final = _steady(180_000)
"""Of GetMetricData, a second, where StartTime is at most three hours ago ("CloudWatch service quotas")."""

_TOGETHER: Final = {"apigatewayv2": "apigateway"}
_DATAPOINTS_LANE: Final = "cloudwatch:GetMetricData datapoints"


class _Bucket:
    def __init__(self, quota: Quota, now: float) -> None:
        self._quota = quota
        self._tokens = quota.burst
        self._filled_s = now

    def take(self, tokens: float, now: float) -> bool:
        grown = self._tokens + (now - self._filled_s) * self._quota.per_second
        self._tokens, self._filled_s = min(self._quota.burst, grown), now
        if self._tokens < min(tokens, self._quota.burst) - 1e-9:
            return False
        self._tokens -= tokens
        return True


class Quotas:
    """The buckets of one account, by region. ``now`` is monotonic seconds."""

    def __init__(self, quotas: Mapping[str, Quota] = QUOTAS, datapoints: Quota = DATAPOINTS) -> None:
        self._quotas = {**quotas, _DATAPOINTS_LANE: datapoints}
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def admits(self, service: str, operation: str, region: str, now: float, datapoints: int = 0) -> bool:
        """Whether AWS would answer that request."""
        lanes = (_TOGETHER.get(service, service), f"{service}:{operation}")
        if not all(self._take(lane, region, 1, now) for lane in lanes if lane in self._quotas):
            return False
        return not datapoints or self._take(_DATAPOINTS_LANE, region, datapoints, now)

    def _take(self, lane: str, region: str, tokens: float, now: float) -> bool:
        bucket = self._buckets.get((lane, region))
        if bucket is None:
            bucket = self._buckets[lane, region] = _Bucket(self._quotas[lane], now)
        return bucket.take(tokens, now)
