"""What of a WeasyPrint is not as the patches of our layout know it?

usage: scripts/engine_changes.py FOLDER

FOLDER has the packages of a virtual environment (``…/lib/python3.11/site-packages``), which need not be the
one that runs this. Functions and classes that are gone or have changed are named; the exit code is 1 then.
"""

from __future__ import annotations

import sys
from pathlib import Path

from weasyprint_typography.engine import find_changes


def main(arguments: list[str]) -> int:
    """Compare; the exit code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    if not (folder / "weasyprint").is_dir():
        print(f"there is no WeasyPrint in {folder}", file=sys.stderr)
        return 2
    found = list(find_changes(folder))
    print("\n".join(found) or "All is as the patches know it.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
