"""Names of XML elements, by which pages, drawings and formulas are read."""

from __future__ import annotations

from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def local_name(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
