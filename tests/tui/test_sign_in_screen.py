"""Signing in without leaving the dashboard: offered where it helps, shown inert, and polling goes on in place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from aws.errors import CredentialsError, ExpiredCredentials, NoCredentials
from aws.model import Credentials, Snapshot
from aws.signin.desk import Way
from aws.signin.device import Confirm, NotSignedIn, SignedIn, Stage
from aws.signin.profiles import Sso
from tests.builders import NOW, SCOPE
from tests.tui.feeds import FakeFeed
from tests.tui.running import running
from tests.tui.story import evening

SSO = Sso("https://shop.awsapps.com/start", "eu-west-1", "shop", "dev")
CONFIRM = Confirm("https://device.sso/", "ABCD-EFGH", "https://device.sso/?user_code=ABCD-EFGH", 600.0)
OVER = Credentials(kind="sso", ends_s=NOW - 60, refused="TokenRetrievalError: over", hint="run `aws sso login`")
GUARDED = Credentials(kind="mfa", ends_s=NOW - 60, refused="MfaRequired: over")


class FakeSignIns:
    """A desk as a script: ``give`` hands over the next stage; codes that are typed must be "123456"."""

    def __init__(self, way: Way) -> None:
        self.the_way = way
        self.stages: asyncio.Queue[Stage] = asyncio.Queue()
        self.codes: list[str] = []
        self.begun = self.ended = 0
        self.held_until_s: float | None = NOW - 60

    def give(self, stage: Stage) -> None:
        self.stages.put_nowait(stage)

    async def way(self, profile: str | None) -> Way:
        return self.the_way

    async def ends_s(self, profile: str | None) -> float | None:
        return self.held_until_s

    async def sso(self, profile: str | None, sso: Sso) -> AsyncIterator[Stage]:
        self.begun += 1
        try:
            while not isinstance(stage := await self.stages.get(), SignedIn | NotSignedIn):
                yield stage
            yield stage
        finally:
            self.ended += 1

    async def mfa(self, profile: str | None, code: str) -> None:
        self.codes.append(code)
        if code != "123456":
            raise CredentialsError("sts", "GetCallerIdentity", "the MFA code was not taken", hint="wait for the next")


def signed_with(credentials: Credentials) -> Snapshot:
    return replace(evening(), credentials={SCOPE: credentials})


async def test_a_sign_in_that_ended_is_said_and_done_without_losing_what_is_shown() -> None:
    desk = FakeSignIns(Way(None, sso=SSO))
    async with running(FakeFeed(signed_with(OVER)), sign_ins=lambda: desk) as run:
        await run.until("SIGN IN: L")
        assert "sso EXPIRED" in run.screen
        assert "orders #by-status" in run.screen  # frozen, not gone
        await run.press("L")
        desk.give(CONFIRM)
        await run.until("ABCD-EFGH")
        assert "https://device.sso/" in run.screen
        desk.give(SignedIn(NOW + 3_600))
        await run.until("signed in with")
        assert run.feed.refreshed == 1
        assert "orders #by-status" in run.screen
        run.feed.give(replace(signed_with(Credentials(kind="sso", ends_s=NOW + 3_660)), sequence=2))
        await run.until("sso 60m")
        assert "SIGN IN" not in run.screen
        assert run.feed.opened == 1


async def test_nothing_of_the_header_touches_its_neighbour_on_a_narrow_terminal() -> None:
    async with running(
        FakeFeed(signed_with(OVER)), sign_ins=lambda: FakeSignIns(Way(None, sso=SSO)), size=(60, 20)
    ) as run:
        await run.until("SIGN IN: L ")
        assert run.screen.splitlines()[0].endswith(" 71s")


async def test_a_sign_in_from_another_shell_is_noticed_before_the_next_poll() -> None:
    desk = FakeSignIns(Way(None, sso=SSO))
    async with running(FakeFeed(signed_with(OVER)), sign_ins=lambda: desk) as run:
        await run.until("SIGN IN: L")
        for held_until_s, refreshed in ((NOW - 60, 0), (NOW + 3_600, 1), (NOW + 3_600, 1), (None, 1), (NOW - 5, 1)):
            desk.held_until_s = held_until_s
            run.app.look_around()
            await run.settle()
            assert run.feed.refreshed == refreshed
        desk.held_until_s = NOW + 7_200
        run.app.set_paused(True)
        await run.settle()
        assert run.feed.refreshed == 1  # whoever paused it is not disobeyed


async def test_leaving_ends_it_and_a_code_that_expired_can_be_asked_for_again() -> None:
    desk = FakeSignIns(Way(None, sso=SSO))
    async with running(FakeFeed(signed_with(OVER)), sign_ins=lambda: desk) as run:
        await run.until("SIGN IN: L")
        await run.type(":login")
        await run.press("enter")
        desk.give(replace(CONFIRM, user_code="[red]\x1b[31mX\nY"))
        await run.until("[red]")  # whatever it holds is shown, not obeyed
        desk.give(NotSignedIn("the code has expired", "start again"))
        await run.until("the code has expired")
        await run.press("r")
        desk.give(CONFIRM)
        await run.until("ABCD-EFGH")
        assert desk.begun == 2
        await run.press("escape")
        await run.until("orders #by-status")
        assert desk.ended == 2
        assert run.feed.refreshed == 0


async def test_a_start_without_a_sign_in_offers_it_and_connects_when_it_is_done() -> None:
    desk = FakeSignIns(Way(None, sso=SSO))
    feed = FakeFeed(evening(), refuse=(ExpiredCredentials("sts", "GetCallerIdentity", "nobody has signed in"),))
    async with running(feed, sign_ins=lambda: desk) as run:
        await run.until("L signs in from here")
        assert "tries again by itself" in run.screen
        await run.press("L")
        desk.give(CONFIRM)
        await run.until("ABCD-EFGH")
        desk.give(SignedIn(NOW + 3_600))
        await run.until("orders #by-status")
        assert feed.opened == 2


async def test_keys_that_nobody_signs_in_to_are_not_offered_a_sign_in() -> None:
    desk = FakeSignIns(Way(None))
    feed = FakeFeed(refuse=(NoCredentials("sts", "GetCallerIdentity", "no AWS credentials were found"),))
    async with running(feed, sign_ins=lambda: desk) as run:
        await run.until("no AWS credentials")
        assert "sign in" not in run.screen
        await run.press("L")
        assert desk.begun == 0


async def test_what_is_signed_in_to_with_aws_login_is_not_said_to_have_keys() -> None:
    desk = FakeSignIns(Way("ops", login="console"))
    beside = signed_with(Credentials(kind="sso", ends_s=NOW + 3_660))
    async with running(FakeFeed(beside), sign_ins=lambda: desk) as run:
        await run.type(":login ops")
        await run.press("enter")
        await run.until("aws login --profile console")
        assert "has keys" not in run.screen


async def test_an_mfa_code_is_hidden_and_a_wrong_one_asked_for_again() -> None:
    desk = FakeSignIns(Way(None, mfa="arn:aws:iam::123456789012:mfa/me"))
    async with running(FakeFeed(signed_with(GUARDED)), sign_ins=lambda: desk) as run:
        await run.until("mfa EXPIRED")
        await run.until("SIGN IN: L")
        await run.press("L")
        await run.until("mfa/me")
        await run.type("000000")
        assert "000000" not in run.screen
        await run.press("enter")
        await run.until("was not taken")
        await run.type("123456")
        await run.press("enter")
        await run.until("signed in with")
        assert desk.codes == ["000000", "123456"]
        assert run.feed.refreshed == 1
