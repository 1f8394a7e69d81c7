"""Compare a version of WeasyPrint with the one that our patches support.

usage: scripts/engine_changes.py FOLDER

FOLDER contains the packages of a virtual environment (``…/lib/python3.11/site-packages``), which may differ
from the running one. Missing and changed functions and classes are listed; the exit code is then 1.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from weasyprint_typography.engine import INTERNALS, load_patches


def main(arguments: list[str]) -> int:
    """Compare the versions; return the exit code."""
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


def find_changes(packages: Path) -> Iterator[str]:
    """Describe each definition that is missing or different in a folder of installed packages."""
    digests = {**INTERNALS, **{one.source: one.digest for one in load_patches()}}
    for name, digest in sorted(digests.items()):
        source = source_of(name, packages)
        if source is None:
            yield f"{name} is missing"
        elif (found := sha256(source.encode()).hexdigest()[:16]) != digest:
            yield f"{name} has changed ({digest} → {found})"


def source_of(name: str, packages: Path) -> str | None:
    """Return the source of a function or class by its dotted name, like ``inspect.getsource``.

    Nothing is imported, so that the packages may have any version.
    """
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = packages.joinpath(*parts[:count])
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.is_file():
                return _definition(file.read_text("utf-8"), parts[count:])
    return None


def _definition(text: str, path: Sequence[str]) -> str | None:
    node: ast.AST = ast.parse(text)
    for name in path:
        found = [
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and child.name == name
        ]
        if not found:
            return None
        node = found[-1]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef) and node.end_lineno is not None
    first = min(one.lineno for one in (node, *node.decorator_list))
    return "".join(text.splitlines(keepends=True)[first - 1 : node.end_lineno])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
