"""What faults come to is recorded over the wire once, for all tests that play them."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.outcomes import Recorded, record


@pytest.fixture(scope="session")
def recorded() -> Recorded:
    """What becomes of a request, by kind of fault and way of speaking."""
    return asyncio.run(record())
