"""Programs that print keys: what they may do, how each failure is told, and what is kept of what they say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aws.clock import SystemClock
from aws.errors import CredentialsError
from aws.session import Sessions, Target
from tests.wire.credential_world import Skipping, configure, stamp
from tests.wire.scripted_server import ScriptedServer


async def test_a_credential_process_gives_keys_and_cannot_touch_the_terminal(
    world: ScriptedServer, capfd: pytest.CaptureFixture[str]
) -> None:
    found = json.dumps({"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s", "Expiration": stamp(7_200)})
    script = Path(os.environ["HOME"]) / "helper.py"
    script.write_text(
        "import os, sys\nprint('noise', file=sys.stderr)\nassert not sys.stdin.read()\n"
        f"try:\n    os.open('/dev/tty', os.O_RDWR)\nexcept OSError:\n    print('''{found}''')\n"
    )
    configure(f"[profile helped]\ncredential_process = {sys.executable} {script}\nregion = eu-west-1\n")
    async with Sessions(clock=SystemClock()) as held:
        source = await held.connect(Target(profile="helped"))
    assert source.credentials().kind == "process"
    assert capfd.readouterr() == ("", "")


def printed(ends: str) -> str:
    return f"print('{json.dumps({'Version': 1, 'AccessKeyId': 'P', 'SecretAccessKey': 's', 'Expiration': ends})}')"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; sys.exit('vault is locked')", "vault is locked"),
        ("import sys; sys.exit(7)", "status 7"),
        ("import sys; sys.stderr.buffer.write(b'geht nicht \\xfc'); sys.exit(1)", "geht nicht"),
        ("print('secret-on-stdout')", "JSON"),
        (printed("2020-01-01T00:00:00Z"), "had ended.* at 2020-01-01T00:00:00"),
        (printed("2037-01-01T00:00:00"), "Expiration"),
        (printed("soon secret-on-stdout"), "Expiration"),
        ("import time; time.sleep(60)", "no answer within 0.45 s"),
    ],
)
async def test_a_credential_process_that_fails_says_why(world: ScriptedServer, code: str, says: str) -> None:
    script = Path(os.environ["HOME"]) / "helper.py"
    script.write_text(code)
    configure(f"[profile helped]\ncredential_process = {sys.executable} -S {script}\nregion = eu-west-1\n")
    async with Sessions(clock=SystemClock(), timeout_s=0.5 if "sleep" in code else 30.0) as held:
        with pytest.raises(CredentialsError, match=says) as caught:
            await held.connect(Target(profile="helped"))
    assert "credential_process" in caught.value.hint
    assert "secret-on-stdout" not in str(caught.value)


@pytest.mark.parametrize(("line", "says"), [("", "empty"), ('"/opt/helper --x', "No closing quotation")])
async def test_a_credential_process_that_is_no_command_line_says_so(
    world: ScriptedServer, line: str, says: str
) -> None:
    configure(f"[profile helped]\ncredential_process = {line}\nregion = eu-west-1\n")
    async with Sessions(clock=SystemClock()) as held:
        with pytest.raises(CredentialsError, match=says):
            await held.connect(Target(profile="helped"))


async def test_what_a_credential_process_says_is_told_and_not_logged(
    world: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A log is kept, and passed on: a helper that traces its own steps would leave its secrets there."""
    clock, script = Skipping(), Path(os.environ["HOME"]) / "helper.py"
    script.write_text(printed(stamp(60)))  # so short that every request renews it
    configure(f"[profile helped]\ncredential_process = {sys.executable} -S {script}\nregion = eu-west-1\n")
    async with Sessions(clock=clock) as held:
        source = await held.connect(Target(profile="helped"))
        script.write_text("import sys; sys.exit('+ token=hidden')")
        with pytest.raises(CredentialsError, match="token=hidden") as caught:
            await source.call("cloudwatch", "DescribeAlarms")
    assert (caught.value.service, caught.value.operation) == ("cloudwatch", "DescribeAlarms")  # what is not known now
    assert "custom-process" in caplog.text
    assert "hidden" not in caplog.text + caught.value.logged


def test_a_command_that_is_ended_takes_its_credential_process_along(tmp_path: Path) -> None:
    """It has a session of its own, in which nobody else would ever end it."""
    script, begun = tmp_path / "helper.py", tmp_path / "begun"
    os.mkfifo(begun)
    script.write_text(f"import os, time\nopen({str(begun)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    configure(f"[profile helped]\ncredential_process = {sys.executable} -S {script}\nregion = eu-west-1\n")
    command = [sys.executable, "-P", "-m", "tui", "check", "--profile", "helped"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as check:
        helper = int(begun.read_text())  # waits for it
        check.terminate()
        assert check.wait(timeout=20) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)
