"""Amazon Cognito: user pools and their app clients. Only a client of a pool publishes; a pool alone has no series."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aws.call import items
from aws.conditions import above, at_least, both, frame_of, idle, m_of_n, recently, rolling
from aws.errors import AwsError, NotFound
from aws.figures import exact, short
from aws.hysteresis import Level, replay
from aws.model import Finding, Gap, Resource, Severity
from aws.services.arns import arn_of
from aws.services.base import Column, Dimensions, Discovered, Discovery, Kind, Metric, Pace, Reading, Rule, Service
from aws.services.recommendation import Recommendation, fixed, watching
from aws.services.records import MALFORMED, bad_record, epoch_s
from aws.verdict import Words, verdict

ABREAST = 8  # pools asked for their clients at once; the door paces them besides

_PAGES = ("NextToken", "NextToken")
_DIMENSIONS = ("UserPool", "UserPoolClient")
# Our name of a request, in words, and CloudWatch's.
_REQUESTS = (
    ("sign_in", "sign-in", "SignIn"),
    ("sign_up", "sign-up", "SignUp"),
    ("token_refresh", "token refresh", "TokenRefresh"),
)
THROTTLES = {
    "warning_count": 1.0,  # in each of two minutes of five: apps try again
    "critical_count": 50.0,  # in five minutes, and in three of them some: people stand before the door
}


async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Walk one scope. Raises `AwsError` where pools cannot be listed; everything else that fails is a gap."""
    pools: list[Resource] = []
    async for record in items(
        discovery.call, "cognito-idp", "ListUserPools", result="UserPools", token=_PAGES, MaxResults=60
    ):
        try:
            pool_id = str(record["Id"])
            pool = Resource(
                scope=discovery.scope,
                service="cognito",
                kind="user-pool",
                name=str(record["Name"]),
                arn=arn_of(discovery.scope, "cognito-idp", f"userpool/{pool_id}"),
                facts={
                    "pool_id": pool_id,
                    "created_s": epoch_s(record.get("CreationDate")),
                    "settings_changed_s": epoch_s(record.get("LastModifiedDate")),
                },
            )
        except MALFORMED as error:
            yield bad_record(discovery.scope, "cognito-idp", "ListUserPools", "the record of one pool", error)
            continue
        pools.append(pool)
        yield pool
    for start in range(0, len(pools), ABREAST):
        for found in await asyncio.gather(*(_clients(discovery, pool) for pool in pools[start : start + ABREAST])):
            for item in found:
                yield item


async def _clients(discovery: Discovery, pool: Resource) -> list[Resource | Gap]:
    """The clients of one pool; as many as were read where the rest could not be, with the gap."""
    pool_id = str(pool.facts["pool_id"])
    found: list[Resource | Gap] = []
    listing = items(
        discovery.call,
        "cognito-idp",
        "ListUserPoolClients",
        result="UserPoolClients",
        token=_PAGES,
        UserPoolId=pool_id,
        MaxResults=60,
    )
    try:
        async for record in listing:
            client_id = str(record["ClientId"])
            facts = {"pool_id": pool_id, "client_id": client_id, "pool": pool.name}
            name, arn = f"{pool.name}/{record.get('ClientName') or client_id}", f"{pool.arn}/client/{client_id}"
            found.append(Resource(pool.scope, "cognito", "user-pool-client", name, arn, facts=facts))
    except NotFound:  # deleted since it was listed
        return []
    except AwsError as error:
        found.append(error.gap(pool.scope))
    except MALFORMED as error:
        what = f"the clients of pool {pool.name}"
        found.append(bad_record(pool.scope, "cognito-idp", "ListUserPoolClients", what, error))
    return found


def _of_client(client: Resource) -> Dimensions | None:
    pool_id, client_id = client.text("pool_id"), client.text("client_id")
    return None if pool_id is None or client_id is None else tuple(zip(_DIMENSIONS, (pool_id, client_id), strict=True))


def _metric(id: str, name: str) -> Metric:
    return Metric(
        id=id,
        kind="user-pool-client",
        namespace="AWS/Cognito",
        name=name,
        stats=("Sum",),
        unit="Count",
        dimensions=_of_client,
        pace=Pace.NEEDED if "_throttles" in id else Pace.TRAFFIC,
        sign_of_life=True,
    )


