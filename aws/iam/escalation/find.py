"""Which escalation paths the merged policies of a role open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws.iam.decision import Access, Decision
from aws.iam.escalation.path import PASS_ROLE, EscalationPath
from aws.iam.escalation.table import PATHS
from aws.iam.grants import Grants


@dataclass(frozen=True, slots=True)
class OpenPath:
    """A path whose every need is granted; ``decisions`` in the order of its needs."""

    path: EscalationPath
    decisions: tuple[Decision, ...]

    @property
    def access(self) -> Access:
        """The narrowest of its grants."""
        return min((each.access for each in self.decisions), key=lambda access: access.rank)

    @property
    def conditional(self) -> bool:
        """Whether one of its grants holds under a condition only."""
        return any(each.conditional for each in self.decisions)


def open_paths(grants: Grants) -> Iterator[OpenPath]:
    """The paths whose needs are all granted, be it in different policies, on some resource or under a condition.

    What does not pass a role counts only on all resources: StartBuild of one's own project is no escalation.
    """
    for path in PATHS:
        decisions = tuple(_asked(grants, path, need) for need in path.needs)
        if any(each.access is Access.NO for each in decisions):
            continue
        found = OpenPath(path, decisions)
        if path.passed_to or path.rule == "R04" or all(each.broad for each in decisions):
            yield found


def _asked(grants: Grants, path: EscalationPath, need: str) -> Decision:
    if need == PASS_ROLE:
        return grants.can(need, "*", {"iam:passedtoservice": path.passed_to})
    return grants.can(need)
