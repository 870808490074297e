"""What was written to AWS, as JSON lines on disk: an intent before each write, its outcome after it.

An intent without an outcome is a write of which nobody knows whether it was carried out: the process ended, or no
answer came. Every line is one ``write`` to a file opened for appending, then ``fsync``, so that what is sent is known
even after a power cut, and two processes may write at once. A line that was torn is passed over.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from aws.errors import CwtopError
from aws.model import Scope

VERSION: Final = 1
PUT_ALARM, DELETE_ALARM = "put-alarm", "delete-alarm"
PUT_FILTER, DELETE_FILTER = "put-filter", "delete-filter"
ENABLE, DISABLE, PROVE = "enable-actions", "disable-actions", "prove"
CREATE_TOPIC, SUBSCRIBE = "create-topic", "subscribe"

UNKNOWN: Final = "unknown"
_LONGEST_LINE_BYTES: Final = 1_000_000


class JournalError(CwtopError):
    """The journal cannot be written or read. What is not written down beforehand is not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One write. ``result`` is a `Result`'s value, or "unknown" where no outcome was written down.

    ``op`` is one of this module's words; ``name`` the alarm's (of a filter: "log group/filter"); ``fingerprint`` is
    that of what was written, ``for_alarm`` the alarm that a filter counts for, ``before`` what a replaced alarm was.
    """

    run: str
    at: str
    who: str
    account: str
    region: str
    op: str
    name: str
    fingerprint: str = ""
    for_alarm: str = ""
    definition: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    result: str = UNKNOWN
    text: str = ""

    def within(self, scope: Scope) -> bool:
        """Whether it was written to that account and region."""
        return (self.account, self.region) == (scope.account, scope.region)


class Journal:
    """The journal in one file, made 0600 in a folder of 0700 when first written. Its methods block: use a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def intend(self, entry: Entry, number: int) -> None:
        """Write down what is about to be sent; ``number`` tells the writes of one run apart. Raises `JournalError`."""
        told = {
            "run": entry.run,
            "number": number,
            "at": entry.at,
            "step": "intent",
            "op": entry.op,
            "name": entry.name,
            "who": entry.who,
            "account": entry.account,
            "region": entry.region,
        }
        more = {
            "fingerprint": entry.fingerprint,
            "for_alarm": entry.for_alarm,
            "definition": entry.definition,
            "before": entry.before,
        }
        self._append(told | {key: value for key, value in more.items() if value})

    def conclude(self, entry: Entry, number: int, at: str) -> None:
        """Write down what became of it. Raises `JournalError`."""
        told = {"run": entry.run, "number": number, "at": at, "step": "outcome", "op": entry.op, "name": entry.name}
        self._append(told | {"result": entry.result, "text": entry.text})

    async def read(self) -> list[Entry]:
        """`entries`, in a thread."""
        return await asyncio.to_thread(self.entries)

    def entries(self) -> list[Entry]:
        """Every write, in the order in which they were begun. Raises `JournalError` for a file that cannot be read."""
        begun: dict[tuple[str, int], dict[str, Any]] = {}
        for line in self._lines():
            key = (line["run"], line["number"])
            if line["step"] == "intent":
                begun[key] = {name: line[name] for name in Entry.__slots__ if name in line}
            elif key in begun:
                begun[key] |= {"result": line["result"], "text": line.get("text", "")}
        return [Entry(**fields) for fields in begun.values()]

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        try:
            with self.path.open("rb") as file:
                for raw in file:
                    if (line := _parsed(raw)) is not None:
                        yield line
        except FileNotFoundError:
            return
        except OSError as error:
            raise JournalError(
                f"the journal cannot be read: {error}", f"check the permissions of {self.path}"
            ) from error

    def _append(self, told: Mapping[str, Any]) -> None:
        line = json.dumps({"version": VERSION} | dict(told), separators=(",", ":"), default=_text).encode() + b"\n"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if _torn(file):
                    line = b"\n" + line
                if os.write(file, line) != len(line):
                    raise OSError("the disk took part of a line only")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            hint = f"nothing is written to AWS that is not written down first: make {self.path} writable"
            raise JournalError(f"the journal cannot be written: {error}", hint) from error


def new_run(now_s: float) -> str:
    """An id that sorts by time and that nobody else has: 20261122T103000Z-1f9a3c."""
    return f"{datetime.fromtimestamp(now_s, UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def iso(now_s: float) -> str:
    """Epoch seconds as the journal writes them."""
    return f"{datetime.fromtimestamp(now_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _torn(file: int) -> bool:
    """Whether the last line has no end."""
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _parsed(raw: bytes) -> dict[str, Any] | None:
    """A line of ours, or None for anything else: torn, empty, of another version."""
    if len(raw) > _LONGEST_LINE_BYTES:
        return None
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    wanted = {"run": str, "number": int, "at": str, "step": str, "op": str, "name": str}
    if not isinstance(line, dict) or line.get("version") != VERSION:
        return None
    wanted |= {"who": str, "account": str, "region": str} if line.get("step") == "intent" else {"result": str}
    return line if all(isinstance(line.get(key), kind) for key, kind in wanted.items()) else None


def _text(value: Any) -> str:
    """What JSON has no word for: a time in a definition that was read from AWS."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
