"""Compare the outputs that two checkouts build of the same projects, byte by byte.

usage: scripts/compare_outputs.py OTHER_CHECKOUT [PROJECT …]

Each project, by default the edition and the test books, is copied and built by this checkout and by the other
one, with the packages of the running Python. Outputs that differ are listed; the exit code is then 1.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
_PARTS = ("source", "templates")


def main(arguments: list[str]) -> int:
    """Build and compare the projects; return the exit code."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    other = Path(arguments[0]).resolve()
    projects = [Path(name).resolve() for name in arguments[1:]] or list(_projects())
    differ = [line for project in projects for line in _compared(project, other)]
    print("\n".join(differ) or f"The outputs of {len(projects)} projects are the same.")
    return 1 if differ else 0


def _projects() -> Iterator[Path]:
    yield HERE
    yield from sorted(path.parents[1] for path in (HERE / "tests/books").glob("*/source/book.yaml"))


def _compared(project: Path, other: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        built = [
            _built(project, checkout, Path(folder) / name) for name, checkout in (("a", HERE), ("b", other))
        ]
        names = sorted({path.name for outputs in built for path in outputs.glob("[!.]*")})
        if not names:
            yield f"{project}: nothing was built"
        for name in names:
            paths = [outputs / name for outputs in built]
            if not all(path.is_file() for path in paths):
                yield f"{project}: {name} is made by one checkout only"
            elif not filecmp.cmp(*paths, shallow=False):
                yield f"{project}: {name} differs"


def _built(project: Path, checkout: Path, place: Path) -> Path:
    """Return the folder of the outputs that a checkout builds of a copy of a project."""
    for part in _PARTS:
        # The templates folder of a checkout contains the program's templates; only projects have their own.
        if (project / part).is_dir() and (part == "source" or project != HERE):
            shutil.copytree(project / part, place / part)
    command = [sys.executable, "-m", "triptych", "build", "--quiet", str(place)]
    environment = {"PYTHONPATH": str(checkout / "pipeline"), "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(command, env={**os.environ, **environment}, check=False)
    return place / "build"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
