"""Requests spaced below AWS's quotas, per account and region: quicker than being throttled and trying again.

One `Pacer` serves one account in one region. Every quota has a lane: a token bucket whose rate is halved when AWS
throttles and climbs back with every success. Where AWS counts datapoints besides requests, so does the lane, and both
rates go down and up together. Waiting is first come, first served.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from aws.model import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.clock import Clock


class Quota(NamedTuple):
    """What we allow ourselves of one AWS quota: requests per second, and how many may go at once at the start.

    The same of datapoints asked for, where AWS counts them: infinite where it does not.
    """

    per_second: float
    burst: int
    datapoints_per_second: float = math.inf
    datapoints_burst: float = math.inf


DEFAULT = Quota(5, 5)

# A lane's burst and a second's worth stay together below what AWS grants in a second.
QUOTAS: Mapping[str, Quota] = {
    # CloudWatch API quotas, docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html:
    # GetMetricData 50/s, ListMetrics 25/s, DescribeAlarms 9/s, DescribeAlarmHistory 20/s, alarm writes 3/s each.
    # GetMetricData besides 180,000 datapoints/s where StartTime is at most three hours ago: a hundred queries of three
    # hours are 18,000.
    "cloudwatch:GetMetricData": Quota(10, 10, 140_000, 20_000),
    "cloudwatch:ListMetrics": Quota(10, 10),
    "cloudwatch:DescribeAlarms": Quota(4, 5),
    "cloudwatch:DescribeAlarmHistory": Quota(5, 5),
    "cloudwatch:PutMetricAlarm": Quota(2, 2),
    "cloudwatch:PutCompositeAlarm": Quota(2, 2),
    "cloudwatch:DeleteAlarms": Quota(2, 2),
    "cloudwatch:SetAlarmState": Quota(2, 2),
    "cloudwatch:EnableAlarmActions": Quota(2, 2),
    "cloudwatch:DisableAlarmActions": Quota(2, 2),
    # Lambda's control plane: 15/s for all operations together, not raisable. Deployments need it, too.
    "lambda": Quota(10, 5),
    # API Gateway's control plane: 10/s with a burst of 40, for all operations and both API versions together, of which
    # GetResources may be five in two seconds (docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
    "apigateway": Quota(7, 25),
    "apigateway:GetResources": Quota(2.25, 5),
    # DynamoDB states 2,500/s for DescribeTable and ListTables together (developer guide, Service quotas); 40/s of each
    # is what is granted without fail.
    "dynamodb:DescribeTable": Quota(20, 20),
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
    # IAM publishes no rates. One look at a role takes a dozen calls, and then there is silence.
    "iam": Quota(4, 12),
    "resourcegroupstaggingapi": Quota(3, 5),
}

_SHARED_QUOTA = {"apigatewayv2": "apigateway"}
_SLOWEST_PER_SECOND = 0.25
_STEPS_TO_RECOVER = 20


def lane_name(service: str, operation: str, quotas: Mapping[str, Quota] = QUOTAS) -> str:
    """The quota that a request counts against: one operation of a service, or all its others together ("lambda")."""
    own, whole = f"{service}:{operation}", _SHARED_QUOTA.get(service, service)
    return whole if whole in quotas and own not in quotas else own


def datapoints_in(params: Mapping[str, Any]) -> int:
    """How many datapoints a GetMetricData request asks for, as CloudWatch counts them: each query's periods in its
    range. 0 for what cannot be told, as for every other operation."""
    queries, start, end = (params.get(key) for key in ("MetricDataQueries", "StartTime", "EndTime"))
    if not queries or start is None or end is None:
        return 0
    span_s = (end - start).total_seconds()
    return sum(int(span_s // query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query)


class Ticket(NamedTuple):
    """Leave to send one request."""

    lane: str
    admitted_at: float


@dataclass(slots=True, eq=False)
class _Lane:
    quota: Quota
    per_second: float
    tokens: float
    datapoints: float
    filled_at: float
    line: asyncio.Lock = field(default_factory=asyncio.Lock)  # asyncio's lock is fair: first come, first served
    waiting: int = 0
    throttled: int = 0
    cut_at: float = float("-inf")
    last_error: str = ""

    def fill(self, now: float) -> None:
        passed_s, quota = now - self.filled_at, self.quota
        self.tokens = min(quota.burst, self.tokens + passed_s * self.per_second)
        if quota.datapoints_per_second < math.inf:
            self.datapoints = min(quota.datapoints_burst, self.datapoints + passed_s * self.datapoints_per_second)
        self.filled_at = now

    @property
    def datapoints_per_second(self) -> float:
        return self.quota.datapoints_per_second * self.per_second / self.quota.per_second

    def wait_s(self) -> float:
        """How long until there is a token, and no debt of datapoints: a request that asks for more than a whole burst
        goes out alone, and those after it wait."""
        # Rounding may leave a token a hair short of one for ever; a hair is close enough.
        token_s = (1 - self.tokens) / self.per_second if self.tokens < 1 - 1e-9 else 0.0
        debt_s = -self.datapoints / self.datapoints_per_second if self.datapoints < -1e-6 else 0.0
        return max(token_s, debt_s)


class Pacer:
    """The lanes of one account in one region."""

    def __init__(self, clock: Clock, quotas: Mapping[str, Quota] = QUOTAS) -> None:
        self._clock = clock
        self._quotas = quotas
        self._lanes: dict[str, _Lane] = {}

    async def admit(self, service: str, operation: str, datapoints: int = 0) -> Ticket:
        """Wait for our turn to send one request, which asks for so many datapoints."""
        name = lane_name(service, operation, self._quotas)
        lane = self._lane(name)
        lane.waiting += 1
        try:
            async with lane.line:
                lane.fill(self._clock.monotonic())
                while (wait_s := lane.wait_s()) > 0:
                    await self._clock.sleep(wait_s)
                    lane.fill(self._clock.monotonic())
                lane.tokens -= 1
                lane.datapoints -= datapoints
        finally:
            lane.waiting -= 1
        return Ticket(name, self._clock.monotonic())

    def unused(self, ticket: Ticket, datapoints: int = 0) -> None:
        """That request is not sent after all: whoever is next in line may go in its place."""
        lane = self._lane(ticket.lane)
        lane.tokens += 1
        lane.datapoints += datapoints

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
            lane = _Lane(quota, quota.per_second, float(quota.burst), quota.datapoints_burst, self._clock.monotonic())
            self._lanes[name] = lane
        return lane
