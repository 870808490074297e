"""The log file in the XDG state folder: where tracebacks and library warnings go, never the terminal."""

from __future__ import annotations

import logging
import os
from pathlib import Path

_MAX_BYTES = 1_000_000
_FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"


def path() -> Path:
    """Where the log is written."""
    import platformdirs

    return Path(platformdirs.user_state_path("cwtop")) / "cwtop.log"


def start() -> None:
    """Send all logging to the file (0600, one older file kept). Without a writable folder nothing is logged."""
    import time
    from logging.handlers import RotatingFileHandler

    root = logging.getLogger()
    handler: logging.Handler
    try:
        file = path()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND, 0o600))
        handler = RotatingFileHandler(file, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    formatter = logging.Formatter(_FORMAT)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    # Credential refresh failures carry tracebacks at WARNING; HTTP libraries chat at INFO.
    for chatty in ("botocore", "aiobotocore", "asyncio", "aiohttp"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
