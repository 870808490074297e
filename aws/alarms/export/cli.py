"""Alarms as a POSIX shell script of AWS CLI commands.

Every definition is one ASCII JSON document in single quotes: no shell expands it, no locale changes it, and the CLI
does not take a value that begins with "file://" for the name of a file, as it does with plain arguments.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from aws.alarms.definition import MetricFilter, Planned
from aws.alarms.export.contents import Contents, about
from aws.alarms.export.text import comment

_HOW = "Run: sh FILE. What exists already is left as it is, so that it can be run again"

# Both put commands overwrite without a word. Hence each looks first, in an assignment of its own: set -e ends the
# script where looking fails, which it would not inside a condition.
_BODY = """\
set -eu
export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_PAGER=

account=$(aws sts get-caller-identity --query Account --output text)
if [ "$account" != {account} ]; then
    printf 'these alarms are for account %s, and these credentials for %s\\n' {account} "$account" >&2
    exit 1
fi

look_for_filter() {{
    found=$(aws logs describe-metric-filters --cli-input-json "$1" --query "$2" --output json)
    [ "$found" = 0 ] || printf 'a metric filter is there already, left as it is: %s\\n' "$1" >&2
}}

look_for_alarm() {{
    found=$(aws cloudwatch describe-alarms --cli-input-json "$1" \\
        --query '[MetricAlarms, CompositeAlarms][].AlarmName | length(@)' --output json)
    [ "$found" = 0 ] || printf 'an alarm is there already, left as it is: %s\\n' "$1" >&2
}}
"""


def render(contents: Contents) -> str:
    """The script; only its comment where there is no alarm."""
    lines = ["#!/bin/sh", *comment(contents.head("a shell script for the AWS CLI", _HOW))]
    if contents.empty:
        return "\n".join([*lines, ""])
    lines.append(_BODY.format(region=shlex.quote(contents.region), account=shlex.quote(contents.account)))
    for made in contents.filters:
        lines += [*_filter(made), ""]
    for each in contents.alarms:
        lines += [*comment(about(each)), *_alarm(each), ""]
    return "\n".join(lines)


def _filter(made: MetricFilter) -> list[str]:
    looked_for = {"logGroupName": made.log_group, "filterNamePrefix": made.name}
    # JMESPath takes JSON between backticks, and a name may hold one.
    name = json.dumps(made.name).replace("`", "\\u0060")
    query = shlex.quote(f"length(metricFilters[?filterName==`{name}`])")
    return [
        f"look_for_filter {_json(looked_for)} {query}",
        f'[ "$found" != 0 ] || aws logs put-metric-filter --cli-input-json {_json(made.parameters())}',
    ]


def _alarm(planned: Planned) -> list[str]:
    definition = planned.definition
    looked_for = {"AlarmNames": [definition.name], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    return [
        f"look_for_alarm {_json(looked_for)}",
        f'[ "$found" != 0 ] || aws cloudwatch put-metric-alarm --cli-input-json {_json(definition.parameters())}',
    ]


def _json(parameters: Mapping[str, Any]) -> str:
    return shlex.quote(json.dumps(parameters))
