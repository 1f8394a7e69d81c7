"""The resolved book → a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable

import jinja2

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.languages import direction
from triptych.media.fonts import missing_characters, on_lines_of, scripts_of, share, subset_font
from triptych.media.formulas import Formula
from triptych.media.pictures import is_svg, safe_svg
from triptych.model.book import Book, LabelKind
from triptych.model.nodes import Chart, Equation, Math
from triptych.model.walk import chapter_nodes
from triptych.theme import Theme, fonts_folder
from triptych.writers.print.document import Formulas, PrintDocument, formula_of
from triptych.writers.print.page import PAGES
from triptych.writers.print.pdf import layout

# Attribute values are written with ">" escaped.
_TAG = re.compile("(<[^>]*>)")


def write_pdf(
    book: Book,
    labels: Labels,
    theme: Theme,
    templates: jinja2.Environment,
    *,
    page_size: str,
    depth: int,
    lists: tuple[LabelKind, ...],
    read: Callable[[str], bytes],
    draw: Callable[[Chart], bytes],
    draw_formulas: Callable[[list[Formula]], Formulas],
) -> tuple[bytes, list[Diagnostic]]:
    """Set the book. ``read`` gives a project file's bytes, ``draw`` a chart's SVG."""
    nodes = [node for chapter in book.chapters for node in chapter_nodes(chapter)]
    written = [node for node in nodes if isinstance(node, Math | Equation) and node.typst]
    formulas = draw_formulas(list(dict.fromkeys(map(formula_of, written))))
    drawings = list(formulas.values())
    document = PrintDocument(book, labels, formulas, depth, lists)
    xhtml = printable(document.render(templates, theme=theme), theme)
    words = _words(xhtml)
    scripts = scripts_of(words, _languages(xhtml), theme)
    style = templates.get_template("print/book.css.j2")
    css = style.render(
        theme=theme, colours=theme.colours, page=PAGES[page_size], scripts=scripts, meta=book.metadata
    )
    faces = {face.name: (face, share(script, words)) for script in scripts for face in script.faces}
    charts = document.charts()

    def files(scheme: str, path: str) -> tuple[bytes, str]:
        if scheme == "font":
            if path in faces:
                data = subset_font(*faces[path])
                return on_lines_of(theme.face(theme.serif), data), "font/otf"
            if path not in {face.file for face in theme.faces}:
                raise ValueError(f"the theme has no font file {path}")
            return (fonts_folder() / path).read_bytes(), "font/ttf"
        if scheme == "formula":
            drawing = drawings[int(path)]
            return (drawing.svg if drawing else b""), "image/svg+xml"
        if scheme == "chart":
            return draw(charts[path]), "image/svg+xml"
        data = read(path)
        if is_svg(data):
            return safe_svg(data), "image/svg+xml"
        return data, "application/octet-stream"

    undrawn = [node for node in written if formulas.get(formula_of(node)) is None]
    data, found = layout(xhtml, css, files, rtl=direction(book.metadata.language) == "rtl")
    return data, found + [_undrawn(node) for node in undrawn]


def printable(xhtml: str, theme: Theme) -> str:
    """The page with U+FFFD in the text for what no bundled font has.

    A font's empty box must not be shown (ISO 14289-1, 7.21.8), and a reader sees that something is
    missing. The source has been warned of it by then. Addresses, ids and the title stay as they are.
    """
    start = xhtml.index("<body")
    pieces = _TAG.split(xhtml[start:])
    table = dict.fromkeys(map(ord, missing_characters("".join(pieces[::2]), theme)), "\ufffd")
    if not table:
        return xhtml
    pieces[::2] = [piece.translate(table) for piece in pieces[::2]]
    return xhtml[:start] + "".join(pieces)


def _words(xhtml: str) -> str:
    """The text of a page without its tags."""
    return "".join(_TAG.split(xhtml[xhtml.index("<body") :])[::2])


def _languages(xhtml: str) -> tuple[str, ...]:
    """The languages that a page names, in the order of their first places."""
    return tuple(dict.fromkeys(re.findall(r'<[^>]* lang="([^"]+)"', xhtml)))


def _undrawn(node: Math | Equation) -> Diagnostic:
    message = f"the formula {' '.join(node.tex.split())[:60]} cannot be drawn: its TeX is printed"
    return Diagnostic(code="MTH002", span=node.span, message=message)
