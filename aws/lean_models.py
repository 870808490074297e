"""botocore's models of AWS's services, without what only people read: their documentation is a third of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from sys import intern
from typing import Any

from botocore.loaders import JSONFileLoader

_OPENERS: dict[str, Any] = {".json": open, ".json.gz": gzip.open}


class LeanModels(JSONFileLoader):  # type: ignore[misc]  # botocore is untyped
    """Reads a model as plain dictionaries, which take half the room of the ordered ones that botocore makes."""

    def load_file(self, file_path: str) -> Any:
        """The model of that name, which has no suffix yet; None where there is none. Raises OSError, ValueError."""
        for suffix, opener in _OPENERS.items():
            path = f"{file_path}{suffix}"
            if Path(path).is_file():
                with opener(path, "rb") as file:
                    return json.load(file, object_pairs_hook=_lean)
        return None


def _lean(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What is called so and is no text is a field of an API, such as API Gateway's. All services have most words in
    # common, and one of them names the same shape hundreds of times.
    return {
        intern(name): intern(value) if type(value) is str else value
        for name, value in pairs
        if name != "documentation" or not isinstance(value, str)
    }
