"""What is known of resources besides what their own service's walk finds: tags, and whose dead letters they take.

Neither is found in one place. Tags come in bulk for all services, and a queue is a dead-letter queue by what a
function, a mapping or another queue says of it, whichever was walked first. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from aws.links import DEAD_LETTER_FOR, dead_letter_sources
from aws.model import Link, Resource, Tags


class Additions:
    """Keeps every resource as its walk found it, and completes it from what is known at the time."""

    def __init__(self) -> None:
        self._found: dict[str, Resource] = {}
        self._complete: dict[str, Resource] = {}
        self._tags = Tags()
        self._sources: Mapping[str, tuple[str, ...]] = {}

    def take(self, resource: Resource) -> Resource:
        """A resource as its walk found it: gives it complete."""
        self._found[resource.arn] = resource
        complete = self._complete[resource.arn] = self._completed(resource)
        return complete

    def drop(self, arns: Iterable[str]) -> None:
        """These exist no more."""
        for arn in arns:
            self._found.pop(arn, None)
            self._complete.pop(arn, None)

    def link(self, links: Iterable[Link]) -> list[Resource]:
        """All links as they are now. Gives the resources that have become others by it."""
        before, self._sources = self._sources, dead_letter_sources(links)
        touched = before.keys() | self._sources.keys()
        changed = self._renewed([arn for arn in touched if before.get(arn) != self._sources.get(arn)])
        return [resource for resource in changed if resource is not None]

    def tag(self, tags: Tags) -> Iterator[Resource | None]:
        """All tags as they are now. Goes through all resources; gives those that become others, None for each other."""
        self._tags = tags
        return self._renewed(list(self._found))

    def _renewed(self, arns: Collection[str]) -> Iterator[Resource | None]:
        for arn in arns:
            if arn not in self._found:
                continue
            before = self._complete[arn]
            complete = self._completed(self._found[arn])
            if complete == before:
                yield None
                continue
            self._complete[arn] = complete
            yield complete

    def _completed(self, resource: Resource) -> Resource:
        tags, sources = self._tags.of(resource.arn), self._sources.get(resource.arn)
        if tags:
            resource = replace(resource, tags={**resource.tags, **tags} if resource.tags else tags)
        if sources:
            known = resource.facts.get(DEAD_LETTER_FOR)
            everyone = {*sources, *(known if isinstance(known, tuple) else ())}
            resource = replace(resource, facts={**resource.facts, DEAD_LETTER_FOR: tuple(sorted(everyone))})
        return resource
