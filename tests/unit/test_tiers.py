"""How often what is read for how much money: allowances, limits, rest."""

from __future__ import annotations

import math

import pytest

from aws.poller.tiers import Plan, Sizes, Tier, plan, usd_per_hour

# 10,000 functions of which a third is in use, 500 tables, 200 APIs; a full screen, and trouble for the whole hot set.
LARGE = Sizes(
    53_007,
    {
        Tier.ACCOUNT: 7,
        Tier.VISIBLE: 250,
        Tier.HOT: 400,
        Tier.SWEEP: 20_000,
        Tier.NEEDED: 1_800,
        Tier.TRAFFIC: 4_000,
        Tier.SLOW: 6_900,
    },
)
BUSY = Sizes(LARGE.whole, {**LARGE.by_tier, Tier.NEEDED: 2_800, Tier.TRAFFIC: 32_000, Tier.SLOW: 20_200})


def a_plan(mode: str = "standard", sizes: Sizes = LARGE, *, limit: float | None = None, resting: bool = False) -> Plan:
    return plan(mode=mode, sizes=sizes, interval_s=60, max_usd_per_hour=limit, resting=resting)


def spends(planned: Plan, sizes: Sizes) -> float:
    """What the cadences of a plan cost, sweeps apart."""
    tiers = [tier for tier in Tier if tier is not Tier.SWEEP]
    return sum(usd_per_hour(sizes.by_tier.get(tier, 0), planned.every_s[tier]) for tier in tiers)


@pytest.mark.parametrize("sizes", [LARGE, BUSY])
@pytest.mark.parametrize(("mode", "most"), [("standard", 1.25), ("economy", 0.10)])
def test_a_large_account_costs_no_more_than_its_mode(mode: str, most: float, sizes: Sizes) -> None:
    planned = a_plan(mode, sizes)
    assert not planned.whole
    assert planned.usd_per_hour == pytest.approx(spends(planned, sizes))
    assert planned.usd_per_hour + planned.sweep_usd_per_hour <= most
    assert planned.every_s[Tier.ACCOUNT] == 60
    assert planned.savings == (), "nothing is saved on: this is what the mode is"


@pytest.mark.parametrize("limit", [0.08, 0.30, 1.00])
def test_a_limit_holds_with_the_reasons_of_what_is_wrong(limit: float) -> None:
    wrong = Sizes(LARGE.whole, {**LARGE.by_tier, Tier.REASONS: 90})
    planned = a_plan(sizes=wrong, limit=limit)
    assert planned.every_s[Tier.REASONS] == 60, "what is wrong now is no time to save on its reason"
    assert planned.usd_per_hour == pytest.approx(spends(planned, wrong))
    assert planned.usd_per_hour + planned.sweep_usd_per_hour <= limit + 1e-9
    assert planned.savings


def test_reasons_leave_a_small_account_whole_but_where_a_limit_forbids() -> None:
    small = Sizes(200, {Tier.ACCOUNT: 7, Tier.TRAFFIC: 40, Tier.REASONS: 90})
    assert a_plan(sizes=small).usd_per_hour == pytest.approx(usd_per_hour(290, 60))
    assert a_plan(sizes=small, limit=0.18).whole
    assert not a_plan(sizes=small, limit=0.17).whole


def test_what_nobody_looks_at_leaves_its_allowance_to_the_slower_tiers() -> None:
    alone = Sizes(LARGE.whole, {**LARGE.by_tier, Tier.VISIBLE: 0, Tier.HOT: 0})
    assert a_plan("economy", alone).every_s[Tier.TRAFFIC] < a_plan("economy").every_s[Tier.TRAFFIC]
    assert a_plan("economy", alone).usd_per_hour <= 0.10


def test_small_accounts_are_read_whole_and_middling_ones_where_thoroughness_is_asked_for() -> None:
    small = Sizes(200, {Tier.ACCOUNT: 7, Tier.TRAFFIC: 40})
    assert a_plan(sizes=small).whole
    assert set(a_plan(sizes=small).every_s.values()) == {60}
    middling = Sizes(9_000, {Tier.ACCOUNT: 7, Tier.TRAFFIC: 3_000})
    assert a_plan("thorough", middling).whole
    assert not a_plan("thorough", middling, limit=2.0).whole
    assert not a_plan(sizes=middling).whole
    assert not a_plan(sizes=small, limit=0.05).whole


def test_a_thorough_look_at_a_large_account_reads_all_that_is_in_use_with_every_poll() -> None:
    proven = Sizes(BUSY.whole, {**BUSY.by_tier, Tier.TRAFFIC: 12_000})  # all in use, and no error that is not known
    for sizes in (LARGE, proven):
        planned = a_plan("thorough", sizes)
        assert {planned.every_s[tier] for tier in Tier if tier is not Tier.SWEEP} == {60}
        assert planned.usd_per_hour < usd_per_hour(40_000, 60), "less than four metrics of every function"


def test_a_limit_demotes_everything_else_before_the_visible_rows_and_never_the_account() -> None:
    free, tight, tighter, none = (a_plan(limit=limit) for limit in (None, 0.5, 0.1, 0.0))
    assert tight.every_s[Tier.VISIBLE] == free.every_s[Tier.VISIBLE]
    assert tight.every_s[Tier.HOT] > free.every_s[Tier.HOT]
    assert {"hot set", "sweeps", "traffic"} <= set(tight.savings)
    assert "visible rows" not in tight.savings
    assert "visible rows" in tighter.savings
    for planned, limit in ((tight, 0.5), (tighter, 0.1), (none, 0.0)):
        account_usd = usd_per_hour(LARGE.by_tier[Tier.ACCOUNT], 60)
        assert planned.usd_per_hour + planned.sweep_usd_per_hour <= max(limit, account_usd) + 1e-9
        assert planned.every_s[Tier.ACCOUNT] == 60
    assert none.every_s[Tier.TRAFFIC] == math.inf


def test_while_nobody_looks_rows_hot_set_and_sweeps_rest_and_the_account_does_not() -> None:
    for sizes in (LARGE, Sizes(200, {Tier.ACCOUNT: 7, Tier.VISIBLE: 100, Tier.TRAFFIC: 40, Tier.SWEEP: 80})):
        planned = a_plan(sizes=sizes, resting=True)
        resting = {tier for tier, every_s in planned.every_s.items() if every_s == math.inf}
        assert {Tier.SWEEP, Tier.VISIBLE} <= resting
        assert planned.every_s[Tier.ACCOUNT] == 60
        assert planned.every_s[Tier.NEEDED] <= a_plan(sizes=sizes).every_s[Tier.NEEDED] * 1.05


def test_a_reading_is_fresh_for_three_of_its_turns_and_five_minutes_at_least() -> None:
    planned = a_plan()
    assert planned.good_for_s(Tier.ACCOUNT) == 300
    assert planned.good_for_s(Tier.SWEEP) == 900
    assert planned.good_for_s(Tier.SLOW) == pytest.approx(3 * planned.every_s[Tier.SLOW])
