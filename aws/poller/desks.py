"""The desks of the accounts that are looked at: where alarms are planned and written, and where roles are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from aws.alarms.desk import AlarmDesk
from aws.errors import UsageError
from aws.iam.desk import RoleDesk
from aws.model import Scope
from aws.source import Source

D = TypeVar("D")
_Place = tuple[str, str]


class Desks:
    """One of each kind for an account and region, where there is somebody to open it."""

    def __init__(
        self, open_alarms: Callable[[Source], AlarmDesk] | None, open_roles: Callable[[Source], RoleDesk] | None
    ) -> None:
        self._open_alarms, self._open_roles = open_alarms, open_roles
        self._alarms: dict[_Place, AlarmDesk] = {}
        self._roles: dict[_Place, RoleDesk] = {}

    def open(self, source: Source) -> None:
        """Open those of one more account and region."""
        place = (source.call.scope.account, source.call.scope.region)
        if self._open_alarms is not None:
            self._alarms[place] = self._open_alarms(source)
        if self._open_roles is not None:
            self._roles[place] = self._open_roles(source)

    def alarms(self, scope: Scope) -> AlarmDesk:
        """Where alarms are planned and written. Raises `UsageError` for a scope that is not watched."""
        return _of(self._alarms, scope)

    def roles(self, scope: Scope) -> RoleDesk:
        """Where roles are read. Raises `UsageError` for a scope that is not watched."""
        return _of(self._roles, scope)


def _of(desks: Mapping[_Place, D], scope: Scope) -> D:
    desk = desks.get((scope.account, scope.region))
    if desk is None:
        raise UsageError(f"account {scope.account} in {scope.region} is not one of those that are looked at")
    return desk
