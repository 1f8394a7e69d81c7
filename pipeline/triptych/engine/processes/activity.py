"""Record what each process of a supervised build is doing, in memory that they share.

If a process is killed, its record tells what part of the source it was working on.
"""

from __future__ import annotations

import mmap
import os

_SLOTS, _SLOT_SIZE = 256, 512  # a process ID selects the slot; texts are truncated to its size

_records: mmap.mmap | None = None


def share_activity_records() -> None:
    """Create the shared memory, for this process and those that it forks."""
    global _records
    _records = mmap.mmap(-1, _SLOTS * _SLOT_SIZE)


def record_activity(text: str) -> None:
    """Record what this process begins to do. Do nothing if the build is not supervised."""
    if _records is not None:
        start = os.getpid() % _SLOTS * _SLOT_SIZE
        _records[start : start + _SLOT_SIZE] = text.encode("utf-8", "replace")[:_SLOT_SIZE].ljust(
            _SLOT_SIZE, b"\0"
        )


def get_activity(pid: int) -> str:
    """Return what a process began to do last, or "" if it recorded nothing."""
    if _records is None:
        return ""
    start = pid % _SLOTS * _SLOT_SIZE
    return _records[start : start + _SLOT_SIZE].rstrip(b"\0").decode("utf-8", "replace")
