"""Which resources each metric belongs to: most to one, an index's to its table as well."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aws.model import MetricKey, SeriesId


class Owners:
    """The ARNs of the resources of each metric, with all its statistics. A series that nobody owns is not kept."""

    def __init__(self) -> None:
        self._arns: dict[MetricKey, tuple[str, ...]] = {}

    def __contains__(self, series_id: SeriesId) -> bool:
        return series_id.metric in self._arns

    def of(self, series_id: SeriesId) -> Collection[str]:
        """The ARNs of the resources that a series belongs to."""
        return self._arns.get(series_id.metric, ())

    def add(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        """These belong to that resource, too."""
        alone = (arn,)  # one for all metrics of a resource, of which there are tens of thousands
        for metric, _ in series_ids:
            owners = self._arns.setdefault(metric, alone)
            if arn not in owners:
                self._arns[metric] = (*owners, arn)

    def drop(self, arn: str, series_ids: Iterable[SeriesId]) -> None:
        """These belong to that resource no longer."""
        for metric in dict.fromkeys(metric for metric, _ in series_ids):
            others = tuple(owner for owner in self._arns.get(metric, ()) if owner != arn)
            if others:
                self._arns[metric] = others
            else:
                self._arns.pop(metric, None)

    def without(self, series_ids: Iterable[SeriesId]) -> list[SeriesId]:
        """Those of them that belong to nobody."""
        return [series_id for series_id in series_ids if series_id not in self]
