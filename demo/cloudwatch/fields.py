"""Reads the parameters of a request, which anybody may have written. Each raises `ServiceError` for a wrong type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from math import isfinite
from sys import intern
from typing import Any, TypeAlias

from aws.model import MetricKey
from demo.errors import ServiceError

Params: TypeAlias = Mapping[str, Any]


def invalid(message: str) -> ServiceError:
    """A ValidationError, which is what CloudWatch calls most of what it does not like."""
    return ServiceError("ValidationError", message)


def required(params: Params, name: str) -> Any:
    """The parameter, which must be there."""
    if params.get(name) is None:
        raise ServiceError("MissingParameter", f"The parameter {name} is required.")
    return params[name]


def text(params: Params, name: str, default: str = "", *, longest: int | None = None) -> str:
    """A string; ``default`` where it is absent."""
    value = params.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or (longest is not None and not 1 <= len(value) <= longest):
        raise invalid(f"The value for parameter {name} must be text of 1 to {longest or 'any number of'} characters.")
    return value


def one_of(params: Params, name: str, allowed: Collection[str], default: str = "") -> str:
    """A string out of a set; ``default`` where it is absent."""
    value = text(params, name, default)
    if value != default and value not in allowed:
        raise invalid(f"Value {value!r} for parameter {name} must be one of: {', '.join(sorted(allowed))}.")
    return value


def whole(params: Params, name: str, default: int, *, least: int = 1, most: int | None = None) -> int:
    """A whole number within bounds; ``default`` where it is absent."""
    value = params.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"between {least} and {most}"
        raise invalid(f"The value {value!r} for parameter {name} must be a whole number, {bounds}.")
    return value


def number(params: Params, name: str, default: float | None = None) -> float:
    """A finite number; required where there is no default."""
    value = params.get(name)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise invalid(f"The value {value!r} for parameter {name} must be a number.")
    return float(value)


def epoch_s(params: Params, name: str) -> float:
    """A time in UTC epoch seconds, given so or as ISO 8601 text."""
    value = required(params, name)
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            raise invalid(f"The value {value!r} for parameter {name} is not a time.") from None
        return parsed.timestamp() if parsed.tzinfo else parsed.replace(tzinfo=UTC).timestamp()
    return number(params, name)


def texts(params: Params, name: str, *, most: int | None = None) -> list[str]:
    """A list of strings; empty where it is absent."""
    return _all_of(str, "texts", params, name, most)


def structures(params: Params, name: str, *, most: int | None = None) -> list[Params]:
    """A list of structures; empty where it is absent."""
    return _all_of(dict, "structures", params, name, most)


def _all_of(kind: type, words: str, params: Params, name: str, most: int | None) -> list[Any]:
    value = params.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise invalid(f"The value for parameter {name} must be a list of {words}.")
    if most is not None and len(value) > most:
        raise invalid(f"The collection {name} must not have a size greater than {most}.")
    return value


def structure(params: Params, name: str) -> Params:
    """A structure, which must be there."""
    value = required(params, name)
    if not isinstance(value, dict):
        raise invalid(f"The value for parameter {name} must be a structure.")
    return value


def metric_key(params: Params) -> MetricKey:
    """The metric that Namespace, MetricName and Dimensions name."""
    required(params, "MetricName")
    required(params, "Namespace")
    dimensions = []
    for dimension in structures(params, "Dimensions", most=30):
        required(dimension, "Name")
        required(dimension, "Value")
        name, value = text(dimension, "Name", longest=255), text(dimension, "Value", longest=1024)
        dimensions.append((intern(name), intern(value)))
    namespace, name = text(params, "Namespace", longest=255), text(params, "MetricName", longest=255)
    # Keys are kept by the thousand, and made of few words.
    return MetricKey(intern(namespace), intern(name), tuple(sorted(dimensions)))


def metric_structure(metric: MetricKey) -> dict[str, Any]:
    """The metric as CloudWatch's own structure."""
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
