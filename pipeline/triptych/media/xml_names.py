"""Names of XML elements, as drawings and formulas are read by."""

from __future__ import annotations

from typing import Any

from lxml import etree


def local_name(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
