"""The line or two on stderr that every failure comes down to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from widgets.inert import inert

if TYPE_CHECKING:
    from aws.model import Gap


def complain(message: str, hint: str = "") -> None:
    """Say what is wrong and, on a second line, what to do. Either may quote strangers."""
    lines = [f"cwtop: {inert(message)}"] + ([f"  {inert(hint)}"] if hint else [])
    sys.stderr.write("\n".join(lines) + "\n")


def complain_of(gaps: Sequence[Gap]) -> None:
    """What could not be read, on stderr."""
    for gap in dict.fromkeys(gaps):
        complain(f"could not be read: {gap.service} {gap.action}: {gap.error}", gap.hint)
