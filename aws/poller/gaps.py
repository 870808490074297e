"""What could not be read of the metrics, and what was not answered in time, as gaps. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from aws.errors import AccessDenied, AwsError, Throttled, TimedOut
from aws.model import Gap, ReadState, Resource, Scope
from aws.pacing import lane_name

METRICS = "cloudwatch:GetMetricData"
ALARMS = "cloudwatch:DescribeAlarms"
TOPICS = "sns:GetTopicAttributes"
_MOST_PER_SERVICE = 3
_ASKED_AGAIN = "cwtop asks again with the next poll"
_NONE: Mapping[str, str] = MappingProxyType({})

# (service, state, detail) of readings that are not known
Reason: TypeAlias = tuple[str, ReadState, str]


def of_readings(scope: Scope, reasons: Counter[Reason], hints: Mapping[str, str]) -> list[Gap]:
    """One gap per service and reason, the commonest first, with how many readings it leaves open.

    ``hints`` say what to do, by a reading's detail.
    """
    shown: Counter[str] = Counter()
    gaps: list[Gap] = []
    for (service, state, detail), count in reasons.most_common():
        shown[service] += 1
        if shown[service] > _MOST_PER_SERVICE:
            continue
        error = f"{detail or state.value} ({count} {'reading' if count == 1 else 'readings'})"
        hint = hints.get(detail) or (AccessDenied.default_hint if state is ReadState.DENIED else _ASKED_AGAIN)
        gaps.append(Gap(service, METRICS, error, hint, scope.account, scope.region))
    return gaps


def of_defects(scope: Scope, resources: Mapping[str, Resource], undecided: Mapping[str, str]) -> list[Gap]:
    """One gap per service and defect that kept resources from being judged: ``undecided`` says which, by ARN."""
    counts = Counter((resources[arn].service, why) for arn, why in undecided.items())
    hint = "this is a defect of cwtop: the log file has the details"
    return [
        Gap(service, "judgement", f"{why} on {count} resources", hint, scope.account, scope.region)
        for (service, why), count in counts.items()
    ]


def unanswered(
    scope: Scope, service: str, action: str, timeout_s: float, what: str = "", throttled: Mapping[str, str] = _NONE
) -> Gap:
    """Something that was asked, or would have been, but had no answer when the time was up.

    ``throttled`` says by lane what AWS answered to requests that were too many: then more time alone is no cure.
    """
    aws_service, _, operation = action.partition(":")
    said = throttled.get(lane_name(aws_service, operation))
    late = f"not answered within {timeout_s:.3g} s{what}"
    error: AwsError = TimedOut(aws_service, operation, late, hint="give it more --timeout")
    if said is not None:
        hint = "give it more --timeout: cwtop has slowed down; others may be using the same quota"
        error = Throttled(aws_service, operation, f"{late}: {said}", hint=hint)
    return replace(error.gap(scope, service=service), action=action)


class Since:
    """Gives each gap the time since which it has been there."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, str, str, str], float] = {}

    def __call__(self, gaps: Iterable[Gap], now_s: float) -> tuple[Gap, ...]:
        """The gaps with their ``since_s``; those that are gone begin anew when they return."""
        began: dict[tuple[str, str, str, str], float] = {}
        dated: list[Gap] = []
        for gap in gaps:
            key = (gap.account, gap.region, gap.service, gap.action)
            since_s = gap.since_s if gap.since_s is not None else self._began.get(key, now_s)
            began[key] = min(since_s, began.get(key, since_s))
            dated.append(replace(gap, since_s=since_s))
        self._began = began
        return tuple(dated)
