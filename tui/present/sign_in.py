"""The sign-in as it stands, in lines: where to go, what to type, how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aws.signin.device import Confirm, NotSignedIn, SignedIn, Stage
from tui.present import styles
from tui.present.credentials import named
from tui.present.figures import age, clock
from tui.present.view import Look
from widgets.cells import Cell
from widgets.lines import Line

if TYPE_CHECKING:
    from aws.signin.desk import Way

_BLANK: Line = (Cell(""),)
_MEANWHILE = "The lists keep what was read, with its age; polling goes on by itself after the sign-in."


def title(way: Way | None, profile: str | None) -> str:
    """Over the lines."""
    if way is not None and way.mfa:
        return f"MFA code for {named(profile)}"
    return f"Sign in with {named(profile)}"


def code_wanted(way: Way, refused: NotSignedIn | None) -> list[Line]:
    """Above the line on which the code of an MFA device is typed."""
    lines: list[Line] = [*_ended(refused), _BLANK] if refused else []
    lines.append((Cell("The role asks for the code that this device shows now:", styles.QUIET),))
    return [*lines, (Cell(f"  {way.mfa}", styles.STRONG),), _BLANK, (Cell(_MEANWHILE, styles.QUIET),)]


def not_here(way: Way, profile: str | None) -> list[Line]:
    """For credentials that nobody signs in to, or not from here."""
    if way.login is not None:
        return [
            (Cell(f"Signing in to {named(profile)} takes a browser on the machine of the shell.", styles.STRONG),),
            _BLANK,
            (Cell(f"Run `aws login --profile {way.login}` in another shell: cwtop goes on by itself."),),
        ]
    return [
        (Cell(f"Nobody signs in to {named(profile)}: it has keys, or a role of this machine's.", styles.STRONG),),
        _BLANK,
        (
            Cell("Put other keys in ~/.aws/credentials, or let its credential_process give them: they are taken up "),
            Cell("with the next poll. Keys that were exported need a restart of cwtop."),
        ),
    ]


def stage(stage: Stage | None, told_s: float, now_s: float, look: Look) -> list[Line]:
    """What to do now. ``told_s`` is when the stage came, of the same clock as ``now_s``."""
    match stage:
        case None:
            return [(Cell("asking IAM Identity Center for a code", styles.QUIET),)]
        case Confirm():
            left_s = max(0.0, stage.left_s - (now_s - told_s))
            return [
                (Cell("Open this page in a browser, on this machine or any other:", styles.QUIET),),
                (Cell(f"  {stage.url}", styles.STRONG),),
                (Cell("and type this code, or check that it shows the same one:", styles.QUIET),),
                (Cell(f"  {stage.user_code}", styles.STRONG),),
                _BLANK,
                *(_in_one(stage)),
                (Cell(f"Waiting for the confirmation; the code holds for {age(left_s)}. "), Cell(_MEANWHILE)),
            ]
        case SignedIn():
            until = clock(stage.ends_s, local=look.local)
            return [(Cell(f"Signed in until {until}.", styles.GOOD),)]
        case NotSignedIn():
            return _ended(stage)


def _in_one(confirm: Confirm) -> Iterable[Line]:
    if confirm.url_with_code == confirm.url:
        return ()
    return (
        (Cell("Both in one (y copies it):", styles.QUIET),),
        (Cell(f"  {confirm.url_with_code}"),),
        _BLANK,
    )


def _ended(end: NotSignedIn) -> list[Line]:
    lines: list[Line] = [(Cell(end.message, styles.CRITICAL),)]
    return [*lines, (Cell("What to do: ", styles.QUIET), Cell(end.hint))] if end.hint else lines
