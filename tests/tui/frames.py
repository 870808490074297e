"""A screen as plain text, so that a test reads like the screen it is about."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.pilot import Pilot


def lines(app: App[Any]) -> list[str]:
    """The lines of the screen, right-trimmed."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips(app.screen.size)]


def frame(app: App[Any]) -> str:
    """The screen as text: its lines right-trimmed, the empty ones at the end left out."""
    return "\n".join(lines(app)).rstrip("\n")


def widest(app: App[Any]) -> int:
    """Cells of the widest line: never more than the screen has."""
    return max(strip.cell_length for strip in app.screen._compositor.render_strips(app.screen.size))


async def charts_drawn(pilot: Pilot[None]) -> None:
    """Wait until all charts are drawn, which is done in threads, and painted."""
    while pilot.app.workers:
        await pilot.pause(0.01)
    await pilot.pause()
