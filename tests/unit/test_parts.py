"""What leaves the header first when the terminal is narrow, and what never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.cells import Cell
from widgets.hints import hint_line
from widgets.inert import inert
from widgets.layout import width_of
from widgets.lines import Line
from widgets.pane import wrap
from widgets.parts import KEEP, Part, arrange, split


def part(text: str, priority: int = KEEP, *, short: str = "", right: bool = False) -> Part:
    return Part((Cell(text),), priority, (Cell(short),) if short else (), right)


def text_of(line: Line) -> str:
    return "".join(cell.text for cell in line)


def shown(width: int) -> tuple[str, str]:
    left, right = split(PARTS, width)
    return text_of(left), text_of(right)


PARTS = [
    part("acme-prod"),
    part("4821..9034", 3, short="..34"),
    part("STALE 9m"),
    part("err 58/m", 1),
    part("$0.31/h", 2, right=True),
]


def test_everything_is_shown_where_it_fits() -> None:
    assert shown(60) == ("acme-prod  4821..9034  STALE 9m  err 58/m", "$0.31/h")


def test_the_least_needed_is_shortened_then_leaves() -> None:
    assert shown(47) == ("acme-prod  ..34  STALE 9m  err 58/m", "$0.31/h")
    assert shown(38) == ("acme-prod  STALE 9m  err 58/m", "$0.31/h")
    assert shown(30) == ("acme-prod  STALE 9m  err 58/m", "")


def test_a_warning_never_leaves() -> None:
    assert shown(5) == ("acme-prod  STALE 9m", "")


def test_a_part_that_stays_may_take_its_short_form_before_others_leave() -> None:
    resting = Part((Cell("resting: unfocused"),), KEEP, (Cell("resting"),), short_priority=2)
    assert [cell.text for cell in split([part("err 58/m", 1), resting], 20)[0]] == ["err 58/m", "  ", "resting"]
    assert text_of(split([part("err 58/m", 1), resting], 5)[0]) == "resting"


@given(st.integers(0, 80))
def test_no_part_is_cut_in_the_middle(width: int) -> None:
    whole = {cells for one in PARTS for cells in (one.cells, one.short)}
    assert all(one.cells in whole for one in arrange(PARTS, width))


def test_hints_that_do_not_fit_are_left_out_whole() -> None:
    hints = [("enter", "open"), ("/", "filter"), ("?", "help")]
    assert text_of(hint_line(hints, 40)) == "enter open   / filter   ? help"
    assert text_of(hint_line(hints, 28)) == "enter open  / filter  ? help"
    assert text_of(hint_line(hints, 27)) == "enter open  / filter"


def test_a_sentence_wraps_before_words_and_hangs_under_its_label() -> None:
    line = (Cell("cause? ", "dim"), Cell("the index pushes back"))
    assert [text_of(wrapped) for wrapped in wrap(line, 16, 7)] == ["cause? the index", "       pushes", "       back"]


def test_words_with_a_no_break_space_between_stay_together() -> None:
    assert [text_of(wrapped) for wrapped in wrap((Cell("role a   dlq\u00a0none"),), 12)] == ["role a", "dlq none"]


@given(st.text(max_size=80), st.integers(3, 30))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    wrapped = [text_of(line) for line in wrap((Cell(text),), width)]
    assert all(width_of(line) <= width for line in wrapped)
    assert "".join("".join(wrapped).split()) == "".join(inert(text).split())
