"""What the worker that reads the feed tells the application. Workers touch no widget."""

from __future__ import annotations

from textual.message import Message

from aws.model import Snapshot


class SnapshotArrived(Message):
    """A newer look. Coalesces: a slow screen sees the newest, never a queue."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Any later snapshot stands for the earlier ones."""
        return isinstance(message, SnapshotArrived)


class Said(Message):
    """One line about how connecting goes."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line

    def can_replace(self, message: Message) -> bool:
        """Only the newest line is of interest."""
        return isinstance(message, Said)


class FeedStopped(Message):
    """No more snapshots come: ``message`` says why in one line, ``hint`` what to do.

    ``wanting`` are the profiles whose credentials are the reason (None: the ambient ones). ``again``: it is opened
    again by itself.
    """

    def __init__(self, message: str, hint: str, wanting: tuple[str | None, ...] = (), *, again: bool = False) -> None:
        super().__init__()
        self.again = again
        self.wanting = wanting
        self.message = message
        self.hint = hint
