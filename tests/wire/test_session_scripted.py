"""What the wire can do to us: throttles, 500s, HTML, half an answer, silence. Each ends as an error with a way out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aws.alarms.read import read_alarms
from aws.clock import SystemClock
from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    ExpiredCredentials,
    NoCredentials,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
    UsageError,
)
from aws.metrics import fetch
from aws.metrics.plan import Window, request
from aws.model import MetricKey, ReadState, SeriesId
from aws.session import Connection, Sessions, Target
from tests.wire.scripted_server import Answer, ScriptedServer, drop, error, hang, html, ok, raw, truncated

ALARMS = ok({"MetricAlarms": [], "CompositeAlarms": []})
WANTED = [SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", f"f{n}"),)), "Sum") for n in range(3)]


def sessions(**more: Any) -> Sessions:
    return Sessions(clock=SystemClock(), **more)


def metric_data(request: web.Request, body: Mapping[str, Any]) -> web.Response:
    """Every query answered with the value 1 at the window's start."""
    results = [
        {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": [body["StartTime"]], "Values": [1.0]}
        for query in body["MetricDataQueries"]
    ]
    return web.json_response({"MetricDataResults": results})


async def read_metrics(source: Connection) -> dict[SeriesId, ReadState]:
    found = await fetch(source.call, WANTED, start_s=0, end_s=600, period_s=60, clock=SystemClock())
    return {series: reading.state for series, reading in found.items()}


async def test_throttles_are_waited_out_and_slow_us_down(scripted: ScriptedServer) -> None:
    scripted.answer("DescribeAlarms", error("Throttling", "Rate exceeded"), error("ThrottlingException"), ALARMS)
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        assert await read_alarms(source.call) == []
        (lane,) = source.pacing()
        assert lane.throttled == 2
        assert lane.per_second < lane.ceiling_per_second
        assert source.api_use().calls["cloudwatch:DescribeAlarms"] == 3


@pytest.mark.parametrize(
    ("answer", "expected", "tries"),
    [
        (error("Throttling", "Rate exceeded"), Throttled, 2),
        (error("InternalFailure", status=500), ServerError, 2),
        (html(502), ServerError, 2),
        (raw("", status=503), ServerError, 2),
        (drop, Unreachable, 2),
        (truncated, Unreachable, 2),
        (error("AccessDeniedException", "no"), AccessDenied, 1),
        (error("InvalidClientTokenId", "no"), CredentialsError, 1),
        (error("SignatureDoesNotMatch", "no"), CredentialsError, 1),
        (error("ExpiredTokenException", "no"), ExpiredCredentials, 1),
        (html(200), BadAnswer, 1),
        (html(404), BadAnswer, 1),
        (raw("[1, 2, 3]"), BadAnswer, 1),
        (raw('{"MetricAlarms": {"a": 1}}'), BadAnswer, 1),
        (raw(""), BadAnswer, 1),
    ],
)
async def test_each_failure_has_its_name_and_a_way_out(
    scripted: ScriptedServer, answer: Answer, expected: type[AwsError], tries: int
) -> None:
    scripted.answer("DescribeAlarms", answer)
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        with pytest.raises(expected) as caught:
            await source.call("cloudwatch", "DescribeAlarms", require=("MetricAlarms",), attempts=2)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert scripted.counts()["DescribeAlarms"] == tries


@pytest.mark.parametrize(
    ("first", "state"),
    [
        (html(200), ReadState.VALUE),
        (drop, ReadState.VALUE),
        (truncated, ReadState.VALUE),
        (raw('{"MetricDataResults": [{"Id": "m0", "Val'), ReadState.VALUE),
        (error("InternalFailure", status=500), ReadState.VALUE),
        (error("AccessDenied", "no"), ReadState.DENIED),
    ],
)
async def test_one_bad_metric_answer_never_passes_for_no_data(
    scripted: ScriptedServer, first: Answer, state: ReadState
) -> None:
    scripted.answer("GetMetricData", first, metric_data)
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        assert set((await read_metrics(source)).values()) == {state}


async def test_the_hot_answer_takes_the_short_way_through_botocore(scripted: ScriptedServer) -> None:
    scripted.answer("GetMetricData", metric_data)
    scripted.answer("DescribeAlarms", ok({"MetricAlarms": [{"AlarmName": "a", "StateUpdatedTimestamp": 1.8e9}]}))
    async with sessions() as held:
        call = (await held.connect(Target(endpoint_url=scripted.endpoint_url))).call
        hot = await call("cloudwatch", "GetMetricData", **request(tuple(WANTED), Window(600, 1200, 60)))
        cold = await call("cloudwatch", "DescribeAlarms")
    assert hot["MetricDataResults"][0]["Timestamps"] == [600]  # numbers still: no datetime was ever made of them
    assert hot["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert cold["MetricAlarms"][0]["StateUpdatedTimestamp"] == datetime.fromtimestamp(1.8e9, UTC)


class HastyClock(SystemClock):
    """Once it is in haste, nearly half a minute has passed whenever somebody looks."""

    leap_s, leapt_s = 0.0, 0.0

    def monotonic(self) -> float:
        self.leapt_s += self.leap_s
        return super().monotonic() + self.leapt_s


async def test_a_silent_server_is_not_waited_for_longer_than_allowed(scripted: ScriptedServer) -> None:
    scripted.answer("DescribeAlarms", hang)
    clock = HastyClock()
    async with Sessions(clock=clock, timeout_s=30.0) as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        clock.leap_s = 29.9
        with pytest.raises(TimedOut, match="within 30 s"):
            await source.call("cloudwatch", "DescribeAlarms")


async def test_cancelling_a_call_cancels_it(scripted: ScriptedServer) -> None:
    asked = asyncio.Event()

    async def hang_loudly(request: web.Request, body: Mapping[str, Any]) -> web.Response:
        asked.set()
        return await hang(request, body)

    scripted.answer("DescribeAlarms", hang_loudly)
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        task = asyncio.ensure_future(source.call("cloudwatch", "DescribeAlarms"))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_write_is_sent_once_and_believed_only_with_a_request_id(scripted: ScriptedServer) -> None:
    scripted.answer("DeleteAlarms", error("InternalFailure", status=500))
    async with sessions(read_only=False) as held:
        call = (await held.connect(Target(endpoint_url=scripted.endpoint_url))).call
        with pytest.raises(ServerError):
            await call("cloudwatch", "DeleteAlarms", AlarmNames=["a"])
        assert scripted.counts()["DeleteAlarms"] == 1
        for portal, why in ((raw("{}"), "request id"), (html(200), "not one of AWS's")):
            scripted.answer("DeleteAlarms", portal)
            with pytest.raises(BadAnswer, match=why):
                await call("cloudwatch", "DeleteAlarms", AlarmNames=["a"])


async def test_new_keys_on_disk_are_taken_up_when_the_old_ones_expire(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    keys = tmp_path / "keys"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    keys.write_text("[default]\naws_access_key_id = OLDKEY\naws_secret_access_key = s\n")

    def only_new_keys(request: web.Request, body: Mapping[str, Any]) -> web.Response:
        if "NEWKEY" in request.headers["Authorization"]:
            return web.json_response({"MetricAlarms": []})
        return web.json_response({"__type": "ExpiredToken", "message": "expired"}, status=400)

    scripted.answer("DescribeAlarms", only_new_keys)
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        keys.write_text("[default]\naws_access_key_id = NEWKEY\naws_secret_access_key = s\n")
        answer = await source.call("cloudwatch", "DescribeAlarms", require=("MetricAlarms",))
        assert answer["MetricAlarms"] == []
        assert scripted.counts()["DescribeAlarms"] == 2


async def test_a_role_that_wants_an_mfa_code_is_refused_before_anything_asks_the_terminal(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n"
        "[profile guarded]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/me\nregion = eu-west-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    async with sessions() as held:
        with pytest.raises(CredentialsError) as caught:
            await held.connect(Target(profile="guarded", endpoint_url=scripted.endpoint_url))
    assert "MFA" in caught.value.message
    assert "--profile guarded" in caught.value.hint
    assert scripted.asked == []


async def test_the_end_of_exported_credentials_is_known(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2100-01-01T00:00:00Z")
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
    assert source.credentials().ends_s == 4_102_444_800


async def test_the_region_of_the_profile_and_its_name_are_used(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile shop]\naws_access_key_id = A\naws_secret_access_key = s\nregion = sa-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "shop")
    monkeypatch.delenv("AWS_REGION")
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
    assert (source.call.scope.profile, source.call.scope.region) == ("shop", "sa-east-1")


async def test_no_credentials_at_all_leads_to_the_demo(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with sessions() as held:
        with pytest.raises(NoCredentials) as caught:
            await held.connect(Target(endpoint_url=scripted.endpoint_url))
    assert "cwtop demo" in caught.value.hint


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (Target(profile="nobody"), "nobody"),
        (Target(region="not a region"), "not a region"),
        (Target(endpoint_url="::nonsense::"), "nonsense"),
    ],
)
async def test_what_is_set_wrongly_here_is_said_before_anything_is_sent(
    scripted: ScriptedServer, target: Target, says: str
) -> None:
    async with sessions() as held:
        with pytest.raises(UsageError, match=says) as caught:
            await held.connect(target)
    assert caught.value.hint


async def test_no_region_says_how_to_give_one(scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    async with sessions() as held:
        with pytest.raises(UsageError, match="region") as caught:
            await held.connect(Target(endpoint_url=scripted.endpoint_url))
    assert "AWS_REGION" in caught.value.hint


async def test_a_broken_configuration_file_is_named(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "broken-config"
    config.write_text("region = eu-west-1 before any section\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    async with sessions() as held:
        with pytest.raises(UsageError, match="broken-config"):
            await held.connect(Target(endpoint_url=scripted.endpoint_url))


async def test_nobody_at_the_other_end(scripted: ScriptedServer) -> None:
    async with sessions() as held:
        with pytest.raises(Unreachable) as caught:
            await held.connect(Target(endpoint_url="http://127.0.0.1:9"))
    assert "--endpoint-url" in caught.value.hint


async def test_a_login_page_instead_of_sts(scripted: ScriptedServer) -> None:
    scripted.answer("GetCallerIdentity", html(200))
    async with sessions() as held:
        with pytest.raises(BadAnswer, match="GetCallerIdentity") as caught:
            await held.connect(Target(endpoint_url=scripted.endpoint_url))
    assert "captive portal" in caught.value.hint


async def test_pages_that_never_end_do_end(scripted: ScriptedServer) -> None:
    scripted.answer("DescribeAlarms", ok({"MetricAlarms": [], "NextToken": "again"}))
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=scripted.endpoint_url))
        with pytest.raises(BadAnswer, match="twice"):
            await read_alarms(source.call)
    assert scripted.counts()["DescribeAlarms"] == 2
