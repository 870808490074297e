"""The resources of one statement: what of a resource, or of all resources, they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from aws.iam.actions import ActionFact
from aws.iam.globs import covers, normal, overlaps

_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")
_DOLLAR: Final = "\ue002"
_ESCAPES: Final = {"${*}": "\ue000", "${?}": "\ue001", "${$}": _DOLLAR}  # characters as such, not wildcards
_ARN_FIELDS: Final = 6


class ResourceSet:
    """What ``Resource`` or ``NotResource`` of a statement names.

    A pattern with a policy variable covers nothing for certain: only AWS knows what the variable stands for. An ARN
    with fewer than six fields is completed with ``*`` (IAM User Guide, "Resource").
    """

    __slots__ = ("_certain", "_possible", "_resources", "_sorted", "_variables", "inverted")

    def __init__(self, resources: Iterable[str], *, inverted: bool = False, variables: bool = True) -> None:
        self.inverted = inverted
        self._resources = tuple(resources)
        self._variables = variables
        self._sorted = False  # most statements are never asked about a resource: sorted out at the first question
        self._certain: list[str] = []
        self._possible: list[str] = []

    def _sort(self) -> None:
        self._sorted = True
        for resource in self._resources:
            pattern = _completed(resource)
            if self._variables and "${" in pattern:
                for escape, sign in _ESCAPES.items():
                    pattern = pattern.replace(escape, sign)
                if _VARIABLE.search(pattern):
                    self._possible.append(normal(_VARIABLE.sub("*", pattern).replace(_DOLLAR, "$")))
                    continue
                pattern = pattern.replace(_DOLLAR, "$")
            self._certain.append(normal(pattern))

    @property
    def everything(self) -> bool:
        """Whether it is ``*``, the one resource that all actions can be asked on."""
        return not self.inverted and any(each.startswith("*") and not each.strip("*") for each in self._resources)

    @property
    def every_arn(self) -> bool:
        """Whether it is every resource that has an ARN, of one partition or of all: ``arn:aws:*``."""
        fields = [each.split(":", 5) for each in self.certain if each.startswith("arn:")]
        return not self.inverted and any(not "".join(each[2:]).strip("*") for each in fields)

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern, those with variables with ``*`` in their place; meaningless where ``inverted``."""
        if not self._sorted:
            self._sort()
        return (*self._certain, *self._possible)

    @property
    def certain(self) -> Sequence[str]:
        """The patterns without variables."""
        if not self._sorted:
            self._sort()
        return self._certain

    def part(self, asked: str) -> int:
        """How much of a resource or pattern is among them: 2 all, 1 some or perhaps, 0 none."""
        inside = any(covers(each, asked) for each in self.certain)
        touched = inside or any(overlaps(each, asked) for each in self.patterns)
        if self.inverted:
            return 0 if inside else 1 if touched else 2
        return 2 if inside else 1 if touched else 0

    def part_of_type(self, fact: ActionFact, partition: str, account: str) -> int:
        """How much of what the action can be used on is among them: 0 where they are of other types altogether."""
        if self.covers_all_of(fact, partition, account):
            return 2
        kinds = [all_of(each, partition, "*") for each in fact.templates]
        touched = any(overlaps(kind, each) for kind in kinds for each in self.patterns)
        if not self.inverted:
            return int(touched)
        needed = [all_of(each, partition, "*") for each in fact.required or fact.templates]
        excluded = [any(covers(each, kind) for each in self.certain) for kind in needed]
        return 0 if (any if fact.required else all)(excluded) else 1 if touched else 2

    def covers_all_of(self, fact: ActionFact, partition: str, account: str) -> bool:
        """Whether it names every resource that the action can be used on: ``arn:aws:s3:::*`` for s3:GetObject.

        All types that the action requires must be named, or one of those that it may take where none is required.
        Resources of the own account are all that count: others need a grant of theirs besides.
        """
        if self.inverted or not fact.templates:
            return False
        needed = [self._covers_template(each, partition, account) for each in fact.required or fact.templates]
        return all(needed) if fact.required else any(needed)

    def _covers_template(self, template: str, partition: str, account: str) -> bool:
        forms = (all_of(template, partition, "*"), all_of(template, partition, account or "*"))
        return any(covers(each, form) for each in self.certain for form in forms)


@cache
def all_of(template: str, partition: str, account: str) -> str:
    """The pattern for every resource of a type, from its ARN template."""
    named = template.replace("${Partition}", partition).replace("${Account}", account)
    return normal(_VARIABLE.sub("*", named))


def _completed(resource: str) -> str:
    if not resource.startswith("arn:"):
        return resource
    missing = _ARN_FIELDS - len(resource.split(":"))
    return resource + ":*" * missing if missing > 0 else resource
