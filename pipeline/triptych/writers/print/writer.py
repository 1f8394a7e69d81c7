"""The resolved book → a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable

import jinja2

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.languages import direction
from triptych.markup.xml import languages_in
from triptych.media.fonts import missing_characters, scripts_of
from triptych.media.formulas import Formula, formula_of
from triptych.media.inks import Inks, in_inks
from triptych.model.book import Book, LabelKind
from triptych.model.nodes import Chart
from triptych.passes.pages import Pages
from triptych.theme import Theme
from triptych.writers.formula_findings import different, undrawn, written_formulas
from triptych.writers.print.document import (
    BACK,
    BODY,
    FRONT,
    Formulas,
    Pictures,
    PrintDocument,
    charts_of,
    matters,
)
from triptych.writers.print.page import Page
from triptych.writers.print.pdf import Typesetter
from triptych.writers.print.shelf import Shelf

# Attribute values are written with ">" escaped.
_TAG = re.compile("(<[^>]*>)")


def write_pdf(
    book: Book,
    labels: Labels,
    theme: Theme,
    templates: jinja2.Environment,
    *,
    page: Page,
    inks: Inks,
    depth: int,
    lists: tuple[LabelKind, ...],
    pictures: Pictures,
    read: Callable[[str], bytes],
    draw: Callable[[Chart], bytes],
    draw_formulas: Callable[[list[Formula]], Formulas],
    announce: Callable[[Pages], None] = lambda pages: None,
) -> tuple[bytes, list[Diagnostic]]:
    """Set the book with its pictures. ``draw`` gives a chart's SVG, ``read`` the bytes of a file that a
    template of the project names.

    ``announce`` is told what the page of each id is called, as soon as that is known.
    """
    written = written_formulas(book)
    formulas = draw_formulas(different(written))

    def content(matter: str, pages: Pages) -> PrintDocument:
        return PrintDocument(book, labels, matter, formulas, depth, lists, pictures, pages)

    def document(matter: str, pages: Pages) -> str:
        return printable(content(matter, pages).render(templates, theme=theme), theme)

    drafts = {matter: document(matter, {}) for matter in matters(book)}
    whole = "".join(drafts.values())
    words = "".join(map(_words, drafts.values()))
    scripts = scripts_of(words, languages_in(whole), theme)
    css = templates.get_template("print/book.css.j2").render(
        theme=theme,
        colours=theme.colours,
        paint=in_inks(inks),
        page=page,
        scripts=scripts,
        meta=book.metadata,
    )
    roman_folios = templates.get_template("print/roman-folios.css.j2").render(theme=theme)
    files = Shelf(
        theme,
        scripts,
        words,
        list(formulas.values()),
        list(pictures.values()),
        charts_of(book),
        read,
        draw,
        inks,
    )
    with Typesetter(css, files.fetch, roman_folios) as typesetter:
        body = typesetter.set(drafts[BODY])
        parts, pages = [body], body.labels
        if BACK in drafts:
            if content(FRONT, {}).is_named_behind:
                # Its pages are named by the index, whose pages its contents name: it is set twice.
                pages = typesetter.set(document(FRONT, pages), roman=True).labels | pages
            back = typesetter.set(document(BACK, pages), start=body.end + 1)
            parts, pages = [body, back], pages | back.labels
        front = typesetter.set(document(FRONT, pages), roman=True)
        announce(front.labels | pages)
        data = typesetter.bind([front, *parts], rtl=direction(book.metadata.language) == "rtl")
    refused = [node for node in written if formulas.get(formula_of(node)) is None]
    return data, typesetter.complaints + [undrawn(node, "its TeX is printed") for node in refused]


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
