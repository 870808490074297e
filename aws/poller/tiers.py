"""How often what is read, for how much money. Pure.

CloudWatch charges per metric requested, whatever the number of its points: reading seldom and far back costs little.
Every tier has an allowance in dollars an hour, and is read as often as its size lets the allowance go, but never more
often than the poll's own interval. Small accounts are read whole with every poll. A thorough look at a large one reads
all that is in use with every poll; what is idle, and what an account's sums prove, is not asked for one by one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aws.cost import PRICES

HOT_SET = 100  # resources
SWEEP_EVERY_S = 300.0
FRESH_S = 300.0  # the least age at which a reading is stale
_TURNS_TO_STALE = 3
_LEAST_USD = 1e-9


class Tier(StrEnum):
    """What is read for the same reason. The words are those of the screen."""

    ACCOUNT = "account-wide"
    VISIBLE = "visible rows"
    HOT = "hot set"
    SWEEP = "sweeps"
    NEEDED = "active resources"
    TRAFFIC = "traffic"
    SLOW = "slow figures"
    REASONS = "reasons"  # what only an open finding asks for


_WITH_EVERY_POLL = (Tier.ACCOUNT, Tier.REASONS)


@dataclass(frozen=True, slots=True)
class _Mode:
    """``whole_usd_per_hour``: an account that costs no more is read whole with every poll."""

    whole_usd_per_hour: float
    usd_per_hour: Mapping[Tier, float]


# Tiers that are read more often than their allowance lets them with what others leave over, but not more than this.
_QUICK_ENOUGH_S = {Tier.NEEDED: 300.0, Tier.TRAFFIC: 300.0, Tier.SLOW: 900.0}

# Dollars an hour at most; together with the account-wide series 1.21 and 0.10.
_MODES: Mapping[str, _Mode] = {
    "economy": _Mode(
        0.090,
        {
            Tier.VISIBLE: 0.020,
            Tier.HOT: 0.012,
            Tier.SWEEP: 0.014,
            Tier.NEEDED: 0.028,
            Tier.TRAFFIC: 0.010,
            Tier.SLOW: 0.006,
        },
    ),
    "standard": _Mode(
        1.100,
        {
            Tier.VISIBLE: 0.15,
            Tier.HOT: 0.25,
            Tier.SWEEP: 0.20,
            Tier.NEEDED: 0.18,
            Tier.TRAFFIC: 0.36,
            Tier.SLOW: 0.06,
        },
    ),
    "thorough": _Mode(6.0, {}),
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many metrics each tier has, and the account ``whole``."""

    whole: int = 0
    by_tier: Mapping[Tier, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """``whole``: everything with every poll. ``every_s``: seconds between the reads of a tier, infinite where it rests.

    ``usd_per_hour`` is what that costs, ``sweep_usd_per_hour`` what sweeps may come to in the long run, which is not
    in it; ``strict``: a limit that the user has set, which nothing may exceed. ``savings`` are the tiers that are read
    less often than the mode would have them, to keep to that limit.
    """

    whole: bool
    interval_s: float
    every_s: Mapping[Tier, float]
    usd_per_hour: float
    sweep_usd_per_hour: float = math.inf
    strict: bool = False
    savings: tuple[str, ...] = ()

    def good_for_s(self, tier: Tier) -> float:
        """How long after its read a reading of a tier is fresh."""
        every_s = SWEEP_EVERY_S if tier is Tier.SWEEP and not self.whole else self.every_s.get(tier, self.interval_s)
        return max(FRESH_S, _TURNS_TO_STALE * min(every_s, 3600.0 * 24))


def usd_per_hour(metrics: int, every_s: float) -> float:
    """What reading so many metrics so often costs."""
    return metrics * PRICES.usd_per_metric_requested * 3600.0 / every_s


def plan(
    *, mode: str, sizes: Sizes, interval_s: float, max_usd_per_hour: float | None = None, resting: bool = False
) -> Plan:
    """How often each tier is read. ``resting``: visible rows, hot set and sweeps are not.

    The account-wide series, and those that give the reason of what is wrong, are read with every poll, whatever the
    limit. To keep to it, the hot set, sweeps and the slower tiers are read less often, all in proportion, and the
    visible rows only once those rest altogether.
    """
    mine = _MODES[mode]
    whole_usd = usd_per_hour(sizes.whole, interval_s)
    limit = math.inf if max_usd_per_hour is None else max_usd_per_hour
    size = {tier: sizes.by_tier.get(tier, 0) for tier in Tier}
    reasons_usd = usd_per_hour(size[Tier.REASONS], interval_s)
    if whole_usd <= min(limit - reasons_usd, mine.whole_usd_per_hour) and not resting:
        every_s = dict.fromkeys(Tier, interval_s)
        return Plan(True, interval_s, every_s, whole_usd + reasons_usd, strict=max_usd_per_hour is not None)
    wish = _wishes(mine, size, interval_s, resting=resting)
    always_usd = usd_per_hour(size[Tier.ACCOUNT], interval_s) + reasons_usd
    left = max(0.0, limit - always_usd)
    rest = {Tier.VISIBLE, Tier.HOT, Tier.SWEEP} if resting else set()
    visible = 0.0 if Tier.VISIBLE in rest else min(left, wish[Tier.VISIBLE])
    others = sum(usd for tier, usd in wish.items() if tier is not Tier.VISIBLE and tier not in rest)
    share = min(1.0, (left - visible) / others) if others else 1.0
    granted = {tier: usd * share for tier, usd in wish.items()} | {Tier.VISIBLE: visible} | dict.fromkeys(rest, 0.0)
    every_s = {tier: _every_s(size[tier], usd, interval_s) for tier, usd in granted.items()}
    every_s |= dict.fromkeys(_WITH_EVERY_POLL, interval_s)
    every_s[Tier.SWEEP] = math.inf if Tier.SWEEP in rest else SWEEP_EVERY_S
    saved = [tier.value for tier in wish if tier not in rest and granted[tier] < wish[tier] - _LEAST_USD]
    return Plan(
        whole=False,
        interval_s=interval_s,
        every_s=every_s,
        usd_per_hour=always_usd + sum(usd for tier, usd in granted.items() if tier is not Tier.SWEEP),
        sweep_usd_per_hour=granted[Tier.SWEEP],
        strict=max_usd_per_hour is not None,
        savings=tuple(saved),
    )


def _wishes(mode: _Mode, size: Mapping[Tier, int], interval_s: float, *, resting: bool) -> dict[Tier, float]:
    """Dollars an hour for each tier, were there no limit. What the rows leave over, slower tiers may use."""
    tiers: list[Tier] = [tier for tier in Tier if tier not in _WITH_EVERY_POLL]
    most = {tier: usd_per_hour(size[tier], interval_s) for tier in tiers}
    if not mode.usd_per_hour:
        return most
    wish = {tier: min(mode.usd_per_hour[tier], most[tier]) for tier in tiers}
    lending = {*_QUICK_ENOUGH_S} if resting else {Tier.VISIBLE, Tier.HOT, *_QUICK_ENOUGH_S}
    spare = sum(mode.usd_per_hour[tier] - wish[tier] for tier in lending)
    all_shares, carried = sum(mode.usd_per_hour[tier] for tier in _QUICK_ENOUGH_S), 0.0
    for tier, enough_s in _QUICK_ENOUGH_S.items():
        carried += spare * mode.usd_per_hour[tier] / all_shares
        more = min(carried, max(0.0, usd_per_hour(size[tier], max(interval_s, enough_s)) - wish[tier]))
        wish[tier] += more
        carried -= more
    return wish


def _every_s(metrics: int, usd: float, interval_s: float) -> float:
    if not metrics:
        return interval_s
    return max(interval_s, usd_per_hour(metrics, 1.0) / usd) if usd > _LEAST_USD else math.inf
