"""What the application is made of, as actions and screens see it: enough to use it, nothing of how it is done."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from widgets.lines import Line

if TYPE_CHECKING:
    from aws.model import Alarm, Scope, Snapshot
    from tui.actions.situation import Situation
    from tui.present.commands import Command
    from tui.present.plan_review import Review
    from tui.present.questions import Question
    from tui.present.role_book import RoleBook
    from tui.present.view import Listing, Query, Subject
    from widgets.grid import Grid


class Lists(Protocol):
    """The lists at the bottom of everything."""

    @property
    def grid(self) -> Grid:
        """The rows."""
        ...

    @property
    def listing(self) -> Listing | None:
        """What the rows show."""
        ...

    @property
    def is_mounted(self) -> bool:
        """Whether it is on the screen, or under what is."""
        ...

    def ask(self, query: Query) -> None:
        """Another filter, order or fold."""
        ...

    def say(self, line: str) -> None:
        """How connecting goes."""
        ...

    def show(self, snapshot: Snapshot) -> None:
        """A newer look."""
        ...

    def making(self, snapshot: Snapshot) -> Callable[[], None]:
        """What makes all that `show` will need of a look; for a thread."""
        ...

    def show_again(self) -> None:
        """What is listed has changed without a newer look."""
        ...

    def show_header(self) -> None:
        """Clock and age go on."""
        ...

    def show_view(self, view_id: str) -> None:
        """Another view."""
        ...

    def move_to_match(self, step: int) -> None:
        """To the next row that matches the filter (1), or the one before (-1)."""
        ...

    def toggle_compact(self) -> None:
        """One header line or two."""
        ...

    def visible_arns(self) -> frozenset[str]:
        """The resources on the screen."""
        ...


class Page(Protocol):
    """The page of one resource."""

    @property
    def arn(self) -> str:
        """Whose."""
        ...

    def action_next_window(self) -> None:
        """The next length of time for the charts."""
        ...


class Over(Protocol):
    """What comes over the lists."""

    @property
    def page(self) -> Page | None:
        """The topmost resource page."""
        ...

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        ...

    def refresh(self, snapshot: Snapshot | None = None) -> None:
        """A newer look, or time that has passed."""
        ...

    def open_page(self, arn: str) -> None:
        """The page of a resource."""
        ...

    def open_alarm(self, arn: str) -> None:
        """The page of an alarm."""
        ...

    def back_to_lists(self) -> None:
        """Take everything down."""
        ...

    def back(self) -> None:
        """Take the topmost down."""
        ...

    def help(self) -> None:
        """Every key and command."""
        ...

    def gaps(self) -> None:
        """What could not be read."""
        ...

    def meter(self) -> None:
        """What asking AWS costs."""
        ...

    def commands(self, subject: Subject, found: Sequence[Command]) -> None:
        """AWS CLI lines to copy."""
        ...

    def failure(self, message: str, hint: str, *, again: bool = False) -> None:
        """Nothing to show, and why. ``again``: it is tried again by itself."""
        ...

    def end_failure(self) -> None:
        """There is something to show at last."""
        ...

    def panel(self, title: str, lines: Sequence[Line]) -> None:
        """Lines to read under a title."""
        ...

    def filter(self, situation: Situation) -> None:
        """Ask for a filter."""
        ...

    def command(self, situation: Situation, begun: str = "") -> None:
        """Ask for a command, or the rest of one."""
        ...

    def ask_line(self, sign: str, value: str, placeholder: str, accept: Callable[[str], None]) -> None:
        """Ask for a line of text."""
        ...

    def palette(self, situation: Situation) -> None:
        """Search the actions."""
        ...


class Writes(Protocol):
    """Creates alarms, and keeps what became of them."""

    def ask(self, question: Question, agreed: Callable[[], None]) -> None:
        """Ask the sentence; go on where it is agreed to."""
        ...

    def work(self, coroutine: Coroutine[Any, Any, None], group: str) -> None:
        """Do it beside the keys."""
        ...

    def create(self, review: Review, scope: Scope) -> None:
        """Ask, then write what is picked."""
        ...

    def retry(self) -> None:
        """Do again what failed."""
        ...

    def undo(self) -> None:
        """Ask, then take the shown run back."""
        ...

    def prove(self, name: str) -> None:
        """Ask, then set an alarm off."""
        ...

    def switch(self, alarms: Sequence[Alarm], *, enabled: bool) -> None:
        """Ask, then let alarms notify, or keep them from it."""
        ...

    def show(self) -> None:
        """The newest run."""
        ...

    def leave(self) -> None:
        """Leave cwtop; ask in the middle of a run."""
        ...

    async def stop(self) -> None:
        """Begin nothing more, and let what is being written end."""
        ...


class Roles(Protocol):
    """Roles: the inspector, all function roles, how root is kept."""

    @property
    def book(self) -> RoleBook:
        """What is known so far."""
        ...

    def open(self, subject: Subject) -> None:
        """The role of what a row stands for, or why it has none."""
        ...

    def fill(self, *, again: bool = False) -> None:
        """Read all function roles beside the keys."""
        ...

    def arrived(self, snapshot: Snapshot) -> None:
        """A newer look."""
        ...


class Acts(Protocol):
    """The registry of actions at work."""

    @property
    def caps(self) -> Mapping[str, str]:
        """Each action's first key, as it stands on a key cap."""
        ...

    def pressed(self, action_ids: str, situation: Situation) -> None:
        """A key that stands for some actions."""
        ...

    def do(self, action_id: str, situation: Situation, argument: str = "") -> None:
        """Let an action happen."""
        ...

    def hints(self, situation: Situation) -> list[tuple[str, str]]:
        """Keys that do something here and now."""
        ...


class SigningIn(Protocol):
    """Signing in from the screen."""

    async def failed(self, profiles: tuple[str | None, ...]) -> None:
        """The feed could not be opened for want of the credentials of these."""
        ...

    def arrived(self) -> None:
        """A newer look."""
        ...

    def look_around(self) -> None:
        """Time goes on: somebody may have signed in elsewhere."""
        ...

    def wanted(self) -> Sequence[str | None]:
        """The profiles that need somebody."""
        ...

    def state(self) -> str:
        """Whether it is "needed" or "possible"; else empty."""
        ...

    def told(self) -> str:
        """For the header."""
        ...

    def start(self, named: str = "") -> None:
        """Put up the screen."""
        ...
