"""One look at everything, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws.model.alarms import Delivery
from aws.model.readings import Series, SeriesId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.model.alarms import Alarm
    from aws.model.coverage import Covered
    from aws.model.credentials import Credentials
    from aws.model.findings import Finding, Gap, Health, Incident
    from aws.model.logs import LogGroups
    from aws.model.readings import MetricKey
    from aws.model.resources import Link, Resource, Scope
    from aws.model.tags import Tags

NOT_FETCHED = Series(start_s=0, period_s=60)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being loaded; ``total`` is None while it is not known."""

    text: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is shown was partly seen by an earlier run only, at ``at_s``; ``alarms``: their states are among that."""

    at_s: float
    alarms: bool = False


@dataclass(frozen=True, slots=True)
class ApiUse:
    """What was asked of AWS so far: calls by operation ("cloudwatch:GetMetricData"), metrics, dollars.

    ``…_at_most`` are upper bounds: every statistic billed as a metric of its own, unanswered requests included.
    """

    calls: Mapping[str, int] = field(default_factory=dict)
    metrics_requested: int = 0
    usd: float = 0.0
    usd_per_hour: float | None = None
    metrics_requested_at_most: int = 0
    usd_at_most: float = 0.0


@dataclass(frozen=True, slots=True)
class Interest:
    """What the user looks at, as ARNs: the poller reads that first."""

    visible: frozenset[str] = frozenset()
    opened: str | None = None
    paused: bool = False
    focused: bool = True
    idle: bool = False  # nobody pressed a key for ten minutes


@dataclass(frozen=True, slots=True)
class Lane:
    """How the requests of one AWS quota are spaced: now, and at most. ``throttled`` counts AWS's refusals."""

    name: str
    per_second: float
    ceiling_per_second: float
    waiting: int = 0
    throttled: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How AWS is asked at present.

    ``resting`` says in a word or two why visible rows, hot set and sweeps rest ("unfocused", "idle 10m"); empty where
    nothing rests. ``savings`` name what is read less often than the mode would have it, so as to keep to
    ``max_usd_per_hour``. ``usd_per_hour_by_mode`` is what each mode would cost here, within that limit.
    ``every_s`` maps a tier ("visible rows", "hot set", …) to the seconds between its reads.
    ``read_at_s`` maps a service to when the oldest of its readings was last read completely.
    """

    mode: str = "standard"
    resting: str = ""
    savings: tuple[str, ...] = ()
    max_usd_per_hour: float | None = None
    usd_per_hour_planned: float | None = None
    usd_per_hour_by_mode: Mapping[str, float] = field(default_factory=dict)
    every_s: Mapping[str, float] = field(default_factory=dict)
    read_at_s: Mapping[str, float] = field(default_factory=dict)
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything known at ``at_s``. Keys of mappings are ARNs unless said otherwise.

    ``series`` holds each scope's readings apart, because the same metric key may exist in any of them; `reading`
    looks one up. ``complete`` is True once inventory, alarms and metrics were each tried: all that
    exists was named and judged, or could not be; ``progress`` is None once that is explained, too.
    ``data_at_s`` is when the oldest of the selected services' readings was last read completely (None: never),
    or when an earlier run saw what is ``recalled`` (None: nothing is);
    ``alarm_targets`` maps an alarm's ARN to the resources it watches; ``dead_alarms`` are those that can never fire;
    ``delivery`` says whom the alarms reach, as far as it was read;
    ``coverage`` holds every resource's recommended alarms (None: the alarms were never read);
    ``tags`` each scope's, alarms' included, where they were ever read to the end; ``log_groups`` those that alarms on
    log lines are about, unless no profile has such alarms.
    ``credentials`` maps a scope to what its requests are signed with.
    """

    at_s: float
    sequence: int = 0
    complete: bool = False
    paused: bool = False
    progress: Progress | None = None
    scopes: tuple[Scope, ...] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    series: Mapping[Scope, Mapping[SeriesId, Series]] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    alarm_targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dead_alarms: frozenset[str] = frozenset()
    delivery: Delivery = field(default_factory=Delivery)
    coverage: Mapping[str, tuple[Covered, ...]] | None = None
    tags: Mapping[Scope, Tags] = field(default_factory=dict)
    log_groups: Mapping[Scope, LogGroups] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    health: Mapping[str, Health] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    gaps: tuple[Gap, ...] = ()
    api: ApiUse = field(default_factory=ApiUse)
    polling: Polling = field(default_factory=Polling)
    data_at_s: float | None = None
    recalled: Recalled | None = None
    next_poll_s: float | None = None
    credentials: Mapping[Scope, Credentials] = field(default_factory=dict)

    def reading(self, resource: Resource, key: MetricKey, stat: str) -> Series:
        """One statistic of a resource's metric; a NOT_FETCHED Series without points where it was never asked for."""
        return self.series.get(resource.scope, {}).get(SeriesId(key, stat), NOT_FETCHED)
