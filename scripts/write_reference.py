"""Write the pages of the guide's reference, docs/guide/source/reference/, from the program.

Run it after a change to a command, a setting, an attribute, a chart option, a code or a limit; a test fails
while a page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from reference import charts, commands, diagnostics, file_formats, limits, markdown, settings

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/guide/source/reference"
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
    for name, svg in charts.drawings():
        write(IMAGES / name, svg)
    write(IMAGES / charts.HEATMAP, charts.draw_heatmap())
