"""The zip container of an e-book (EPUB 3.3, section 4: the Open Container Format)."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping

from triptych.engine.seals import UNSEALED, sealed

_SEAL = "META-INF/seal.txt"
_SEALED = f"By this digest of the other files Triptych knows an e-book that nobody has changed: {UNSEALED}\n"
_STORED = (".png", ".jpg", ".gif", ".webp")


def pack(files: Mapping[str, bytes], modified: dt.datetime) -> bytes:
    """Files by path → the container: ``mimetype`` first and uncompressed, the rest by name, a seal last."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _write(archive, "mimetype", b"application/epub+zip", modified, stored=True)
        for name in sorted(files):
            _write(archive, name, files[name], modified, stored=name.endswith(_STORED))
        seal = sealed(archive.infolist(), _SEALED.encode())
        _write(archive, _SEAL, seal, modified, stored=True)
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes, modified: dt.datetime, *, stored: bool) -> None:
    info = zipfile.ZipInfo(name, modified.timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix everywhere, so that the bytes do not tell where they were made
    info.external_attr = 0o644 << 16
    archive.writestr(info, data, compresslevel=9)
