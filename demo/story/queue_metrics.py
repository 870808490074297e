"""AWS/SQS and AWS/Cognito: what waits, and who signs in."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from demo.story.minute import day
from demo.story.noise import count, key_of, uniform
from demo.story.publishing import gauge, metric, ones
from demo.world import Datapoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws.model import MetricKey
    from demo.shop.model import Queue, Shop
    from demo.story.conditions import Forecast
    from demo.story.traffic import Traffic
    from demo.world import Series

_QUEUE: Final = (
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateAgeOfOldestMessage",
    "NumberOfMessagesSent",
    "NumberOfMessagesReceived",
    "NumberOfMessagesDeleted",
)
_OLD_S: Final = 2 * 86_400.0  # what has lain in a queue for longer than anybody remembers
_SIGN_INS: Final = {"SignIn": 1.0, "TokenRefresh": 6.5, "SignUp": 0.08}


class QueueMetrics:
    """Publishes what the consumers leave in their queues."""

    namespace = "AWS/SQS"

    def __init__(self, shop: Shop, traffic: Traffic, forecast: Forecast, first: int, seed: int) -> None:
        self._queues: dict[str, Queue] = {queue.name: queue for queue in shop.queues}
        self._traffic = traffic
        self._forecast = forecast
        self._first = first
        self._keys = {name: key_of(seed, f"queue {name}") for name in self._queues}

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric with its first minute. A dead-letter queue that nothing ever reached publishes none."""
        for queue in self._queues.values():
            grows = self._forecast.first_of("dlq_growth", queue.name)
            if queue.consumer is None and not queue.standing and grows is None:
                continue
            first = self._first if queue.consumer or queue.standing or grows is None else grows
            for name in _QUEUE:
                yield metric(self.namespace, name, QueueName=queue.name), first

    def series(self, key: MetricKey) -> Series | None:
        """One metric by minute; None for a queue or a metric that is not there."""
        if len(key.dimensions) != 1 or key.dimensions[0][0] != "QueueName":
            return None
        queue = self._queues.get(key.dimensions[0][1])
        if queue is None or key.name not in _QUEUE:
            return None
        return partial(self._dead_letters if queue.consumer is None else self._busy, key.name, queue)

    def _dead_letters(self, name: str, queue: Queue, minute: int) -> Datapoint | None:
        waiting = queue.standing + math.floor(self._forecast.grown(queue.name, minute))
        if not waiting:
            return None
        match name:
            case "ApproximateNumberOfMessagesVisible":
                return gauge(waiting)
            case "ApproximateAgeOfOldestMessage":
                return gauge(self._oldest_s(queue, minute), unit="Seconds")
        return gauge(0)

    def _oldest_s(self, queue: Queue, minute: int) -> float:
        """Nobody looks at the oldest: it grows a minute older every minute, until its retention ends."""
        if not queue.standing:
            return self._forecast.growing_min(queue.name, minute) * 60.0
        return _OLD_S + minute * 60.0 % (queue.retention_s - _OLD_S)

    def _busy(self, name: str, queue: Queue, minute: int) -> Datapoint | None:
        consumer = self._traffic.of(queue.consumer or "", minute)
        chance = uniform(self._keys[queue.name], minute)
        handled = (consumer.invocations - consumer.failed) * queue.batch
        came_back = (consumer.failed + consumer.throttles) * queue.batch
        match name:
            case "ApproximateNumberOfMessagesVisible":
                return gauge(math.floor(6 * chance), math.floor(14 * chance) + came_back)
            case "ApproximateNumberOfMessagesNotVisible":
                return gauge(max(consumer.in_flight) * queue.batch)
            case "ApproximateAgeOfOldestMessage":
                return gauge(round(2 + 6 * chance + (queue.visibility_s if came_back else 0)), unit="Seconds")
            case "NumberOfMessagesSent" | "NumberOfMessagesDeleted":
                return gauge(handled)
        return gauge(handled + came_back)


class SignInMetrics:
    """Publishes who signs in, by client: Cognito has no series for a pool alone."""

    namespace = "AWS/Cognito"

    def __init__(self, shop: Shop, forecast: Forecast, first: int, seed: int) -> None:
        self._first = first
        self._forecast = forecast
        self._clients = {
            (pool.id, client): (pool.name, key_of(seed, f"sign-in {client}"), pool.sign_ins / len(pool.clients))
            for pool in shop.pools
            for client in pool.clients
        }

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric with its first minute; throttles from the minute of the first."""
        for (pool_id, client), (pool, _, _) in self._clients.items():
            turned_away = self._forecast.first_of("sign_in_storm", pool)
            for name in _SIGN_INS:
                dimensions = {"UserPool": pool_id, "UserPoolClient": client}
                yield metric(self.namespace, f"{name}Successes", **dimensions), self._first
                if turned_away is not None:
                    yield metric(self.namespace, f"{name}Throttles", **dimensions), turned_away

    def series(self, key: MetricKey) -> Series | None:
        """One metric by minute; None for a client or a metric that is not there."""
        dimensions = dict(key.dimensions)
        client = (dimensions.pop("UserPool", ""), dimensions.pop("UserPoolClient", ""))
        name, throttled = key.name.removesuffix("Successes"), key.name.endswith("Throttles")
        name = name.removesuffix("Throttles")
        if dimensions or client not in self._clients or name not in _SIGN_INS or name == key.name:
            return None
        return partial(self._turned_away if throttled else self._let_in, name, client)

    def _let_in(self, name: str, client: tuple[str, str], minute: int) -> Datapoint | None:
        wanted, turned_away = self._requests(name, client, minute)
        return ones(wanted - turned_away)

    def _turned_away(self, name: str, client: tuple[str, str], minute: int) -> Datapoint | None:
        return ones(self._requests(name, client, minute)[1])

    def _requests(self, name: str, client: tuple[str, str], minute: int) -> tuple[int, int]:
        pool, chance, sign_ins = self._clients[client]
        wanted = count(chance ^ len(name), minute, sign_ins * _SIGN_INS[name] * day(minute))
        return wanted, math.floor(wanted * self._forecast.conditions(minute).turned_away.get(pool, 0.0))
