"""Lists start with the number that they name.

HTML says it by an attribute, which the layout engine does not ask for; its style does.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element


def count_from_starts(root: Element) -> None:
    """Have lists with ``start`` count from there (HTML 15.3.7)."""
    for element in root.iter("ol"):
        if start := element.get("start"):
            before = f"counter-reset: list-item {int(start) - 1}"
            element.set("style", "; ".join(filter(None, (element.get("style"), before))))
