"""Whether a finished file is as it was written, told by the file alone.

Every output holds a digest of the rest of itself. So what somebody has changed is told from what we made, and
both from the files of others, wherever a file lies and whatever became of the cache: no list is kept that
could be lost, copied without its files, or speak of another folder. A PDF has its digest in the identifier of
its trailer (ISO 32000-1, 14.4), a package in the last of its files: with the core properties of a deck, in a
file of its own in an e-book. A record in XML has it in a comment at its end.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable

UNSEALED = "sha256:" + "0" * 64
"""What stands in the last file of a package until the package is sealed."""
_SEAL = re.compile(rb"sha256:[0-9a-f]{64}")
_LARGEST = 1 << 20  # bytes of the file that holds a seal
_FIRST_FILE, _END_OF_PACKAGE = b"PK\3\4", b"PK\5\6"
_END_OF_PDF = re.compile(rb"startxref\n(\d{1,12})\n%%EOF\n\Z")
_END_OF_RECORD = re.compile(rb"<!-- sha256:[0-9a-f]{64} -->\n\Z")
_IDENTIFIER = re.compile(rb"/ID\[<([0-9A-F]{32})>")


def is_sealed(data: bytes) -> bool:
    """Whether a file is one of ours, and nobody has changed it since."""
    if data.startswith(b"<?xml"):
        return _END_OF_RECORD.search(data[-128:]) is not None and sealed_record(data) == data
    return _is_sealed_pdf(data) if data.startswith(b"%PDF-") else _is_sealed_package(data)


def sealed_record(data: bytes) -> bytes:
    """XML that ends in a comment which holds a seal → the same, with a digest of the rest in it."""
    rest, end = data[:-128], data[-128:]
    digest = hashlib.sha256(rest + _SEAL.sub(UNSEALED.encode(), end)).hexdigest()
    return rest + _SEAL.sub(f"sha256:{digest}".encode(), end)


def identifier(parts: Iterable[bytes]) -> bytes:
    """All of a PDF that stands before its last cross-reference section → its identifier."""
    state = hashlib.md5(usedforsecurity=False)
    for part in parts:
        state.update(part)
    return state.hexdigest().upper().encode()


def sealed(files: Iterable[zipfile.ZipInfo], last: bytes) -> bytes:
    """The last file of a package with the seal in place: a digest of what it says itself, and of the names,
    checksums and sizes of the other files.
    """
    state = hashlib.sha256(_SEAL.sub(UNSEALED.encode(), last, count=1))
    for name, checksum, size in sorted((file.filename, file.CRC, file.file_size) for file in files):
        state.update(f"{name}\0{checksum}\0{size}\n".encode())
    return _SEAL.sub(b"sha256:" + state.hexdigest().encode(), last, count=1)


def _is_sealed_package(data: bytes) -> bool:
    if data[:4] != _FIRST_FILE or data[-22:-18] != _END_OF_PACKAGE:  # as others are read with more about them
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            *others, holder = archive.infolist()
            if holder.file_size > _LARGEST:
                return False
            last = archive.read(holder)
    except (ValueError, OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    return _SEAL.search(last) is not None and sealed(others, last) == last


def _is_sealed_pdf(data: bytes) -> bool:
    """Whether the last cross-reference section is the one that we wrote: whoever changes a PDF adds one."""
    end = _END_OF_PDF.search(data[-64:])
    if end is None:
        return False
    place = int(end[1])
    identified = _IDENTIFIER.search(data, place)
    return identified is not None and identified[1] == identifier((data[:place],))
