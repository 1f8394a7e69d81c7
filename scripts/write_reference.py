"""Write the pages of the guide's reference, docs/guide/source/reference/, from the program.

Run it after a change to a command, a setting, an attribute, a chart option, a code or a limit; a test fails
while a page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from reference import commands, settings

from triptych.cli.explain import reference_page

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/guide/source/reference"
WRITERS: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.commands,
    "manifest.md": settings.manifest,
    "front-matter.md": settings.front_matter,
    "theme.md": settings.theme,
    "catalogue.md": settings.catalogue,
    "diagnostics.md": reference_page,
}

if __name__ == "__main__":
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, write in WRITERS.items():
        (PAGES / name).write_text(write(), "utf-8")
        print(f"wrote {(PAGES / name).relative_to(ROOT)}")
