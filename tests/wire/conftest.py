"""Servers on loopback: plain moto, and one that misbehaves as a test tells it to."""

from __future__ import annotations

import urllib.request
from collections.abc import AsyncIterator, Iterator

import pytest
from blockbuster import blockbuster_ctx
from moto.server import ThreadedMotoServer

from tests.wire.credential_world import play
from tests.wire.scripted_server import ScriptedServer


@pytest.fixture(scope="session")
def _moto_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def plain_moto(_moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The endpoint of an unmodified moto with nothing in it, and keys in the environment that it takes."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    reset = urllib.request.Request(f"{_moto_server}/moto-api/reset", method="POST")
    with urllib.request.urlopen(reset, timeout=10) as answer:
        assert answer.status == 200
    return _moto_server


@pytest.fixture
def blocked_loop_is_an_error() -> Iterator[None]:
    """Any blocking call on a loop raises, but on those that `aws.offloop` keeps in threads for just that."""
    with blockbuster_ctx() as blockbuster:
        for function in blockbuster.functions.values():
            function.can_block_in("aws/offloop.py", {"main"})
        yield


@pytest.fixture
async def scripted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedServer]:
    """An AWS that answers sts and otherwise what the test scripts."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    async with ScriptedServer() as server:
        yield server


@pytest.fixture
def world(scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> ScriptedServer:
    """No keys in the environment; every service of AWS's at the scripted server, those that sign people in too."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", scripted.endpoint_url)
    play(scripted)
    return scripted
