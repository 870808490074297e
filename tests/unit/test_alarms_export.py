"""Exports: whatever names look like, each format means exactly the alarms that were planned."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aws.alarms.definition import Definition, MetricFilter, Planned
from aws.alarms.export import FORMATS, left_out, render
from aws.errors import UsageError
from aws.model import MetricKey
from tests.unit.export_reading import READERS, Written
from tests.unit.planned_alarms import ACCOUNT, ONCALL, REGION, TICKETS, a_log_alarm, an_alarm, planned

_PLAN = (
    planned(an_alarm(), owner_stack="gift-prod"),
    planned(
        an_alarm(
            "cwtop/lambda.duration/gift-redeem",
            metric=MetricKey("AWS/Lambda", "Duration", (("FunctionName", "gift-redeem"),)),
            stat="p99",
            threshold=12000.25,
            actions_enabled=False,
            ok_actions=(TICKETS, ONCALL),
        )
    ),
    planned(a_log_alarm(), usd_per_month=0.40),
    planned(a_log_alarm("cwtop/lambda.log-errors/too")),
)
_METACHARACTERS = (
    *(
        "$(touch x)",
        "`touch x`",
        "'",
        '"',
        "\\",
        "\n",
        "\r",
        "\t",
        "${AWS::Region}",
        "$${a}",
        "${",
        "%{if}",
        "%%{",
        "~}",
    ),
    *("{{", "}}", "#", "//", "/*", "*/", "!Ref", ": ", "- ", "&a", "<<EOT\n", '"""', "\nEOT\n", "\x1b[31m", "\x00"),
    *(
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "é",
        "表",
        "😀",
        "file:///etc/hosts",
        "-n",
        "yes",
        "1e3",
        "${!b}",
        "\\u0024{",
    ),
)
_NASTY = st.lists(st.sampled_from(_METACHARACTERS) | st.text(max_size=5), min_size=1, max_size=6).map("".join)


def _export(format: str, plan: Any) -> str:
    return render(format, plan, account=ACCOUNT, region=REGION)


def _expected(plan: Any) -> Written:
    definitions = sorted((each.definition for each in plan), key=lambda each: each.name)
    filters = {
        (each.filter.log_group, each.filter.name): each.filter.parameters() for each in definitions if each.filter
    }
    alarms = [{key: value for key, value in each.parameters().items() if value != []} for each in definitions]
    return Written([filters[key] for key in sorted(filters)], alarms)


def _kept(format: str, plan: tuple[Planned, ...]) -> list[Planned]:
    names = {name for name, _ in left_out(format, plan)}
    return [each for each in plan if each.definition.name not in names]


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_means_the_planned_alarms_and_no_others(format: str, tmp_path: Path) -> None:
    assert READERS[format](_export(format, _PLAN), tmp_path) == _expected(_PLAN)


def _definition(name: str, text: str, number: float, *, logs: bool) -> Definition:
    metric = MetricKey(f"n{text}", f"m{text}", ((f"d{text}", f"v{text}"),))
    made = MetricFilter(log_group=f"/g/{text}", name=f"f{text}", pattern=text, metric=metric) if logs else None
    return an_alarm(name, description=text, metric=metric, threshold=number, tags={f"t{text}": text}, filter=made)


@pytest.mark.parametrize("format", FORMATS)
@given(names=st.lists(_NASTY, min_size=1, max_size=4, unique=True), text=_NASTY, number=st.floats(0, 1e15))
@example(names=["".join(_METACHARACTERS), "a.b", "a-b", "a/b"], text="${AWS::Region}", number=1e-7)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_from_strangers_stay_text(
    format: str, names: list[str], text: str, number: float, tmp_path: Path
) -> None:
    plan = tuple(
        planned(
            _definition(name, text, number, logs=index == 0), owner_stack=text, resource=f"arn:{name}", rule=f"r{text}"
        )
        for index, name in enumerate(names)
    )
    assert READERS[format](_export(format, plan), tmp_path) == _expected(_kept(format, plan))


@pytest.mark.parametrize("format", FORMATS)
def test_metacharacters_alone_are_no_reason_to_leave_an_alarm_out(format: str) -> None:
    plan = tuple(planned(an_alarm(f"a{text}")) for text in _METACHARACTERS)
    assert left_out(format, plan) == ()


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("cloudformation", "{{resolve:secretsmanager:prod}}"),
        ("cdk", "{{resolve:ssm:/prod/key:1}}"),
        ("cdk", "${Token[AWS.Region.4]}"),
        ("terraform", "cafe\u0301"),
        ("cloudformation", "\ud800"),
    ],
)
def test_what_a_format_cannot_say_is_left_out_and_named(format: str, text: str, tmp_path: Path) -> None:
    bad = planned(an_alarm(f"bad {text}"))
    hidden = planned(an_alarm("described", description=text))
    filtered = planned(a_log_alarm("filtered", pattern=text))
    plan = (*_PLAN[:2], bad, hidden, filtered)
    export = _export(format, plan)
    assert [name for name, _ in left_out(format, plan)] == [f"bad {text}", "described", "filtered"]
    assert READERS[format](export, tmp_path) == _expected(_PLAN[:2])
    assert "{{resolve" not in export
    head = [line for line in export.splitlines() if line.startswith("# LEFT OUT ")]
    assert [line.split()[3].rstrip(":") for line in head][1:] == ["described", "filtered"]
    assert head[0].startswith("# LEFT OUT bad ")


