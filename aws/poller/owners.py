"""Which resources each series belongs to: most to one, an index's to its table as well."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set

from aws.model import SeriesId


class Owners:
    """The ARNs of the resources of each series. A series that nobody owns is not kept."""

    def __init__(self) -> None:
        self._arns: dict[SeriesId, tuple[str, ...]] = {}

    def __contains__(self, series_id: SeriesId) -> bool:
        return series_id in self._arns

    def of(self, series_id: SeriesId) -> Collection[str]:
        """The ARNs of the resources that a series belongs to."""
        return self._arns.get(series_id, ())

    def series(self) -> Set[SeriesId]:
        """All series that belong to anybody."""
        return self._arns.keys()

    def add(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        """These belong to that resource, too."""
        alone = (arn,)  # one for all series of a resource, of which there are tens of thousands
        for series_id in series_ids:
            owners = self._arns.setdefault(series_id, alone)
            if arn not in owners:
                self._arns[series_id] = (*owners, arn)

    def drop(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        """These belong to that resource no longer."""
        for series_id in series_ids:
            others = tuple(owner for owner in self._arns.get(series_id, ()) if owner != arn)
            if others:
                self._arns[series_id] = others
            else:
                self._arns.pop(series_id, None)
