"""The application's handle on the simulated account: a child process, known by what it prints and nothing else."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aws.errors import CwtopError

_COMMAND = (sys.executable, "-P", "-m", "demo")
_LAST_EXPORT = "AWS_DEFAULT_REGION"
_START_S = 60.0
_START_S_PER_FUNCTION = 0.02
_STOP_S = 3.0
_KEPT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A simulated account that answers. ``environment`` is what an AWS client needs to reach it and nothing else."""

    environment: Mapping[str, str]
    pid: int

    @property
    def endpoint_url(self) -> str:
        """Where it listens."""
        return self.environment["AWS_ENDPOINT_URL"]


@asynccontextmanager
async def demo_account(
    scenario: str | None = None,
    seed: int | None = None,
    functions: int | None = None,
    port: int | None = None,
    *,
    faults: Path | None = None,
    quotas: bool = False,
    latency_ms: int | None = None,
    deny: Sequence[str] = (),
    command: Sequence[str] = _COMMAND,
) -> AsyncIterator[DemoAccount]:
    """The account, serving, while the context lasts; the child never outlives this process. Raises `CwtopError`."""
    wanted = {
        "--scenario": scenario,
        "--seed": seed,
        "--functions": functions,
        "--port": port,
        "--faults": faults,
        "--latency-ms": latency_ms,
    }
    arguments = [word for flag, value in wanted.items() if value is not None for word in (flag, str(value))]
    if quotas:
        arguments.append("--quotas")
    if deny:
        arguments += ["--deny", ",".join(deny)]
    # stdin is the child's tie to us: the kernel closes it however we end. Its own session keeps the terminal's
    # ctrl+c away from it: the application decides when to stop.
    process = await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        "--parent",
        str(os.getpid()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    complaints = bytearray()
    listening = asyncio.create_task(_listen(process, complaints))
    try:
        bound_s = _START_S + _START_S_PER_FUNCTION * (functions or 0)
        environment = await _started(process, bound_s, listening, complaints)
        yield DemoAccount(environment | _without_proxy(), process.pid)
    finally:
        await _end(process, listening)


def serve(arguments: Sequence[str]) -> int:
    """Becomes the server: signals, terminal and exit status are its own. Returns only where a process cannot be
    replaced, with the exit status."""
    command = [*_COMMAND, *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


async def _started(
    process: asyncio.subprocess.Process, bound_s: float, listening: asyncio.Task[None], complaints: bytearray
) -> dict[str, str]:
    try:
        async with asyncio.timeout(bound_s):
            environment = await _exports(process)
            if environment is not None:
                return environment
            # Its last words explain why; they may still be on their way.
            await listening
    except TimeoutError:
        raise CwtopError(
            f"the simulated account did not start within {bound_s:.0f} s", _last(complaints) or "try again"
        ) from None
    said = _last(complaints).removeprefix("cwtop demo: ") or "it ended without a word"
    missing = b"No module named" in complaints
    raise CwtopError(
        f"the simulated account did not start: {said}",
        "pip install 'cwtop[demo]'" if missing else "`cwtop demo --serve` shows all it says",
    )


async def _exports(process: asyncio.subprocess.Process) -> dict[str, str] | None:
    """The variables it prints, once they are all there; None where it ended before."""
    assert process.stdout is not None
    environment: dict[str, str] = {}
    async for line in process.stdout:
        words = shlex.split(line.decode("utf-8", "replace"))
        if len(words) == 2 and words[0] == "export":
            name, _, value = words[1].partition("=")
            environment[name] = value
            if name == _LAST_EXPORT:
                return environment
    return None


async def _listen(process: asyncio.subprocess.Process, complaints: bytearray) -> None:
    """Keeps its last words, and keeps its stderr from filling up."""
    assert process.stderr is not None
    while chunk := await process.stderr.read(_KEPT_BYTES):
        complaints += chunk
        del complaints[:-_KEPT_BYTES]


async def _end(process: asyncio.subprocess.Process, listening: asyncio.Task[None]) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await process.wait()
        except TimeoutError:
            await _kill(process)
        except asyncio.CancelledError:
            await _kill(process)
            raise
    await listening


async def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _last(complaints: bytearray) -> str:
    """The last line that says anything."""
    return next((line for line in reversed(complaints.decode("utf-8", "replace").split("\n")) if line.strip()), "")


def _without_proxy() -> dict[str, str]:
    """A proxy that the user has set up must not be asked for what listens on this machine."""
    spared = ",".join(filter(None, ("127.0.0.1", os.environ.get("no_proxy") or os.environ.get("NO_PROXY"))))
    return {"no_proxy": spared, "NO_PROXY": spared}
