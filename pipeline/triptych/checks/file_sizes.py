"""Check the sizes of output files before ``triptych check`` reads them, since files may be untrusted."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAX_OUTPUT_SIZE = 1 << 30  # bytes of an output, and of all parts of an EPUB or a deck
MAX_XML_SIZE = 64 << 20  # bytes of one XML part
_XML = (".xml", ".rels", ".xhtml", ".html", ".opf", ".ncx", ".svg", ".css")


def describe_excessive_size(path: Path) -> str:
    """Describe the first size of an output that exceeds its limit, or return "". Nothing is unpacked."""
    if path.stat().st_size > MAX_OUTPUT_SIZE:
        return f"the file is larger than {MAX_OUTPUT_SIZE >> 20:,} MB"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""  # a PDF, or a damaged file, which is reported later
    for part in parts:
        if part.file_size > MAX_XML_SIZE and part.filename.lower().endswith(_XML):
            return f"{part.filename[:80]!a} unpacks to more than {MAX_XML_SIZE >> 20} MB"
    if sum(part.file_size for part in parts) > MAX_OUTPUT_SIZE:
        return f"the parts unpack to more than {MAX_OUTPUT_SIZE >> 20:,} MB"
    return ""
