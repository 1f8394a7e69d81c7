"""Quires as bytes for the cache: JSON, which names the pieces of binary data behind it.

What lies in a project's folder may come from anyone, so that nothing is used here that could run it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeVar

from pydantic import TypeAdapter

from triptych.writers.print.composing.serialising import Folded
from triptych.writers.print.quire import Quire
from weasyprint_typography.stretches import Layout

T = TypeVar("T")


_QUIRE = TypeAdapter(Folded)
_LAYOUT = TypeAdapter(tuple[Layout, tuple[Quire, ...]])


def packed(quire: Folded) -> bytes:
    """A folded quire as bytes."""
    return _packed(_QUIRE, quire)


def unpacked(data: bytes) -> Folded:
    """A folded quire from its bytes."""
    return _unpacked(_QUIRE, data)


def packed_layout(layout: Layout, quires: Iterable[Quire]) -> bytes:
    """A layout with the quires of its stretches as bytes."""
    return _packed(_LAYOUT, (layout, tuple(quires)))


def unpacked_layout(data: bytes) -> tuple[Layout, dict[str, Quire]]:
    """A layout from its bytes, and the quires of its stretches by their starts."""
    layout, quires = _unpacked(_LAYOUT, data)
    return layout, {stretch.start: quire for stretch, quire in zip(layout.stretches, quires, strict=True)}


def _packed(adapter: TypeAdapter[T], value: T) -> bytes:
    pieces: list[bytes] = []
    head = adapter.dump_json(value, context=pieces, warnings=False)  # of whole numbers among others
    sizes = json.dumps([len(head), *map(len, pieces)]).encode()
    return len(sizes).to_bytes(8, "big") + sizes + head + b"".join(pieces)


def _unpacked(adapter: TypeAdapter[T], data: bytes) -> T:
    end = 8 + int.from_bytes(data[:8], "big")
    pieces: list[bytes] = []
    for size in json.loads(data[8:end]):
        pieces.append(data[end : end + size])
        end += size
    head, *pieces = pieces
    return adapter.validate_json(head, context=pieces)
