"""Terms in unstructured events: ``ERROR timeout``, ``?ERROR ?WARN``, ``-DEBUG``, ``"timed out"``, ``%4\\d\\d%``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from demo.logs.patterns.match import Extracted, PatternError, regex

_TERM = re.compile(
    r"""(?P<sign>[?-]?)
        (?: "(?P<phrase>(?:[^"\\]|\\.)*)" | %(?P<regex>[^%]*)% | (?P<word>[^\s"%]+) )
        (?=\s|$)""",
    re.VERBOSE,
)
_WORD = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """All of ``required`` and none of ``excluded``; where neither is given, at least one of ``optional``."""

    required: tuple[Callable[[str], bool], ...] = ()
    optional: tuple[Callable[[str], bool], ...] = ()
    excluded: tuple[Callable[[str], bool], ...] = ()

    def match(self, message: str) -> Extracted | None:
        """Terms are case-sensitive and found anywhere in the message."""
        if any(test(message) for test in self.excluded) or not all(test(message) for test in self.required):
            return None
        # CloudWatch Logs ignores ?terms beside terms of another kind.
        alone = not self.required and not self.excluded
        if alone and self.optional and not any(test(message) for test in self.optional):
            return None
        return {}

    def value(self, message: str, reference: str) -> str | None:  # noqa: ARG002
        """Terms name nothing."""
        return None


def parse_terms(text: str) -> Terms:
    """Raises `PatternError`."""
    kinds: dict[str, list[Callable[[str], bool]]] = {"": [], "?": [], "-": []}
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise PatternError(f"cannot read the filter pattern at character {at + 1}: {text[at : at + 20]!r}")
        kinds[found["sign"]].append(_test(found))
        at = found.end()
        while at < len(text) and text[at].isspace():
            at += 1
    return Terms(tuple(kinds[""]), tuple(kinds["?"]), tuple(kinds["-"]))


def _test(found: re.Match[str]) -> Callable[[str], bool]:
    if found["regex"] is not None:
        expression = regex(found["regex"])
        return lambda message: expression.search(message) is not None
    if found["phrase"] is not None:
        phrase = re.sub(r"\\(.)", r"\1", found["phrase"])
        return lambda message: phrase in message
    word = found["word"]
    if not _WORD.fullmatch(word):
        raise PatternError(f"invalid character(s) in term {word!r}: put it in double quotes")
    return lambda message: word in message
