"""Lets python-pptx compile each of its XPath expressions once.

It has libxml2 parse the same few dozen expressions for each shape again, which is a quarter of the time of
a deck. What an expression finds stays the same.
"""

from __future__ import annotations

from functools import cache, wraps
from typing import Any

from lxml import etree
from pptx.oxml.ns import _nsmap
from pptx.oxml.xmlchemy import BaseOxmlElement


@cache
def _compiled(expression: str) -> Any:
    return etree.XPath(expression, namespaces=_nsmap)


@wraps(BaseOxmlElement.xpath)
def _xpath(element: Any, xpath_str: str) -> Any:
    return _compiled(xpath_str)(element)


def compile_paths() -> None:
    """From now on, in this process: all elements inherit the method. To ask for it again changes nothing."""
    setattr(BaseOxmlElement, "xpath", _xpath)  # noqa: B010 - to mypy a method is no variable
