"""The nouns. Frozen values, the only currency between AWS, judgement and screen.

Units: times are UTC epoch seconds (``*_s`` as float), durations seconds, unless a name says otherwise.
Mappings in these values are never changed after construction; snapshots share them.
"""

from aws.model.alarms import Alarm, AlarmKind, AlarmState, Delivery, Query, Watched
from aws.model.coverage import Cover, Covered
from aws.model.credentials import Credentials
from aws.model.findings import Finding, Gap, Health, Incident, Member, Phase, Severity
from aws.model.readings import MetricKey, ReadState, Series, SeriesId
from aws.model.resources import Fact, Link, LinkKind, Resource, Scope
from aws.model.snapshot import ApiUse, Interest, Lane, Polling, Progress, Recalled, Snapshot
from aws.model.tags import Tags

__all__ = [
    "Alarm",
    "AlarmKind",
    "AlarmState",
    "ApiUse",
    "Cover",
    "Covered",
    "Credentials",
    "Delivery",
    "Fact",
    "Finding",
    "Gap",
    "Health",
    "Incident",
    "Interest",
    "Lane",
    "Link",
    "LinkKind",
    "Member",
    "MetricKey",
    "Phase",
    "Polling",
    "Progress",
    "Query",
    "ReadState",
    "Recalled",
    "Resource",
    "Scope",
    "Series",
    "SeriesId",
    "Severity",
    "Snapshot",
    "Tags",
    "Watched",
]
