"""One scope's log groups and metric filters, as they were last read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aws.alarms.log_wanted import LOGGED
from aws.alarms.logs import Listed, list_groups, read_filters
from aws.call import Call
from aws.clock import Clock
from aws.model import Gap, Resource
from aws.model.logs import LogGroups
from aws.settings import AlarmSettings
from aws.slices import Slices

LOG_GROUPS: Final = "logs:DescribeLogGroups"


class LogBook:
    """``groups`` is None where no profile has an alarm on log lines. What a read cannot renew stays as it was.

    Thousands of functions have as many log groups, which are listed seldom; their metric filters are few pages.
    """

    def __init__(self, call: Call, settings: AlarmSettings, clock: Clock, *, every_s: float) -> None:
        self._call = call
        self._clock = clock
        self._every_s = every_s
        self._listed = Listed()
        self._listed_at_s: float | None = None
        self._wanted: frozenset[str] = frozenset()
        self._known = False  # whether they were ever read whole
        looked_at = any(pattern.profiles for pattern in settings.log_patterns.values())
        self.groups: LogGroups | None = LogGroups(unread="its log group was not read yet") if looked_at else None
        self.gaps: tuple[Gap, ...] = ()
        self.tried = not looked_at

    @property
    def failing(self) -> bool:
        """Whether the last read had no answer that may be there now."""
        return any(gap.passes for gap in self.gaps)

    async def read(self, resources: Iterable[Resource]) -> bool:
        """Read what these resources log to. Gives whether anything became known. Never raises for what AWS does."""
        if self.groups is None:
            return False
        wanted, slices = set[str](), Slices(self._clock)
        for each in tuple(resources):
            if (each.service, each.kind) == LOGGED and (group := each.text("log_group")):
                wanted.add(group)
            await slices.breathe()
        before = self.groups, self.gaps, self.tried
        now_s = self._clock.now()
        if not wanted <= self._wanted or self._due(now_s):
            self._listed, self._listed_at_s = await list_groups(self._call, frozenset(wanted)), now_s
            self._wanted = frozenset(wanted)
        found, self.gaps = await read_filters(self._call, self._listed)
        if self.gaps and self._known:
            # What was there is taken to be there still; of what is new since, nothing is known.
            found = LogGroups(filters=self.groups.filters, other_class=self.groups.other_class, unread=found.unread)
        self._known |= not self.gaps
        if found != self.groups:
            self.groups = found
        self.tried = True
        return before != (self.groups, self.gaps, self.tried)

    def _due(self, now_s: float) -> bool:
        at_s = self._listed_at_s
        return at_s is None or bool(self._listed.gaps) or not 0 <= now_s - at_s < self._every_s
