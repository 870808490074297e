"""Requests spaced below AWS's quotas, per account and region: quicker than being throttled and trying again.

One `Pacer` serves one account in one region. Every quota has a lane: a token bucket whose rate is halved when AWS
throttles and climbs back with every success. Waiting is first come, first served.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from aws.model import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.clock import Clock


class Quota(NamedTuple):
    """What we allow ourselves of one AWS quota: requests per second, and how many may go at once at the start."""

    per_second: float
    burst: int


DEFAULT = Quota(5, 5)

QUOTAS: Mapping[str, Quota] = {
    # CloudWatch API quotas, docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html:
    # GetMetricData 50/s, ListMetrics 25/s, DescribeAlarms 9/s, DescribeAlarmHistory 20/s, alarm writes 3/s each.
    "cloudwatch:GetMetricData": Quota(10, 10),
    "cloudwatch:ListMetrics": Quota(5, 5),
    "cloudwatch:DescribeAlarms": Quota(2, 5),
    "cloudwatch:DescribeAlarmHistory": Quota(5, 5),
    "cloudwatch:PutMetricAlarm": Quota(2, 2),
    "cloudwatch:PutCompositeAlarm": Quota(2, 2),
    "cloudwatch:DeleteAlarms": Quota(2, 2),
    "cloudwatch:SetAlarmState": Quota(2, 2),
    "cloudwatch:EnableAlarmActions": Quota(2, 2),
    "cloudwatch:DisableAlarmActions": Quota(2, 2),
    # Lambda's control plane: 15/s for all operations together, not raisable. Deployments need it more than we do.
    "lambda": Quota(8, 10),
    # API Gateway's control plane: 10/s with a burst of 40, for all operations and both API versions together.
    "apigateway": Quota(5, 10),
    "dynamodb:DescribeTable": Quota(10, 10),
    "dynamodb:ListTables": Quota(5, 5),
    # SQS states no quota for its control plane; Cognito's is 15/s for reading user pools and their clients together
    # (category UserPoolResourceRead), which sign-in does not share.
    "sqs:GetQueueAttributes": Quota(15, 15),
    "sqs:ListQueues": Quota(5, 5),
    "cognito-idp": Quota(5, 10),
    # EventBridge: 50/s for each operation that reads rules; Scheduler: 50/s for ListSchedules.
    "events:ListTargetsByRule": Quota(20, 20),
    "logs:DescribeLogGroups": Quota(5, 5),
    # CloudWatch Logs quotas: 5/s each for describing, putting and deleting metric filters.
    "logs:DescribeMetricFilters": Quota(3, 3),
    "logs:PutMetricFilter": Quota(3, 3),
    "logs:DeleteMetricFilter": Quota(3, 3),
    "logs:FilterLogEvents": Quota(3, 5),
    "logs:StartQuery": Quota(3, 3),
    "stepfunctions": Quota(3, 5),
    "iam": Quota(3, 5),
    "resourcegroupstaggingapi": Quota(3, 5),
}

_SHARED_QUOTA = {"apigatewayv2": "apigateway"}
_SLOWEST_PER_SECOND = 0.25
_STEPS_TO_RECOVER = 20


def lane_name(service: str, operation: str, quotas: Mapping[str, Quota] = QUOTAS) -> str:
    """The quota that a request counts against: a whole service ("lambda") or one operation of it."""
    whole = _SHARED_QUOTA.get(service, service)
    return whole if whole in quotas else f"{service}:{operation}"


class Ticket(NamedTuple):
    """Leave to send one request."""

    lane: str
    admitted_at: float


@dataclass(slots=True, eq=False)
class _Lane:
    quota: Quota
    per_second: float
    tokens: float
    filled_at: float
    line: asyncio.Lock = field(default_factory=asyncio.Lock)  # asyncio's lock is fair: first come, first served
    waiting: int = 0
    throttled: int = 0
    cut_at: float = float("-inf")
    last_error: str = ""

    def fill(self, now: float) -> None:
        self.tokens = min(self.quota.burst, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now


class Pacer:
    """The lanes of one account in one region."""

    def __init__(self, clock: Clock, quotas: Mapping[str, Quota] = QUOTAS) -> None:
        self._clock = clock
        self._quotas = quotas
        self._lanes: dict[str, _Lane] = {}

    async def admit(self, service: str, operation: str) -> Ticket:
        """Wait for our turn to send one request."""
        name = lane_name(service, operation, self._quotas)
        lane = self._lane(name)
        lane.waiting += 1
        try:
            async with lane.line:
                lane.fill(self._clock.monotonic())
                # Rounding may leave a token a hair short of one for ever; a hair is close enough.
                while lane.tokens < 1 - 1e-9:
                    await self._clock.sleep((1 - lane.tokens) / lane.per_second)
                    lane.fill(self._clock.monotonic())
                lane.tokens -= 1
        finally:
            lane.waiting -= 1
        return Ticket(name, self._clock.monotonic())

    def throttled(self, ticket: Ticket, error: str) -> None:
        """AWS throttled that request: halve the rate, once for all requests that were under way at the old rate."""
        lane = self._lane(ticket.lane)
        lane.throttled += 1
        lane.last_error = error
        now = self._clock.monotonic()
        if ticket.admitted_at < lane.cut_at:
            return
        lane.fill(now)
        lane.tokens = min(lane.tokens, 0.0)
        lane.per_second = max(_SLOWEST_PER_SECOND, lane.per_second / 2)
        lane.cut_at = now

    def succeeded(self, ticket: Ticket) -> None:
        """AWS answered that request: climb back one step towards the lane's own rate."""
        lane = self._lane(ticket.lane)
        ceiling = lane.quota.per_second
        if lane.per_second < ceiling:
            lane.fill(self._clock.monotonic())
            lane.per_second = min(ceiling, lane.per_second + ceiling / _STEPS_TO_RECOVER)

    def states(self) -> tuple[Lane, ...]:
        """Every lane used so far, by name."""
        return tuple(
            Lane(
                name=name,
                per_second=lane.per_second,
                ceiling_per_second=lane.quota.per_second,
                waiting=lane.waiting,
                throttled=lane.throttled,
                last_error=lane.last_error,
            )
            for name, lane in sorted(self._lanes.items())
        )

    def _lane(self, name: str) -> _Lane:
        lane = self._lanes.get(name)
        if lane is None:
            quota = self._quotas.get(name, DEFAULT)
            lane = _Lane(quota, quota.per_second, float(quota.burst), self._clock.monotonic())
            self._lanes[name] = lane
        return lane
