"""What could not be read says in a word what happened, whichever name AWS's service gives it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aws.errors import Throttled
from aws.failures import Asked, of_one_request
from aws.model import Health, Polling, Scope
from tests.builders import SCOPE, a_function, snapshot
from tests.unit.test_failures import URL, botocore, denied_role, refused
from tui.present.catalog import Catalog
from tui.present.gaps import panel, summary
from tui.present.readings import Standings
from tui.present.view import Look


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refused("AccessDeniedException"), "denied ListFunctions, see !"),
        (refused("UnauthorizedOperation", 403), "denied ListFunctions, see !"),
        (refused("Throttling"), "throttled ListFunctions, see !"),
        (refused("TooManyRequestsException", 429), "throttled ListFunctions, see !"),
        (refused("RequestLimitExceeded", 503), "throttled ListFunctions, see !"),
        (refused("ExpiredTokenException"), "credentials expired ListFunctions, see !"),
        (refused("InvalidClientTokenId", 403), "credentials refused ListFunctions, see !"),
        (refused("InternalFailure", 500), "failed ListFunctions, see !"),
        (botocore.NoCredentialsError(), "no credentials ListFunctions, see !"),
        (botocore.RefreshWithMFAUnsupportedError(), "MFA code wanted ListFunctions, see !"),
        # Of whom the role is asked for: no policy lets anybody list functions then.
        (denied_role("AssumeRole", "not authorized"), "credentials refused ListFunctions, see !"),
        (
            denied_role("AssumeRoleWithWebIdentity", "m", "InvalidIdentityToken"),
            "credentials refused ListFunctions, see !",
        ),
        (FileNotFoundError(2, "No such file", "/run/token"), "credentials refused ListFunctions, see !"),
        (botocore.ReadTimeoutError(endpoint_url=URL), "no answer ListFunctions, see !"),
        (botocore.SSLError(endpoint_url=URL, error="self-signed"), "unreachable ListFunctions, see !"),
        (KeyError("Functions"), "bad answer ListFunctions, see !"),
    ],
)
def test_a_gap_says_what_happened(error: Exception, said: str) -> None:
    assert summary(of_one_request(error, Asked("lambda", "ListFunctions")).gap(SCOPE)) == said


def test_others_of_the_same_service_are_counted() -> None:
    assert summary(Throttled("lambda", "ListFunctions", "").gap(SCOPE), 2) == "throttled ListFunctions +2, see !"


def test_what_is_unknown_without_a_gap_is_told_of_too() -> None:
    place = a_function()
    saving = snapshot(place, health={place.arn: Health.UNKNOWN}, polling=Polling(savings=("hot set",)))
    told = " ".join(cell.text for cell in panel(saving, Look(), []))
    assert "1 resource unknown: not all that judges them is read, or young enough, to save" in told
    assert "Whatever was asked of AWS was answered" not in told
    assert "Whatever" in " ".join(cell.text for cell in panel(snapshot(place), Look(), []))


def test_alarms_that_one_region_does_not_give_leave_the_others_as_they_are() -> None:
    other = Scope("123456789012", "us-east-1")
    gap = Throttled("cloudwatch", "DescribeAlarms", "").gap(SCOPE)
    standings = Standings(Catalog())
    standings.count(replace(snapshot(a_function(), gaps=(gap,)), scopes=(SCOPE, other)))
    told = [cell.text.split(maxsplit=1)[1].strip() for cell in standings.lines() if cell.text.split()[0] == "Alarms"]
    assert told == ["not all read", "0 read"]
