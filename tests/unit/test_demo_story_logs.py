"""The functions' log lines agree with their metrics and look like Lambda's."""

from __future__ import annotations

import json
import re

import pytest

from demo.build import make_world
from demo.story import StoryWorld

START_S = 1_800_000_000.0


@pytest.fixture(scope="module")
def world() -> StoryWorld:
    return make_world("black-friday", 1, None, START_S)


def lines(world: StoryWorld, function: str, minute: int, minutes: int = 1) -> list[str]:
    start_s = (world.start_minute + minute) * 60.0
    return [event.message for event in world.log_events(f"/aws/lambda/{function}", start_s, start_s + 60.0 * minutes)]


@pytest.mark.parametrize(
    ("function", "minute", "says"),
    [
        ("checkout-place", 7, "ProvisionedThroughputExceededException"),
        ("storefront-product", 24, "KeyError"),
        ("recommendations", 45, r"Task timed out after 10\.00 seconds"),
        ("search-query", -50, "KeyError"),
    ],
)
def test_errors_in_the_logs_are_those_of_the_incident(world: StoryWorld, function: str, minute: int, says: str) -> None:
    told = sum(bool(re.search(says, line)) for line in lines(world, function, minute, 5))
    counted = sum(world.traffic.of(function, world.start_minute + minute + i).failed for i in range(5))
    assert counted * 0.8 <= told <= counted * 1.2  # lines at the edges belong to neighbouring minutes


def test_a_quiet_function_writes_no_errors_and_whole_calls(world: StoryWorld) -> None:
    told = lines(world, "mobile-config", -20, 3)
    kinds = [line.split(" ", 1)[0] for line in told]
    assert kinds.count("START") == kinds.count("END") == kinds.count("REPORT") == 30
    assert "ERROR" not in "".join(told)
    entry = json.loads(next(line for line in told if line.startswith("{")))
    assert entry["level"] == "INFO"


def test_events_come_in_order_and_within_the_time_asked_for(world: StoryWorld) -> None:
    start_s = world.start_minute * 60.0 + 437.0
    events = list(world.log_events("/aws/lambda/checkout-place", start_s, start_s + 90.0))
    times = [event.at_ms for event in events]
    assert times == sorted(times)
    assert start_s * 1000 <= times[0] <= times[-1] < (start_s + 90.0) * 1000


def test_asking_in_pieces_gives_the_same_lines(world: StoryWorld) -> None:
    start_s = world.start_minute * 60.0 + 300.0
    group = "/aws/lambda/order-proc"
    whole = list(world.log_events(group, start_s, start_s + 120.0))
    pieces = [
        list(world.log_events(group, start_s + i * 17, min(start_s + (i + 1) * 17, start_s + 120))) for i in range(8)
    ]
    assert [event for piece in pieces for event in piece] == whole


def test_a_minute_is_bounded_even_in_the_worst_incident(world: StoryWorld) -> None:
    for minute in (7, 24, 45, 64):
        for function in ("checkout-place", "storefront-product", "recommendations", "image-resize"):
            assert len(lines(world, function, minute)) <= 300


def test_groups_differ_in_retention_and_class(world: StoryWorld) -> None:
    groups = world.log_groups()
    assert {group.get("retentionInDays") for group in groups.values()} >= {None, 7, 30}
    assert {group["logGroupClass"] for group in groups.values()} == {"STANDARD", "INFREQUENT_ACCESS"}
    assert not list(world.log_events("/aws/lambda/no-such", 0, START_S))
