"""Convert pairs of raw inline HTML tags to pandoc nodes, and report unsupported tags.

Pandoc parses ``<kbd>Ctrl</kbd>`` as two raw tags around a string. This module replaces them and the string
with the equivalent pandoc node, since the document model has no raw HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from triptych.reading.pandoc import extract_plain_text

_TAG = re.compile(r"^<(/?)([A-Za-z][A-Za-z0-9]*+)([^>]*?)(/?)>$", re.DOTALL)

# Inline tags with an equivalent pandoc node.
_NODES = {
    "em": "Emph",
    "i": "Emph",
    "cite": "Emph",
    "dfn": "Emph",
    "var": "Emph",
    "strong": "Strong",
    "b": "Strong",
    "s": "Strikeout",
    "del": "Strikeout",
    "strike": "Strikeout",
    "u": "Underline",
    "ins": "Underline",
    "sup": "Superscript",
    "sub": "Subscript",
}
_SPANS = frozenset("span kbd mark small abbr bdi bdo time samp q a code tt rt rp".split())
# Tags that are removed; their content is kept.
TRANSPARENT = frozenset(
    "address article aside center details dialog div figcaption figure font footer header hgroup main nav"
    " output p picture rb rtc ruby section source summary".split()
)
# Tags for external content, which become links.
MEDIA_TAGS = frozenset("audio embed iframe object source track video".split())
# All elements of HTML. A single tag with another name, such as <T>, is text.
_ELEMENTS = TRANSPARENT | frozenset(
    "a abbr acronym applet area audio b base basefont bdi bdo big blockquote body br button canvas"
    " caption cite code col colgroup data datalist dd del dfn dir dl dt em embed fieldset form frame"
    " frameset h1 h2 h3 h4 h5 h6 head hr html i iframe img input ins kbd label legend li link map mark"
    " math menu meta meter noscript object ol optgroup option output param pre progress q rp rt s samp"
    " script search select slot small span strike strong style sub sup svg table tbody td template"
    " textarea tfoot th thead time title tr track tt u ul var video wbr".split()
)

# Hints for unsupported elements.
_INSTEAD = {
    **dict.fromkeys(
        MEDIA_TAGS, "use an image that links to the content: [![Alt text](image.png)](https://…)"
    ),
    **dict.fromkeys(
        "form input button select textarea fieldset datalist option label meter progress".split(),
        "remove the tag, or reword the passage; books and slides cannot contain interactive elements",
    ),
    **dict.fromkeys(("script", "noscript", "canvas"), "replace the element with an image of the result"),
    **dict.fromkeys(("style", "link"), "move the styles to a theme or to the project's `templates/` folder"),
    "svg": "save the drawing as a file, and write ![Caption](drawing.svg)",
    "math": "write the formula as $a = b$",
}


class _AttributeParser(HTMLParser):
    """A parser for the attributes of one start tag."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values = {name: value or "" for name, value in attrs}


def list_supported_tags() -> list[str]:
    """Return the names of the inline tags with an equivalent in the document model."""
    return sorted({*_NODES, *_SPANS, "br", "img", "wbr"})


def convert_inline_tags(inlines: list[Any], report: Callable[[str], None]) -> list[Any]:
    """Replace raw HTML tags among pandoc inlines with nodes. Call ``report`` for each unsupported tag."""
    if not any(node["t"] == "RawInline" for node in inlines):
        return inlines
    names = [_get_closing_tag_name(node) for node in inlines]
    # A stack of open elements: tag name, attributes and content so far.
    stack: list[tuple[str, dict[str, str], list[Any]]] = [("", {}, [])]
    for node in inlines:
        if node["t"] != "RawInline" or node["c"][0] != "html":
            stack[-1][2].append(node)
            continue
        raw = node["c"][1]
        match = _TAG.match(raw)
        if raw.startswith(("<!", "<?")):
            continue
        if match is None:  # for example <中文>, which is a tag in pandoc, but not in HTML
            stack[-1][2].append({"t": "Str", "c": raw})
            continue
        closing, name = match.group(1), match.group(2).lower()
        if closing:
            _close_element(stack, name)
        elif name in ("br", "wbr", "img"):
            stack[-1][2].extend(_make_void_element(name, raw))
        elif name in _NODES or name in _SPANS:
            stack.append((name, _AttributeParser(raw).values, []))
        elif link := make_media_link(raw):
            stack[-1][2].append(link)
            report(raw)
        elif name not in _ELEMENTS and len(inlines) > 1 and name not in names:
            stack[-1][2].append({"t": "Str", "c": raw})
        elif name not in TRANSPARENT:
            report(raw)
    while len(stack) > 1:
        _close_element(stack, stack[-1][0])
    return stack[0][2]


