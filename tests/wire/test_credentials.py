"""Where credentials come from, against a loopback that plays every source of them: what works, ends, and comes back."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aws.clock import SystemClock
from aws.errors import CredentialsError, ExpiredCredentials, InvalidRequest
from aws.session import Sessions, Target
from aws.signin import tokens
from aws.signin.desk import SignIns, Way, wants_code
from aws.signin.device import Confirm, SignedIn
from tests.wire.credential_world import MFA_FAILED, SSO, Skipping, assumed, configure, refused, sign_in_until, stamp
from tests.wire.scripted_server import ScriptedServer, error, ok
from tui.commands.codes import typed_codes
from tui.options import parse


async def test_a_sign_in_that_ends_is_said_and_renewed_in_place(
    world: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = Skipping()
    world.answer("POST /token", error("AuthorizationPendingException"), ok({"accessToken": "access-token",
                                                                            "expiresIn": 3_600}))  # fmt: skip
    async with Sessions(clock=clock) as held:
        with pytest.raises(ExpiredCredentials) as caught:
            await held.connect(Target(profile="dev"))
        assert "aws sso login --profile dev" in caught.value.hint

        sign_in_until(3_600)
        source = await held.connect(Target(profile="dev"))
        credentials = source.credentials()
        assert (credentials.kind, credentials.refused) == ("sso", "")
        assert credentials.ends_s == pytest.approx(time.time() + 3_600, abs=30)

        sign_in_until(-1)
        for _ in range(3):
            with pytest.raises(ExpiredCredentials) as caught:
                await source.call("cloudwatch", "DescribeAlarms")
        assert "aws sso login --profile dev" in source.credentials().hint
        assert source.credentials().refused

        desk = SignIns(clock)
        way = await desk.way("dev")
        assert way == Way("dev", sso=SSO)
        assert way.sso is not None
        stages = [stage async for stage in desk.sso("dev", way.sso)]
        assert [type(stage) for stage in stages] == [Confirm, SignedIn]
        answer = await source.call("cloudwatch", "DescribeAlarms")
        world.answer("DescribeTable", error("ExpiredTokenException"))
        with pytest.raises(ExpiredCredentials) as caught:
            await source.call("dynamodb", "DescribeTable", TableName="orders")
        assert "aws sso login --profile dev" in caught.value.hint
        await source.call("cloudwatch", "DescribeAlarms")
        assert answer["MetricAlarms"] == []
        assert source.credentials().refused == ""
    assert world.counts()["DescribeAlarms"] == 2  # what cannot be signed is not sent
    said = caplog.text + repr(stages) + str(caught.value) + repr(credentials)
    assert not [word for word in ("access-token", "client-secret", "device-code", "role-secret") if word in said]


@pytest.mark.parametrize(
    "text", ['{"accessToken": "access-tok', '["a"]', '{"accessToken": "t", "expiresAt": "2037-01-01T00:00:00"}',
             '{"accessToken": "t", "expiresAt": 2114380800}']
)  # fmt: skip
async def test_a_file_of_a_sign_in_that_cannot_be_read_is_none(world: ScriptedServer, text: str) -> None:
    """A full disk leaves half of it, and so does the AWS CLI for as long as it takes to write the rest."""
    sign_in_until(3_600)
    tokens.path(SSO).write_text(text)
    async with Sessions(clock=SystemClock()) as held:
        with pytest.raises(ExpiredCredentials) as caught:
            await held.connect(Target(profile="dev"))
    assert "aws sso login --profile dev" in caught.value.hint
    assert await SignIns(SystemClock()).ends_s("dev") is None


@pytest.mark.parametrize(
    ("path", "code", "way_out"),
    [
        ("/device_authorization", "InvalidRequestException", "sso_start_url and sso_region"),
        ("/client/register", "InvalidScopeException", "sso_registration_scopes"),
        ("/token", "InvalidClientException", "start again"),
    ],
)
async def test_a_sign_in_that_is_refused_says_what_to_look_at(
    world: ScriptedServer, path: str, code: str, way_out: str
) -> None:
    world.answer(f"POST {path}", error(code, ""))
    with pytest.raises(InvalidRequest, match=f"refused.*{code}") as caught:
        async for _ in SignIns(Skipping()).sso("dev", SSO):
            pass
    assert way_out in caught.value.hint


async def test_a_chain_of_roles_is_walked(world: ScriptedServer) -> None:
    keys: list[str] = []
    world.answer("AssumeRole", assumed(keys))
    async with Sessions(clock=SystemClock()) as held:
        source = await held.connect(Target(profile="role"))
    assert keys == ["BASEKEY>middle", "KEYOFmiddle>inner"]
    credentials = source.credentials()
    assert (credentials.kind, credentials.renewed) == ("role", True)
    assert credentials.ends_s == pytest.approx(time.time() + 3_600, abs=30)


async def test_a_configuration_that_breaks_while_polling_costs_requests_and_not_the_feed(
    world: ScriptedServer, tmp_path: Path
) -> None:
    """Whoever edits it saves half of it, and a token's file is gone while it is replaced: an error of one request."""
    clock, keys, file = Skipping(), list[str](), tmp_path / "web-token"
    world.answer("AssumeRoleWithWebIdentity", assumed(keys, lasts_s=60))  # so short that every request renews it
    found = f"[profile pod]\nrole_arn = arn:aws:iam::1:role/pod\nweb_identity_token_file = {file}\nregion = eu-west-1\n"
    file.write_text("web-token")
    configure(found)
    async with Sessions(clock=clock) as held:
        source = await held.connect(Target(profile="pod"))
        file.unlink()
        with pytest.raises(CredentialsError, match=r"No such file.*web-token") as caught:
            await source.call("cloudwatch", "DescribeAlarms")
        assert "web_identity_token_file" in caught.value.hint
        assert "web-token" in source.credentials().refused
        file.write_text("web-token")
        world.answer("AssumeRoleWithWebIdentity", refused("ExpiredTokenException", "Token expired"))
        for broken, says in (("[profile pod", "parse"), ("", r"pod.* could not be found")):
            configure(broken)
            clock.skipped_s += 60.0
            with pytest.raises(CredentialsError, match=says):
                await source.call("cloudwatch", "DescribeAlarms")
        configure(found)
        world.answer("AssumeRoleWithWebIdentity", assumed(keys, lasts_s=60))
        clock.skipped_s += 60.0
        await source.call("cloudwatch", "DescribeAlarms")
        assert source.credentials().refused == ""


