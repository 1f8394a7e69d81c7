"""Inlines → XHTML."""

from __future__ import annotations

import re
from typing import Protocol, assert_never

from triptych.markup.xml import empty, tag, text
from triptych.model.nodes import (
    Attr,
    Citation,
    Code,
    Equation,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Phrase,
    Quoted,
    Reference,
    SoftBreak,
    Style,
    Styled,
    Text,
)
from triptych.model.walk import rewrite_all, walk_all

_TAGS = {
    Style.EMPHASIS: "em",
    Style.STRONG: "strong",
    Style.STRIKEOUT: "del",
    Style.UNDERLINE: "u",
    Style.SUPERSCRIPT: "sup",
    Style.SUBSCRIPT: "sub",
    Style.KEYBOARD: "kbd",
    Style.MARK: "mark",
}


class Output(Protocol):
    """What differs between print and EPUB."""

    def href(self, target: str) -> str:
        """The address of a link whose target is ``#id`` or a URL."""

    def image_address(self, image: Image) -> str:
        """The address of an image's file."""

    def note(self, note: Note) -> str:
        """A footnote, or its mark."""

    def math(self, formula: Math | Equation) -> str:
        """A formula in a line or displayed."""


def attributes(attr: Attr) -> dict[str, str | None]:
    """Id, classes and language as XHTML attributes; other pairs are for us, not for readers."""
    language = attr.get("lang") or None
    return {
        "id": attr.id or None,
        "class_": " ".join(attr.classes) or None,
        "lang": language,
        "xml:lang": language,
        "dir": attr.get("dir") or None,
    }


def inlines(content: tuple[Inline, ...], output: Output) -> str:
    """Inlines → XHTML phrasing content."""
    return "".join(_inline(node, output) for node in content)


def _inline(node: Inline, output: Output) -> str:
    match node:
        case Text():
            return text(node.text)
        case SoftBreak():
            return "\n"
        case LineBreak():
            return "<br/>"
        case Styled(style=Style.SMALL_CAPS):
            return tag("span", inlines(node.content, output), class_="small-caps")
        case Styled():
            return tag(_TAGS[node.style], inlines(node.content, output))
        case Quoted():
            return f"“{inlines(node.content, output)}”"
        case Phrase():
            return tag("span", inlines(node.content, output), **attributes(node.attr))
        case Code():
            return tag("code", text(node.text), dir=node.attr.get("dir") or None)
        case Math():
            return output.math(node)
        case Link():
            content, notes = _without_notes(node.content)
            marks = "".join(output.note(note) for note in notes)
            return link(node.target, inlines(content, output), output, title=node.title) + marks
        case Image():
            return image(node, output)
        case Note():
            return output.note(node)
        case Citation():
            return tag("span", inlines(node.content, output), class_="citation")
        case Reference():
            return link("#" + node.target, inlines(node.content, output), output, class_="reference")
    assert_never(node)


def _without_notes(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Note, ...]]:
    """Inlines without their footnotes, and these: a link holds no other link, such as a note's mark."""
    notes = tuple(node for node in walk_all(content) if isinstance(node, Note))
    if not notes:
        return content, ()
    return rewrite_all(content, lambda node: () if isinstance(node, Note) else node), notes


def link(target: str, content: str, output: Output, **more: str | None) -> str:
    """A hyperlink; links in ``content`` are taken off, since XHTML does not nest them."""
    content = re.sub(r"</?a\b[^>]*>", "", content)
    return tag("a", content, href=output.href(target), **more)


def image(node: Image, output: Output) -> str:
    """An image; its width is what the author asked for."""
    width = node.attr.get("width")
    if re.fullmatch(r"\d+(\.\d+)?", width):
        width += "px"
    style = f"width: {width}" if re.fullmatch(r"\d+(\.\d+)?(%|px|pt|em|rem|cm|mm|in)", width) else None
    alt = "" if node.decorative else node.alt
    return empty("img", src=output.image_address(node), alt=alt, style=style)
