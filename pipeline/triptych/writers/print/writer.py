"""The resolved book → a PDF."""

from __future__ import annotations

from collections.abc import Callable

import jinja2

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.media.pictures import is_svg, safe_svg
from triptych.model.book import Book
from triptych.model.nodes import Chart
from triptych.theme import Theme, fonts_folder
from triptych.writers.print.document import PrintDocument
from triptych.writers.print.page import PAGES
from triptych.writers.print.pdf import layout


def write_pdf(
    book: Book,
    labels: Labels,
    theme: Theme,
    templates: jinja2.Environment,
    *,
    page_size: str,
    read: Callable[[str], bytes],
    draw: Callable[[Chart], bytes],
) -> tuple[bytes, list[Diagnostic]]:
    """Set the book. ``read`` gives a project file's bytes, ``draw`` a chart's SVG."""
    document = PrintDocument(book, labels)
    xhtml = document.render(templates, theme=theme)
    page = PAGES[page_size]
    css = templates.get_template("print/book.css.j2").render(theme=theme, colours=theme.colours, page=page)
    charts = document.charts()

    def files(scheme: str, path: str) -> tuple[bytes, str]:
        if scheme == "font":
            return (fonts_folder() / path).read_bytes(), "font/ttf"
        if scheme == "chart":
            return draw(charts[path]), "image/svg+xml"
        data = read(path)
        if is_svg(data):
            return safe_svg(data), "image/svg+xml"
        return data, "application/octet-stream"

    return layout(xhtml, css, files)
