"""Words from strangers, made harmless: nothing in them can style, move, reorder or break the screen."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SUBSTITUTE = "·"
_MARKS_IN_A_ROW = 2  # Vietnamese needs two; a pile of them would climb over the lines above


def inert(text: str) -> str:
    """``text`` as one line of printable characters.

    Control characters, ANSI escapes' ESC, newlines, tabs, bidi and zero-width marks, lone surrogates, variation
    selectors and private-use glyphs each become a visible "·"; special spaces become plain ones. Markup needs no
    care: nothing here is ever parsed as markup.
    """
    if text.isascii() and text.isprintable():
        return text
    return _slow(text)


@lru_cache(maxsize=4096)
def _slow(text: str) -> str:
    harmless: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category in ("Mn", "Me") and char.isprintable():
            marks += 1
            combines = len(harmless) > 0 and marks <= _MARKS_IN_A_ROW and not _is_variation_selector(char)
            harmless.append(char if combines else SUBSTITUTE)
            continue
        marks = 0
        if category == "Zs":
            harmless.append(" ")
        elif char.isprintable() and char not in _BLANK_LETTERS:
            harmless.append(char)
        else:
            harmless.append(SUBSTITUTE)
    return "".join(harmless)


# Letters by category, but drawn as nothing: two names that differ in them alone would look the same.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")


def _is_variation_selector(char: str) -> bool:
    """They change the width of the character before, and terminals disagree on by how much."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
