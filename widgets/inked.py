"""Text in the colours of its widget, worked out once for each style instead of for each cell that is painted."""

from __future__ import annotations

from rich.style import Style
from textual.scroll_view import ScrollView


class Inked(ScrollView, can_focus=False):
    """A widget that paints lines of styled cells by itself."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._inks: dict[tuple[str, tuple[str, ...]], Style] = {}

    def notify_style_update(self) -> None:
        """Textual's: its colours, or those of what lies below it, may be others now."""
        self._inks.clear()
        super().notify_style_update()

    def ink(self, style: str = "", *components: str) -> Style:
        """A cell's ``style`` over the widget's own, and component classes over both. Equal ones are the same object."""
        key = style, components
        ink = self._inks.get(key)
        if ink is None:
            ink = self.rich_style + (self.style_named(style) if style else Style.null())
            for component in components:
                ink += self.get_component_rich_style(component, partial=True)
            ink = next((known for known in self._inks.values() if known == ink), ink)
            self._inks[key] = ink
        return ink

    def style_named(self, style: str) -> Style:
        """What a cell's ``style`` stands for: a Rich style, if a subclass knows no names of its own."""
        return Style.parse(style)
