"""A bounded look at the denials in a function's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.call import Answer
from aws.errors import AccessDenied, NotFound
from aws.logs.denials import PATTERN, read_denials
from aws.model import Scope
from demo.logs.patterns import parse
from tests.poller_world import SCOPE
from tests.virtual_clock import VirtualClock

LINE = "User: arn:aws:sts::1:assumed-role/app/pay is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::"


class Group:
    """A log group, one event a page; an exception in place of an event is raised."""

    def __init__(self, *events: tuple[float, str] | Exception, loops: bool = False) -> None:
        self.events = events
        self.loops = loops
        self.asked: list[Mapping[str, Any]] = []

    @property
    def scope(self) -> Scope:
        return SCOPE

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        self.asked.append(params)
        within = [
            each
            for each in self.events
            if isinstance(each, Exception) or params["startTime"] <= each[0] * 1000 <= params["endTime"]
        ]
        at = int(params.get("nextToken", 0))
        page = within[at : at + 1]
        if page and isinstance(page[0], Exception):
            raise page[0]
        events = [{"timestamp": int(each[0] * 1000), "message": each[1]} for each in page]  # type: ignore[index]
        following = {"nextToken": str(at if self.loops and at else at + 1)} if at + 1 < len(within) else {}
        return {"events": events, **following}


async def test_each_denial_is_counted_once_a_line_the_latest_first() -> None:
    clock = VirtualClock()
    now = clock.now()
    group = Group((now - 3000, LINE + "a"), (now - 2000, LINE + "b"), (now - 1000, LINE + "a"))
    read = await read_denials(group, "/aws/lambda/pay", clock=clock)
    assert [(denial.resource[-1], count, last_s) for denial, count, last_s in read.denials] == [
        ("a", 2, now - 1000),
        ("b", 1, now - 2000),
    ]
    assert (read.gap, read.complete, len(group.asked)) == (None, True, 4)


async def test_the_newest_are_read_where_there_are_too_many() -> None:
    clock = VirtualClock()
    now = clock.now()
    read = await read_denials(Group(*((now - 60 * n, LINE + str(n)) for n in range(59, 0, -1))), "g", clock=clock)
    assert not read.complete
    assert all(last_s >= now - 600 for _, _, last_s in read.denials)
    assert len(read.denials) == 4


async def test_what_was_found_before_a_failure_is_kept_beside_the_gap() -> None:
    clock = VirtualClock()
    now = clock.now()
    denied = AccessDenied("logs", "FilterLogEvents", "no")
    read = await read_denials(Group((now - 5, LINE + "a"), denied), "g", clock=clock)
    assert len(read.denials) == 1
    assert read.gap is not None
    assert (read.gap.action, read.complete) == ("logs:FilterLogEvents", False)
    absent = await read_denials(Group(NotFound("logs", "FilterLogEvents", "no such group")), "g", clock=clock)
    assert absent.gap is not None
    assert not absent.complete


async def test_pages_that_never_end_are_a_gap() -> None:
    clock = VirtualClock()
    read = await read_denials(Group(*((clock.now() - 5, "x") for _ in range(5)), loops=True), "g", clock=clock)
    assert read.gap is not None
    assert "twice" in read.gap.error


def test_the_pattern_lets_through_what_is_read() -> None:
    pattern = parse(PATTERN)
    for line in (LINE, "AccessDenied: Access Denied", "(403) when calling the HeadObject operation: Forbidden"):
        assert pattern.match(line) is not None
    assert pattern.match("START RequestId: 7 Version: $LATEST") is None
