"""Metric math: a table of expressions, the user guide's own examples among them."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

import pytest

from aws.evaluate.math import Context, MathError, TimeSeries, Value, Window, evaluate, parse, references, uses

Values: TypeAlias = list[float | None]

START = 1_790_000_100 // 300 * 300  # 14:15:00 UTC on Monday 21 September 2026
NO: None = None


def series(name: str, values: Values) -> TimeSeries:
    points = {START + 60 * index: float(value) for index, value in enumerate(values) if value is not None}
    return TimeSeries(name, name, START, 60, points)


METRICS: dict[str, Values] = {
    "m1": [30, 20, 0, 0],
    "m2": [20, NO, 20, NO],
    "m3": [1, 2, 3, 4],
    "errors_a": [1, 0, NO, 5],
    "errors_b": [NO, 2, NO, 4],
    "none": [NO, NO, NO, NO],
    "cond": [1, 1, 0, 0],
    "neg": [-1.5, 2.5, 0, -4],
}


def value_of(expression: str, metrics: dict[str, Values] | None = None) -> Value:
    known = {name: series(name, values) for name, values in (metrics or METRICS).items()}
    context = Context(
        window=Window(START, START + 240, 60), lookup=known.__getitem__, metrics=lambda: tuple(known.values())
    )
    return evaluate(parse(expression), context)


def listed(one: TimeSeries) -> Values:
    return [one.points.get(START + 60 * index) for index in range(4)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Arithmetic: a missing value counts as zero beside one that is there; x/0 drops the datapoint.
        ("m1 + m2", [50, 20, 20, 0]),
        ("m1 - m2", [10, 20, -20, 0]),
        ("m1 / m2", [1.5, NO, 0, NO]),
        ("m2 / m1", [2 / 3, 0, NO, NO]),
        ("100 * errors_a / m3", [100, 0, 0, 125]),
        ("errors_a + errors_b", [1, 2, NO, 9]),
        ("m3 ^ 2", [1, 4, 9, 16]),
        ("2 ^ m3", [2, 4, 8, 16]),
        ("-m3 ^ 2", [-1, -4, -9, -16]),
        ("neg ^ 0.5", [NO, 2.5**0.5, 0, NO]),
        ("2 ^ 3 ^ 2 + 0 * m3", [512] * 4),
        ("2 + 3 * 4 - -m3", [15, 16, 17, 18]),
        ("(2 + 3) * m3", [5, 10, 15, 20]),
        ("1.5e1 * m3 / .5", [30, 60, 90, 120]),
        ("10 - 4 - m3", [5, 4, 3, 2]),
        ("m1 / 0", [NO, NO, NO, NO]),
        # Comparisons and logic, with the examples of the user guide.
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 && m2 > 15 || m3 == 4", [1, 0, 0, 1]),
        ("m3 != 2", [1, 0, 1, 1]),
        ("(3 > 2) * m3", [1, 2, 3, 4]),
        # Point by point.
        ("ABS(neg)", [1.5, 2.5, 0, 4]),
        ("CEIL(neg)", [-1, 3, 0, -4]),
        ("FLOOR(neg)", [-2, 2, 0, -4]),
        ("LOG10(m1 * 10)", [math.log10(300), math.log10(200), NO, NO]),
        ("LOG(m3)", [math.log(value) for value in (1, 2, 3, 4)]),
        ("ABS(-3) * m3", [3, 6, 9, 12]),
        # Over time: a scalar.
        ("m3 - AVG(m3)", [-1.5, -0.5, 0.5, 1.5]),
        ("m3 * SUM(m2)", [40, 80, 120, 160]),
        ("m3 + MAX(m1) - MIN(m1)", [31, 32, 33, 34]),
        ("m3 * DATAPOINT_COUNT(m2)", [2, 4, 6, 8]),
        ("m3 * STDDEV(m3)", [value * math.sqrt(1.25) for value in (1, 2, 3, 4)]),
        ("m3 - AVG(none)", [NO, NO, NO, NO]),
        ("m3 * SUM(none)", [0, 0, 0, 0]),
        # Across an array: a series. AVG counts missing ones as zero.
        ("SUM([m1, m2])", [50, 20, 20, 0]),
        ("AVG([m1, m2])", [25, 10, 10, 0]),
        ("MAX([errors_a, errors_b])", [1, 2, NO, 5]),
        ("MIN([errors_a, errors_b])", [1, 0, NO, 4]),
        ("DATAPOINT_COUNT([m1, m2])", [2, 1, 2, 1]),
        ("STDDEV([m1, m3])", [14.5, 9, 1.5, 2]),
        ('SUM(METRICS("errors"))', [1, 2, NO, 9]),
        ("m3 * METRIC_COUNT(METRICS())", [8, 16, 24, 32]),
        ("SUM(-[m1, m3])", [-31, -22, -3, -4]),
        ("SUM(100 / [m3, m3])", [200, 100, 200 / 3, 50]),
        ("AVG([m1, m3] / m3)", [15.5, 5.5, 0.5, 0.5]),
        # Change.
        ("DIFF(m3)", [NO, 1, 1, 1]),
        ("DIFF(errors_a)", [NO, -1, NO, 5]),
        ("DIFF_TIME(errors_a)", [NO, 60, NO, 120]),
        ("RATE(errors_a)", [NO, -1 / 60, NO, 5 / 120]),
        ("RUNNING_SUM(errors_a)", [1, 1, NO, 6]),
        # Filling.
        ("FILL(m2, 0)", [20, 0, 20, 0]),
        ("FILL(m2, m3)", [20, 2, 20, 4]),
        ("FILL(m2, REPEAT)", [20, 20, 20, 20]),
        ("FILL(errors_b, REPEAT)", [NO, 2, 2, 4]),
        ("FILL(errors_b, LINEAR)", [NO, 2, 3, 4]),
        ("FILL(m2, LINEAR)", [20, 20, 20, NO]),
        ("FILL(none, 7)", [7, 7, 7, 7]),
        ("FILL(m2, MIN(m3))", [20, 1, 20, 1]),
        ("SUM(FILL([m2, errors_b], 1))", [21, 3, 21, 5]),
        # IF, with the examples of the user guide.
        ("IF(cond, m2, m3)", [20, 0, 3, 4]),
        ("IF(cond, 5, errors_b)", [5, 5, NO, 4]),
        ("IF(cond, m2, 5)", [20, 0, 5, 5]),
        ("IF(m1 > 10, m1)", [30, 20, NO, NO]),
        ("IF(m2 > 10, 1, 0)", [1, NO, 1, NO]),
        ("IF(1, m3, m1)", [1, 2, 3, 4]),
        ("IF(0, m3, m1)", [30, 20, 0, 0]),
        ("IF(0, m3)", [NO, NO, NO, NO]),
        # Arrays.
        ("FIRST([m1, m3])", [30, 20, 0, 0]),
        ("LAST([m1, m3])", [1, 2, 3, 4]),
        ("FIRST(SORT([m3, m1, none], AVG, DESC))", [30, 20, 0, 0]),
        ("LAST(SORT([none, m3, m1], SUM, ASC))", [NO, NO, NO, NO]),
        ("SUM(SORT([m1, m3], MAX, ASC, 1))", [1, 2, 3, 4]),
        ("FIRST(SLICE([m1, m2, m3], 2))", [1, 2, 3, 4]),
        ("SUM(SLICE([m1, m3, m3], 1, 3))", [2, 4, 6, 8]),
        ("SUM(REMOVE_EMPTY([none, m3]))", [1, 2, 3, 4]),
        # Time.
        ("m3 / PERIOD(m3) * 60", [1, 2, 3, 4]),
        ("MINUTE(m2)", [15, 16, 17, 18]),
        ("HOUR(none) * 100 + DAY(none)", [1401, 1401, 1401, 1401]),
        ("YEAR(m3) * 10000 + MONTH(m3) * 100 + DATE(m3)", [20260921] * 4),
        ("EPOCH(m3) - EPOCH(m3)", [0, 0, 0, 0]),
        ("TIME_SERIES(MAX(m1))", [30, 30, 30, 30]),
    ],
)
def test_an_expression_gives_the_series_that_cloudwatch_gives(expression: str, expected: Values) -> None:
    result = value_of(expression)
    assert isinstance(result, TimeSeries)
    assert listed(result) == [None if value is None else pytest.approx(value) for value in expected]


def test_an_array_comes_back_as_an_array() -> None:
    result = value_of("METRICS() * 100", {"m1": [1, NO], "m2": [3, 4]})
    assert isinstance(result, tuple)
    assert [(one.label, listed(one)[:2]) for one in result] == [("m1", [100, NO]), ("m2", [300, 400])]


def test_a_scalar_comes_back_as_a_scalar() -> None:
    assert value_of("SUM(m3) / DATAPOINT_COUNT(m3)") == 2.5


@pytest.mark.parametrize(
    ("expression", "position", "problem"),
    [
        ("", 0, "unexpected end"),
        ("m1 +", 4, "unexpected end"),
        ("m1 + nope", 5, "no metric or expression"),
        ("m1 $ 2", 3, "unexpected '$'"),
        ("(m1", 3, "expected"),
        ("m1 m2", 3, "unexpected 'm2'"),
        ("SUM(m1", 6, "expected"),
        ("BOGUS(m1)", 0, "BOGUS is not supported"),
        ("ANOMALY_DETECTION_BAND(m1)", 0, "not supported"),
        ("ABS()", 0, "takes 1 arguments"),
        ("m1 + ABS(m1, m2)", 5, "takes 1 arguments"),
        ("[m1] + [m2]", 5, "two arrays"),
        ("[m1, 3]", 5, "holds time series"),
        ("SUM(3)", 0, "time series"),
        ("IF([m1], 1, 2)", 0, "not arrays"),
        ("FILL(m1, AVG)", 9, "REPEAT or LINEAR"),
        ("SORT([m1], MEDIAN, ASC)", 0, "SORT takes"),
        ("SLICE([m1], 0.5)", 12, "whole number"),
        ("PERIOD([m1])", 7, "a time series"),
        ("SEARCH('x', 'Sum', 300)", 0, "SEARCH is not possible"),
        ("METRICS(m1)", 8, "text in quotes"),
        ("REPEAT", 0, "expected a number"),
        ('SELECT AVG(Duration) FROM "AWS/Lambda"', 0, "Metrics Insights"),
        ("(" * 500 + "m1" + ")" * 500, 100, "nested too deeply"),
        ("2" + "^2" * 500, 199, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_position(expression: str, position: int, problem: str) -> None:
    with pytest.raises(MathError, match=re.escape(problem)) as caught:
        value_of(expression)
    assert caught.value.position == position


def test_an_expression_tells_what_it_needs() -> None:
    tree = parse("IF(m1 > 5, FILL(e1, 0), [m2, -m3])")
    assert references(tree) == {"m1", "m2", "m3", "e1"}
    assert uses(tree, "FILL")
    assert not uses(tree, "SEARCH")
