"""Why AWS refused a function: its message read, and held against the policies of the role. Pure.

`parse_denial` reads a log line, `explain` finds the statement behind it, or the one that is missing.
"""

from aws.iam.denials.explanation import DenialExplained, Remedy, explain
from aws.iam.denials.message import Denial, DenialSource, parse_denial

__all__ = ["Denial", "DenialExplained", "DenialSource", "Remedy", "explain", "parse_denial"]
