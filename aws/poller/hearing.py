"""Which of one scope's alarms nobody hears: their topics reach nobody, or a mute rule keeps them quiet."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from aws.alarms.mutes import read_muted
from aws.alarms.topic_reads import read_used_topics
from aws.alarms.topics import is_topic
from aws.call import Call
from aws.errors import AwsError, BadAnswer
from aws.failures import lacks_operation
from aws.model import Alarm, Delivery, Gap, Scope
from aws.poller.inventory import MALFORMED

_log = logging.getLogger(__name__)
# The most used ones: each takes a call or two, and few accounts have more than a handful.
_MOST_TOPICS = 50


class Hearing:
    """``delivery`` is whom the scope's alarms reach, as far as it could be read; ``gaps`` what could not.

    What was not read is never taken for heard: such a topic is unsure, and where mute rules were not read every alarm
    may be muted.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._alarms: Mapping[str, Alarm] = {}
        self._known: frozenset[str] = frozenset()
        self._failures = _Failures(call.scope)
        self.delivery = Delivery(mutes_unread={call.scope: "not read yet"})
        self.tried = False

    @property
    def gaps(self) -> list[Gap]:
        """One for each operation that was refused or failed when it was last asked for."""
        return self._failures.gaps()

    @property
    def failing(self) -> bool:
        """Whether the last read had no answer that may be there now."""
        return any(gap.passes for gap in self.gaps)

    async def read(self, alarms: Mapping[str, Alarm], *, again: bool) -> bool:
        """Look at the topics that these alarms notify; unless ``again``, only where there are new ones among them.

        Gives whether anything became known. Never raises for what AWS does.
        """
        if alarms is self._alarms and not again:
            return False
        self._alarms = alarms
        used_by = Counter(action for alarm in alarms.values() for action in alarm.alarm_actions if is_topic(action))
        most = Counter(dict(used_by.most_common(_MOST_TOPICS)))
        if self.tried and not again and self._known >= most.keys():
            return False
        before = self.tried, self.delivery, self.gaps
        found = _Failures(self._call.scope)
        topics = await read_used_topics(self._call, most, on_error=found.add)
        muted, unread = await self._read_mutes(alarms, found)
        unsure = {topic.arn: topic.unsure for topic in topics if topic.delivers is None}
        unsure |= {
            arn: f"cwtop looks at the {_MOST_TOPICS} topics that are used most" for arn in used_by if arn not in most
        }
        self.delivery = Delivery(
            undeliverable=frozenset(topic.arn for topic in topics if topic.delivers is False),
            muted=muted,
            unsure=unsure,
            mutes_unread={self._call.scope: unread} if unread else {},
            not_offered=frozenset(found.not_offered),
        )
        self._failures = found
        self.tried = True
        self._known = frozenset(most)
        return before != (self.tried, self.delivery, self.gaps)

    async def _read_mutes(self, alarms: Mapping[str, Alarm], found: _Failures) -> tuple[frozenset[str], str]:
        """The muted alarms, and why there may be others; those known last stand where the rules cannot be read.

        An endpoint that has never heard of mute rules has none.
        """
        error: AwsError
        try:
            names = await read_muted(self._call)
        except AwsError as raised:
            error = raised
        except MALFORMED as raised:
            error = BadAnswer("cloudwatch", "ListAlarmMuteRules", f"{type(raised).__name__}: {raised}")
        else:
            return frozenset(alarm.arn for alarm in alarms.values() if alarm.name in names), ""
        found.add(error)
        if lacks_operation(error):
            return frozenset(), ""
        return self.delivery.muted, error.brief


class _Failures:
    """What one read had no answer to. Those of the last one stand until there is another: a read may take a while."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._by_action: dict[str, tuple[AwsError, int]] = {}  # the first error, and how often
        self.not_offered: set[str] = set()

    def gaps(self) -> list[Gap]:
        """One for each IAM action."""
        found = []
        for error, times in self._by_action.values():
            gap = error.gap(self._scope).leaving_coverage_open()
            found.append(gap if times == 1 else replace(gap, error=f"{gap.error} ({times} topics)"))
        return found

    def add(self, error: AwsError, topic: str = "") -> None:
        """Note a read that gave no answer.

        A topic of another account may well be closed to us, and no policy of ours opens it: its alarms are unsure, but
        that is no gap which anybody could close.
        """
        action = f"{error.service}:{error.operation}"
        if lacks_operation(error):
            _log.info("%s is not offered here: %s", action, error.brief)
            self.not_offered.add(action)
        elif topic and topic.split(":")[4] != self._scope.account:
            _log.info("%s of another account: %s", topic, error)
        else:
            first, times = self._by_action.get(action, (error, 0))
            self._by_action[action] = first, times + 1
