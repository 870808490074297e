"""Reads the feed for the application: connects, passes every look on as a message, and says why it stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from aws.clock import Clock
from aws.errors import AwsError, CredentialsError, CwtopError, UsageError
from aws.model import Interest, Scope
from tui.feed import Feed, OpenFeed
from tui.messages import FeedStopped, Said, SnapshotArrived

if TYPE_CHECKING:
    from aws.alarms.desk import AlarmDesk
    from aws.iam.desk import RoleDesk

_log = logging.getLogger(__name__)

# Between one try to open the feed and the next.
_FIRST_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 60.0


class FeedWatch:
    """One feed at a time. What was last asked of it is asked again of the next."""

    def __init__(self, open_feed: OpenFeed, post: Callable[[Message], object], interval_s: float, clock: Clock) -> None:
        self._clock = clock
        self._seen = False
        self._open_feed, self._post = open_feed, post
        self._feed: Feed | None = None
        self._interest = Interest()
        self._first_interval_s = self.interval_s = interval_s
        self._mode: str | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a feed to ask."""
        return self._feed is not None

    async def run(self) -> None:
        """Post looks until the feed ends or fails; open it again while it cannot be opened.

        Raises nothing but cancellation.
        """
        pause_s = _FIRST_PAUSE_S
        while (failed := await self._open_once()) is not None:
            # A sign-in that is missing costs nothing to look for, and somebody may just be typing it elsewhere.
            await self._clock.sleep(_FIRST_PAUSE_S if isinstance(failed, CredentialsError) else pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _open_once(self) -> AwsError | None:
        """One feed to its end. Gives what kept it from being opened, where time or the user may cure that."""
        try:
            async with self._open_feed(self._say) as feed:
                self._feed = feed
                feed.attend(self._interest)
                if self.interval_s != self._first_interval_s:
                    feed.set_interval(self.interval_s)
                if self._mode is not None:
                    feed.set_mode(self._mode)
                async for snapshot in feed:
                    self._seen = True
                    self._post(SnapshotArrived(snapshot))
            self._post(FeedStopped("polling has ended", "r connects again"))
        except CwtopError as error:
            _log.warning("the feed stopped: %s", error.logged)
            wanting = (error.profile,) if isinstance(error, CredentialsError) else ()
            again = error if isinstance(error, AwsError) and not self._seen else None
            self._post(FeedStopped(error.message, error.hint, wanting, again=again is not None))
            return again
        except Exception as error:  # noqa: BLE001 - the screen must live on; the traceback goes to the log
            _log.exception("the feed broke")
            told = f"unexpected error: {type(error).__name__}: {error}"
            self._post(FeedStopped(told, "r connects again; the traceback is in the log file"))
        finally:
            self._feed = None
        return None

    def _say(self, line: str) -> None:
        self._post(Said(line))

    def attend(self, interest: Interest) -> None:
        """What the user looks at; passed on where it has changed."""
        if interest != self._interest:
            self._interest = interest
            if self._feed is not None:
                self._feed.attend(interest)

    def refresh(self) -> None:
        """Poll now."""
        if self._feed is not None:
            self._feed.refresh()

    def desk(self, scope: Scope) -> AlarmDesk:
        """Where alarms of a scope are planned and created. Raises `UsageError` where nothing is connected."""
        if self._feed is None:
            raise UsageError("not connected", "r connects again")
        return self._feed.desk(scope)

    def roles(self, scope: Scope) -> RoleDesk:
        """Where roles of a scope are read. Raises `UsageError` where nothing is connected."""
        if self._feed is None:
            raise UsageError("not connected", "r connects again")
        return self._feed.roles(scope)

    def follow_alarms(self, scope: Scope, names: Sequence[str]) -> None:
        """These alarms were just written: look them up now, until each has found its state."""
        if self._feed is not None and names:
            self._feed.follow_alarms(scope, names)

    def set_interval_s(self, seconds: float) -> None:
        """Time between polls."""
        self.interval_s = seconds
        if self._feed is not None:
            self._feed.set_interval(seconds)

    def set_mode(self, mode: str) -> None:
        """How much freshness may cost, one of `aws.settings.MODES`."""
        self._mode = mode
        if self._feed is not None:
            self._feed.set_mode(mode)
