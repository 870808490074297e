"""``check --output json``: the snapshot as plain data. Keys are a contract: more may come, none is renamed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws.alarms.score import score_of
from aws.alarms.silence import Silence
from aws.cost import PRICES
from aws.model import Alarm, Finding, Gap, Health, Incident, Phase, ReadState, Resource, Series, Snapshot
from aws.services import registry
from aws.services.base import Metric, Service
from tui.headless.verdict import counts, verdict
from tui.present.spending import dashboard_usd_per_hour

VERSION = 1
_FIVE_MINUTES_S = 300


def report(snapshot: Snapshot, *, allow_gaps: bool = False) -> dict[str, Any]:
    """Everything that a script may want to know. Times are ISO 8601 UTC, numbers finite, the rest text."""
    return {
        "version": VERSION,
        "at": iso(snapshot.at_s),
        "scopes": [
            {"account": scope.account, "region": scope.region, "profile": scope.profile} for scope in snapshot.scopes
        ],
        "status": verdict(snapshot, allow_gaps=allow_gaps).value,
        "counts": counts(snapshot),
        "resources": [_resource(snapshot, resource) for resource in _in_order(snapshot)],
        "incidents": [_incident(incident) for incident in snapshot.incidents if not incident.recovered],
        "alarms": _alarms(snapshot),
        "coverage": _coverage(snapshot),
        "gaps": [gap_told(gap) for gap in snapshot.gaps],
        "api": _api(snapshot),
    }


def iso(at_s: float | None) -> str | None:
    """Epoch seconds as ``2026-11-22T03:12:00Z``; None stays None."""
    return None if at_s is None else datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _api(snapshot: Snapshot) -> dict[str, Any]:
    """What the look asked for and cost; ``usd_per_hour`` is what the dashboard would cost, null where not known."""
    use, polling = snapshot.api, snapshot.polling
    hourly = dashboard_usd_per_hour(snapshot)
    return {
        "calls": dict(sorted(use.calls.items())),
        "metrics_requested": use.metrics_requested,
        "metrics_requested_at_most": use.metrics_requested_at_most,
        "usd": round(use.usd, 6),
        "usd_at_most": round(use.usd_at_most, 6),
        "usd_per_hour": None if hourly is None else round(hourly, 6),
        "mode": polling.mode,
        "max_usd_per_hour": polling.max_usd_per_hour,
        "savings": list(polling.savings),
        "prices": {"as_of": PRICES.as_of, "source": PRICES.source},
    }


def _in_order(snapshot: Snapshot) -> list[Resource]:
    return sorted(snapshot.resources.values(), key=lambda found: (found.service, found.kind, found.name, found.arn))


def _resource(snapshot: Snapshot, resource: Resource) -> dict[str, Any]:
    service = registry().get(resource.service)
    findings = snapshot.findings.get(resource.arn, ())
    return {
        "service": resource.service,
        "kind": resource.kind,
        "name": resource.name,
        "arn": resource.arn,
        "account": resource.scope.account,
        "region": resource.scope.region,
        "status": snapshot.health.get(resource.arn, Health.UNKNOWN).value,
        "findings": [_finding(finding) for finding in findings if finding.phase is Phase.OPEN],
        "metrics": _metrics(snapshot, resource, service) if service else {},
    }


def _metrics(snapshot: Snapshot, resource: Resource, service: Service) -> Mapping[str, Any]:
    """Every metric by id; of those that explain a finding only what was asked for."""
    found = {}
    for metric, key in service.metrics_of(resource):
        series = snapshot.reading(resource, key, metric.shown)
        if metric.on_demand and series.state is ReadState.NOT_FETCHED:
            continue
        found[metric.id] = _metric(metric, series, snapshot.at_s)
    return found


def _metric(metric: Metric, series: Series, at_s: float) -> dict[str, Any]:
    newest = series.latest() if series.state.has_value else None
    return {
        "stat": metric.shown,
        "unit": metric.unit,
        "latest": None if newest is None else _number(newest[1]),
        "latest_at": None if newest is None else iso(newest[0]),
        "sum_5m": _sum_5m(series, at_s) if metric.shown == "Sum" else None,
        "state": series.state.value,
    }


def _sum_5m(series: Series, at_s: float) -> float | None:
    """The sum over the five minutes before ``at_s``; None where the series was not read: a quiet one sums to 0."""
    if not (series.state.known or series.state.has_value):
        return None
    points = series.between(at_s - _FIVE_MINUTES_S, at_s)
    return _number(math.fsum(value for value in points if not math.isnan(value)))


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "text": finding.text,
        "metric": finding.metric,
        "value": None if finding.value is None else _number(finding.value),
        "unit": finding.unit,
        "since": iso(finding.since_s),
        "since_mark": finding.since_mark,
        "evidence": finding.evidence,
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "cause": incident.cause,
        "members": [member.arn for member in incident.members],
        "severity": incident.severity.value,
        "since": iso(incident.since_s),
        "text": incident.text,
    }


def _alarms(snapshot: Snapshot) -> list[dict[str, Any]]:
    silence = Silence(snapshot.alarms.values(), snapshot.delivery)
    return [_alarm(snapshot, alarm, silence) for _, alarm in sorted(snapshot.alarms.items())]


def _alarm(snapshot: Snapshot, alarm: Alarm, silence: Silence) -> dict[str, Any]:
    heard = silence.heard(alarm)
    targets = snapshot.alarm_targets.get(alarm.arn, ())
    return {
        "name": alarm.name,
        "state": alarm.state.value,
        "resource_arn": targets[0] if targets else None,
        "since": iso(alarm.since_s),
        "silent": bool(heard.silent),
        "unheard_because": heard.silent or None,
        "unsure_because": heard.unsure or None,
        # Nobody can tell of an alarm that watches nothing we know whether it is dead.
        "dead": True if alarm.arn in snapshot.dead_alarms else (False if targets else None),
    }


def _coverage(snapshot: Snapshot) -> dict[str, int] | None:
    """How many of the recommended alarms there are; null where the alarms were never read."""
    counted = score_of(snapshot.coverage)
    return None if counted is None else counted._asdict()


def gap_told(gap: Gap) -> dict[str, str]:
    """A gap as every command's JSON has it."""
    return {
        "service": gap.service,
        "action": gap.action,
        "error": gap.error,
        "hint": gap.hint,
        "account": gap.account,
        "region": gap.region,
    }


def _number(value: float) -> float | None:
    """Rounded to what 32-bit points can hold; None where it is no finite number."""
    return float(f"{value:.7g}") if math.isfinite(value) else None
