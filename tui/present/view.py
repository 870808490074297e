"""What a list on the screen is, before it is painted: columns, keys in order, and how to make one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aws.model import Snapshot
from tui.present.figures import OLD_S, clock, since
from widgets.cells import Column, Row
from widgets.lines import Line


@dataclass(frozen=True, slots=True)
class Look:
    """How things are written: terminal width in cells, local or UTC time, ASCII only.

    ``keys`` maps an action's id to the key that a sentence may name.
    """

    width: int = 80
    local: bool = False
    ascii: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """What hangs a row under another."""
        return "`- " if self.ascii else "└─ "

    @property
    def opened(self) -> str:
        """Stands before a row whose members are listed below it."""
        return "v " if self.ascii else "▾ "

    @property
    def folded(self) -> str:
        """Stands before a row that holds others."""
        return "> " if self.ascii else "▸ "

    def moment(self, at_s: float | None, now_s: float, mark: str = "") -> str:
        """When something began, for a sentence: ``03:05Z``, ``~03:05Z``, ``3d ago``."""
        if at_s is None:
            return "an unknown time"
        if mark == ">":
            return since(at_s, now_s, mark=mark) + " ago"
        if now_s - at_s > OLD_S:
            return since(at_s, now_s) + " ago"
        return mark + clock(at_s, local=self.local)


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asked of a list. ``toggled`` are the keys of the rows whose fold was changed by hand."""

    text: str = ""
    sort: str = ""
    reverse: bool = False
    problems_only: bool = False
    toggled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row stands for. An action keeps the one under the cursor at the key press, wherever its row goes.

    ``arn`` is a resource's or an alarm's; empty for rows that stand for neither (a gap, a fold).
    """

    key: str
    kind: str  # "resource", "alarm", "gap" or "fold"
    name: str = ""
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, ready to be painted row by row. ``total`` counts what there is without the filter.

    ``sorts`` are the keys of the columns that the list can be sorted by, ``sort`` the one it is sorted by.
    ``empty`` is said in place of rows where there are none; ``subject`` gives what a row stands for. ``explain``
    makes the pane's lines for a row, where the view has more to say than what is wrong with its subject.

    ``first`` is what must be worked out before there can be rows, ``for_filter`` what a filter will look at: of
    thousands of rows both take longer than a key may wait, and may run in a thread.
    """

    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    row: Callable[[str], Row]
    subject: Callable[[str], Subject]
    sorts: tuple[str, ...]
    sort: str
    total: int
    empty: str = ""
    explain: Callable[[str], list[Line]] | None = None
    first: Callable[[], object] | None = None
    for_filter: Callable[[], object] | None = None

    @property
    def biggest_first(self) -> bool:
        """Whether it is sorted by figures, which are looked at for the biggest: those stand on top unless reversed."""
        return any(column.key == self.sort and column.align == "right" for column in self.columns)


class View(Protocol):
    """One of the numbered views."""

    @property
    def id(self) -> str:
        """The name in `:` commands, such as "functions"."""
        ...

    @property
    def key(self) -> str:
        """The number key."""
        ...

    @property
    def tab(self) -> str:
        """The short word on the tab line."""
        ...

    @property
    def title(self) -> str:
        """The word in sentences."""
        ...

    def count(self, snapshot: Snapshot) -> int | str:
        """The number on the tab, or a word in its place; an empty one for neither."""
        ...

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The list as asked for. Pure."""
        ...
