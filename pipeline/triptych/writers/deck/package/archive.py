"""Files of a package → an archive that is the same each time: a fixed order, one date, no file compressed
again that was compressed before.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping

from triptych.engine.seals import sealed
from triptych.writers.deck.package.finished import Member

_EARLIEST = dt.datetime(1980, 1, 1)  # of a date in a zip
_FIRST = ("[Content_Types].xml", "_rels/.rels")
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def archived(
    members: Mapping[str, Member], modified: dt.datetime, holder: str = "", last: bytes = b""
) -> bytes:
    """An archive of files by their names. The ``holder`` of its seal, with what it says, is the last file."""
    when = max(modified, _EARLIEST)
    date = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(members, key=_natural_order):
            _add(archive, name, members[name], date)
        if holder:
            _add(archive, holder, Member.of(holder, sealed(archive.filelist, last)), date)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, member: Member, date: tuple[int, ...]) -> None:
    """Add a file as it is: ``zipfile`` itself has no way to copy what is compressed."""
    entry = zipfile.ZipInfo(name, date)  # type: ignore[arg-type]
    entry.compress_type = zipfile.ZIP_DEFLATED if member.deflated else zipfile.ZIP_STORED
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    entry.CRC, entry.file_size, entry.compress_size = member.checksum, member.size, len(member.data)
    file = archive.fp
    assert file is not None
    entry.header_offset = file.tell()
    file.write(entry.FileHeader())
    file.write(member.data)
    archive.filelist.append(entry)
    archive.NameToInfo[name] = entry
    archive.start_dir = file.tell()


def workbook_of_date(data: bytes, modified: dt.datetime) -> bytes:
    """A workbook with all of its dates that of ``modified``."""
    when = max(modified, _EARLIEST)
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    files["docProps/core.xml"] = _DATES.sub(rb"\g<1>" + stamp, files["docProps/core.xml"])
    return archived({name: Member.of(name, content) for name, content in files.items()}, when)


def _natural_order(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """The content types first, then by name with numbers by value."""
    parts = re.findall(r"\d+|\D+", name)
    return name not in _FIRST, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
