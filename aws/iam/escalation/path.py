"""One way to more than was given."""

from __future__ import annotations

from dataclasses import dataclass

PASS_ROLE = "iam:PassRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPath:
    """All of ``needs`` together open it. ``rule`` is the rule that reports it.

    ``passed_to`` is the service principal that the role is handed to where ``needs`` hold iam:PassRole: a grant whose
    iam:PassedToService names others does not open the path. ``how`` ends the sentence "With this the role …".
    """

    id: str
    rule: str
    service: str
    needs: tuple[str, ...]
    how: str
    source: str
    passed_to: str = ""
