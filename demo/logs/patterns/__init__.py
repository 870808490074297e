"""CloudWatch Logs filter patterns, as its user guide describes them ("Filter pattern syntax"). Pure.

Three languages, told apart by the first character: ``{`` selects in JSON events, ``[`` in space-delimited ones, all
else is terms. An empty pattern matches every event.
"""

from demo.logs.patterns.columns import parse_columns
from demo.logs.patterns.match import Pattern, PatternError
from demo.logs.patterns.selectors import parse_selector
from demo.logs.patterns.terms import parse_terms

_MAX_LENGTH = 1024

__all__ = ["Pattern", "PatternError", "parse"]


def parse(text: str) -> Pattern:
    """The pattern that ``text`` describes. Raises `PatternError`, whose message says what and where."""
    if len(text) > _MAX_LENGTH:
        raise PatternError(f"a filter pattern has at most {_MAX_LENGTH} characters, this one {len(text)}")
    stripped = text.strip()
    match stripped[:1]:
        case "{":
            return parse_selector(stripped)
        case "[":
            return parse_columns(stripped)
    return parse_terms(stripped)
