"""One world in one region. Every other region of the account exists, and is empty, as in a real account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws.clock import Clock
from aws.model import MetricKey
from demo.front.chain import Between, Middleware
from demo.world import Identity, LogEvent, Series, World, silent

# Lambda's defaults for a new account (documentation: "Lambda quotas").
_NEW_ACCOUNT_LIMITS = {
    "TotalCodeSize": 80_530_636_800,
    "CodeSizeUnzipped": 262_144_000,
    "CodeSizeZipped": 52_428_800,
    "ConcurrentExecutions": 1000,
    "UnreservedConcurrentExecutions": 1000,
}


@dataclass
class EmptyWorld:
    """A region in which nothing was ever created."""

    account: str
    region: str

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        """None."""
        return ()

    def series(self, key: MetricKey) -> Series:  # noqa: ARG002
        """Silence."""
        return silent

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        """None."""
        return {}

    def log_events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:  # noqa: ARG002
        """None."""
        return iter(())

    def alarms(self) -> Iterable[Mapping[str, Any]]:
        """None."""
        return ()

    def mute_rules(self) -> Iterable[Mapping[str, Any]]:
        """None."""
        return ()

    def seed(self, endpoint_url: str) -> None:
        """Nothing to create."""

    def links(self, clock: Clock, between: Between) -> Sequence[Middleware]:  # noqa: ARG002
        """None: nothing is left out."""
        return ()

    def account_settings(self) -> Mapping[str, Any]:
        """The limits of a new account."""
        return {"AccountLimit": _NEW_ACCOUNT_LIMITS, "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 0}}

    def identity(self, now_s: float) -> Identity:  # noqa: ARG002
        """Nobody did anything."""
        return Identity()

    def deployed_s(self, function: str, now_s: float) -> float | None:  # noqa: ARG002
        """Unknown."""
        return None


class Worlds:
    """The world by region."""

    def __init__(self, home: World) -> None:
        self.home = home

    def world(self, region: str) -> World:
        """The world of that region; an unsigned request, which names none, is at home."""
        if region in ("", self.home.region):
            return self.home
        return EmptyWorld(self.home.account, region)
