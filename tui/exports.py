"""Files that the user asked for: 0600, in the XDG data folder."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from aws.errors import UsageError

_SUFFIX = {"cloudformation": "yaml", "terraform": "tf", "cdk": "ts", "cli": "sh"}


def folder() -> Path:
    """Where exports go."""
    import platformdirs

    return Path(platformdirs.user_data_path("cwtop")) / "exports"


def write(text: str, format: str, *, now_s: float, into: Path | None = None) -> Path:
    """Write an export and give its path. Never over a file that is there. Raises `UsageError` where it cannot."""
    stamp = datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%d-%H%M%S")
    where = into or folder()
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        for again in range(100):
            path = where / f"alarms-{stamp}{f'-{again}' if again else ''}.{_SUFFIX.get(format, 'txt')}"
            if _place(text, path):
                return path
    except OSError as error:
        raise UsageError(f"the export cannot be written: {error}", f"check {where}; y copies it instead") from error
    raise UsageError(f"the export cannot be written: {where} has a hundred of this second")


def _place(text: str, path: Path) -> bool:
    """Put a file there whole, or not at all; whether there was none. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    return True
