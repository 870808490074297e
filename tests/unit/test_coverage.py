"""Which recommended alarms a resource has: by what alarms of any origin watch, never by their names.

The cases are data: ``coverage_cases/*.toml`` hold resources, alarms as DescribeAlarms gives them, and the verdict for
every rule that is not simply missing or not applicable.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aws.alarms.coverage import coverage
from aws.alarms.read import parse_alarm
from aws.alarms.targets import AlarmIndex
from aws.model import Alarm, AlarmKind, Cover, Covered, Delivery, MetricKey, Resource
from aws.model.logs import FilterFound, LogGroups
from aws.services import registry
from aws.settings import AlarmSettings
from tests.builders import SCOPE, arn

CASES = sorted((Path(__file__).parent / "coverage_cases").glob("*.toml"))


@dataclass(frozen=True)
class Case:
    resources: tuple[Resource, ...]
    alarms: Mapping[str, Alarm]
    told: Mapping[str, Any]


def a_case(path: Path) -> Case:
    told = tomllib.loads(path.read_text())
    resources = tuple(
        Resource(
            SCOPE,
            each["service"],
            each["kind"],
            each["name"],
            f"arn:{each['name']}",
            each["facts"],
            each.get("tags", {}),
        )
        for each in told["resources"]
    )
    alarms = {}
    for raw in told.get("alarms", ()):
        described = {"AlarmArn": alarm_arn(raw["AlarmName"]), "StateValue": "OK", "ActionsEnabled": True, **raw}
        alarm = parse_alarm(described, AlarmKind(raw.get("type", "metric")), SCOPE)
        assert isinstance(alarm, Alarm), alarm
        alarms[alarm.arn] = alarm
    return Case(resources, alarms, told)


def alarm_arn(name: str) -> str:
    return arn("cloudwatch", f"alarm:{name}")


def log_groups(told: Mapping[str, Any]) -> LogGroups | None:
    """The log groups of a case; None where it is about none."""
    groups = {each["name"]: each for each in told.get("log_groups", ())}
    return (
        LogGroups(
            filters={
                name: tuple(
                    FilterFound(one["name"], one["pattern"], tuple(MetricKey(*metric) for metric in one["metrics"]))
                    for one in each["filters"]
                )
                for name, each in groups.items()
                if "class" not in each
            },
            other_class={name: each["class"] for name, each in groups.items() if "class" in each},
            unread=told.get("logs_unread", ""),
        )
        if groups
        else None
    )


def judged(resources: tuple[Resource, ...], alarms: Mapping[str, Alarm], **more: Any) -> dict[str, tuple[Covered, ...]]:
    index = AlarmIndex(resources, registry(), complete=[(SCOPE, name) for name in registry()])
    dead = {found for found, alarm in alarms.items() if index.dead(alarm)}
    given = {"settings": AlarmSettings(), "dead": dead, **more}
    return coverage(resources, registry(), alarms, **given)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_alarms_of_other_tools(path: Path) -> None:
    case = a_case(path)
    found = judged(
        case.resources,
        case.alarms,
        delivery=Delivery(
            undeliverable=frozenset(case.told.get("undeliverable", ())),
            muted=frozenset(alarm_arn(name) for name in case.told.get("muted", ())),
        ),
        logs=log_groups(case.told),
        tags_read=case.told.get("tags_read", False),
    )
    usual = (Cover.MISSING, Cover.NOT_APPLICABLE)
    shown = {
        resource.name: {each.rule: each.cover.value for each in found[resource.arn] if each.cover not in usual}
        for resource in case.resources
    }
    assert shown == case.told["expected"]
    everything = [each for covered in found.values() for each in covered]
    for rule, words in case.told.get("details", {}).items():
        assert any(words in each.detail for each in everything if each.rule == rule), rule
    for rule, names in case.told.get("exactly", {}).items():
        covers = {
            each.name: [one.cover.value for one in found[each.arn] if one.rule == rule] for each in case.resources
        }
        assert covers == {name: [cover] for name, cover in names.items()}
    superseded = {each.rule: list(each.superseded) for each in everything if each.superseded}
    expected = {rule: list(map(alarm_arn, names)) for rule, names in case.told.get("superseded", {}).items()}
    assert superseded == expected


def test_there_are_cases_enough() -> None:
    assert sum(len(tomllib.loads(path.read_text()).get("alarms", ())) for path in CASES) >= 20
