"""What a command says on stdout."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from typing import Any


def print_json(told: Mapping[str, Any]) -> None:
    """One JSON document on stdout."""
    printed(json.dumps(told, indent=2, allow_nan=False) + "\n")


def printed(text: str) -> None:
    """Text on stdout: a name that the terminal's encoding lacks must not cost the whole answer."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(text)
    sys.stdout.flush()
