"""What can be wrong with a text that is to be evaluated.

EvaluationError
├── StatisticError    not a statistic that CloudWatch knows
└── ParseError        carries the position of the fault
    ├── MathError     a metric math expression
    └── RuleError     a composite alarm's rule
"""

from __future__ import annotations


class EvaluationError(ValueError):
    """The text cannot be evaluated; the message says why."""


class StatisticError(EvaluationError):
    """Not a statistic that CloudWatch knows."""


class ParseError(EvaluationError):
    """``position`` is the zero-based offset of the fault in the text; ``problem`` the message without it."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"{problem} (at character {position + 1})")
        self.problem = problem
        self.position = position


class MathError(ParseError):
    """A metric math expression is wrong, or asks for something that cannot be computed here."""


class RuleError(ParseError):
    """A composite alarm's rule is wrong."""
