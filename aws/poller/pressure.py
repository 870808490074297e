"""While something that resources share runs out, it is read which of them use it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping

from aws.clock import Clock
from aws.health import presses
from aws.model import Resource, SeriesId
from aws.poller.store import Store
from aws.poller.sums import Purse
from aws.poller.tiering import Tiering
from aws.services.base import Service

EVERY_S = 120.0
_IN_DEBT_S = 600.0  # where the allowance for searches is spent


class Pressing:
    """Every pressure that the services declare, looked at once a turn."""

    def __init__(
        self,
        services: Mapping[str, Service],
        tiers: Tiering,
        store: Store,
        clock: Clock,
        *,
        purse: Purse,
        read: Callable[[list[SeriesId]], Awaitable[None]],
    ) -> None:
        self._services = services
        self._tiers = tiers
        self._store = store
        self._clock = clock
        self._purse = purse
        self._read = read
        self._read_at: dict[str, float] = {}  # monotonic, by the ARN of what runs out

    async def turn(self, shared: Mapping[str, Resource]) -> None:
        """Read who uses what of ``shared`` runs out, where that was not read lately."""
        for arn, resource in tuple(shared.items()):
            service = self._services[resource.service]
            for pressure in service.pressures:
                if pressure.on != resource.kind or not self._may(arn):
                    continue
                if presses(pressure, resource, service, self._store.view(), now_s=self._clock.now()):
                    self._read_at[arn] = self._clock.monotonic()
                    users = self._tiers.in_use(service.name, pressure.kind, pressure.metric)
                    self._purse.pay(len(users))
                    await self._read([series_id for ids in users for series_id in ids])

    def _may(self, arn: str) -> bool:
        in_debt, passed_s = self._purse.usd <= 0, self._clock.monotonic() - self._read_at.get(arn, -math.inf)
        half_a_turn_s = self._tiers.plan.interval_s / 2
        if in_debt and self._tiers.plan.strict:
            return False
        return passed_s >= (_IN_DEBT_S if in_debt else EVERY_S) - half_a_turn_s
