"""Test embedded fonts, theme fonts and theme colours, as other programs read them."""

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


def test_libeot_reads_embedded_fonts(everything: Built) -> None:
    with zipfile.ZipFile(everything.outputs["pptx"]) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith(".fntdata")]
    assert len(parts) > 4
    for data in parts:
        assert by_libeot(data) == read_embedded_font(data).data


def test_other_fonts_of_the_theme_change_every_text(scaffold: Built, tmp_path: Path) -> None:
    """Test that changing the theme fonts changes all text except code, which has a fixed font."""
    changed = tmp_path / "changed.pptx"
    with_theme_fonts(scaffold.outputs["pptx"], changed, "Triptych Metrics A", "Triptych Metrics C")
    shown = families(office_to_pdf(changed, tmp_path, fonts_from(tmp_path, STRANGE_FONTS)))
    assert shown == {"TriptychMetricsA", "TriptychMetricsC"}


_TINTED = re.compile(
    rb'(?<=>)<a:solidFill><a:srgbClr val="[0-9A-F]{6}"/></a:solidFill>(?=</a:tcPr>|<a:ln><a:noFill/></a:ln></c:spPr></c:marker>)'
    rb"|<p15:clr>.*?</p15:clr>"
)


def test_colours_and_fonts_come_only_from_the_theme(everything: Built) -> None:
    """Test that colours and fonts come from the theme only.

    Exceptions are the fonts of code, formulas (required by PowerPoint) and other scripts, guides, and the
    tints of heat tables and tile maps, which no theme colour reproduces exactly.
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
