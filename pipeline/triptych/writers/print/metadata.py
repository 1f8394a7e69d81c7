"""Write the metadata of a PDF as information dictionary and XMP (ISO 16684-1), and attach files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triptych.charts.rows import iter_charts_and_files, iter_data_rows
from triptych.markup.xml import escape
from triptych.model.book import Book, Metadata
from triptych.model.nodes import Chart
from triptych.model.walk import plain_text
from triptych.writers.print.finish import Finish
from triptych.writers.print.pdf_syntax import PdfFile, text_string, write_name

_PRODUCER = "Triptych"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
{properties}<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
{standard}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
_ARCHIVE = """<rdf:Description rdf:about=""
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_PRESS = """<rdf:Description rdf:about=""
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfxid:GTS_PDFXVersion>{version}</pdfxid:GTS_PDFXVersion>
<xmpMM:DocumentID>{identifier}</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Trapped>False</pdf:Trapped>
</rdf:Description>
"""


def full_title(metadata: Metadata) -> str:
    """Return the title with the subtitle, separated by a colon."""
    return f"{metadata.title}: {metadata.subtitle}" if metadata.subtitle else metadata.title


def write_information(metadata: Metadata, finish: Finish) -> bytes:
    """Write the information dictionary (ISO 32000-1, 14.3.3)."""
    date = "D:" + re.sub("[-:TZ]", "", _modified(metadata)) + "Z"
    entries = {
        "Title": full_title(metadata),
        "Author": ", ".join(metadata.authors),
        "Subject": metadata.description,
        "Keywords": ", ".join(metadata.keywords),
        "Creator": _PRODUCER,
        "Producer": _PRODUCER,
        "CreationDate": date,
        "ModDate": date,
    }
    rows = (b"/" + key.encode() + text_string(value) for key, value in entries.items() if value)
    trapped = b"/Trapped/False" if finish.for_press else b""
    if finish.standard == "pdf/x-1a":
        trapped += b"/GTS_PDFXVersion(PDF/X-1a:2003)"  # ISO 15930-4, 6.1
    return b"<<" + b"".join(rows) + trapped + b">>"


def _modified(metadata: Metadata) -> str:
    """Return the modification date in ISO 8601, with four digits for the year."""
    return metadata.modified.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def write_packet(metadata: Metadata, finish: Finish) -> bytes:
    """Write the XMP packet with the standards of the file (ISO 19005-3, 6.6; ISO 15930-7, 6.3)."""
    properties = ""
    if metadata.authors:
        names = "".join(f"<rdf:li>{escape(author)}</rdf:li>" for author in (", ".join(metadata.authors),))
        properties += f"<dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator>\n"
    if metadata.description:
        words = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(metadata.description)}</rdf:li></rdf:Alt>'
        properties += f"<dc:description>{words}</dc:description>\n"
    if metadata.rights:
        words = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(metadata.rights)}</rdf:li></rdf:Alt>'
        properties += f"<dc:rights>{words}</dc:rights>\n"
    if metadata.keywords:
        properties += f"<pdf:Keywords>{escape(', '.join(metadata.keywords))}</pdf:Keywords>\n"
    standard = _ARCHIVE
    if finish.for_press:
        standard = _PRESS.format(
            identifier=escape(metadata.identifier),
            version="PDF/X-4" if finish.standard == "pdf/x-4" else "PDF/X-1a:2003",
        )
    return _PACKET.format(
        standard=standard,
        title=escape(full_title(metadata)),
        properties=properties,
        language=escape(metadata.language),
        producer=_PRODUCER,
        date=_modified(metadata),
    ).encode()


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file, such as the data of a chart."""

    file_name: str
    media_type: str
    description: str
    data: bytes


def chart_files(book: Book) -> list[Attachment]:
    """Return the data of each chart of a book as a CSV file (RFC 4180)."""
    return [_chart_file(*named) for named in iter_charts_and_files(book)]


def _chart_file(chart: Chart, title: str) -> Attachment:
    written = io.StringIO()
    csv.writer(written).writerows(iter_data_rows(chart, plain=True))
    words = plain_text(chart.caption) or chart.alt
    # With a byte order mark, spreadsheets recognise UTF-8.
    return Attachment(title, "text/csv", words, written.getvalue().encode("utf-8-sig"))


def attach(attachments: Iterable[Attachment], file: PdfFile, date: dt.datetime) -> bytes:
    """Add files to a PDF; return the end of the Names dictionary in its catalogue, and the AF entry."""
    specifications = [
        (attachment.file_name, _add_specification(attachment, file, date)) for attachment in attachments
    ]
    return _write_entries(sorted(specifications)) if specifications else b""


def _write_entries(specifications: Sequence[tuple[str, int]]) -> bytes:
    listed = b" ".join(b"%d 0 R" % place for _, place in specifications)
    names = b"".join(text_string(title) + b"%d 0 R" % place for title, place in specifications)
    return b"/EmbeddedFiles<</Names[%s]>>>>/AF[%s]" % (names, listed)


def _add_specification(attachment: Attachment, file: PdfFile, date: dt.datetime) -> int:
    written = date.strftime("D:%Y%m%d%H%M%SZ").encode()
    checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest().encode()
    parameters = b"<</Size %d/ModDate(%s)/CheckSum<%s>>>" % (len(attachment.data), written, checksum)
    kind = write_name(attachment.media_type)
    stream = file.add_stream(b"/Type/EmbeddedFile/Subtype%s/Params%s" % (kind, parameters), attachment.data)
    title = text_string(attachment.file_name)
    return file.add(
        b"<</Type/Filespec/F%s/UF%s/AFRelationship/Data/Desc%s/EF<</F %d 0 R/UF %d 0 R>>>>"
        % (title, title, text_string(attachment.description), stream, stream)
    )
