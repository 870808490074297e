"""Whether somebody looks at the screen. A terminal that does not report its focus counts as focused."""

from __future__ import annotations

from textual import events

from aws.clock import Clock

IDLE_AFTER_S = 600.0


class Presence:
    """The terminal's focus, and the time since the last key or move of the mouse. Methods give whether it changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used_s = clock.monotonic()
        self.focused = True
        self.idle = False

    @property
    def still_s(self) -> float:
        """Seconds since somebody used the keyboard."""
        return self._clock.monotonic() - self._used_s

    @property
    def here(self) -> bool:
        """Somebody looks."""
        return self.focused and not self.idle

    def saw(self, event: events.Event) -> bool:
        """Anything that comes from the terminal."""
        if isinstance(event, events.AppBlur):
            return self.left()
        if isinstance(event, events.MouseMove):
            return self.used(focused=self.focused)  # a mouse may pass over a terminal that has not the focus
        return isinstance(event, events.InputEvent | events.Paste | events.AppFocus) and self.used()

    def used(self, *, focused: bool = True) -> bool:
        """A key or a click: whoever does that looks, whatever the terminal said of its focus."""
        self._used_s = self._clock.monotonic()
        before, (self.focused, self.idle) = (self.focused, self.idle), (focused, False)
        return before != (self.focused, self.idle)

    def left(self) -> bool:
        """The terminal lost the focus."""
        was_focused, self.focused = self.focused, False
        return was_focused

    def check(self) -> bool:
        """Time has passed: nobody there any more?"""
        was_idle = self.idle
        self.idle = self.still_s >= IDLE_AFTER_S
        return self.idle is not was_idle
