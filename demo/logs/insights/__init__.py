"""The part of the Logs Insights query language that operators use daily. Pure.

Commands: fields, display, filter, parse (with * or a regular expression), stats … by …, sort, limit, dedup. What is
not known is refused as malformed, with its place, never ignored.
"""

from demo.logs.insights.lexer import QueryError
from demo.logs.insights.query import Query, parse_query

__all__ = ["Query", "QueryError", "parse_query"]
