"""Who may change a function's code: every role and user of the account, by the policies that speak about it."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from aws.iam.action_sets import ActionSet
from aws.iam.decision import Access
from aws.iam.grants import Grants
from aws.iam.policy import Policy
from aws.iam.reading.bulk import Bulk
from aws.services.records import MALFORMED
from aws.slices import Slices

_SERVICE: Final = "lambda"
_NAME: Final = "UpdateFunctionCode"
_ACTION: Final = f"{_SERVICE}:{_NAME}"
_WILD: Final = re.compile(r"[*?$]")  # a wildcard, or a variable that AWS fills in
_OF_AWS: Final = "/aws-service-role/"  # only a service of AWS's can run with these


class Changers:
    """``unread`` are the principals of whom it cannot be told; they are in nobody's list unless a grant shows."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._about: dict[str, Policy] = {}
        self.unread: list[str] = []

    async def of(self, functions: Collection[str], slices: Slices) -> dict[str, tuple[str, ...]]:
        """Function ARN -> the ARNs of those who may change its code, conditional grants included."""
        ordered = sorted(functions)
        everywhere: list[str] = []
        somewhere: dict[str, list[str]] = {}
        for arn, record in (*self._bulk.roles.items(), *self._bulk.users.items()):
            await slices.breathe()
            if str(record.get("Path", "")).startswith(_OF_AWS):
                continue
            try:
                grants = self._grants(arn, record)
            except MALFORMED:
                self.unread.append(arn)
                continue
            decision = grants.can(_ACTION, "*")
            if decision.access is Access.NO:
                if grants.unread and not decision.denied_by:
                    self.unread.append(arn)
            elif _of_all_alike(grants) or (decision.access is Access.WIDE and not decision.maybe_denied_by):
                everywhere.append(arn)
            else:
                for function in _in_question(grants, ordered):
                    await slices.breathe()
                    if grants.can(_ACTION, function).access is not Access.NO:
                        somewhere.setdefault(function, []).append(arn)
        everyone = tuple(everywhere)
        return {each: (*everyone, *somewhere[each]) if each in somewhere else everyone for each in ordered}

    def _grants(self, arn: str, record: Mapping[str, Any]) -> Grants:
        """What the principal's policies say of this one action: most say nothing, and cost nothing more."""
        policies = tuple(self._speaking(self._bulk.policies_of(record)))
        parts = arn.split(":")
        boundary = tuple(self._speaking(self._bulk.boundary_of(record), keep_all=True)) if policies else ()
        return Grants(policies, boundary, account=parts[4], partition=parts[1])

    def _speaking(self, policies: Iterator[Policy] | tuple[Policy, ...], *, keep_all: bool = False) -> Iterator[Policy]:
        for policy in policies:
            key = f"{policy.kind} {policy.arn}"
            about = self._about.get(key) if policy.arn else None
            if about is None:
                statements = tuple(
                    each
                    for each in policy.statements
                    if ActionSet(each.actions, inverted=each.not_action).holds(_SERVICE, _NAME.lower())
                )
                about = replace(policy, statements=statements)
                if policy.arn:
                    self._about[key] = about
            if about.statements or about.trouble or keep_all:
                yield about


def _of_all_alike(grants: Grants) -> bool:
    """Whether no statement tells one function from another, so that one answer stands for all."""
    return all(each.resources.everything for each in (*grants.allows, *grants.denies))


def _in_question(grants: Grants, functions: Sequence[str]) -> Collection[str]:
    """Those of the sorted functions that an Allow may speak of: most name one, or begin alike."""
    found: set[str] = set()
    for grant in grants.allows:
        if grant.resources.everything or grant.resources.inverted:
            return functions
        for pattern in grant.resources.patterns:
            start = _WILD.split(pattern, maxsplit=1)[0]
            first = bisect_left(functions, start)
            last = bisect_left(functions, start + chr(sys.maxunicode), first)
            found.update(functions[first:last])
    return sorted(found)
