"""Read decks with three independent programs, each as a function that returns the text of each slide.

Decks are written with python-pptx; LibreOffice and office-oxide have their own readers. Content that all
three find is not only readable for the library that wrote it.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree
from pptx import Presentation

from .rendering import produced, program, run
from .validators import required

Rows: TypeAlias = tuple[tuple[str, ...], ...]
Values: TypeAlias = tuple[float, ...]

_NUMBERS = re.compile(r"-?\d+\.\d+(?:, -?\d+\.\d+)*")
_FURNITURE = ("FOOTER", "SLIDE_NUMBER", "DATE")
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_SERIES = f"{_CHART}series", f"{_CHART}values-cell-range-address"
_DOMAIN = f"{_CHART}domain", f"{_TABLE}cell-range-address"
_SHOWN = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"


@dataclass(frozen=True, slots=True)
class SlideText:
    """A slide: its title, its notes, the rows of its tables, and the series of its charts.

    Texts are on one line; ``text`` is the text of all text boxes. ``across`` are the x values of each series
    of points; office-oxide returns only those of a chart's first series.
    """

    title: str
    text: str
    notes: str
    tables: tuple[Rows, ...]
    series: tuple[Values, ...]
    across: tuple[Values, ...]


def one_line(texts: Iterable[str]) -> str:
    return " ".join(" ".join(texts).split())


def python_pptx(path: Path) -> list[SlideText]:
    """Read a deck with python-pptx."""
    return [_of_python_pptx(slide) for slide in Presentation(str(path)).slides]


def _of_python_pptx(slide: Any) -> SlideText:
    shapes = list(slide.shapes)
    reported = [shape for shape in shapes if shape.has_text_frame and not _is_furniture(shape)]
    tables = (shape.table for shape in shapes if shape.has_table)
    charts = [shape.chart for shape in shapes if shape.has_chart]
    return SlideText(
        title=one_line([slide.shapes.title.text_frame.text]),
        text=one_line(shape.text_frame.text for shape in reported),
        notes=one_line([slide.notes_slide.notes_text_frame.text] if slide.has_notes_slide else []),
        tables=tuple(
            tuple(tuple(one_line([cell.text]) for cell in row.cells) for row in table.rows)
            for table in tables
        ),
        series=tuple(values for chart in charts for values in _series_values(chart)),
        across=tuple(
            _numbers(float(value.text) for value in places.iterfind(".//{*}v"))
            for chart in charts
            for places in chart._chartSpace.iterfind(".//{*}xVal")
        ),
    )


def _series_values(chart: Any) -> Iterator[Values]:
    """Return the values of each series from the XML, since python-pptx has no class for stock charts."""
    if chart._chartSpace.find(".//{*}stockChart") is None:
        yield from (_numbers(item.values) for plot in chart.plots for item in plot.series)
        parts = ".//{*}bubbleSize"
    else:
        parts = ".//{*}ser/{*}val"
    for values in chart._chartSpace.iterfind(parts):
        yield _numbers(float(value.text) for value in values.iterfind(".//{*}v"))


def _is_furniture(shape: Any) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE


def _numbers(values: Iterable[float | None]) -> Values:
    """Return the numbers that are not None."""
    return tuple(float(value) for value in values if value is not None and not math.isnan(value))


def libreoffice(path: Path) -> list[SlideText]:
    """Read a deck with LibreOffice, which converts it to a flat OpenDocument file."""
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        flags = ("--headless", "--norestore", "--convert-to", "fodp", "--outdir", folder)
        output = run([program("soffice"), profile, *flags, path])
        document = produced(Path(folder) / path.with_suffix(".fodp").name, output)
        tree = etree.parse(document, etree.XMLParser(huge_tree=True)).getroot()
    return [_of_libreoffice(page) for page in tree.iter(f"{_DRAW}page")]


def _of_libreoffice(page: Any) -> SlideText:
    frames = [frame for frame in page.iterchildren(f"{_DRAW}frame", f"{_DRAW}custom-shape")]
    titles = [frame for frame in frames if frame.get(f"{_SHOWN}class") == "title"]
    reported = [
        frame for frame in frames if frame.get(f"{_SHOWN}class") not in ("footer", "page-number", "date-time")
    ]
    notes = page.find(f"{_SHOWN}notes")
    spoken = [] if notes is None else [note for note in notes if note.get(f"{_SHOWN}class") == "notes"]
    tables = [table for frame in frames for table in frame.iterchildren(f"{_TABLE}table")]
    charts = [chart for frame in frames for chart in frame.iter(f"{_CHART}chart")]
    return SlideText(
        title=one_line(map(_paragraphs, titles)),
        text=one_line(_paragraphs(box) for frame in reported for box in _boxes(frame)),
        notes=one_line(map(_paragraphs, spoken)),
        tables=tuple(_rows(table) for table in tables),
        series=tuple(values for chart in charts for values in _read_chart(chart)[0]),
        across=tuple(values for chart in charts for values in _read_chart(chart)[1]),
    )


def _boxes(frame: Any) -> list[Any]:
    return [frame] if frame.tag == f"{_DRAW}custom-shape" else frame.findall(f"{_DRAW}text-box")


def _paragraphs(element: Any) -> str:
    """Return text with the spaces and line breaks that OpenDocument writes as elements."""
    parts = []
    for item in element.iter():
        if item.tag in (f"{_TEXT}p", f"{_TEXT}s", f"{_TEXT}line-break", f"{_TEXT}tab"):
            parts.append(" ")
        parts.append(item.text or "")
        parts.append((item.tail or "").strip("\n") if item is not element else "")
    return "".join(parts)


def _rows(table: Any) -> Rows:
    rows = table.iter(f"{_TABLE}table-row")
    cells = (row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell") for row in rows)
    return tuple(tuple(one_line([_paragraphs(cell)]) for cell in row) for row in cells)


def _read_chart(chart: Any) -> tuple[list[Values], list[Values]]:
    """Return the values of the series, those of bubbles before their sizes, and the x values."""
    series, across = list(_columns(chart, _SERIES)), list(_columns(chart, _DOMAIN))
    if chart.get(f"{_CHART}class") == "chart:bubble":  # ``values`` are sizes, and each series has y before x
        return [*across[::2], *series], across[1::2]
    if chart.get(f"{_CHART}class") == "chart:stock":  # low before high
        series[1:3] = series[2:0:-1]
    return series, across


def _columns(chart: Any, kind: tuple[str, str]) -> Iterator[Values]:
    """Return the numbers of each series, or the x values, from the table of a chart."""
    rows = [list(row) for row in chart.iter(f"{_TABLE}table-row")]
    tag, name = kind
    for element in chart.iter(tag):
        match = re.fullmatch(r"local-table\.\$([A-Z]+)\$(\d+):\.\$[A-Z]+\$(\d+)", element.get(name, ""))
        if match:
            column = ord(match[1]) - ord("A")
            cells = [rows[number - 1][column] for number in range(int(match[2]), int(match[3]) + 1)]
            yield _numbers(float(cell.get(f"{_OFFICE}value", "nan")) for cell in cells)


def office_oxide(path: Path) -> list[SlideText]:
    """Read a deck with office-oxide, a reader written in Rust."""
    library = required("office_oxide", "office-oxide")
    return [_of_office_oxide(section) for section in library.Document.open(str(path)).to_ir()["sections"]]


def _of_office_oxide(section: Mapping[str, Any]) -> SlideText:
    elements = section["elements"]
    reported = [item for item in elements if item.get("placeholder_role") not in ("ftr", "sldNum", "dt")]
    boxes = [item for item in elements if item["type"] == "text_box"]
    tables = [item for box in boxes for item in box["content"] if item["type"] == "table"]
    charts = [
        box for box in boxes if any(_spoken(item).startswith("Categories: ") for item in box["content"])
    ]
    return SlideText(
        title=one_line([section["title"]]),
        text=one_line(_spoken(item) for item in reported if item not in boxes),
        notes=one_line(map(_spoken, section.get("speaker_notes", ()))),
        tables=tuple(_with_covered_cells(table["rows"]) for table in tables),
        series=tuple(
            _numbers(map(float, line.rpartition(": ")[2].split(", ")))
            for chart in charts
            for line in map(_spoken, chart["content"])
            if not line.startswith(("Title: ", "Categories: "))
        ),
        across=tuple(
            _numbers(map(float, places.split(", ")))
            for chart in charts
            for line in map(_spoken, chart["content"])
            if _NUMBERS.fullmatch(places := line.removeprefix("Categories: ")) and places != line
        ),
    )


def _with_covered_cells(rows: list[Mapping[str, Any]]) -> Rows:
    """Insert empty cells for cells covered by spans, since office-oxide returns only the spanning cell."""
    at: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row["cells"]:
            while (number, column) in at:
                column += 1
            at |= {
                (number + down, column + across): ""
                for down in range(cell["row_span"])
                for across in range(cell["col_span"])
            }
            at[number, column] = one_line(map(_spoken, cell["content"]))
    wide = max((column for _, column in at), default=-1) + 1
    return tuple(tuple(at[number, column] for column in range(wide)) for number in range(len(rows)))


def _spoken(item: Mapping[str, Any]) -> str:
    """Return the text of an element and its descendants."""
    if item["type"] == "text":
        return str(item["text"])
    if item["type"] == "list":
        return " ".join(_spoken(part) for entry in item["items"] for part in entry["content"])
    return "".join(map(_spoken, item.get("content", ())))


READERS: Mapping[str, Callable[[Path], list[SlideText]]] = {
    "python-pptx": python_pptx,
    "LibreOffice": libreoffice,
    "office-oxide": office_oxide,
}
