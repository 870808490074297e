"""User pools: what is found, when people are turned away, and what only a client publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aws.alarms.targets import AlarmIndex
from aws.errors import AccessDenied, AwsError, NotFound
from aws.model import Gap, MetricKey, Resource
from aws.services import registry
from tests.builders import SCOPE, a_client, an_alarm, arn
from tests.fakes import FakeCall, discovered
from tests.unit.judging import Values, newest, severity, verdicts

SERVICE = registry()["cognito"]
CLIENT = a_client()


def account(pools: Mapping[str, Any]) -> FakeCall:
    """Pools by id, each with its clients' ids."""

    def clients(params: Mapping[str, Any]) -> Mapping[str, Any] | AwsError:
        told = pools[params["UserPoolId"]]
        return told if isinstance(told, AwsError) else {"UserPoolClients": told}

    listed = [{"Id": pool_id, "Name": f"pool {pool_id}"} for pool_id in pools]
    return FakeCall(
        {
            ("cognito-idp", "ListUserPools"): [
                {"UserPools": listed[:1], "NextToken": "more"},
                {"UserPools": listed[1:]},
            ],
            ("cognito-idp", "ListUserPoolClients"): clients,
        }
    )


async def test_a_pool_and_its_clients_of_which_only_these_publish() -> None:
    found = await discovered(
        SERVICE, account({"p1": [{"ClientId": "c1", "ClientName": "web"}, {"ClientId": "c2"}], "p2": []})
    )
    known = {r.name: r for r in found if isinstance(r, Resource)}
    assert list(known) == ["pool p1", "pool p2", "pool p1/web", "pool p1/c2"]
    assert known["pool p1"].arn == arn("cognito-idp", "userpool/p1")
    assert SERVICE.metrics_of(known["pool p1"]) == []
    keys = {key for _, key in SERVICE.metrics_of(known["pool p1/web"])}
    assert {key.dimensions for key in keys} == {(("UserPool", "p1"), ("UserPoolClient", "c1"))}
    wanted = [key for one in SERVICE.recommendations for key in one.metrics(known["pool p1/web"])]
    assert sorted(key.name for key in wanted) == ["SignInThrottles", "SignUpThrottles", "TokenRefreshThrottles"]
    assert set(wanted) <= keys
    assert not [gap for gap in found if isinstance(gap, Gap)]


async def test_clients_that_cannot_be_listed_hide_no_pool() -> None:
    denied = AccessDenied("cognito-idp", "ListUserPoolClients", "no")
    gone = NotFound("cognito-idp", "ListUserPoolClients", "gone")
    found = await discovered(SERVICE, account({"p1": denied, "p2": gone, "p3": [{"ClientId": "c"}, {"odd": 1}]}))
    assert [r.name for r in found if isinstance(r, Resource)] == ["pool p1", "pool p2", "pool p3", "pool p3/c"]
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["cognito-idp:ListUserPoolClients"] * 2


@pytest.mark.parametrize("metric", ["sign_in_throttles", "sign_up_throttles", "token_refresh_throttles"])
@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (newest([1]), None),
        (newest([1, 0, 0, 0, 1]), "warning"),
        (newest([48, 1, 1]), "critical"),
        (newest([47, 1, 1]), "warning"),
        (newest([49, 0, 1]), "warning"),
    ],
)
def test_throttles(metric: str, lost: list[float | None], expected: str | None) -> None:
    assert severity(verdicts(CLIENT, {metric: lost}), "cognito.throttles") == expected


def test_kinds_of_requests_count_together_and_the_worst_gives_its_name() -> None:
    values: Values = {"sign_in_throttles": newest([30] * 5), "token_refresh_throttles": newest([2] * 5)}
    finding = verdicts(CLIENT, values)["cognito.throttles"]
    assert (finding.text, finding.value) == ("150 sign-in throttles in 5m", 160)
    assert finding.evidence.startswith("Throttled in 5m: 150 sign-in, 10 token refresh.")


def test_an_alarm_on_the_pool_alone_can_never_fire() -> None:
    index = AlarmIndex([CLIENT], registry(), complete=[(SCOPE, "cognito")])
    pool, client = (("UserPool", "eu-west-1_customers"), ("UserPoolClient", "id-web"))
    alone, both, other = (
        an_alarm(on=MetricKey("AWS/Cognito", "SignInThrottles", dimensions))
        for dimensions in ((pool,), (pool, client), (pool, ("UserPoolClient", "id-gone")))
    )
    assert [index.dead(alarm) for alarm in (alone, both, other)] == [True, False, True]
    assert index.targets(both) == (CLIENT.arn,)
