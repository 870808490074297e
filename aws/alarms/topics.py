"""SNS topics as alarm actions: does anybody hear it?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. ``used_by`` counts the alarms that name it; ``problem`` is empty where it delivers, else a clause
    that says why it does not ("no confirmed subscription"). ``unsure`` says what could not be read.
    """

    arn: str
    name: str
    confirmed: int | None = None
    pending: int | None = None
    used_by: int = 0
    problem: str = ""
    unsure: str = ""

    @property
    def delivers(self) -> bool | None:
        """Whether a message would reach somebody; None where it cannot be told."""
        return False if self.problem else (None if self.unsure else True)


def is_topic(arn: str) -> bool:
    """Whether an alarm's action is an SNS topic, rather than a function, a scaling policy or an instance."""
    return arn.split(":", 3)[2:3] == ["sns"]
