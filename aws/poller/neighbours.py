"""Who is linked with whom in one scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aws.clock import Clock
from aws.links import with_passages
from aws.model import Link
from aws.slices import Slices


class Neighbours:
    """``links`` as the walks found them; ``causes`` and ``effects`` are the ARNs linked with each, passages included.

    All three are replaced, never changed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.links: tuple[Link, ...] = ()
        self.causes: Mapping[str, Sequence[str]] = {}
        self.effects: Mapping[str, Sequence[str]] = {}

    async def look(self, links: Iterable[Link]) -> bool:
        """Bring it up to date with the links that there are now. Gives whether any of them came or went."""
        found = tuple(links)
        if found == self.links:
            return False
        slices = Slices(self._clock)
        causes: dict[str, list[str]] = {}
        effects: dict[str, list[str]] = {}
        for link in with_passages(found):
            causes.setdefault(link.effect, []).append(link.cause)
            effects.setdefault(link.cause, []).append(link.effect)
            await slices.breathe()
        self.links, self.causes, self.effects = found, causes, effects
        return True
