"""What lies over the lists for a moment: help, gaps, commands to copy, and the panel of a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.actions.keys import shown
from tui.present import styles
from tui.present.commands import Command
from widgets.cells import Cell, Column, Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.hints import Hints
from widgets.lines import Line, Lines
from widgets.pane import Pane

if TYPE_CHECKING:
    from aws.model import Snapshot

_NOTHING_YET = "cwtop cannot show anything yet"


class Panel(ModalScreen[None]):
    """Lines to read under a title; escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,exclamation_mark,full_stop,dollar_sign", "dismiss", "Back", show=False)
    ]

    def __init__(self, title: str, lines: Iterable[Line], hints: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._title, self._lines = title, tuple(lines)
        self._hints = tuple(hints) or (("esc", "back"), ("j k", "scroll"))

    def compose(self) -> ComposeResult:
        """Title, text, hints."""
        yield Lines(id="title")
        yield Pane(indent=4, id="text")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Fill it in."""
        self.say(self._title, self._lines)
        self.query_one("#text", Pane).focus()
        self.query_one("#hints", Hints).show(self._hints)

    def say(self, title: str, lines: Iterable[Line]) -> None:
        """Other lines, read on where the reader was."""
        self.query_one("#title", Lines).show_lines([(Cell(title, styles.STRONG),)])
        self.query_one("#text", Pane).show(lines)


Said: TypeAlias = "Callable[[Snapshot | None], tuple[str, list[Line]]]"


class FollowingPanel(Panel):
    """Goes with the looks. ``said`` gives title and lines at once, ``later`` reckons in a thread what they say then."""

    def __init__(self, said: Said, snapshot: Snapshot | None, later: Callable[[Snapshot], None] | None = None) -> None:
        super().__init__(*said(snapshot))
        self._said, self._later = said, later
        self._snapshot = snapshot

    def on_mount(self) -> None:
        """What takes longer."""
        self._begin()

    def follow(self, snapshot: Snapshot) -> None:
        """Tell of a newer look."""
        self._snapshot = snapshot
        self.say(*self._said(snapshot))
        self._begin()

    def _begin(self) -> None:
        if self._snapshot is not None and self._later is not None:
            self.run_worker(self._reckon(self._later, self._snapshot), exclusive=True)

    async def _reckon(self, later: Callable[[Snapshot], None], snapshot: Snapshot) -> None:
        await asyncio.to_thread(later, snapshot)
        self.say(*self._said(snapshot))


SignIn: TypeAlias = "tuple[str, Callable[[], None]]"


class FailurePanel(Panel):
    """Nothing can be shown: what happened and what to do. `r` tries again.

    ``sign_in`` is a key that signs in and what it calls, where that helps.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "retry", "Try again", show=False),
        Binding("q", "app.quit", "Quit", show=False),
    ]

    def __init__(self, lines: Sequence[Line], retry: Callable[[], None], *, sign_in: SignIn | None = None) -> None:
        super().__init__(_NOTHING_YET, lines, self._keys(sign_in))
        self._retry = retry
        self._sign_in = sign_in
        if sign_in:
            self._bindings.bind(sign_in[0], "sign_in", "Sign in", show=False)

    @staticmethod
    def lines(message: str, hint: str, *, again: bool = False, sign_in: SignIn | None = None) -> list[Line]:
        """What it says. ``again``: it is tried again by itself."""
        lines: list[Line] = [(Cell(message, styles.CRITICAL),)]
        if hint:
            lines += [(Cell(""),), (Cell("What to do: ", styles.QUIET), Cell(hint))]
        if sign_in:
            told = f"{shown(sign_in[0])} signs in from here, without a second shell."
            lines += [(Cell(""),), (Cell(told, styles.STRONG),)]
        if again:
            lines += [(Cell(""),), (Cell("cwtop tries again by itself, and begins as soon as it can.", styles.QUIET),)]
        return lines

    def tell(self, lines: Sequence[Line], *, sign_in: SignIn | None) -> None:
        """Another reason, or the same still."""
        if sign_in and not self._sign_in:
            self._bindings.bind(sign_in[0], "sign_in", "Sign in", show=False)
        self._sign_in = sign_in
        self.say(_NOTHING_YET, lines)
        self.query_one("#hints", Hints).show(self._keys(sign_in))

    @staticmethod
    def _keys(sign_in: SignIn | None) -> list[tuple[str, str]]:
        keys = [("r", "try again"), ("q", "quit")]
        return [(shown(sign_in[0]), "sign in"), *keys] if sign_in else keys

    def action_sign_in(self) -> None:
        """The screen for it, over this one."""
        if self._sign_in is not None:
            self._sign_in[1]()

    def action_retry(self) -> None:
        """Leave and connect again."""
        self.dismiss()
        self._retry()


class CommandsPanel(ModalScreen[None]):
    """AWS CLI lines in a list; the one under the cursor is copied, never run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,full_stop", "dismiss", "Back", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, title: str, commands: Sequence[Command], copy: Callable[[str], None]) -> None:
        super().__init__()
        self._title, self._commands, self._copy = title, tuple(commands), copy

    def compose(self) -> ComposeResult:
        """Title, the list, the whole line of the selected one, hints."""
        yield Lines(id="title")
        yield Grid(id="commands")
        yield Pane(id="pane")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Fill it in."""
        self.query_one("#title", Lines).show_lines([(Cell(self._title, styles.STRONG),)])
        columns = (Column("what", "WHAT IT DOES", 0), Column("changes", "", 7))
        keys = [str(index) for index in range(len(self._commands))]
        self.grid.show(columns, keys, self._row)
        self.grid.focus()
        self._show_line()
        hints = (("y", "copy"), ("enter", "copy"), ("j k", "move"), ("esc", "back"))
        self.query_one("#hints", Hints).show(hints)

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#commands", Grid)

    def _row(self, key: str) -> Row:
        command = self._commands[int(key)]
        mark = Cell("changes", styles.WARNING) if command.changes else Cell("shows", styles.QUIET)
        return Row(key, (Cell(command.title), mark))

    def _show_line(self) -> None:
        self.query_one("#pane", Pane).show([(Cell(self._commands[self.grid.cursor_index].line),)])

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """The whole line of another one."""
        self._show_line()

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """Enter copies too."""
        event.stop()
        self.action_copy()

    def action_copy(self) -> None:
        """Copy the line under the cursor."""
        self._copy(self._commands[self.grid.cursor_index].line)
