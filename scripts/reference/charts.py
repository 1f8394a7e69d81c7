"""Generate the page on charts, with a picture of each type and of options that change the drawing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image, ImageChops

from reference.example_files import EXAMPLE_FILES
from reference.text import any_of, code, default, page, table
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.drawing import draw_chart
from triptych.charts.options import CHART_OPTION_GROUPS, CHART_OPTIONS, list_supporting_chart_types
from triptych.charts.reader import ChartReader
from triptych.cli.explain import fence_code
from triptych.data.folder import DataFolder
from triptych.diagnostics import Span
from triptych.model.nodes import Attr, Chart
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest
from triptych.theme.theme import load_theme

IMAGES = "images/reference"
HEATMAP = "chart-heatmap.png"
_WIDTH = 232.0  # points: the width of the drawing
_LARGER = 1.25  # the factor by which it is enlarged
_LONGEST_LINE = 76  # characters of code that fit on a page


def charts() -> str:
    """Return the page on types and options of charts."""
    introduction = (
        "This page describes every kind of chart and every option, with examples. "
        "A [chart](markdown.md#charts) is a block with the class `chart`, which is drawn for "
        "the PDF, the EPUB "
        "and the deck."
    )
    return page("Charts", introduction, [_start(), _kinds(), *_options(), _data()])


def _start() -> str:
    entry = CHART_TYPES["line"].guide_entry
    block = chart_block(entry.example, entry.alt_text, "Electricity by source")
    return (
        "## A chart\n\nThe attributes define the chart; the text in the block is the caption. Give it "
        f"an id such as `#fig-energy` to number the chart and refer to it.\n\n{fence_code(block, 'markdown')}"
    )


def _data() -> str:
    files = [f"`{name}`:\n\n{fence_code(EXAMPLE_FILES[name], 'csv')}" for name in _files()]
    return "\n\n".join(["## Data of the examples", "The pictures on this page use these data files.", *files])


def _files() -> list[str]:
    """Return the data files of the examples in the order of their use."""
    examples = [kind.guide_entry.example for kind in CHART_TYPES.values()]
    examples += [option.example for option in CHART_OPTIONS.values()]
    return list(dict.fromkeys(dict(_pairs(example))["data"] for example in examples))


def _kinds() -> str:
    parts = ["## Kinds of charts"]
    for kind in CHART_TYPES.values():
        entry, picture = kind.guide_entry, HEATMAP if kind.name == "heatmap" else f"chart-{kind}.svg"
        own = [name for name, option in CHART_OPTIONS.items() if list_supporting_chart_types(name) == [kind]]
        parts += [
            f"### {code(f'type={kind}')}",
            f"{entry.use} Data: {entry.data[:1].lower()}{entry.data[1:]}",
            fence_code(chart_block(entry.example, entry.alt_text, "A caption"), "markdown"),
            _picture(picture, entry.alt_text),
        ]
        if own:
            parts.append(f"Options only for this kind: {', '.join(map(_link, own))}.")
    return "\n\n".join(parts)


def _picture(name: str, alt: str) -> str:
    """Return a picture in a paragraph: the space after it prevents it from becoming a floating figure."""
    return f"![{alt}](../{IMAGES}/{name})&nbsp;"


def _link(option: str) -> str:
    return f"[{code(option)}](#{option})"


def _options() -> Iterator[str]:
    rows = []
    for group, options in CHART_OPTION_GROUPS.items():
        for name, option in options.items():
            rows.append((_link(name), group, option.meaning.rstrip(".")))
    yield "## Options\n\n" + table(("Option", "Group", "Effect"), rows)
    for group, options in CHART_OPTION_GROUPS.items():
        parts = [f"## {group}"]
        for name, option in options.items():
            details = f"{option.meaning} Value: {option.values}. {default(option.default)}"
            if option.special:
                types = (code(str(chart_type)) for chart_type in list_supporting_chart_types(name))
                details += f" On {any_of(types, 'and')} charts."
            parts += [f"### {code(name)}", details, fence_code(_wrapped(option.example), "text")]
            if option.alt_text:
                parts.append(_picture(f"option-{name}.svg", option.alt_text))
        yield "\n\n".join(parts)


def chart_block(example: str, alt: str, caption: str) -> str:
    """Return the Markdown of a chart, with its attributes on several lines."""
    attributes = _wrapped(f'::: {{.chart {example} fig-alt="{alt}"}}')
    return "\n".join([attributes, caption, ":::"])


def _wrapped(attributes: str) -> str:
    """Return attributes in lines that fit on a page, unless a single attribute is longer."""
    lines = [""]
    for piece in re.findall(r'(?:[^\s"]|"[^"]*")+', attributes):
        if lines[-1] and len(lines[-1]) + len(piece) >= _LONGEST_LINE:
            lines.append(f"  {piece}")
        else:
            lines[-1] += f" {piece}" if lines[-1] else piece
    return "\n".join(lines)


def drawings() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the SVG of each picture that Triptych draws as one."""
    for kind in CHART_TYPES.values():
        if kind.name != "heatmap":
            yield f"chart-{kind}.svg", draw(kind.guide_entry.example)
    for name, option in CHART_OPTIONS.items():
        if option.alt_text:
            yield f"option-{name}.svg", draw(option.example)


