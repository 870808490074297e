"""Lists of thousands: what is kept between looks, and that it is never old."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aws.model import Health, Snapshot
from tests.builders import NOW, SCOPE, a_finding, a_function, an_alarm, readings, snapshot
from tui.present.catalog import Catalog
from tui.present.kept import Kept
from tui.present.order import Candidate, Candidates, Filter
from tui.present.view import Look, Query
from tui.present.views import views

VIEWS = {view.id: view for view in views(Catalog())}
ONE, TWO = a_function("one"), a_function("Two")


def names(look: Snapshot, view: str = "functions", **asked: object) -> list[str]:
    keys = VIEWS[view].listing(look, Query(**asked), Look()).keys
    return [(look.resources.get(key) or look.alarms[key]).name for key in keys]


def test_a_value_is_made_once_for_the_same_objects() -> None:
    made: list[object] = []
    kept = Kept(lambda *parts: made.append(parts) or len(made))
    first, equal = [1], [1]
    assert kept.of("a", first) == kept.of("a", first) == 1
    assert kept.of("a", equal) == 2
    kept.forget_all_but([])
    assert kept.of("a", equal) == 3


def test_figures_findings_health_and_inventory_of_the_newest_look_count() -> None:
    look = snapshot(ONE, TWO, series={SCOPE: readings(ONE, {"errors": [9.0]}) | readings(TWO, {"errors": [1.0]})})
    assert names(look, sort="ERR 5m") == ["one", "Two"]
    turned = replace(look, series={SCOPE: readings(ONE, {"errors": [1.0]}) | readings(TWO, {"errors": [9.0]})})
    assert names(turned, sort="ERR 5m") == ["Two", "one"]
    assert names(turned, text="throttled") == []
    worse = replace(turned, findings={TWO.arn: (a_finding(TWO, text="throttled"),)}, health={TWO.arn: Health.CRITICAL})
    assert names(worse, text="throttled") == names(worse, text="sev:crit") == names(worse, text="!one") == ["Two"]
    assert names(worse) == ["Two", "one"]
    smaller = snapshot(ONE, a_function("a-new-one"))
    assert names(smaller, sort="name") == names(smaller, text="one", sort="name") == ["a-new-one", "one"]


def test_an_alarm_is_found_by_what_it_watches_and_by_its_marks() -> None:
    alarm, other = an_alarm("a"), an_alarm("b", alarm_actions=())
    look = snapshot(ONE, TWO, alarms={one.arn: one for one in (alarm, other)}, alarm_targets={alarm.arn: (ONE.arn,)})
    assert names(look, "alarms", text="one") == ["a"]
    assert names(replace(look, alarm_targets={alarm.arn: (TWO.arn,)}), "alarms", text="one") == []
    assert names(look, "alarms", text="silent") == ["b"]
    dead = replace(look, dead_alarms=frozenset({alarm.arn}))
    assert names(dead, "alarms", text="dead") == names(dead, "alarms", text="!b alarm:alarm") == ["a"]


WORDS = ("check", "!place", "~ckp", "!~pc", "sev:crit", "!sev:w", "tag:team", "tag:team=pay", "no:", "kind:fn")
ROWS = st.tuples(st.sampled_from(["checkout-place", "pay", ""]), st.sampled_from(["critical", "ok"]), st.booleans())


@given(st.lists(st.sampled_from(WORDS)), st.lists(ROWS))
def test_many_rows_are_filtered_as_each_would_be_alone(words: list[str], rows: list[tuple[str, str, bool]]) -> None:
    wanted = Filter.parse(" ".join(words))
    keyed = {str(index): row for index, row in enumerate(rows)}
    tags = {key: {"Team": "Pay"} if tagged else {} for key, (_, _, tagged) in keyed.items()}
    many = Candidates(
        {key: text for key, (text, _, _) in keyed.items()}, {"sev": lambda key: keyed[key][1]}, tags.__getitem__
    )
    alone = [
        key for key, (text, severity, _) in keyed.items()
        if wanted.matches(Candidate(text, lambda severity=severity: {"sev": severity}, tags[key]))
    ]  # fmt: skip
    assert wanted.among(many) == alone


def test_the_same_look_is_not_read_twice() -> None:
    look = snapshot(ONE, at_s=float(NOW))
    listings = [VIEWS["functions"].listing(look, Query(text="o"), Look()) for _ in range(2)]
    assert listings[0].keys == listings[1].keys == (ONE.arn,)
