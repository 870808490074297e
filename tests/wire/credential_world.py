"""A loopback that plays every source of credentials, and the configuration that leads to them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from aws.clock import SystemClock
from aws.signin import tokens
from aws.signin.profiles import Sso
from tests.wire.scripted_server import ScriptedServer, ok

SSO = Sso("https://shop.awsapps.com/start", "eu-west-1", "shop", "dev", ("sso:account:access",))
CONFIG = """
[sso-session shop]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
[profile dev]
sso_session = shop
sso_account_id = 123456789012
sso_role_name = reader
region = eu-west-1
[profile base]
aws_access_key_id = BASEKEY
aws_secret_access_key = s
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::123456789012:role/inner
source_profile = middle
region = eu-west-1
[profile middle]
role_arn = arn:aws:iam::123456789012:role/middle
source_profile = base
[profile guarded]
role_arn = arn:aws:iam::123456789012:role/guarded
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/me
region = eu-west-1
[profile instance]
role_arn = arn:aws:iam::123456789012:role/inner
credential_source = Ec2InstanceMetadata
region = eu-west-1
"""


class Skipping(SystemClock):
    """The system's clock, put forward by hand."""

    skipped_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped_s

    async def sleep(self, seconds: float) -> None:
        """Nobody waits here."""
        await super().sleep(0)


def configure(text: str) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(text)


def play(world: ScriptedServer) -> None:
    """The services that sign people in, and one that asks for what they gave."""
    configure(CONFIG)
    world.answer("POST /client/register", ok({"clientId": "id", "clientSecret": "client-secret"}))
    grant = {"deviceCode": "device-code", "userCode": "AB-CD", "verificationUri": "https://d/", "interval": 1}
    world.answer("POST /device_authorization", ok(grant))
    world.answer("GET /federation/credentials", role_credentials)
    world.answer("DescribeAlarms", ok({"MetricAlarms": [], "CompositeAlarms": []}))


def role_credentials(request: web.Request, _: Mapping[str, Any]) -> web.Response:
    """For whoever holds the token: a role that must be renewed with every request, because it ends in a minute."""
    if request.headers.get("x-amz-sso_bearer_token") != "access-token":
        return web.json_response({"__type": "UnauthorizedException"}, status=401)
    keys = {"accessKeyId": "ASIA", "secretAccessKey": "role-secret", "sessionToken": "role-token"}
    return web.json_response({"roleCredentials": keys | {"expiration": int((time.time() + 60) * 1000)}})


def assumed(keys: list[str], lasts_s: float = 3_600) -> Any:
    """STS: notes who asks for which role and with which code, and gives it."""

    async def answer(request: web.Request, _: Mapping[str, Any]) -> web.Response:
        form = await request.post()
        signer = request.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        role = str(form["RoleArn"]).rpartition("/")[2]
        keys.append(f"{signer}>{role}" + (f" {form['TokenCode']}" if "TokenCode" in form else ""))
        text = ASSUMED.format(action=form["Action"], key=f"KEYOF{role}", ends=stamp(lasts_s))
        return web.Response(text=text, content_type="text/xml")

    return answer


def stamp(in_s: float) -> str:
    return datetime.fromtimestamp(time.time() + in_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


NS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
MFA_FAILED = "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."
ASSUMED = f"""<{{action}}Response {NS}><{{action}}Result><Credentials><AccessKeyId>{{key}}</AccessKeyId>
<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{{ends}}</Expiration></Credentials>
</{{action}}Result></{{action}}Response>"""


def refused(code: str, message: str) -> Any:
    """STS does not give a role."""
    text = f"<ErrorResponse {NS}><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return lambda *_: web.Response(text=text, status=403, content_type="text/xml")


def sign_in_until(in_s: float) -> None:
    """As `aws sso login` in another shell would."""
    token = {"startUrl": SSO.start_url, "region": SSO.region, "accessToken": "access-token", "expiresAt": stamp(in_s)}
    tokens.save(SSO, token)
