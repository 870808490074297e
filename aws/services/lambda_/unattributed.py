"""What the account counts and no function: trouble that is seen at once, and whose function is still looked for."""

from __future__ import annotations

from collections.abc import Callable

from aws.figures import short
from aws.model import Finding, Severity
from aws.services.base import Reading

# As for a single function's errors, only that nobody knows yet how many calls they were of.
UNATTRIBUTED = {"warning_over": 5.0}  # more than so many in five minutes
_WINDOW_S = 300


def unattributed(metric_id: str, name: str, rule: str) -> Callable[[Reading], Finding | None]:
    """The judgement on one of the account's sums, such as "errors"."""

    def judge(reading: Reading) -> Finding | None:
        left = reading.unexplained(metric_id)
        if not left:
            return None
        most = max(sum(count for at_s, count in left.items() if 0 <= end_s - at_s < _WINDOW_S) for end_s in left)
        total, since_s = sum(left.values()), min(left)
        serious = most > reading.thresholds["warning_over"]
        return Finding(
            rule=rule,
            severity=Severity.WARNING if serious else Severity.INFO,
            resource=reading.resource.arn,
            text=f"{short(total)} {metric_id} not yet traced to a function",
            metric=name,
            value=total,
            unit="Count",
            since_s=float(since_s),
            evidence=f"AWS/Lambda {name} of the account counts {short(total)} more in 15m than its functions that were"
            " read. They are read one after another, the likeliest first, within five minutes.",
        )

    return judge
