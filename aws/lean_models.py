"""botocore's models of AWS's services, without what only people read: their documentation is a third of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from sys import intern
from typing import Any

from botocore.loaders import JSONFileLoader

_ENDPOINTS = "endpoints"
_OPENERS: dict[str, Any] = {".json": open, ".json.gz": gzip.open}


class LeanModels(JSONFileLoader):  # type: ignore[misc]  # botocore is untyped
    """Reads a model as plain dictionaries, which take half the room of the ordered ones that botocore makes."""

    def load_file(self, file_path: str) -> Any:
        """The model of that name, which has no suffix yet; None where there is none. Raises OSError, ValueError."""
        for suffix, opener in _OPENERS.items():
            path = f"{file_path}{suffix}"
            if Path(path).is_file():
                with opener(path, "rb") as file:
                    model = json.load(file, object_pairs_hook=_lean)
                if Path(file_path).name == _ENDPOINTS:
                    for partition in model["partitions"]:
                        partition["services"] = _Packed(partition["services"])
                return model
        return None


class _Packed(dict[str, Any]):
    """JSON whose values are read when one is asked for: the endpoints of all of AWS's services are 4 MB as
    dictionaries, and a dozen of hundreds are used, when a client is made."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__({name: json.dumps(value) for name, value in values.items()})

    def __getitem__(self, name: str) -> Any:
        return json.loads(super().__getitem__(name))

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or ``default`` where there is none."""
        try:
            return self[name]
        except KeyError:
            return default


def _lean(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What is called so and is no text is a field of an API, such as API Gateway's. All services have most words in
    # common, and one of them names the same shape hundreds of times.
    return {
        intern(name): intern(value) if type(value) is str else value
        for name, value in pairs
        if name != "documentation" or not isinstance(value, str)
    }
