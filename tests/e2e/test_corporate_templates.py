"""Books on the presentation templates of LibreOffice, in both ways of saving, and on odd ones made by program."""

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

from .conftest import REPOSITORY
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
# Templates on which each slide is rendered: a title beside decoration, many layouts, two masters, odd places.
RENDERED = (
    "Sunset.pptx",
    "Freshes.pptx",
    "Piano.pptx",
    "low-title",
    "title-at-foot",
    "tiny-slide",
    "a4-upright",
)
WHOLE = ("Portfolio.pptx", "Candy.potx", "narrow-body")  # on which the edition is built
_OF_CHARTS = "Reference value"  # is a label within a chart


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The bytes of a template by its name; those of LibreOffice are converted together."""
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
    """A deck of a book on a template."""
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
    """The deck of the book of charts on a template, which is built once."""

    @cache
    def build(name: str) -> BuildOutcome:
        return _build_project(CHARTS, name, template(name), tmp_path_factory.mktemp("charts"), shared_cache)

    return build


def _titles(deck: bytes) -> list[Any]:
    """The titles of all slides that are shown; python-pptx finds those with the index 0 alone."""
    found = []
    for slide in Presentation(io.BytesIO(deck)).slides:
        if slide._element.get("show") == "0":
            continue
        kinds = {shape.placeholder_format.type.name: shape for shape in slide.placeholders}
        found.append((kinds.get("TITLE") or kinds["CENTER_TITLE"]).text_frame)
    return found


def _check(deck: bytes, outcome: BuildOutcome, *, displayed: Iterable[str]) -> None:
    """Nothing is wrong with the file, and all titles have one size but for the ``displayed`` ones and those
    that are reported as smaller.
    """
    found = [f"{one.code}: {one.message}" for one in examine_deck(deck).findings if one.code != "CHK015"]
    assert [one for one in found if _OF_CHARTS not in one] == []  # contrast is looked at elsewhere
    sizes = [
        (title.text, {run.font.size for para in title.paragraphs for run in para.runs})
        for title in _titles(deck)
    ]
    assert [text for text, found in sizes if len(found) != 1] == []
    [(usual, _), *_] = Counter(size for _, found in sizes for size in found).most_common()
    small = (
        re.match(r'the title "(.*?)" was reduced ', one.message)
        for one in outcome.diagnostics
        if one.code == "DEK007"
    )
    reported = [match[1] for match in small if match]
    others = {_bare(text) for text, found in sizes if found != {usual}} - set(displayed)
    assert [one for one in others if not any(map(_is_same(one), reported))] == []
    assert not [text for text, _ in sizes if text.endswith("…")]


def _is_same(title: str) -> Callable[[str], bool]:
    """Whether words of a message are a title or, where they end with "…", its first words."""
    return lambda words: title == words or (words.endswith("…") and title.startswith(words[:-1]))


def _bare(title: str) -> str:
    """A title without the number of a chapter before it and of a continued slide after it."""
    return re.sub(r"^Chapter\s\d+ · |( \(\d+\sof\s\d+\))?$", "", title)


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
    found = pptx_overflow(charts_on(name).outputs["pptx"], office_fonts)
    assert [one for one in found if _OF_CHARTS not in one.message] == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_edition_builds_on_corporate_templates(
    name: str, template: Callable[[str], bytes], tmp_path: Path, shared_cache: Cache
) -> None:
    """Its talk shows chosen slides, and no dividers: no placeholder has the titles of its chapters."""
    outcome = _build_project(EDITION, name, template(name), tmp_path, shared_cache)
    book = YAML(typ="safe").load(EDITION / "source/book.yaml")["book"]
    deck = outcome.outputs["pptx"].read_bytes()
    _check(deck, outcome, displayed=(book["title"], book["takeaways"][0]))
