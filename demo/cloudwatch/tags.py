"""TagResource, UntagResource, ListTagsForResource."""

from __future__ import annotations

from typing import Any

from demo.cloudwatch.fields import Params, invalid, required, structures, text, texts
from demo.errors import ServiceError

MAX_TAGS = 50


class Tags:
    """The tags of alarms, by ARN."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}

    def put(self, arn: str, params: Params) -> None:
        """Make the ARN known, with the Tags of its creation."""
        self._tags[arn] = _read(params)

    def drop(self, arn: str) -> None:
        """Forget the ARN."""
        self._tags.pop(arn, None)

    def all(self) -> dict[str, dict[str, str]]:
        """A copy of everything, by ARN."""
        return {arn: dict(tags) for arn, tags in self._tags.items()}

    def tag(self, params: Params) -> dict[str, Any]:
        """TagResource."""
        tags = self._of(params)
        merged = tags | _read(params)
        if len(merged) > MAX_TAGS:
            raise invalid(f"A resource can have {MAX_TAGS} tags.")
        tags.update(merged)
        return {}

    def untag(self, params: Params) -> dict[str, Any]:
        """UntagResource."""
        tags = self._of(params)
        for key in texts(params, "TagKeys"):
            tags.pop(key, None)
        return {}

    def list(self, params: Params) -> dict[str, Any]:
        """ListTagsForResource."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._of(params).items()]}

    def _of(self, params: Params) -> dict[str, str]:
        arn = required(params, "ResourceARN")
        if arn not in self._tags:
            raise ServiceError("ResourceNotFoundException", f"There is no resource {arn}.", 404)
        return self._tags[arn]


def _read(params: Params) -> dict[str, str]:
    tags = structures(params, "Tags", most=MAX_TAGS)
    return {required(tag, "Key") and text(tag, "Key", longest=128): text(tag, "Value") for tag in tags}
