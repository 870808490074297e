"""Whose turn it is."""

from __future__ import annotations

from aws.model import MetricKey, SeriesId
from aws.poller.rota import Rota
from aws.poller.tiers import Tier

EVERY_S = {Tier.NEEDED: 300.0, Tier.TRAFFIC: 300.0, Tier.SLOW: 300.0}


def one(name: str) -> tuple[SeriesId, ...]:
    return (SeriesId(MetricKey("AWS/Lambda", name), "Sum"),)


def a_rota(tier: Tier, count: int) -> Rota:
    rota = Rota()
    for number in range(count):
        rota.join(tier, one(f"m{number:02d}"))
    return rota


def turns(rota: Rota, minutes: int) -> list[list[str]]:
    return [[ids[0].metric.name for ids in rota.due(EVERY_S, 60.0)] for _ in range(minutes)]


def test_all_go_round_in_order_a_share_with_every_poll() -> None:
    rota = a_rota(Tier.TRAFFIC, 10)
    first, second, *_, sixth = turns(rota, 6)
    assert (first, second) == (["m00", "m01"], ["m02", "m03"])
    assert sixth == first


def test_a_first_read_counts_as_a_turn_but_not_where_trouble_shows_nowhere_else() -> None:
    rota = a_rota(Tier.TRAFFIC, 10)
    assert len(rota.first()) == 10
    *waiting, sixth, seventh = turns(rota, 7)
    assert waiting == [[]] * 5, "paid for in one turn of all"
    assert (sixth, seventh) == (["m00", "m01"], ["m02", "m03"])
    needed = a_rota(Tier.NEEDED, 10)
    needed.first()
    assert turns(needed, 1) == [["m00", "m01"]]


def test_what_no_judgement_needs_is_read_at_leisure_but_before_anything_twice() -> None:
    rota = a_rota(Tier.SLOW, 5)
    rota.join(Tier.SLOW, one("shown"), needed=False)
    rota.join(Tier.SLOW, one("known"), needed=False, read=True)
    assert one("shown") not in rota.first()
    read = [name for names in turns(rota, 10) for name in names]
    assert read[:2] == ["shown", "known"]


def test_what_there_was_no_time_for_is_the_next() -> None:
    rota = a_rota(Tier.NEEDED, 10)
    rota.first()
    list(rota.due(EVERY_S, 60.0))
    due = rota.due(EVERY_S, 60.0)
    rota.missed([ids[0].metric for ids in due])
    assert turns(rota, 2) == [["m02", "m03", "m04", "m05"], ["m06", "m07"]]


def test_what_leaves_while_others_are_taken_is_not_waited_for() -> None:
    rota = a_rota(Tier.TRAFFIC, 10)
    due = rota.due(EVERY_S, 300.0)
    assert next(due) == one("m00")
    for number in range(10):
        rota.leave(Tier.TRAFFIC, one(f"m{number:02d}")[0].metric)
    assert list(due) == []
