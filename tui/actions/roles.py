"""Roles: the inspector, what it shows, and the view of all function roles. Nothing here writes to AWS.

What belongs to policies is imported when first needed: the first frame waits for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import doing
from tui.actions.action import Action
from tui.actions.situation import ANYWHERE, ROLE, Situation

if TYPE_CHECKING:
    from tui.host import Host
    from tui.screens.roles.inspector import RoleScreen

GROUP = "Roles"
VIEW = "roles"
_HAVE_ROLES = (":function:", ":stateMachine:", ":role/")


def inspect(app: Host, situation: Situation, _: str) -> None:
    """The role of what was selected; says why not where it has none."""
    subject = situation.subject
    if subject is not None:
        app.roles.open(subject)


def show_view(app: Host, situation: Situation, argument: str) -> None:
    """View 0: its roles are read once it is looked at."""
    doing.showing(VIEW)(app, situation, argument)
    app.roles.fill()


# -- on the inspector ---------------------------------------------------------------------------------------------


def _screen(app: Host) -> RoleScreen:
    from tui.screens.roles.inspector import RoleScreen

    assert isinstance(app.screen, RoleScreen)  # these actions work where it says so only
    return app.screen


def why(app: Host, _: Situation, __: str) -> None:
    """Drill into the selected row."""
    _screen(app).why()


def policies(app: Host, _: Situation, __: str) -> None:
    """All policies as JSON."""
    _screen(app).policies()


def trust(app: Host, _: Situation, __: str) -> None:
    """The trust policy as JSON."""
    from tui.present import role_texts

    screen = _screen(app)
    if screen.page is not None:
        screen.text(role_texts.trust(screen.page, screen.item()))


def suggest(app: Host, _: Situation, __: str) -> None:
    """A least-privilege policy to read and to copy."""
    _screen(app).suggest()


def validate(app: Host, _: Situation, __: str) -> None:
    """What Access Analyzer says of the policies as they are."""
    from tui.present import role_texts

    screen = _screen(app)
    if screen.page is None:
        return
    if found := role_texts.own_documents(screen.page):
        screen.validate(found)
    else:
        app.note("the role has no policy of its own that could be read: nothing to validate", severity="warning")


def may(app: Host, _: Situation, argument: str) -> None:
    """Ask whether the role may do something on something."""
    from tui.present import role_answers

    screen = _screen(app)
    if argument:
        screen.answer(argument)
    else:
        app.over.ask_line("?", "", role_answers.ASKING, screen.answer)


def copy(app: Host, _: Situation, __: str) -> None:
    """The role's ARN."""
    app.copy(_screen(app).role_arn)


def reread(app: Host, _: Situation, __: str) -> None:
    """Read the role anew."""
    _screen(app).read(again=True)


# -- the registry's part ------------------------------------------------------------------------------------------


def _selected(situation: Situation) -> bool:
    return situation.subject is not None and bool(situation.subject.arn)


def _likely(situation: Situation) -> bool:
    """Whether the hint is worth its room: what it is on surely has a role."""
    return situation.subject is not None and any(each in situation.subject.arn for each in _HAVE_ROLES)


def _able(id: str, key: str, title: str, help: str, run: object, hint: int, takes: str = "") -> Action:
    return Action(
        id=id, key=key, title=title, help=help, group=GROUP, run=run,  # type: ignore[arg-type]
        where=frozenset({ROLE}), enabled=lambda situation: id in situation.able, hint=hint, takes=takes,
    )  # fmt: skip


ACTIONS = (
    Action(id="role", key="i", title="role", help="The role it runs with: findings, services used, why, suggestion",
           group=GROUP, run=inspect, where=ANYWHERE, enabled=_selected, hint=4, hinted=_likely, names=("inspect",)),
    _able("why", "enter", "why", "The statement behind the row, what it reaches, which way it opens", why, 1),
    _able("policies", "p", "policy", "All policies as JSON, at the statement behind the row", policies, 2),
    _able("trust", "t", "trust", "Who may assume the role", trust, 2),
    _able("suggest", "s,x", "suggestion", "A least-privilege policy, its reasons, what it changes", suggest, 2),
    _able("may", "w", "may it?", "Ask whether the role may do an action on a resource", may, 3, "action resource"),
    _able("validate", "v", "validate", "What Access Analyzer says of its policies", validate, 3),
    _able("copy-role", "c,y", "copy", "Copy the role's ARN; on a text, the text", copy, 4),
    _able("reread", "r", "reread", "Read the role anew", reread, 4),
)  # fmt: skip
