"""Alarms of the simulated CloudWatch: their life, their history, who hears of them."""

from __future__ import annotations

import json
from typing import Any

from demo.world import Datapoint
from tests.unit.cloudwatch_account import ARN, NOW, NOW_S, TOPIC, Account, an_alarm, between, constant, fn, query

PLACE = fn("place")
QUIET = {PLACE: constant(0.0)}


def states(account: Account, name: str = "errors") -> list[tuple[float, str]]:
    """(minutes from now, transition) of an alarm, oldest first."""
    items = account(
        "DescribeAlarmHistory",
        AlarmName=name,
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        HistoryItemType="StateUpdate",
        ScanBy="TimestampAscending",
        MaxRecords=100,
    )["AlarmHistoryItems"]
    summary = "Alarm updated from "
    return [((item["Timestamp"] - NOW_S) / 60, item["HistorySummary"].removeprefix(summary)) for item in items]


def test_a_new_alarm_knows_nothing_and_finds_its_state_within_a_minute() -> None:
    account = Account(QUIET)
    account.put_alarm()
    fresh = account.alarm()
    assert (fresh["StateValue"], fresh["StateReason"]) == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")
    assert fresh["AlarmArn"] == f"{ARN}errors"
    account.wait(1)
    assert account.alarm()["StateValue"] == "OK"
    assert states(account) == [(1, "INSUFFICIENT_DATA to OK")]


def test_an_incident_fires_once_its_minute_is_published_and_clears_after() -> None:
    account = Account({PLACE: between(NOW + 10, NOW + 15, 7.0)})
    account.put_alarm(OKActions=[TOPIC])
    account.wait(30)
    account("DescribeAlarms")
    assert states(account) == [(1, "INSUFFICIENT_DATA to OK"), (11, "OK to ALARM"), (16, "ALARM to OK")]
    alarm = account.alarm()
    assert alarm["StateTransitionedTimestamp"] == NOW_S + 16 * 60
    assert alarm["StateReason"] == (
        "Threshold Crossed: 1 datapoint [0.0 (21/11/26 03:15:00)] was not greater than the threshold (5.0)."
    )
    data = json.loads(alarm["StateReasonData"])
    assert (data["statistic"], data["evaluatedDatapoints"][0]["sampleCount"]) == ("Sum", 1.0)


def test_looking_often_or_rarely_gives_the_same_history() -> None:
    busy, lazy = (Account({PLACE: between(NOW + 7, NOW + 90, 7.0)}) for _ in range(2))
    for account in (busy, lazy):
        account.put_alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    for _ in range(240):
        busy.wait(0.5)
        busy("DescribeAlarms")
    lazy.wait(120)
    assert states(busy) == states(lazy) == [(1, "INSUFFICIENT_DATA to OK"), (9, "OK to ALARM"), (92, "ALARM to OK")]


def test_actions_run_on_a_change_and_only_if_enabled() -> None:
    account = Account({PLACE: between(NOW + 3, NOW + 6, 7.0)})
    account.put_alarm("loud")
    account.put_alarm("muted")
    account("DisableAlarmActions", AlarmNames=["muted", "gone"])
    account.wait(20)
    heard = account("DescribeAlarmHistory", HistoryItemType="Action")["AlarmHistoryItems"]
    assert [(item["AlarmName"], item["HistorySummary"]) for item in heard] == [
        ("loud", f"Successfully executed action {TOPIC}")
    ]
    assert account.alarm("muted")["ActionsEnabled"] is False
    account("EnableAlarmActions", AlarmNames=["muted"])
    assert account.alarm("muted")["ActionsEnabled"] is True


def test_a_sparse_metric_is_judged_by_its_missing_data_treatment() -> None:
    account = Account({PLACE: between(NOW + 5, NOW + 6, 7.0, otherwise=None)})
    for treatment in ("missing", "notBreaching", "breaching", "ignore"):
        account.put_alarm(treatment, TreatMissingData=treatment)
    account.wait(20)
    account("DescribeAlarms")
    assert states(account, "missing") == [(6, "INSUFFICIENT_DATA to ALARM"), (9, "ALARM to INSUFFICIENT_DATA")]
    assert states(account, "notBreaching") == [
        (1, "INSUFFICIENT_DATA to OK"),
        (6, "OK to ALARM"),
        (9, "ALARM to OK"),
    ]
    assert states(account, "breaching") == [(1, "INSUFFICIENT_DATA to ALARM")]
    assert states(account, "ignore") == [(6, "INSUFFICIENT_DATA to ALARM")]


def test_five_minute_periods_slide_with_every_minute() -> None:
    account = Account({PLACE: between(NOW + 7, NOW + 8, 7.0)})
    account.put_alarm(Period=300)
    account.wait(20)
    account("DescribeAlarms")
    assert states(account) == [(1, "INSUFFICIENT_DATA to OK"), (8, "OK to ALARM"), (13, "ALARM to OK")]


