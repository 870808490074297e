"""``cwtop alarms plan | export | list``: what there is, and what is missing. Nothing is written to AWS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws.alarms.definition import Plan
from aws.errors import CwtopError
from aws.model import Alarm, AlarmState, Scope, Snapshot
from tui.commands.visit import Visit
from tui.config import Config
from tui.headless.alarms_report import list_report, plan_report
from tui.headless.alarms_routing import check_regions, chosen_resources, routing_of
from tui.headless.alarms_table import list_table, plan_table
from tui.headless.complaint import complain, complain_of
from tui.headless.printing import print_json, printed
from tui.options import Options

if TYPE_CHECKING:
    from aws.alarms.office import Office

EXIT_DONE, EXIT_UNREAD = 0, 3
_STATES = (AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA, AlarmState.OK)


def plan(options: Options, config: Config) -> int:
    """Print what is missing."""
    with Visit(options, config) as visit:
        _, plans = planned(visit, options)
    if options.output == "json":
        print_json(plan_report([each for _, each in plans], visit.unreached))
    else:
        for office, each in plans:
            printed(plan_table(each, place(config, office.scope)))
        complain_of(visit.unreached)
    return EXIT_DONE


def export(options: Options, config: Config) -> int:
    """Write the plan as infrastructure code; what the format cannot say, and what was not read, goes to stderr."""
    from aws.alarms.export import left_out, render

    form = options.alarms.format
    with Visit(options, config) as visit:
        _, plans = planned(visit, options)
    for office, each in plans:
        printed(render(form, each.create, account=office.scope.account, region=office.scope.region))
        for name, reason in left_out(form, each.create):
            complain(f"left out: {name}: {reason}")
        complain_of(each.gaps)
    complain_of(visit.unreached)
    return EXIT_DONE


def listing(options: Options, config: Config) -> int:
    """Print every alarm there is."""
    with Visit(options, config) as visit:
        snapshot = visit.look()
    if not snapshot.alarms and any(gap.action == "cloudwatch:DescribeAlarms" for gap in snapshot.gaps):
        complain_of(snapshot.gaps)
        return EXIT_UNREAD
    shown = sorted(_shown(snapshot, options.alarms.resources), key=lambda each: (_STATES.index(each.state), each.name))
    if options.output == "json":
        print_json(list_report(snapshot, shown))
    else:
        printed(list_table(snapshot, shown))
    return EXIT_DONE


def planned(visit: Visit, options: Options) -> tuple[Snapshot, list[tuple[Office, Plan]]]:
    """One look, then a plan for each account and region. Raises `CwtopError` where none can be made."""
    check_regions(options.alarms.topic_arns, [office.scope for office in visit.offices])
    snapshot = visit.look()
    resources = chosen_resources(snapshot, options.alarms.resources)

    async def make(office: Office) -> Plan:
        usual = await office.usual_routing(snapshot)
        routing = routing_of(options.alarms.topic_arns, office.scope, usual)
        own = resources if resources is None else _of(snapshot, resources, office.scope)
        return await office.plan(snapshot, resources=own, routing=routing)

    plans: list[tuple[Office, Plan]] = []
    failed: list[CwtopError] = []
    for office in visit.offices:
        try:
            plans.append((office, visit.bounded(make(office))))
        except CwtopError as error:
            failed.append(error)
            if len(visit.offices) > 1:
                complain(f"{office.scope.account} {office.scope.region}: {error.message}", error.hint)
    if failed and not plans:
        raise failed[0]
    return snapshot, plans


def place(config: Config, scope: Scope) -> str:
    """``acme-prod 482193019034 eu-west-1``: an account by its name, if the user gave it one, and its number."""
    note = config.accounts.get(scope.account)
    name = f"{note.name} " if note is not None and note.name else ""
    return f"{name}{scope.account} {scope.region}"


def _of(snapshot: Snapshot, resources: Sequence[str], scope: Scope) -> list[str]:
    wanted = (scope.account, scope.region)
    return [arn for arn in resources if (s := snapshot.resources[arn].scope) and (s.account, s.region) == wanted]


def _shown(snapshot: Snapshot, names: Sequence[str]) -> list[Alarm]:
    """All alarms, or those that watch one of the resources."""
    arns = chosen_resources(snapshot, names)
    if arns is None:
        return list(snapshot.alarms.values())
    wanted = set(arns)
    return [alarm for alarm in snapshot.alarms.values() if wanted & set(snapshot.alarm_targets.get(alarm.arn, ()))]
