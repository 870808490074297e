"""Space-delimited events: ``[ip, user, ..., status = 4*, bytes > 1000]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.logs.patterns.conditions import Condition, Tokens, parse_condition
from demo.logs.patterns.match import Extracted, PatternError, comparison

_REST = "..."
_WORDS = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^,"%])+')


@dataclass(frozen=True, slots=True)
class Columns:
    """``names`` are the columns in order, at most one of them ``...``; each condition looks at the columns by name."""

    names: tuple[str, ...]
    conditions: tuple[Condition[Mapping[str, str]], ...]

    def match(self, message: str) -> Extracted | None:
        """An event with another number of words does not match; a word in brackets or quotes counts as one."""
        words = ["".join(groups) for groups in _WORDS.findall(message)]
        columns = self._assign(words)
        return columns if columns is not None and all(test(columns) for test in self.conditions) else None

    def value(self, message: str, reference: str) -> str | None:
        """The column named ``$column``."""
        columns = self.match(message)
        return None if columns is None else columns.get(reference.removeprefix("$"))

    def _assign(self, words: list[str]) -> dict[str, str] | None:
        if _REST not in self.names:
            return dict(zip(self.names, words, strict=True)) if len(words) == len(self.names) else None
        before = self.names.index(_REST)
        after = len(self.names) - before - 1
        if len(words) < before + after:
            return None
        columns = dict(zip(self.names[:before], words, strict=False))
        columns.update(zip(self.names[before + 1 :], words[len(words) - after :], strict=False))
        return columns


def parse_columns(text: str) -> Columns:
    """Raises `PatternError`."""
    if not text.endswith("]"):
        raise PatternError("a space-delimited filter pattern ends with ]")
    names: list[str] = []
    conditions: list[Condition[Mapping[str, str]]] = []
    for number, part in enumerate(_PART.findall(text[1:-1]), start=1):
        name, condition = _column(part.strip(), number)
        if name in names:
            raise PatternError(f"two columns are named {name!r}")
        names.append(name)
        if condition is not None:
            conditions.append(condition)
    if not names:
        raise PatternError("a space-delimited filter pattern names at least one column")
    return Columns(tuple(names), tuple(conditions))


def _column(part: str, number: int) -> tuple[str, Condition[Mapping[str, str]] | None]:
    if part in ("", _REST):
        return (_REST, None) if part else (f"column{number}", None)
    tokens = Tokens(part)
    name = tokens.peek()
    if not re.fullmatch(r"[\w.-]+", name):
        raise PatternError(f"a column is named with letters, digits and _, not {name or part!r}")

    def compare(tokens: Tokens) -> Callable[[Mapping[str, str]], bool]:
        subject, quoted = tokens.take("the column's name")
        if quoted or subject != name:
            raise PatternError(f"the conditions of column {name!r} are about it alone, not about {subject!r}")
        operator = tokens.operator()
        operand, quoted = tokens.take("a value")
        test = comparison(operator, operand, quoted=quoted)
        return lambda columns: test(columns[name])

    if part == name:
        return name, None
    condition: Condition[Mapping[str, str]] = parse_condition(tokens, compare)
    tokens.end()
    return name, condition
