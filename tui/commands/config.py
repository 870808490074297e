"""``cwtop config``: the effective configuration, and where each value came from."""

from __future__ import annotations

import json
import sys

from tui.config import Config, user_file
from tui.options import Options


def show(options: Options, config: Config) -> int:
    """Print every setting. Returns 0."""
    if options.output == "json":
        rows = {key: {"value": value, "from": config.origins[key]} for key, value in sorted(config.values.items())}
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return 0
    width = max(len(key) for key in config.values)
    lines = [f"# file: {options.config or user_file()}"]
    lines += [
        f"{key:<{width}} = {json.dumps(value)}  # {config.origins[key]}" for key, value in sorted(config.values.items())
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
