"""Files that nobody else may have written, replaced whole or not at all. Everything here blocks: use a thread."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 100_000_000
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class Untrusted(OSError):
    """A file or folder that somebody else may have written to, or that is not what it should be."""


def read_lines(path: Path) -> Generator[bytes, None, None]:
    """The lines of a file of ours. Raises OSError, `Untrusted` included."""
    _check_folder(path.parent)
    # Not waiting: a pipe in the file's place would never be opened.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Untrusted(f"{path} is not a file")
        _check_owner(path, found)
        if found.st_size > LARGEST_BYTES:
            raise Untrusted(f"{path} holds {found.st_size} bytes, which no cache of ours does")
        yield from file


def replace(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file, 0600 in a folder of 0700: readers and a crash see the old one or the new one. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=path.name, suffix=".tmp", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.writelines(lines)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def remove_older(newest: Path, pattern: str, by_s: float) -> None:
    """Delete what was written so much before ``newest``: places that nobody looks at, and what a crash left behind."""
    before_s = newest.lstat().st_mtime - by_s
    for path in newest.parent.glob(pattern):
        if path.lstat().st_mtime < before_s:
            path.unlink(missing_ok=True)


def _check_folder(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise Untrusted(f"{folder} is not a folder")
    _check_owner(folder, found)


def _check_owner(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise Untrusted(f"{path} belongs to somebody else")
    if found.st_mode & _WRITABLE_BY_OTHERS:
        raise Untrusted(f"{path} can be written to by others")
