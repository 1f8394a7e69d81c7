"""What a patch is, and how it is put into the engine."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A function or class of the engine that another stands in for.

    ``replaces`` is its dotted name, ``make`` takes it and returns what stands in for it. ``digest`` is that
    of its source (``digests``), or of what reads it, ``read_by``, where it has none. ``upstream`` is a thread
    of the engine's about the same, "" where none was found. With ``everywhere`` it is replaced in all modules
    that have imported it, else in its own alone.
    """

    replaces: str
    digest: str
    why: str
    make: Callable[[Any], Any]
    upstream: str = ""
    read_by: str = ""
    everywhere: bool = False

    @property
    def source(self) -> str:
        """The dotted name of what has the digest."""
        return self.read_by or self.replaces

    def apply(self) -> None:
        """Put it into the engine, which is loaded."""
        place, _, name = self.replaces.rpartition(".")
        owner = pkgutil.resolve_name(place)
        replaced = getattr(owner, name, None)
        ours = self.make(replaced)
        setattr(owner, name, ours)
        for loaded, module in list(sys.modules.items()) if self.everywhere else ():
            if loaded.startswith("weasyprint.") and getattr(module, name, None) is replaced:
                setattr(module, name, ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Internal:
    """A part of the engine that is used though it is none of its interface, with the digest of its source."""

    source: str
    digest: str
    why: str
