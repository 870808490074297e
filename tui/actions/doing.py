"""What the actions do. Each takes the application, the situation at the key press, and a ``:`` command's argument."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from aws.errors import UsageError
from tui.actions.action import Run
from tui.actions.situation import LIST, Situation
from tui.present.commands import commands as commands_for

if TYPE_CHECKING:
    from tui.host import Host


# -- moving and looking -------------------------------------------------------------------------------------------


def moving(name: str) -> Run:
    """A movement that the list itself knows."""

    def run(app: Host, _: Situation, __: str) -> None:
        getattr(app.main.grid, f"action_{name}")()

    return run


def showing(view_id: str) -> Run:
    """Show a view, from wherever we are."""

    def run(app: Host, _: Situation, __: str) -> None:
        app.over.back_to_lists()
        app.main.show_view(view_id)

    return run


def open_subject(app: Host, situation: Situation, _: str) -> None:
    """The page of a resource or an alarm; a fold opens; a gap tells more."""
    subject = situation.subject
    if subject is None:
        return
    if subject.kind == "fold":
        fold(app, situation, "")
    elif subject.kind == "gap":
        gaps(app, situation, "")
    elif subject.kind == "alarm":
        app.over.open_alarm(subject.arn)
    elif subject.kind == "role":
        app.roles.open(subject)
    else:
        app.over.open_page(subject.arn)


def back(app: Host, situation: Situation, _: str) -> None:
    """Clear the filter, then go home. A page answers escape itself."""
    if situation.where != LIST:
        app.over.back()
    elif situation.query.text:
        app.main.ask(replace(situation.query, text=""))
    else:
        app.main.show_view("problems")


def quit_or_back(app: Host, situation: Situation, _: str) -> None:
    """Back from a page; out from the lists."""
    if situation.where == LIST:
        app.alarms.leave()
    else:
        app.over.back()


def leave(app: Host, _: Situation, __: str) -> None:
    """Out from anywhere; asks while alarms are being written."""
    app.alarms.leave()


def next_pane(app: Host, _: Situation, __: str) -> None:
    """The keys go to the next pane."""
    app.screen.focus_next()


def next_match(app: Host, _: Situation, __: str) -> None:
    """Down to the next match."""
    app.main.move_to_match(1)


def previous_match(app: Host, _: Situation, __: str) -> None:
    """Up to the match before."""
    app.main.move_to_match(-1)


# -- lists --------------------------------------------------------------------------------------------------------


def ask_filter(app: Host, situation: Situation, argument: str) -> None:
    """Take the filter from the command, or ask for it and show what it finds while it is typed."""
    if argument:
        app.main.ask(replace(situation.query, text=argument))
    else:
        app.over.filter(situation)


def problems_only(app: Host, situation: Situation, _: str) -> None:
    """Hide or show what is healthy."""
    app.main.ask(replace(situation.query, problems_only=not situation.query.problems_only))


def _sort_step(app: Host, situation: Situation, step: int) -> None:
    listing = app.main.listing
    if listing is not None:
        at = (listing.sorts.index(listing.sort) + step) % len(listing.sorts)
        app.main.ask(replace(situation.query, sort=listing.sorts[at]))


def sort_previous(app: Host, situation: Situation, _: str) -> None:
    """The column to the left."""
    _sort_step(app, situation, -1)


def sort_next(app: Host, situation: Situation, _: str) -> None:
    """The column to the right."""
    _sort_step(app, situation, 1)


def sort_by(app: Host, situation: Situation, argument: str) -> None:
    """A column by its name. Raises `UsageError` for one that the list has not."""
    sorts = app.main.listing.sorts if app.main.listing else ()
    wanted = next((name for name in sorts if name.lower().startswith(argument.lower())), None)
    if not argument or wanted is None:
        raise UsageError(f"sort by one of: {', '.join(sorts).lower()}")
    app.main.ask(replace(situation.query, sort=wanted))


def reverse(app: Host, situation: Situation, _: str) -> None:
    """The other way round."""
    app.main.ask(replace(situation.query, reverse=not situation.query.reverse))


def fold(app: Host, situation: Situation, _: str) -> None:
    """Fold or open the incident of the row, or the line of old ones."""
    if situation.subject is None:
        return
    key = situation.subject.key.partition("\t")[0]
    app.main.ask(replace(situation.query, toggled=situation.query.toggled ^ {key}))
    app.main.grid.move_to(key)


# -- the selected -------------------------------------------------------------------------------------------------


def copy_name(app: Host, situation: Situation, _: str) -> None:
    """Names, one a line."""
    app.copy("\n".join(subject.name for subject in situation.subjects))


def copy_arn(app: Host, situation: Situation, _: str) -> None:
    """ARNs, one a line."""
    app.copy("\n".join(subject.arn for subject in situation.subjects if subject.arn))


def console(app: Host, situation: Situation, _: str) -> None:
    """Open the page in the AWS console where there is a desktop; copy its address elsewhere."""
    snapshot, subject = app.snapshot, next((s for s in situation.subjects if s.arn), None)
    if snapshot is None or subject is None:
        return
    link = app.catalog.console_link(snapshot, subject.arn)
    if link is None:
        app.note(f"no console page known for {subject.name}")
    elif has_desktop():
        import webbrowser  # brings subprocesses and more, for one key

        app.run_worker(lambda: webbrowser.open(link), thread=True, exit_on_error=False, group="browser")
        app.note(f"opening the console page of {subject.name}")
    else:
        app.copy(link)


def has_desktop() -> bool:
    """Whether a browser can be opened beside the terminal; one inside it would fight for the screen."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def commands(app: Host, situation: Situation, _: str) -> None:
    """List AWS CLI lines for the subject."""
    subject = situation.subject if situation.subject and situation.subject.arn else None
    if app.snapshot is None or subject is None:
        return
    found = commands_for(app.snapshot, subject)
    if found:
        app.over.commands(subject, found)
    else:
        app.note(f"no commands known for {subject.name}")


# -- the program --------------------------------------------------------------------------------------------------


def gaps(app: Host, _: Situation, __: str) -> None:
    """What could not be read."""
    app.over.gaps()


def meter(app: Host, _: Situation, __: str) -> None:
    """What asking AWS costs."""
    app.over.meter()


def compact(app: Host, _: Situation, __: str) -> None:
    """One header line or two."""
    app.main.toggle_compact()


def repaint(app: Host, _: Situation, __: str) -> None:
    """Paint every cell again."""
    app.repaint()


def help(app: Host, _: Situation, __: str) -> None:
    """Every key and command."""
    app.over.help()


def ask_command(app: Host, situation: Situation, _: str) -> None:
    """The `:` line."""
    app.over.command(situation)


def palette(app: Host, situation: Situation, _: str) -> None:
    """Search the registry."""
    app.over.palette(situation)


def window(app: Host, _: Situation, __: str) -> None:
    """The next length of time for the charts."""
    if page := app.over.page:
        page.action_next_window()


def suspend(app: Host, _: Situation, __: str) -> None:
    """To the shell."""
    app.action_suspend_process()
