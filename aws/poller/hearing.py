"""One scope's topics: from which of those that alarms notify does nobody hear anything?"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

from aws.alarms.topic_reads import read_used_topics
from aws.alarms.topics import is_topic
from aws.call import Call
from aws.model import Alarm
from aws.poller.inventory import MALFORMED

_log = logging.getLogger(__name__)
# The most used ones: each takes a call or two, and few accounts have more than a handful.
_MOST_TOPICS = 50


class Hearing:
    """``undeliverable`` are the ARNs of topics that reach nobody, as far as they could be read.

    A topic that cannot be read is taken to be heard: most who may not read topics have working ones.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._alarms: Mapping[str, Alarm] = {}
        self._known: frozenset[str] = frozenset()
        self.undeliverable: frozenset[str] = frozenset()
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
        before, self.undeliverable = self.undeliverable, frozenset(t.arn for t in topics if t.delivers is False)
        first, self.tried = not self.tried, True
        self._known = frozenset(most)
        return first or before != self.undeliverable
