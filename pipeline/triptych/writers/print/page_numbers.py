"""Fill in the page numbers of links on pages that are already laid out.

An index, a bibliography or a table of contents refers to page numbers. If earlier chapters grow, often
nothing but these numbers changes. Such a document is therefore laid out with zeros for the digits.
Afterwards, the real digits, the targets of the links and their labels for screen readers are filled in. This
requires digits of equal width without kerning. A document with other digits is laid out with its real page
numbers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from triptych.writers.print.quire import (
    AnnotationReference,
    PageNumber,
    Quire,
    QuireLink,
    QuirePage,
    StructureElement,
)
from weasyprint_typography.measuring import find_tabular_digits

_MASKED = "\ue000"  # prefix of masked targets: a private-use character, which ids do not contain
_DASH = "–"
# Page numbers in headings are not masked, because they also go into running heads and bookmarks.
_PLACES = re.compile(
    r'<h[1-6][ >].*?</h[1-6]>|<a(?P<attributes> [^<>]*)>(?:(?P<text>\d+(?:–\d+)?)</a>)?|\sid="(?P<id>[^"]*)"',
    re.DOTALL | re.ASCII,
)
_CLASS = re.compile(r' class="(?:use|locator|reference page)"')
_ID, _TARGET, _ARIA_LABEL, _PAGE = (
    re.compile(rf' {name}="{value}"', re.ASCII)
    for name, value in (
        ("id", '([^"]*)'),
        ("href", '#([^"]*)'),
        ("aria-label", '([^"]*)'),
        ("data-page", r"(\d+)"),
    )
)
_DIGIT = re.compile("[0-9]")
_HEX_STRING = re.compile(rb"<([0-9a-f]+)>")
_CODE = 4  # number of hexadecimal digits per glyph in a content stream


class NonTabularDigitsError(Exception):
    """Raised if other digits in a page number would change the layout."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link with a page number: its target, its number, and its label for screen readers, if any."""

    target: str
    number: str
    spoken_label: str


def mask_page_numbers(xhtml: str) -> tuple[str, dict[str, PageLink]]:
    """Replace the digits of page numbers in links with zeros; also return the links by masked target.

    A masked target is named after the nearest id before its link, so that inserted content does not rename
    later ones.
    """
    links: dict[str, PageLink] = {}
    place, count = "", 0

    def mask(match: re.Match[str]) -> str:
        nonlocal place, count
        attributes = match["attributes"] or ""
        identifier = match["id"] if match["id"] is not None else _find_first_group(_ID, attributes)
        if identifier is not None:
            place, count = identifier, 0
        page, target = _PAGE.search(attributes), _TARGET.search(attributes)
        number = page[1] if page else match["text"]
        if not (number and target and (page or _CLASS.search(attributes))):
            return match[0]
        name, count = f"{_MASKED}{place}.{count}", count + 1
        links[f"#{unescape(name)}"] = PageLink(
            f"#{unescape(target[1])}", number, unescape(_find_first_group(_ARIA_LABEL, attributes) or "")
        )
        zeros = _DIGIT.sub("0", number)
        masked = attributes.replace(target[0], f' href="#{name}"')
        if page:
            return match[0].replace(attributes, masked.replace(page[0], f' data-page="{zeros}"'))
        return f"<a{_ARIA_LABEL.sub('', masked)}>{zeros}</a>"

    return _PLACES.sub(mask, xhtml), links


