"""A screen with classes by the terminal's size, for its style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

HEIGHTS = ((0, "-short"), (20, "-usual"), (36, "-tall"))  # of screens with lists above a pane


class SizedScreen(Screen[None]):
    """Has the classes of its breakpoints from the beginning. Textual sets them after its first layout, and then styles
    and lays out all of it once more.

    ``widths`` and ``heights`` are breakpoints: a class, and the cells from which on it is worn in place of the one
    before. To be made while its application runs.
    """

    def __init__(self, *, widths: Sequence[tuple[int, str]] = (), heights: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS = list(widths), list(heights)
        size = self.app.size
        for breakpoints, cells in ((widths, size.width), (heights, size.height)):
            reached = [name for least, name in breakpoints if cells >= least]
            self.add_class(*reached[-1:], update=False)
