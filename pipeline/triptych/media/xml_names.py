"""Names of XML elements, by which pages, drawings and formulas are read, and what can stand in none."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What is no character of XML (XML 1.0, 2.2), of which all outputs are made; halves of characters apart."""


def local_name(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
