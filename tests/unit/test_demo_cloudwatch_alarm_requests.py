"""What can be asked about alarms, and what is refused, as AWS does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.cloudwatch_account import NOW_S, TOPIC, Account, an_alarm, constant, fn, query

PLACE = fn("place")


def many(count: int) -> Account:
    return Account({PLACE: constant(0.0)}, [an_alarm(f"alarm-{index:03}") for index in range(count)])


def names(alarms: list[dict[str, Any]]) -> list[str]:
    return [alarm["AlarmName"] for alarm in alarms]


def test_pages_are_of_fifty_and_at_most_a_hundred() -> None:
    account = many(230)
    assert [len(page) for page in account.pages("DescribeAlarms", "MetricAlarms")] == [50, 50, 50, 50, 30]
    pages = account.pages("DescribeAlarms", "MetricAlarms", MaxRecords=100)
    assert [len(page) for page in pages] == [100, 100, 30]
    assert names([alarm for page in pages for alarm in page]) == [f"alarm-{index:03}" for index in range(230)]
    assert account.refused("DescribeAlarms", MaxRecords=101).code == "ValidationError"


def test_filters_choose_alarms() -> None:
    account = many(3)
    account.put_alarm("other", AlarmActions=["arn:aws:sns:eu-west-1:482193019034:tickets"], Threshold=-1.0)
    account.wait(1)

    def found(**params: Any) -> list[str]:
        return names(account("DescribeAlarms", **params)["MetricAlarms"])

    assert found(StateValue="ALARM") == ["other"]
    assert found(AlarmNamePrefix="alarm-") == ["alarm-000", "alarm-001", "alarm-002"]
    assert found(AlarmNames=["alarm-001", "gone"]) == ["alarm-001"]
    assert found(ActionPrefix=TOPIC) == ["alarm-000", "alarm-001", "alarm-002"]
    assert found(AlarmTypes=["LogAlarm"]) == []
    assert account.refused("DescribeAlarms", AlarmTypes=["Alarm"]).code == "ValidationError"
    assert account.refused("DescribeAlarms", AlarmNames=["a"], AlarmNamePrefix="b").code == "ValidationError"


def test_alarms_of_a_metric_need_exactly_its_dimensions() -> None:
    account = many(1)
    account.put_alarm("five-minutes", Period=300)
    account.put_alarm("alias", PLACE._replace(dimensions=(("FunctionName", "place"), ("Resource", "place:live"))))
    asked = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": an_alarm()["Dimensions"]}
    assert names(account("DescribeAlarmsForMetric", **asked)["MetricAlarms"]) == ["alarm-000", "five-minutes"]
    assert names(account("DescribeAlarmsForMetric", Period=300, **asked)["MetricAlarms"]) == ["five-minutes"]
    assert account("DescribeAlarmsForMetric", **(asked | {"Dimensions": []}))["MetricAlarms"] == []


def test_history_is_paged_filtered_and_outlives_the_alarm() -> None:
    account = many(60)
    pages = account.pages("DescribeAlarmHistory", "AlarmHistoryItems", HistoryItemType="ConfigurationUpdate")
    assert [len(page) for page in pages] == [50, 10]
    account("DeleteAlarms", AlarmNames=["alarm-007", "gone"])
    assert account("DescribeAlarms", AlarmNames=["alarm-007"])["MetricAlarms"] == []
    newest, *_ = account("DescribeAlarmHistory", AlarmName="alarm-007")["AlarmHistoryItems"]
    assert newest["HistorySummary"] == 'Alarm "alarm-007" deleted'
    recent = account("DescribeAlarmHistory", StartDate=NOW_S - 60, EndDate=NOW_S + 60)["AlarmHistoryItems"]
    assert names(recent) == ["alarm-007"]


def math_alarm(*queries: dict[str, Any]) -> dict[str, Any]:
    return {
        "AlarmName": "math",
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": list(queries),
    }


HIDDEN = query("e", PLACE, ReturnData=False)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (an_alarm(Period=45), "multiple of 60"),
        (an_alarm(Period=300, EvaluationPeriods=289), "more than a day"),
        (an_alarm(Period=3600, EvaluationPeriods=169), "seven days"),
        (an_alarm(EvaluationPeriods=0), "EvaluationPeriods"),
        (an_alarm(EvaluationPeriods=3, DatapointsToAlarm=4), "between 1 and 3"),
        (an_alarm(ExtendedStatistic="p99"), "Exactly one of Statistic"),
        (an_alarm(Statistic="Median"), "Statistic"),
        (an_alarm(Statistic=None), "Exactly one of Statistic"),
        (an_alarm(Statistic=None, ExtendedStatistic="p200"), "not a valid statistic"),
        (an_alarm(ComparisonOperator="GreaterThan"), "ComparisonOperator"),
        (an_alarm(ComparisonOperator="GreaterThanUpperThreshold"), "anomaly band"),
        (an_alarm(Threshold=None), "Threshold"),
        (an_alarm(Threshold="5"), "must be a number"),
        (an_alarm(TreatMissingData="ok"), "TreatMissingData"),
        (an_alarm(AlarmActions=[TOPIC] * 6), "greater than 5"),
        (an_alarm(AlarmActions=["pay-oncall"]), "arn syntax"),
        (an_alarm(""), "AlarmName"),
        (an_alarm("tab\there"), "control characters"),
        (an_alarm(Metrics=[HIDDEN]), "Exactly one of MetricName and Metrics"),
        (math_alarm(HIDDEN), "return data"),
        (math_alarm({"Id": "x", "Expression": "1 + 1"}), "MetricStat"),
        (math_alarm(HIDDEN, {"Id": "x", "Expression": "e +"}), "Error in expression"),
        (math_alarm(HIDDEN, {"Id": "x", "Expression": "SUM(SEARCH('a', 'Sum', 60))"}), "SEARCH"),
        (math_alarm(HIDDEN, query("f", PLACE, period_s=300)), "same for all"),
        (math_alarm(*(query(f"m{index}", PLACE, ReturnData=index == 0) for index in range(11))), "10 metrics"),
        (math_alarm(query("e", PLACE)) | {"Period": 60}, "cannot be combined"),
    ],
)
def test_a_definition_that_aws_refuses_is_refused(definition: dict[str, Any], words: str) -> None:
    account = Account()
    assert words in account.refused("PutMetricAlarm", **definition).message
    assert account("DescribeAlarms")["MetricAlarms"] == []


def test_the_longest_alarms_that_aws_takes_are_taken() -> None:
    account = Account()
    account.put_alarm("day", Period=300, EvaluationPeriods=288)
    account.put_alarm("week: naïve", Period=3600, EvaluationPeriods=168, Threshold=0)
    account.wait(2)
    assert names(account("DescribeAlarms", StateValue="INSUFFICIENT_DATA")["MetricAlarms"]) == ["day", "week: naïve"]


def test_an_alarm_keeps_its_kind() -> None:
    account = many(1)
    account("PutCompositeAlarm", AlarmName="all", AlarmRule="ALARM(alarm-000)")
    assert "composite alarm" in account.refused("PutMetricAlarm", **an_alarm("all")).message
