"""A storm's report: each claim fails by what contradicts it, and by nothing else."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from aws.model import Health, MetricKey, ReadState, Series, SeriesId, Snapshot
from bench.trials.storm_verdict import POLL_S, Found, Pair, lines
from tests.builders import NOW, SCOPE, a_function, an_alarm, snapshot

ILL, WELL = a_function("ill"), a_function("well")
ERRORS = SeriesId(MetricKey("AWS/Lambda", "Errors"), "Sum")
ALARM = an_alarm()


def a_look(first: float = 1.0, *, state: ReadState = ReadState.VALUE) -> Snapshot:
    values = array("f", [first] * 30)
    health = {ILL.arn: Health.CRITICAL, WELL.arn: Health.OK}
    series = {SCOPE: {ERRORS: Series(NOW - 1_800, 60, values, state)}}
    return snapshot(ILL, WELL, alarms={ALARM.arn: ALARM}, health=health, series=series)


def contradictions(during: Snapshot, after: Snapshot | None = None) -> list[str]:
    pair = Pair(a_look(), "two faults")
    pair.take(during)
    return pair.compare(after or a_look())[1]


def test_what_is_so_or_is_not_shown_at_all_contradicts_nothing() -> None:
    assert contradictions(a_look()) == []
    assert contradictions(a_look(9.0, state=ReadState.FAILED)) == []
    assert contradictions(replace(a_look(), health={ILL.arn: Health.UNKNOWN, WELL.arn: Health.UNKNOWN})) == []


@pytest.mark.parametrize(
    ("during", "said"),
    [
        (a_look(9.0), "Errors Sum"),
        (a_look(9.0, state=ReadState.STALE), "Errors Sum"),
        (replace(a_look(), health={ILL.arn: Health.OK}), "was ok for a while"),
        (replace(a_look(), resources={WELL.arn: WELL}), "was gone for a while"),
        (replace(a_look(), alarms={}), "was gone"),
    ],
)
def test_what_is_not_so_is_told(during: Snapshot, said: str) -> None:
    (found,) = contradictions(during)
    assert said in found


def test_what_never_comes_back_is_told() -> None:
    assert "never came back" in contradictions(a_look(), replace(a_look(), resources={ILL.arn: ILL}))[0]


def test_each_claim_has_a_line_of_its_own_and_any_of_them_fails_the_storm() -> None:
    found = Found(pairs=1)
    found.ticked(0.5, 0.02, "under the machine's load")
    found.healed(0.0, 3.0, 3.0 + POLL_S, "in time")
    assert not found.failed
    assert [line[:4] for line in lines(found)][1:] == ["pass"] * 4
    found.ticked(0.5, 0.2, "after j")
    found.healed(0.0, 3.0, 6.0 + POLL_S, "late")
    told = [line[:4] for line in lines(found)]
    assert (found.failed, told.count("FAIL"), told.count("pass")) == (True, 2, 2)
    assert Found().failed, "a storm without faults has shown nothing"
