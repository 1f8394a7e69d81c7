"""Identifiers, classes and values: what an author writes about a node in ``{#id .class key="value"}``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attr:
    """Identifier, classes and key-value pairs, as written in ``{#id .class key="value"}``."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """The value of a key, or the default."""
        for name, value in self.pairs:
            if name == key:
                return value
        return default

    def has(self, name: str) -> bool:
        """Whether the class is set."""
        return name in self.classes


NO_ATTR = Attr()
