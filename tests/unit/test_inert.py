"""Names and tags come from strangers: nothing in them may move, colour or reorder the screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.cells import Column
from widgets.inert import inert
from widgets.layout import clip, column_widths, fit, width_of


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("checkout-place", "checkout-place"),
        ("[bold red]x[/]", "[bold red]x[/]"),
        ("a\x1b[31mb\x1b]0;title\x07c", "a·[31mb·]0;title·c"),
        ("two\nlines\tand\rmore", "two·lines·and·more"),
        ("safe\u202egpj.exe\u2066\u200b", "safe·gpj.exe··"),
        ("caf\u0065\u0301", "café"),
        ("z\u0301\u0302\u0303\u0304", "ź\u0302\u0303·"),
        ("\u0301leading", "·leading"),
        ("nb\u00a0sp\u3000ace", "nb sp ace"),
        ("日本語", "日本語"),
        ("lone \ud800 surrogate", "lone · surrogate"),
        ("x\ufe0f\U000e0041\u3164", "x···"),
    ],
)
def test_foreign_text_is_shown_harmless(foreign: str, shown: str) -> None:
    assert inert(foreign) == shown


@given(st.text())
def test_nothing_invisible_or_controlling_is_left(foreign: str) -> None:
    for char in inert(foreign):
        assert char == " " or unicodedata.category(char)[0] not in "CZ"


@given(st.text(), st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_a_fitted_text_takes_exactly_its_cells(foreign: str, width: int, align: str) -> None:
    assert width_of(fit(foreign, width, align)) == width


def test_a_wide_character_is_never_cut_in_half() -> None:
    assert clip("日本語", 4) == "日…"
    assert fit("日本語", 4) == "日… "


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(1, 200))
def test_columns_without_a_width_share_what_the_others_leave(widths: list[int], total: int) -> None:
    shared = column_widths(tuple(Column(str(i), "", width) for i, width in enumerate(widths)), total)
    gaps = len(widths) - 1
    if 0 in widths and sum(widths) + gaps <= total:
        assert sum(shared) + gaps == total
    assert all(got == width for got, width in zip(shared, widths, strict=True) if width)
