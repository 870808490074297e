"""What one run leaves for the next: whole and only ours, or not at all; and never taken for today's."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aws.cache import InventoryCache, Place, Seen, records
from aws.cache.records import Damaged, decode, encode
from aws.errors import AccessDenied, Throttled
from aws.model import (
    Alarm,
    AlarmKind,
    AlarmState,
    Finding,
    Health,
    Link,
    LinkKind,
    MetricKey,
    Query,
    Resource,
    Scope,
    Severity,
    Snapshot,
    Watched,
)
from aws.poller import Poller
from aws.settings import PollSettings
from tests.poller_world import SCOPE, SERVICES, FakeAws, FakeSource, health, names, newest, texts
from tests.virtual_clock import VirtualClock

PLACE = Place(SCOPE, "https://sts.test")
NOW = 1_800_000_000.0
HOUR_S = 3_600

# Names are strangers': an escape, a mark that turns the line around, a newline, a quote.
_text = st.sampled_from(["", "a", "orders-é", "\x1b[31m", "\u202e", "\U0001f600", 'x"y\n', "\0"])
_number = st.sampled_from([None, 0.5, -1.0, 1.8e9, 5])
_fact = _text | st.sampled_from([0, 2**53, -7]) | st.booleans() | st.none() | st.lists(_text, max_size=2).map(tuple)
_resource = st.builds(
    Resource,
    scope=st.just(SCOPE),
    service=_text,
    kind=_text,
    name=_text,
    arn=_text,
    facts=st.dictionaries(_text, _fact, max_size=3),
    tags=st.dictionaries(_text, _text, max_size=2),
)
_key = st.builds(MetricKey, _text, _text, st.lists(st.tuples(_text, _text), max_size=2).map(tuple))
_watched = st.builds(Watched, _key, _text, st.integers(1, 86_400))
_query = st.builds(Query, _text, st.none() | _watched, _text, st.booleans(), st.none() | st.integers(1, 300))
_texts = st.lists(_text, max_size=2).map(tuple)
_alarm = st.builds(
    Alarm,
    scope=st.just(SCOPE),
    name=_text,
    arn=_text,
    kind=st.sampled_from(AlarmKind),
    state=st.sampled_from(AlarmState),
    since_s=_number,
    reason=_text,
    watches=st.lists(_watched, max_size=2).map(tuple),
    queries=st.lists(_query, max_size=2).map(tuple),
    comparison=st.none() | _text,
    threshold=_number,
    evaluation_periods=st.none() | st.integers(1, 9),
    actions_enabled=st.booleans(),
    alarm_actions=_texts,
)
_finding = st.builds(
    Finding,
    rule=_text,
    severity=st.sampled_from(Severity),
    resource=_text,
    text=_text,
    value=_number,
    since_s=_number,
    relapses=st.integers(0, 9),
)
_link = st.builds(Link, _text, _text, st.sampled_from(LinkKind), _text)
_seen = st.builds(
    Seen,
    st.sampled_from([0.0, 1.8e9]),
    *(st.lists(each, max_size=3).map(tuple) for each in (_resource, _link, _alarm, _finding)),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_seen, st.data())
def test_what_was_seen_comes_back_as_it_was_and_anything_else_is_refused(seen: Seen, data: st.DataObject) -> None:
    lines = list(encode(seen, PLACE))
    assert decode(lines, PLACE) == seen
    cut = data.draw(st.integers(0, len(lines) - 1))
    for damaged in (lines[:cut], lines[:cut] + lines[cut + 1 :], [*lines, lines[-1]], [*lines[:-1], lines[-1][:-3]]):
        with pytest.raises(Damaged):
            decode(damaged, PLACE)
    for elsewhere in (
        PLACE._replace(endpoint="http://127.0.0.1:4599"),
        PLACE._replace(scope=replace(SCOPE, account="210987654321")),
        PLACE._replace(scope=replace(SCOPE, partition="aws-cn")),
        PLACE._replace(scope=replace(SCOPE, region="us-east-1")),
    ):
        with pytest.raises(Damaged):
            decode(lines, elsewhere)
    profile = replace(SCOPE, profile="other")
    again = decode(lines, Place(profile, PLACE.endpoint))
    assert all(resource.scope is profile for resource in again.resources), "the same account, through another door"


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\xff not JSON\n",
        b'["resource",{"service":1,"kind":"","name":"","arn":"","facts":{},"tags":{}}]\n',
        b'["resource",{"service":"","kind":"","name":"","arn":"","facts":{"x":{"y":1}},"tags":{}}]\n',
        b'["alarm",{"name":"x"}]\n',
        b'["link",{"cause":"","effect":"","kind":"love","evidence":""}]\n',
        b'["nonsense",{}]\n',
        b"[]\n",
        b"7\n",
    ],
)
def test_a_line_of_another_shape_is_damage_never_a_resource(line: bytes) -> None:
    first, last = encode(Seen(NOW), PLACE)
    for end in (last, b'["end",1]\n'):
        with pytest.raises(Damaged):
            decode([first, line, end], PLACE)


def test_a_name_that_is_no_unicode_costs_that_one_only() -> None:
    whole = Resource(SCOPE, "gadget", "gadget", "a", "arn:a")
    seen = Seen(NOW, (whole, replace(whole, name="\ud800", arn="arn:b")))
    assert decode(encode(seen, PLACE), PLACE).resources == (whole,)


async def kept(folder: Path, clock: VirtualClock | None = None, seen: Seen | None = None) -> InventoryCache:
    cache = InventoryCache(folder, PLACE, clock or VirtualClock(NOW))
    await cache.save(seen or Seen(NOW, (Resource(SCOPE, "gadget", "gadget", "a", "arn:a"),)))
    return cache


async def test_the_file_is_ours_alone_and_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "cwtop"
    folder.parent.mkdir()
    (old := folder / "inventory-old.jsonl.tmp").parent.mkdir(mode=0o700)
    old.touch()
    os.utime(old, (0, 0))
    cache = await kept(folder)
    await kept(folder, seen=Seen(NOW, (), (), (), ()))
    assert (await cache.load()) == Seen(NOW)
    assert [path.name for path in folder.iterdir()] == [cache.path.name], "nothing is left lying about"
    assert cache.path.stat().st_mode & 0o777 == 0o600
    await kept(tmp_path / "new" / "cwtop")
    assert (tmp_path / "new" / "cwtop").stat().st_mode & 0o777 == 0o700


def _writable_by_others(path: Path) -> None:
    path.chmod(0o620)


def _folder_writable_by_others(path: Path) -> None:
    path.parent.chmod(0o777)


def _symlink(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(200_000_000)


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4])


def _nothing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    "harm", [_writable_by_others, _folder_writable_by_others, _symlink, _pipe, _folder, _huge, _torn, _nothing]
)
async def test_what_cannot_be_trusted_is_as_good_as_nothing(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    folder = tmp_path / "cwtop"
    cache = await kept(folder)
    assert await cache.load() is not None
    harm(cache.path)
    assert await cache.load() is None
    folder.chmod(0o700)


async def test_what_is_old_or_of_the_future_is_not_shown_and_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    clock = VirtualClock(NOW)
    cache = await kept(tmp_path / "cwtop", clock)
    clock.jump(8 * 24 * HOUR_S)
    assert await cache.load() is None
    clock.jump(-9 * 24 * HOUR_S)
    assert await cache.load() is None
    (tmp_path / "file").touch()
    await kept(tmp_path / "file" / "cwtop")


class Kept:
    """A memory in memory."""

    def __init__(self) -> None:
        self.seen: Seen | None = None
        self.saved = 0

    async def load(self) -> Seen | None:
        return self.seen

    async def save(self, seen: Seen) -> None:
        self.saved += 1
        self.seen = seen


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def aws(clock: VirtualClock) -> FakeAws:
    account = FakeAws(clock)
    account.add("a", "b", "c")
    account.alarm("a-errors", "a")
    account.err("a", 7)
    return account


def recalling(aws: FakeAws, memory: Kept) -> Poller:
    sources: Sequence[FakeSource] = [FakeSource(aws)]
    return Poller(sources, settings=PollSettings(), clock=aws.clock, services=SERVICES, open_memory=lambda _: memory)


async def an_earlier_run(aws: FakeAws) -> Kept:
    """Which ended two hours ago."""
    memory = Kept()
    async with recalling(aws, memory):
        await aws.clock.advance(2)
        assert memory.saved == 1, "once everything was seen"
    assert memory.saved == 2, "and on leaving"
    await aws.clock.advance(2 * HOUR_S)
    return memory


def a(snapshot: Snapshot) -> list[str]:
    return [text for text in texts(snapshot) if text.startswith("a: ")]


async def test_the_second_start_shows_the_last_known_state_with_its_age_until_everything_was_read_anew(
    clock: VirtualClock, aws: FakeAws
) -> None:
    memory = await an_earlier_run(aws)
    seen_at_s = clock.now() - 2 * HOUR_S
    del aws.gadgets["b"]
    aws.gadgets["a"].errors.clear()
    aws.alarms["a-errors"]["StateValue"] = "OK"
    slow = Throttled("x", "x", "slow down")
    aws.fates = dict.fromkeys(("ListGadgets", "ListUsers", "DescribeAlarms", "GetMetricData"), slow)
    asked = len(aws.asked)
    async with recalling(aws, memory) as poller:
        await clock.advance(0.3)
        early = await newest(poller)
        assert names(early) == ["a", "b", "c"]
        assert early.recalled is not None
        assert early.recalled.alarms
        assert early.recalled.at_s == early.data_at_s == pytest.approx(seen_at_s, abs=1)
        assert [health(early, name) for name in "abc"] == [Health.CRITICAL, Health.UNKNOWN, Health.UNKNOWN]
        assert all(text.startswith("a: 2h ago: ") or "(as read 2h ago)" in text for text in a(early)), a(early)
        assert any("7 errors" in text for text in a(early))
        assert len(early.incidents) >= 1
        assert len(aws.asked) > asked, "the reading has begun all the same"
        clock.jump(HOUR_S)
        await clock.advance(70)
        later = await newest(poller)
        assert any("3h ago: 7 errors" in text for text in a(later)), "nothing was read, and it grows older"
        assert memory.saved == 2, "what was not read anew does not become today's"
        aws.fates.clear()
        await clock.advance(130)
        fresh = await newest(poller)
    assert fresh.recalled is None
    assert fresh.data_at_s is not None
    assert fresh.data_at_s > clock.now() - 120
    assert names(fresh) == ["a", "c"], "what was deleted meanwhile vanishes with the first whole walk"
    assert a(fresh) == []
    assert [health(fresh, name) for name in "ac"] == [Health.OK, Health.OK]
    assert memory.seen is not None
    assert {resource.name for resource in memory.seen.resources} == {"a", "c", "a-user", "c-user"}


async def test_a_recalled_resource_is_never_ok_before_a_walk_has_found_it(clock: VirtualClock, aws: FakeAws) -> None:
    memory = await an_earlier_run(aws)
    aws.fates["ListGadgets#2"] = AccessDenied("gadget", "ListGadgets", "not you")
    async with recalling(aws, memory) as poller:
        await clock.advance(2)
        half = await newest(poller)
    assert names(half) == ["a", "b", "c"]
    assert [health(half, name) for name in "bc"] == [Health.OK, Health.UNKNOWN], "b was found, c was not"
    assert half.recalled is not None
    assert memory.saved == 2, "a truncated walk is not kept"


@pytest.mark.parametrize("fails", ["ListGadgets", "DescribeAlarms"])
async def test_a_run_that_read_half_leaves_what_was_there_before(clock: VirtualClock, aws: FakeAws, fails: str) -> None:
    memory = await an_earlier_run(aws)
    before = memory.seen
    aws.fates[fails] = Throttled("x", fails, "slow down")
    async with recalling(aws, memory):
        await clock.advance(3)
    assert memory.seen is before


async def test_without_a_memory_nothing_is_recalled(clock: VirtualClock, aws: FakeAws) -> None:
    async with Poller([FakeSource(aws)], settings=PollSettings(), clock=clock, services=SERVICES) as poller:
        assert (await newest(poller)).recalled is None


def test_places_of_one_account_id_do_not_share_a_file(tmp_path: Path) -> None:
    clock = VirtualClock()
    scopes = [SCOPE, Scope(SCOPE.account, "us-east-1"), Scope("210987654321", SCOPE.region)]
    places = [Place(scope, endpoint) for scope in scopes for endpoint in ("https://sts.test", "http://127.0.0.1:1")]
    assert len({InventoryCache(tmp_path, place, clock).path for place in places}) == len(places)


def test_no_field_of_what_is_kept_is_forgotten() -> None:
    for kind, read in ((Alarm, records.ALARM_FIELDS), (Finding, records.FINDING_FIELDS)):
        assert {field.name for field in fields(kind)} == {*read, "scope"} & {field.name for field in fields(kind)}
