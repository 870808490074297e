"""What the application watches: a stream of snapshots, and how it says what the user looks at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from aws.model import Interest, Scope, Snapshot

if TYPE_CHECKING:
    from aws.alarms.desk import AlarmDesk
    from aws.iam.desk import RoleDesk


class Feed(Protocol):
    """A running poller, as the application sees it."""

    def __aiter__(self) -> AsyncIterator[Snapshot]:
        """Snapshots, newest last; a slow reader misses those in between, never the newest."""
        ...

    def attend(self, interest: Interest) -> None:
        """What the user looks at now. Cheap: call it on every change."""
        ...

    def refresh(self) -> None:
        """Poll now instead of at the next turn."""
        ...

    def set_interval(self, seconds: float) -> None:
        """The time between polls from now on."""
        ...

    def set_mode(self, mode: str) -> None:
        """How much freshness may cost from now on, one of `aws.settings.MODES`."""
        ...

    def desk(self, scope: Scope) -> AlarmDesk:
        """Where alarms of one account and region are planned and created. Raises `UsageError` for one not watched."""
        ...

    def roles(self, scope: Scope) -> RoleDesk:
        """Where roles of one account and region are read. Raises `UsageError` for one not watched."""
        ...

    def follow_alarms(self, scope: Scope, names: Sequence[str]) -> None:
        """These alarms were just written: look them up now, and with every poll until each has found its state."""
        ...


class OpenFeed(Protocol):
    """Connects, imports botocore on the way, and closes everything on leaving.

    ``say`` takes one line of progress. Entering raises `aws.errors.CwtopError`.
    """

    def __call__(self, say: Callable[[str], None], /) -> AbstractAsyncContextManager[Feed]: ...
