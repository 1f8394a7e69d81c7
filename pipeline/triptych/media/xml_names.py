"""XML of others, read safely, and the names of its elements; what can stand in none."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
XHTML = "{http://www.w3.org/1999/xhtml}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What is no character of XML (XML 1.0, 2.2), of which all outputs are made; halves of characters apart."""


def parsed(data: bytes, *, huge: bool = False) -> etree._Element:
    """The root of a file that others made: nothing is fetched for it, and its entities stay as they are.

    ``huge`` takes what holds large pictures in its text. Raises ``etree.XMLSyntaxError``.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=huge)
    return etree.fromstring(data, parser)


def take_out(element: etree._Element) -> None:
    """Remove an element from what is around it, with the text behind it; a root stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def local_name(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
