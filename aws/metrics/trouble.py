"""What has gone wrong in one look, known to all of its requests: a look in trouble asks no more than it must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws.errors import AwsError

CALLS_TO_NARROW_DOWN = 64
# Halved three times over (2 + 4 + 8 requests) and no part of it answered: it is not a single query's fault.
_CALLS_WITHOUT_AN_ANSWER = 14


@dataclass(slots=True, eq=False)
class Trouble:
    """One look's, however many requests and series it has.

    ``fatal`` fails every further request alike (denied, expired). ``answered``: whether any request was.
    """

    fatal: AwsError | None = None
    answered: bool = False
    calls: int = 0  # spent on narrowing down

    def may_divide(self, parts: int) -> bool:
        """Whether a request that failed as a whole may be sent again in so many parts; counts them if so."""
        most = CALLS_TO_NARROW_DOWN if self.answered else _CALLS_WITHOUT_AN_ANSWER
        if self.calls + parts > most:
            return False
        self.calls += parts
        return True
