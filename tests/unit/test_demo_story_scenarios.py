"""Scenario files are read strictly, and tell what they promise."""

from __future__ import annotations

import pytest

from demo.build import make_world
from demo.shop import acme
from demo.story import StoryWorld, names, scenario
from demo.story.scenario import parse

START_S = 1_800_000_000.0


@pytest.fixture(params=names())
def world(request: pytest.FixtureRequest) -> StoryWorld:
    return make_world(request.param, 1, None, START_S)


def test_incidents_and_findings_name_what_exists(world: StoryWorld) -> None:
    shop = world.shop
    tables = {t.name for t in shop.tables} | {f"{t.name}#{i.name}" for t in shop.tables for i in t.indexes}
    known = {
        "function": {f.name for f in shop.functions},
        "table": tables,
        "index": tables,
        "rest-api-stage": {f"{api.name}/{stage}" for api in shop.apis for stage in api.stages},
        "queue": {queue.name for queue in shop.queues},
        "account": {"account concurrency"},
    }
    everything = set().union(*known.values())
    for incident in world.scenario.incidents:
        assert set(incident.targets) <= everything
    for finding in world.scenario.findings:
        _, kind, name = finding.resource.split("/", 2)
        assert name in known[kind] or not finding.required
        assert finding.severity in ("critical", "warning", "info")
        assert finding.until is None or finding.since <= finding.until <= world.scenario.minutes


def test_an_account_looks_lived_in() -> None:
    shop = acme()
    assert len(shop.functions) >= 40
    assert len(shop.tables) >= 12
    assert len(shop.apis) >= 6
    composites = [alarm for alarm in shop.alarms if "AlarmRule" in alarm]
    assert len(composites) == 2
    assert len(shop.alarms) - len(composites) >= 30
    assert len({alarm["AlarmName"] for alarm in shop.alarms}) == len(shop.alarms)


@pytest.mark.parametrize("functions", [60, 500, 10_000])
def test_padding_gives_as_many_functions_as_asked_for_with_names_of_their_own(functions: int) -> None:
    shop = acme(functions)
    assert len({function.name for function in shop.functions}) == len(shop.functions) == functions
    assert len({table.name for table in shop.tables}) == len(shop.tables)
    assert len({api.name for api in shop.apis}) == len(shop.apis)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("hour", [3, 19])
def test_on_a_calm_day_nothing_comes_near_a_threshold(seed: int, hour: int) -> None:
    world = make_world("calm", seed, None, START_S - START_S % 86_400 + hour * 3600)
    for function in world.shop.functions:
        minutes = [world.traffic.of(function.name, world.start_minute + minute) for minute in range(-180, 30)]
        assert not any(minute.throttles for minute in minutes)
        assert not any(minute.failed and minute.failed == minute.invocations for minute in minutes)
        failed = [minute.failed for minute in minutes]
        assert max(sum(failed[i : i + 15]) for i in range(len(failed) - 14)) < 3
        slowest = max((max(minute.durations.values) for minute in minutes if minute.durations.values), default=0.0)
        assert slowest < 0.8 * 1000 * function.timeout_s, function.name
    throttled = [key for key, _ in world.metrics() if "Throttle" in key.name and key.namespace == "AWS/DynamoDB"]
    assert not throttled


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 'x'", "minutes"),
        ("title = 'x'\nminutes = 3\nnonsense = 1", "nonsense"),
        ("title = 'x'\nminutes = 3\n[[incident]]\nkind = 'flood'\ntarget = 'x'\nstart = 1", "flood"),
        ("title = 'x'\nminutes = 3\n[[finding]]\nrule = 'a'\nresource = 'b'\nseverity = 'c'\nwhen = 1", "when"),
        ("title = ", "Invalid value"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_fault(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"scenario broken: .*{says}"):
        parse("broken", text)


def test_an_unknown_scenario_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match=r"no scenario 'monday'; there are .*black-friday"):
        scenario("monday")


def test_the_day_comes_back_with_other_targets() -> None:
    world = make_world("black-friday", 1, None, START_S)
    first = {(a.incident.kind, a.target) for a in world.forecast.active(world.start_minute + 6)}
    again = {(a.incident.kind, a.target) for a in world.forecast.active(world.start_minute + 6 + 104)}
    assert ("hot_partition", "orders#by-status") in first - again
    assert ("hot_partition", "carts#by-session") in again - first
