"""Signing in, as an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.action import Action
from tui.actions.situation import ANYWHERE, Situation

if TYPE_CHECKING:
    from tui.host import Host


def login(app: Host, _: Situation, argument: str) -> None:
    """Put up the sign-in of the profile that needs it, or of the one that is named."""
    app.signing.start(argument)


ACTIONS = (
    Action(
        id="login",
        key="L",
        title="sign in",
        help="Sign in to IAM Identity Center by a code, or give an MFA code: here, without a second shell",
        group="cwtop",
        run=login,
        where=ANYWHERE,
        enabled=lambda situation: situation.sign_in != "",
        hinted=lambda situation: situation.sign_in == "needed",
        takes="profile",
        names=("signin", "sso"),
        hint=1,
    ),
)
