"""Which of one scope's alarms nobody hears: their topics reach nobody, or a mute rule keeps them quiet."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

from aws.alarms.mutes import read_muted
from aws.alarms.topic_reads import read_used_topics
from aws.alarms.topics import is_topic
from aws.call import Call
from aws.errors import AwsError
from aws.model import Alarm
from aws.poller.inventory import MALFORMED

_log = logging.getLogger(__name__)
# The most used ones: each takes a call or two, and few accounts have more than a handful.
_MOST_TOPICS = 50


class Hearing:
    """``undeliverable`` are the ARNs of topics that reach nobody, as far as they could be read; ``muted`` those of
    alarms that a mute rule keeps quiet.

    A topic that cannot be read is taken to be heard: most who may not read topics have working ones.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._alarms: Mapping[str, Alarm] = {}
        self._known: frozenset[str] = frozenset()
        self.undeliverable: frozenset[str] = frozenset()
        self.muted: frozenset[str] = frozenset()
        self.tried = False

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
        try:
            topics = await read_used_topics(self._call, most)
        except MALFORMED as error:
            _log.warning("topics could not be understood: %s: %s", type(error).__name__, error)
            topics = []
        before = self.undeliverable, self.muted
        self.undeliverable = frozenset(t.arn for t in topics if t.delivers is False)
        await self._read_mutes(alarms)
        first, self.tried = not self.tried, True
        self._known = frozenset(most)
        return first or before != (self.undeliverable, self.muted)

    async def _read_mutes(self, alarms: Mapping[str, Alarm]) -> None:
        """Mute rules are newer than many a policy, and than other servers that speak CloudWatch: unread, the last
        known ones stand."""
        try:
            names = await read_muted(self._call)
        except (AwsError, *MALFORMED) as error:
            _log.info("alarm mute rules could not be read: %s", error)
        else:
            self.muted = frozenset(alarm.arn for alarm in alarms.values() if alarm.name in names)
