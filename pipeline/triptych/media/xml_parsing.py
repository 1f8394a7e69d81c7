"""Parse untrusted XML, explain XML syntax errors, and define XML namespaces."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from triptych.diagnostics import format_message

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
XHTML = "{http://www.w3.org/1999/xhtml}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
INVALID_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""A character that is not allowed in XML (XML 1.0, 2.2), apart from surrogates."""


def parse_untrusted_xml(data: bytes, *, huge_tree: bool = False) -> etree._Element:
    """Parse untrusted XML without network access or entity expansion; return the root element.

    If ``huge_tree`` is true, libxml2's size limits are lifted, since embedded images may exceed them. Raise
    ``etree.XMLSyntaxError`` if the XML is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=huge_tree)
    return etree.fromstring(data, parser)


_REWORDED_ERRORS = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"Couldn't find end of Start Tag (\S+)", r"the tag <\1> is incomplete"),
        (r"Specification mandates value for attribute ([^\s,]+)", r"the attribute `\1` has no value"),
        (r"Opening and ending tag mismatch: (\S+) line (\d+) and ([^\s,]+)",
         r"<\1> on line \2 is closed by </\3>"),
        (r"Premature end of data in tag (\S+) line (\d+)", r"<\1> on line \2 is not closed"),
        (r"Start tag expected", "the file is not XML"),
        (r"Document is empty", "the file is empty"),
        (r"AttValue: \" or ' expected", "an attribute value is not in quotation marks"),
        (r"AttValue: .* expected", "an attribute value has no closing quotation mark"),
        (r"attributes construct error", "a space is missing between two attributes"),
        (r"Unescaped '<' not allowed in attributes values",
         "< in an attribute value must be written as &lt;"),
        (r"Attribute (\S+) redefined", r"the attribute `\1` is set twice"),
        (r"Namespace prefix (\S+) .*is not defined", r"the namespace prefix `\1` is not declared"),
        (r"Entity '(\S+)' not defined", r"the entity &\1; is not defined"),
        (r"xmlParseEntityRef: no name|EntityRef: expecting ';'", "& must be written as &amp;"),
        (r"Extra content at the end of the document", "content follows the root element"),
        (r"PCDATA invalid Char value", "a control character is not allowed in XML"),
        (r"Invalid bytes in character encoding", "the file is not in its declared encoding"),
    )
)  # fmt: skip
_ERROR_POSITION = re.compile(r", line (\d+), column (\d+)$")


def explain_xml_error(error: etree.XMLSyntaxError) -> str:
    """Return a message with the cause of an XML syntax error and its position."""
    text = " ".join((error.msg or "syntax error").split())
    place = _ERROR_POSITION.search(text)
    location = f" (line {place[1]}, column {place[2]})" if place else ""
    text = _ERROR_POSITION.sub("", text)
    for pattern, message in _REWORDED_ERRORS:
        if match := pattern.match(text):
            return match.expand(message) + location
    return format_message(text) + location


def remove_element(element: etree._Element) -> None:
    """Remove an element and its tail text from its parent. Do nothing for a root element."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def get_local_name(element: Any) -> str:
    """Return an element's name without its namespace, or "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
