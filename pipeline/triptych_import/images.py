"""Remove repository badges, and move SVG elements and ``data:`` URLs from Markdown to image files."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from lxml import etree

from triptych.media.xml_parsing import parse_untrusted_xml
from triptych_import.book import Draft, Edit, SourceBook, SourceText
from triptych_import.masking import mask_formulas

_HOSTS = (
    r"https?://(?:img\.shields\.io|badgen\.net|badge\.fury\.io|badges\.gitter\.im|travis-ci\.(?:org|com)"
    r"|codecov\.io|coveralls\.io|api\.netlify\.com/api/v1/badges)/[^\s()]*+"
    r"|(?>https?://[^\s()]*?[/_-]badge(?:\.svg|/)[^\s()]*)"
)
_ADDRESS = r"\((?:[^()\n]|\([^()\n]*\))*+\)"
_INLINE_BADGE = re.compile(
    rf"(\[)?!\[[^\[\]\n]*\]\((?:{_HOSTS})(?:[ \t]++\"[^\"\n]*\")?\)(?(1)\](?:{_ADDRESS}|\[[^\[\]\n]*\]))"
)
_BADGE_DEFINITION = re.compile(rf"^ {{0,3}}\[([^\[\]\n]+)\]:[ \t]*<?(?:{_HOSTS})>?(?=\s|\Z)", re.MULTILINE)
_BADGE_USE = re.compile(
    rf"(\[)?!\[([^\[\]\n]*)\](?:\[([^\[\]\n]*)\])?(?!\()(?(1)\](?:{_ADDRESS}|\[[^\[\]\n]*\]))"
)


def remove_badges(book: SourceBook) -> SourceBook:
    """Remove repository badges from a book, and report each of them."""

    def remove_from_text(source_text: SourceText) -> Draft:
        edits = list(_find_badges(source_text.draft))
        findings = [
            source_text.draft.make_finding(edit.start, "repository badge", "omitted") for edit in edits
        ]
        return source_text.draft.apply_edits(edits, findings)

    return book.with_drafts(remove_from_text)


def _find_badges(draft: Draft) -> Iterator[Edit]:
    if "![" not in draft.text:
        return
    masked = mask_formulas(draft.text)
    for match in _INLINE_BADGE.finditer(masked):
        yield _remove_badge(masked, match)
    labels = {match.group(1).casefold() for match in _BADGE_DEFINITION.finditer(masked)}
    for match in _BADGE_USE.finditer(masked) if labels else ():
        if (match.group(3) or match.group(2)).casefold() in labels:
            yield _remove_badge(masked, match)


def _remove_badge(masked: str, match: re.Match[str]) -> Edit:
    """Return the edit that removes a badge and the spaces before it."""
    start = match.start()
    while masked[start - 1 : start] in (" ", "\t"):
        start -= 1
    return Edit(start, match.end(), "")


_SVG = re.compile(r"<(/?)svg\b(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*+>", re.IGNORECASE)
_DATA = re.compile(
    r"(?<=\]\()<?data:image/(png|jpeg|svg\+xml)((?:;[\w=-]+)*),([^\s()<>\"']+)>?"
    r"|(?<=src=[\"'])data:image/(png|jpeg|svg\+xml)((?:;[\w=-]+)*),([^\"'<>]+)",
    re.IGNORECASE,
)
_ENDINGS = {"png": ".png", "jpeg": ".jpg", "svg+xml": ".svg"}
_NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
_TITLES = tuple(f"{{{_NAMESPACES['xmlns']}}}{name}" for name in ("title", "desc"))


def extract_images(book: SourceBook) -> SourceBook:
    """Move images embedded in the Markdown of a book to files."""
    files = dict(book.files)

    def extract_from_text(source_text: SourceText) -> Draft:
        draft, folder = source_text.draft, f"images/{PurePosixPath(source_text.path).stem}"
        edits: list[Edit] = []
        for span, ending, data, alt in _find_embedded_images(draft.text):
            name = f"{folder}-{len(edits) + 1}{ending}"
            files[
                posixpath.normpath(posixpath.join(book.root, posixpath.dirname(source_text.path), name))
            ] = data
            new = name if alt is None else f'<img src="{name}" alt="{escape(alt)}">'
            edits.append(Edit(*span, new))
        return draft.apply_edits(edits)

    return replace(book.with_drafts(extract_from_text), files=files)


def _find_embedded_images(text: str) -> Iterator[tuple[tuple[int, int], str, bytes, str | None]]:
    """Yield the span, file extension, bytes and alt text of each embedded image.

    The alt text is None for a ``data:`` URL, since the enclosing image link or tag has its own alt text.
    """
    if "<svg" not in text.lower() and "data:image/" not in text:
        return
    masked = mask_formulas(text)
    for start, end in _find_svg_elements(text):
        drawing = _parse_svg(text[start:end]) if masked.startswith("<", start) else None
        if drawing is not None:
            yield (start, end), ".svg", etree.tostring(drawing, encoding="utf-8"), _find_svg_alt_text(drawing)
    for match in _DATA.finditer(text):
        kind, options, encoded_data = match.groups("")[:3] if match.group(1) else match.groups("")[3:]
        if masked.startswith(match.group()[:1], match.start()):
            data = unquote_to_bytes(encoded_data)
            try:
                data = base64.b64decode(data, validate=True) if "base64" in options.lower() else data
            except binascii.Error:
                continue
            yield match.span(), _ENDINGS[kind.lower()], data, None


def _find_svg_elements(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the outermost ``<svg>`` elements."""
    depth, start = 0, -1
    for tag in _SVG.finditer(text):
        if tag.group(1):
            depth = max(depth - 1, 0)
            if depth == 0 and start >= 0:
                yield start, tag.end()
                start = -1
        elif not tag.group().endswith("/>"):
            start = tag.start() if depth == 0 else start
            depth += 1


def _parse_svg(source: str) -> etree._Element | None:
    """Parse an SVG element, with namespace declarations added that HTML does not require.

    If the element is malformed or empty, return None.
    """
    head = _SVG.match(source)
    names = [name for name in _NAMESPACES if not re.search(rf"\s{name}\s*=", head.group() if head else "")]
    declarations = "".join(f' {name}="{_NAMESPACES[name]}"' for name in names)
    try:
        drawing = parse_untrusted_xml((source[:4] + declarations + source[4:]).encode())
    except etree.XMLSyntaxError:
        return None
    return drawing if len(drawing) else None


def _find_svg_alt_text(drawing: etree._Element) -> str:
    """Return the ARIA label of an SVG element, or else its title or description, or ""."""
    if label := drawing.get("aria-label"):
        return " ".join(label.split())
    texts = [" ".join("".join(map(str, node.itertext())).split()) for node in drawing.iter(*_TITLES)]
    are_titles = [node.tag in _TITLES for node in drawing]
    return next((words for words in texts if any(are_titles) or " " in words), "")
