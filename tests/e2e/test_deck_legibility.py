"""Test the contrast of text on templates with pictures, gradients and coloured shapes, with LibreOffice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from triptych.checks.deck.examination import examine_deck
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.theme.colours import ENHANCED_CONTRAST, VISIBLE_CONTRAST

from .conftest import REPOSITORY
from .deck_templates import TEMPLATES, office
from .legibility import painted_spans
from .rendering import INSTALL_PROGRAMS, MissingTool

pytestmark = pytest.mark.e2e
BOOK = REPOSITORY / "tests/books/charts"
# Piano keys; a photograph; coloured shapes up to all edges; a dark shape as the background.
GROUNDS = ("Piano", "Candy", "Focus", "dark-by-paint")


def _build_deck(
    folder: Path, cache: Cache, option: str, files: Mapping[str, bytes] = MappingProxyType({})
) -> BuildOutcome:
    """Build the deck of the book of charts with an option of ``pptx`` and additional source files."""
    root = folder / "book"
    shutil.copytree(BOOK, root)
    for name, data in files.items():
        (root / "source" / name).write_bytes(data)
    manifest = (root / "source/book.yaml").read_text("utf-8")
    changed = manifest.replace("pptx: {footer: Charts}", f"pptx: {{footer: Charts, {option}}}")
    assert changed != manifest
    (root / "source/book.yaml").write_text(changed, "utf-8")
    request = BuildRequest(output_folder=folder / "build", formats=("pptx",), cache_folder=cache.folder)
    outcome = press(Project(root, environ={}), request)
    assert outcome.has_outputs, "\n".join(map(str, outcome.diagnostics))
    return outcome


@pytest.mark.parametrize("name", GROUNDS)
def test_every_text_and_chart_label_has_enough_contrast(
    name: str, tmp_path: Path, shared_cache: Cache
) -> None:
    data = TEMPLATES[name]() if name in TEMPLATES else office(name, tmp_path)
    if data is None:
        raise MissingTool(f"LibreOffice's template {name}", INSTALL_PROGRAMS)
    outcome = _build_deck(tmp_path, shared_cache, "template: brand.pptx", {"brand.pptx": data})
    deck = outcome.outputs["pptx"]
    spans = painted_spans(deck)
    assert len(spans) > 500
    assert [span for span in spans if span.contrast < VISIBLE_CONTRAST] == []
    pale = [
        finding.message for finding in examine_deck(deck.read_bytes()).findings if finding.code == "CHK015"
    ]
    ratios = [float(re.search(r"([\d.]+):1", message)[1]) for message in pale]
    assert [ratio for ratio in ratios if ratio < VISIBLE_CONTRAST] == []


def test_every_text_of_a_high_contrast_deck_has_the_enhanced_contrast(
    tmp_path: Path, shared_cache: Cache
) -> None:
    outcome = _build_deck(tmp_path, shared_cache, "color-scheme: high-contrast")
    spans = painted_spans(outcome.outputs["pptx"])
    assert len(spans) > 500
    assert [span for span in spans if span.contrast < ENHANCED_CONTRAST] == []
