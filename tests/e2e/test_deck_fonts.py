"""Fonts in the file, fonts and colours of the theme, as other programs see them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from triptych.checks.deck.embedded_fonts import read_embedded_font

from .conftest import Built, fonts_from
from .deck_fonts import STRANGE_FONTS, by_libeot, families, with_theme_fonts
from .rendering import office_to_pdf

pytestmark = pytest.mark.e2e


def test_libeot_reads_the_fonts_that_a_deck_brings(everything: Built) -> None:
    with zipfile.ZipFile(everything.outputs["pptx"]) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith(".fntdata")]
    assert len(parts) > 4
    for data in parts:
        assert by_libeot(data) == read_embedded_font(data).data


def test_other_fonts_of_the_theme_change_every_text(scaffold: Built, tmp_path: Path) -> None:
    """All but code, which has its own face in any theme."""
    changed = tmp_path / "changed.pptx"
    with_theme_fonts(scaffold.outputs["pptx"], changed, "Triptych Metrics A", "Triptych Metrics C")
    shown = families(office_to_pdf(changed, tmp_path, fonts_from(tmp_path, STRANGE_FONTS)))
    assert shown == {"TriptychMetricsA", "TriptychMetricsC"}


_TINTED = re.compile(
    rb'(?<=>)<a:solidFill><a:srgbClr val="[0-9A-F]{6}"/></a:solidFill>(?=</a:tcPr>|<a:ln><a:noFill/></a:ln></c:spPr></c:marker>)'
)


def test_the_theme_alone_names_colours_and_fonts(everything: Built) -> None:
    """Code keeps its face, formulas theirs, which PowerPoint needs for them; other scripts name their own.

    Cells of heat tables and squares of tile maps have the tints of the book, which no theme colour makes exactly.
    """
    fonts: set[bytes] = set()
    colours: set[str] = set()
    with zipfile.ZipFile(everything.outputs["pptx"]) as package:
        for name in package.namelist():
            if name.endswith(".xml") and not name.startswith("ppt/theme/"):
                data = _TINTED.sub(b"", package.read(name))
                fonts |= set(re.findall(rb'<a:(?:latin|buFont) typeface="([^+"][^"]*)"', data))
                colours |= {name} if b"<a:srgbClr" in data or b"<a:sysClr" in data else set()
    assert fonts == {b"JetBrains Mono", b"Cambria Math"}
    assert colours == set()
