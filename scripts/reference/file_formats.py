"""Generate the page on input and output formats and their standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from reference.settings import glossary_keys
from reference.text import any_of, code, page, table
from triptych.data.delimited_text import DELIMITERS
from triptych.formats import FORMATS as OUTPUT_FORMATS
from triptych.media.inks import PRINTING_CONDITIONS
from triptych.media.picture_files import EXTENSIONS, UNSUPPORTED_FORMATS
from triptych.reading.bibliography import FORMATS
from triptych.settings.pdf_options import NAMED_SIZES, PdfStandard
from triptych.theme.templating import list_replaceable_templates
from triptych.writers.print.pdf_format import VERSIONS
from triptych_import import IMPORTERS

_IMAGES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF, also animated",
    "image/webp": "WebP",
    "image/svg+xml": "SVG 1.1; text in it is set in the fonts of the theme",
    "application/pdf": "a page of a PDF",
}
_BIBLIOGRAPHIES = {
    "biblatex": "BibLaTeX, and common BibTeX",
    "bibtex": "BibTeX",
    "csljson": "CSL JSON",
    "ris": "RIS",
    "": "CSL YAML",
}
_PDF: Mapping[str, str] = {
    "pdf/ua": "PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) in one file, tagged",
    "pdf/x-4": "PDF/X-4 (ISO 15930-7)",
    "pdf/x-1a": "PDF/X-1a:2003 (ISO 15930-4)",
}


def file_formats() -> str:
    """Return the page on file formats."""
    introduction = (
        "This page lists the formats and extensions of source files, and the standards that "
        "outputs follow. Text files are UTF-8; a file in another encoding is reported with the "
        "position of its first invalid byte."
    )
    parts = [
        _project(),
        _data(),
        _bibliographies(),
        _images(),
        _diagrams(),
        _fonts(),
        _glossary(),
        _templates(),
    ]
    return page("File formats", introduction, [*parts, _imports(), *_outputs()])


def _project() -> str:
    rows = [
        (code("source/book.yaml"), "YAML 1.2", "[The manifest](manifest.md)"),
        (
            code("source/**/*.md"),
            "Pandoc's Markdown",
            "Sections, with [front matter](front-matter.md) in YAML",
        ),
        (code("catalog.yaml"), "YAML 1.2", "[A list of titles](catalogue.md)"),
        (code("themes/*.yaml"), "YAML 1.2", "[Themes](theme.md)"),
        (code("*.csl"), "CSL 1.0", "Citation styles, independent or dependent"),
    ]
    return "## Files of a project\n\n" + table(("File", "Format", "Content"), rows)


def _data() -> str:
    signs = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "vertical bar"}
    return (
        "## Data\n\nData files are CSV with a header row (RFC 4180). The delimiter is a "
        f"{any_of(signs[sign] for sign in DELIMITERS)}, and the decimal separator a point or "
        f"a comma. Both are "
        "detected, or set by "
        "`data:` in the manifest and by attributes of [charts](charts.md#data) and "
        "[tables](markdown.md#tables-from-data). Dates are in ISO 8601, or in another format "
        "that can be detected. "
        "Export a workbook as CSV first."
    )


def _bibliographies() -> str:
    rows = [(code(f"*{ending}"), _BIBLIOGRAPHIES[name]) for ending, name in FORMATS.items()]
    return "## Bibliographies\n\n" + table(("File", "Format"), rows)


def _images() -> str:
    rows = [(code(f"*.{EXTENSIONS[kind]}"), name) for kind, name in _IMAGES.items()]
    endings = [
        f"{output.label.removeprefix('the ')}: {', '.join(map(code, output.picture_endings))}"
        for output in OUTPUT_FORMATS.values()
        if output.picture_endings
    ]
    others = any_of(sorted(UNSUPPORTED_FORMATS), "and")
    return (
        f"## Images\n\n{table(('File', 'Format'), rows)}\n\nFormats are detected from the "
        f"content, not from the file name. "
        f"{others} "
        "files are not supported. If the extension of an image is omitted, the first "
        "existing file is used, in this order: "
        f"{'; '.join(endings)}."
    )


def _diagrams() -> str:
    return (
        "## Diagrams\n\nCode blocks in the languages `dot` (or `graphviz`) and `mermaid` are drawn. "
        "Graphviz needs the "
        "extra `graphviz`, Mermaid the extra `mermaid`."
    )


def _fonts() -> str:
    return (
        "## Fonts\n\nA theme can use OpenType and TrueType files, `*.otf` and `*.ttf`, static or "
        "variable. They are embedded in all outputs if their licence bits allow it; fonts with "
        "PostScript outlines are not embedded in the deck."
    )


def _glossary() -> str:
    text = "A glossary file is a YAML list of entries. Set its path under `glossary` in the manifest."
    return f"## Glossary files\n\n{text}\n\n{glossary_keys()}"


def _templates() -> str:
    names = ", ".join(map(code, sorted(list_replaceable_templates())))
    return (
        "## Templates\n\nA PowerPoint template is a `.pptx` or `.potx` file without macros; its "
        "slides are ignored. The folder `templates/` of a project can override these Jinja "
        f"templates: {names}."
    )


def _imports() -> str:
    rows = [(one.name, one.source_description.replace("`", "").replace("*", "\\*")) for one in IMPORTERS]
    return (
        "## Imported books\n\n`triptych import` recognises a book by its files, in this order:\n\n"
        + table(("Kind", "Recognised by"), rows)
    )


def _outputs() -> list[str]:
    rows = [
        (code("NAME.pdf"), "The printed book", "PDF, see below"),
        (code("NAME.epub"), "The e-book", "EPUB 3.3, with metadata of EPUB Accessibility 1.1 and schema.org"),
        (
            code("NAME.pptx"),
            "The deck",
            "Office Open XML (ISO/IEC 29500, transitional), with native charts and equations",
        ),
        (code("NAME.onix.xml"), "The record for bookshops", "ONIX for Books 3.0 with reference names"),
        (code("NAME-cover.pdf"), "Back cover, spine and front cover, with `cover: separate`", "As the PDF"),
        (code("NAME-handout.pdf"), "The slides with their notes, with `--profile handout`", "As the PDF"),
        (code("NAME-script.pdf"), "The words of the talk, with `--profile script`", "As the PDF"),
        (code("NAME-kindle.epub"), "The e-book for Kindle, with `--profile kindle`", "EPUB 3.3"),
    ]
    standards = [
        (code(f"pdf-standard: {name}"), f"PDF {VERSIONS[name]}", _PDF[name]) for name in get_args(PdfStandard)
    ]
    sizes = [
        (code(f"page-size: {name}"), f"{width} × {height}") for name, (width, height) in NAMED_SIZES.items()
    ]
    stocks = {"coated": PRINTING_CONDITIONS["cmyk"], "uncoated": PRINTING_CONDITIONS["cmyk-uncoated"]}
    inks = [(code(f"stock: {name}"), f"{one.name}: {one.description}") for name, one in stocks.items()]
    return [
        "## Outputs\n\nNAME is `output-file` in the manifest or, by default, derived from "
        "the title. The names of profiles and talks are appended, as in `NAME-print.pdf`. A "
        "file that was edited by hand is kept as `NAME.edited-1.pptx`.\n\n"
        + table(("File", "Content", "Format"), rows),
        "## PDF\n\n"
        + table(("Setting", "Version", "Standard"), standards)
        + "\n\nFormulas have MathML as associated files, and `attach-data: true` attaches the data of "
        "charts as CSV.",
        "### Page sizes\n\n" + table(("Setting", "Size"), sizes),
        "### Output intents\n\nWith `colour: cmyk` or `grey`, the file declares the printing condition.\n\n"
        + table(("Setting", "Condition"), inks),
        "## Reports\n\n`--format json` prints one JSON object for each finding. `triptych check --report` "
        "and `triptych inspect --html` write HTML pages, and `triptych schema` writes JSON "
        "Schemas of draft 2020-12.",
        table(
            ("`--format`, `--findings-file`", "Standard"),
            [
                ("`github`", "workflow commands of GitHub Actions; `--format` only"),
                ("`gitlab`", "Code Quality report of GitLab (JSON)"),
                ("`sarif`", "SARIF 2.1.0 (JSON)"),
                ("`junit`", "JUnit XML, in the schema of Jenkins (`junit-4.xsd`)"),
            ],
        ),
    ]
