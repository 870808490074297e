"""The log file in the XDG state folder: where tracebacks and library warnings go, never the terminal."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, TypeAlias

_MAX_BYTES: Final = 1_000_000
_FORMAT: Final = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
_AGAIN_S: Final = 3_600.0
_TEXTS: Final = 10

_Place: TypeAlias = tuple[str, int]  # file and line of the code that says it


def path() -> Path:
    """Where the log is written."""
    import platformdirs

    return Path(platformdirs.user_state_path("cwtop")) / "cwtop.log"


def start() -> None:
    """Send all logging to the file (0600, one older file kept). Without a writable folder nothing is logged."""
    root = logging.getLogger()
    handler: logging.Handler
    try:
        file = path()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND, 0o600))
        handler = LogFile(file)
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


@dataclass(slots=True)
class _Said:
    """What one place in the code has said within its hour."""

    began_s: float
    logger: str
    texts: set[str] = field(default_factory=set)
    left_out: int = 0


class LogFile(RotatingFileHandler):
    """What lasts is said once: a fault of a day would come with every poll, and turn what began it out of the file.

    A place in the code says the same words once an hour, and ten different ones; the next line that it may write
    tells how many were left out.
    """

    def __init__(self, file: Path) -> None:
        self._said: dict[_Place, _Said] = {}
        super().__init__(file, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, or count it."""
        left_out = self._left_out(record)
        if left_out:
            super().emit(_of_those(left_out, record.name, record.created))
        if left_out is not None:
            super().emit(record)

    def close(self) -> None:
        """Tell what is still untold, and close."""
        for said in self._said.values():
            if said.left_out:
                super().emit(_of_those(said.left_out, said.logger, time.time()))
        self._said.clear()
        super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: it would be a traceback on the terminal, of a disk that is full."""

    def _left_out(self, record: logging.LogRecord) -> int | None:
        """How many lines were left out before this one; None where it is to be left out too."""
        place = (record.pathname, record.lineno)
        error = record.exc_info[1] if record.exc_info else None
        text = f"{record.getMessage()} {error!r}"
        said = self._said.get(place)
        if said is None or not 0 <= record.created - said.began_s < _AGAIN_S:
            self._said[place] = _Said(record.created, record.name, {text})
            return 0 if said is None else said.left_out
        if text in said.texts or len(said.texts) >= _TEXTS:
            said.left_out += 1
            return None
        said.texts.add(text)
        return 0

    def _open(self) -> TextIOWrapper:
        """As the library does, but for us alone, the file after the first included."""
        return open(self.baseFilename, "a", encoding="utf-8", opener=_for_us_alone)


def _of_those(count: int, logger: str, at_s: float) -> logging.LogRecord:
    record = logging.LogRecord(logger, logging.INFO, "", 0, "%d more like the one before were left out", (count,), None)
    record.created = at_s
    return record


def _for_us_alone(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)
