"""``python -P -m demo``: the simulated account as a process. Prints what to export, then serves until SIGTERM."""

from __future__ import annotations

import sys

from demo.options import read_options


def main(arguments: list[str]) -> int:
    """The exit code: 0 after an orderly end, 2 for wrong usage, 3 where the account could not be started."""
    options = read_options(arguments)
    try:
        from demo.serve import serve
    except ImportError as error:
        print(f"cwtop demo: not installed completely: {error}", file=sys.stderr)  # noqa: T201
        return 3
    try:
        return serve(options)
    except (OSError, ValueError) as error:
        print(f"cwtop demo: {error}", file=sys.stderr)  # noqa: T201
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
