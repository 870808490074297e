"""What an action is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tui.actions.situation import ANYWHERE, LIST, Situation

if TYPE_CHECKING:
    from tui.host import Host

Run: TypeAlias = "Callable[[Host, Situation, str], None]"


def always(_: Situation) -> bool:
    """It does something wherever it may be asked for."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that the user can ask for, by key, palette or ``:id``.

    ``key`` holds Textual's key names, with commas between. ``title`` is for the hint line and the palette, ``help``
    a sentence. ``takes`` names the argument of its ``:`` command, ``names`` are further words for it. ``hint`` ranks
    it on the hint line, 1 first; 0 keeps it off, and so does ``hinted`` where it says no. ``widget`` is the id of the
    binding of the focused widget that answers the key before the application does.
    """

    id: str
    key: str
    title: str
    help: str
    group: str
    run: Run
    where: frozenset[str] = ANYWHERE
    enabled: Callable[[Situation], bool] = always
    takes: str = ""
    names: tuple[str, ...] = ()
    hint: int = 0
    hinted: Callable[[Situation], bool] = always
    widget: str = ""
    priority: bool = False
    page_title: str = ""

    def title_in(self, situation: Situation) -> str:
        """The words on the hint line: what leaves the lists only goes back from a page."""
        return self.page_title if self.page_title and situation.where != LIST else self.title

    def works(self, situation: Situation) -> bool:
        """Whether it does something here and now."""
        return situation.where in self.where and self.enabled(situation)
