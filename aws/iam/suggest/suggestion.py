"""A suggested policy, with the reason of every line outside of the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FILL_IN = "<FILL-IN>"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedStatement:
    """One statement of the suggestion. ``reasons`` has one sentence for each of ``lines`` (a resource or an action).

    ``review`` marks what was kept only because nothing tells whether it is needed.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]  # (the resource or action, why it is there)
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None
    review: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A grant of today that the suggestion leaves out, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A least-privilege policy in place of all that the role has today. ``document`` is None where it was refused.

    The document's statements stand in the order of ``statements``. ``refusal`` says why there is none.
    """

    document: Mapping[str, Any] | None
    statements: tuple[SuggestedStatement, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    caveats: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def fill_ins(self) -> int:
        """How many resources have to be filled in by hand before the policy can be used."""
        return sum(FILL_IN in resource for each in self.statements for resource in each.resources)
