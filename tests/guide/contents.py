"""List the pages of the guide for a repository browser: docs/guide/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

GUIDE = Path(__file__).parents[2] / "docs/guide"
SOURCE = GUIDE / "source"

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_HEAD = """\
# Triptych: the guide

Triptych builds a PDF book, an EPUB and a PowerPoint deck from one source. This folder is a Triptych project:
`make guide` builds it as a book, an e-book and a talk, and `triptych docs` opens it in a browser.
"""


def parts() -> Iterator[tuple[str, list[str]]]:
    """Yield the title of each part with the paths of its pages; chapters outside parts have the part ""."""
    manifest = YAML(typ="safe").load((SOURCE / "book.yaml").read_text("utf-8"))
    for entry in manifest["book"]["chapters"]:
        if isinstance(entry, str):
            yield "", [entry]
        else:
            yield entry["part"], entry["chapters"]


def page_paths() -> list[str]:
    """Return the paths of all pages in the order of the book."""
    return [path for _, paths in parts() for path in paths]


def title_of(path: str) -> str:
    """Return the title of a page: its first line after any front matter."""
    text = _FRONT_MATTER.sub("", (SOURCE / path).read_text("utf-8")).lstrip("\n")
    first = text.partition("\n")[0]
    assert first.startswith("# "), f"{path}: the first line is not a title such as `# Start here`"
    return first.removeprefix("# ").strip()


def contents() -> str:
    """Return the text of docs/guide/README.md."""
    lines = [_HEAD]
    for part, paths in parts():
        if not paths:
            continue
        if part:
            lines.append(f"\n## {part}\n")
        lines += [f"- [{title_of(path)}](source/{path})" for path in paths]
    lines.append("\n## Examples\n\n- [Gallery of project templates](../gallery/README.md)")
    return "\n".join(lines) + "\n"
