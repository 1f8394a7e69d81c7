"""Detect whether an output file was changed after it was written.

Every output file contains a digest of its own content. Unchanged outputs can therefore be
distinguished from edited outputs and other files without a separate record, which might be lost or out of
date. In a PDF, the digest is the file identifier in the trailer (ISO 32000-1, 14.4). In a ZIP package, it is
in the last file: the core properties of a deck, or a separate file in an EPUB. In an ONIX record, it is in an
XML comment at the end.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable

DIGEST_PLACEHOLDER = "sha256:" + "0" * 64
"""The placeholder for the digest in the last file of a package."""
_DIGEST = re.compile(rb"sha256:[0-9a-f]{64}")
_MAX_SIZE = 1 << 20  # bytes of the file with the digest
_FIRST_FILE, _END_OF_PACKAGE = b"PK\3\4", b"PK\5\6"
_END_OF_PDF = re.compile(rb"startxref\n(\d{1,12})\n%%EOF\n\Z")
_END_OF_RECORD = re.compile(rb"<!-- sha256:[0-9a-f]{64} -->\n\Z")
_IDENTIFIER = re.compile(rb"/ID\[<([0-9A-F]{32})>")


def has_valid_digest(data: bytes) -> bool:
    """Return whether a file is unchanged since this program wrote it."""
    if data.startswith(b"<?xml"):
        return _END_OF_RECORD.search(data[-128:]) is not None and insert_record_digest(data) == data
    return _has_valid_pdf_digest(data) if data.startswith(b"%PDF-") else _has_valid_package_digest(data)


def insert_record_digest(data: bytes) -> bytes:
    """Insert the digest of an XML record into the comment at its end."""
    rest, end = data[:-128], data[-128:]
    digest = hashlib.sha256(rest + _DIGEST.sub(DIGEST_PLACEHOLDER.encode(), end)).hexdigest()
    return rest + _DIGEST.sub(f"sha256:{digest}".encode(), end)


def make_pdf_identifier(parts: Iterable[bytes]) -> bytes:
    """Return the file identifier of a PDF: a digest of all bytes before the last cross-reference section."""
    state = hashlib.md5(usedforsecurity=False)
    for part in parts:
        state.update(part)
    return state.hexdigest().upper().encode()


def insert_package_digest(files: Iterable[zipfile.ZipInfo], last_content: bytes) -> bytes:
    """Insert the digest of a ZIP package into ``last_content``, its last file.

    The digest covers this file's content, and the names, checksums and sizes of the other ``files``.
    """
    state = hashlib.sha256(_DIGEST.sub(DIGEST_PLACEHOLDER.encode(), last_content, count=1))
    for name, checksum, size in sorted((file.filename, file.CRC, file.file_size) for file in files):
        state.update(f"{name}\0{checksum}\0{size}\n".encode())
    return _DIGEST.sub(b"sha256:" + state.hexdigest().encode(), last_content, count=1)


def _has_valid_package_digest(data: bytes) -> bool:
    # Python also reads archives with other data before or after them.
    if data[:4] != _FIRST_FILE or data[-22:-18] != _END_OF_PACKAGE:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            *others, last_file = archive.infolist()
            if last_file.file_size > _MAX_SIZE:
                return False
            last = archive.read(last_file)
    except (ValueError, OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    return _DIGEST.search(last) is not None and insert_package_digest(others, last) == last


def _has_valid_pdf_digest(data: bytes) -> bool:
    """Return whether a PDF's file identifier matches the content before the last cross-reference section."""
    end = _END_OF_PDF.search(data[-64:])
    if end is None:
        return False
    offset = int(end[1])
    identified = _IDENTIFIER.search(data, offset)
    return identified is not None and identified[1] == make_pdf_identifier((data[:offset],))
