"""Who may change a function's code: every role and user of the account, by the policies that speak about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
_OF_AWS: Final = "/aws-service-role/"  # only a service of AWS's can run with these


class Changers:
    """``unread`` are the principals of whom it cannot be told; they are in nobody's list unless a grant shows."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._about: dict[str, Policy] = {}
        self.unread: list[str] = []

    async def of(self, functions: Collection[str], slices: Slices) -> dict[str, tuple[str, ...]]:
        """Function ARN -> the ARNs of those who may change its code, conditional grants included."""
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
            elif decision.access is Access.WIDE and not decision.maybe_denied_by:
                everywhere.append(arn)
            else:
                for function in functions:
                    await slices.breathe()
                    if grants.can(_ACTION, function).access is not Access.NO:
                        somewhere.setdefault(function, []).append(arn)
        everyone = tuple(everywhere)
        return {each: (*everyone, *somewhere[each]) if each in somewhere else everyone for each in functions}

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
