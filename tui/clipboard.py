"""Copying through the terminal, so that it works over SSH: OSC 52, wrapped for tmux and screen."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

_SCREEN_CHUNK = 700  # GNU screen cuts a string sequence at 768 bytes


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """The control sequence that puts ``text`` on the clipboard of the terminal at the user's end.

    Inside tmux it is passed through to the outer terminal, and given to tmux itself as well: tmux passes nothing on
    unless ``allow-passthrough`` is set, but takes the plain form where ``set-clipboard`` is on, its default.
    """
    plain = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if environ.get("TMUX"):
        return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return "".join(f"\x1bP{part}\x1b\\" for part in _parts(plain))
    return plain


def summary(text: str) -> str:
    """What was copied, in a line: the first, and how many more."""
    first, *rest = text.splitlines() or [""]
    return first + (f" and {len(rest)} more" if rest else "")


def _parts(text: str) -> Iterator[str]:
    for start in range(0, len(text), _SCREEN_CHUNK):
        yield text[start : start + _SCREEN_CHUNK]
