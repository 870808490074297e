"""One round of reading: which resources are still to be read, those that the user looks at first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from aws.model import SeriesId


class Round:
    """What is still to be asked for in this poll. A series that several resources share is asked for once."""

    def __init__(self) -> None:
        self._pending: dict[str, tuple[SeriesId, ...]] = {}
        self._order: deque[str] = deque()
        self._asked: set[SeriesId] = set()
        self._waiting = 0
        self.total = 0

    @property
    def waiting(self) -> int:
        """How many series were not taken yet."""
        return self._waiting

    def add(self, arn: str, wanted: tuple[SeriesId, ...]) -> None:
        """Read a resource's series in this round."""
        fresh = tuple(series_id for series_id in wanted if series_id not in self._asked)
        self._asked.update(fresh)
        if not fresh:
            return
        self._waiting += len(fresh)
        self.total += len(fresh)
        if arn not in self._pending:
            self._order.append(arn)
        self._pending[arn] = self._pending.get(arn, ()) + fresh

    def take(self, first: Iterable[str], *, at_least: int, at_most: int) -> list[SeriesId]:
        """The next series to ask for: those of the resources ``first`` at once, then others in order of arrival.

        Nothing while fewer than ``at_least`` wait and none of them is urgent. ``at_most`` bounds the others.
        """
        taken: list[SeriesId] = []
        for arn in first:
            taken += self._pending.pop(arn, ())
        if not taken and self._waiting < at_least:
            return taken
        if not taken:
            while self._order and len(taken) < at_most:
                taken += self._pending.pop(self._order.popleft(), ())
        self._waiting -= len(taken)
        return taken
