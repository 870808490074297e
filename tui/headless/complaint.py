"""The line or two on stderr that every failure comes down to."""

from __future__ import annotations

import sys

from widgets.inert import inert


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and, on a second line, what to do. Either may quote strangers."""
    lines = [f"cwtop: {inert(message)}"] + ([f"  {inert(hint)}"] if hint else [])
    sys.stderr.write("\n".join(lines) + "\n")