async def test_a_session_of_aws_login_is_renewed_where_its_profile_is(world: ScriptedServer) -> None:
    configure("[profile console]\nlogin_session = arn:me\n[profile ops]\nrole_arn = arn:r\nsource_profile = console\n")
    assert await SignIns(SystemClock()).way("ops") == Way("ops", login="console")


async def test_a_code_typed_once_opens_the_role_for_the_session(world: ScriptedServer) -> None:
    keys: list[str] = []
    world.answer("AssumeRole", assumed(keys))
    assert wants_code("guarded", os.environ)
    assert not wants_code("role", os.environ)
    roles: dict[str, Any] = {}
    desk = SignIns(SystemClock(), roles)
    assert await desk.way("guarded") == Way("guarded", mfa="arn:aws:iam::123456789012:mfa/me")
    async with Sessions(clock=SystemClock(), roles=roles) as held:
        with pytest.raises(CredentialsError, match="MFA"):
            await held.connect(Target(profile="guarded"))
        await desk.mfa("guarded", "123456")
        source = await held.connect(Target(profile="guarded"))
    assert keys == ["BASEKEY>guarded 123456"]
    credentials = source.credentials()
    assert (credentials.kind, credentials.renewed) == ("mfa", False)
    assert credentials.ends_s == pytest.approx(time.time() + 3_000, abs=30)  # ten minutes before the role's end


async def test_a_code_typed_before_the_role_ends_is_used_and_gives_a_longer_one(world: ScriptedServer) -> None:
    keys, roles = list[str](), dict[str, Any]()
    world.answer("AssumeRole", assumed(keys), refused(*MFA_FAILED), assumed(keys, lasts_s=7_200))
    desk = SignIns(SystemClock(), roles)
    await desk.mfa("guarded", "123456")
    async with Sessions(clock=SystemClock(), roles=roles) as held:
        source = await held.connect(Target(profile="guarded"))
        with pytest.raises(CredentialsError, match="not taken"):
            await desk.mfa("guarded", "999999")
        await source.call("cloudwatch", "DescribeAlarms")  # with the first, which still lasts
        await desk.mfa("guarded", "223456")
        await source.call("cloudwatch", "DescribeAlarms")
    assert keys == ["BASEKEY>guarded 123456", "BASEKEY>guarded 223456"]
    assert source.credentials().ends_s == pytest.approx(time.time() + 6_600, abs=30)


async def test_codes_are_asked_for_before_the_screen_and_only_where_somebody_can_answer(
    world: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    keys: list[str] = []
    world.answer("AssumeRole", refused(*MFA_FAILED), assumed(keys))
    options = parse(["check", "--profile", "guarded", "--profile", "base"])
    assert typed_codes(options) == {}  # no terminal here
    asked: list[str] = []

    def prompt(text: str) -> str:
        asked.append(text)
        return f"{len(asked)}23456"

    roles = await asyncio.to_thread(typed_codes, options, prompt)
    assert len(asked) == 2
    assert "mfa/me" in asked[0]
    assert "next code" in capsys.readouterr().err
    async with Sessions(clock=SystemClock(), roles=roles) as held:
        await held.connect(Target(profile="guarded"))
    assert keys == ["BASEKEY>guarded 223456"]

    def left(text: str) -> str:
        raise KeyboardInterrupt

    with ThreadPoolExecutor() as elsewhere, pytest.raises(KeyboardInterrupt):
        elsewhere.submit(typed_codes, options, left).result()
    assert capsys.readouterr().err == "\n"  # the shell's prompt begins a line


async def test_instance_and_container_roles(world: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    role = {"Code": "Success", "AccessKeyId": "IMDS", "SecretAccessKey": "s", "Token": "t", "Expiration": stamp(21_600)}
    listing = "/latest/meta-data/iam/security-credentials/"
    world.answer("PUT /latest/api/token", lambda *_: web.Response(text="imds"))
    world.answer(f"GET {listing}", lambda *_: web.Response(text="web"))
    world.answer(f"GET {listing}web", lambda *_: web.json_response(role))
    world.answer("GET /role", lambda *_: web.json_response(role | {"AccessKeyId": "ECS"}))
    world.answer("AssumeRole", assumed(keys))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", world.endpoint_url)
    async with Sessions(clock=SystemClock()) as held:
        await held.connect(Target(profile="instance"))
        direct = await held.connect(Target(region="eu-west-1"))
    assert keys == ["IMDS>inner"]
    assert direct.credentials().kind == "role"

    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{world.endpoint_url}/role")
    async with Sessions(clock=SystemClock()) as held:
        source = await held.connect(Target(region="eu-west-1"))
        await source.call("cloudwatch", "DescribeAlarms")
        world.answer("GET /role", lambda *_: web.Response(status=500, text="down"))
        assert source.credentials().ends_s == pytest.approx(time.time() + 21_600, abs=30)
