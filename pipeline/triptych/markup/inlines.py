"""Write inlines as XHTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, assert_never

from triptych.markup.xml import escape, tag, void_tag
from triptych.media.picture_sizes import is_wide, parse_length
from triptych.model import nodes
from triptych.model.letters import DATELINE, list_letter_parts
from triptych.model.walk import find_nodes, plain_text, rewrite_all

_URL = re.compile(r"(?:(?<!\w)\w++://|www\.|mailto:)\S+|(?<![^\s@])[^\s@]++@[^\s@]+\.\w+")
_HOST = re.compile(r"(?<!\w)\w++://(?:[^/?#]{1,30}(?=[/?#]|\Z)|[^/?#.]*)")
_CONTROL_CLASSES = frozenset(
    "backup book-only heatmap incremental no-float no-slide nonincremental slide slide-only unlisted"
    " unnumbered".split()
)
_SOURCE = "#ref-"  # prefix of citeproc's ids of sources
_TAGS = {
    nodes.Style.EMPHASIS: "em",
    nodes.Style.STRONG: "strong",
    nodes.Style.STRIKEOUT: "del",
    nodes.Style.UNDERLINE: "u",
    nodes.Style.SUPERSCRIPT: "sup",
    nodes.Style.SUBSCRIPT: "sub",
    nodes.Style.KEYBOARD: "kbd",
    nodes.Style.MARK: "mark",
}


class InlineOutput(Protocol):
    """The methods for inlines that differ between print and EPUB."""

    @property
    def has_only_alt_text(self) -> bool:
        """Return whether screen readers get only an image's alt text, without caption and description."""

    @property
    def width_unit(self) -> str:
        """Return the CSS unit for one per cent of the available width."""

    def get_epub_type(self, kind: str) -> str | None:
        """Return ``kind`` as the value of ``epub:type``, or None if the output has no such attribute."""

    def make_href(self, target: str) -> str:
        """Return the URL of a link target, which is ``#id`` or already a URL."""

    def get_image_url(self, image: nodes.Image) -> str:
        """Return the URL of an image's file."""

    def write_note(self, note: nodes.Note) -> str:
        """Return the XHTML of a footnote, or of its reference mark if footnotes are placed elsewhere."""

    def write_side_notes(self, content: tuple[nodes.Inline, ...]) -> str:
        """Return the XHTML of the footnotes in ``content`` that are set beside a paragraph."""

    def page(self, identifier: str) -> str:
        """Return the label of the page with the element ``identifier``, or "" if it is unknown."""

    def write_page_reference(self, reference: nodes.Reference) -> str:
        """Return the XHTML of a page reference."""

    def write_formula(self, formula: nodes.Math | nodes.Equation) -> str:
        """Return the XHTML of an inline or displayed formula."""

    def get_number_style(self, equation: nodes.Equation) -> str | None:
        """Return the CSS declarations that position an equation number, or None."""

    def get_equation_style(self, equation: nodes.Equation, numbers: Sequence[str]) -> str | None:
        """Return the CSS declarations of an equation beside its numbers, or None."""

    def write_numbered_rows(self, equation: nodes.Equation, numbers: tuple[str, ...]) -> str:
        """Return the XHTML of an equation with the numbers of its rows, which are "" for unnumbered rows."""


def is_pinned(attr: nodes.Attr) -> bool:
    """Return whether a figure or table must not float: ``.no-float``, or ``fig-pos="H"`` as in Quarto."""
    return attr.has("no-float") or attr.get("fig-pos").rstrip("!").upper() == "H"


def get_visible_classes(attr: nodes.Attr) -> tuple[str, ...]:
    """Return the classes of ``attr`` for the output, without those that only control the program."""
    return tuple(name for name in attr.classes if name not in _CONTROL_CLASSES)


def make_attributes(attr: nodes.Attr) -> dict[str, str | None]:
    """Return id, classes, language and direction as keyword arguments for ``tag``."""
    language = attr.get("lang") or None
    return {
        "id": attr.id or None,
        "class_": " ".join(get_visible_classes(attr)) or None,
        "lang": language,
        "xml:lang": language,
        "dir": attr.get("dir") or None,
    }


def get_letter_epub_type(attr: nodes.Attr, output: InlineOutput) -> str | None:
    """Return the ``epub:type`` (Z39.98) of a part of a letter, or None. The dateline has none."""
    return output.get_epub_type(
        " ".join(f"z3998:{name}" for name in list_letter_parts(attr) if name != DATELINE)
    )


def write_inlines(content: tuple[nodes.Inline, ...], output: InlineOutput) -> str:
    """Write inlines as XHTML phrasing content."""
    return "".join(_write_inline(node, output) for node in content)


