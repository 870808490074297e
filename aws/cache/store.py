"""The inventory cache: one file for each place, read and written in threads."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from aws.cache import files
from aws.cache.records import Damaged, decode, encode
from aws.cache.seen import Place, Seen
from aws.clock import Clock

_log = logging.getLogger(__name__)
# What is older says little about what exists today.
OLDEST_S: Final = 7 * 86_400.0


class Memory(Protocol):
    """What an earlier run saw of one place, and where this one leaves what it saw."""

    async def load(self) -> Seen | None:
        """What was seen last; None where there is nothing that can be trusted. Never raises."""
        ...

    async def save(self, seen: Seen) -> None:
        """Leave it for the next run. Never raises: nothing depends on it."""
        ...


class InventoryCache:
    """A `Memory` in a file of its own in ``folder``. Names and texts in it are strangers': it is data, never run."""

    def __init__(self, folder: Path, place: Place, clock: Clock) -> None:
        scope = place.scope
        key = "\n".join((scope.partition, scope.account, scope.region, place.endpoint))
        self.path = folder / f"inventory-{hashlib.sha256(key.encode()).hexdigest()[:24]}.jsonl"
        self._place = place
        self._clock = clock

    async def load(self) -> Seen | None:
        """See `Memory.load`. A damaged file, one of another version or of the future is as good as none."""
        return await asyncio.to_thread(self._load)

    async def save(self, seen: Seen) -> None:
        """See `Memory.save`."""
        await asyncio.to_thread(self._save, seen)

    def _load(self) -> Seen | None:
        try:
            with closing(files.read_lines(self.path)) as lines:
                seen = decode(lines, self._place)
        except FileNotFoundError:
            return None
        except (OSError, Damaged) as error:
            _log.warning("the inventory cache is not used: %s: %s", self.path.name, error)
            return None
        return seen if 0 <= self._clock.now() - seen.at_s <= OLDEST_S else None

    def _save(self, seen: Seen) -> None:
        try:
            files.replace(self.path, encode(seen, self._place))
            files.remove_older(self.path, "inventory-*", OLDEST_S)
        except (OSError, TypeError) as error:
            _log.warning("the inventory cache was not written: %s", error)
