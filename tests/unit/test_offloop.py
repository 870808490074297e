"""Work that blocks runs in a thread, and ends there when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from aws.offloop import off_loop


async def test_it_runs_in_another_thread_and_gives_its_result() -> None:
    async def work() -> tuple[int, str]:
        await asyncio.sleep(0)
        return threading.get_ident(), "done"

    thread, result = await off_loop(work())
    assert thread != threading.get_ident()
    assert result == "done"


async def test_its_errors_come_through() -> None:
    async def work() -> None:
        raise KeyError("profile")

    with pytest.raises(KeyError, match="profile"):
        await off_loop(work())


async def test_cancelling_it_cancels_the_work_in_its_thread() -> None:
    started, ended = threading.Event(), threading.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.ensure_future(off_loop(work()))
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_process_that_nobody_waits_for_any_more_is_killed() -> None:
    pids: list[int] = []
    started = asyncio.Event()
    here = asyncio.get_running_loop()

    async def helper() -> None:
        process = await asyncio.create_subprocess_exec("sleep", "60", stdout=asyncio.subprocess.PIPE)
        pids.append(process.pid)
        here.call_soon_threadsafe(started.set)
        await process.communicate()

    task = asyncio.ensure_future(off_loop(helper()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
