"""``python -P -m demo``: the simulated account as a process. Prints what to export, then serves until SIGTERM."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from demo.options import read_options

# Not imported before the first request, and then in a thread: their absence would show late and look like a fault.
_NEEDED = ("aiohttp", "moto", "flask", "flask_cors", "boto3")


def main(arguments: list[str]) -> int:
    """Exit codes: 0 after an orderly end, 2 for wrong usage, 3 where the account could not be started."""
    options = read_options(arguments)
    missing = next((name for name in _NEEDED if find_spec(name) is None), None)
    if missing is not None:
        return _failed(f"No module named {missing!r}")
    from demo.serve import serve

    try:
        serve(options)
    except (OSError, ValueError) as error:
        return _failed(str(error))


def _failed(why: str) -> int:
    sys.stderr.write(f"cwtop demo: {why}\n")
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
