"""Files that go with a book, such as the data of its charts (ISO 19005-3, 6.8; ISO 32000-1, 7.11.4)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triptych.charts.rows import charts_and_files, data_rows
from triptych.model.book import Book
from triptych.model.nodes import Chart
from triptych.model.walk import plain_text
from triptych.writers.print.pdf_syntax import PdfFile, name, text_string


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file by its name, with what it is. ``data`` is what something in the book was made from."""

    file_name: str
    media_type: str
    description: str
    data: bytes


def chart_files(book: Book) -> list[Attachment]:
    """The numbers of each chart of a book as CSV (RFC 4180)."""
    return [_chart_file(*named) for named in charts_and_files(book)]


def _chart_file(chart: Chart, title: str) -> Attachment:
    written = io.StringIO()
    csv.writer(written).writerows(data_rows(chart, plain=True))
    words = plain_text(chart.caption) or chart.alt
    # A mark at the beginning has spreadsheets read the letters of all languages.
    return Attachment(title, "text/csv", words, written.getvalue().encode("utf-8-sig"))


def attach(attachments: Iterable[Attachment], file: PdfFile, date: dt.datetime) -> bytes:
    """Put files into a PDF → the end of the names in its catalogue and what this says of them, or nothing."""
    specifications = [
        (attachment.file_name, _specification(attachment, file, date)) for attachment in attachments
    ]
    return _entries(sorted(specifications)) if specifications else b""


def _entries(specifications: Sequence[tuple[str, int]]) -> bytes:
    listed = b" ".join(b"%d 0 R" % place for _, place in specifications)
    names = b"".join(text_string(title) + b"%d 0 R" % place for title, place in specifications)
    return b"/EmbeddedFiles<</Names[%s]>>>>/AF[%s]" % (names, listed)


def _specification(attachment: Attachment, file: PdfFile, date: dt.datetime) -> int:
    written = date.strftime("D:%Y%m%d%H%M%SZ").encode()
    checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest().encode()
    parameters = b"<</Size %d/ModDate(%s)/CheckSum<%s>>>" % (len(attachment.data), written, checksum)
    kind = name(attachment.media_type)
    stream = file.add_stream(b"/Type/EmbeddedFile/Subtype%s/Params%s" % (kind, parameters), attachment.data)
    title = text_string(attachment.file_name)
    return file.add(
        b"<</Type/Filespec/F%s/UF%s/AFRelationship/Data/Desc%s/EF<</F %d 0 R/UF %d 0 R>>>>"
        % (title, title, text_string(attachment.description), stream, stream)
    )
