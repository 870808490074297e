"""What a grid shows: columns and rows of styled text, as plain values."""

from __future__ import annotations

from typing import NamedTuple


class Cell(NamedTuple):
    """Text and a Rich style. The grid makes the text inert: no markup, no escape, no line break, right width."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """``width`` in terminal cells; 0 takes what is left over. ``align`` is "left" or "right"."""

    key: str
    title: str
    width: int
    align: str = "left"


class Row(NamedTuple):
    """One row. ``key`` is its identity across updates; the cursor follows it."""

    key: str
    cells: tuple[Cell, ...]
