"""What is known of all function roles, and of the root users: read in the background, looked at by view and header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aws.model import Resource, Snapshot
from tui.present import styles
from widgets.cells import Cell

if TYPE_CHECKING:
    from aws.iam.desk import AccountReport, Posture, RoleReport

_ROOT: Final = {"R23": "cwtop runs as root", "R24": "root has access keys", "R25": "root was used"}
_MFA: Final = "root has no MFA"


@dataclass(slots=True)
class RoleBook:
    """By account id: how its roles stand, how its root user is kept, and what kept the roles from being read.

    ``reading`` are the accounts whose roles are being read now. Filled by the application, on its own loop.
    """

    postures: dict[str, Posture] = field(default_factory=dict)
    accounts: dict[str, AccountReport] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    reading: set[str] = field(default_factory=set)

    def report(self, role_arn: str) -> RoleReport | None:
        """What was read of a role."""
        for posture in self.postures.values():
            if role_arn in posture.roles:
                return posture.roles[role_arn]
        return None

    def changers(self, functions: Iterable[str]) -> set[str] | None:
        """Who may change the code of one of these functions (ARNs); None where that was not read."""
        found: set[str] = set()
        known = False
        for posture in self.postures.values():
            if posture.could_change is None:
                continue
            for arn in functions:
                if arn in posture.could_change:
                    known = True
                    found |= set(posture.could_change[arn])
        return found if known else None

    def alerts(self) -> tuple[str, ...]:
        """What is wrong with a root user, for the header: it stays there."""
        told: dict[str, None] = {}
        several = len(self.accounts) > 1
        for account, report in self.accounts.items():
            for each in report.inspection.findings:
                word = _MFA if each.key == "mfa" else _ROOT.get(each.id, each.title)
                told[f"{account}: {word}" if several else word] = None
        return tuple(told)

    def notes(self) -> Iterator[Cell]:
        """What could not be read of root users and roles, for the panel of gaps."""
        for account, report in self.accounts.items():
            for gap in report.gaps:
                yield Cell(f"{gap.service}  {gap.action}  {account}", styles.STRONG)
                yield Cell(f"  {gap.error}: how the account's root user is kept is not known", styles.UNKNOWN)
                if gap.hint:
                    yield Cell(f"  to do: {gap.hint}")
                yield Cell("")
        for account, posture in self.postures.items():
            for gap in posture.gaps:
                yield Cell(f"{gap.service}  {gap.action}  {account}", styles.STRONG)
                yield Cell(f"  {gap.error}: roles (0) are not all known", styles.UNKNOWN)
                if gap.hint:
                    yield Cell(f"  to do: {gap.hint}")
                yield Cell("")
        for account, problem in self.problems.items():
            yield Cell(f"roles  {account}", styles.STRONG)
            yield Cell(f"  {problem}", styles.UNKNOWN)
            yield Cell("")


def functions_by_role(snapshot: Snapshot) -> Mapping[str, tuple[Resource, ...]]:
    """The functions that run with each role, by its ARN, as the inventory has them."""
    found: dict[str, list[Resource]] = {}
    for resource in snapshot.resources.values():
        if (role := resource.text("role")) and resource.kind == "function":
            found.setdefault(role, []).append(resource)
    return {arn: tuple(functions) for arn, functions in found.items()}
