"""Alarms as a CloudFormation template in YAML.

Every string is quoted, and none stands in Fn::Sub: "${AWS::Region}" in a name stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws.alarms.definition import MetricFilter, Planned
from aws.alarms.export.contents import (
    NOT_UNICODE,
    RESOLVED,
    Contents,
    about,
    alarm_parts,
    filter_parts,
    stack_limit,
    texts,
    without_empty,
)
from aws.alarms.export.text import camel, comment, number, quoted

REFUSALS: Final = (NOT_UNICODE, RESOLVED)
_HOW = "Deploy: aws cloudformation deploy --stack-name NAME --template-file FILE --region {region}"


def render(contents: Contents) -> str:
    """The template; only its comment where there is no alarm, as no template is empty."""
    how = _HOW.format(region=contents.region)
    lines = comment([*contents.head("a CloudFormation template", how), *stack_limit(contents)])
    if contents.empty:
        return "\n".join([*lines, ""])
    lines += ['AWSTemplateFormatVersion: "2010-09-09"']
    lines += [f"Description: {quoted(f'CloudWatch alarms of account {contents.account} in {contents.region}')}"]
    topics = {arn: camel(parts) for arn, parts in contents.topics.items()}
    if topics:
        lines.append("Parameters:")
    for arn, name in topics.items():
        body = {"Type": "String", "Default": arn, "Description": "Whom alarms notify"}
        lines += _yaml({name: body}, 1)
    lines.append("Resources:")
    for made in contents.filters:
        lines += _yaml({camel(filter_parts(made)): _filter(made)}, 1)
    for each in contents.alarms:
        lines += [f"  {line}" for line in comment(about(each))]
        lines += _yaml({camel(alarm_parts(each)): _alarm(each, topics)}, 1)
    return "\n".join([*lines, ""])


def _filter(made: MetricFilter) -> dict[str, Any]:
    return _resource("AWS::Logs::MetricFilter", _capitalized(made.parameters()))


def _alarm(planned: Planned, topics: Mapping[str, str]) -> dict[str, Any]:
    definition = planned.definition
    properties = without_empty(definition.parameters())
    for key in ("OKActions", "AlarmActions"):
        if key in properties:
            properties[key] = [{"Ref": topics[arn]} for arn in properties[key]]
    first = [] if definition.filter is None else [camel(filter_parts(definition.filter))]
    return _resource("AWS::CloudWatch::Alarm", properties, first)


def _resource(kind: str, properties: Mapping[str, Any], first: Sequence[str] = ()) -> dict[str, Any]:
    body: dict[str, Any] = {"Type": kind}
    if first:
        body["DependsOn"] = list(first)
    if any("${" in text for text in texts(properties)):
        # The rule takes such text for a forgotten Fn::Sub. Here it is a name that somebody gave.
        body["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["E1029"]}}}
    return body | {"Properties": properties}


def _capitalized(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key[:1].upper() + key[1:]: _capitalized(each) for key, each in value.items()}
    return [_capitalized(each) for each in value] if isinstance(value, list) else value


def _yaml(value: Mapping[str, Any] | Sequence[Any], depth: int) -> list[str]:
    """Block style. Keys are our own or CloudFormation's, and plain words."""
    pad = "  " * depth
    lines: list[str] = []
    if isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(each, Mapping | list):
                lines += [f"{pad}{key}:", *_yaml(each, depth + 1)]
            else:
                lines.append(f"{pad}{key}: {_scalar(each)}")
        return lines
    for each in value:
        nested = _yaml(each, depth + 1) if isinstance(each, Mapping | list) else [f"{pad}  {_scalar(each)}"]
        lines += [f"{pad}- {nested[0].lstrip()}", *nested[1:]]
    return lines


def _scalar(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else number(value)
