"""The zip container of an e-book (EPUB 3.3, section 4: the Open Container Format)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from triptych.engine.archives import Member, archived
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.seals import UNSEALED

_SEAL = "META-INF/seal.txt"
_SEALED = f"Digest of all other files, from which Triptych detects edits made by hand: {UNSEALED}\n"


def pack(files: Mapping[str, bytes], modified: dt.datetime, memory: Memory = NO_MEMORY) -> bytes:
    """Files by path → the container: ``mimetype`` first and uncompressed, the rest by name, a seal last."""
    members = {"mimetype": Member.stored(b"application/epub+zip")}
    members |= {name: Member.of(name, files[name], memory) for name in sorted(files)}
    return archived(members.items(), modified, _SEAL, _SEALED.encode())
