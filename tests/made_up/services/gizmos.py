"""The whole of a service that AWS does not have: gizmos, which err."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aws.call import items
from aws.model import Finding, Resource, Severity
from aws.services.arns import arn_of
from aws.services.base import Column, Dimensions, Discovered, Discovery, Kind, Metric, Reading, Rule, Service
from aws.services.recommendation import IN_ALL, Recommendation, fixed, watching


async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Every gizmo."""
    async for name in items(discovery.call, "gizmo", "ListGadgets", result="Gadgets", token=("Token", "Next")):
        yield Resource(discovery.scope, "gizmo", "gizmo", name, arn_of(discovery.scope, "gizmo", name))


def _of_gizmo(gizmo: Resource) -> Dimensions:
    return (("Gizmo", gizmo.name),)


def broken(reading: Reading) -> Finding | None:
    """More errors in all than the threshold."""
    count = sum(value for value in reading.series("errors", "Sum").values if value > 0)
    if count <= reading.thresholds["critical_over"]:
        return None
    return Finding(
        rule="gizmo.broken",
        severity=Severity.CRITICAL,
        resource=reading.resource.arn,
        text=f"{count:g} errors",
        metric="Errors",
        since_s=reading.now_s - 60,
    )


SERVICE = Service(
    name="gizmo",
    title="Gizmos",
    kinds=(
        Kind(
            name="gizmo",
            short="gz",
            plural="gizmos",
            view="workflows",
            columns=(Column(title="ERR 5m", width=6, form="sum_5m", metric="errors", stat="Sum"),),
            dimensions=("Gizmo",),
        ),
    ),
    discover=discover,
    metrics=(
        Metric(
            id="errors",
            kind="gizmo",
            namespace="Test/Gizmo",
            name="Errors",
            stats=("Sum",),
            unit="Count",
            dimensions=_of_gizmo,
        ),
    ),
    rules=(Rule(id="gizmo.broken", kind="gizmo", needs=("errors",), thresholds={"critical_over": 5.0}, judge=broken),),
    permissions=("gizmo:ListGadgets",),
    console_path=lambda gizmo: f"gizmo/home#{gizmo.name}",
    shapes={"Test/Gizmo": {"*": (("Gizmo",),)}},
    recommendations=(
        Recommendation(
            id="gizmo.errors",
            kind="gizmo",
            title="it errs",
            severity=Severity.WARNING,
            metrics=watching("Test/Gizmo", "Errors", _of_gizmo),
            stat="Sum",
            comparison="GreaterThanThreshold",
            period_s=300,
            datapoints=1,
            periods=1,
            figures={"threshold": 5.0},
            threshold=fixed,
            profiles=IN_ALL,
            source="made up",
        ),
    ),
)
