"""Write reproducible ZIP archives, with files in the given order and the same modification date.

Files in formats that are already compressed, such as PNG, are stored without compression.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.output_digests import insert_package_digest

_COMPRESSED_FORMATS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".xlsx")
_UNIX, _MODE = 3, 0o644  # on all systems, to give the same bytes


@dataclass(frozen=True, slots=True)
class Member:
    """The content of a file in an archive, compressed if ``deflated``.

    ``checksum`` (CRC-32) and ``size`` (bytes) are those of the uncompressed content.
    """

    data: bytes
    checksum: int
    size: int
    deflated: bool

    @classmethod
    def from_content(cls, name: str, content: bytes, memory: Memory = NO_MEMORY) -> Member:
        """Create a member from a file's content, compressed unless ``name`` is that of a PNG or similar."""
        if name.lower().endswith(_COMPRESSED_FORMATS):
            return cls.make_stored(content)
        return cls(memory.call(_deflate, content), zlib.crc32(content), len(content), deflated=True)

    @classmethod
    def make_stored(cls, content: bytes) -> Member:
        """Create a member from a file's content, without compression."""
        return cls(content, zlib.crc32(content), len(content), deflated=False)


def _deflate(content: bytes) -> bytes:
    state = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return state.compress(content) + state.flush()


def build_archive(
    members: Iterable[tuple[str, Member]],
    modified: dt.datetime,
    digest_file_name: str = "",
    last_content: bytes = b"",
) -> bytes:
    """Return a ZIP archive of ``members``, which are pairs of file name and content.

    If ``digest_file_name`` is not empty, add a last file with this name: ``last_content`` with the digest of
    the archive (``output_digests.py``) inserted.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, member in members:
            _add_member(archive, name, member, modified)
        if digest_file_name:
            last = Member.from_content(
                digest_file_name, insert_package_digest(archive.filelist, last_content)
            )
            _add_member(archive, digest_file_name, last, modified)
    return out.getvalue()


def _add_member(archive: zipfile.ZipFile, name: str, member: Member, modified: dt.datetime) -> None:
    """Add a member to an archive. ``zipfile`` itself cannot add content that is already compressed."""
    year, month, day, hour, minute, second, *_ = modified.utctimetuple()
    entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type = zipfile.ZIP_DEFLATED if member.deflated else zipfile.ZIP_STORED
    entry.create_system, entry.external_attr = _UNIX, _MODE << 16
    entry.CRC, entry.file_size, entry.compress_size = member.checksum, member.size, len(member.data)
    file = archive.fp
    assert file is not None
    entry.header_offset = file.tell()
    file.write(entry.FileHeader())
    file.write(member.data)
    archive.filelist.append(entry)
    archive.NameToInfo[name] = entry
    archive.start_dir = file.tell()
