"""The selected alarms as code: into a file or onto the clipboard. Nothing is asked of AWS, so read-only may too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from aws.alarms.definition import Planned
from aws.alarms.export import FORMATS, left_out, render
from aws.errors import CwtopError
from tui.present import styles
from widgets.cells import Cell, Column, Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.hints import Hints
from widgets.lines import Line, Lines
from widgets.pane import Pane

_WORDS = {
    "cloudformation": "a template of its own, for `aws cloudformation deploy`",
    "terraform": "resources in HCL",
    "cdk": "a construct in TypeScript",
    "cli": "a shell script of `aws` commands; it changes nothing that is there",
}


class ExportPanel(ModalScreen[None]):
    """Formats in a list, the beginning of the text below. ``save`` gets text and format, ``copy`` the text."""

    DEFAULT_CSS = """
    ExportPanel { background: $background; }
    ExportPanel #title { height: 2; background: $panel; }
    ExportPanel #formats { height: 6; }
    ExportPanel #text { height: 1fr; min-height: 3; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "dismiss", "Back", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(
        self,
        planned: Sequence[Planned],
        *,
        account: str,
        region: str,
        save: Callable[[str, str], None],
        copy: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._planned, self._account, self._region = tuple(planned), account, region
        self._save, self._copy = save, copy

    def compose(self) -> ComposeResult:
        """Title, formats, text, keys."""
        yield Lines(id="title")
        yield Grid(id="formats")
        yield Pane(id="text")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Fill it in."""
        count = len(self._planned)
        told = f"{count} alarm{'' if count == 1 else 's'} of {self._account} {self._region} as code"
        self.query_one("#title", Lines).show_lines([(Cell("EXPORT ", styles.STRONG), Cell(told))])
        columns = (Column("format", "FORMAT", 15), Column("words", "", 0))
        self.grid.show(columns, FORMATS, lambda key: Row(key, (Cell(key), Cell(_WORDS.get(key, ""), styles.QUIET))))
        self.grid.focus()
        hints = (("enter", "to a file"), ("y", "copy"), ("j k", "move"), ("tab", "scroll the text"), ("esc", "back"))
        self.query_one("#hints", Hints).show(hints)
        self._show_text()

    @property
    def grid(self) -> Grid:
        """The formats."""
        return self.query_one("#formats", Grid)

    @property
    def _format(self) -> str:
        return self.grid.cursor_key or FORMATS[0]

    def _text(self) -> str:
        return render(self._format, self._planned, account=self._account, region=self._region)

    def _show_text(self) -> None:
        lines: list[Line] = []
        try:
            for name, reason in left_out(self._format, self._planned):
                lines.append((Cell(f"left out: {name}: {reason}", styles.WARNING),))
            lines += [(Cell(line.replace("\t", "    ")),) for line in self._text().splitlines()]
        except CwtopError as error:
            lines.append((Cell(error.message, styles.CRITICAL),))
        self.query_one("#text", Pane).show(lines)

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another format."""
        self._show_text()

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """To a file."""
        event.stop()
        text, format = self._text(), self._format
        self.dismiss()
        self._save(text, format)

    def action_copy(self) -> None:
        """To the clipboard."""
        text = self._text()
        self.dismiss()
        self._copy(text)
