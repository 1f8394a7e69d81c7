"""Write the information dictionary and the XMP metadata (ISO 16684-1) of a PDF, and attach files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from triptych.charts.rows import iter_charts_and_files, iter_data_rows
from triptych.markup.xml import escape
from triptych.model.book import Book, Metadata
from triptych.model.nodes import Chart
from triptych.model.walk import plain_text
from triptych.writers.print.pdf_format import PdfFormat
from triptych.writers.print.pdf_syntax import PdfFile, write_name, write_text_string

_PRODUCER = "Triptych"
_XMP = Path(__file__).parent / "xmp"  # folder of the XMP templates


def format_full_title(metadata: Metadata) -> str:
    """Return the book title with its subtitle, separated by a colon."""
    return f"{metadata.title}: {metadata.subtitle}" if metadata.subtitle else metadata.title


def write_info_dictionary(metadata: Metadata, pdf_format: PdfFormat) -> bytes:
    """Return the information dictionary (ISO 32000-1, 14.3.3)."""
    date = "D:" + re.sub("[-:TZ]", "", _format_modification_date(metadata)) + "Z"
    entries = {
        "Title": format_full_title(metadata),
        "Author": ", ".join(metadata.authors),
        "Subject": metadata.description,
        "Keywords": ", ".join(metadata.keywords),
        "Creator": _PRODUCER,
        "Producer": _PRODUCER,
        "CreationDate": date,
        "ModDate": date,
    }
    rows = (b"/" + key.encode() + write_text_string(value) for key, value in entries.items() if value)
    trapped = b"/Trapped/False" if pdf_format.is_for_press else b""
    if pdf_format.standard == "pdf/x-1a":
        trapped += b"/GTS_PDFXVersion(PDF/X-1a:2003)"  # ISO 15930-4, 6.1
    return b"<<" + b"".join(rows) + trapped + b">>"


def _format_modification_date(metadata: Metadata) -> str:
    """Return the modification date as an ISO 8601 date whose year has four digits."""
    return metadata.modified.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def write_xmp_packet(metadata: Metadata, pdf_format: PdfFormat) -> bytes:
    """Return the XMP packet, including the standards of the file (ISO 19005-3, 6.6; ISO 15930-7, 6.3)."""
    properties = ""
    if metadata.authors:
        authors = escape(", ".join(metadata.authors))
        properties += f"<dc:creator><rdf:Seq><rdf:li>{authors}</rdf:li></rdf:Seq></dc:creator>\n"
    for name, value in (("description", metadata.description), ("rights", metadata.rights)):
        if value:
            words = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(value)}</rdf:li></rdf:Alt>'
            properties += f"<dc:{name}>{words}</dc:{name}>\n"
    if metadata.keywords:
        properties += f"<pdf:Keywords>{escape(', '.join(metadata.keywords))}</pdf:Keywords>\n"
    standard = (_XMP / ("pdf-x.xml" if pdf_format.is_for_press else "pdf-a.xml")).read_text("utf-8")
    if pdf_format.is_for_press:
        version = "PDF/X-4" if pdf_format.standard == "pdf/x-4" else "PDF/X-1a:2003"
        standard = standard.format(identifier=escape(metadata.identifier), version=version)
    packet = (_XMP / "packet.xml").read_text("utf-8").rstrip("\n")
    return packet.format(
        byte_order_mark="\ufeff",
        standard=standard,
        title=escape(format_full_title(metadata)),
        properties=properties,
        language=escape(metadata.language),
        producer=_PRODUCER,
        date=_format_modification_date(metadata),
    ).encode()


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file, such as the data of a chart."""

    file_name: str
    media_type: str
    description: str
    data: bytes


def make_chart_attachments(book: Book) -> list[Attachment]:
    """Return the data of each chart of a book as CSV files (RFC 4180)."""
    return [_make_chart_attachment(*titled_chart) for titled_chart in iter_charts_and_files(book)]


def _make_chart_attachment(chart: Chart, title: str) -> Attachment:
    csv_text = io.StringIO()
    csv.writer(csv_text).writerows(iter_data_rows(chart, machine_readable=True))
    words = plain_text(chart.caption) or chart.alt
    # The byte order mark lets spreadsheet programs recognise UTF-8.
    return Attachment(title, "text/csv", words, csv_text.getvalue().encode("utf-8-sig"))


def attach_files(attachments: Iterable[Attachment], file: PdfFile, date: dt.datetime) -> bytes:
    """Add files to a PDF; return the end of the catalogue's Names dictionary, and the AF entry."""
    specifications = sorted(
        (attachment.file_name, _add_specification(attachment, file, date)) for attachment in attachments
    )
    if not specifications:
        return b""
    references = b" ".join(b"%d 0 R" % place for _, place in specifications)
    names = b"".join(write_text_string(title) + b"%d 0 R" % place for title, place in specifications)
    return b"/EmbeddedFiles<</Names[%s]>>>>/AF[%s]" % (names, references)


def _add_specification(attachment: Attachment, file: PdfFile, date: dt.datetime) -> int:
    date_text = date.strftime("D:%Y%m%d%H%M%SZ").encode()
    checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest().encode()
    parameters = b"<</Size %d/ModDate(%s)/CheckSum<%s>>>" % (len(attachment.data), date_text, checksum)
    kind = write_name(attachment.media_type)
    stream = file.add_stream(b"/Type/EmbeddedFile/Subtype%s/Params%s" % (kind, parameters), attachment.data)
    title = write_text_string(attachment.file_name)
    return file.add_object(
        b"<</Type/Filespec/F%s/UF%s/AFRelationship/Data/Desc%s/EF<</F %d 0 R/UF %d 0 R>>>>"
        % (title, title, write_text_string(attachment.description), stream, stream)
    )
