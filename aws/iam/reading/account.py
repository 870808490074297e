"""Who asks, and how the account's root user is kept."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, BadAnswer, TimedOut
from aws.iam.reading.reads import Reads, mapping
from aws.iam.view import AccountSummary, AccountView, RootUse
from aws.services.records import MALFORMED, epoch_s

_ROOT: Final = "<root_account>"
_USED: Final = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
_PAUSE_S: Final = 2.0
_GIVEN_UP_S: Final = 60.0


async def read_account(reads: Reads, clock: Clock) -> AccountView:
    """The account as far as it may be read; what was refused is None."""
    async with asyncio.TaskGroup() as group:
        caller = group.create_task(reads.ask("sts", "GetCallerIdentity", require=("Arn",)))
        summary = group.create_task(reads.ask("iam", "GetAccountSummary", require=("SummaryMap",)))
    who, figures = caller.result(), summary.result()
    return AccountView(
        now_s=clock.now(),
        caller_arn=None if isinstance(who, AwsError) else str(who["Arn"]),
        summary=None if isinstance(figures, AwsError) else _summary(reads, mapping(figures["SummaryMap"])),
    )


def _summary(reads: Reads, figures: Mapping[str, Any]) -> AccountSummary | None:
    """How root is kept; None where the summary does not say, so that nothing is taken for well."""
    try:
        password = figures.get("AccountPasswordPresent")
        return AccountSummary(
            root_access_keys=int(figures["AccountAccessKeysPresent"]) > 0,
            root_mfa=int(figures["AccountMFAEnabled"]) > 0,
            root_password=None if password is None else int(password) > 0,
        )
    except MALFORMED as error:
        reads.malformed("iam", "GetAccountSummary", "the summary", error)
        return None


async def read_root_use(call: Call, clock: Clock) -> RootUse:
    """When root was last used, from the credential report, which AWS makes anew every four hours at most.

    Raises `AwsError`.
    """
    until_s = clock.monotonic() + _GIVEN_UP_S
    while (await call("iam", "GenerateCredentialReport", require=("State",)))["State"] != "COMPLETE":
        if clock.monotonic() + _PAUSE_S > until_s:
            why = f"the credential report is not ready after {_GIVEN_UP_S:g} s"
            raise TimedOut("iam", "GenerateCredentialReport", why, hint="ask again in a minute")
        await clock.sleep(_PAUSE_S)
    answer = await call("iam", "GetCredentialReport", require=("Content",))
    return root_use(answer["Content"])


def root_use(report: bytes | str) -> RootUse:
    """Root's line of a credential report. Raises `BadAnswer` where there is none, or it tells nothing of its use."""
    text = report.decode("utf-8", "replace") if isinstance(report, bytes) else report
    for line in csv.DictReader(io.StringIO(text)):
        if line.get("user") == _ROOT:
            told = [line.get(column) for column in _USED]
            if None in told:
                break
            times = [at for each in told if (at := epoch_s(each)) is not None]
            return RootUse(max(times, default=None))
    raise BadAnswer("iam", "GetCredentialReport", "the report does not tell when root was used")