def _close_element(stack: list[tuple[str, dict[str, str], list[Any]]], name: str) -> None:
    """Close the innermost open element named ``name``, and any unclosed elements inside it."""
    if not any(tag == name for tag, _, _ in stack[1:]):
        return
    while True:
        tag, attributes, content = stack.pop()
        stack[-1][2].extend(_make_element(tag, attributes, content))
        if tag == name:
            return


def _make_element(tag: str, attributes: dict[str, str], content: list[Any]) -> list[Any]:
    if tag == "rp":
        return []
    if tag == "rt":  # the reading goes into brackets after the word, as in books without ruby
        return [{"t": "Str", "c": "("}, *content, {"t": "Str", "c": ")"}]
    return [_make_node(tag, attributes, content)]


def _make_node(tag: str, attributes: dict[str, str], content: list[Any]) -> Any:
    if tag in _NODES:
        return {"t": _NODES[tag], "c": content}
    if tag in ("code", "tt"):
        return {"t": "Code", "c": [["", [], []], extract_plain_text(content)]}
    if tag == "q":
        return {"t": "Quoted", "c": [{"t": "DoubleQuote"}, content]}
    if tag == "samp":
        return {"t": "Span", "c": [["", ["samp"], []], content]}
    identifier = attributes.get("id", "") or (attributes.get("name", "") if tag == "a" else "")
    if tag == "a" and attributes.get("href"):
        attr = [identifier, [], []]
        return {"t": "Link", "c": [attr, content, [attributes["href"], attributes.get("title", "")]]}
    classes = attributes.get("class", "").split() + ([tag] if tag in ("kbd", "mark", "small", "abbr") else [])
    pairs = [[key, attributes[key]] for key in ("lang", "dir", "title") if attributes.get(key)]
    return {"t": "Span", "c": [[identifier, classes, pairs], content]}


def get_block_tag_name(raw: str) -> str:
    """Return the name of the first tag in a raw HTML block, or ""."""
    match = re.match(r"\s*</?([A-Za-z][A-Za-z0-9]*)", raw)
    return match.group(1).lower() if match else ""


def get_html_hint(name: str) -> str:
    """Return a hint with the Markdown equivalent of an unsupported HTML element."""
    return _INSTEAD.get(name, "rewrite the content in Markdown, or remove the tag")


def _get_closing_tag_name(node: Any) -> str:
    match = _TAG.match(node["c"][1]) if node["t"] == "RawInline" else None
    return match.group(2).lower() if match and match.group(1) else ""


def make_media_link(raw: str) -> Any:
    """Return a pandoc link to the content of a media tag such as ``<iframe>``, or None for other tags."""
    if get_block_tag_name(raw) not in MEDIA_TAGS or raw.lstrip().startswith("</"):
        return None
    values = _AttributeParser(raw.strip()).values
    address = values.get("src") or values.get("data") or ""
    address = f"https:{address}" if address.startswith("//") else address
    if not re.match(r"https?://", address):
        return None
    words = values.get("title") or address
    return {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": words}], [address, ""]]}


def _make_void_element(name: str, raw: str) -> list[Any]:
    if name == "br":
        return [{"t": "LineBreak"}]
    if name == "wbr":
        return [{"t": "Str", "c": "\u200b"}]
    values = _AttributeParser(raw).values
    alt = [{"t": "Str", "c": values["alt"]}] if values.get("alt") else []
    pairs = [[key, values[key]] for key in ("width", "height") if values.get(key)]
    classes = ["decorative"] if values.get("alt") == "" else []
    return [
        {"t": "Image", "c": [["", classes, pairs], alt, [values.get("src", ""), values.get("title", "")]]}
    ]
