"""When Python looks for cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Hold back full collections: one over 10,000 resources stops the loop for half a second, and while an account is
    loaded there is one after another. Snapshots are trees that reference counting frees; cycles are rare and can wait.
    The youngest are looked through more often: 30,000 objects take some 10 ms.
    """
    before = gc.get_threshold()
    gc.set_threshold(30_000, 150, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
