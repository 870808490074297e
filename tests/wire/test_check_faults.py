"""`check` while AWS, or whatever answers in its place, misbehaves: in time, no traceback, and never a false ok."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from tests.wire import healthy_account as account
from tests.wire.healthy_account import EVERYTHING, LAMBDA, LIST_FUNCTIONS, function
from tests.wire.scripted_server import (
    IDENTITY,
    Answer,
    ScriptedServer,
    drop,
    error,
    hang,
    html,
    ok,
    raw,
    truncated,
)
from tui.commands.check import check, once
from tui.config import load
from tui.options import parse

DENIED = error("AccessDeniedException", "User: x is not authorized", 403)
NOT_YOURS = raw("<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>", 403)
THROTTLED = error("ThrottlingException", "Rate exceeded")
EXPIRED = error("ExpiredTokenException", "The security token included in the request is expired")
# What the account has; any other service would be a gap.
CONFIG = load(None, {"poll.services": (["apigateway", "dynamodb", "lambda"], "test")})
SKEWED = error("InvalidSignatureException", "Signature expired", 403)


class Seen(NamedTuple):
    """What a script sees of a look."""

    status: int
    report: Mapping[str, Any]
    stderr: str

    def states(self) -> set[str]:
        """Every state that a reading is in."""
        return {metric["state"] for resource in self.report["resources"] for metric in resource["metrics"].values()}

    def gaps(self) -> dict[tuple[str, str], str]:
        """What could not be read, by service and action, with the reason and what to do."""
        return {(gap["service"], gap["action"]): f"{gap['error']} | {gap['hint']}" for gap in self.report["gaps"]}


@pytest.fixture(scope="module")
def paces() -> list[float]:
    """How long the machine takes for a look at the healthy account, in seconds: its first, then one that counts."""
    return []


@pytest.fixture
def look(scripted: ScriptedServer, capsys: pytest.CaptureFixture[str], paces: list[float]) -> Any:
    """One look at the healthy account but for these answers, in a thread: the server needs the loop.

    ``looks`` bounds it to so many times what a look takes that finds nothing wrong: a slow machine is given longer. And
    a second more, for which what was found waits for company while a listing goes on, and one for the rest.
    """

    async def run(broken: Mapping[str, Answer], *flags: str, looks: float = 0.0) -> Seen:
        while looks and len(paces) < 2:
            began = time.monotonic()
            await run({})
            paces.append(time.monotonic() - began)
        timeout = ["--timeout", f"{2.0 + looks * paces[1]:.1f}"] if looks else []
        account.script(scripted, broken)
        arguments = ["check", "--endpoint-url", scripted.endpoint_url, "--output", "json", *timeout, *flags]
        status = await asyncio.to_thread(check, parse(arguments), CONFIG)
        printed = capsys.readouterr()
        return Seen(status, json.loads(printed.out), printed.err)

    return run


async def test_the_account_is_healthy_where_nothing_is_broken(look: Any) -> None:
    seen = await look({})
    assert (seen.status, seen.gaps(), seen.stderr) == (0, {}, "")
    assert seen.states() == {"no_data"}, "metrics that only a finding asks for are not reported before it does"


@pytest.mark.parametrize(
    ("broken", "looks", "gap", "says", "healthy"),
    [
        (dict.fromkeys(LAMBDA, DENIED), 0, ("lambda", "lambda:ListFunctions"), "cwtop permissions", 2),
        ({"GetMetricData": DENIED}, 0, ("lambda", "cloudwatch:GetMetricData"), "cwtop permissions", 0),
        ({"DescribeAlarms": DENIED}, 0, ("cloudwatch", "cloudwatch:DescribeAlarms"), "cwtop permissions", 5),
        (dict.fromkeys(EVERYTHING, DENIED), 0, ("cloudwatch", "cloudwatch:DescribeAlarms"), "cwtop permissions", 0),
        (dict.fromkeys(EVERYTHING, html()), 0, ("dynamodb", "dynamodb:ListTables"), "captive portal", 0),
        ({"GetMetricData": html()}, 0, ("lambda", "cloudwatch:GetMetricData"), "captive portal", 0),
        ({LIST_FUNCTIONS: raw('{"Functions": [{"Func')}, 0, ("lambda", "lambda:ListFunctions"), "captive portal", 3),
        ({LIST_FUNCTIONS: hang}, 3, ("lambda", "lambda:ListFunctions"), "--timeout", 3),
        ({"GetMetricData": hang}, 3, ("lambda", "cloudwatch:GetMetricData"), "--timeout", 0),
        (dict.fromkeys(EVERYTHING, hang), 1, ("dynamodb", "dynamodb:ListTables"), "--timeout", 0),
        ({"GetMetricData": error("InternalFailure", status=500)}, 0, ("lambda", "cloudwatch:GetMetricData"), "AWS", 0),
        ({LIST_FUNCTIONS: drop}, 0, ("lambda", "lambda:ListFunctions"), "VPN", 3),
        ({"GetMetricData": truncated}, 0, ("lambda", "cloudwatch:GetMetricData"), "VPN", 0),
        ({"GetMetricData": EXPIRED}, 0, ("lambda", "cloudwatch:GetMetricData"), "exported keys need a restart", 0),
        (dict.fromkeys(EVERYTHING, SKEWED), 0, ("lambda", "cloudwatch:GetMetricData"), "clock", 0),
        (
            {LIST_FUNCTIONS: ok({"Functions": [function("checkout")], "NextMarker": "again"})},
            0,
            ("lambda", "lambda:ListFunctions"),
            "twice",
            4,
        ),
    ],
)
async def test_what_could_not_be_read_is_a_gap_that_says_what_to_do(
    look: Any, broken: Mapping[str, Answer], looks: int, gap: tuple[str, str], says: str, healthy: int
) -> None:
    seen = await look(broken, looks=looks)
    assert seen.status == 3
    assert says in seen.gaps()[gap], seen.gaps()
    assert all(hint["hint"] for hint in seen.report["gaps"])
    assert seen.report["counts"]["ok"] == healthy
    assert seen.stderr == ""
    if "GetMetricData" in broken:
        assert not seen.states() & {"value", "no_data"}


@pytest.mark.parametrize(
    ("operation", "answer", "gap"),
    [
        ("ListAlarmMuteRules", DENIED, ("cloudwatch", "cloudwatch:ListAlarmMuteRules")),
        ("GetTopicAttributes", NOT_YOURS, ("sns", "sns:GetTopicAttributes")),
    ],
)
async def test_alarms_that_perhaps_nobody_hears_are_told_and_leave_nobodys_health_open(
    look: Any, operation: str, answer: Answer, gap: tuple[str, str]
) -> None:
    seen = await look({operation: answer})
    assert seen.status == 0
    assert "cwtop permissions" in seen.gaps()[gap]
    (alarm,) = seen.report["alarms"]
    assert not alarm["silent"]
    assert "is not known" in alarm["unsure_because"]


async def test_what_throttling_held_up_says_so(look: Any) -> None:
    seen = await look(dict.fromkeys(EVERYTHING, THROTTLED), looks=3)
    assert seen.status == 3
    held_up = {action: why for (_, action), why in seen.gaps().items() if action != "cloudwatch:GetMetricData"}
    assert len(held_up) >= 4
    assert all("Rate exceeded" in why for why in held_up.values()), held_up


@pytest.mark.parametrize("answer", [hang, html(), error("InternalFailure", status=500), drop])
async def test_without_an_identity_there_are_two_lines_on_stderr(look: Any, answer: Answer) -> None:
    seen = await look({"GetCallerIdentity": answer}, "--timeout", "1")
    assert seen.status == 3
    assert len(seen.stderr.splitlines()) == 2
    assert seen.stderr.startswith("cwtop: ")


async def test_words_of_a_stranger_are_harmless_on_stderr(look: Any) -> None:
    said = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no&#x9b;2J\u202e</Message></Error></ErrorResponse>"
    seen = await look({"GetCallerIdentity": raw(said, 403)})
    assert seen.stderr.startswith("cwtop: no")
    assert seen.stderr.replace("\n", "").isprintable()


async def test_a_firing_alarm_is_critical_although_no_metric_can_be_read(look: Any) -> None:
    alarms = ok({"MetricAlarms": [account.alarm("checkout-errors", "ALARM")]})
    seen = await look({"GetMetricData": DENIED, "DescribeAlarms": alarms})
    assert seen.status == 2
    assert seen.states() == {"denied"}


async def test_allowed_gaps_do_not_make_an_unseen_account_ok(
    look: Any, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await look(dict.fromkeys(EVERYTHING, DENIED), "--allow-gaps")).status == 3
    assert (await look({"DescribeAlarms": DENIED}, "--allow-gaps")).status == 0
    account.script(scripted, dict.fromkeys(EVERYTHING, DENIED))
    options = parse(["--endpoint-url", scripted.endpoint_url, "--once"])
    assert await asyncio.to_thread(once, options, CONFIG) == 3
    assert "cwtop permissions" in capsys.readouterr().out


async def test_a_region_without_the_service_is_said_to_be_without_it(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", scripted.endpoint_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_API_GATEWAY", "https://apigateway.eu-west-9.invalid")
    account.script(scripted, {})
    options = parse(["check", "--region", "eu-west-9"])
    assert await asyncio.to_thread(check, options, CONFIG) == 3
    printed = capsys.readouterr().out
    assert "4 ok, 0 unknown" in printed
    assert "NotInRegion: apigateway has no endpoint in eu-west-9" in printed


def _write_profiles() -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "[profile good]\naws_access_key_id = K\naws_secret_access_key = s\n"
        "[profile slow-answer]\naws_access_key_id = SLOWKEY\naws_secret_access_key = s\n"
        "[profile slow-credentials]\ncredential_process = sleep 60\n"
    )


@pytest.mark.parametrize("stuck", ["slow-answer", "slow-credentials"])
async def test_an_account_that_does_not_answer_does_not_take_the_other_with_it(
    look: Any, monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    async def identity(request: web.Request, body: Mapping[str, Any]) -> web.Response:
        if "SLOWKEY" in request.headers["Authorization"]:
            return await hang(request, body)
        return web.Response(text=IDENTITY, content_type="text/xml")

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    _write_profiles()
    seen = await look({"GetCallerIdentity": identity}, "--profile", stuck, "--profile", "good", looks=5)
    assert [scope["profile"] for scope in seen.report["scopes"]] == ["good"]
    assert seen.report["counts"]["ok"] == 5
    assert seen.status == 3
    assert list(seen.gaps()) == [(f"account of {stuck}", "aws:connect")]
