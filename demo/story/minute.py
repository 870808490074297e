"""What a function goes through in one minute, as a value."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from demo.story.durations import Durations

# Four looks at the number of calls in flight, as factors on its average over the minute.
SURGES: Final = (0.75, 0.95, 1.1, 1.5)


class FunctionMinute(NamedTuple):
    """One function in one minute. ``errors`` maps a cause to a number of failed invocations.

    ``refused`` are calls that succeed for Lambda and answer 500 to the API in front. ``in_flight`` are looks at
    the number of concurrent executions.
    """

    attempts: int
    throttles: int
    errors: tuple[tuple[str, int], ...]
    refused: int
    durations: Durations
    in_flight: tuple[int, ...]

    @property
    def invocations(self) -> int:
        """Attempts that ran."""
        return self.attempts - self.throttles

    @property
    def failed(self) -> int:
        """Invocations that ended in an error."""
        return sum(number for _, number in self.errors)


QUIET: Final = FunctionMinute(0, 0, (), 0, Durations(), (0,) * len(SURGES))


def day(minute: int) -> float:
    """The day's curve, 0.72 to 1: evenings are busy, and in these weeks nights are too."""
    return 0.86 + 0.14 * math.sin(2.0 * math.pi * (minute % 1440 - 780) / 1440.0)
