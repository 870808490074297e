"""Signing in to IAM Identity Center: every answer of the device flow, and the file that the AWS CLI reads."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from botocore.utils import JSONFileCache, SSOTokenLoader

from aws.errors import AccessDenied, AwsError, BadAnswer, InvalidRequest, TimedOut, UsageError
from aws.signin import tokens
from aws.signin.device import Confirm, NotSignedIn, SignedIn, Stage
from aws.signin.flow import sign_in
from aws.signin.profiles import Sso, login_of, mfa_of, read, sso_of
from tests.virtual_clock import VirtualClock

SSO = Sso("https://shop.awsapps.com/start", "eu-west-1", session="shop", scopes=("sso:account:access",))
SECRETS = ("client-secret", "device-code", "access-token", "refresh-token")
PENDING, SLOW = (InvalidRequest("sso-oidc", "CreateToken", "m", code=f"{c}Exception") for c in
                 ("AuthorizationPending", "SlowDown"))  # fmt: skip
TOKEN = {"accessToken": "access-token", "refreshToken": "refresh-token", "expiresIn": 28_800}


class ScriptedOidc:
    """The service as a script: CreateToken gives these answers in turn."""

    def __init__(self, clock: VirtualClock, *answers: AwsError | Mapping[str, Any], **grant: Any) -> None:
        self.clock, self.answers = clock, list(answers)
        self.grant = {
            "deviceCode": "device-code",
            "userCode": "ABCD-EFGH",
            "verificationUri": "https://device.sso/",
            "verificationUriComplete": "https://device.sso/?user_code=ABCD-EFGH",
            "expiresIn": 600,
            "interval": 5,
        } | grant
        self.asked: list[tuple[float, str, Mapping[str, Any]]] = []

    async def __call__(self, operation: str, /, **params: Any) -> Mapping[str, Any]:
        self.asked.append((self.clock.monotonic(), operation, params))
        if operation == "RegisterClient":
            ends_s = self.clock.now() + 7_776_000
            return {"clientId": "id", "clientSecret": "client-secret", "clientSecretExpiresAt": ends_s}
        if operation == "StartDeviceAuthorization":
            return self.grant
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AwsError):
            raise answer
        return answer

    def pauses_s(self) -> list[float]:
        """Between one question and the next."""
        times = [at_s for at_s, operation, _ in self.asked if operation != "RegisterClient"]
        return [after - before for before, after in pairwise(times)]


async def run(oidc: ScriptedOidc, sso: Sso = SSO) -> list[Stage]:
    """All stages, while time passes as fast as anybody sleeps."""

    async def save(token: Mapping[str, str]) -> None:
        tokens.save(sso, token)

    async def all_of() -> list[Stage]:
        return [stage async for stage in sign_in(sso, oidc, oidc.clock, save)]

    task = asyncio.ensure_future(all_of())
    for _ in range(200):
        await oidc.clock.advance(5)
        if task.done():
            break
    return await task


async def test_a_confirmed_code_becomes_the_file_that_botocore_reads(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = VirtualClock()
    oidc = ScriptedOidc(clock, PENDING, PENDING, TOKEN)
    stages = await run(oidc)
    signed_in_s = clock.now()
    confirm, done = stages
    assert confirm == Confirm("https://device.sso/", "ABCD-EFGH", "https://device.sso/?user_code=ABCD-EFGH", 600)
    assert isinstance(done, SignedIn)
    assert done.ends_s == pytest.approx(signed_in_s + 28_800, abs=10)
    assert oidc.pauses_s() == [5, 5, 5]
    assert oidc.asked[0][2]["scopes"] == ["sso:account:access"]
    assert oidc.asked[1][2]["startUrl"] == SSO.start_url

    file = tokens.path(SSO)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [other.name for other in file.parent.iterdir()] == [file.name]  # nothing half-written beside it
    found = SSOTokenLoader(JSONFileCache(str(tokens.folder())))(SSO.start_url, session_name="shop")
    assert (found["accessToken"], found["refreshToken"]) == ("access-token", "refresh-token")
    assert (found["startUrl"], found["region"], found["clientId"]) == (SSO.start_url, "eu-west-1", "id")
    ends = tokens.ends(SSO)
    assert ends is not None
    assert ends == (done.ends_s, True)

    told = repr(stages) + caplog.text
    assert not [secret for secret in SECRETS if secret in told]


async def test_a_profile_without_a_session_is_found_by_its_start_url() -> None:
    plain = Sso(SSO.start_url, SSO.region)
    oidc = ScriptedOidc(VirtualClock(), {"accessToken": "access-token", "expiresIn": 3_600})
    await run(oidc, plain)
    assert "scopes" not in oidc.asked[0][2]
    assert SSOTokenLoader(JSONFileCache(str(tokens.folder())))(SSO.start_url)["accessToken"] == "access-token"
    ends = tokens.ends(plain)
    assert ends is not None
    assert not ends.renewed


async def test_slow_down_makes_every_later_pause_five_seconds_longer() -> None:
    oidc = ScriptedOidc(VirtualClock(), SLOW, SLOW, PENDING, TOKEN)
    assert isinstance((await run(oidc))[-1], SignedIn)
    assert oidc.pauses_s() == [5, 10, 15, 15]


async def test_a_bad_line_does_not_cost_the_confirmation() -> None:
    oidc = ScriptedOidc(VirtualClock(), TimedOut("sso-oidc", "CreateToken", "late"), PENDING, TOKEN)
    assert isinstance((await run(oidc))[-1], SignedIn)
    assert oidc.pauses_s() == [5, 10, 10]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (InvalidRequest("sso-oidc", "CreateToken", "m", code="ExpiredTokenException"), "expired"),
        (AccessDenied("sso-oidc", "CreateToken", "m", code="AccessDeniedException"), "denied"),
        (PENDING, "in time"),
    ],
)
async def test_it_ends_without_a_sign_in_and_says_why(answer: AwsError, says: str) -> None:
    end = (await run(ScriptedOidc(VirtualClock(), answer)))[-1]
    assert isinstance(end, NotSignedIn)
    assert says in end.message
    assert "again" in end.hint
    assert not tokens.folder().exists()


async def test_an_answer_that_is_none_ends_it_as_an_error() -> None:
    with pytest.raises(BadAnswer, match="accessToken"):
        await run(ScriptedOidc(VirtualClock(), {"html": "<p>"}))
    with pytest.raises(BadAnswer, match="deviceCode"):
        await run(ScriptedOidc(VirtualClock(), TOKEN, deviceCode=None))
    with pytest.raises(InvalidRequest):
        await run(ScriptedOidc(VirtualClock(), InvalidRequest("sso-oidc", "CreateToken", "m", code="InvalidClient")))


async def test_a_home_that_cannot_be_written_is_named() -> None:
    tokens.folder().parent.parent.mkdir()
    tokens.folder().parent.write_text("a file where a folder should be")
    with pytest.raises(UsageError, match=r"sso/cache") as caught:
        await run(ScriptedOidc(VirtualClock(), TOKEN))
    assert "access-token" not in str(caught.value)


def test_the_configuration_is_read_as_botocore_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    with open(os.environ["AWS_CONFIG_FILE"], "w") as out:
        out.write(
            "[sso-session shop]\nsso_start_url = https://s\nsso_region = eu-west-1\n"
            "sso_registration_scopes = sso:account:access, codewhisperer:x\n"
            "[profile 'dev one']\nsso_session = shop\nsso_account_id = 1\nsso_role_name = r\n"
            "[profile via]\nrole_arn = arn:r\nsource_profile = dev one\n"
            "[profile old]\nsso_start_url = https://o\nsso_region = us-east-1\n"
            "[profile guarded]\nrole_arn = arn:g\nsource_profile = keys\nmfa_serial = arn:mfa\n"
            "[profile console]\nlogin_session = arn:me\n[profile over]\nrole_arn = arn:o\nsource_profile = console\n"
            "[profile loop]\nrole_arn = arn:l\nsource_profile = loop\n"
        )
    with open(os.environ["AWS_SHARED_CREDENTIALS_FILE"], "w") as out:
        out.write("[keys]\naws_access_key_id = AKIA\naws_secret_access_key = hidden\n")
    found = read(os.environ)
    session = Sso("https://s", "eu-west-1", "shop", "dev one", ("sso:account:access", "codewhisperer:x"))
    assert sso_of(found, "dev one") == sso_of(found, "via") == session
    assert sso_of(found, "old") == Sso("https://o", "us-east-1", None, "old")
    assert [sso_of(found, name) for name in ("keys", "loop", "nobody", None)] == [None] * 4
    assert (mfa_of(found, "guarded"), mfa_of(found, "via")) == ("arn:mfa", None)
    names = ("dev one", "via", "old", "console", "over", "guarded", "nobody")
    assert [login_of(found, name) for name in names] == ["dev one", "dev one", "old", "console", "console", None, None]
    assert "hidden" not in json.dumps(found)
