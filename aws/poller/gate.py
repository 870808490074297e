"""Doors before the door: one that can be shut while the user has paused, one that notes what is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aws.call import Answer, Call
from aws.model import Scope


class Gate:
    """A `Call` whose requests wait while ``open`` is cleared."""

    def __init__(self, call: Call, is_open: asyncio.Event) -> None:
        self._call = call
        self._open = is_open

    @property
    def scope(self) -> Scope:
        """The account and region that answer."""
        return self._call.scope

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        """One request, once the gate is open. Raises `AwsError`."""
        await self._open.wait()
        return await self._call(service, operation, require=require, attempts=attempts, **params)


class Noted:
    """A `Call` that keeps in ``asking`` which actions ("lambda:ListFunctions") wait for their answers."""

    def __init__(self, call: Call, asking: list[str]) -> None:
        self._call = call
        self._asking = asking

    @property
    def scope(self) -> Scope:
        """The account and region that answer."""
        return self._call.scope

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        """One request. Raises `AwsError`."""
        action = f"{service}:{operation}"
        self._asking.append(action)
        try:
            return await self._call(service, operation, require=require, attempts=attempts, **params)
        finally:
            self._asking.remove(action)
