"""Single records of AWS's listings, where one odd record must not hide the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from sys import intern
from typing import Any

from aws.errors import BadAnswer
from aws.model import Gap, Scope

# What reading a record of an unexpected shape raises.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)


def bad_record(scope: Scope, service: str, operation: str, what: str, error: Exception) -> Gap:
    """One record that could not be read, as a gap."""
    reason = f"{what} could not be read ({type(error).__name__}: {error})"
    gap = BadAnswer(service, operation, reason, hint="the rest of the listing is shown").gap(scope)
    return replace(gap, passes=False)


def word(value: Any) -> Any:
    """A text that thousands of records have in common, kept once; whatever else it is, as it is."""
    return intern(value) if type(value) is str else value


def epoch_s(value: Any) -> float | None:
    """A time as AWS writes it, datetime or ISO 8601 text, in UTC epoch seconds; None where it is neither."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.timestamp() if isinstance(value, datetime) and value.tzinfo is not None else None
