"""What the inspector's readers tell it. Workers post these, and touch nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from aws.logs.denials import DenialsRead
    from tui.present.role_page import RolePage
    from tui.present.role_texts import Text
    from tui.screens.roles.text import TextScreen


class PageArrived(Message):
    """More is known of the role. ``turn`` tells readings apart: one that was overtaken says nothing more."""

    def __init__(self, page: RolePage, turn: int) -> None:
        super().__init__()
        self.page, self.turn = page, turn


class DenialsArrived(Message):
    """What the log of a function, by its name, says was denied."""

    def __init__(self, name: str, read: DenialsRead, turn: int) -> None:
        super().__init__()
        self.name, self.read, self.turn = name, read, turn


class ReadingFailed(Message):
    """The role could not be read, and why."""

    def __init__(self, text: str, turn: int) -> None:
        super().__init__()
        self.text, self.turn = text, turn


class TextArrived(Message):
    """Another text for a screen that waits for it."""

    def __init__(self, screen: TextScreen, text: Text) -> None:
        super().__init__()
        self.screen_for, self.text = screen, text
