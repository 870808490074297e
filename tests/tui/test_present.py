"""From the model to words: pure, so that every state can be looked at."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.model import (
    AlarmKind,
    AlarmState,
    Delivery,
    Health,
    Incident,
    Link,
    LinkKind,
    Member,
    MetricKey,
    Progress,
    ReadState,
    Severity,
    Watched,
)
from tests.builders import (
    NOW,
    SCOPE,
    a_function,
    an_account,
    an_alarm,
    no_data,
    readings,
    series_of,
    snapshot,
    unread,
)
from tests.tui.story import ERRORS_OF, INDEX, PLACE, evening
from tui.present import figures
from tui.present.catalog import Catalog
from tui.present.commands import commands
from tui.present.cover import Cover, Coverage
from tui.present.explain import explain
from tui.present.order import Candidate, Filter, ordered
from tui.present.problems import tree_order
from tui.present.totals import pulse
from tui.present.view import Look, Query, Subject
from tui.present.views import views
from tui.themes import choose
from widgets.layout import clip

CATALOG = Catalog()
VIEWS = {view.id: view for view in views(CATALOG)}


@pytest.mark.parametrize(
    ("at_s", "mark", "words"),
    [
        (NOW - 300, "", "07:55"),
        (NOW - 300, "~", "~0755"),
        (NOW - 10_800, ">", ">3h"),
        (NOW - 3 * 86_400, "", "3d"),
        (None, "", "?"),
    ],
)
def test_since_fits_five_cells_and_is_never_ambiguous(at_s: float | None, mark: str, words: str) -> None:
    assert figures.since(at_s, NOW, mark=mark) == words
    assert len(words) <= 5


@given(st.floats(min_value=0, max_value=1e9))
def test_figures_stay_narrow(value: float) -> None:
    assert len(figures.count(value)) <= 5
    assert len(figures.age(value)) <= 7
    assert len(figures.size(value)) <= 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("CHECK", True),
        ("check !place", False),
        ("~ckpl", True),
        ("~lpkc", False),
        ("sev:crit", True),
        ("!sev:crit", False),
        ("tag:team=pay", True),
        ("tag:team", True),
        ("tag:team=web", False),
        ("http://x", False),
    ],
)
def test_filters(text: str, found: bool) -> None:
    candidate = Candidate("checkout-place fn", lambda: {"sev": "critical"}, {"team": "pay"})
    assert Filter.parse(text).matches(candidate) is found


@given(st.lists(st.one_of(st.none(), st.integers())), st.booleans())
def test_what_has_no_value_comes_last_whichever_way_round(values: list[int | None], reverse: bool) -> None:
    order = ordered(range(len(values)), lambda index: values[index], reverse=reverse)
    sorted_values = [values[index] for index in order]
    known = [value for value in sorted_values if value is not None]
    assert sorted_values == [*known, *([None] * (len(values) - len(known)))]
    assert known == sorted(known, reverse=reverse)


def test_members_hang_below_what_pushed_them_even_in_a_circle() -> None:
    def link(cause: str, effect: str) -> Link:
        return Link(cause, effect, LinkKind.INTEGRATION, "")

    members = (
        Member("root"), Member("b", 1, link("root", "b")), Member("c", 1, link("root", "c")),
        Member("under-b", 2, link("b", "under-b")),
        Member("x", 2, link("y", "x")), Member("y", 2, link("x", "y")), Member("lone", 1),
    )  # fmt: skip
    placed = [(member.arn, member.depth) for member in tree_order(members)]
    assert placed[:4] == [("root", 0), ("b", 1), ("under-b", 2), ("c", 1)]
    assert {arn for arn, _ in placed} == {member.arn for member in members}


def test_cover_counts_only_alarms_that_watch_what_is_wrong() -> None:
    errors = ERRORS_OF["checkout-place"]
    armed = an_alarm("a", on=errors, state=AlarmState.OK)

    def says(*alarms: object, dead: bool = False, metric: str = "Errors", **more: object) -> Cover:
        look = snapshot(
            PLACE, alarms={a.arn: a for a in alarms}, alarm_targets={a.arn: (PLACE.arn,) for a in alarms},
            dead_alarms=frozenset(a.arn for a in alarms if dead), **more,
        )  # fmt: skip
        return Coverage.of(look).says(PLACE.arn, frozenset({metric}))

    assert says(armed) is Cover.ARMED
    assert says(armed, metric="Throttles") is Cover.NONE
    assert says(replace(armed, state=AlarmState.ALARM), metric="Throttles") is Cover.FIRED
    assert says(replace(armed, alarm_actions=())) is Cover.SILENT
    assert says(replace(armed, actions_enabled=False, state=AlarmState.ALARM)) is Cover.SILENT
    assert says(armed, dead=True) is Cover.DEAD
    nobody = armed.alarm_actions[0]
    assert says(armed, delivery=Delivery(undeliverable=frozenset({nobody}))) is Cover.SILENT
    unsure = Delivery(unsure={nobody: "denied"})
    assert says(armed, delivery=unsure) is Cover.ARMED_UNSURE
    assert says(replace(armed, state=AlarmState.ALARM), delivery=unsure) is Cover.FIRED_UNSURE
    child = replace(armed, alarm_actions=())
    above = an_alarm("above", kind=AlarmKind.COMPOSITE, rule=f'ALARM("{child.name}")', state=AlarmState.OK)
    assert says(child, replace(above, alarm_actions=())) is Cover.SILENT
    assert says(child, above) is Cover.ARMED
    assert says() is Cover.NONE
    assert says(complete=False) is Cover.UNKNOWN


@pytest.mark.parametrize(
    ("state", "shown"),
    [(ReadState.NOT_FETCHED, "?"), (ReadState.DENIED, "denied"), (ReadState.FAILED, "failed")],
)
def test_a_cell_says_why_there_is_no_figure(state: ReadState, shown: str) -> None:
    row = _function_row({"errors": unread(state)})
    assert row["ERR 5m"] == shown


def test_quiet_is_zero_for_counts_and_nothing_for_durations_and_old_is_marked() -> None:
    row = _function_row({"errors": no_data(), ("duration", "p99"): no_data()})
    assert (row["ERR 5m"], row["p99"]) == ("0", "-")
    old = series_of([1.0] * 5, state=ReadState.STALE)
    assert _function_row({"errors": old})["ERR 5m"] == "~5"


def _function_row(values: dict[object, object]) -> dict[str, str]:
    place = a_function()
    look = snapshot(place, series={SCOPE: readings(place, values)}, health={place.arn: Health.OK})
    listing = VIEWS["functions"].listing(look, Query(), Look())
    return {column.title: cell.text for column, cell in zip(listing.columns, listing.row(place.arn).cells, strict=True)}


def test_figures_sort_biggest_first_and_unread_last() -> None:
    few, many, unknown = a_function("few"), a_function("many"), a_function("unknown")
    series = readings(few, {"errors": [1.0]}) | readings(many, {"errors": [9.0]})
    look = snapshot(few, unknown, many, series={SCOPE: series})
    listing = VIEWS["functions"].listing(look, Query(sort="ERR 5m"), Look())
    assert [look.resources[key].name for key in listing.keys] == ["many", "few", "unknown"]


def test_what_fires_comes_first_then_what_nobody_would_hear_of() -> None:
    told, unheard, unwatched = a_function("told"), a_function("unheard"), a_function("unwatched")
    heard, silent = an_alarm("heard", state=AlarmState.OK), an_alarm("silent", state=AlarmState.OK, alarm_actions=())
    look = snapshot(
        told, unheard, unwatched, alarms={alarm.arn: alarm for alarm in (heard, silent)},
        alarm_targets={heard.arn: (told.arn,), silent.arn: (unheard.arn,)},
    )  # fmt: skip
    fires = replace(look, alarms={**look.alarms, heard.arn: replace(heard, state=AlarmState.ALARM)})
    for asked, first in ((look, ["unwatched", "unheard", "told"]), (fires, ["told", "unwatched", "unheard"])):
        listing = VIEWS["functions"].listing(asked, Query(sort="alarm"), Look())
        assert [asked.resources[key].name for key in listing.keys] == first


def test_an_alarm_is_cut_once_on_a_narrow_terminal() -> None:
    watched = MetricKey("AWS/SQS", "ApproximateNumberOfMessagesVisible", (("QueueName", "q"),))
    alarm = an_alarm("q-depth", watches=(Watched(watched, "Maximum", 60),), threshold=10.0)
    listing = VIEWS["alarms"].listing(snapshot(alarms={alarm.arn: alarm}), Query(), Look(width=60))
    told = dict(zip((c.key for c in listing.columns), listing.row(alarm.arn).cells, strict=True))["condition"].text
    width = 60 - sum(column.width + 1 for column in listing.columns if column.width)
    assert "……" not in clip(told, width)
    assert "Max 1m" in clip(told, width)


def test_nothing_watches_it_only_where_all_is_listed() -> None:
    place, alarm = a_function(), an_alarm(state=AlarmState.OK)
    listing = snapshot(place, alarms={alarm.arn: alarm}, progress=Progress("tables", 3, 9))
    subject = Subject(place.arn, "resource", place.name, place.arn)
    for look, word, told in (
        (listing, Cover.UNKNOWN, "not known"),
        (replace(listing, progress=None), Cover.NONE, "nothing"),
    ):
        assert Coverage.of(look).says(place.arn) is word
        said = "\n".join("".join(cell.text for cell in line) for line in explain(look, subject, Look()))
        assert f"covered: {told}" in said


def test_names_have_room_and_figures_the_right_edge_on_every_terminal() -> None:
    for view in VIEWS.values():
        for width in (80, 100, 120, 140, 160, 200):
            columns = view.listing(evening(), Query(), Look(width=width)).columns
            elastic = [column for column in columns if column.width == 0]
            left = width - sum(column.width for column in columns) - (len(columns) - 1)
            assert not elastic or left // len(elastic) >= 20, (view.id, width)
    wide = {c.title: c.align for c in VIEWS["functions"].listing(evening(), Query(), Look(width=160)).columns}
    assert wide["MEM MB"] == wide["TIMEOUT s"] == wide["p99"] == "right"


def test_an_alarms_threshold_is_shown_though_its_metrics_name_is_long() -> None:
    key = MetricKey("AWS/SQS", "ApproximateNumberOfMessagesVisible", (("QueueName", "q"),))
    alarm = an_alarm("deep", on=key, comparison="GreaterThanThreshold", threshold=10.0, evaluation_periods=1,
                     reason="Threshold Crossed: 1 out of the last 1 datapoints [11.0 (22/11/26 09:51:00)] was greater "
                            "than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).")  # fmt: skip
    look = snapshot(alarms={alarm.arn: alarm})
    for width in (80, 160):
        listing = VIEWS["alarms"].listing(look, Query(), Look(width=width))
        told = dict(zip((column.key for column in listing.columns), listing.row(alarm.arn).cells, strict=True))
        assert told["condition"].text.startswith("Approximate")
        assert told["condition"].text.endswith(" 5m > 10  1/1")
    assert told["reason"].text == "11 > 10 (1 of the last 1, newest 09:51Z)"


def test_many_under_one_rule_fold_into_one_line_that_opens() -> None:
    functions = [a_function(f"f{number}") for number in range(143)]
    incident = Incident(
        key="i", cause=functions[0].arn, members=tuple(Member(one.arn) for one in functions),
        severity=Severity.WARNING, since_s=NOW, text="throttled since 08:00", folded_rule="lambda.throttles",
    )  # fmt: skip
    look = snapshot(*functions, incidents=(incident,))
    folded = VIEWS["problems"].listing(look, Query(), Look(ascii=True))
    assert [cell.text for cell in folded.row(folded.keys[0]).cells][2] == "> lambda.throttles ×143"
    assert len(folded.keys) == 1
    assert len(VIEWS["problems"].listing(look, Query(toggled=frozenset({"i"})), Look()).keys) == 143


def test_of_minutes_after_the_last_read_the_pulse_says_nothing_instead_of_zero() -> None:
    account, away_s = an_account(), 5 * 60
    read = series_of([7.0] * 180, ending_at=NOW - away_s, state=ReadState.STALE, read_at_s=NOW - away_s)
    own = readings(account, {"errors": read})
    errors = pulse(snapshot(account, series={SCOPE: own}), CATALOG).errors
    assert errors.partly
    assert set(errors.minutes) == {7.0}
    assert 0 < len(errors.minutes) < 12


def test_the_pulse_is_the_accounts_own_and_else_the_sum_of_its_functions() -> None:
    account, one, other = an_account(), a_function("one"), a_function("other")
    functions = readings(one, {"errors": [1.0] * 20}) | readings(other, {"errors": [2.0] * 20})
    look = snapshot(one, other, series={SCOPE: functions})
    assert pulse(look, CATALOG).errors.minutes == (3.0,) * 12
    own = readings(account, {"errors": [7.0] * 20, "unreserved_concurrency": [450.0] * 20,
                             "claimed_concurrency": [550.0] * 20})  # fmt: skip
    whole = pulse(snapshot(account, one, other, series={SCOPE: functions | own}), CATALOG)
    assert whole.errors.latest == 7.0
    assert whole.concurrency.latest == pytest.approx(50.0)


def test_commands_are_quoted_for_a_shell_and_say_which_change_something() -> None:
    evil = a_function("x; rm -rf ~ $(id) 'y'")
    found = commands(snapshot(evil), Subject("", "resource", evil.name, evil.arn))
    for command in found:
        words = shlex.split(command.line)
        assert words[0] == "aws"
        assert evil.name in words or f"/aws/lambda/{evil.name}" in words
    assert {command.changes for command in found} == {True, False}
    assert all("delete" not in command.line for command in found)


def test_every_row_of_every_view_has_a_cell_for_every_column_at_every_width() -> None:
    look = evening()
    for view in VIEWS.values():
        for width in (40, 80, 120, 200):
            listing = view.listing(look, Query(), Look(width=width))
            for key in listing.keys:
                assert len(listing.row(key).cells) == len(listing.columns)
                assert listing.subject(key).key == key


def test_the_console_link_leads_to_the_resource_in_its_partition() -> None:
    look = evening()
    assert CATALOG.console_link(look, INDEX.arn).startswith("https://eu-west-1.console.aws.amazon.com/dynamodb")
    assert "alarm/checkout-5xx" in CATALOG.console_link(look, next(a for a in look.alarms if "checkout-5xx" in a))


@pytest.mark.parametrize(
    ("wanted", "environ", "name"),
    [
        ("auto", {"TERM": "xterm-256color"}, "cwtop-dark"),
        ("auto", {"TERM": "xterm"}, "cwtop-ansi"),
        ("auto", {"TERM": "xterm-256color", "NO_COLOR": ""}, "cwtop-ansi"),
        ("light", {"TERM": "linux"}, "cwtop-light"),
    ],
)
def test_the_theme_fits_the_terminal(wanted: str, environ: dict[str, str], name: str) -> None:
    assert choose(wanted, environ).name == name
