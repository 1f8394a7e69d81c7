"""Read a source of one kind on its own: each function takes a project and returns the diagnostics."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress

from triptych.catalog.titles import read_catalog
from triptych.charts.drawing import draw_chart, draw_narrow_chart
from triptych.charts.reader import ChartReader
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.media.diagrams import DiagramEngineError, InvalidDiagramError, draw_diagram
from triptych.media.output_pictures import prepare_picture
from triptych.media.raster_images import UnusablePictureError
from triptych.media.template_checks import find_rejection_reasons, list_layout_names, read_slide_size
from triptych.model.book import Matter
from triptych.model.nodes import Attr, Chart
from triptych.project import MANIFEST, Project
from triptych.reading import bibliography, glossary
from triptych.reading import bibliography as citation_style
from triptych.reading.pictures import PictureFinder
from triptych.reading.sections import SectionEntry, SectionReader
from triptych.settings import manifest_reader
from triptych.settings.manifest import Manifest
from triptych.settings.values import SourcePositions
from triptych.theme import theme_reader
from triptych.theme.theme import load_theme
from triptych.writers.epub.package import RETAILER_PROFILES

SECTION = "source/one.md"
_known: dict[bytes, tuple[Manifest, SourcePositions]] = {}


def _settings(project: Project) -> tuple[Manifest, SourcePositions]:
    """Return the settings of a fixed manifest, read once."""
    output = project.read_bytes(MANIFEST)
    if output not in _known:
        manifest, positions, _ = manifest_reader.read_manifest(project)
        assert manifest is not None
        _known[output] = manifest, positions
    return _known[output]


def read_manifest(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a manifest, on its own and for the ONIX record."""
    result = manifest_reader.read_manifest(project)[2]
    return [*result, *manifest_reader.read_manifest(project, ("kindle", "visitors", "kdp"), "short")[2]]


def read_opened(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a section up to the call of pandoc."""
    opener = SectionReader(
        project, {"book": {"title": "A"}}, DataFolder(project), "en", cache, is_jinja_enabled=True
    )
    return opener.read(SectionEntry("one.md", Matter.BODY, None, Span(path=MANIFEST)))[1]


def read_chart(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a chart and its data, and draw it."""
    text = (
        project.read_bytes(SECTION)
        .decode("utf-8", "replace")
        .partition("{.chart ")[2]
        .rpartition("}\nA caption")[0]
    )
    try:
        pairs = tuple(item.partition("=")[::2] for item in shlex.split(text) if "=" in item)
    except ValueError:
        return []
    reader = ChartReader(DataFolder(project), SECTION, "en")
    chart, result = reader.read(Attr("fig-a", ("chart",), pairs), (), Span(path=SECTION))
    if isinstance(chart, Chart):
        draw_chart(chart, load_theme())
        draw_narrow_chart(chart, load_theme())
    return result


def read_glossary(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a glossary."""
    return glossary.read_glossary(project, *_settings(project), cache)[1]


def read_bibliography(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a bibliography with pandoc."""
    return bibliography.start_loading_bibliography(project, *_settings(project), cache)()[1]


def read_style(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a citation style."""
    return citation_style.read_citation_style(project, *_settings(project))[1]


def read_theme(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a theme with its fonts."""
    return theme_reader.read_theme(project, "mine.yaml")[1]


def read_catalogue(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a catalogue."""
    return read_catalog(project.root / "catalog.yaml")[1]


def read_picture(name: str, project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a picture and prepare it for each kind of e-book."""
    picture, result = PictureFinder(project, cache).find(
        name, referring_file=SECTION, span=Span(path=SECTION)
    )
    if picture is not None:
        data = project.read_bytes(f"source/{name}")
        for store in RETAILER_PROFILES.values():
            with suppress(UnusablePictureError):
                prepare_picture(data, picture, 200, store.make_picture_target(96), load_theme())
    return result


def read_diagram(language: str, project: Project, cache: Cache) -> list[Diagnostic]:
    """Draw a diagram."""
    code = (
        project.read_bytes(SECTION)
        .decode("utf-8", "replace")
        .partition(f"{language}\n")[2]
        .rpartition("\n```")[0]
    )
    with suppress(InvalidDiagramError, DiagramEngineError):
        draw_diagram(language, code, load_theme())
    return []


def read_deck(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a presentation as a template."""
    data = project.read_bytes("source/a.pptx")
    if not find_rejection_reasons(data):
        list_layout_names(data)
        read_slide_size(data)
    return []


def read_data(project: Project, cache: Cache) -> list[Diagnostic]:
    """Read a data file for a chart of its own first columns, whatever their names."""
    text = project.read_bytes("source/data.csv").decode("utf-8", "replace")
    names = [name.strip().strip('"') for name in re.split(r"[,;\t|]", text.split("\n")[0])[:3]]
    reader = ChartReader(DataFolder(project), SECTION, "en")
    result: list[Diagnostic] = []
    for kind in ("line", "bar", "histogram"):
        pairs = (("data", "data.csv"), ("type", kind), ("x", names[0]), ("y", names[-1]))
        chart, problems = reader.read(Attr("fig-a", ("chart",), pairs), (), Span(path=SECTION))
        result += problems
        if isinstance(chart, Chart):
            draw_chart(chart, load_theme())
    return result
