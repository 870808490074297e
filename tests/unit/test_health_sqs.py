"""Each threshold of queues, just below and just at it."""

from __future__ import annotations

import pytest

from aws.model import Phase, Resource, Severity
from tests.builders import NOW, a_queue
from tests.unit.judging import Values, ending, newest, severity, verdicts

QUEUE = a_queue()  # late after 6 minutes, old after a day, lost after 80% of 4 days
DEAD = a_queue("orders-dlq", dead_letter_for=("arn:aws:sqs:eu-west-1:123456789012:orders-queue",))
WEEK_S = 7 * 86_400


def judged(queue: Resource, **values: list[float | None]) -> str | None:
    return severity(verdicts(queue, values), "sqs.dlq" if queue is DEAD else "sqs.age")


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        (ending([361] * 5), "warning"),
        (ending([360] * 5), None),
        (ending([361] * 4), None),
        (ending([400, 390, 380, 370, 361]), None),  # it is being worked off
        (newest([361] * 5), None),  # ages hold still only once they are settled
        (ending([86_401 + minute for minute in range(10)], before=86_400), "critical"),
        (ending([86_401 + minute for minute in range(9)], before=86_400), "warning"),
        (ending([86_401] * 15, before=86_400), "warning"),  # old, but not rising
        (ending([276_481]), "critical"),  # 80% of its retention: lost soon
        (ending([276_480]), None),
    ],
)
def test_age(ages: list[float | None], expected: str | None) -> None:
    assert judged(QUEUE, age=ages) == expected


def test_an_age_is_of_no_concern_where_messages_are_meant_to_lie_or_nothing_is_known() -> None:
    late: Values = {"age": ending([100_000] * 30)}
    assert "sqs.age" in verdicts(QUEUE, late)
    assert "sqs.age" not in verdicts(DEAD, late)
    assert "sqs.age" not in verdicts(a_queue(dead_letter_for=None), late)
    assert "sqs.age" not in verdicts(a_queue(visibility_timeout_s=None), late)


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        (newest([4], before=3), "warning"),
        (newest([3], before=3), "info"),
        (newest([0], before=0), None),
        (newest([13], before=3), "critical"),
        (newest([12], before=3), "warning"),
        (newest([0, 0, 3], before=3), "info"),  # somebody looked: they were hidden for a while
        (newest([0] * 16 + [3], before=3), "warning"),  # somebody emptied it: these are others
    ],
)
def test_dead_letters(waiting: list[float | None], expected: str | None) -> None:
    assert judged(DEAD, visible=waiting, age=newest([WEEK_S] * 180)) == expected


def test_what_came_within_a_day_is_news_however_little_of_that_day_can_be_seen() -> None:
    assert judged(DEAD, visible=newest([3], before=3), age=newest([86_400] * 180)) == "warning"
    assert judged(DEAD, visible=newest([3], before=3), age=newest([86_401] * 180)) == "info"


def test_a_queue_that_begins_to_publish_has_not_grown_by_all_that_lies_in_it() -> None:
    woken: list[float | None] = [None] * 170 + [40.0] * 10
    assert judged(DEAD, visible=woken, age=newest([WEEK_S] * 180)) == "info"


def test_the_finding_says_since_when_by_how_much_and_where_from() -> None:
    waiting = newest([12.0] * 20 + [13.0] * 10 + [14.0], before=12)
    finding = verdicts(DEAD, {"visible": waiting, "age": newest([WEEK_S] * 180)})["sqs.dlq"]
    assert finding.text == "14 waiting, +2 in 15m"
    assert finding.since_s == NOW - 11 * 60  # not since the first twelve lie there
    assert finding.evidence.endswith("They come from orders-queue.")
    later = verdicts(DEAD, {"visible": newest([14.0] * 60, before=12), "age": newest([WEEK_S] * 180)})["sqs.dlq"]
    assert later.text == "14 waiting, +2 in 3h"


def test_an_emptied_queue_recovers() -> None:
    values: Values = {"visible": newest([5] * 20 + [0] * 12), "age": newest([60] * 180)}
    finding = verdicts(DEAD, values)["sqs.dlq"]
    assert (finding.phase, finding.severity) == (Phase.RECOVERED, Severity.WARNING)
