"""A query's tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\n?\s*)*
        (?: (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
          | (?P<regex>(?<=[\s~])/(?:[^/\\]|\\.)+/i?)
          | (?P<number>\d+(?:\.\d+)?(?:ms|s|m|h|d|w)?(?![\w.]))
          | (?P<name>@?[A-Za-z_][\w.]*(?:@\w+)?|`[^`]+`)
          | (?P<symbol>=~|!=|<=|>=|[=<>()\[\],|*+/%^-]) )""",
    re.VERBOSE,
)


class QueryError(ValueError):
    """The query is malformed; the message says what and where."""


class Token(NamedTuple):
    """``kind`` is string, regex, number, name, symbol or end; ``at`` where it starts in the query."""

    kind: str
    text: str
    at: int


class Tokens:
    """The tokens of a query, read from the left."""

    def __init__(self, query: str) -> None:
        self.query = query
        self._tokens: list[Token] = []
        at, end = 0, len(query.rstrip())
        while at < end:
            found = _TOKEN.match(query, at)
            if found is None:
                raise QueryError(f"unexpected symbol found {query[at:].strip()[:20]!r} at character {at + 1}")
            kind = str(found.lastgroup)
            self._tokens.append(Token(kind, found[kind], found.start(kind)))
            at = found.end()
        self._end = Token("end", "", end)
        self._at = 0

    def peek(self) -> Token:
        """The next token, which stays."""
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._at += 1
        return token

    def skip(self, *words: str) -> bool:
        """Takes the next token if it is one of ``words``, in any case of letters."""
        token = self.peek()
        if token.kind in ("name", "symbol") and token.text.lower() in words:
            self._at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        """Takes ``word``. Raises `QueryError`."""
        if not self.skip(word):
            raise self.unexpected(f"{word!r}")

    def name(self) -> str:
        """Takes a field's name. Raises `QueryError`."""
        if self.peek().kind != "name":
            raise self.unexpected("a field")
        return self.take().text.strip("`")

    def unexpected(self, wanted: str) -> QueryError:
        """The error that ``wanted`` was not found here."""
        token = self.peek()
        found = repr(token.text) if token.text else "the end of the query"
        return QueryError(f"expected {wanted}, found {found} at character {token.at + 1}")

    def since(self, token: Token) -> str:
        """The query's own text from ``token`` up to the next one: what a column without alias is called."""
        return self.query[token.at : self.peek().at].strip()


def unquoted(text: str) -> str:
    """The content of a quoted string."""
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def seconds(text: str) -> float:
    """A number with an optional unit, such as 5m. Raises `QueryError`."""
    found = re.fullmatch(r"([\d.]+)(ms|s|m|h|d|w)?", text)
    if found is None:
        raise QueryError(f"{text!r} is no length of time: write 5m, 1h, 30s")
    units = {None: 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
    return float(found[1]) * units[found[2]]
