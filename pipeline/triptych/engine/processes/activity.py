"""Record the current activity of each process of a supervised build, in shared memory.

If a process is killed, its record shows the part of the source that it was working on.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress

_SLOTS, _SLOT_SIZE = 256, 512  # the process ID selects the slot; texts are truncated to its size

_records: mmap.mmap | None = None
_step = ""
_tasks: list[str] = []  # started steps that have not ended; each is a part of the preceding one


def share_activity_records() -> None:
    """Create the shared memory for this process and those forked from it."""
    global _records
    _records = mmap.mmap(-1, _SLOTS * _SLOT_SIZE)


def record_activity(text: str) -> None:
    """Record the step that this process begins. Do nothing if the build is not supervised."""
    global _step
    _step = text
    _tasks.clear()
    _write_record(text)


def record_task(text: str) -> None:
    """Record the task that this process begins as part of its step. Do nothing without supervision."""
    if _records is not None:
        _tasks.append(text)
        _write_record(text)


def record_task_end(text: str) -> None:
    """Record that a task has ended, and restore the activity before it."""
    with suppress(ValueError):  # not begun, or ended in another thread
        del _tasks[_tasks.index(text) :]
        _write_record(next(reversed(_tasks), _step))


def _write_record(text: str) -> None:
    if _records is not None:
        start = os.getpid() % _SLOTS * _SLOT_SIZE
        _records[start : start + _SLOT_SIZE] = text.encode("utf-8", "replace")[:_SLOT_SIZE].ljust(
            _SLOT_SIZE, b"\0"
        )


def get_activity(pid: int) -> str:
    """Return the last activity that a process recorded, or "" if there is none."""
    if _records is None:
        return ""
    start = pid % _SLOTS * _SLOT_SIZE
    return _records[start : start + _SLOT_SIZE].rstrip(b"\0").decode("utf-8", "replace")
