"""The simulated account's past and future, put together from its shop and its story."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from demo.inventory.link import Inventory
from demo.shop.holdings import holdings
from demo.shop.model import ACCOUNT, REGION
from demo.shop.padding import generated_alarms
from demo.shop.seeding import seed_account
from demo.story.api_metrics import ApiMetrics
from demo.story.conditions import Forecast
from demo.story.dynamodb_metrics import DynamoMetrics
from demo.story.lambda_metrics import LambdaMetrics
from demo.story.logs import Logs
from demo.story.noise import key_of, uniform
from demo.story.queue_metrics import QueueMetrics, SignInMetrics
from demo.story.traffic import Traffic
from demo.world import Identity, RootUser, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aws.clock import Clock
    from aws.model import MetricKey
    from demo.front.chain import Between, Middleware
    from demo.shop.model import Shop
    from demo.story.publishing import Publisher
    from demo.story.scenario import Scenario
    from demo.world import LogEvent, Series

HISTORY_MIN: Final = 190  # a little more than the three hours that a dashboard shows
_DAY_S: Final = 86_400.0
_TRACKING_LAG_S: Final = 1_500.0  # IAM tells of a use a while after it
_ROOT_SIGNED_IN_S: Final = 5 * 3600.0
_CREATED_DAYS: Final = 400.0
_CODE_BYTES: Final = 1_450_000  # an average deployment package


class StoryWorld:
    """Implements `demo.world.World`. ``start_s`` is the world's start, UTC epoch seconds: the end of its history of
    ``history_min`` minutes."""

    def __init__(
        self, shop: Shop, scenario: Scenario, seed: int, start_s: float, *, history_min: int = HISTORY_MIN
    ) -> None:
        self.account = ACCOUNT
        self.region = REGION
        self.shop = shop
        self.scenario = scenario
        self.start_minute = int(start_s // 60)
        self._begins = self.start_minute - history_min
        self._seed = seed
        self._reserved = sum(function.reserved or 0 for function in shop.functions)
        # A larger company has had its quota raised.
        self._limit = 1000 + len(shop.functions) // 1000 * 300
        self.forecast = Forecast(shop, scenario.incidents, self.start_minute, seed)
        self.traffic = Traffic(shop, self.forecast, self._limit - self._reserved, seed)
        self._functions = frozenset(function.name for function in shop.functions)
        self._logs = Logs(shop, self.traffic, seed, from_minute=self._begins)
        self._publishers: dict[str, Publisher] = {
            publisher.namespace: publisher
            for publisher in (
                LambdaMetrics(shop, self.traffic, self.forecast, -history_min, seed),
                DynamoMetrics(shop, self.traffic, self.forecast, -history_min, seed),
                ApiMetrics(shop, self.traffic, -history_min, seed),
                QueueMetrics(shop, self.traffic, self.forecast, -history_min, seed),
                SignInMetrics(shop, self.forecast, -history_min, seed),
            )
        }

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        """Every metric that publishes, with the minute of its first datapoint."""
        for publisher in self._publishers.values():
            for key, first in publisher.metrics():
                yield key, max(self._begins, self.start_minute + first)

    def series(self, key: MetricKey) -> Series:
        """The metric by minute, settled; nothing before the history begins."""
        publisher = self._publishers.get(key.namespace)
        publishes = None if publisher is None else publisher.series(key)
        if publishes is None:
            return silent
        begins = self._begins
        return lambda minute: publishes(minute) if minute >= begins else None

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        """Log groups by name."""
        return self._logs.groups()

    def log_events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:
        """The events of a group in ``[start_s, end_s)``, in order of time."""
        return self._logs.events(group, start_s, end_s)

    def alarms(self) -> Iterable[Mapping[str, Any]]:
        """The alarms that the account starts with."""
        return chain(self.shop.alarms, generated_alarms(self.shop))

    def mute_rules(self) -> Iterable[Mapping[str, Any]]:
        """The alarm mute rules that the account starts with."""
        return self.shop.mute_rules

    def seed(self, endpoint_url: str) -> None:
        """Create the inventory but what was generated. Blocking. Raises OSError where nothing answers, RuntimeError
        where another does."""
        seed_account(self.shop, endpoint_url, self._seed, self.start_minute * 60.0)

    def links(self, clock: Clock, between: Between) -> Sequence[Middleware]:
        """What answers for all that was generated."""
        held = holdings(self.shop, self.start_minute * 60.0 - _CREATED_DAYS * _DAY_S)
        return (Inventory(held, lambda name: self.deployed_s(name, clock.now()), between),)

    def account_settings(self) -> Mapping[str, Any]:
        """Lambda's GetAccountSettings answer."""
        return {
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": self._limit,
                "UnreservedConcurrentExecutions": self._limit - self._reserved,
            },
            "AccountUsage": {
                "TotalCodeSize": _CODE_BYTES * len(self.shop.functions),
                "FunctionCount": len(self.shop.functions),
            },
        }

    def identity(self, now_s: float) -> Identity:
        """How root is kept, and what each role was last used for."""
        start_s = self.start_minute * 60.0
        used = {
            role.name: {
                key: start_s - days * _DAY_S if days else now_s - _TRACKING_LAG_S for key, days in role.used.items()
            }
            for role in self.shop.roles
        }
        root = RootUser(mfa=False, access_key=False, password_used_s=start_s - _ROOT_SIGNED_IN_S)
        return Identity(root, used)

    def deployed_s(self, function: str, now_s: float) -> float | None:
        """When that function's code was last deployed."""
        if function not in self._functions:
            return None
        # Most have not changed for weeks; a few went out in the last days.
        age = uniform(key_of(self._seed, f"deployed {function}"), 0) ** 2
        usual_s = self.start_minute * 60.0 - _DAY_S * (0.4 + 60.0 * age)
        changed = self.forecast.deployments(function, int(now_s // 60))
        return max((minute * 60.0 for minute in changed), default=usual_s)