def throttles(reading: Reading) -> Finding | None:
    """People whom Cognito turned away, because the account's rate for such requests is used up."""
    series = {words: reading.series(f"{id}_throttles", "Sum") for id, words, _ in _REQUESTS}
    if idle(*series.values()) or (frame := frame_of(*series.values(), now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    lost5 = {words: rolling(frame.counts(one), 5) for words, one in series.items()}
    lost = [sum(minute) for minute in zip(*(frame.counts(one) for one in series.values()), strict=True)]
    total5, some = rolling(lost, 5), above(lost, 0.0)
    hit = at_least(lost, t["warning_count"])
    many = both(at_least(total5, t["critical_count"]), m_of_n(some, 3, 5))
    stays = recently(some)
    levels = (
        Level(severity=Severity.CRITICAL, opens=many, stays=stays, provisional=True, onset=some),
        Level(severity=Severity.WARNING, opens=m_of_n(hit, 2, 5), stays=stays, provisional=True, onset=hit),
    )

    def words(minute: int) -> Words:
        counts = {what: values[minute] for what, values in lost5.items() if values[minute]}
        most = max(counts, key=lambda what: counts[what], default="sign-in")
        said = ", ".join(f"{exact(count)} {what}" for what, count in counts.items()) or "none"
        evidence = f"Throttled in 5m: {said}. Cognito's quota of such requests a second is used up, or a client floods."
        return Words(f"{short(counts.get(most, 0.0))} {most} throttles in 5m", evidence, total5[minute])

    return verdict(
        reading,
        "cognito.throttles",
        frame,
        replay(frame, levels),
        metric="SignInThrottles",
        unit="Count",
        figure=total5,
        words=words,
        newest=frame.newest(*series.values()),
    )


def _recommendation(id: str, words: str, name: str) -> Recommendation:
    return Recommendation(
        id=f"cognito.{id}_throttles",
        kind="user-pool-client",
        title=f"{words} requests are turned away",
        severity=Severity.WARNING,
        metrics=watching("AWS/Cognito", f"{name}Throttles", _of_client),
        stat="Sum",
        comparison="GreaterThanThreshold",
        period_s=60,
        datapoints=5,
        periods=5,
        figures={"threshold": 0.0},
        threshold=fixed,
        source="CloudWatch User Guide, recommended alarms: Cognito",
        differs="Missing data is no breach: a throttle is published when there is one, and the alarm would say"
        " INSUFFICIENT_DATA for as long as all is well.",
    )


def _console_path(resource: Resource) -> str:
    pool_id, client_id = resource.text("pool_id") or "", resource.text("client_id")
    page = f"applications/app-clients/{client_id}" if client_id else "overview"
    return f"cognito/v2/idp/user-pools/{pool_id}/{page}?region={resource.scope.region}"


SERVICE = Service(
    name="cognito",
    arn_name="cognito-idp",
    title="Cognito",
    kinds=(
        Kind(name="user-pool", short="pool", plural="user pools"),
        Kind(
            name="user-pool-client",
            short="idp",
            plural="user pool clients",
            view="apis",
            columns=(
                Column(title="REQ/m", width=7, form="count", metric="sign_ins", stat="Sum"),
                Column(title="THR 5m", width=6, form="sum_5m", metric="sign_in_throttles", stat="Sum", min_width=100),
                Column(title="TOKENS/m", width=8, form="count", metric="token_refreshes", stat="Sum", min_width=120),
                Column(title="REQUESTS", width=16, form="spark", metric="sign_ins", stat="Sum", min_width=120),
            ),
            user_facing=True,
            dimensions=_DIMENSIONS,
        ),
    ),
    discover=discover,
    metrics=(
        _metric("sign_ins", "SignInSuccesses"),
        *(_metric(f"{id}_throttles", f"{name}Throttles") for id, _, name in _REQUESTS),
        _metric("token_refreshes", "TokenRefreshSuccesses"),
    ),
    rules=(
        Rule(
            id="cognito.throttles",
            kind="user-pool-client",
            title="people are turned away",
            needs=tuple(f"{id}_throttles" for id, _, _ in _REQUESTS),
            thresholds=THROTTLES,
            judge=throttles,
        ),
    ),
    permissions=("cognito-idp:ListUserPoolClients", "cognito-idp:ListUserPools"),
    console_path=_console_path,
    # Source: Cognito Developer Guide, metrics for user pools. Those that are not named here cannot be told.
    shapes={
        "AWS/Cognito": {
            **{f"{name}{what}": (_DIMENSIONS,) for _, _, name in _REQUESTS for what in ("Successes", "Throttles")},
            **{f"Federation{what}": ((*_DIMENSIONS, "IdentityProvider"),) for what in ("Successes", "Throttles")},
        }
    },
    recommendations=tuple(_recommendation(*request) for request in _REQUESTS),
)
