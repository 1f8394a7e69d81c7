"""Write the guide's reference (docs/guide/source/reference/) and the manual pages (docs/man/).

Run this after a change to the version, a command, a setting, an attribute, a chart option, a code or a limit;
a test fails if a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from reference import charts, commands, diagnostics, file_formats, limits, man_pages, markdown, settings

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/guide/source/reference"
MAN_PAGES = ROOT / "docs/man"
IMAGES = PAGES.parent / charts.IMAGES
WRITERS: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.commands,
    "manifest.md": settings.manifest,
    "front-matter.md": settings.front_matter,
    "theme.md": settings.theme,
    "catalogue.md": settings.catalogue,
    "markdown.md": markdown.markdown,
    "charts.md": charts.charts,
    "diagnostics.md": diagnostics.diagnostics,
    "limits.md": limits.limits,
    "file-formats.md": file_formats.file_formats,
}


def write(path: Path, content: bytes) -> None:
    """Write a file if its content has changed."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    for name, make in WRITERS.items():
        write(PAGES / name, make().encode())
    for name, text in man_pages.man_pages().items():
        write(MAN_PAGES / name, text.encode())
    for name, svg in charts.drawings():
        write(IMAGES / name, svg)
    write(IMAGES / charts.HEATMAP, charts.draw_heatmap())
