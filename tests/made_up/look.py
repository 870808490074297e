"""cwtop in an account of gizmos, with their file among the services: prints as JSON what each of its parts says.

Run as a program, because which services there are is found out once for each process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aws.services

aws.services.__path__.append(str(Path(__file__).with_name("services")))

from aws.alarms.desk import Routing  # noqa: E402
from aws.alarms.planner import Planner  # noqa: E402
from aws.model import Snapshot  # noqa: E402
from aws.permissions import policy  # noqa: E402
from aws.poller import Poller  # noqa: E402
from aws.services import registry  # noqa: E402
from aws.settings import AlarmSettings  # noqa: E402
from tests.fakes import FakeCall  # noqa: E402
from tests.poller_world import FakeAws, FakeSource  # noqa: E402
from tests.virtual_clock import VirtualClock  # noqa: E402
from tui import config  # noqa: E402
from tui.headless.report import report  # noqa: E402
from tui.present.catalog import Catalog  # noqa: E402
from tui.present.view import Look, Query  # noqa: E402
from tui.present.views import views  # noqa: E402


async def watched(clock: VirtualClock, settings: config.Config) -> Snapshot:
    """One look at two gizmos, one of which has had seven errors and one of which an alarm watches."""
    account = FakeAws(clock)
    account.add("good", "bad")
    account.err("bad", 7)
    account.alarm("good-errors", "good", state="OK")
    account.alarms["good-errors"] |= {
        "Namespace": "Test/Gizmo",
        "Dimensions": [{"Name": "Gizmo", "Value": "good"}],
        "Period": 300,
    }
    async with Poller([FakeSource(account)], settings=settings.poll, clock=clock) as poller:
        await clock.advance(30)
        return await anext(aiter(poller))


async def planned(snapshot: Snapshot, clock: VirtualClock) -> list[dict[str, Any]]:
    """The definitions that a plan for all of them has."""
    call = FakeCall({("cloudwatch", "DescribeAlarms"): {"MetricAlarms": [], "CompositeAlarms": []}})
    planner = Planner(AlarmSettings(), registry(), clock)
    plan = await planner(call, snapshot, resources=None, routing=Routing())
    return [{"service": one.service, "rule": one.rule, **one.definition.parameters()} for one in plan.create]


async def look(config_file: Path) -> dict[str, Any]:
    """What each part of cwtop has to say."""
    clock = VirtualClock()
    snapshot = await watched(clock, config.load(config_file))
    catalog = Catalog()
    shown = next(view for view in views(catalog) if view.id == "workflows")
    listing = shown.listing(snapshot, Query(), Look(width=120))
    (bad,) = (arn for arn in snapshot.resources if arn.endswith("bad"))
    return {
        "rows": [[cell.text for cell in listing.row(key).cells] for key in listing.keys],
        "columns": [column.title for column in listing.columns],
        "link": catalog.console_link(snapshot, bad),
        "report": report(snapshot),
        "plan": await planned(snapshot, clock),
        "permissions": policy(registry().values(), write=False)["Statement"][0]["Action"],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(look(Path(sys.argv[1])))))
