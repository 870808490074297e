"""Alarms as Terraform resources of the provider hashicorp/aws, topics as variables."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws.alarms.definition import MetricFilter, Planned
from aws.alarms.export.contents import NOT_UNICODE, Contents, Refusal, about, alarm_parts, filter_parts, without_empty
from aws.alarms.export.text import comment, number, quoted, snake, snake_key

_DECOMPOSED = Refusal(
    lambda text: not unicodedata.is_normalized("NFC", text),
    "Terraform would compose its accents and so write another text; take another format",
)
REFUSALS: Final = (NOT_UNICODE, _DECOMPOSED)
_HOW = "Apply: with a provider hashicorp/aws whose allowed_account_ids and region are these"


def render(contents: Contents) -> str:
    """One file of a module; only its comment where there is no alarm."""
    blocks = [comment(contents.head("Terraform resources", _HOW))]
    topics = {arn: snake(parts) for arn, parts in contents.topics.items()}
    for arn, name in topics.items():
        body = _attributes({"description": _text("Whom alarms notify"), "type": "string", "default": _text(arn)})
        blocks.append([f'variable "{name}" {{', *body, "}"])
    blocks += [_filter(made) for made in contents.filters]
    blocks += [[*comment(about(each)), *_alarm(each, topics)] for each in contents.alarms]
    return "\n".join("\n".join([*block, ""]) for block in blocks)


def _filter(made: MetricFilter) -> list[str]:
    (transformation,) = made.parameters()["metricTransformations"]
    return [
        f'resource "aws_cloudwatch_log_metric_filter" "{snake(filter_parts(made))}" {{',
        *_attributes(
            {"name": _text(made.name), "log_group_name": _text(made.log_group), "pattern": _text(made.pattern)}
        ),
        "",
        "  metric_transformation {",
        *_attributes(
            {
                "name": _text(transformation["metricName"]),
                "namespace": _text(transformation["metricNamespace"]),
                "value": _text(transformation["metricValue"]),
                "default_value": _text(number(transformation["defaultValue"])),
            },
            depth=2,
        ),
        "  }",
        "}",
    ]


def _alarm(planned: Planned, topics: Mapping[str, str]) -> list[str]:
    definition = planned.definition
    parameters = without_empty(definition.parameters())
    maps = {
        "dimensions": {each["Name"]: each["Value"] for each in parameters.pop("Dimensions", ())},
        "tags": {each["Key"]: each["Value"] for each in parameters.pop("Tags", ())},
    }
    lines = [
        f'resource "aws_cloudwatch_metric_alarm" "{snake(alarm_parts(planned))}" {{',
        *_attributes({snake_key(key): _value(value, topics) for key, value in parameters.items()}),
    ]
    for name, entries in maps.items():
        if entries:
            inside = _attributes({_text(key): _text(value) for key, value in entries.items()}, depth=2)
            lines += ["", f"  {name} = {{", *inside, "  }"]
    if definition.filter is not None:
        lines += ["", f"  depends_on = [aws_cloudwatch_log_metric_filter.{snake(filter_parts(definition.filter))}]"]
    return [*lines, "}"]


def _attributes(attributes: Mapping[str, str], depth: int = 1) -> list[str]:
    """One line each, the equals signs in a column as terraform fmt wants them."""
    width = max(map(len, attributes))
    return [f"{'  ' * depth}{key:<{width}} = {value}" for key, value in attributes.items()]


def _value(value: Any, topics: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(f'var.{topics[arn]}' for arn in value)}]"
    return number(value)


def _text(text: str) -> str:
    # "$${" would say it too, but parsers other than Terraform's own stumble over one that is not closed.
    return quoted(text).replace("${", "\\u0024{").replace("%{", "\\u0025{")