def _write_inline(node: nodes.Inline, output: InlineOutput) -> str:
    match node:
        case nodes.Text():
            return escape(node.text)
        case nodes.SoftBreak():
            return "\n"
        case nodes.LineBreak():
            return "<br/>"
        case nodes.Code():
            return tag("code", escape(node.text), dir=node.attr.get("dir") or None)
        case nodes.Math():
            return output.write_formula(node)
        case nodes.Image():
            return write_image(node, output)
        case nodes.Note():
            return output.write_note(node)
        case nodes.IndexMark():
            return tag("span", "", class_="index-mark", id=node.attr.id) if node.attr.id else ""
        case nodes.Link():
            return _write_link_node(node, output)
        case nodes.Reference(page=True):
            return write_link(
                "#" + node.target, output.write_page_reference(node), output, class_="reference page"
            )
    words = write_inlines(node.content, output)
    match node:
        case nodes.Styled(style=nodes.Style.SMALL_CAPS):
            return tag("span", words, class_="small-caps")
        case nodes.Styled():
            return tag(_TAGS[node.style], words)
        case nodes.Quoted():
            return f"“{words}”"
        case nodes.Phrase():
            return _write_phrase(node.attr, words, output)
        case nodes.Citation():
            return tag("span", words, class_="citation", id=node.attr.id or None)
        case nodes.Reference():
            return write_link("#" + node.target, words, output, class_="reference")
    assert_never(node)


def _write_phrase(attr: nodes.Attr, content: str, output: InlineOutput) -> str:
    if attr.has("aside"):
        return tag("span", content, role="note", **make_attributes(attr))
    if attr.has(nodes.CITED_TITLE):
        language = make_attributes(replace(attr, classes=()))
        if output.get_epub_type("title"):
            return tag("cite", content, **language)
        return tag("span", content, **language) if language["lang"] else content
    if attr.has(nodes.ABBREVIATION):
        others = replace(attr, classes=tuple(name for name in attr.classes if name != nodes.ABBREVIATION))
        return tag("abbr", content, title=attr.get("title") or None, **make_attributes(others))
    return tag("span", content, epub_type=get_letter_epub_type(attr, output), **make_attributes(attr))


def _write_link_node(node: nodes.Link, output: InlineOutput) -> str:
    content, notes = _split_notes(node.content)
    is_url = _URL.fullmatch(plain_text(node.content)) is not None
    kind = "term" if node.attr.has("term") else "address" if is_url else None
    words = _write_url(plain_text(content)) if kind == "address" else write_inlines(content, output)
    role = "glossref" if kind == "term" else "biblioref" if node.target.startswith(_SOURCE) else ""
    typed = output.get_epub_type(role)
    link = write_link(
        node.target,
        words,
        output,
        title=node.title,
        class_=kind,
        id=(node.attr.id or None) if kind == "term" else None,
        epub_type=typed,
        role=typed and f"doc-{role}",
    )
    return link + "".join(map(output.write_note, notes))


def _write_url(url: str) -> str:
    """Write a URL so that lines do not break after the slashes of its scheme."""
    host = _HOST.match(url)
    return tag("span", escape(host[0])) + escape(url[host.end() :]) if host else escape(url)


def split_asides(
    content: tuple[nodes.Inline, ...],
) -> tuple[tuple[nodes.Inline, ...], tuple[nodes.Phrase, ...]]:
    """Return the inlines without side notes, and the side notes."""
    asides = tuple(node for node in find_nodes(content, nodes.Phrase) if node.attr.has("aside"))
    if not asides:
        return content, ()
    aside_ids = {id(node) for node in asides}
    return rewrite_all(content, lambda node: () if id(node) in aside_ids else node), asides


def _split_notes(
    content: tuple[nodes.Inline, ...],
) -> tuple[tuple[nodes.Inline, ...], tuple[nodes.Note, ...]]:
    """Split a link's inlines into other inlines and footnotes, since footnotes contain links."""
    notes = tuple(find_nodes(content, nodes.Note))
    if not notes:
        return content, ()
    return rewrite_all(content, lambda node: () if isinstance(node, nodes.Note) else node), notes


def write_link(target: str, content: str, output: InlineOutput, **attributes: str | None) -> str:
    """Write a hyperlink. Links inside ``content`` are removed, since XHTML forbids nested links."""
    content = re.sub(r"</?a\b[^<>]*>", "", content)
    return tag("a", content, href=output.make_href(target), **attributes)


def write_image(
    node: nodes.Image, output: InlineOutput, *, alt: str | None = None, **attributes: str | None
) -> str:
    """Write an image in the size set by the author. ``alt`` replaces the node's alt text."""
    alt_text = "" if node.is_decorative else node.alt if alt is None else alt
    # PDF/UA requires alt text for each image; a space marks an image without information.
    silent = " " if output.has_only_alt_text else ""
    return void_tag(
        "img",
        src=output.get_image_url(node),
        alt=alt_text or silent,
        style=_write_size(node.attr, output.width_unit) or None,
        **attributes,
    )


def _write_size(attr: nodes.Attr, unit: str) -> str:
    """Return the width and height as CSS, with percentages in ``unit``. Invalid lengths are omitted."""
    if is_wide(attr):
        return f"width: 100{unit}"
    sizes = {name: parse_length(attr.get(name)) for name in ("width", "height")}
    # A percentage of an unknown height has no meaning.
    return "; ".join(
        f"{name}: {replace(size, unit=unit) if size.unit == '%' else size}"
        for name, size in sizes.items()
        if size is not None and not (name == "height" and size.unit == "%")
    )
