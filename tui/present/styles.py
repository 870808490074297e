"""The few Rich styles that the presenters use, by what they mean. The theme decides which colours the names get.

No meaning hangs on colour alone: every severity is also a word.
"""

from __future__ import annotations

from aws.model import Health, Severity

PLAIN = ""
QUIET = "dim"
STRONG = "bold"
CRITICAL = "bold red"
WARNING = "yellow"
GOOD = "green"
UNKNOWN = "magenta"
NOTE = "cyan"

SEVERITY_WORD = {Severity.CRITICAL: "CRIT", Severity.WARNING: "WARN", Severity.INFO: "INFO"}
SEVERITY_STYLE = {Severity.CRITICAL: CRITICAL, Severity.WARNING: WARNING, Severity.INFO: NOTE}
HEALTH_WORD = {Health.CRITICAL: "CRIT", Health.WARNING: "WARN", Health.UNKNOWN: "?", Health.OK: "ok"}
HEALTH_STYLE = {Health.CRITICAL: CRITICAL, Health.WARNING: WARNING, Health.UNKNOWN: UNKNOWN, Health.OK: GOOD}
