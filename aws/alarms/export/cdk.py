"""Alarms as an AWS CDK stack in Python: a program by itself, or a class to import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from aws.alarms.definition import MetricFilter, Planned
from aws.alarms.export.contents import (
    NOT_UNICODE,
    RESOLVED,
    Contents,
    Refusal,
    about,
    alarm_parts,
    filter_parts,
    stack_limit,
    without_empty,
)
from aws.alarms.export.text import camel, comment, number, quoted, snake, snake_key

_TOKEN = Refusal(
    re.compile(r"[$#]\{Token\[", re.IGNORECASE).search,
    "the CDK would put a value of its own in the place of its ${Token[…]}; take another format",
)
REFUSALS: Final = (NOT_UNICODE, RESOLVED, _TOKEN)
_HOW = "Deploy: cdk deploy --app 'python3 FILE', with aws-cdk-lib 2"

_IMPORTS = """
from typing import Any

from aws_cdk import App, CfnTag, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct


class CloudWatchAlarms(Stack):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,"""
_END = """

if __name__ == "__main__":
    app = App()
    CloudWatchAlarms(app, "CloudWatchAlarms", env=Environment(account={account}, region={region}))
    app.synth()
"""
# How the CDK calls the elements of lists.
_ELEMENTS = {
    "Dimensions": "cloudwatch.CfnAlarm.DimensionProperty",
    "Tags": "CfnTag",
    "metricTransformations": "logs.CfnMetricFilter.MetricTransformationProperty",
}
_INSIDE = " " * 8


def render(contents: Contents) -> str:
    """The program; only its comment where there is no alarm."""
    lines = comment([*contents.head("an AWS CDK stack in Python", _HOW), *stack_limit(contents)])
    if contents.empty:
        return "\n".join([*lines, ""])
    topics = {arn: snake(parts) for arn, parts in contents.topics.items()}
    lines.append(_IMPORTS)
    lines += [f"{_INSIDE}*,"] if topics else []
    lines += [f"{_INSIDE}{name}: str = {quoted(arn)}," for arn, name in topics.items()]
    lines += [
        f"{_INSIDE}**options: Any,",
        "    ) -> None:",
        f"{_INSIDE}super().__init__(scope, construct_id, **options)",
    ]
    for made in contents.filters:
        lines += ["", *(f"{_INSIDE}{line}" for line in _filter(made))]
    for each in contents.alarms:
        lines += ["", *(f"{_INSIDE}{line}" for line in [*comment(about(each)), *_alarm(each, topics)])]
    lines.append(_END.format(account=quoted(contents.account), region=quoted(contents.region)))
    return "\n".join(lines)


def _filter(made: MetricFilter) -> list[str]:
    identity = quoted(camel(filter_parts(made)))
    return [
        f"{snake(filter_parts(made))} = logs.CfnMetricFilter(",
        *_arguments(identity, made.parameters(), {}),
        ")",
    ]


def _alarm(planned: Planned, topics: Mapping[str, str]) -> list[str]:
    definition = planned.definition
    name, identity = snake(alarm_parts(planned)), quoted(camel(alarm_parts(planned)))
    arguments = _arguments(identity, without_empty(definition.parameters()), topics)
    if definition.filter is None:
        return ["cloudwatch.CfnAlarm(", *arguments, ")"]
    first = f"{name}.node.add_dependency({snake(filter_parts(definition.filter))})"
    return [f"{name} = cloudwatch.CfnAlarm(", *arguments, ")", first]


def _arguments(identity: str, parameters: Mapping[str, Any], topics: Mapping[str, str]) -> list[str]:
    lines = ["    self,", f"    {identity},"]
    for key, value in parameters.items():
        if isinstance(value, list):
            elements = [topics[each] if isinstance(each, str) else _element(key, each) for each in value]
            lines += [f"    {snake_key(key)}=[", *(f"        {each}," for each in elements), "    ],"]
        else:
            lines.append(f"    {snake_key(key)}={_literal(value)},")
    return lines


def _element(key: str, fields: Mapping[str, Any]) -> str:
    return f"{_ELEMENTS[key]}({', '.join(f'{snake_key(name)}={_literal(each)}' for name, each in fields.items())})"


def _literal(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value)
    return quoted(value) if isinstance(value, str) else number(value)
