"""The `.` panel: AWS CLI lines about the selected resource or alarm, to copy. cwtop never runs them."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from aws.model import Alarm, LinkKind, Resource, Scope, Snapshot
from tui.present.catalog import account_scope
from tui.present.view import Subject


class Command(NamedTuple):
    """One line to copy, and what it does. ``changes`` marks those that change something."""

    title: str
    line: str
    changes: bool = False


def commands(snapshot: Snapshot, subject: Subject) -> list[Command]:
    """What shows the subject, then what could relieve it."""
    if subject.kind == "alarm":
        alarm = snapshot.alarms.get(subject.arn)
        return _alarm(alarm) if alarm else []
    if subject.kind == "role":
        scope = account_scope(snapshot, subject.arn)
        return _role(scope, subject) if scope else []
    resource = snapshot.resources.get(subject.arn)
    if resource is None:
        return []
    make = {
        ("lambda", "function"): _function,
        ("dynamodb", "table"): _table,
        ("dynamodb", "index"): _table,
        ("apigateway", "rest-api-stage"): _stage,
        ("sqs", "queue"): _queue,
    }.get((resource.service, resource.kind))
    alarms = [snapshot.alarms[arn] for arn, targets in snapshot.alarm_targets.items() if resource.arn in targets]
    shown = [command for alarm in alarms if (command := _show_alarm(alarm))]
    return [*(make(snapshot, resource) if make else ()), *shown]


def _aws(scope: Scope, *words: str) -> str:
    """One line, quoted for a shell; account names come from strangers."""
    where = ["--region", scope.region, *(("--profile", scope.profile) if scope.profile else ())]
    return shlex.join(["aws", *words, *where])


def _alarm(alarm: Alarm) -> list[Command]:
    return [
        _show_alarm(alarm),
        Command(
            "its history",
            _aws(alarm.scope, "cloudwatch", "describe-alarm-history", "--alarm-name", alarm.name, "--max-items", "20"),
        ),
        Command(
            "switch its actions off",
            _aws(alarm.scope, "cloudwatch", "disable-alarm-actions", "--alarm-names", alarm.name),
            changes=True,
        ),
        Command(
            "switch its actions on",
            _aws(alarm.scope, "cloudwatch", "enable-alarm-actions", "--alarm-names", alarm.name),
            changes=True,
        ),
    ]


def _role(scope: Scope, role: Subject) -> list[Command]:
    name = ("--role-name", role.name)
    return [
        Command("show the role", _aws(scope, "iam", "get-role", *name)),
        Command("its managed policies", _aws(scope, "iam", "list-attached-role-policies", *name)),
        Command("its inline policies", _aws(scope, "iam", "list-role-policies", *name)),
        Command("ask which services it used", _aws(scope, "iam", "generate-service-last-accessed-details", "--arn",
                                                   role.arn, "--granularity", "ACTION_LEVEL")),
    ]  # fmt: skip


def _show_alarm(alarm: Alarm) -> Command:
    line = _aws(alarm.scope, "cloudwatch", "describe-alarms", "--alarm-names", alarm.name,
                "--alarm-types", "MetricAlarm", "CompositeAlarm")  # fmt: skip
    return Command(f"show alarm {alarm.name}", line)


def _function(snapshot: Snapshot, resource: Resource) -> list[Command]:
    scope, name = resource.scope, resource.name
    found = [
        Command("show the function", _aws(scope, "lambda", "get-function", "--function-name", name)),
        Command("its aliases", _aws(scope, "lambda", "list-aliases", "--function-name", name)),
        Command("its versions", _aws(scope, "lambda", "list-versions-by-function", "--function-name", name)),
        Command(
            "its errors in the last half hour",
            _aws(scope, "logs", "tail", resource.text("log_group") or f"/aws/lambda/{name}", "--since", "30m",
                 "--filter-pattern", "?ERROR ?Exception"),
        ),
        Command(
            "its event source mappings",
            _aws(scope, "lambda", "list-event-source-mappings", "--function-name", name),
        ),
        Command(
            "move an alias back to a former version (fill in ALIAS and VERSION)",
            _aws(scope, "lambda", "update-alias", "--function-name", name, "--name", "ALIAS", "--function-version",
                 "VERSION"),
            changes=True,
        ),
        Command(
            "let at most N run at once (fill in N; 0 switches it off)",
            _aws(scope, "lambda", "put-function-concurrency", "--function-name", name,
                 "--reserved-concurrent-executions", "N"),
            changes=True,
        ),
    ]  # fmt: skip
    if any(link.effect == resource.arn and link.kind is LinkKind.EVENT_SOURCE for link in snapshot.links):
        found.append(
            Command(
                "switch an event source mapping off (fill in UUID)",
                _aws(scope, "lambda", "update-event-source-mapping", "--uuid", "UUID", "--no-enabled"),
                changes=True,
            )
        )
    return found


def _table(_: Snapshot, resource: Resource) -> list[Command]:
    scope, table = resource.scope, resource.name.partition("#")[0].strip()
    return [
        Command("show the table", _aws(scope, "dynamodb", "describe-table", "--table-name", table)),
        Command(
            "name the most used keys (charged while on)",
            _aws(scope, "dynamodb", "update-contributor-insights", "--table-name", table,
                 "--contributor-insights-action", "ENABLE"),
            changes=True,
        ),
        Command(
            "switch to on-demand capacity",
            _aws(scope, "dynamodb", "update-table", "--table-name", table, "--billing-mode", "PAY_PER_REQUEST"),
            changes=True,
        ),
    ]  # fmt: skip


def _stage(_: Snapshot, resource: Resource) -> list[Command]:
    scope = resource.scope
    api_id = resource.text("api_id") or "API_ID"
    stage = resource.text("stage") or resource.name.rpartition("/")[2]
    where = ("--rest-api-id", api_id)
    return [
        Command("show the stage", _aws(scope, "apigateway", "get-stage", *where, "--stage-name", stage)),
        Command("its deployments", _aws(scope, "apigateway", "get-deployments", *where)),
        Command("its routes", _aws(scope, "apigateway", "get-resources", *where, "--embed", "methods")),
        Command(
            "go back to a former deployment (fill in DEPLOYMENT_ID)",
            _aws(scope, "apigateway", "update-stage", *where, "--stage-name", stage, "--patch-operations",
                 "op=replace,path=/deploymentId,value=DEPLOYMENT_ID"),
            changes=True,
        ),
    ]  # fmt: skip


def _queue(_: Snapshot, resource: Resource) -> list[Command]:
    return [
        Command("where its address is", _aws(resource.scope, "sqs", "get-queue-url", "--queue-name", resource.name)),
        Command(
            "send a dead-letter queue's messages back to their source",
            _aws(resource.scope, "sqs", "start-message-move-task", "--source-arn", resource.arn),
            changes=True,
        ),
    ]
