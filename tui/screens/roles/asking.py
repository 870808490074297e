"""What the inspector asks AWS for on demand: Access Analyzer's remarks on policies, IAM's simulation of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws.errors import CwtopError
from aws.iam.desk import PolicyRemark, Simulated
from tui.present import role_answers, styles
from tui.present.figures import counted
from tui.present.role_page import RolePage
from tui.present.role_texts import Documents, Text
from tui.screens.roles.messages import TextArrived
from tui.screens.roles.text import Further, TextScreen
from widgets.cells import Cell

if TYPE_CHECKING:
    from tui.screens.roles.inspector import RoleScreen


def validate(inspector: RoleScreen, documents: Documents) -> None:
    """Let Access Analyzer look at policies, and put up what it says."""
    app = inspector.app
    if not documents:
        app.note("there is no policy to validate", severity="warning")
        return
    title = "What Access Analyzer says (free of charge)"
    said = Cell(f"asking about {counted(len(documents), 'policies')}", styles.NOTE)
    screen = TextScreen(Text(title, ((said,),)), app.copy)
    app.push_screen(screen)

    async def ask() -> None:
        found: list[tuple[str, tuple[PolicyRemark, ...]]] = []
        problem = ""
        try:
            for name, document in documents:
                found.append((name, await inspector.desk.validate(document)))
        except CwtopError as error:
            problem = f"not validated: {error.message}. {error.hint}"
        inspector.post_message(TextArrived(screen, Text(title, tuple(role_answers.remarks(found, problem)))))

    inspector.beside(ask(), "validate", exclusive=False)


def answer(inspector: RoleScreen, page: RolePage, line: str) -> None:
    """Answer a typed question from the policies at once, with a key that asks AWS's simulation too."""
    app = inspector.app
    try:
        action, resource = role_answers.parsed(line)
    except CwtopError as error:
        app.warn(error)
        return
    decision = page.case.grants.can(action, resource)
    title = f"May {page.report.view.name} do this?"

    def told(simulated: Simulated | None = None, asking: str = "") -> Text:
        return Text(title, tuple(role_answers.question(page, decision, simulated, asking)))

    def ask(screen: TextScreen) -> None:
        screen.show(told(asking="simulating"))
        inspector.beside(simulate(screen), "simulate")

    async def simulate(screen: TextScreen) -> None:
        try:
            found = told(await inspector.desk.simulate(page.report, action, resource))
        except CwtopError as error:
            found = told(asking=f"not asked: {error.message}. {error.hint}")
        inspector.post_message(TextArrived(screen, found))

    app.push_screen(TextScreen(told(), app.copy, further=[Further("a", "ask AWS too", ask)]))