def test_the_command_line_and_terraform_take_what_cloudformation_would_resolve(tmp_path: Path) -> None:
    plan = (planned(an_alarm("{{resolve:ssm:x}} ${Token[a.1]}")),)
    for format in ("cli", "terraform"):
        assert READERS[format](_export(format, plan), tmp_path) == _expected(plan)


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_begins_with_what_it_is_where_it_belongs_and_what_it_costs(format: str) -> None:
    lines = [line for line in _export(format, _PLAN).splitlines() if line != "#!/bin/sh"]
    assert lines[0].startswith("# 4 CloudWatch alarms and 1 metric filter as ")
    assert lines[1:3] == [
        f"# Account {ACCOUNT}, region {REGION}",
        "# $0.70 a month at list price, free tier not deducted",
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_the_stack_that_owns_a_resource_is_named_at_its_alarm(format: str) -> None:
    lines = [line.strip() for line in _export(format, _PLAN).splitlines()]
    (at,) = [index for index, line in enumerate(lines) if "stack gift-prod owns" in line]
    following = "\n".join(lines[at:])
    assert lines[at].startswith("# ")
    assert following.index("lambda.errors/gift-redeem") < following.index("lambda.log-errors/gift-redeem")


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_alarms_give_the_same_bytes_and_keep_their_names_in_a_larger_plan(format: str) -> None:
    shuffled = list(_PLAN)
    random.Random(4).shuffle(shuffled)
    assert _export(format, shuffled) == _export(format, _PLAN)
    alone = _export(format, _PLAN[:1]).splitlines()
    naming = [line for line in alone if "b43ea139ba7f" in line.lower()]
    assert format == "cli" or naming
    assert set(naming) <= set(_export(format, _PLAN).splitlines())


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_plan_is_a_comment(format: str, tmp_path: Path) -> None:
    export = _export(format, ())
    assert all(line.startswith("#") for line in export.splitlines())
    assert READERS[format](export, tmp_path) == Written([], [])


@pytest.mark.parametrize("format", FORMATS)
def test_alarms_that_notify_nobody_are_exported(format: str, tmp_path: Path) -> None:
    silent = [planned(an_alarm(alarm_actions=(), ok_actions=()))]
    assert READERS[format](_export(format, silent), tmp_path) == _expected(silent)


@pytest.mark.parametrize("format", FORMATS)
def test_an_alarm_that_lost_its_metric_filter_is_exported_as_that_filter_alone(format: str, tmp_path: Path) -> None:
    whole = planned(a_log_alarm())
    lost = _export(format, [replace(whole, filter_only=True)])
    assert READERS[format](lost, tmp_path) == Written(_expected([whole]).filters, [])


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_replaced_by_another_of_its_name(format: str) -> None:
    with pytest.raises(UsageError, match="two planned alarms"):
        _export(format, [*_PLAN, planned(an_alarm(threshold=6.0))])
    with pytest.raises(UsageError, match="two different metric filters"):
        _export(format, [*_PLAN, planned(a_log_alarm("another", pattern="WARN"))])


def test_topics_of_one_name_stay_apart(tmp_path: Path) -> None:
    elsewhere = f"arn:aws:sns:{REGION}:210987654321:PAY-oncall"
    plan = (planned(an_alarm(alarm_actions=(ONCALL, elsewhere))),)
    for format in FORMATS:
        assert READERS[format](_export(format, plan), tmp_path) == _expected(plan)


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        _export("pulumi", _PLAN)
    assert refused.value.hint == "one of cloudformation, terraform, cdk, cli"


@pytest.mark.parametrize("format", ["cloudformation", "cdk"])
def test_more_than_a_stack_holds_is_said_at_the_top(format: str) -> None:
    many = [planned(an_alarm(f"alarm {number}")) for number in range(501)]
    assert "# TOO LARGE: 501 resources" in _export(format, many)
    assert "TOO LARGE" not in _export(format, many[1:])


def test_cfn_lint_has_nothing_to_say(tmp_path: Path) -> None:
    template = tmp_path / "alarms.yaml"
    strange = planned(an_alarm("${AWS::Region} $(touch x) %{if} 'é'", description="${AWS::StackName}\n`x`"))
    template.write_text(_export("cloudformation", [*_PLAN, strange]), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", str(template)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
