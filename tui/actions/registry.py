"""Everything that the user can do, once. Keys, hint line, help, palette and ``:`` commands all read this."""

from __future__ import annotations

from collections.abc import Iterable

from tui.actions import alarms as alarm_actions
from tui.actions import doing, polling, sign_in
from tui.actions import roles as role_actions
from tui.actions.action import Action, Run
from tui.actions.situation import ANYWHERE, EVERYWHERE, LIST, PAGE, REVIEW, ROLE, RUN, Situation
from tui.present.view import View

MOVING, LOOKING, LISTS, ACTING, PROGRAM = "Moving", "Views", "Lists", "The selected", "cwtop"
_IN_LISTS = frozenset({LIST})


def _has_subject(situation: Situation) -> bool:
    return bool(situation.subjects)


def _has_arn(situation: Situation) -> bool:
    return situation.has_arn


def _opens(situation: Situation) -> bool:
    return situation.subject is not None


def _is_resource(situation: Situation) -> bool:
    return situation.subject is not None and situation.subject.kind == "resource"


def _in_lists(situation: Situation) -> bool:
    return situation.where == LIST


def _has_rows(situation: Situation) -> bool:
    return situation.has_rows


def _has_gaps(situation: Situation) -> bool:
    return situation.gaps > 0


def _is_filtered(situation: Situation) -> bool:
    return bool(situation.query.text) and situation.has_rows


def _folds(situation: Situation) -> bool:
    return situation.view == "problems" and situation.subject is not None and situation.subject.kind != "gap"


def _can_go_back(situation: Situation) -> bool:
    if situation.where in (REVIEW, RUN, ROLE):
        return True
    return situation.where == LIST and (bool(situation.query.text) or situation.view != "problems")


def _move(name: str, key: str, help: str) -> Action:
    """A movement: the list has its own binding for it, which the configuration's keys reach too."""
    return Action(
        id=name.replace("_", "-"), key=key, title=help.lower(), help=help, group=MOVING, where=_IN_LISTS,
        run=doing.moving(name), widget=f"grid.{name}", enabled=_has_rows,
    )  # fmt: skip


_MOVEMENTS = (
    _move("cursor_down", "j,down", "One row down"),
    _move("cursor_up", "k,up", "One row up"),
    _move("cursor_first", "g,home", "First row"),
    _move("cursor_last", "G,end", "Last row"),
    _move("page_down", "ctrl+f,pagedown", "A page down"),
    _move("page_up", "ctrl+b,pageup", "A page up"),
    _move("half_page_down", "ctrl+d", "Half a page down"),
    _move("half_page_up", "ctrl+u", "Half a page up"),
)


def _action(
    id: str,
    key: str,
    title: str,
    help: str,
    group: str,
    run: Run,
    **more: object,
) -> Action:
    return Action(id=id, key=key, title=title, help=help, group=group, run=run, **more)  # type: ignore[arg-type]