def draw(example: str) -> bytes:
    """Return the drawing of a chart on white, in a font that all browsers have."""
    theme = load_theme()
    theme = replace(theme, print=replace(theme.print, chart_width=_WIDTH))
    svg = draw_chart(chart_of(example), theme).decode()
    svg = re.sub(r' font-family="[^"]*"', f" font-family=\"'{theme.sans}', sans-serif\"", svg, count=1)
    svg = re.sub(r'(?<= )(width|height)="([\d.]+)pt"', _enlarged, svg, count=2)
    return re.sub(
        r"(<svg[^>]*>)", r'\1<rect width="100%" height="100%" fill="#ffffff"/>', svg, count=1
    ).encode()


def _enlarged(match: re.Match[str]) -> str:
    return f'{match[1]}="{float(match[2]) * _LARGER:.1f}pt"'


def draw_heatmap() -> bytes:
    """Return a PNG of a heat map, which is a table, cropped from a PDF page."""
    entry = CHART_TYPES["heatmap"].guide_entry
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = _write_files(folder)
        block = chart_block(entry.example, entry.alt_text, "")
        (source / "heat.md").write_text(f"# Heat {{.unnumbered}}\n\n{block}\n", "utf-8")
        (source / "book.yaml").write_text(_HEAT_MANIFEST, "utf-8")
        press(
            Project(folder, environ={}),
            BuildRequest(output_folder=folder / "out", cache_folder=folder / "cache"),
        )
        with pypdfium2.PdfDocument(folder / "out/heat.pdf") as document:
            picture = document[len(document) - 1].render(scale=1.9).to_pil().convert("RGB")
    middle = picture.crop((0, round(picture.height * 0.3), picture.width, round(picture.height * 0.86)))
    ink = ImageChops.difference(middle, Image.new("RGB", middle.size, "white")).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    out = BytesIO()
    cut = middle.crop((left - 8, top - 8, right + 8, bottom + 8)).quantize(64)
    cut.save(out, "PNG", optimize=True)
    return out.getvalue()


_HEAT_MANIFEST = """\
book: {title: Heat, author: A, date: 2026-01-01, chapters: [heat.md]}
lang: en-GB
output-file: heat
format: {pdf: {page-size: {width: 105mm, height: 148mm}, chart-data: false}}
"""


def _write_files(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    for name, text in EXAMPLE_FILES.items():
        (source / name).write_text(text, "utf-8")
    return source


def _pairs(example: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, _, value in (part.partition("=") for part in shlex.split(example)))


@cache
def chart_of(example: str) -> Chart:
    """Read a chart from the attributes of an example."""
    with TemporaryDirectory() as folder:
        _write_files(Path(folder))
        reader = ChartReader(DataFolder(Project(Path(folder), environ={})), "source/charts.md")
        attr = Attr(classes=("chart",), pairs=_pairs(example))
        chart, found = reader.read(attr, (), Span(path="source/charts.md"))
    assert isinstance(chart, Chart) and {finding.code for finding in found} <= {"CHT009"}, (example, found)
    return chart
