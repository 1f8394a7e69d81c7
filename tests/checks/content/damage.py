"""Remove parts of finished outputs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pikepdf

from triptych.checks.pdf.page_contents import read_pdf_contents

_ENDS = re.compile(rb"\b(?:BDC|BMC|EMC)\b")


def changed_pdf(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def without_text(data: bytes, words: str) -> bytes:
    """Remove the first marked-content sequences that contain the given words from a PDF."""
    marks = {
        mark: "".join(run.text for run in runs)
        for mark, runs in read_pdf_contents(data).runs_by_marked_content.items()
    }
    (mark,) = [mark for mark, text in marks.items() if words in text][:1]

    def change(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[mark.page].Contents
        stream = contents.read_bytes()
        start = re.search(rb"/MCID %d\b.*?BDC" % mark.mcid, stream, re.DOTALL)
        assert start is not None
        contents.write(stream[: start.end()] + b"\n" + stream[_end(stream, start.end()) :])

    return changed_pdf(data, change)


def without_drawing(data: bytes) -> bytes:
    """Remove the painting operators of the first drawing in a PDF, and keep its tags."""

    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            stream = page.Contents.read_bytes()
            if start := re.search(rb"/Figure\s*<<.*?>>\s*BDC", stream, re.DOTALL):
                page.Contents.write(stream[: start.end()] + b"\n" + stream[_end(stream, start.end()) :])
                return

    return changed_pdf(data, change)


def without_objects(data: bytes) -> bytes:
    """Remove the images that the pages of a PDF refer to."""

    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            if "/XObject" in page.resources:
                del page.resources["/XObject"]

    return changed_pdf(data, change)


def _end(stream: bytes, start: int) -> int:
    """Return the end of the marked-content sequence that begins at an offset."""
    depth = 1
    for mark in _ENDS.finditer(stream, start):
        depth += -1 if mark[0] == b"EMC" else 1
        if not depth:
            return mark.start()
    raise AssertionError("a passage has no end")


def changed_zip(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a copy of an e-book or a deck in which a function of name and content changes each file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, change(info.filename, old.read(info)))
    return out.getvalue()