def _find_first_group(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None


@dataclass(frozen=True, slots=True)
class MaskedNumber:
    """A masked page number, or its part on one line, painted as the marked content ``mcid``.

    ``first_digit`` is the index of the part's first digit in the whole number. ``glyphs`` are the glyph ids
    of the digits 0 to 9.
    """

    masked_target: str
    first_digit: int
    digit_count: int
    mcid: int
    font: str
    glyphs: Sequence[int]


def list_masked_numbers(stream: Any, mcids: Mapping[Any, int]) -> list[MaskedNumber]:
    """Return the masked page numbers of a page.

    ``mcids`` maps boxes of the page to marked-content ids. Raise ``NonTabularDigitsError`` if other digits
    would change the layout.
    """
    masked_numbers = []
    for box, mcid in mcids.items():
        link = (box.element.get("href") or "") if box.element is not None and box.element.tag == "a" else ""
        if not link.startswith("#" + _MASKED):
            continue
        page, visible_text = box.element.get("data-page"), box.text.strip()
        if box.element_tag != ("a::after" if page else "a") or "0" not in visible_text:
            continue
        page_number = page or box.element.text
        others = "".join(sorted({*visible_text} - {"0"}))
        digits = find_tabular_digits(box.style, others)
        if digits is None or others not in ("", _DASH) or (others and box.style["direction"] == "rtl"):
            raise NonTabularDigitsError
        # A line may break after the dash of a range.
        first = 0 if visible_text.endswith(_DASH) else page_number.count("0") - visible_text.count("0")
        font, _ = stream.add_font(digits.pango_font)
        masked_numbers.append(
            MaskedNumber(link, first, visible_text.count("0"), mcid, font.hash, digits.glyphs)
        )
    return masked_numbers


def locate_masked_digits(content: bytes, numbers: Sequence[MaskedNumber]) -> Iterator[PageNumber]:
    """Yield the masked page numbers of a page with the offsets of their digits in the content stream."""
    for number in numbers:
        start = content.index(b"/MCID %d>>" % number.mcid)
        end = content.index(b"EMC", start)
        zero = b"%04x" % number.glyphs[0]
        places = tuple(
            offset
            for operand in _HEX_STRING.finditer(content, start, end)
            for offset in range(*operand.span(1), _CODE)
            if content[offset : offset + _CODE] == zero
        )
        if len(places) != number.digit_count or b"/ActualText" in content[start:end]:
            raise NonTabularDigitsError
        glyphs = "".join(f"{glyph:04x}" for glyph in number.glyphs)
        yield PageNumber(number.masked_target, number.first_digit, places, number.font, glyphs)


def fill_in_page_numbers(quire: Quire, links: Mapping[str, PageLink]) -> Quire:
    """Fill in the page numbers of ``links`` in a quire that was laid out with zeros."""
    if not links:
        return quire
    used: dict[str, dict[int, str]] = {}
    sheets = tuple(_fill_page(sheet, links, used) for sheet in quire.pages)
    fonts = {
        key: replace(glyphs, texts=used.get(key, {}) | glyphs.texts) for key, glyphs in quire.fonts.items()
    }
    for element in quire.elements:
        _fill_element(element, quire.links, links)
    return replace(
        quire, pages=sheets, fonts=fonts, links=tuple(_fill_link(link, links) for link in quire.links)
    )


def _fill_page(
    page: QuirePage, links: Mapping[str, PageLink], used_texts: dict[str, dict[int, str]]
) -> QuirePage:
    if not page.unfilled_numbers:
        return page
    content = bytearray(zlib.decompress(page.content))
    for number in page.unfilled_numbers:
        digits = "".join(_DIGIT.findall(links[number.masked_target].number))[number.first_digit :]
        texts = used_texts.setdefault(number.font, {})
        for place, digit in zip(number.offsets, digits, strict=False):
            start = _CODE * int(digit)
            glyph = number.glyphs[start : start + _CODE]
            content[place : place + _CODE] = glyph.encode()
            texts[int(glyph, 16)] = digit
    return replace(page, content=zlib.compress(content), unfilled_numbers=())


def _fill_link(link: QuireLink, links: Mapping[str, PageLink]) -> QuireLink:
    if (page_link := links.get(link.target)) is None:
        return link
    is_number = link.alt_text == _DIGIT.sub("0", page_link.number)
    words = page_link.spoken_label or (page_link.number if is_number else link.alt_text)
    return replace(link, target=page_link.target, alt_text=words)


def _fill_element(
    element: StructureElement, quire_links: Sequence[QuireLink], links: Mapping[str, PageLink]
) -> None:
    for kid in element.kids:
        match kid:
            case StructureElement():
                _fill_element(kid, quire_links, links)
            case AnnotationReference(link=place) if (
                link := links.get(quire_links[place].target)
            ) and link.spoken_label:
                element.text_entries["Alt"] = link.spoken_label
