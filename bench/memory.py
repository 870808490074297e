"""How much memory a process of ours has."""

from __future__ import annotations

import os
from pathlib import Path


def resident_bytes() -> int:
    """What of this process is in memory now; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0