_FIXED = (
    _action("open", "enter", "open", "Open the selected row", MOVING, doing.open_subject,
            where=_IN_LISTS, enabled=_opens, hint=1, widget="grid.open"),
    _action("back", "escape", "back", "Clear the filter, then go back", MOVING, doing.back,
            where=EVERYWHERE, enabled=_can_go_back, hint=8, hinted=_in_lists),
    _action("next-match", "n", "next match", "Next row that matches the filter itself", MOVING, doing.next_match,
            where=_IN_LISTS, enabled=_is_filtered),
    _action("previous-match", "N", "previous match", "Previous row that matches the filter itself", MOVING,
            doing.previous_match, where=_IN_LISTS, enabled=_is_filtered),
    _action("window", "w", "window", "The next length of time for the charts", LOOKING, doing.window,
            where=frozenset({PAGE}), enabled=_is_resource, hint=1),
    _action("next-pane", "tab", "next pane", "To the next pane", MOVING, doing.next_pane, names=("pane",),
            where=EVERYWHERE),
    _action("filter", "slash", "filter",
            "Filter: text, !without, ~fuzzy, sev:critical, kind:fn, alarm:none, tag:team=pay", LISTS,
            doing.ask_filter, where=_IN_LISTS, takes="text", hint=2),
    _action("problems-only", "f", "problems only", "Only what is not healthy, or everything again", LISTS,
            doing.problems_only, where=_IN_LISTS, hint=9),
    _action("sort-previous", "less_than_sign", "sort left", "Sort by the column to the left", LISTS,
            doing.sort_previous, where=_IN_LISTS),
    _action("sort-next", "greater_than_sign", "sort right", "Sort by the column to the right", LISTS,
            doing.sort_next, where=_IN_LISTS),
    _action("sort", "", "sort by", "Sort by a column, by name", LISTS, doing.sort_by, where=_IN_LISTS, takes="column"),
    _action("reverse", "S", "reverse", "Turn the order round", LISTS, doing.reverse, where=_IN_LISTS),
    _action("fold", "z", "fold", "Fold or open the selected row", LISTS, doing.fold,
            where=_IN_LISTS, enabled=_folds, hint=10),
    _action("mark", "space", "mark", "Mark the selected row, for actions on several", LISTS,
            doing.moving("toggle_mark"), where=_IN_LISTS, enabled=_has_rows, widget="grid.toggle_mark"),
    _action("copy-name", "y", "copy name", "Copy the name", ACTING, doing.copy_name, enabled=_has_subject),
    _action("copy-arn", "Y", "copy ARN", "Copy the ARN", ACTING, doing.copy_arn, enabled=_has_arn),
    _action("console", "b", "console", "Its page in the AWS console: opened, or copied over SSH", ACTING,
            doing.console, enabled=_has_arn, hint=6, names=("browser", "link")),
    _action("commands", "full_stop", "commands", "AWS CLI commands to copy; cwtop never runs them", ACTING,
            doing.commands, enabled=_has_arn, hint=3, names=("cli",)),
    _action("gaps", "exclamation_mark", "gaps", "What could not be read and why; how old the rest is", LOOKING,
            doing.gaps, hint=4, hinted=_has_gaps, names=("age", "readings")),
    _action("meter", "dollar_sign", "meter", "What asking AWS costs: now, this session, a month; calls, prices",
            LOOKING, doing.meter, names=("cost", "spend")),
    _action("pause", "p", "pause", "Stop and resume polling", PROGRAM, polling.pause, names=("resume",)),
    _action("refresh", "r", "refresh", "Poll now; connect again after a failure", PROGRAM, polling.refresh, hint=11,
            names=("retry",)),
    _action("slower", "plus", "longer interval", "Poll less often", PROGRAM, polling.slower),
    _action("faster", "minus", "shorter interval", "Poll more often", PROGRAM, polling.faster),
    _action("interval", "", "interval", "Seconds between polls, 5 to 3600", PROGRAM, polling.interval, takes="seconds"),
    _action("mode", "", "mode", "What freshness may cost: :mode economy, standard or thorough", PROGRAM, polling.mode),
    _action("compact", "ctrl+e", "compact header", "One header line, or two", PROGRAM, doing.compact,
            where=_IN_LISTS),
    _action("repaint", "ctrl+l", "repaint", "Paint the whole screen again", PROGRAM, doing.repaint,
            where=EVERYWHERE),
    _action("help", "question_mark", "help", "Every key and command", PROGRAM, doing.help, hint=5, where=EVERYWHERE),
    _action("command", "colon", "command", "Type a command; tab completes", PROGRAM, doing.ask_command,
            where=EVERYWHERE),
    _action("palette", "ctrl+p", "palette", "Search the commands", PROGRAM, doing.palette, where=EVERYWHERE),
    _action("suspend", "ctrl+z", "suspend", "To the shell; fg comes back", PROGRAM, doing.suspend, where=EVERYWHERE),
    _action("quit", "q", "quit", "Go back; quit from the lists", PROGRAM, doing.quit_or_back, names=("q",), hint=7,
            page_title="back", where=EVERYWHERE),
    _action("exit", "ctrl+c", "exit", "Leave cwtop from anywhere", PROGRAM, doing.leave, priority=True,
            where=EVERYWHERE | {"panel"}, names=("quit!", "q!")),
)  # fmt: skip


def _showing(view: View) -> Run:
    return role_actions.show_view if view.id == role_actions.VIEW else doing.showing(view.id)


def actions(views: Iterable[View]) -> tuple[Action, ...]:
    """The registry, with an action for each view that there is."""
    looking = tuple(
        _action(view.id, view.key, view.title, f"View {view.key}: {view.title}", LOOKING, _showing(view),
                where=ANYWHERE | {RUN, ROLE})
        for view in views
    )  # fmt: skip
    return (*_MOVEMENTS, *looking, *_FIXED, *sign_in.ACTIONS, *alarm_actions.ACTIONS, *role_actions.ACTIONS)
