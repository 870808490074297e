"""How text meets terminal cells: fitting to a width, and sharing a width among columns. Pure."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from widgets.cells import Column
from widgets.inert import inert

ELLIPSIS = "…"
GAP = 1  # cells between columns
_KEPT = 4096  # texts: some screens of cells, most of which a repaint shows again


def width_of(text: str) -> int:
    """Terminal cells that ``text`` takes; wide characters take two."""
    return len(text) if text.isascii() else cell_len(text)


def clip(text: str, width: int) -> str:
    """Foreign ``text`` made inert, and cut to ``width`` cells with an ellipsis where it is longer."""
    text = inert(text)
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    kept = text[: width - 1] if text.isascii() else set_cell_size(text, width - 1).rstrip()
    return kept + ELLIPSIS


@lru_cache(maxsize=_KEPT)
def fit(text: str, width: int, align: str = "left") -> str:
    """Foreign ``text`` in exactly ``width`` cells."""
    text = clip(text, width)
    padding = " " * (width - width_of(text))
    return padding + text if align == "right" else text + padding


@lru_cache(maxsize=16)
def column_widths(columns: tuple[Column, ...], total: int) -> tuple[int, ...]:
    """The cells that each column gets of ``total``, gaps apart. Columns of width 0 share what the others leave."""
    fixed = sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)
    elastic = [index for index, column in enumerate(columns) if column.width == 0]
    widths = [column.width for column in columns]
    left = max(0, total - fixed)
    for position, index in enumerate(elastic):
        widths[index] = left // len(elastic) + (1 if position < left % len(elastic) else 0)
    return tuple(widths)
