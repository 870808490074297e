"""One scope's alarms: the full list now and then, those that fire with every poll."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing

from aws.alarms.read import walk_alarms
from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, BadAnswer
from aws.model import Alarm, AlarmState, Gap
from aws.poller.inventory import MALFORMED
from aws.slices import Slices

# Turns for which an alarm that was just written is looked up: a new one waits for its first datapoints.
_FOLLOWED_TURNS = 15


class AlarmBook:
    """The last known alarms by ARN. A read that fails keeps them, with a gap and their age.

    ``alarms`` is the same mapping as long as nothing changes, and an alarm the same object: much is reckoned from them.
    """

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        # Alarms that could not be understood: of the last full list, and of what fires.
        self._unclear: list[Gap] = []
        self._unclear_firing: list[Gap] = []
        self._failure: Gap | None = None
        self._fires_unread = False  # whether the newest read of what fires failed
        self._followed: dict[str, int] = {}  # turns left, by name
        self.alarms: dict[str, Alarm] = {}
        self.tried = False
        self.read_at_s: float | None = None  # when what fires was last read completely
        self.recalled = False  # whether those that do not fire are those of an earlier run
        self.listed = False  # whether the last full list came completely

    @property
    def gaps(self) -> list[Gap]:
        """Why the alarms may not be as they are shown."""
        unclear = dict.fromkeys([*self._unclear, *self._unclear_firing])
        return [*unclear, self._failure] if self._failure else [*unclear]

    @property
    def failing(self) -> bool:
        """Whether this run's newest read of what fires failed, or none was made: what is shown is of `read_at_s`."""
        return self._fires_unread

    def recall(self, alarms: Iterable[Alarm], at_s: float) -> None:
        """What an earlier run saw at ``at_s``: it stands until the first read."""
        self._replace({alarm.arn: alarm for alarm in alarms})
        self.read_at_s = at_s
        self.recalled = self._fires_unread = bool(self.alarms)

    async def read(self, *, everything: bool) -> None:
        """Read what fires and what became of that which does no more, then ``everything``: of ten thousand alarms the
        list takes half a minute, and may fail when the other does not. Never raises for what AWS does."""
        if everything:
            self.listed = False
        fires_unread = True
        try:
            await self._follow_firing()
            fires_unread, self._fires_unread, self.read_at_s = False, False, self._clock.now()
            if everything:
                await self._list()
                self.listed, self.recalled = True, False
        except AwsError as error:
            self._fail(error)
        except MALFORMED as error:
            text = f"the answer could not be understood ({type(error).__name__}: {error})"
            self._fail(BadAnswer("cloudwatch", "DescribeAlarms", text))
        else:
            self._failure = None
        self._fires_unread = fires_unread
        self.tried = True

    def follow(self, names: Iterable[str]) -> None:
        """Look these up with every read until each has found its state: somebody just wrote them."""
        self._followed |= dict.fromkeys(names, _FOLLOWED_TURNS)

    async def _list(self) -> None:
        found, self._unclear = await self._take(walk_alarms(self._call))
        # An alarm that we could not understand today is not known to be deleted.
        self._replace(self.alarms | found if self._unclear else found)

    async def _follow_firing(self) -> None:
        """What fires now, and what became of those that fire no more, or were just written: OK, or deleted?"""
        firing, self._unclear_firing = await self._take(walk_alarms(self._call, state=AlarmState.ALARM))
        followed = self._followed
        left = {
            arn: alarm.name
            for arn, alarm in self.alarms.items()
            if arn not in firing and (alarm.state is AlarmState.ALARM or alarm.name in followed)
        }
        names = tuple(dict.fromkeys([*left.values(), *followed]))
        if not names:
            return
        found, unclear = await self._take(walk_alarms(self._call, names=names))
        self._follow_on(found)
        if not unclear:
            deleted = left.keys() - found.keys()
            self._replace({arn: alarm for arn, alarm in self.alarms.items() if arn not in deleted})

    def _follow_on(self, found: Mapping[str, Alarm]) -> None:
        """One turn less for each; one more at most for those that have a state. A read may be older than the write."""
        settled = {alarm.name for alarm in found.values() if alarm.state is not AlarmState.INSUFFICIENT_DATA}
        turns = {name: (min(left, 2) if name in settled else left) - 1 for name, left in self._followed.items()}
        self._followed = {name: left for name, left in turns.items() if left > 0}

    async def _take(self, alarms: AsyncGenerator[Alarm | Gap, None]) -> tuple[dict[str, Alarm], list[Gap]]:
        """Read to the end, taking every alarm over as it comes: half an answer is better than an older one."""
        found: dict[str, Alarm] = {}
        unclear: list[Gap] = []
        slices = Slices(self._clock)
        try:
            async with aclosing(alarms):
                async for item in alarms:
                    if isinstance(item, Gap):
                        unclear.append(item)
                    else:
                        old = self.alarms.get(item.arn)
                        found[item.arn] = old if old is not None and old == item else item
                    await slices.breathe()
        finally:
            self._replace(self.alarms | found)
        return found, unclear

    def _replace(self, alarms: dict[str, Alarm]) -> None:
        """Take a new list over, in which what has not changed is the old object: then comparing is cheap."""
        if alarms != self.alarms:
            self.alarms = alarms

    def _fail(self, error: AwsError) -> None:
        since_s = self._failure.since_s if self._failure else self._clock.now()
        self._failure = error.gap(self._call.scope, since_s=since_s)
