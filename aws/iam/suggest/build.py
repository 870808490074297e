"""The suggested policy: today's grants, less what is not used, on the resources that the configuration names.

Every line is part of an Allow that stands today, with that Allow's conditions; every Deny of today is kept as it is.
So it can never grant what the role lacks. PassRole is never kept on all roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from aws.iam.globs import covers, is_pattern
from aws.iam.grants import Grants
from aws.iam.policy import CURRENT_VERSION, PolicyKind, Statement
from aws.iam.suggest.derive import Named, needed_services, resources_of, unread_in
from aws.iam.suggest.narrow import Kept, Usage, narrowed
from aws.iam.suggest.place import escaped, placed
from aws.iam.suggest.suggestion import Dropped, SuggestedStatement, Suggestion
from aws.iam.view import RoleView

MANAGED_POLICY_CHARACTERS: Final = 6_144  # IAM quota, white space not counted

Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(slots=True)
class _Draft:
    """Lines with the same resources and conditions become one statement."""

    statements: dict[tuple[Any, ...], dict[str, tuple[str, bool]]] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    conditions: dict[tuple[Any, ...], Conditions] = field(default_factory=dict)

    def add(self, kept: Kept, resources: Sequence[Named], statement: Statement) -> None:
        key = (tuple(each.arn for each in resources), statement.conditions)
        self.statements.setdefault(key, {}).setdefault(kept.action, (kept.why, kept.review))
        self.conditions[key] = _conditions(statement)
        for each in resources:
            self.why.setdefault(each.arn, each.why)


def suggest(view: RoleView) -> Suggestion:
    """The suggestion for a role; refused, with the reason, where what stands today could not be read wholly."""
    refusal = _refusal(view)
    if refusal:
        return Suggestion(document=None, refusal=refusal)
    grants = Grants(view.policies or (), view.boundary, account=view.account, partition=view.partition)
    usage = Usage(view)
    named = resources_of(view.functions or ())
    draft, dropped = _Draft(), list[Dropped]()
    needed = needed_services(view.functions or ())
    for grant in grants.allows:
        if grant.actions.any_service and not usage.telling:
            why = "names no service, and there are no 90 days of use on record to narrow it by"
            return Suggestion(document=None, refusal=f"{grant.statement.ref} {why}")
        for line in narrowed(grant, usage, needed):
            for part in (line,) if isinstance(line, Dropped) else placed(line, grant, named, view):
                if isinstance(part, Dropped):
                    dropped.append(part)
                else:
                    draft.add(part.kept, part.resources, grant.statement)
    statements = tuple(_statements(draft))
    if not statements:
        return Suggestion(document=None, dropped=tuple(dropped), refusal="nothing that is granted was seen to be used")
    denies = [
        _denied(each.statement, index)
        for index, each in enumerate(grants.denies)
        if each.statement.ref.kind is not PolicyKind.BOUNDARY
    ]
    document = {"Version": CURRENT_VERSION, "Statement": [*map(_json, statements), *denies]}
    return Suggestion(
        document=document,
        statements=statements,
        dropped=tuple(dropped),
        caveats=tuple(_caveats(view, usage, document, bool(denies))),
    )


def _refusal(view: RoleView) -> str:
    if view.policies is None:
        return "the role's policies could not be read"
    troubled = [each.name for each in view.policies if each.trouble]
    if troubled:
        return f"{', '.join(troubled[:3])} could not be read"
    if view.functions is None:
        return "which functions run with the role could not be read"
    for function in view.functions:
        unread = unread_in(function)
        if unread:
            return f"the {', '.join(unread)} of {function.name} could not be read"
    overflowed = Grants(view.policies).overflowed
    return "the policies hold more than AWS keeps" if overflowed else ""


def _statements(draft: _Draft) -> Iterator[SuggestedStatement]:
    for number, (key, actions) in enumerate(draft.statements.items(), 1):
        resources = key[0]
        patterns = _by_service(actions)
        shown = {name: said for name, said in actions.items() if not _within(name, patterns)}
        reasons = [(action, why + (" (review)" if review else "")) for action, (why, review) in sorted(shown.items())]
        reasons += [(each, draft.why[each]) for each in resources]
        service = "".join(sign for sign in next(iter(actions)).partition(":")[0].title() if sign.isalnum())
        yield SuggestedStatement(
            sid=f"{service}{number}",
            actions=tuple(sorted(shown)),
            resources=resources,
            reasons=tuple(reasons),
            conditions=draft.conditions[key] or None,
            review=any(review for _, review in shown.values()),
        )


def _by_service(actions: Iterable[str]) -> dict[str, list[str]]:
    """The patterns among the actions, in lower case, by their service: of thousands only its own can say the same."""
    found: dict[str, list[str]] = {}
    for each in actions:
        if is_pattern(each):
            found.setdefault(each.partition(":")[0].lower(), []).append(each.lower())
    return found


def _within(action: str, patterns: Mapping[str, Sequence[str]]) -> bool:
    """Whether another pattern of the statement says it already."""
    asked = action.lower()
    return any(each != asked and covers(each, asked) for each in patterns.get(asked.partition(":")[0], ()))


def _json(statement: SuggestedStatement) -> dict[str, Any]:
    conditions = {
        operator: {k: list(v) for k, v in each.items()} for operator, each in (statement.conditions or {}).items()
    }
    return {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
        **({"Condition": conditions} if conditions else {}),
    }


def _denied(statement: Statement, index: int) -> dict[str, Any]:
    conditions = {operator: {k: list(v) for k, v in each.items()} for operator, each in _conditions(statement).items()}
    return {
        "Sid": f"KeptDeny{index + 1}",
        "Effect": "Deny",
        "NotAction" if statement.not_action else "Action": list(statement.actions),
        "NotResource" if statement.not_resource else "Resource": [escaped(r, statement) for r in statement.resources],
        **({"Condition": conditions} if conditions else {}),
    }


def _conditions(statement: Statement) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in statement.conditions:
        values = tuple(escaped(value, statement) for value in each.values)
        found.setdefault(each.operator, {})[each.key] = values
    return found


def _caveats(view: RoleView, usage: Usage, document: Mapping[str, Any], denies: bool) -> Iterator[str]:
    functions = view.functions or ()
    if not functions:
        yield "no function that was read runs with this role: every resource has to be filled in"
    if len(functions) > 1:
        yield f"the role is shared: this is what {len(functions)} functions need together; better give each its own"
    if not usage.telling:
        yield "nothing was dropped for lack of use: the role or AWS's record is younger than 90 days, or was not read"
    yield "AWS does not track data calls of S3, SQS and DynamoDB nor iam:PassRole: absence is no proof of non-use"
    if denies:
        yield "today's Deny statements are kept as they stand"
    size = len(orjson.dumps(document))
    if size > MANAGED_POLICY_CHARACTERS:
        yield f"about {size:,} characters: more than one managed policy holds ({MANAGED_POLICY_CHARACTERS:,})"
