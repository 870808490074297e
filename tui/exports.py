"""Files that the user asked for: 0600, in the XDG data folder."""

from __future__ import annotations

import os
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
            try:
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(file, "w", encoding="utf-8") as opened:
                opened.write(text)
            return path
    except OSError as error:
        raise UsageError(f"the export cannot be written: {error}", f"check {where}; y copies it instead") from error
    raise UsageError(f"the export cannot be written: {where} has a hundred of this second")
