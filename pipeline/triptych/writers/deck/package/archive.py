"""Files of a package in a fixed order, and a workbook that is the same each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping

from triptych.engine.archives import Member, archived

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def in_order(members: Mapping[str, Member]) -> list[tuple[str, Member]]:
    """Files by their names: the content types first, then by name with numbers by value."""

    def key(name: str) -> tuple[bool, list[tuple[int, str]]]:
        parts = re.findall(r"\d+|\D+", name)
        return name not in _FIRST, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]

    return [(name, members[name]) for name in sorted(members, key=key)]


def workbook_of_date(data: bytes, modified: dt.datetime) -> bytes:
    """A workbook with all of its dates that of ``modified``."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    files["docProps/core.xml"] = _DATES.sub(rb"\g<1>" + stamp, files["docProps/core.xml"])
    return archived(in_order({name: Member.of(name, content) for name, content in files.items()}), modified)
