"""``python -m bench``: run all benchmarks, or those named. Exits 1 where a budget was not met.

``python -m bench storm``, ``soak`` and ``early_keys`` are no benchmarks but trials of endurance: each takes its own
flags, and is run by itself.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from bench.report import HEADING, Benchmark

NAMES = ("first_frame", "refresh_bytes", "parse_cost", "keys", "scale", "roles")
TRIALS = ("storm", "soak", "early_keys")


def main() -> int:
    """Run and print."""
    if sys.argv[1:2] and sys.argv[1] in TRIALS:
        status: int = importlib.import_module(f"bench.trials.{sys.argv[1]}").main(sys.argv[2:])
        return status
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    chosen = parser.parse_args().names or NAMES
    if unknown := sorted(set(chosen) - set(NAMES)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print(HEADING)
    met = True
    for name in chosen:
        measure: Benchmark = importlib.import_module(f"bench.benchmarks.{name}").measure
        for result in measure():
            print(result.line(), flush=True)
            met = met and result.met is not False
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
