"""What a deck takes from its theme and master is said there alone, so that a person can change it there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from .conftest import THEME, everything, written

_NAMED = re.compile(r'typeface="([^"]+)"')


def parts(data: bytes, start: str) -> Iterator[tuple[str, str]]:
    """The parts of XML under a folder of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith(start) and name.endswith(".xml"):
                yield name, package.read(name).decode()


def test_faces_are_named_by_the_theme_alone() -> None:
    named = {
        (name.rpartition("/")[0], face)
        for name, text in parts(written(*everything()), "ppt/")
        if not name.startswith("ppt/theme/")
        for face in _NAMED.findall(text)
        if not face.startswith("+")
    }
    # Code keeps its face in any theme.
    assert named == {("ppt/slideLayouts", THEME.mono), ("ppt/slides", THEME.mono)}


def test_the_theme_has_the_serif_for_headings_and_the_sans_for_text() -> None:
    [*_, (_, theme)] = parts(written(*everything()), "ppt/theme/theme1")
    assert re.findall(r'<a:m(?:aj|in)orFont><a:latin typeface="([^"]+)"', theme) == [THEME.serif, THEME.sans]
