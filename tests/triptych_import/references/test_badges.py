"""Test that status badges of a repository are removed."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf

BADGE = "![Build](https://github.com/a/b/workflows/test/badge.svg)"
SHIELD = "![x](https://img.shields.io/npm/v/x?style=flat)"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (f"# A [{BADGE}](https://x.org/a?b=%3A(c))\n", "# A\n"),
        (f"# A\n\nText {SHIELD} goes {BADGE} on.\n", "# A\n\nText goes on.\n"),
        (
            "# A\n\n[![x][b]][l] on.\n\n[b]: https://badge.fury.io/x.svg\n[l]: https://x.org/\n",
            "# A\n\n on.\n",
        ),
        (f"# A\n\n[{SHIELD}][l]\n\nText.\n\n[l]: https://x.org/\n", "# A\n\n\n\nText.\n"),
    ],
)
def test_badges_are_left_out(import_of: ImportOf, written: str, left: str) -> None:
    result = import_of({"a.md": written, "b.md": "# B\n"})
    assert left in result.text("a.md")
    assert {
        note.partition(" note: ")[2] for note in result.notes if "does not state its language" not in note
    } == {"repository badge; omitted"}


def test_other_pictures_and_code_are_kept(import_of: ImportOf) -> None:
    text = f"# A\n\n![P](badge.png)\n\n`{BADGE}`\n"
    result = import_of({"a.md": text, "b.md": "# B\n", "badge.png": tiny_png()})
    assert f"`{BADGE}`" in result.text("a.md") and "(badge.png)" in result.text("a.md")
