"""Pages of PDF files as pictures: their size, and the page drawn to dots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import pypdfium2

from triptych.engine.processes.bounds import OutOfBounds, in_bounds
from triptych.engine.processes.limits import DRAWING
from triptych.media.inks import saved
from triptych.media.pictures.errors import UnusablePicture, check_shape

P = ParamSpec("P")
T = TypeVar("T")

PDF = "application/pdf"
_LONGEST = 5.0  # seconds of a processor; each output draws it larger
_PIXELS = 96 / 72  # CSS pixels a point


def is_pdf(data: bytes) -> bool:
    """Whether a file says that it is a PDF, which it may do after some other bytes (ISO 32000-2, 7.5.2)."""
    return b"%PDF-" in data[:1024]


def measure_page(data: bytes, number: int = 1) -> tuple[float, float]:
    """Width and height in CSS pixels of a page's crop box, turned as the page is turned.

    Pages count from 1. Raises ``UnusablePicture``, also for a page that cannot be drawn.
    """
    return _bounded(_measured, data, number)


def draw_page(data: bytes, number: int, width: int) -> bytes:
    """A page on white paper as a PNG so many dots wide. Raises ``UnusablePicture``."""
    return _bounded(_drawn, data, number, width)


def _bounded(job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """A page is a program: it may draw for ever, or more than there is memory for."""
    try:
        return in_bounds(DRAWING, job, *args, **kwargs)
    except OutOfBounds as error:
        raise UnusablePicture(f"the PDF page cannot be rendered: {error}") from None


def _measured(data: bytes, number: int) -> tuple[float, float]:
    with _page(data, number) as page:
        width, height = page.get_size()
        check_shape(width, height)
        started = time.process_time()
        page.render(scale=min(1.0, 16 / max(width, height)))
        if time.process_time() - started > _LONGEST:
            raise UnusablePicture(f"rendering the page takes too long; the limit is {_LONGEST:g} s")
    return width * _PIXELS, height * _PIXELS


def _drawn(data: bytes, number: int, width: int) -> bytes:
    with _page(data, number) as page:
        scale = width / page.get_size()[0]
        bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255))
        return saved(bitmap.to_pil().convert("RGB"), "PNG")[0]


@contextmanager
def _page(data: bytes, number: int) -> Iterator[Any]:
    """A page for as long as it is looked at."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnusablePicture(f"the PDF cannot be opened: {_reason(error)}") from None
    try:
        if not 1 <= number <= len(document):
            pages = f"{len(document)} page{'s' * (len(document) != 1)}"
            raise UnusablePicture(f"page {number} does not exist; the PDF has {pages}")
        page = document[number - 1]
        yield page
        page.close()
    except pypdfium2.PdfiumError as error:
        raise UnusablePicture(f"the PDF page cannot be rendered: {_reason(error)}") from None
    finally:
        document.close()


def _reason(error: Exception) -> str:
    text = str(error)
    return "the file is password-protected" if "password" in text.lower() else text.rstrip(".")
