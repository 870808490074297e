"""What evidence adds to a finding's own words, and CloudWatch's reasons in short. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from aws.figures import short
from tui.present.figures import clock

VALUES_SHOWN = 3

_CLAUSES = re.compile(r"(?<=[.;])\s+")
_WORDS = re.compile(r"[^\s;,:()]+(?:,\d+)*")
_METRIC = re.compile(r"[A-Z][a-z]+[A-Z]")  # CloudWatch's longer names say more than any text
_FIGURE = re.compile(r"\d[\d.]*[a-z%]{0,2}")
_WINDOWS = frozenset({"5m", "15m"})  # those of the rules: a text may leave them out
_CROSSED = re.compile(
    r"Threshold Crossed: (?:(?P<bad>\d+) out of the last (?P<of>\d+) datapoints|\d+ datapoints?)"
    r" \[(?P<points>[^\]]*)\] (?:was|were) (?P<relation>[a-z ]+?) the threshold \((?P<threshold>[^)]+)\)"
    r"(?: \(minimum [^)]*\))?\.?"
)
_ALARM_ARN = re.compile(r"arn:aws[\w-]*:cloudwatch:[\w-]*:\d*:alarm:(\S+)")
_LONG_DATE = re.compile(r"at [A-Z][a-z]+ (\d{1,2} [A-Z][a-z]+), \d{4} (\d\d:\d\d):\d\d UTC")  # a composite alarm's
_POINT = re.compile(r"(-?[\d.]+(?:E-?\d+)?) \((\d\d/\d\d/\d\d \d\d:\d\d:\d\d)\)", re.IGNORECASE)
_SIGNS = {
    "greater than or equal to": ">=",
    "greater than": ">",
    "less than or equal to": "<=",
    "less than": "<",
}


def added(text: str, evidence: str) -> str:
    """The clauses of ``evidence`` that say more than ``text``: other figures, or words without any."""
    said = set(map(_plain, _WORDS.findall(text)))
    return " ".join(clause for clause in _CLAUSES.split(evidence) if clause and not _said(clause, said))


def _said(clause: str, said: set[str]) -> bool:
    if _METRIC.search(clause):
        return False
    words = {_plain(word) for word in _WORDS.findall(clause)} - _WINDOWS
    figures = {word for word in words if _FIGURE.fullmatch(word)}
    return figures <= said if figures else words <= said


def _plain(word: str) -> str:
    """``2,326`` as a short text would have it: ``2.3k``."""
    word = word.rstrip(".").lower()
    number = word.replace(",", "")
    return short(float(number)) if number.isdecimal() else word


def reason(text: str, *, local: bool = False) -> str:
    """An alarm's reason as its newest figures beside the threshold; what has another form nearly stays as it is.

    ``13,968, 12,713, 14,349 … > 12,000 (5 of the last 5, newest 09:59Z)``. The form is CloudWatch's StateReason.
    """
    text = _ALARM_ARN.sub(r"\1", _LONG_DATE.sub(r"at \1 \2Z", text))
    return _CROSSED.sub(lambda found: _figures(found, local), text)


def _figures(found: re.Match[str], local: bool) -> str:
    negated = found["relation"].startswith("not ")
    sign = _SIGNS.get(found["relation"].removeprefix("not "))
    points = _points(found["points"])
    if not points or sign is None:
        return found[0]
    values = ", ".join(_number(value) for _, value in points[:VALUES_SHOWN])
    more = " …" if len(points) > VALUES_SHOWN else ""
    share = f"{found['bad']} of the last {found['of']}, " if found["of"] else ""
    newest = clock(points[0][0].timestamp(), local=local)
    return f"{values}{more} {'not ' if negated else ''}{sign} {_threshold(found['threshold'])} ({share}newest {newest})"


def _points(text: str) -> list[tuple[datetime, float]]:
    """The datapoints, newest first; none where they are not what CloudWatch writes."""
    try:
        points = [
            (datetime.strptime(at, "%d/%m/%y %H:%M:%S").replace(tzinfo=UTC), float(value))
            for value, at in _POINT.findall(text)
        ]
    except ValueError:
        return []
    return sorted(points, reverse=True)


def _threshold(text: str) -> str:
    try:
        return _number(float(text))
    except ValueError:  # a band, or another metric
        return text


def _number(value: float) -> str:
    """At most four digits that count, thousands apart: ``13,968``, ``0.0312``."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
