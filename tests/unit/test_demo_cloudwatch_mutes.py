"""Alarm mute rules of the simulated CloudWatch: when they mute, and that a muted alarm fires but does nothing."""

from __future__ import annotations

import pytest

from demo.cloudwatch.schedules import schedule
from demo.errors import ServiceError
from tests.unit.cloudwatch_account import ARN, NOW, NOW_S, Account, between, fn

RULE = {"Schedule": {"Expression": "cron(55 2 * * SAT)", "Duration": "PT30M"}}  # it is Saturday, 03:00
MUTE_ARN = ARN.replace(":alarm:", ":alarm-mute-rule:")


@pytest.mark.parametrize(
    ("expression", "duration", "zone", "is_open"),
    [
        ("cron(0 3 * * *)", "PT1M", "UTC", True),
        ("cron(59 2 * * *)", "PT1M", "UTC", False),
        ("cron(0 2 * * SAT)", "PT1H", "UTC", False),
        ("cron(0 2 * * SAT)", "PT1H1M", "UTC", True),
        ("cron(0 18 * * FRI)", "P2DT12H", "UTC", True),
        ("cron(0 0 1,21 NOV *)", "P1D", "UTC", True),
        ("cron(*/15 0-4/3 * * 7-7,1-5)", "PT10M", "UTC", False),
        ("cron(*/15 0-4/3 * * 6-7)", "PT10M", "UTC", True),
        ("cron(0 12 * * *)", "PT5M", "Asia/Tokyo", True),
        ("at(2026-11-21T02:30)", "PT1H", "UTC", True),
        ("at(2026-11-21T02:30)", "PT30M", "UTC", False),
    ],
)
def test_windows_open_as_cron_and_at_say(expression: str, duration: str, zone: str, is_open: bool) -> None:
    read = schedule({"Expression": expression, "Duration": duration, "Timezone": zone})
    assert read.open_at(NOW_S) is is_open


@pytest.mark.parametrize(
    ("expression", "duration"),
    [
        ("cron(0 3 * *)", "PT1H"),
        ("cron(61 3 * * *)", "PT1H"),
        ("cron(9-3 3 * * *)", "PT1H"),
        ("rate(5 minutes)", "PT1H"),
        ("at(soon)", "PT1H"),
        ("cron(0 3 * * *)", "PT0M"),
        ("cron(0 3 * * *)", "P16D"),
        ("cron(0 3 * * *)", "an hour"),
    ],
)
def test_what_is_no_schedule_is_refused(expression: str, duration: str) -> None:
    with pytest.raises(ServiceError):
        schedule({"Expression": expression, "Duration": duration})


def test_a_muted_alarm_fires_but_does_nothing_until_its_rule_is_deleted() -> None:
    account = Account({fn("place"): between(NOW, NOW + 60, 9.0)})
    account.put_alarm("muted")
    account.put_alarm("loud")
    targets = {"AlarmNames": ["muted", "not there yet"]}
    account("PutAlarmMuteRule", Name="import", Rule=RULE, MuteTargets=targets, Tags=[{"Key": "team", "Value": "x"}])
    account.wait(5)
    assert {account.alarm(name)["StateValue"] for name in ("muted", "loud")} == {"ALARM"}

    def acted() -> list[str]:
        items = account("DescribeAlarmHistory", HistoryItemType="Action")["AlarmHistoryItems"]
        return [item["AlarmName"] for item in items]

    assert acted() == ["loud"]
    assert account("ListTagsForResource", ResourceARN=f"{MUTE_ARN}import")["Tags"] == [{"Key": "team", "Value": "x"}]
    account("DeleteAlarmMuteRule", AlarmMuteRuleName="import")
    assert acted() == ["muted", "loud"]
    account("DeleteAlarmMuteRule", AlarmMuteRuleName="import")
    assert account.refused("GetAlarmMuteRule", AlarmMuteRuleName="import").code == "ResourceNotFoundException"


def test_rules_are_listed_by_state_and_by_alarm_a_page_at_a_time() -> None:
    account = Account()
    for name, more in (
        ("a", {}),
        ("b", {"StartDate": NOW_S + 60}),
        ("c", {"ExpireDate": NOW_S - 60}),
        ("d", {"Rule": {"Schedule": {"Expression": "at(2026-11-21T03:00)", "Duration": "PT1H"}}}),
    ):
        account(
            "PutAlarmMuteRule", **{"Name": name, "Rule": RULE, "MuteTargets": {"AlarmNames": [f"of {name}"]}, **more}
        )

    def listed(**wanted: object) -> list[str]:
        pages = account.pages("ListAlarmMuteRules", "AlarmMuteRuleSummaries", MaxRecords=1, **wanted)
        return [each["AlarmMuteRuleArn"].removeprefix(MUTE_ARN) for page in pages for each in page]

    assert listed() == ["a", "b", "c", "d"]
    assert listed(Statuses=["ACTIVE"]) == ["a", "d"]
    assert listed(Statuses=["SCHEDULED", "EXPIRED"]) == ["b", "c"]
    assert listed(AlarmName="of b") == ["b"]
    rule = account("GetAlarmMuteRule", AlarmMuteRuleName="d")
    assert (rule["Status"], rule["MuteType"], rule["MuteTargets"]) == ("ACTIVE", "ONE_TIME", {"AlarmNames": ["of d"]})
    account.wait(61)
    assert account("GetAlarmMuteRule", AlarmMuteRuleName="d")["Status"] == "EXPIRED"
    assert account.refused("ListAlarmMuteRules", Statuses=["MUTED"]).code == "ValidationError"
    wrong = {"Name": "e", "Rule": {"Schedule": {"Expression": "cron(0 3 * * *)"}}}
    assert account.refused("PutAlarmMuteRule", **wrong).code == "MissingParameter"