def test_an_alarm_on_metric_math_watches_its_expression() -> None:
    calls = fn("place", "Invocations")
    account = Account({PLACE: between(NOW + 4, NOW + 8, 7.0), calls: constant(20.0)})
    metrics = [
        query("e", PLACE, ReturnData=False),
        query("c", calls, ReturnData=False),
        {"Id": "rate", "Expression": "100 * e / c"},
    ]
    account("PutMetricAlarm", **_with_metrics(metrics, Threshold=30.0))
    account.wait(20)
    alarm = account.alarm()
    assert states(account) == [(1, "INSUFFICIENT_DATA to OK"), (5, "OK to ALARM"), (9, "ALARM to OK")]
    assert "MetricName" not in alarm
    assert [item["Id"] for item in alarm["Metrics"]] == ["e", "c", "rate"]
    described = account(
        "DescribeAlarmsForMetric", Namespace="AWS/Lambda", MetricName="Errors", Dimensions=an_alarm()["Dimensions"]
    )
    assert described["MetricAlarms"] == []


def test_an_expression_that_cannot_be_evaluated_says_so() -> None:
    account = Account(QUIET)
    metrics = [query("e", PLACE, ReturnData=False), {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(e)"}]
    account("PutMetricAlarm", **_with_metrics(metrics))
    account.wait(1)
    alarm = account.alarm()
    assert (alarm["StateValue"], alarm["EvaluationState"]) == ("INSUFFICIENT_DATA", "EVALUATION_ERROR")
    assert "ANOMALY_DETECTION_BAND is not supported" in alarm["StateReason"]


def test_percentiles_of_few_samples_can_be_left_alone() -> None:
    account = Account({fn("place", "Duration"): lambda _: Datapoint((9.0,), (50.0,), "Milliseconds")})
    for low in ("evaluate", "ignore"):
        definition = an_alarm(low, fn("place", "Duration"), EvaluateLowSampleCountPercentile=low)
        del definition["Statistic"]
        account("PutMetricAlarm", **definition, ExtendedStatistic="p99")
    account.wait(5)
    assert account.alarm("evaluate")["StateValue"] == "ALARM"
    assert account.alarm("ignore")["StateValue"] == "INSUFFICIENT_DATA"


def test_putting_it_again_overwrites_everything_but_the_state() -> None:
    account = Account({PLACE: constant(7.0)})
    account.put_alarm(AlarmDescription="mine")
    account.wait(1)
    before = account.alarm()
    account.put_alarm(AlarmActions=[], Threshold=6.0)
    after = account.alarm()
    assert (after["StateValue"], after["StateTransitionedTimestamp"]) == ("ALARM", before["StateTransitionedTimestamp"])
    assert (after["AlarmActions"], after["Threshold"], "AlarmDescription" in after) == ([], 6.0, False)
    updates = account("DescribeAlarmHistory", HistoryItemType="ConfigurationUpdate")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in updates] == ['Alarm "errors" updated', 'Alarm "errors" created']


def test_a_state_that_was_set_lasts_until_the_next_evaluation() -> None:
    account = Account(QUIET)
    account.put_alarm()
    account.wait(1.5)
    account("SetAlarmState", AlarmName="errors", StateValue="ALARM", StateReason="proving delivery")
    assert account.alarm()["StateReason"] == "proving delivery"
    (action,) = account("DescribeAlarmHistory", HistoryItemType="Action")["AlarmHistoryItems"]
    assert json.loads(action["HistoryData"])["notificationResource"] == TOPIC
    account.wait(1)
    assert account.alarm()["StateValue"] == "OK"
    error = account.refused("SetAlarmState", AlarmName="gone", StateValue="OK", StateReason="x")
    assert (error.code, error.status) == ("ResourceNotFound", 404)


def test_the_accounts_own_alarms_have_been_there_for_days() -> None:
    fired = between(NOW - 60, NOW - 50, 7.0)
    account = Account({PLACE: fired, fn("cron"): constant(9.0)}, [an_alarm(), an_alarm("cron", fn("cron"))])
    alarm = account.alarm()
    assert alarm["AlarmConfigurationUpdatedTimestamp"] < NOW_S - 5 * 86_400
    assert states(account)[-2:] == [(-59, "OK to ALARM"), (-49, "ALARM to OK")]
    assert states(account)[0][0] < -5 * 1440
    assert account.alarm("cron")["StateTransitionedTimestamp"] == NOW_S - 3 * 3600


def test_a_long_silence_is_caught_up_in_its_last_three_hours() -> None:
    account = Account({PLACE: between(NOW + 100, NOW + 200, 7.0)})
    account.put_alarm()
    account.wait(1)
    account("DescribeAlarms")
    account.wait(5 * 1440)
    assert account.alarm()["StateValue"] == "OK"
    assert states(account) == [(1, "INSUFFICIENT_DATA to OK")]


def _with_metrics(metrics: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    definition = an_alarm(**more)
    for name in ("Namespace", "MetricName", "Dimensions", "Statistic", "Period"):
        del definition[name]
    return definition | {"Metrics": metrics}
