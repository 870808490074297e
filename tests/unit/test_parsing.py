"""The parse hooks take over for good answers only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aws.parsing import NotAnObject, parse_metric_data, refuse_what_is_no_object, timestamp_parser


def parsed(body: bytes, status: int = 200) -> tuple[dict[str, Any], dict[str, Any]]:
    response: dict[str, Any] = {"status_code": status, "body": body}
    customized: dict[str, Any] = {}
    parse_metric_data(response_dict=response, customized_response_dict=customized, operation_model=None)
    return response, customized


def test_a_good_answer_is_taken_whole_and_nothing_is_left_to_parse() -> None:
    response, customized = parsed(b'{"MetricDataResults": [{"Id": "m0", "Values": [1.5]}], "NextToken": "t"}')
    assert customized == {"MetricDataResults": [{"Id": "m0", "Values": [1.5]}], "NextToken": "t"}
    assert response["body"] == b""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"__type": "Throttling", "message": "Rate exceeded"}', 400),
        (b'{"MetricDataResults": []}', 500),
        (b"<html>Please log in</html>", 200),
        (b'{"MetricDataResults": [{"Id": "m0", "Val', 200),
        (b'{"Messages": []}', 200),
        (b'{"MetricDataResults": "none"}', 200),
        (b'["MetricDataResults"]', 200),
        (b"", 200),
    ],
)
def test_anything_else_is_left_to_botocore(body: bytes, status: int) -> None:
    response, customized = parsed(body, status)
    assert customized == {}
    assert response["body"] == body


def test_numbers_are_times_and_texts_go_the_long_way() -> None:
    fell_back: list[Any] = []

    def fallback(value: Any) -> datetime:
        fell_back.append(value)
        return datetime(2026, 1, 1, tzinfo=UTC)

    parse = timestamp_parser(fallback)
    assert parse(1_800_000_000.5) == datetime(2027, 1, 15, 8, 0, 0, 500_000, tzinfo=UTC)
    assert parse(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert parse("2026-01-01T00:00:00Z").year == 2026
    assert fell_back == ["2026-01-01T00:00:00Z"]


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b'{"QueueUrls": ["https://', b"[]", b"null"])
def test_what_is_no_object_is_no_answer_in_which_nothing_stands(body: bytes) -> None:
    with pytest.raises(NotAnObject):
        refuse_what_is_no_object({"status_code": 200, "body": body}, {})


@pytest.mark.parametrize(
    ("body", "status", "customized"),
    [(b"{}", 200, {}), (b"", 204, {}), (b"<html>", 502, {}), (b"half", 200, {"MetricDataResults": []})],
)
def test_objects_errors_and_what_was_parsed_already_are_left_to_botocore(
    body: bytes, status: int, customized: dict[str, Any]
) -> None:
    refuse_what_is_no_object({"status_code": status, "body": body}, customized)
