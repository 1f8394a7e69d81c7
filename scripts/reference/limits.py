"""Generate the page on limits, with the numbers that the program uses."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from reference.text import code, number, page, table
from triptych.engine.processes.limits import (
    BIBLIOGRAPHY_LIMITS,
    BUILD_LIMITS,
    DRAWING_LIMITS,
    MEGABYTE,
    TRUSTED_IMPORT_FACTOR,
    WALL_TIME_FACTOR,
    WORD_LIMITS,
    compute_import_limits,
    compute_remaining_limits,
    format_memory,
)
from triptych.schema import make_manifest_schema
from triptych.settings.book import BookEntry
from triptych.settings.catalog import Limits as TitleLimits
from triptych.settings.manifest import Manifest
from triptych.settings.values import DEFAULT_LIMITS, MAX_LINE, MAX_TEXT, ReadingLimits

# The diagnostic code of each limit that a manifest can raise.
RAISED: Mapping[str, str] = {
    "section-time": "SEC004",
    "section-memory": "SEC004",
    "section-elements": "SEC004",
    "expression-steps": "TPL001",
    "data-rows": "DAT002",
    "table-cells": "SEC004",
    "chart-values": "CHT001",
    "image-pixels": "IMG003",
    "svg-elements": "IMG003",
    "drawing-time": "IMG003",
}


_BYTES = "{0} bytes"


class Limit(NamedTuple):
    """A limit: its subject, the constants with its numbers, their format, and its diagnostic code."""

    counted: str
    constants: tuple[str, ...]
    written: str = "{0}"
    code: str = ""


FIXED: Mapping[str, tuple[Limit, ...]] = {
    "Files and YAML": (
        Limit("Size of a file", ("triptych.project:MAX_FILE_SIZE",), _BYTES),
        Limit(
            "Nested folders in `source/`, in `templates/`, and in the folder of an import",
            ("triptych.folders:MAX_FOLDER_DEPTH",),
            code="SEC005",
        ),
        Limit("Characters of a YAML file", ("triptych.yaml_text:_MAX_TEXT",), code="MAN004"),
        Limit("Characters of a line or a value in YAML", ("triptych.yaml_text:_MAX_VALUE",), code="MAN004"),
        Limit(
            "Values in YAML, counted at each use of an alias",
            ("triptych.yaml_text:_MAX_VALUES",),
            code="MAN004",
        ),
        Limit("Levels of nesting in YAML", ("triptych.yaml_text:_MAX_DEPTH",), code="MAN004"),
    ),
    "Sections": (
        Limit("Characters of a section", ("triptych.reading.pandoc:_MAX_CHARACTERS",), code="SEC004"),
        Limit(
            "Words of a section, as a multiple of `section-elements`",
            ("triptych.reading.pandoc:_WORDS_PER_PIECE",),
            code="SEC004",
        ),
        Limit(
            "Levels of lists, quotations, blocks and formatting",
            ("triptych.reading.syntax.inlines:DEEPEST",),
            code="SEC004",
        ),
        Limit(
            "Characters of the files included in a section",
            ("triptych.reading.sections:_MAX_INCLUDED_CHARACTERS",),
            code="INC001",
        ),
        Limit("Levels of includes", ("triptych.reading.sections:_MAX_INCLUDE_DEPTH",), code="INC001"),
        Limit("Expressions in a section", ("triptych.reading.values:_MAX_TAGS",), code="TPL001"),
        Limit(
            "Characters of all expressions in a section",
            ("triptych.reading.values:_MAX_CODE_LENGTH",),
            code="TPL001",
        ),
        Limit(
            "Data rows read by expressions, as a multiple of `expression-steps`",
            ("triptych.reading.values:_ROWS_PER_STEP",),
            code="TPL001",
        ),
        Limit(
            "Characters of a value in an expression",
            ("triptych.reading.values:_MAX_VALUE_LENGTH",),
            code="TPL001",
        ),
        Limit(
            "Characters of a section with its values",
            ("triptych.reading.values:_MAX_SECTION_LENGTH",),
            code="TPL001",
        ),
        Limit("Decimal places of a number in prose", ("triptych.reading.values:_MAX_PLACES",), code="DAT003"),
        Limit(
            "Digits and exponents in expressions",
            (
                "triptych.theme.sandbox:_MAX_DIGITS",
                "triptych.theme.sandbox:_MAX_EXPONENT",
            ),
            "{0} digits, powers up to {1}",
            "TPL001",
        ),
        Limit(
            "Additional memory for expressions or a template",
            ("triptych.theme.sandbox:_MAX_MEMORY",),
            _BYTES,
            "TPL001",
        ),
        Limit(
            "Characters of a formula", ("triptych.reading.syntax.inlines:_LONGEST_FORMULA",), code="MTH001"
        ),
        Limit("Levels of a formula", ("triptych.reading.syntax.inlines:_DEEPEST_FORMULA",), code="MTH001"),
        Limit(
            "Levels of nested scripts in a formula",
            ("triptych.reading.pandoc:MAX_SCRIPT_LEVELS",),
            code="MTH001",
        ),
        Limit(
            "Characters of a word in a citation, after its key",
            ("triptych.reading.pandoc:MAX_CITED_WORD",),
            code="SEC004",
        ),
        Limit(
            "Characters of an alt text",
            ("triptych.passes.accessibility.rules:_MAX_ALT_LENGTH",),
            code="ACC012",
        ),
    ),
    "Tables, data and charts": (
        Limit(
            "Characters of a cell in a data file", ("triptych.data.delimited_text:MAX_CELL",), code="DAT002"
        ),
        Limit("Columns of a table", ("triptych.reading.syntax.tables:MAX_COLUMNS",), code="SEC004"),
        Limit(
            "Characters of a table cell", ("triptych.reading.syntax.tables:_MAX_CELL_LENGTH",), code="SEC004"
        ),
        Limit("Categories of a chart", ("triptych.charts.reader:_MAX_CATEGORIES",), code="CHT001"),
        Limit("Series or slices of a chart", ("triptych.charts.columns:MAX_SERIES",), code="CHT001"),
        Limit("Small multiples of a chart", ("triptych.charts.reader:_MAX_PANELS",), code="CHT001"),
        Limit("Characters of a name in a chart", ("triptych.charts.reader:MAX_NAME",), code="CHT001"),
        Limit(
            "Values of all charts of a book, as a multiple of `chart-values`",
            ("triptych.charts.reader:MAX_CHARTS_AT_LIMIT",),
            code="CHT001",
        ),
        Limit("Callouts of a chart", ("triptych.charts.annotations:MAX_CALLOUTS",), code="CHT001"),
        Limit("Stages of a funnel", ("triptych.charts.plot_layout:MAX_LABELLED_BARS",), code="CHT001"),
        Limit(
            "Columns of a Marimekko chart", ("triptych.charts.kinds.marimekko:_MAX_COLUMNS",), code="CHT001"
        ),
        Limit("Categories of a tile map", ("triptych.charts.kinds.tilemaps:_MAX_CATEGORIES",), code="CHT001"),
        Limit(
            "Columns and rows of a tile map",
            ("triptych.charts.kinds.tilemaps:_MAX_GRID_POSITION",),
            code="CHT001",
        ),
    ),
    "A project's own templates": (
        Limit("Slides of a storyboard", ("triptych.writers.deck.story.drafts:_MAX_SLIDES",), code="TPL002"),
        Limit(
            "Characters of a slide's title, subtitle, kicker, tracker, id or section name",
            ("triptych.writers.deck.story.drafts:_MAX_LABEL",),
            code="TPL002",
        ),
        Limit(
            "Characters of a point or line of a slide",
            ("triptych.writers.deck.story.drafts:_MAX_POINT",),
            code="TPL002",
        ),
        Limit(
            "Characters of the points and lines of all slides",
            ("triptych.writers.deck.story.drafts:_MAX_BODY",),
            code="TPL002",
        ),
        Limit(
            "Points, lines and links of a slide",
            ("triptych.writers.deck.story.drafts:_MAX_PARAGRAPHS",),
            code="TPL002",
        ),
        Limit(
            "Characters of all notes of a storyboard",
            ("triptych.writers.deck.story.drafts:_MAX_NOTES",),
            code="TPL002",
        ),
        Limit(
            "Slides with the same item of a chapter's `evidence`",
            ("triptych.writers.deck.story.drafts:_MAX_USES",),
            code="TPL002",
        ),
        Limit(
            "Parts of a declaration in a style sheet for print, after its variables are expanded",
            ("triptych.theme.style_limits:_MAX_TOKENS",),
            code="TPL002",
        ),
        Limit(
            "Columns or rows of a table cell in a template for print",
            ("triptych.theme.style_limits:_MAX_SPAN",),
            code="TPL002",
        ),
        Limit(
            "Levels of columns within columns in a style sheet for print",
            ("weasyprint_typography.columns:MAX_LEVELS",),
            code="PDF001",
        ),
        Limit(
            "Cells covered by all cells with `colspan` or `rowspan` in a document for print",
            ("triptych.theme.style_limits:_MAX_SPANNED",),
            code="TPL002",
        ),
        Limit(
            "Approximate number of ancestors and siblings that all selectors of a style "
            "sheet for print test for one element",
            ("triptych.theme.style_limits:_MAX_SELECTOR_TESTS",),
            code="TPL002",
        ),
        Limit(
            "Minimum width of a border or a text decoration for print",
            ("triptych.theme.style_limits:_MIN_LINE",),
            "{0} pt",
            "TPL002",
        ),
    ),
    "Sources and glossary": (
        Limit(
            "Characters of a field in a bibliography",
            ("triptych.reading.bibliography:_MAX_FIELD_LENGTH",),
            code="CIT002",
        ),
        Limit(
            "Characters of a BibTeX abbreviation, including nested ones",
            ("triptych.reading.bibtex:MAX_EXPANDED",),
            code="CIT002",
        ),
        Limit(
            "Characters that long abbreviations add to a bibliography",
            ("triptych.reading.bibtex:MAX_EXPANDED_FILE",),
            code="CIT002",
        ),
        Limit(
            "Entries from which a BibTeX entry inherits fields",
            ("triptych.reading.bibtex:MAX_INHERITED",),
            code="CIT002",
        ),
        Limit(
            "Size of a citation style", ("triptych.reading.bibliography:_MAX_STYLE_SIZE",), _BYTES, "CIT002"
        ),
        Limit(
            "Elements that a citation style evaluates for a citation",
            ("triptych.reading.bibliography:MAX_ELEMENTS",),
            code="CIT002",
        ),
        Limit("Entries of a glossary", ("triptych.reading.glossary:_MAX_TERMS",), code="GLO002"),
    ),
    "Images and diagrams": (
        Limit("Size of a raster image", ("triptych.media.raster_images:MAX_BYTES",), _BYTES, "IMG003"),
        Limit("Scans of a JPEG", ("triptych.media.raster_images:MAX_SCANS",), code="IMG003"),
        Limit("Frames of an animation", ("triptych.media.raster_images:MAX_FRAMES",), code="IMG003"),
        Limit(
            "Ratio of the sides of an image",
            ("triptych.media.raster_images:_MAX_ASPECT_RATIO",),
            "{0} to 1",
            "IMG003",
        ),
        Limit(
            "Style declarations of an SVG element",
            ("triptych.media.svg_files:_MAX_DECLARATIONS",),
            code="IMG003",
        ),
        Limit(
            "Time to draw a page of a PDF or a complex SVG drawing at a small size",
            ("triptych.media.picture_files:_MAX_SECONDS",),
            "{0} s",
            "IMG003",
        ),
        Limit("Characters of a diagram", ("triptych.media.diagrams:_MAX_CHARACTERS",), code="DIA002"),
        Limit("Time to draw a Graphviz diagram", ("triptych.media.diagrams:_TIMEOUT",), "{0} s", "DIA001"),
    ),
    "PowerPoint templates": (
        Limit("Parts of a template", ("triptych.media.template_checks:MAX_PARTS",), code="DTP001"),
        Limit(
            "Compression ratio of a part",
            ("triptych.media.template_checks:MAX_COMPRESSION_RATIO",),
            "{0} to 1",
            "DTP001",
        ),
    ),
    "Outputs in `triptych check`": (
        Limit(
            "Size of an output, and of all parts of an EPUB or a deck after unpacking",
            ("triptych.checks.file_sizes:MAX_OUTPUT_SIZE",),
            _BYTES,
            "CHK001",
        ),
        Limit(
            "Unpacked size of an XML part of an EPUB or a deck",
            ("triptych.checks.file_sizes:MAX_XML_SIZE",),
            _BYTES,
            "CHK001",
        ),
    ),
    "Imports": (
        Limit("Characters of a text", ("triptych_import.source:MAX_TEXT_LENGTH",), code="IMP003"),
        Limit("Characters of a TOML text", ("triptych_import.toml_text:MAX_CHARACTERS",)),
        Limit("Parts of a key in TOML", ("triptych_import.toml_text:MAX_KEY_PARTS",)),
        Limit(
            "Characters of the files included in a text",
            ("triptych_import.shortcodes:MAX_INCLUDED_CHARACTERS",),
        ),
        Limit("Levels of includes", ("triptych_import.shortcodes:MAX_INCLUDE_DEPTH",)),
        Limit("Includes of a book", ("triptych_import.shortcodes:MAX_INCLUDES",)),
        Limit("Levels of lists and quotations", ("triptych.reading.syntax.inlines:DEEPEST",), code="IMP003"),
        Limit("Parts of a Word document", ("triptych_import.formats.docx:_MAX_PARTS",), code="IMP002"),
        Limit(
            "Cells of all tables in a Word document; 10 times as many with `--limits trusted`",
            ("triptych_import.formats.docx:MAX_CELLS",),
            code="IMP003",
        ),
        Limit(
            "Unpacked size of an XML part", ("triptych_import.formats.docx:MAX_XML_SIZE",), _BYTES, "IMP002"
        ),
        Limit(
            "Unpacked size of a Word document",
            ("triptych_import.formats.docx:_MAX_TOTAL_SIZE",),
            _BYTES,
            "IMP002",
        ),
    ),
}


def limits() -> str:
    """Return the page on limits."""
    introduction = (
        "This page lists the limits on the size of a source, and on the time and memory for "
        "building it. A source that exceeds a limit is reported with its position; ordinary "
        "books are far below all limits."
    )
    fixed = [
        f"## {title}\n\n{table(('Limit', 'Value', 'Code'), map(_row, rows))}" for title, rows in FIXED.items()
    ]
    return page("Limits", introduction, [_raised(), *fixed, _programs(), _settings()])


def constant(name: str) -> Any:
    """Return the value of ``module:NAME``."""
    module, _, variable = name.partition(":")
    return getattr(importlib.import_module(module), variable)


def _row(limit: Limit) -> tuple[str, str, str]:
    numbers = [constant(name) for name in limit.constants]
    if limit.written == _BYTES and numbers[0] % (1 << 20) == 0:
        return limit.counted, f"{numbers[0] >> 20} MiB", _code(limit.code)
    return limit.counted, limit.written.format(*map(number, numbers)), _code(limit.code)


def _code(name: str) -> str:
    return f"[{name}](diagnostics.md#{name.lower()})" if name else ""


def _raised() -> str:
    schema = json.loads(make_manifest_schema())["$defs"]["ReadingLimits"]["properties"]
    rows = []
    for key, value in schema.items():
        field = ReadingLimits.model_fields[key.replace("-", "_")]
        most = next(bound.le for bound in field.metadata if hasattr(bound, "le"))
        meaning, _, default = value["description"].partition(" Default: ")
        usual = getattr(DEFAULT_LIMITS, key.replace("-", "_"))
        rows.append(
            (code(key), meaning.rstrip("."), _amount(key, usual), _amount(key, most), _code(RAISED[key]))
        )
        assert default
    text = (
        "`limits` in [the manifest](manifest.md#limits) raises these limits for one book, up to the maximum. "
        "`--limits strict`, the default for `triptych catalog` and `triptych import`, does not allow this; "
        "the other commands default to `--limits trusted`."
    )
    return f"## Limits that a manifest can raise\n\n{text}\n\n" + table(
        ("Key", "Limit", "Default", "Maximum", "Code"), rows
    )


def _amount(key: str, value: float) -> str:
    if key.endswith("time"):
        return f"{value:g} s"
    return f"{value / MEGABYTE:,.0f} MB" if key.endswith("memory") else number(value)


def _programs() -> str:
    rest = compute_remaining_limits(0, DEFAULT_LIMITS)
    least, most, title = compute_import_limits(0), compute_import_limits(10**9), TitleLimits()
    rows = [
        (
            "All processes of `triptych build --limits strict` together",
            f"{BUILD_LIMITS.seconds:g} s, {format_memory(BUILD_LIMITS.memory)}, unless changed with "
            f"`--max-time` or `--max-memory`; {WALL_TIME_FACTOR:g} times as much wall-clock time",
        ),
        (
            "All sections after one that exceeded its time",
            f"{rest.seconds:g} s, and 12 s for each megabyte of text",
        ),
        (
            "All citations of a book",
            f"{BIBLIOGRAPHY_LIMITS.seconds:g} s, {BIBLIOGRAPHY_LIMITS.memory // MEGABYTE:,} MB",
        ),
        (
            "A page of a PDF or a Mermaid diagram",
            f"{DRAWING_LIMITS.seconds:g} s, {DRAWING_LIMITS.memory // MEGABYTE:,} MB",
        ),
        ("A Word document", f"{WORD_LIMITS.seconds:g} s, {WORD_LIMITS.memory // MEGABYTE:,} MB"),
        (
            "An import",
            f"{least.seconds:g} s, and 25 s for each megabyte of text up to {most.seconds:g} s; "
            f"{least.memory // MEGABYTE:,} MB; {TRUSTED_IMPORT_FACTOR} times as much with `--limits trusted`",
        ),
        (
            "A title of a catalogue",
            f"{title.time / 60:g} minutes of wall-clock time and {title.memory // 10**9} GB, unless "
            "changed with [`limits` of the catalogue](catalogue.md#limits)",
        ),
    ]
    text = "Untrusted files are read by programs with limits on CPU time and memory."
    return f"## Programs\n\n{text}\n\n{table(('Task', 'Limit'), rows)}"


def _settings() -> str:
    authors, texts = BookEntry.model_fields["author"], Manifest.model_fields["exclude"]
    rows = [
        ("Authors of a book", _longest(authors), _code("MAN002")),
        ("Entries of a list of texts, such as `keywords` or `takeaways`", _longest(texts), _code("MAN002")),
        ("Characters of a title, a name or an entry of a list", number(MAX_LINE), _code("MAN002")),
        ("Characters of another text, such as `description`", number(MAX_TEXT), _code("MAN002")),
    ]
    return f"## Settings\n\n{table(('Limit', 'Value', 'Code'), rows)}"


def _longest(field: FieldInfo) -> str:
    return number(next(bound.max_length for bound in field.metadata if isinstance(bound, MaxLen)))
