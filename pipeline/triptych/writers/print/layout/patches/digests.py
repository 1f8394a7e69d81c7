"""The engine's sources as they are installed, and what of them is not as our patches know it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from triptych.writers.print.layout.patches.patch import Internal, Patch


def changes(declared: Sequence[Patch | Internal], packages: Path) -> Iterator[str]:
    """A line for each source that is gone or another one in a folder of installed packages."""
    digests = {one.source: one.digest for one in declared}
    for name, digest in sorted(digests.items()):
        source = source_of(name, packages)
        if source is None:
            yield f"{name} is gone"
        elif (found := digest_of(source)) != digest:
            yield f"{name} has changed ({digest} → {found})"


def digest_of(source: str) -> str:
    """The first 16 hexadecimal digits of its SHA-256."""
    return sha256(source.encode()).hexdigest()[:16]


def source_of(name: str, packages: Path) -> str | None:
    """The source of a function or class by its dotted name, as ``inspect.getsource`` has it.

    It is read without importing anything, so that packages may be of any version and patched already.
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
