"""What a benchmark found, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Two figures in the same ``unit``, and the budget in words. ``met`` is None where there is no budget.

    ``digits`` is how many are printed behind the point.
    """

    what: str
    measured: float
    yardstick: float
    yardstick_is: str
    unit: str
    budget: str = ""
    met: bool | None = None
    digits: int = 1

    @property
    def ratio(self) -> float | None:
        """How many yardsticks it is; None where the yardstick is zero."""
        return self.measured / self.yardstick if self.yardstick else None

    def line(self) -> str:
        """For people."""
        verdict = {None: "", True: "met", False: "NOT MET"}[self.met]
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}×"
        return (
            f"{self.what:<48} {self.measured:>10,.{self.digits}f} {self.unit:<3}"
            f" {self.yardstick:>10,.{self.digits}f} {self.unit:<3} {ratio:>8}  {self.budget:<22} {verdict:<8}"
            f" beside {self.yardstick_is}"
        ).rstrip()


Benchmark: TypeAlias = Callable[[], Iterable[Result]]
HEADING = f"{'what':<48} {'measured':>14} {'yardstick':>14} {'ratio':>8}  {'budget':<22}"


def interleaved(runs: int, *measures: Callable[[], float]) -> tuple[float, ...]:
    """The median of each measure, taken in turn so that a busy moment of the machine hits them all."""
    taken = [[measure() for measure in measures] for _ in range(runs)]
    return tuple(median(column) for column in zip(*taken, strict=True))
