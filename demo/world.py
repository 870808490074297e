"""What the simulated account is made of, as the engines see it: a world that can be asked for any minute.

Values are computed from (series, minute), never stored, so that hours of history cost nothing and ten thousand
functions are as cheap as forty. The same seed, start and minute always give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from aws.model import MetricKey

if TYPE_CHECKING:
    from aws.clock import Clock
    from demo.front.chain import Between, Middleware


class Datapoint(NamedTuple):
    """One minute of one metric as PutMetricData's Values and Counts: distinct values, and how often each came.

    Every CloudWatch statistic, percentiles included, follows from these.
    """

    values: tuple[float, ...]
    counts: tuple[float, ...]
    unit: str = "None"


Series: TypeAlias = Callable[[int], Datapoint | None]
"""A metric's final (settled) datapoint of a minute; None where there is none. A metric is looked up once and then
asked for many minutes."""


def silent(_minute: int) -> Datapoint | None:
    """The series of what never publishes."""
    return None


class LogEvent(NamedTuple):
    """One line of a log stream; ``at_ms`` is UTC epoch milliseconds."""

    at_ms: int
    stream: str
    message: str


class RootUser(NamedTuple):
    """How the account's root user is kept. ``password_used_s``: its last sign-in, UTC epoch seconds; None: never."""

    mfa: bool = True
    access_key: bool = False
    password_used_s: float | None = None


class Identity(NamedTuple):
    """What IAM has seen. ``used`` holds by the role's name "service" or "service:Action" with its last use, UTC epoch
    seconds."""

    root: RootUser = RootUser()
    used: Mapping[str, Mapping[str, float]] = MappingProxyType({})


class World(Protocol):
    """A simulated account's past and future. ``minute`` is UTC epoch minutes."""

    account: str
    region: str

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        """Every metric that publishes, with the minute of its first datapoint."""
        ...

    def series(self, key: MetricKey) -> Series:
        """The metric by minute; None in every minute of one that does not exist."""
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

    def links(self, clock: Clock, between: Between) -> Sequence[Middleware]:
        """What answers for the part of the inventory that `seed` did not create; ``between`` is moto's own."""
        ...

    def account_settings(self) -> Mapping[str, Any]:
        """Lambda's GetAccountSettings answer at this moment."""
        ...

    def identity(self, now_s: float) -> Identity:
        """How root is kept and which services each role has used, as of ``now_s``, UTC epoch seconds."""
        ...

    def deployed_s(self, function: str, now_s: float) -> float | None:
        """When that function's code was last deployed as of ``now_s``, UTC epoch seconds; None: unknown function."""
        ...
