"""Keys typed after `:` or `/` before there is a line to take them: a slow connection brings a whole command at once.

They are held, and given to the line when it stands; else its letters would be actions on the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events

WAIT_S = 0.5  # where no line comes: the key did nothing here


class TypeAhead:
    """Holds keys. ``opening`` are the keys that put up a line; ``later`` calls back after so many seconds."""

    def __init__(
        self,
        opening: Iterable[str],
        post: Callable[[events.Key], object],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._opening = frozenset(opening)
        self._post, self._later = post, later
        self._held: list[events.Key] | None = None

    def holds(self, event: events.Event, *, typing: Callable[[], bool]) -> bool:
        """Whether a key is to wait. ``typing``: there is a line that takes keys already."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            return False
        if self._held is not None:
            self._held.append(event)
            return True
        if event.key in self._opening and not typing():
            held = self._held = []
            self._later(WAIT_S, lambda: self.give_back() if self._held is held else None)
        return False

    def give_back(self) -> None:
        """There is a line, or there will be none: whatever was held is typed now."""
        held, self._held = self._held, None
        for event in held or ():
            self._post(events.Key(event.key, event.character))
