"""Fonts in the file and fonts of the theme, as other programs see them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from triptych.checks.deck.package.embedded_fonts import opened_font

from .conftest import Built, fonts_from
from .deck_fonts import STRANGE_FONTS, by_libeot, families, with_theme_fonts
from .rendering import office_to_pdf

pytestmark = pytest.mark.e2e


def test_libeot_reads_the_fonts_that_a_deck_brings(everything: Built) -> None:
    with zipfile.ZipFile(everything.outputs["pptx"]) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith(".fntdata")]
    assert len(parts) > 4
    for data in parts:
        assert by_libeot(data) == opened_font(data).font


def test_other_fonts_of_the_theme_change_every_text(scaffold: Built, tmp_path: Path) -> None:
    """All but code, which has its own face in any theme."""
    changed = tmp_path / "changed.pptx"
    with_theme_fonts(scaffold.outputs["pptx"], changed, "Triptych Metrics A", "Triptych Metrics C")
    shown = families(office_to_pdf(changed, tmp_path, fonts_from(tmp_path, STRANGE_FONTS)))
    assert shown == {"TriptychMetricsA", "TriptychMetricsC"}
