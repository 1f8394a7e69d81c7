"""Minimise a failing source that fails in the same way."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Sequence

from tests.fuzz.mutations import archived

Falls = Callable[[bytes], bool]


def shrunk(source: bytes, sound: bytes, falls: Falls, seconds: float = 30.0) -> bytes:
    """Return the smallest source found in some seconds; archive parts become those of a valid archive."""
    end = time.monotonic() + seconds

    def falls_in_time(smaller: bytes) -> bool:
        return time.monotonic() < end and falls(smaller)

    if source.startswith(b"PK"):
        return _archive(source, sound, falls_in_time)
    if len(source) == len(sound):
        return _like(source, sound, falls_in_time)
    return _text(source, falls_in_time)


def _text(source: bytes, falls: Falls) -> bytes:
    for pattern in (rb"[^\n]*\n?", rb"<[^<>]*>|[^<>]+|[<>]", rb"\w+|\W", rb"(?s)."):
        parts = re.findall(pattern, source)
        if b"".join(parts) == source and len(parts) < 20_000:
            source = b"".join(_fewer(parts, lambda some: falls(b"".join(some))))
    return source


def _fewer(parts: Sequence[bytes], falls: Callable[[Sequence[bytes]], bool]) -> list[bytes]:
    """Remove unnecessary parts by halves (Zeller, “Simplifying failure-inducing input”)."""
    kept, size = list(parts), max(1, len(parts) // 2)
    while True:
        start = 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if rest and falls(rest):
                kept = rest
            else:
                start += size
        if size == 1:
            return kept
        size = max(1, size // 2)


def _like(source: bytes, sound: bytes, falls: Falls) -> bytes:
    """Reset as many bytes as possible to those of the valid source."""
    places = [
        str(at).encode() for at, (item, other) in enumerate(zip(source, sound, strict=True)) if item != other
    ]

    def made(some: Sequence[bytes]) -> bytes:
        changed = bytearray(sound)
        for place in map(int, some):
            changed[place] = source[place]
        return bytes(changed)

    return made(_fewer(places, lambda some: falls(made(some))))


def _archive(source: bytes, sound: bytes, falls: Falls) -> bytes:
    try:
        parts, others = _parts(source), _parts(sound)
    except (zipfile.BadZipFile, OSError, ValueError):
        return source
    for name in dict.fromkeys([*parts, *others]):
        if parts.get(name) == others.get(name):
            continue
        tried = (
            {**parts, name: others[name]} if name in others else {k: v for k, v in parts.items() if k != name}
        )
        if falls(archived(tried)):
            parts = tried
    for name in [name for name, content in parts.items() if content != others.get(name)]:
        parts = _part(parts, name, falls)
    return archived(parts)


def _part(parts: dict[str, bytes], name: str, falls: Falls) -> dict[str, bytes]:
    """Yield the parts with one of them made smaller."""
    return {**parts, name: _text(parts[name], lambda content: falls(archived({**parts, name: content})))}


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
