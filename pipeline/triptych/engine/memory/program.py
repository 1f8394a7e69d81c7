"""Which program makes the results: another version may make others."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from triptych.bundled_files import templates_folder


def digest(*parts: str | bytes) -> str:
    """A SHA-256 of some parts, in order; no part can pass for two."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


@cache
def program_digest() -> str:
    """A digest of the program and its templates."""
    package = Path(__file__).parents[2]
    roots = dict.fromkeys((package, templates_folder()))
    parts: list[str | bytes] = []
    for root in roots:
        for file in sorted(file for file in root.rglob("*") if file.is_file()):
            if "__pycache__" not in file.parts:  # bytecode, of modules and of templates
                parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return digest(*parts)
