"""Coroutines that block now and then (files, subprocesses), run on a loop of their own in a thread."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

T = TypeVar("T")

_BETWEEN_GLANCES_S = 0.01


async def off_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` away from the running loop and give its result. Cancelling it cancels the work in its thread.

    Processes that the work has started and not waited for are killed when it ends.
    """
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def main() -> T:
        task = asyncio.current_task()
        assert task is not None
        running.append((asyncio.get_running_loop(), task))
        async with _no_process_left():
            return await work

    thread = asyncio.ensure_future(asyncio.to_thread(asyncio.run, main()))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        for loop, task in running:
            with contextlib.suppress(RuntimeError):  # the thread's loop has just ended by itself
                loop.call_soon_threadsafe(task.cancel)
        await asyncio.wait([thread])
        if not thread.cancelled():
            thread.exception()  # whatever it was, the cancellation is what counts; mark it as seen
        raise


@contextlib.asynccontextmanager
async def _no_process_left() -> AsyncIterator[None]:
    """Nobody else can end them: whoever waited for a profile's credential process was cancelled, and has no handle."""
    loop = asyncio.get_running_loop()
    start = loop.subprocess_exec
    started: list[asyncio.SubprocessTransport] = []

    async def noted(*arguments: Any, **options: Any) -> Any:
        transport, protocol = await start(*arguments, **options)
        started.append(transport)
        return transport, protocol

    loop.subprocess_exec = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        for transport in started:
            if transport.get_returncode() is None:
                with contextlib.suppress(ProcessLookupError):
                    transport.kill()
            while transport.get_returncode() is None:  # noqa: ASYNC110 - a transport tells its end to nobody who waits
                await asyncio.sleep(_BETWEEN_GLANCES_S)
            transport.close()
