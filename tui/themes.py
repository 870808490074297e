"""Our colours: a dark and a light theme, and the terminal's own sixteen where there are no more.

The presenters name ANSI colours ("red", "yellow"); `palette` says what a theme with true colours makes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="cwtop-dark",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffd787",
    warning="#ffaf00",
    error="#ff5f5f",
    success="#87af5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#1c1c1c",
    dark=True,
    variables={
        "block-cursor-background": "#303a45",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#262626",
        "block-cursor-blurred-foreground": "#d0d0d0",
        "block-cursor-blurred-text-style": "none",
    },
)
LIGHT = Theme(
    name="cwtop-light",
    primary="#005f87",
    secondary="#5f5f87",
    accent="#875f00",
    warning="#af5f00",
    error="#af0000",
    success="#376e00",
    foreground="#262626",
    background="#fafafa",
    surface="#eeeeee",
    panel="#eeeeee",
    dark=False,
    variables={
        "block-cursor-background": "#cfe0ee",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e4e4e4",
        "block-cursor-blurred-foreground": "#262626",
        "block-cursor-blurred-text-style": "none",
    },
)
# The sixteen colours, with the cursor as the terminal's own reverse: that is readable in every palette.
ANSI = Theme(
    name="cwtop-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_default",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
        "block-cursor-blurred-text-style": "underline",
    },
)
THEMES = {"dark": DARK, "light": LIGHT, "ansi": ANSI}

# In the order of ANSI: black, red, green, yellow, blue, magenta, cyan, white; then the same, bright.
_DARK_COLOURS = TerminalTheme(
    (18, 18, 18),
    (208, 208, 208),
    [(38, 38, 38), (255, 95, 95), (135, 175, 95), (255, 175, 0),
     (95, 175, 215), (215, 135, 215), (95, 195, 195), (208, 208, 208)],
    [(108, 108, 108), (255, 135, 135), (175, 215, 135), (255, 215, 135),
     (135, 205, 255), (235, 175, 235), (135, 225, 225), (255, 255, 255)],
)  # fmt: skip
_LIGHT_COLOURS = TerminalTheme(
    (250, 250, 250),
    (38, 38, 38),
    [(38, 38, 38), (175, 0, 0), (55, 110, 0), (150, 85, 0),
     (0, 95, 135), (135, 0, 135), (0, 110, 110), (90, 90, 90)],
    [(108, 108, 108), (200, 0, 0), (70, 130, 0), (175, 95, 0),
     (0, 115, 165), (160, 0, 160), (0, 130, 130), (38, 38, 38)],
)  # fmt: skip


def palette(name: str) -> TerminalTheme:
    """What the names of ANSI colours become under a theme with true colours."""
    return _LIGHT_COLOURS if name == LIGHT.name else _DARK_COLOURS


def choose(wanted: str, environ: Mapping[str, str]) -> Theme:
    """The theme for ``ui.theme``; "auto" takes the sixteen colours where NO_COLOR is set or there are no more."""
    if wanted in THEMES:
        return THEMES[wanted]
    term = environ.get("TERM", "")
    many = environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256color" in term or "direct" in term
    return DARK if many and "NO_COLOR" not in environ else ANSI


def wear(app: App[Any], name: str) -> None:
    """The colours of a theme by name, and of the terminal's sixteen where it has no more."""
    for theme in THEMES.values():
        app.register_theme(theme)
    app.ansi_theme_dark, app.ansi_theme_light = palette("dark"), palette(LIGHT.name)
    app.theme = name
