"""A metric filter as a value: checked when it is put, and asked what it makes of a minute's events. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.logs.params import Params, invalid, required
from demo.logs.patterns import Pattern, PatternError, parse
from demo.logs.patterns.match import number

_NAME = re.compile(r"[^:*]{1,512}")
_MOST_DIMENSIONS = 3


@dataclass(slots=True)
class MetricFilter:
    """``next_minute`` (UTC epoch minutes) is the first that has not been turned into datapoints yet."""

    name: str
    text: str
    pattern: Pattern
    transformation: Mapping[str, Any]
    created_ms: int
    next_minute: int

    @property
    def metric(self) -> tuple[str, str]:
        """(namespace, name) of the metric it makes."""
        return self.transformation["metricNamespace"], self.transformation["metricName"]

    def datums(self, messages: Iterable[str], minute: int) -> list[dict[str, Any]]:
        """The minute as PutMetricData's MetricData. The default value stands for a minute with events but no match."""
        by_dimensions: dict[tuple[tuple[str, str], ...], Counter[float]] = {}
        any_event = False
        for message in messages:
            any_event = True
            if self.pattern.match(message) is None:
                continue
            value, dimensions = self._value(message), self._dimensions(message)
            if value is not None and dimensions is not None:
                by_dimensions.setdefault(dimensions, Counter())[value] += 1
        default = self.transformation.get("defaultValue")
        if any_event and not by_dimensions and default is not None:
            by_dimensions[()] = Counter({float(default): 1})
        return [self._datum(dimensions, counts, minute) for dimensions, counts in by_dimensions.items()]

    def _datum(self, dimensions: tuple[tuple[str, str], ...], counts: Counter[float], minute: int) -> dict[str, Any]:
        return {
            "MetricName": self.transformation["metricName"],
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
            "Timestamp": minute * 60,
            "Values": list(counts),
            "Counts": [float(count) for count in counts.values()],
            "Unit": self.transformation.get("unit", "None"),
        }

    def _value(self, message: str) -> float | None:
        text = str(self.transformation["metricValue"])
        if text.startswith("$"):
            text = self.pattern.value(message, text) or ""
        return number(text)

    def _dimensions(self, message: str) -> tuple[tuple[str, str], ...] | None:
        found = []
        for name, reference in (self.transformation.get("dimensions") or {}).items():
            value = self.pattern.value(message, reference)
            if value is None:
                return None  # an event that lacks a dimension makes no datapoint
            found.append((name, value))
        return tuple(sorted(found))


def metric_filter(params: Params, now_ms: int) -> MetricFilter:
    """PutMetricFilter's parameters, checked. Raises `ServiceError`."""
    text = params.get("filterPattern")
    if not isinstance(text, str):
        raise invalid("1 validation error detected: filterPattern must be given, if only as an empty string")
    try:
        pattern = parse(text)
    except PatternError as error:
        raise invalid(f"Invalid metric filter pattern: {error}") from error
    transformations = params.get("metricTransformations") or []
    if len(transformations) != 1:
        raise invalid(f"exactly one metric transformation must be given, not {len(transformations)}")
    transformation = transformations[0]
    _check(transformation, text)
    return MetricFilter(
        name=_named(required(params, "filterName"), "filterName"),
        text=text,
        pattern=pattern,
        transformation=dict(transformation),
        created_ms=now_ms,
        next_minute=now_ms // 60_000,
    )


def _check(transformation: Mapping[str, Any], pattern: str) -> None:
    for name in ("metricName", "metricNamespace"):
        _named(required(transformation, name), name)
    if transformation["metricNamespace"].startswith("AWS/"):
        raise invalid("metricNamespace must not start with AWS/")
    selects = pattern.strip()[:1] in ("{", "[") and bool(pattern.strip())
    value = required(transformation, "metricValue")
    if value.startswith("$"):
        if not selects:
            raise invalid(f"metricValue {value!r} needs a JSON or space-delimited filter pattern")
    elif number(value) is None:
        raise invalid(f"metricValue must be a number or a property such as $.size, not {value!r}")
    dimensions = transformation.get("dimensions") or {}
    if dimensions and transformation.get("defaultValue") is not None:
        raise invalid("Invalid metric transformation: dimensions and a default value are mutually exclusive")
    if len(dimensions) > _MOST_DIMENSIONS:
        raise invalid(f"at most {_MOST_DIMENSIONS} dimensions may be given, not {len(dimensions)}")
    if dimensions and not selects:
        raise invalid("dimensions need a JSON or space-delimited filter pattern")
    for reference in dimensions.values():
        if not str(reference).startswith("$"):
            raise invalid(f"a dimension's value is a property such as $.eventType, not {reference!r}")


def _named(text: str, what: str) -> str:
    if not _NAME.fullmatch(text):
        raise invalid(f"{what} has at most 512 characters and no : or *, not {text[:40]!r}")
    return text
