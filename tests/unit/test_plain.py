"""With ASCII only, no line of a table and no mark is drawn with anything else, and nothing changes its width."""

from __future__ import annotations

import os

import pytest
from rich.cells import cell_len

from tui.leaving import Output
from widgets.plain import TO_ASCII


@pytest.mark.parametrize(
    ("shown", "drawn"),
    [
        ("────", "----"),
        ("│ ├─ └─ ┤", "| +- +- +"),
        ("a name that is cut…", "a name that is cut~"),
        ("NAME▲ ▾ ▸ ×2 now·", "NAME^ v > x2 now."),
        ("▌ copied", "| copied"),
        ("🔎 sort", "/  sort"),
        ("▁▃█⣿", "_##."),
    ],
)
def test_what_is_drawn_has_a_stand_in_of_the_same_width(shown: str, drawn: str) -> None:
    assert shown.translate(TO_ASCII) == drawn
    assert cell_len(shown) == cell_len(drawn)


@pytest.mark.parametrize(("drawn", "sent"), [(TO_ASCII, "-~ 注文"), ({}, "─… 注文")])
def test_the_terminal_is_sent_that_and_the_names_that_strangers_gave(drawn: dict[int, str], sent: str) -> None:
    reading, writing = os.pipe()
    with Output(writing, drawn) as output:
        assert output.write("─… 注文") == 5
        output.flush()
        assert os.read(reading, 99).decode() == sent
    os.close(reading)
    os.close(writing)
