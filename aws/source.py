"""Where the poller gets everything from: one connected scope. `aws.session` makes real ones, tests make their own."""

from __future__ import annotations

from typing import Protocol

from aws.call import Call
from aws.model import ApiUse, Credentials, Lane


class Source(Protocol):
    """One account in one region, connected."""

    @property
    def call(self) -> Call:
        """The door through which every request goes."""
        ...

    @property
    def endpoint(self) -> str:
        """Where it was asked which account this is: tells real accounts from simulated ones with the same id."""
        ...

    def api_use(self) -> ApiUse:
        """What has been asked through the door so far."""
        ...

    def pacing(self) -> tuple[Lane, ...]:
        """How the requests are spaced, lane by lane."""
        ...

    def credentials(self) -> Credentials:
        """What requests are signed with."""
        ...
