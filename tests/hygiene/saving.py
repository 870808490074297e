"""Leaves what was seen, and writes down what was written to AWS, over and over until it is killed.

``python -m tests.hygiene.saving FOLDER``: says so once it has done each once.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aws.alarms.journal import Entry, Journal
from aws.cache import InventoryCache, Place, Seen
from aws.model import Resource
from tests.builders import SCOPE, arn
from tests.virtual_clock import VirtualClock

PLACE = Place(SCOPE, "http://127.0.0.1")
RESOURCES = 2_000


def seen(turn: int) -> Seen:
    """All resources bear the number of the turn in which they were seen."""
    names = (f"f{number:04d}" for number in range(RESOURCES))
    found = tuple(Resource(SCOPE, "lambda", "function", name, arn("lambda", name), {"turn": turn}) for name in names)
    return Seen(VirtualClock().now(), found)


def cache(folder: Path) -> InventoryCache:
    """Where it is left."""
    return InventoryCache(folder / "cache", PLACE, VirtualClock())


def journal(folder: Path) -> Journal:
    """Where it is written down."""
    return Journal(folder / "alarms.jsonl")


async def _main(folder: Path) -> None:
    turn = 0
    while True:
        entry = Entry(
            run=str(turn), at="", who="me", account=SCOPE.account, region=SCOPE.region, op="put-alarm", name="a"
        )
        await asyncio.to_thread(journal(folder).intend, entry, turn)
        await cache(folder).save(seen(turn))
        if turn == 0:
            sys.stdout.write("saved\n")
            sys.stdout.flush()
        turn += 1


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
