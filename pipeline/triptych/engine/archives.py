"""Files → an archive that is the same each time: in the order in which they come, of one date.

What is compressed already is not compressed again.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.seals import sealed

_COMPRESSED_ALREADY = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".xlsx")
_UNIX, _MODE = 3, 0o644  # everywhere, so that the bytes do not tell where they were made


@dataclass(frozen=True, slots=True)
class Member:
    """A file as it lies in an archive: ``deflated`` or not, with the checksum and size of what it holds."""

    data: bytes
    checksum: int
    size: int
    deflated: bool

    @classmethod
    def of(cls, name: str, content: bytes, memory: Memory = NO_MEMORY) -> Member:
        """A file's content, compressed where its name does not say that it is."""
        if name.lower().endswith(_COMPRESSED_ALREADY):
            return cls.stored(content)
        return cls(memory.call(_deflated, content), zlib.crc32(content), len(content), deflated=True)

    @classmethod
    def stored(cls, content: bytes) -> Member:
        """A file's content as it is."""
        return cls(content, zlib.crc32(content), len(content), deflated=False)


def _deflated(content: bytes) -> bytes:
    state = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return state.compress(content) + state.flush()


def archived(
    members: Iterable[tuple[str, Member]], modified: dt.datetime, holder: str = "", last: bytes = b""
) -> bytes:
    """An archive of files by their names. The ``holder`` of its seal, with what it says, is the last file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, member in members:
            _add(archive, name, member, modified)
        if holder:
            _add(archive, holder, Member.of(holder, sealed(archive.filelist, last)), modified)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, member: Member, modified: dt.datetime) -> None:
    """Add a file as it is: ``zipfile`` itself has no way to copy what is compressed."""
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
