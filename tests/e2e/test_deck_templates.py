"""Test the deck of the book with all constructs on very different templates."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation

from triptych.checks.deck.examination import examine_deck
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.settings.format_options import SLIDE_SIZES, SlideSize

from .conftest import REPOSITORY
from .deck_templates import OFFICE, TEMPLATES, office
from .overflow import pptx_overflow
from .rendering import INSTALL_PROGRAMS, MissingTool
from .validators import open_xml_sdk, openxml_audit

pytestmark = pytest.mark.e2e
BOOK = REPOSITORY / "tests/books/everything"
LIBERATION = Path("/usr/share/fonts/truetype/liberation")  # with the metrics of Arial, which templates use


@pytest.fixture(scope="session")
def office_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fontconfig file with the bundled fonts, and Liberation Sans for all other fonts."""
    if not LIBERATION.is_dir():
        raise MissingTool("Liberation Sans, a face of the width of Arial", INSTALL_PROGRAMS)
    path = tmp_path_factory.mktemp("fontconfig") / "fonts.conf"
    family = "<string>Liberation Sans</string>"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{REPOSITORY / 'templates/fonts'}</dir><dir>{LIBERATION}</dir><cachedir>{path.parent}</cachedir>"
        '<match target="pattern"><test name="family"><string>Calibri</string></test>'
        f'<edit name="family" mode="assign" binding="strong">{family}</edit></match>'
        f'<match target="pattern"><edit name="family" mode="append_last" binding="strong">{family}</edit></match>'
        "</fontconfig>",
        "utf-8",
    )
    return path


def _template(name: str, folder: Path) -> bytes:
    if name in TEMPLATES:
        return TEMPLATES[name]()
    data = office(name, folder)
    if data is None:
        raise MissingTool(f"LibreOffice's template {name}", INSTALL_PROGRAMS)
    return data


def _build(data: bytes, folder: Path, cache: Cache) -> tuple[bytes, BuildOutcome]:
    root = folder / "book"
    shutil.copytree(BOOK, root, dirs_exist_ok=True)
    (root / "source/brand.pptx").write_bytes(data)
    manifest = (root / "source/book.yaml").read_text("utf-8")
    changed = manifest.replace(
        "pptx: {footer: Long Point}", "pptx: {footer: Long Point, template: brand.pptx}"
    )
    assert changed != manifest or "brand.pptx" in manifest
    (root / "source/book.yaml").write_text(changed, "utf-8")
    request = BuildRequest(output_folder=folder / "build", formats=("pptx",), cache_folder=cache.folder)
    outcome = press(Project(root, environ={}), request)
    assert outcome.has_outputs, "\n".join(map(str, outcome.diagnostics))
    return outcome.outputs["pptx"].read_bytes(), outcome


@pytest.mark.parametrize("name", [*TEMPLATES, *OFFICE])
def test_deck_is_valid_without_overflow(
    name: str, tmp_path: Path, shared_cache: Cache, office_fonts: Path
) -> None:
    data = _template(name, tmp_path)
    deck, outcome = _build(data, tmp_path, shared_cache)
    repeated, _ = _build(data, tmp_path, shared_cache)
    assert repeated == deck
    path = outcome.outputs["pptx"]
    assert openxml_audit(path) == []
    assert pptx_overflow(path, office_fonts) == []
    assert [finding for finding in examine_deck(deck).findings if finding.code == "CHK020"] == []
    names = [
        problem.code for problem in outcome.diagnostics if problem.code.startswith(("CHK", "DEK", "DTP"))
    ]
    assert set(names) <= {"DTP003", "DTP004"}


@pytest.mark.parametrize("size", ["4x3", "a4"])
def test_narrow_deck_is_valid_without_overflow(
    size: SlideSize, tmp_path: Path, shared_cache: Cache, office_fonts: Path
) -> None:
    root = Path(shutil.copytree(BOOK, tmp_path / "book"))
    path = root / "source/book.yaml"
    manifest = path.read_text("utf-8")
    changed = manifest.replace("pptx: {footer:", f"pptx: {{slide-size: {size}, footer:")
    assert changed != manifest
    path.write_text(changed, "utf-8")
    request = BuildRequest(
        output_folder=tmp_path / "build", formats=("pptx",), cache_folder=shared_cache.folder
    )
    deck = press(Project(root, environ={}), request).outputs["pptx"]
    presentation = Presentation(str(deck))
    assert (presentation.slide_width.pt, presentation.slide_height.pt) == SLIDE_SIZES[size]
    assert openxml_audit(deck) == open_xml_sdk(deck) == []
    assert pptx_overflow(deck, office_fonts) == []
    assert not [finding for finding in examine_deck(deck.read_bytes()).findings if finding.code == "CHK020"]


def test_slides_of_the_template_are_removed(tmp_path: Path, shared_cache: Cache) -> None:
    data = TEMPLATES["pandoc"]()
    old = Presentation(io.BytesIO(data))
    words = {shape.text_frame.text for slide in old.slides for shape in slide.shapes if shape.has_text_frame}
    result = sorted(text for text in words if len(text) > 12)
    assert result
    deck, _ = _build(data, tmp_path, shared_cache)
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        parts = {
            name: archive.read(name)
            for name in archive.namelist()
            if "/slides/" in name or "docProps" in name
        }
    assert [text for text in result if any(text.encode() in part for part in parts.values())] == []


def test_slides_use_the_layouts_of_the_template(tmp_path: Path, shared_cache: Cache) -> None:
    deck, _ = _build(TEMPLATES["python-pptx"](), tmp_path, shared_cache)
    presentation = Presentation(io.BytesIO(deck))
    assert (presentation.slide_width.pt, presentation.slide_height.pt) == (720, 540)
    names = {slide.slide_layout.name for slide in presentation.slides}
    assert names == {
        "Title Slide",
        "Section Header",
        "Title and Content",
        "Two Content",
        "Comparison",
    }
    second = presentation.slides[1]
    assert {"A footer", "Long Point"} & {
        shape.text_frame.text for shape in second.shapes if shape.has_text_frame
    }
    kinds = {shape.placeholder_format.type.name for shape in second.placeholders}
    assert {"DATE", "FOOTER", "SLIDE_NUMBER"} <= kinds
