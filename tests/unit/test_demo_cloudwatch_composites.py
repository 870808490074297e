"""Composite alarms of the simulated CloudWatch."""

from __future__ import annotations

import json

from tests.unit.cloudwatch_account import ARN, NOW, NOW_S, TOPIC, Account, an_alarm, between, constant, fn

BAD = between(NOW + 5, NOW + 10, 7.0)


def account() -> Account:
    """Two alarms of their own, and composites over them put in the wrong order."""
    return Account(
        {fn("place"): BAD, fn("cron"): constant(0.0)},
        [
            {"AlarmName": "outer", "AlarmRule": f'ALARM("{ARN}either") AND TRUE', "AlarmActions": [TOPIC]},
            {"AlarmName": "either", "AlarmRule": "ALARM(place) OR ALARM(cron)"},
            an_alarm("place", fn("place")),
            an_alarm("cron", fn("cron")),
        ],
    )


def test_trouble_travels_up_through_composites_in_the_same_minute() -> None:
    shop = account()
    assert [shop.alarm(name)["StateValue"] for name in ("place", "either", "outer")] == ["OK"] * 3
    shop.wait(7)
    for name in ("place", "either", "outer"):
        alarm = shop.alarm(name)
        assert (alarm["StateValue"], alarm["StateTransitionedTimestamp"]) == ("ALARM", NOW_S + 6 * 60)
    either = shop.alarm("either")
    assert either["StateReason"] == f"{ARN}place transitioned to ALARM at Saturday 21 November, 2026 03:06:00 UTC"
    assert json.loads(either["StateReasonData"])["triggeringAlarms"][0]["arn"] == f"{ARN}place"
    heard = shop("DescribeAlarmHistory", AlarmTypes=["CompositeAlarm"], HistoryItemType="Action")["AlarmHistoryItems"]
    assert [item["AlarmName"] for item in heard] == ["outer"]
    shop.wait(10)
    assert shop.alarm("outer")["StateValue"] == "OK"


def test_only_metric_alarms_are_described_unless_asked_otherwise() -> None:
    shop = account()
    assert shop("DescribeAlarms")["CompositeAlarms"] == []
    both = shop("DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm", "LogAlarm"])
    assert (len(both["MetricAlarms"]), len(both["CompositeAlarms"])) == (2, 2)


def test_children_and_parents_are_named() -> None:
    shop = account()
    children = shop("DescribeAlarms", ChildrenOfAlarmName="either")
    assert [alarm["AlarmName"] for alarm in children["MetricAlarms"]] == ["cron", "place"]
    assert "StateReason" not in children["MetricAlarms"][0]
    parents = shop("DescribeAlarms", ParentsOfAlarmName="either")
    assert parents["CompositeAlarms"] == [{"AlarmName": "outer", "AlarmArn": f"{ARN}outer"}]
    assert shop.refused("DescribeAlarms", ParentsOfAlarmName="either", StateValue="OK").code == "ValidationError"


def test_a_new_composite_is_unknown_for_a_moment_only() -> None:
    shop = account()
    shop("PutCompositeAlarm", AlarmName="new", AlarmRule="NOT ALARM(place)")
    assert shop.alarm("new")["StateValue"] == "INSUFFICIENT_DATA"
    shop.wait(1)
    alarm = shop.alarm("new")
    assert alarm["StateValue"] == "ALARM"
    assert alarm["StateReason"] == f"{ARN}new was created and its alarm rule evaluates to ALARM"


def test_a_set_state_stays_until_a_child_changes() -> None:
    shop = account()
    shop("SetAlarmState", AlarmName="either", StateValue="ALARM", StateReason="drill")
    shop.wait(3)
    assert shop.alarm("either")["StateReason"] == "drill"
    assert shop.alarm("outer")["StateValue"] == "ALARM"
    shop.wait(12)
    assert [shop.alarm(name)["StateValue"] for name in ("either", "outer")] == ["OK", "OK"]


def test_a_suppressor_keeps_actions_back() -> None:
    shop = account()
    quiet = {"ActionsSuppressor": "cron", "ActionsSuppressorWaitPeriod": 0, "ActionsSuppressorExtensionPeriod": 0}
    shop("PutCompositeAlarm", AlarmName="paging", AlarmRule="ALARM(place)", AlarmActions=[TOPIC], **quiet)
    shop.put_alarm("cron", fn("cron"), Threshold=-1.0)
    shop.wait(7)
    paging = shop.alarm("paging")
    assert (paging["StateValue"], paging["ActionsSuppressedBy"]) == ("ALARM", "Alarm")
    heard = shop("DescribeAlarmHistory", AlarmName="paging", AlarmTypes=["CompositeAlarm"], HistoryItemType="Action")
    assert heard["AlarmHistoryItems"] == []


def test_a_circle_is_neither_evaluated_nor_fatal() -> None:
    shop = account()
    shop("PutCompositeAlarm", AlarmName="a", AlarmRule="ALARM(place)")
    shop("PutCompositeAlarm", AlarmName="b", AlarmRule="ALARM(a)")
    shop("PutCompositeAlarm", AlarmName="a", AlarmRule="ALARM(b) OR ALARM(a)")
    shop.wait(7)
    assert shop.alarm("a")["StateValue"] == "INSUFFICIENT_DATA"
    assert shop.alarm("outer")["StateValue"] == "ALARM"
    assert shop.refused("DeleteAlarms", AlarmNames=["a"]).code == "ValidationError"
    shop("PutCompositeAlarm", AlarmName="a", AlarmRule="FALSE")
    shop("DeleteAlarms", AlarmNames=["b"])
    shop.wait(1)
    assert shop.alarm("a")["StateValue"] == "OK"


def test_what_a_composite_needs_cannot_be_deleted() -> None:
    shop = account()
    error = shop.refused("DeleteAlarms", AlarmNames=["cron"])
    assert "composite alarm(s) depending on it" in error.message
    assert shop.alarm("cron")["AlarmName"] == "cron"
    assert "At most one composite" in shop.refused("DeleteAlarms", AlarmNames=["either", "outer"]).message


def test_a_rule_that_is_wrong_or_names_nobody_is_refused() -> None:
    shop = account()
    assert "grammar" in shop.refused("PutCompositeAlarm", AlarmName="x", AlarmRule="ALARM(").message
    assert "do not exist" in shop.refused("PutCompositeAlarm", AlarmName="x", AlarmRule="ALARM(ghost)").message
    assert "metric alarm" in shop.refused("PutCompositeAlarm", AlarmName="place", AlarmRule="TRUE").message
    assert "do not exist" in shop.refused("PutCompositeAlarm", AlarmName="either", AlarmRule="ALARM(ghost)").message
    assert shop.alarm("either")["AlarmRule"] == "ALARM(place) OR ALARM(cron)"
