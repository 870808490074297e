"""One scope's alarms: the full list now and then, beside it those that fire with every poll."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Coroutine, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from aws.alarms.read import walk_alarms
from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, BadAnswer
from aws.model import Alarm, AlarmState, Gap
from aws.poller.inventory import MALFORMED
from aws.slices import Slices

# Turns for which an alarm that was just written is looked up: a new one waits for its first datapoints.
_FOLLOWED_TURNS = 15


@dataclass(slots=True)
class _Part:
    """How the last read of what fires went, or that of the full list."""

    tried: bool = False
    failure: Gap | None = None
    unclear: list[Gap] = field(default_factory=list)  # alarms that could not be understood


class AlarmBook:
    """The last known alarms by ARN. A read that fails keeps them, with a gap and their age.

    What fires and the full list are read side by side: of ten thousand alarms the list takes half a minute, and many
    where AWS throttles. What became known of an alarm while the list was read is newer than what the list says.
    ``alarms`` is the same mapping as long as nothing changes, and an alarm the same object: much is reckoned from them.
    """

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._firing = _Part()
        self._listing = _Part()
        self._followed: dict[str, int] = {}  # turns left, by name
        self.alarms: dict[str, Alarm] = {}
        self.read_at_s: float | None = None  # when what fires was last read completely
        self.recalled = False  # whether those that do not fire are those of an earlier run

    @property
    def tried(self) -> bool:
        """Whether what fires and the full list were each read once, or could not be."""
        return self._firing.tried and self._listing.tried

    @property
    def listed(self) -> bool:
        """Whether the last full list came completely."""
        return self._listing.tried and self._listing.failure is None

    @property
    def failing(self) -> bool:
        """Whether this run's newest read of what fires failed, or none was made: what is shown is of `read_at_s`."""
        return self._firing.failure is not None or (self.recalled and not self._firing.tried)

    @property
    def gaps(self) -> list[Gap]:
        """Why the alarms may not be as they are shown."""
        parts = (self._listing, self._firing)
        failures = {part.failure.error: part.failure for part in parts if part.failure is not None}
        return [*dict.fromkeys(gap for part in parts for gap in part.unclear), *failures.values()]

    def recall(self, alarms: Iterable[Alarm], at_s: float) -> None:
        """What an earlier run saw at ``at_s``: it stands until the first read."""
        self._replace({alarm.arn: alarm for alarm in alarms})
        self.read_at_s = at_s
        self.recalled = bool(self.alarms)

    async def read_firing(self) -> None:
        """Read what fires, and what became of that which does no more. Never raises for what AWS does."""
        await self._read(self._firing, self._follow_firing())
        if self._firing.failure is None:
            self.read_at_s = self._clock.now()

    async def read_list(self) -> None:
        """Read the full list. Never raises for what AWS does."""
        await self._read(self._listing, self._list())
        if self._listing.failure is None:
            self.recalled = False

    async def _read(self, part: _Part, reading: Coroutine[None, None, None]) -> None:
        problem: AwsError
        try:
            await reading
        except AwsError as error:
            problem = error
        except MALFORMED as error:
            text = f"the answer could not be understood ({type(error).__name__}: {error})"
            problem = BadAnswer("cloudwatch", "DescribeAlarms", text)
        else:
            part.failure, part.tried = None, True
            return
        since_s = part.failure.since_s if part.failure else self._clock.now()
        part.failure, part.tried = problem.gap(self._call.scope, since_s=since_s), True

    def follow(self, names: Iterable[str]) -> None:
        """Look these up with every read until each has found its state: somebody just wrote them."""
        self._followed |= dict.fromkeys(names, _FOLLOWED_TURNS)

    async def _list(self) -> None:
        before = self.alarms
        found, self._listing.unclear = await self._take(walk_alarms(self._call), since=before)
        # An alarm that we could not understand today is not known to be deleted.
        if not self._listing.unclear:
            self._drop(before, before.keys() - found.keys())

    async def _follow_firing(self) -> None:
        """What fires now, and what became of those that fire no more, or were just written: OK, or deleted?"""
        firing, self._firing.unclear = await self._take(walk_alarms(self._call, state=AlarmState.ALARM))
        followed, before = self._followed, self.alarms
        left = {
            arn: alarm.name
            for arn, alarm in before.items()
            if arn not in firing and (alarm.state is AlarmState.ALARM or alarm.name in followed)
        }
        names = tuple(dict.fromkeys([*left.values(), *followed]))
        if not names:
            return
        found, unclear = await self._take(walk_alarms(self._call, names=names))
        self._follow_on(found)
        if not unclear:
            self._drop(before, left.keys() - found.keys())

    def _drop(self, before: Mapping[str, Alarm], arns: Collection[str]) -> None:
        """These are deleted, unless something else became known of them than was ``before``."""
        gone = {arn for arn in arns if self.alarms.get(arn) is before[arn]}
        self._replace({arn: alarm for arn, alarm in self.alarms.items() if arn not in gone})

    def _follow_on(self, found: Mapping[str, Alarm]) -> None:
        """One turn less for each; one more at most for those that have a state. A read may be older than the write."""
        settled = {alarm.name for alarm in found.values() if alarm.state is not AlarmState.INSUFFICIENT_DATA}
        turns = {name: (min(left, 2) if name in settled else left) - 1 for name, left in self._followed.items()}
        self._followed = {name: left for name, left in turns.items() if left > 0}

    async def _take(
        self, alarms: AsyncGenerator[Alarm | Gap, None], *, since: Mapping[str, Alarm] | None = None
    ) -> tuple[dict[str, Alarm], list[Gap]]:
        """Read to the end, and take over every alarm that came: half an answer is better than an older one. Those of
        which something else than ``since`` became known meanwhile stay as they are."""
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
            known = self.alarms
            if since is not None and since is not known:
                newer = {arn: alarm for arn, alarm in known.items() if since.get(arn) is not alarm}
                self._replace(known | found | newer)
            else:
                self._replace(known | found)
        return found, unclear

    def _replace(self, alarms: dict[str, Alarm]) -> None:
        """Take a new list over, in which what has not changed is the old object: then comparing is cheap."""
        if alarms != self.alarms:
            self.alarms = alarms
