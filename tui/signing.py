"""Signing in from the dashboard: who needs it, the screen for it, and polling again once it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.present import sign_in as words

if TYPE_CHECKING:
    from aws.signin.desk import SignIns
    from tui.app import CwtopApp


class Signing:
    """One application's. ``open_desk`` is called when somebody first signs in; None: nobody can, as in the demo."""

    def __init__(self, app: CwtopApp, open_desk: Callable[[], SignIns] | None) -> None:
        self._app = app
        self._open_desk = open_desk
        self._desk: SignIns | None = None
        self.failed: tuple[str | None, ...] = ()  # profiles for which the feed could not even be opened

    def wanted(self) -> list[str | None]:
        """The profiles that need somebody, the first first; empty where nobody can help."""
        return [*self.failed, *words.wanting(self._app.snapshot)] if self._open_desk else []

    def state(self) -> str:
        """Whether signing in is "needed" or "possible"; empty where it would do nothing."""
        if self._open_desk is None:
            return ""
        return "needed" if self.wanted() else "possible" if words.renewable(self._app.snapshot) else ""

    def told(self) -> str:
        """For the header, where somebody is needed: what to press."""
        key = self._app.look.keys.get("login", ":login")
        return f"SIGN IN: {key}" if self.wanted() else ""

    def start(self, named: str = "") -> None:
        """Put up the screen: for the profile that is named, or the first that needs it."""
        app = self._app
        if self._open_desk is None:
            return
        if self._desk is None:
            self._desk = self._open_desk()
        from tui.screens.sign_in import SignInScreen  # not needed for the first frame

        profiles = [*self.wanted(), *words.renewable(app.snapshot)]
        profile = named or next(iter(profiles), None)
        app.push_screen(
            SignInScreen(
                self._desk, profile, clock=app.clock, look=app.look, copy=app.copy, done=lambda: self._done(profile)
            )
        )

    def _done(self, profile: str | None) -> None:
        """Poll at once; connect where that has failed so far."""
        app = self._app
        self.failed = ()
        if not app.feed.connected:
            app.over.back_to_lists()
        app.refresh_feed()
        app.note(f"signed in with {words.named(profile)}")
