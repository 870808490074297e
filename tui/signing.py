"""Signing in from the dashboard: who needs it, the screen for it, and polling again once it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.present import credentials as words

if TYPE_CHECKING:
    from aws.signin.desk import SignIns
    from tui.host import Host


class Signing:
    """One application's. ``open_desk`` is called when somebody first signs in; None: nobody can, as in the demo."""

    def __init__(self, app: Host, open_desk: Callable[[], SignIns] | None) -> None:
        self._app = app
        self._open_desk = open_desk
        self._desk: SignIns | None = None
        self._failed: tuple[str | None, ...] = ()  # profiles for which the feed could not even be opened
        self._helps: dict[str | None, bool] = {}  # whether signing in is what a profile needs
        self._held_until_s: dict[str | None, float | None] = {}  # of those that are wanting, when last looked at
        self._looking = False

    async def failed(self, profiles: tuple[str | None, ...]) -> None:
        """The feed could not be opened for want of the credentials of these."""
        self._helps.clear()  # whoever mends a configuration tries again
        self._failed = profiles
        await self._learn(profiles)

    def arrived(self) -> None:
        """A newer look may tell of others that need it."""
        self._failed = ()
        new = [profile for profile in words.wanting(self._app.snapshot) if profile not in self._helps]
        if new and self._open_desk is not None:
            self._app.run_worker(self._learn(new), group="sign-in", exit_on_error=False)

    def look_around(self) -> None:
        """Somebody may sign in from another shell: polls as soon as that is done, or a minute would be lost."""
        wanted = self.wanted()
        if wanted and not self._looking and self._app.feed.connected and not self._app.paused:
            self._looking = True
            self._app.run_worker(self._look_elsewhere(wanted), group="sign-in-elsewhere", exit_on_error=False)
        elif not wanted:
            self._held_until_s.clear()

    async def _look_elsewhere(self, wanted: Sequence[str | None]) -> None:
        try:
            now_s, longer = self._app.clock.now(), False
            for profile in wanted:
                ends_s = await self._the_desk().ends_s(profile)
                before_s = self._held_until_s.get(profile, ends_s)
                self._held_until_s[profile] = ends_s
                longer |= ends_s is not None and ends_s > max(now_s, before_s or 0.0)
        finally:
            self._looking = False
        if longer and self._app.feed.connected:
            self._app.feed.refresh()

    async def _learn(self, profiles: Sequence[str | None]) -> None:
        for profile in profiles if self._open_desk is not None else ():
            way = await self._the_desk().way(profile)
            self._helps[profile] = bool(way.sso or way.mfa)

    def _the_desk(self) -> SignIns:
        assert self._open_desk is not None
        if self._desk is None:
            self._desk = self._open_desk()
        return self._desk

    def wanted(self) -> list[str | None]:
        """The profiles that somebody has to sign in to, the first first."""
        waiting = [*self._failed, *words.wanting(self._app.snapshot)]
        return [profile for profile in dict.fromkeys(waiting) if self._helps.get(profile)]

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
        from tui.screens.sign_in import SignInScreen  # not needed for the first frame

        profiles = [*self.wanted(), *words.renewable(app.snapshot)]
        profile = named or next(iter(profiles), None)
        app.push_screen(
            SignInScreen(
                self._the_desk(),
                profile,
                clock=app.clock,
                look=app.look,
                copy=app.copy,
                done=lambda: self._done(profile),
            )
        )

    def _done(self, profile: str | None) -> None:
        """Poll at once; connect where that has failed so far."""
        app = self._app
        self._failed = ()
        if not app.feed.connected:
            app.over.back_to_lists()
        app.refresh_feed()
        app.note(f"signed in with {words.named(profile)}")
