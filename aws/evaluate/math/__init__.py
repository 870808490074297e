"""CloudWatch metric math: tokens, a parser, a tree, and its evaluation over series. Nothing is ever `eval`ed.

Source: the CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

from aws.evaluate.errors import MathError
from aws.evaluate.math.evaluator import Context, evaluate
from aws.evaluate.math.parser import parse
from aws.evaluate.math.search import parse_search
from aws.evaluate.math.syntax import Node, references, uses
from aws.evaluate.math.values import SeriesArray, TimeSeries, Value, Window

__all__ = [
    "Context",
    "MathError",
    "Node",
    "SeriesArray",
    "TimeSeries",
    "Value",
    "Window",
    "evaluate",
    "parse",
    "parse_search",
    "references",
    "uses",
]
