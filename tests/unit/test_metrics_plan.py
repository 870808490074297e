"""Which series go into which request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.metrics.plan import POINTS_PER_CALL, Window, batches, halves, query_ids, request
from aws.model import MetricKey, SeriesId

HOUR = Window(0, 3600, 60)


def metric(name: str) -> MetricKey:
    return MetricKey("AWS/Lambda", "Duration", (("FunctionName", name),))


wanted_lists = st.lists(
    st.builds(SeriesId, st.integers(0, 40).map(lambda n: metric(f"f{n}")), st.sampled_from(["Sum", "p50", "p99"])),
    max_size=80,
)


@given(wanted=wanted_lists, room=st.integers(3, 30))
def test_everything_is_asked_once_and_a_metrics_statistics_stay_together(wanted: list[SeriesId], room: int) -> None:
    planned = batches(wanted, HOUR, queries_per_call=room)
    asked = [series for batch in planned for series in batch]
    assert sorted(asked) == sorted(set(wanted))
    assert all(0 < len(batch) <= room for batch in planned)
    for key in {series.metric for series in wanted}:
        assert sum(any(series.metric == key for series in batch) for batch in planned) == 1


@pytest.mark.parametrize("days", [1, 15, 63])
def test_a_long_window_takes_more_requests_not_more_points_than_allowed(days: int) -> None:
    window = Window(0, days * 86_400, 60)
    planned = batches([SeriesId(metric(f"f{n}"), "Sum") for n in range(150)], window)
    assert sum(len(batch) for batch in planned) == 150
    assert all(len(batch) * window.points <= POINTS_PER_CALL for batch in planned)


@given(wanted=wanted_lists.filter(lambda wanted: len(set(wanted)) > 1))
def test_halving_loses_nothing_and_always_gets_to_single_queries(wanted: list[SeriesId]) -> None:
    left = [tuple(dict.fromkeys(wanted))]
    alone: list[SeriesId] = []
    while left:
        batch = left.pop()
        parts = halves(batch)
        if len(parts) == 1:
            assert len(batch) == 1
            alone.extend(batch)
        else:
            assert all(0 < len(part) < len(batch) for part in parts)
            left.extend(parts)
    assert sorted(alone) == sorted(set(wanted))


def test_percentiles_part_from_simple_statistics_first() -> None:
    batch = tuple(SeriesId(metric(f"f{n}"), stat) for n in range(3) for stat in ("Sum", "p99"))
    simple, percentiles = halves(batch)
    assert {series.stat for series in simple} == {"Sum"}
    assert {series.stat for series in percentiles} == {"p99"}


def test_the_window_is_widened_to_the_grid() -> None:
    assert Window.around(61.5, 179.0, 60) == Window(60, 180, 60)
    assert Window.around(60, 180, 60).points == 2
    with pytest.raises(ValueError, match="empty window"):
        Window.around(180, 60, 60)


def test_a_request_is_what_cloudwatch_documents() -> None:
    account_wide = SeriesId(MetricKey("AWS/Lambda", "Errors"), "Sum")
    batch = (SeriesId(metric("f"), "p99"), account_wide)
    params = request(batch, HOUR)
    first, second = params["MetricDataQueries"]
    assert first["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "FunctionName", "Value": "f"}]
    assert first["MetricStat"]["Period"] == 60
    assert "Dimensions" not in second["MetricStat"]["Metric"]
    assert query_ids(batch) == {first["Id"]: batch[0], second["Id"]: account_wide}
    assert params["StartTime"].timestamp() == 0
    assert params["EndTime"].utcoffset() is not None
