"""Chance without state: the same key gives the same number in every process."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final
from zlib import crc32

_MASK: Final = (1 << 64) - 1
_NORMAL: Final = NormalDist()
_EDGE: Final = 1e-6  # keeps the normal's tails finite


def key_of(seed: int, name: str) -> int:
    """A 64-bit key for a series of chances, such as one function's traffic."""
    return (seed * 0x9E3779B97F4A7C15 + crc32(name.encode()) * 0xBF58476D1CE4E5B9) & _MASK


def uniform(key: int, step: int) -> float:
    """A number in [0, 1) for this step: splitmix64's finalizer (Steele, Lea and Flood 2014)."""
    z = (key + (step + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def normal(key: int, step: int) -> float:
    """A standard normal number."""
    return _NORMAL.inv_cdf(min(1.0 - _EDGE, max(_EDGE, uniform(key, step))))


def count(key: int, step: int, mean: float) -> int:
    """How often something came that comes ``mean`` times on average (Poisson; from 12 on, its normal likeness)."""
    if mean <= 0.0:
        return 0
    if mean >= 12.0:
        return max(0, round(mean + math.sqrt(mean) * normal(key, step)))
    chance = uniform(key, step)
    term = total = math.exp(-mean)
    number = 0
    while chance > total and number < 100:
        number += 1
        term *= mean / number
        total += term
    return number


def part(key: int, step: int, total: int, share: float) -> int:
    """``share`` of ``total`` as a whole number, rounded up or down by chance so that it is right on average."""
    if share <= 0.0 or total <= 0:
        return 0
    return min(total, math.floor(total * share + uniform(key, step)))
