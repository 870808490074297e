"""Takes newer looks over: at once where they are small and nobody types, else once all that the screen needs of them
is made and the key is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from aws.model import Snapshot
from tui.present.kept import is_much
from tui.present.totals import Pulse, pulse

if TYPE_CHECKING:
    from tui.host import Host

# Between large looks: while an account is being read there would be four a second, and each has all rows ordered and
# most of the screen painted again.
BETWEEN_S = 1.0


class Adopting:
    """One look at a time; of those that come meanwhile the newest is next."""

    def __init__(self, app: Host, adopt: Callable[[Snapshot, Pulse], None]) -> None:
        self._app, self._adopt = app, adopt
        self._next: Snapshot | None = None
        self._busy = False

    def arrived(self, snapshot: Snapshot) -> None:
        """A newer look."""
        if not (self._busy or is_much(snapshot) or self._app.keys_first.waiting):
            self._adopt(snapshot, pulse(snapshot, self._app.catalog))
            return
        self._next = snapshot
        if not self._busy:
            self._busy = True
            self._app.run_worker(self._make_ready(), group="look")

    async def _make_ready(self) -> None:
        """In a thread, and beside the keys: the one that is pressed meanwhile is painted first."""
        app = self._app
        try:
            while (snapshot := self._next) is not None:
                self._next = None
                await app.keys_first.answer()
                made = await asyncio.to_thread(self._made, snapshot, app.main.making(snapshot))
                await app.keys_first.answer()
                app.call_later(self._adopt, snapshot, made)
                if is_much(snapshot):
                    await app.clock.sleep(BETWEEN_S)
        finally:
            self._busy = False

    def _made(self, snapshot: Snapshot, make: Callable[[], None]) -> Pulse:
        make()
        self._app.keys_first.give_way()
        return pulse(snapshot, self._app.catalog)
