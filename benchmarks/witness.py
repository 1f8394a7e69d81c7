"""Run Triptych like ``python -m triptych``, then write its memory usage to a file.

``os.wait4`` gives one peak for a process and its children together; only the process itself can separate
them. The first argument is the file for the two numbers, in kilobytes; the others are Triptych's.
"""

from __future__ import annotations

import os
import re
import resource
import runpy
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_PER_KILOBYTE = 1 if os.uname().sysname == "Linux" else 1024


def main() -> None:
    note = Path(sys.argv.pop(1))
    del sys.path[0]  # this folder, whose modules are not Triptych's
    try:
        runpy.run_module("triptych", run_name="__main__", alter_sys=True)
    finally:
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // _PER_KILOBYTE
        note.write_text(f"{own_peak()} {children}", "ascii")


def own_peak() -> int:
    """Return the peak memory of this process. On Linux, ``getrusage`` includes its parent before the fork."""
    if _STATUS.exists() and (found := re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text("ascii"))):
        return int(found.group(1))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _PER_KILOBYTE


if __name__ == "__main__":
    main()
