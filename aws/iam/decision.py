"""The answer to "may this role do X on Y?", with the statements that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws.iam.policy import StatementRef


class Access(StrEnum):
    """How far a grant goes, as the Allow statements, the boundary and unconditional denies leave it."""

    WIDE = "wide"  # all of what was asked for, without a condition
    LIMITED = "limited"  # part of it, or under a condition
    NO = "no"

    @property
    def rank(self) -> int:
        """0 is none, 2 the widest."""
        return ("no", "limited", "wide").index(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One action (or pattern of actions) on one resource (or pattern; ``*`` for all).

    ``allowed_by`` are the Allows that grant it, those without condition first; ``denied_by`` the Denies that settle a
    NO; ``maybe_denied_by`` the Denies that may take it away, or part of it; ``bounded_by`` the boundary's name where
    the boundary takes it away or narrows it. ``unread`` names the policies that could not be read: each of them may
    hold another Allow, another Deny or the limit. Service control policies are not evaluated.
    """

    action: str
    resource: str
    access: Access
    allowed_by: tuple[StatementRef, ...] = ()
    denied_by: tuple[StatementRef, ...] = ()
    maybe_denied_by: tuple[StatementRef, ...] = ()
    conditional: bool = False  # True where no Allow without a condition grants it
    bounded_by: str = ""
    all_but: bool = False  # a LIMITED that is all but what a NotResource names, without a condition
    if_held: bool = False  # a LIMITED that is all of it where a condition holds that names no resources
    unread: tuple[str, ...] = ()

    @property
    def broad(self) -> bool:
        """Whether it is granted without a condition on all resources, or on all but some: it grows by itself."""
        return self.access is Access.WIDE or (self.access is Access.LIMITED and self.all_but)

    @property
    def verdict(self) -> str:
        """``yes``, ``maybe`` or ``no``: what may be claimed. With unread policies nothing but a Deny is certain."""
        if self.denied_by:
            return "no"
        if self.access is Access.NO:
            return "maybe" if self.unread and not self.bounded_by else "no"
        return "yes" if self.access is Access.WIDE and not self.maybe_denied_by and not self.unread else "maybe"

    @property
    def unless(self) -> str:
        """What may stand against an Allow, in words; "" where nothing does."""
        parts = []
        if self.maybe_denied_by:
            parts.append("unless " + ", ".join(str(ref) for ref in self.maybe_denied_by[:3]) + " denies it")
        if self.unread:
            parts.append("could not read " + ", ".join(self.unread[:3]))
        return "; ".join(parts)
