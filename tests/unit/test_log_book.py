"""Log groups are listed seldom, their filters with every walk; what cannot be read anew stays as it was."""

from __future__ import annotations

from aws.errors import AccessDenied
from aws.model.logs import LogGroups
from aws.poller.log_book import LogBook
from aws.settings import AlarmSettings, LogPattern
from tests.builders import a_function
from tests.fakes import FakeCall
from tests.virtual_clock import VirtualClock

GROUPS = ("logs", "DescribeLogGroups")
FILTERS = ("logs", "DescribeMetricFilters")
NAMES = ("/aws/lambda/a", "/aws/lambda/b")
A, B = (a_function(name.rpartition("/")[2], log_group=name) for name in NAMES)
EVERY_S = 600.0


def a_book(call: FakeCall, settings: AlarmSettings | None = None) -> LogBook:
    return LogBook(call, settings or AlarmSettings(), VirtualClock(), every_s=EVERY_S)


def listed(*names: str) -> dict[str, object]:
    return {"logGroups": [{"logGroupName": name} for name in names]}


async def test_groups_are_listed_anew_for_new_functions_and_seldom_else() -> None:
    call = FakeCall({GROUPS: listed(*NAMES), FILTERS: {"metricFilters": []}})
    clock = VirtualClock()
    book = LogBook(call, AlarmSettings(), clock, every_s=EVERY_S)
    assert book.groups == LogGroups(unread="its log group was not read yet")
    assert await book.read([A])
    assert book.groups == LogGroups(filters={NAMES[0]: ()})
    assert not await book.read([A])
    assert (call.count("DescribeLogGroups"), call.count("DescribeMetricFilters")) == (1, 2)
    assert await book.read([A, B])
    assert call.count("DescribeLogGroups") == 3  # few are asked for one by one
    await clock.advance(EVERY_S)
    assert not await book.read([A, B])
    assert call.count("DescribeLogGroups") == 5


async def test_a_refused_read_keeps_what_was_known_and_knows_nothing_of_what_is_new() -> None:
    refused = AccessDenied("logs", "DescribeMetricFilters", "not you")
    call = FakeCall({GROUPS: listed(*NAMES), FILTERS: [{"metricFilters": []}, refused]})
    book = a_book(call)
    await book.read([A])
    assert await book.read([A, B])
    assert book.groups == LogGroups(filters={NAMES[0]: ()}, unread="its log group could not be read")
    assert [(gap.service, gap.action, gap.only_coverage) for gap in book.gaps] == [
        ("log groups", "logs:DescribeMetricFilters", True)
    ]


async def test_nothing_is_asked_where_no_function_logs_and_no_profile_looks() -> None:
    call = FakeCall({})
    assert await a_book(call).read([])
    assert not call.asked
    off = a_book(call, AlarmSettings(log_patterns={"errors": LogPattern(pattern="ERROR", profiles=frozenset())}))
    assert (off.groups, off.tried, await off.read([A]), call.asked) == (None, True, False, [])
