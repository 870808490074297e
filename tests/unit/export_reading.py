"""Exports read back as what AWS would get, each by its own format's rules."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import hcl2
import yaml

Parameters = dict[str, Any]
_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Written(NamedTuple):
    """What an export would create: metric filters and alarms, each as its API's own parameters without empty lists."""

    filters: list[Parameters]
    alarms: list[Parameters]


def read_cloudformation(text: str, _: Path) -> Written:
    """By a YAML parser; topics at their defaults."""
    template = yaml.safe_load(text)
    if template is None:
        return Written([], [])
    assert all(name.isascii() and name.isalnum() for name in template["Resources"])
    topics = {name: each["Default"] for name, each in template.get("Parameters", {}).items()}
    filters, alarms = [], []
    for each in template["Resources"].values():
        properties = each["Properties"]
        if each["Type"] == "AWS::Logs::MetricFilter":
            filters.append(_uncapitalized(properties))
            continue
        for key in ("AlarmActions", "OKActions"):
            if key in properties:
                properties[key] = [topics[action["Ref"]] for action in properties[key]]
        assert all(name in template["Resources"] for name in each.get("DependsOn", ()))
        alarms.append(properties)
    return Written(filters, alarms)


def read_terraform(text: str, _: Path) -> Written:
    """By an HCL parser, which leaves literals as they are written, and HCL's own rules for those."""
    module = hcl2.loads(text)
    topics = {
        f"${{var.{_plain(name)}}}": _plain(body["default"])
        for each in module.get("variable", ())
        for name, body in each.items()
    }
    filters, alarms = [], []
    for each in module.get("resource", ()):
        for kind, labelled in each.items():
            ((label, body),) = labelled.items()
            assert re.fullmatch(r"[a-z][a-z0-9_]*", _plain(label))
            if _plain(kind) == "aws_cloudwatch_log_metric_filter":
                filters.append(_terraform_filter(body))
            else:
                alarms.append(_terraform_alarm(body, topics))
    return Written(filters, alarms)


def _terraform_filter(body: Mapping[str, Any]) -> Parameters:
    (into,) = body["metric_transformation"]
    return {
        "logGroupName": _plain(body["log_group_name"]),
        "filterName": _plain(body["name"]),
        "filterPattern": _plain(body["pattern"]),
        "metricTransformations": [
            {
                "metricName": _plain(into["name"]),
                "metricNamespace": _plain(into["namespace"]),
                "metricValue": _plain(into["value"]),
                "defaultValue": float(_plain(into["default_value"])),
            }
        ],
    }


def _terraform_alarm(body: Mapping[str, Any], topics: Mapping[str, str]) -> Parameters:
    known = {snake(key): key for key in _ALARM_KEYS}
    alarm: Parameters = {}
    for name, value in body.items():
        if name in ("__is_block__", "depends_on"):
            continue
        if name == "dimensions":
            alarm["Dimensions"] = [{"Name": _plain(key), "Value": _plain(each)} for key, each in value.items()]
        elif name == "tags":
            alarm["Tags"] = [{"Key": _plain(key), "Value": _plain(each)} for key, each in value.items()]
        elif isinstance(value, list):
            alarm[known[name]] = [topics[each] for each in value]
        else:
            alarm[known[name]] = _plain(value) if isinstance(value, str) else value
    return alarm


def _plain(literal: str) -> str:
    """A quoted HCL template that holds no interpolation, as the string that it stands for."""
    assert literal[0] == literal[-1] == '"', literal
    inside = literal[1:-1]
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", inside), literal
    short = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))",
        lambda found: short[found[3]] if found[3] else chr(int(found[1] or found[2], 16)),
        inside,
    )


def read_cdk(text: str, _: Path) -> Written:
    """By Python's own parser: every argument is a literal or a topic's parameter with a literal default."""
    tree = ast.parse(text)
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    topics: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            topics |= {each.arg: ast.literal_eval(default) for each, default in defaults if default is not None}
    read = {"cloudwatch.CfnAlarm": _ALARM_KEYS, "logs.CfnMetricFilter": _FILTER_KEYS}
    found: dict[str, list[Parameters]] = {name: [] for name in read}
    identities = []
    for call in made:
        name = ast.unparse(call.func)
        if name in read:
            identities.append(ast.literal_eval(call.args[1]))
            found[name].append(_arguments(call, {snake(key): key for key in read[name]}, topics))
    assert len(set(identities)) == len(identities)
    return Written(found["logs.CfnMetricFilter"], found["cloudwatch.CfnAlarm"])


def _arguments(call: ast.Call, known: Mapping[str, str], topics: Mapping[str, str]) -> Parameters:
    return {known[each.arg]: _argument(each.value, topics) for each in call.keywords if each.arg is not None}


def _argument(node: ast.expr, topics: Mapping[str, str]) -> Any:
    if isinstance(node, ast.Name):
        return topics[node.id]
    if isinstance(node, ast.List):
        return [_argument(each, topics) for each in node.elts]
    if isinstance(node, ast.Call):
        known = _FIELDS[ast.unparse(node.func)]
        return _arguments(node, {snake(key): key for key in known}, topics)
    return ast.literal_eval(node)


def read_cli(text: str, folder: Path) -> Written:
    """By the shell, with an `aws` in front that finds nothing there yet and writes down what it is given."""
    stub, log, script = folder / "aws", folder / "log", folder / "script"
    stub.write_text(
        f"#!/bin/sh\nprintf '%s\\0' \"$@\" '' >> '{log}'\n"
        "case $2 in put-*) ;; get-caller-identity) echo 123456789012 ;; *) echo 0 ;; esac\n"
    )
    stub.chmod(0o700)
    log.unlink(missing_ok=True)
    script.write_text(text)
    before = set(folder.iterdir())
    done = subprocess.run(
        ["sh", str(script)],
        cwd=folder,
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert set(folder.iterdir()) - before <= {log}
    sent = [call.split("\0") for call in log.read_text().split("\0\0")] if log.exists() else []
    put = {
        name: [json.loads(words[3]) for words in sent if name in words]
        for name in ("put-metric-filter", "put-metric-alarm")
    }
    return Written(
        [_without_empty(each) for each in put["put-metric-filter"]],
        [_without_empty(each) for each in put["put-metric-alarm"]],
    )


READERS: Mapping[str, Callable[[str, Path], Written]] = {
    "cloudformation": read_cloudformation,
    "terraform": read_terraform,
    "cdk": read_cdk,
    "cli": read_cli,
}


def snake(key: str) -> str:
    """OKActions → ok_actions."""
    return _SNAKE.sub("_", key).lower()


def _without_empty(parameters: Parameters) -> Parameters:
    return {key: value for key, value in parameters.items() if value != []}


def _uncapitalized(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _uncapitalized(each) for key, each in value.items()}
    return [_uncapitalized(each) for each in value] if isinstance(value, list) else value


_ALARM_KEYS = (
    *("AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "MetricName", "Namespace"),
    *("Statistic", "ExtendedStatistic", "Dimensions", "Period", "EvaluationPeriods", "DatapointsToAlarm"),
    *("Threshold", "ComparisonOperator", "TreatMissingData", "Tags"),
)
_FILTER_KEYS = ("logGroupName", "filterName", "filterPattern", "metricTransformations")
_FIELDS = {
    "cloudwatch.CfnAlarm.DimensionProperty": ("Name", "Value"),
    "CfnTag": ("Key", "Value"),
    "logs.CfnMetricFilter.MetricTransformationProperty": (
        *("metricName", "metricNamespace", "metricValue", "defaultValue"),
    ),
}
