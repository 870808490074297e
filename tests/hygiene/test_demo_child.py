"""The simulated account's process: it comes up, says why where it does not, and is gone whenever its parent is."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aws.errors import CwtopError
from tui.child import demo_account

_EMPTY = (sys.executable, "-m", "tests.hygiene.empty_world")
_DEADLINE_S = 30.0

# A program that opens the account and then waits, as the dashboard does, until it is ended one way or another.
_PARENT = """
import asyncio, sys
from tui.child import demo_account

async def main():
    async with demo_account(command=(sys.executable, "-m", "tests.hygiene.empty_world")) as account:
        print("child", account.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def _alive(pid: int) -> bool:
    """A process that has ended but that its new parent has not waited for does not count."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def _gone(pid: int) -> bool:
    end = time.monotonic() + _DEADLINE_S
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not _alive(pid)


def _child_of(stdout: int) -> int:
    said = b""
    while not (found := re.search(rb"child (\d+)\s", said)):
        piece = os.read(stdout, 1024)
        assert piece, said
        said += piece
    return int(found[1])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_the_child_is_gone_when_its_parent_was_killed(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = _child_of(parent.stdout.fileno())
        assert _alive(child)
        parent.send_signal(number)
        parent.wait(timeout=_DEADLINE_S)
        assert _gone(child)


def test_the_child_is_gone_when_the_terminal_is_closed() -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", _PARENT])
    try:
        child = _child_of(terminal)
        assert _alive(child)
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    assert _gone(child)


def test_ctrl_c_in_the_terminal_does_not_take_the_account_from_under_the_application() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = _child_of(parent.stdout.fileno())
        assert os.getsid(child) != os.getsid(parent.pid)
        parent.kill()
    assert _gone(child)


def test_the_child_is_gone_when_its_stdin_is_closed() -> None:
    command = [*_EMPTY, "--parent", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(timeout=_DEADLINE_S) == 0


async def test_the_account_answers_and_ends_with_the_context() -> None:
    async with demo_account(command=_EMPTY, port=0) as account:
        assert account.environment["AWS_ENDPOINT_URL"] == account.endpoint_url
        assert account.environment["AWS_REGION"] == "eu-west-1"
        assert "127.0.0.1" in account.environment["NO_PROXY"]
        port = int(account.endpoint_url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
    assert not _alive(account.pid)


async def test_a_start_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    slow = f"import os, time, pathlib; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(600)"
    opening = asyncio.create_task(demo_account(command=(sys.executable, "-c", slow)).__aenter__())
    child = int(await asyncio.to_thread(note.read_text, encoding="utf-8"))
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not _alive(child)


@pytest.mark.parametrize(
    ("dying", "says", "hint"),
    [
        ("import sys; sys.exit('cwtop demo: port 80 is taken')", "port 80 is taken", "--serve"),
        ("import a_module_that_nobody_has", "a_module_that_nobody_has", "pip install 'cwtop[demo]'"),
        ("pass", "without a word", "--serve"),
    ],
)
async def test_a_child_that_dies_says_why_and_what_to_do(dying: str, says: str, hint: str) -> None:
    with pytest.raises(CwtopError) as caught:
        async with demo_account(command=(sys.executable, "-c", dying)):
            pass
    assert says in caught.value.message
    assert hint in caught.value.hint


async def test_an_unknown_scenario_is_named_with_those_that_exist() -> None:
    with pytest.raises(CwtopError, match=r"no scenario 'nope'.*black-friday"):
        async with demo_account(scenario="nope"):
            pass


async def test_a_port_that_is_taken_is_one_clear_line() -> None:
    async with demo_account(command=_EMPTY) as account:
        port = int(account.endpoint_url.rpartition(":")[2])
        with pytest.raises(CwtopError, match="address already in use"):
            async with demo_account(command=_EMPTY, port=port):
                pass


def test_serving_prints_what_to_export_stops_at_sigterm_and_leaves_no_file(tmp_path: Path) -> None:
    home, here = Path.home(), tmp_path / "here"
    here.mkdir()
    program = "import sys; from tui.child import serve; sys.exit(serve(['--serve', '--scenario', 'calm']))"
    # The user's own identity is around, and must neither be used nor be printed.
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "prod"}
    command = [sys.executable, "-P", "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here, env=environment) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline().strip() for _ in range(5)]
        server.terminate()
        assert server.wait(timeout=_DEADLINE_S) == 0
    assert lines[0].startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:")
    names = [line.removeprefix("export ").partition("=")[0] for line in lines[1:]]
    assert names == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"]
    assert "real" not in " ".join(lines).lower()
    assert list(here.iterdir()) == []
    assert list(home.iterdir()) == []
