"""Test decks with the presentation templates of LibreOffice, saved in two ways, and with odd templates."""

from __future__ import annotations

import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from ruamel.yaml import YAML

from triptych.checks.deck.examination import examine_deck
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest

from .conftest import REPOSITORY, read_first_takeaways
from .odd_templates import ODD
from .overflow import pptx_overflow
from .rendering import INSTALL_PROGRAMS, MissingTool, run
from .test_deck_templates import office_fonts  # noqa: F401

pytestmark = pytest.mark.e2e

CHARTS, EDITION = REPOSITORY / "tests/books/charts", REPOSITORY
NAMES = (
    "Beehive Blue_Curve Blueprint_Plans Candy DNA Focus Forestbird Freshes Grey_Elegant Growing_Liberty "
    "Inspiration Lights Metropolis Midnightblue Nature_Illustration Pencil Piano Portfolio Progress Sunset "
    "Vintage Vivid Yellow_Idea"
).split()
FILTERS = {"pptx": "Impress MS PowerPoint 2007 XML", "potx": "Impress MS PowerPoint 2007 XML Template"}
# Templates for which each slide is rendered: titles beside decoration, many layouts, two masters, odd
# positions.
RENDERED = (
    "Sunset.pptx",
    "Freshes.pptx",
    "Piano.pptx",
    "low-title",
    "title-at-foot",
    "tiny-slide",
    "a4-upright",
)
WHOLE = ("Portfolio.pptx", "Candy.potx", "narrow-body")  # the templates for the deck of the edition
_OF_CHARTS = "Reference value"  # the title is a label inside a chart


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Return a template by name; the templates of LibreOffice are converted in one run."""
    folder = tmp_path_factory.mktemp("templates")

    def of(name: str) -> bytes:
        if name in ODD:
            return ODD[name]()
        kind = name.rpartition(".")[2]
        if not (folder / name).exists():
            _convert(folder, kind)
        return (folder / name).read_bytes()

    return of


def _convert(folder: Path, kind: str) -> None:
    soffice = shutil.which("soffice")
    home = Path(soffice).resolve().parents[1] / "share/template/common/presnt" if soffice else Path("/none")
    sources = [home / f"{name}.otp" for name in NAMES]
    if soffice is None or not all(source.is_file() for source in sources):
        raise MissingTool("LibreOffice with its presentation templates", INSTALL_PROGRAMS)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = f"{kind}:{FILTERS[kind]}"
    run([soffice, profile, "--headless", "--convert-to", target, "--outdir", folder, *sources])


def _build_project(book: Path, name: str, data: bytes, folder: Path, cache: Cache) -> BuildOutcome:
    """Build a deck of a book with a template."""
    root = folder / "book"
    shutil.copytree(book / "source", root / "source")
    brand = f"brand.{name.rpartition('.')[2] if '.' in name else 'pptx'}"
    (root / "source" / brand).write_bytes(data)
    manifest = root / "source/book.yaml"
    text = manifest.read_text("utf-8")
    changed = text.replace("  pptx: {", f"  pptx: {{template: {brand}, ", 1)
    assert changed != text
    manifest.write_text(changed, "utf-8")
    request = BuildRequest(output_folder=folder / "build", formats=("pptx",), cache_folder=cache.folder)
    outcome = press(Project(root, environ={}), request)
    assert outcome.has_outputs, "\n".join(map(str, outcome.diagnostics))
    return outcome


@pytest.fixture(scope="module")
def charts_on(
    template: Callable[[str], bytes], tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache
) -> Callable[[str], BuildOutcome]:
    """Return the deck of the book of charts with a template, which is built once."""

    @cache
    def build(name: str) -> BuildOutcome:
        return _build_project(CHARTS, name, template(name), tmp_path_factory.mktemp("charts"), shared_cache)

    return build


def _titles(deck: bytes) -> list[Any]:
    """Return the titles of all visible slides; python-pptx finds only titles with index 0."""
    result = []
    for slide in Presentation(io.BytesIO(deck)).slides:
        if slide._element.get("show") == "0":
            continue
        kinds = {shape.placeholder_format.type.name: shape for shape in slide.placeholders}
        result.append((kinds.get("TITLE") or kinds["CENTER_TITLE"]).text_frame)
    return result


def _check(deck: bytes, outcome: BuildOutcome, *, displayed: Iterable[str]) -> None:
    """Assert that the file is valid and that titles have one size, except displayed and reported ones."""
    findings = [
        f"{finding.code}: {finding.message}"
        for finding in examine_deck(deck).findings
        if finding.code != "CHK015"
    ]
    assert [item for item in findings if _OF_CHARTS not in item] == []  # contrast is tested elsewhere
    sizes = [
        (title.text, {run.font.size for para in title.paragraphs for run in para.runs})
        for title in _titles(deck)
    ]
    assert [text for text, result in sizes if len(result) != 1] == []
    [(usual, _), *_] = Counter(size for _, result in sizes for size in result).most_common()
    small = (
        re.match(r'the title "(.*?)" was reduced ', diagnostic.message)
        for diagnostic in outcome.diagnostics
        if diagnostic.code == "DEK007"
    )
    reported = [match[1] for match in small if match]
    others = {_bare(text) for text, result in sizes if result != {usual}} - set(displayed)
    assert [other for other in others if not any(map(_is_same(other), reported))] == []
    assert not [text for text, _ in sizes if text.endswith("…")]


def _is_same(title: str) -> Callable[[str], bool]:
    """Return whether words of a message are a title or, if they end with "…", the start of it."""
    return lambda words: title == words or (words.endswith("…") and title.startswith(words[:-1]))


def _bare(title: str) -> str:
    """Remove a chapter number before a title, the number of a continued slide and no-break spaces."""
    return re.sub(r"^Chapter\s\d+ · |( \(\d+\sof\s\d+\))?$", "", title).replace("\u00a0", " ")


@pytest.mark.parametrize("name", [*(f"{name}.pptx" for name in NAMES), "Candy.potx", "Pencil.potx", *ODD])
def test_charts_of_every_kind_build_on_any_template(
    name: str, charts_on: Callable[[str], BuildOutcome]
) -> None:
    outcome = charts_on(name)
    deck = outcome.outputs["pptx"].read_bytes()
    chapters = ("Bars", "Lines and dots", "Shares and counts", "Comparisons")
    _check(deck, outcome, displayed=("Charts", *chapters, "Thank you"))


@pytest.mark.parametrize("name", RENDERED)
def test_no_text_leaves_its_place(
    name: str,
    charts_on: Callable[[str], BuildOutcome],
    office_fonts: Path,  # noqa: F811
) -> None:
    findings = pptx_overflow(charts_on(name).outputs["pptx"], office_fonts)
    assert [item for item in findings if _OF_CHARTS not in item.message] == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_edition_builds_on_corporate_templates(
    name: str, template: Callable[[str], bytes], tmp_path: Path, shared_cache: Cache
) -> None:
    """Test the edition's talk, which has selected slides and no dividers.

    Therefore no placeholder contains the titles of its chapters.
    """
    outcome = _build_project(EDITION, name, template(name), tmp_path, shared_cache)
    title = YAML(typ="safe").load(EDITION / "source/book.yaml")["book"]["title"]
    takeaways = read_first_takeaways()
    deck = outcome.outputs["pptx"].read_bytes()
    _check(deck, outcome, displayed=(title, *takeaways, *(f"{takeaway}." for takeaway in takeaways)))
