"""Test the contrast of text on templates with pictures, gradients and coloured shapes, with LibreOffice."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from triptych.checks.deck.examination import examine_deck
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest
from triptych.theme.colours import VISIBLE_CONTRAST

from .conftest import REPOSITORY
from .deck_templates import TEMPLATES, office
from .legibility import painted_spans
from .rendering import INSTALL_PROGRAMS, MissingTool

pytestmark = pytest.mark.e2e
BOOK = REPOSITORY / "tests/books/charts"
# Piano keys; a photograph; coloured shapes up to all edges; a dark shape as the background.
GROUNDS = ("Piano", "Candy", "Focus", "dark-by-paint")


@pytest.mark.parametrize("name", GROUNDS)
def test_every_text_and_chart_label_has_enough_contrast(
    name: str, tmp_path: Path, shared_cache: Cache
) -> None:
    data = TEMPLATES[name]() if name in TEMPLATES else office(name, tmp_path)
    if data is None:
        raise MissingTool(f"LibreOffice's template {name}", INSTALL_PROGRAMS)
    root = tmp_path / "book"
    shutil.copytree(BOOK, root)
    (root / "source/brand.pptx").write_bytes(data)
    manifest = (root / "source/book.yaml").read_text("utf-8")
    changed = manifest.replace("pptx: {footer: Charts}", "pptx: {footer: Charts, template: brand.pptx}")
    assert changed != manifest
    (root / "source/book.yaml").write_text(changed, "utf-8")
    folder, cache = tmp_path / "build", shared_cache.folder
    request = BuildRequest(output_folder=folder, formats=("pptx",), cache_folder=cache)
    outcome = press(Project(root, environ={}), request)
    assert outcome.has_outputs, "\n".join(map(str, outcome.diagnostics))
    deck = outcome.outputs["pptx"]
    spans = painted_spans(deck)
    assert len(spans) > 500
    assert [span for span in spans if span.contrast < VISIBLE_CONTRAST] == []
    pale = [
        finding.message for finding in examine_deck(deck.read_bytes()).findings if finding.code == "CHK015"
    ]
    ratios = [float(re.search(r"([\d.]+):1", message)[1]) for message in pale]
    assert [ratio for ratio in ratios if ratio < VISIBLE_CONTRAST] == []
