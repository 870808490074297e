"""What the simulated account is made of, as the engines see it: a world that can be asked for any minute.

Values are computed from (series, minute), never stored, so that hours of history cost nothing and ten thousand
functions are as cheap as forty. The same seed, start and minute always give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from aws.model import MetricKey


class Datapoint(NamedTuple):
    """One minute of one metric as PutMetricData's Values and Counts: distinct values, and how often each came.

    Every CloudWatch statistic, percentiles included, follows from these.
    """

    values: tuple[float, ...]
    counts: tuple[float, ...]
    unit: str = "None"


class LogEvent(NamedTuple):
    """One line of a log stream; ``at_ms`` is UTC epoch milliseconds."""

    at_ms: int
    stream: str
    message: str


class World(Protocol):
    """A simulated account's past and future. ``minute`` is UTC epoch minutes."""

    account: str
    region: str

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        """Every metric that publishes, with the minute of its first datapoint."""
        ...

    def datapoint(self, key: MetricKey, minute: int) -> Datapoint | None:
        """The final (settled) value of that minute; None where there is no datapoint or no such metric."""
        ...

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        """Log groups by name, with their DescribeLogGroups fields (retentionInDays, storedBytes, logGroupClass)."""
        ...

    def log_events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:
        """The events of a group in ``[start_s, end_s)``, in order of time."""
        ...

    def alarms(self) -> Iterable[Mapping[str, Any]]:
        """The alarms the account starts with: PutMetricAlarm or PutCompositeAlarm (has AlarmRule) parameters."""
        ...

    def mute_rules(self) -> Iterable[Mapping[str, Any]]:
        """The alarm mute rules the account starts with: PutAlarmMuteRule parameters."""
        ...

    def seed(self, endpoint_url: str) -> None:
        """Create the inventory (functions, tables, APIs, roles, topics, …) in the account that this very process serves
        at ``endpoint_url``. Blocking: run it in a thread, and let nobody ask that account anything meanwhile.

        Raises OSError where nothing answers there.
        """
        ...

    def account_settings(self) -> Mapping[str, Any]:
        """Lambda's GetAccountSettings answer at this moment."""
        ...

    def deployed_s(self, function: str, now_s: float) -> float | None:
        """When that function's code was last deployed as of ``now_s``, UTC epoch seconds; None: unknown function."""
        ...
