"""Makes the simulated account from what its command line asks for."""

from __future__ import annotations

from demo.shop import acme
from demo.story import StoryWorld, scenario


def make_world(name: str, seed: int, functions: int | None, start_s: float) -> StoryWorld:
    """The world of that scenario, with at least ``functions`` functions, starting at ``start_s`` UTC epoch seconds.

    Raises ValueError for a scenario that does not exist.
    """
    return StoryWorld(acme(functions or 0), scenario(name), seed, start_s)
