"""Paint the pages of a laid-out document into a quire.

WeasyPrint paints each page into a content stream. Links, anchors, bookmarks, fonts and the structure tree are
collected here; ``binder`` writes them to the PDF.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from triptych.markup.passages import Place
from triptych.media.inks import Inks
from triptych.model.layout_defects import OFF_PAGE, OFF_TEXT
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print.defect_finder import find_layout_defects
from triptych.writers.print.page_numbers import (
    MaskedNumber,
    UnevenDigits,
    list_masked_numbers,
    locate_numbers,
)
from triptych.writers.print.pdf_syntax import text_string
from triptych.writers.print.quire import (
    Bookmark,
    Glyphs,
    Point,
    Quire,
    QuireLink,
    QuireObject,
    Sheet,
    StructureElement,
    SyntaxTemplate,
    TextPosition,
    iter_elements,
)
from triptych.writers.print.structure import DrawnPage, PageStarts, build_structure
from weasyprint_typography.content_stream import (
    collect_objects,
    join_stream,
    new_resources,
    new_stream,
    paint_boxes,
)
from weasyprint_typography.line_ends import draw_continuation_marks
from weasyprint_typography.page_boxes import (
    POINTS,
    Area,
    NamedString,
    PageKind,
    get_paper,
    get_text_area,
    make_upright,
)
from weasyprint_typography.readings import glyph_texts

_USED = re.compile(rb"/(\S+) (Do|gs|scn|SCN|sh|cs|CS)\b")
_KINDS = {
    b"Do": "XObject",
    b"gs": "ExtGState",
    b"scn": "Pattern",
    b"SCN": "Pattern",
    b"sh": "Shading",
    b"cs": "ColorSpace",
    b"CS": "ColorSpace",
}
_NO_HOLDERS: Mapping[Any, int] = {}
_NO_PASSAGES: Mapping[Any, Place] = {}
_EDGE_DEFECTS = (OFF_PAGE, OFF_TEXT)
_SEPARATED = frozenset(("br", "div", "p", "li", "dt", "dd", "figure", "figcaption", "td", "th"))


def paint_pages(
    pages: Sequence[Any],
    strings: Sequence[tuple[NamedString, ...]],
    palette: PaintResources,
    name: str,
    holders: Mapping[Any, int] = _NO_HOLDERS,
    passages: Mapping[Any, Place] = _NO_PASSAGES,
    moves: Sequence[float | None] = (),
) -> Quire:
    """Paint laid-out pages into a quire; ``strings`` are the named strings set on each page.

    ``name`` is a unique prefix for the ids of structure elements. ``holders`` assigns numbers to the elements
    that may be continued on other pages of the document. ``passages`` maps elements to text passages.
    ``moves`` is how far the content of each page moves on the opposite side of a spread, in points.
    """
    palette.reset()
    links: list[QuireLink] = []
    drawn: list[DrawnPage] = []
    streams: list[Any] = []
    masked: list[list[MaskedNumber]] = []
    anchors: dict[str, Point] = {}
    notes = _Notes(name)
    for number, page in enumerate(pages):
        tags: dict[Any, Any] = {}
        stream = palette.new_stream(_paintable_area(page), tags)
        paper = get_paper(page._page_box)
        with stream.stacked():
            stream.transform(*paper.matrix)
            page.paint(stream, POINTS)
            draw_continuation_marks(stream, tags, POINTS)
        streams.append(stream)
        for anchor, (x, y, *_) in page.anchors.items():
            anchors.setdefault(anchor, (number, *paper.point(x, y)))
        marks = {box: tag["mcid"] for box, tag in tags.items()}
        masked.append(list_masked_numbers(stream, marks))
        drawn.append(DrawnPage(page._page_box, marks, _add_links(page, number, links, anchors, notes)))
    starts = PageStarts(passages)
    elements, artifacts = build_structure(drawn, name, holders, starts)
    objects, resources = palette.collect_objects()
    objects += tuple(add_formula_files(elements, len(objects)))
    sheets = tuple(
        _make_sheet(
            page, _write_content(stream, furniture, palette), page_strings, resources, start, move, numbers
        )
        for page, stream, furniture, page_strings, start, move, numbers in zip(
            pages,
            streams,
            artifacts,
            strings,
            starts.found,
            moves or repeat(None, len(pages)),
            masked,
            strict=True,
        )
    )
    bookmarks = tuple(
        Bookmark(level, words, (number, *get_paper(page._page_box).point(x, y)))
        for number, page in enumerate(pages)
        for level, words, (x, y), _ in page.bookmarks
    )
    fonts = {key: glyphs for key, glyphs in palette.collect_glyphs().items() if glyphs.texts}
    side = _required_side(pages[0])
    return Quire(sheets, objects, fonts, tuple(links), anchors, bookmarks, tuple(elements), side)


def _required_side(page: Any) -> str:
    """Return the side on which a first page must be: "recto", "verso", or "" for either.

    ``break-before`` of the root is ignored, since it only sets the side for which the page is laid out.
    """
    for box in list(_first_boxes(page._page_box))[1:]:
        required = getattr(box, "style", {"break_before": "auto"})["break_before"]
        if required in ("recto", "verso"):
            return str(required)
    return ""


def _first_boxes(box: Any) -> Iterator[Any]:
    """Yield the first child of a box, the first child of that, and so on."""
    while box.children:
        box = box.children[0]
        yield box


def paint_margins(page: Any, palette: PaintResources) -> Quire:
    """Paint the margin boxes of a page into a quire; ``palette`` may be reused for several pages."""
    palette.reset()
    stream = palette.new_stream(_paintable_area(page), None)
    with stream.stacked():
        stream.transform(POINTS, 0, 0, -POINTS, 0, page.height * POINTS)
        paint_boxes(stream, page)
    objects, resources = palette.collect_objects()
    sheet = _make_sheet(page, _write_content(stream, frozenset(), palette), (), resources)
    fonts = {key: glyphs for key, glyphs in palette.collect_glyphs().items() if glyphs.texts}
    return Quire((sheet,), objects, fonts, (), {}, (), (), "")


def _make_sheet(
    page: Any,
    content: bytes,
    strings: tuple[NamedString, ...],
    resources: Mapping[tuple[str, str], int],
    start: TextPosition | None = None,
    move: float | None = None,
    masked: Sequence[MaskedNumber] = (),
) -> Sheet:
    named = tuple((*key, resources[key]) for key in used_resources(content) if key in resources)
    kind = page._page_box.page_type
    upright = make_upright(PageKind(kind.side, kind.blank, kind.name, kind.index, tuple(kind.groups)))
    box = page._page_box
    paper, defects = get_paper(box), find_layout_defects(box)
    area = paper.area(*get_text_area(box))
    if move and (
        any(defect.where in _EDGE_DEFECTS for defect in defects) or any(key[0] == "Pattern" for key in named)
    ):
        move = None  # page edges and patterns do not move with the content (ISO 32000-1, 8.7.2)
    if masked and defects:
        raise UnevenDigits  # reports of layout defects quote the text of the page
    return Sheet(
        paper.size,
        zlib.compress(content),
        named,
        upright,
        strings,
        start,
        paper.turned,
        area,
        defects,
        move,
        numbers=tuple(locate_numbers(content, masked)),
    )


def used_resources(content: bytes) -> tuple[tuple[str, str], ...]:
    """Return the sorted categories and names of the resources that a content stream uses."""
    found = {(_KINDS[operator], name.decode()) for name, operator in _USED.findall(content)}
    return tuple(sorted(found))


def _paintable_area(page: Any) -> Area:
    width, height = page.width * POINTS, page.height * POINTS
    bleed = {side: size * POINTS for side, size in page.bleed.items()}
    return -bleed["left"], -bleed["bottom"], width + bleed["right"], height + bleed["top"]


def _write_content(stream: Any, furniture: frozenset[int], palette: PaintResources) -> bytes:
    """Return a content stream as bytes; marked content in ``furniture`` becomes a pagination artifact."""
    parts = stream.stream
    for place, part in enumerate(parts) if furniture else ():
        if part == b"BDC" and parts[place - 1].get("MCID") in furniture:
            parts[place - 2 : place] = [b"/Artifact", b"<</Type/Pagination>>"]
    content = join_stream(stream)
    return content if palette.inks == "rgb" else overprint_black(content)


def _add_links(
    page: Any, number: int, links: list[QuireLink], anchors: dict[str, Point], notes: _Notes
) -> dict[Any, int]:
    """Add the links of a page and the anchors of its footnotes; return the indices of links by box."""
    indices: dict[Any, int] = {}
    paper = get_paper(page._page_box)

    def add(box: Any, area: tuple[float, float, float, float], target: str, words: str) -> None:
        indices[box] = len(links)
        links.append(QuireLink(number, paper.area(*area), target, words))

    for kind, target, area, box in page.links:
        if box.link and kind != "attachment":  # WeasyPrint also gives a box the links of its ancestors
            add(
                box, area, f"#{target}" if kind == "internal" else target, _spoken_text(box.element) or target
            )
    for box in _note_boxes(page._page_box):
        x, y, width, height = box.hit_area()
        call, note = notes.names(box.element)
        anchor, other = (call, note) if box.element_tag.endswith("call") else (note, call)
        anchors.setdefault(anchor, (number, *paper.point(x, y)))
        add(box, (x, y, x + width, y + height), f"#{other}", box.element.get("data-number") or other)
    return indices


class _Notes:
    """The ids of the call and of the text of each footnote."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers: dict[Any, int] = {}

    def names(self, element: Any) -> tuple[str, str]:
        number = self._numbers.setdefault(element, len(self._numbers) + 1)
        return f"_call-{self._prefix}-{number}", f"_note-{self._prefix}-{number}"


def _note_boxes(box: Any) -> Iterator[Any]:
    """Yield the boxes of footnote calls and footnote markers."""
    for child in box.all_children():
        if (child.element_tag or "").endswith(("::footnote-call", "::footnote-marker")):
            yield child
        else:
            yield from _note_boxes(child)


def _spoken_text(element: Any) -> str:
    """Return the text of an element for screen readers: its ``aria-label``, or its text and alt texts."""
    return element.get("aria-label") or " ".join("".join(_iter_spoken_text(element)).split())


def _iter_spoken_text(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield " " if child.tag in _SEPARATED else ""
        yield child.get("alt") or ""
        yield from _iter_spoken_text(child)
        yield " " if child.tag in _SEPARATED else ""
        yield child.tail or ""


_CMYK = "device-cmyk"  # WeasyPrint's name of the colour space


class UnknownFont(Exception):
    """Raised if WeasyPrint has used a font that is not part of the book."""


@dataclass(slots=True)
class PaintResources:
    """The fonts, images and graphics states that painted pages use.

    ``faces`` maps font data to font names; ``inks`` is the colour space.
    """

    faces: Mapping[bytes, str]
    inks: Inks = "rgb"
    fonts: dict[Any, Any] = field(default_factory=dict)
    images: dict[str, Any] = field(default_factory=dict)
    resources: Any = None

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Discard recorded glyphs and images, but keep fonts open, since opening them is slow."""
        for font in self.fonts.values():
            font.to_unicode = {}
        self.images = {}
        self.resources = new_resources({} if self.inks == "rgb" else OVERPRINT_STATES)

    def new_stream(self, area: Area, tags: dict[Any, Any] | None) -> Any:
        """Return an empty content stream for a page; painting adds marked content to ``tags``."""
        left, bottom, right, top = (edge / POINTS for edge in area)
        rectangle = (left, bottom, right - left, top - bottom)
        intent = None if self.inks == "rgb" else _CMYK
        return new_stream(self.fonts, rectangle, self.resources, self.images, tags, intent)

    def collect_glyphs(self) -> dict[str, Glyphs]:
        """Return the used glyphs of each font by resource name.

        Glyphs of no-break spaces are mapped to plain spaces for searching and copying.
        """
        found: dict[str, Glyphs] = {}
        for font in self.fonts.values():
            texts = {glyph: " " if text == "\u00a0" else text for glyph, text in font.to_unicode.items()}
            if "" in texts.values():
                texts = _split_letter_texts(texts, font)
            if font.hash in found:
                found[font.hash].texts.update(texts)
            else:
                found[font.hash] = Glyphs(
                    self._face_name(font),
                    font.name[1:].decode("ascii", "replace"),
                    font.family,
                    font.flags,
                    font.ascent,
                    font.descent,
                    texts,
                )
        return found

    def _face_name(self, font: Any) -> str:
        """Return the name of a font face, which may be a bundled face that no style sheet mentions."""
        data = font.file_content
        if data in self.faces:
            return self.faces[data]
        for file in sorted(find_fonts_folder().iterdir()):
            if file.suffix == ".ttf" and file.read_bytes() == data:
                return file.name
        raise UnknownFont(f"the font {font.family} is not a font of the book")

    def collect_objects(self) -> tuple[tuple[QuireObject, ...], dict[tuple[str, str], int]]:
        """Return the PDF objects that pages use, and the index of each object by category and name."""
        objects, named = collect_objects(self.resources, self.images)
        return tuple(
            QuireObject(SyntaxTemplate(one.syntax, one.references), one.stream) for one in objects
        ), named


def _split_letter_texts(texts: dict[int, str], font: Any) -> dict[int, str]:
    """Replace empty texts of glyphs, which ToUnicode maps must not contain (ISO 14289-1, 7.21.7).

    If a letter has several glyphs, WeasyPrint maps only the first glyph to the letter's text. The other
    glyphs get their own text according to the font, or else a zero-width space.
    """
    file_texts = glyph_texts(font.file_content)
    return {glyph: file_texts.get(glyph, text) or "\u200b" for glyph, text in texts.items()}


OVER, OUT = "kover", "kout"  # graphics states with and without overprinting
_BLACK = (b"/DeviceCMYK cs", b"0 0 0 1 scn")
_PAINTS = frozenset(b"f F f* B B* b b* S s sh".split())


# The entries of these graphics states (ISO 32000-1, 11.7.4).
OVERPRINT_STATES: Mapping[str, Mapping[str, Any]] = {
    OVER: {"Type": "/ExtGState", "OP": "true", "op": "true", "OPM": 1},
    OUT: {"Type": "/ExtGState", "OP": "false", "op": "false"},
}


def overprint_black(content: bytes) -> bytes:
    """Return a content stream in which black text overprints.

    Each line of ``content`` must end with an operator.
    """
    out: list[bytes] = []
    space = colour = b""
    over = False
    kept: list[tuple[bytes, bytes, bool]] = []
    for line in content.split(b"\n"):
        if line == b"q":
            kept.append((space, colour, over))
        elif line == b"Q" and kept:
            space, colour, over = kept.pop()
        elif line.endswith(b" cs"):
            space, colour = line, b""
        elif line.endswith(b" scn"):
            colour = line
        elif line == b"BT":
            wanted = (space, colour) == _BLACK
            if wanted != over:
                over = wanted
                out.append(b"/%s gs" % (OVER if over else OUT).encode())
        elif over and (line in _PAINTS or line.endswith((b" Do", b" sh"))):
            over = False
            out.append(b"/%s gs" % OUT.encode())
        out.append(line)
    return b"\n".join(out)


def add_formula_files(elements: Sequence[StructureElement], first: int) -> list[QuireObject]:
    """Return the MathML files of formulas, two PDF objects for each, and set ``files`` of their elements.

    ``first`` is the index of the first of these objects. Equal formulas share one file.
    """
    objects: list[QuireObject] = []
    files: dict[str, int] = {}
    for element in iter_elements(elements):
        if mathml := element.mathml:
            if mathml not in files:
                stream = first + len(objects)
                objects += _make_embedded_file(mathml.encode(), stream)
                files[mathml] = stream + 1
            element.files = [files[mathml]]
    return objects


def _make_embedded_file(data: bytes, stream: int) -> tuple[QuireObject, QuireObject]:
    """Return an embedded file and its file specification (ISO 32000-2, 7.11.4 and 7.11.3).

    ``stream`` is the index of the embedded file among the objects of the quire.
    """
    checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
    kind = b"/Type/EmbeddedFile/Subtype/application#2Fmathml+xml/Params<</Size %d/CheckSum<%s>>>"
    kind = kind % (len(data), checksum.encode()) + b"/Filter/FlateDecode"
    title = text_string(f"formula-{checksum[:8]}.mml")
    specification = b"<</Type/Filespec/F%s/UF%s/AFRelationship/Supplement/Desc(MathML)/EF<</F @/UF @>>>>" % (
        title,
        title,
    )
    return (
        QuireObject(SyntaxTemplate(kind), zlib.compress(data)),
        QuireObject(SyntaxTemplate(specification.replace(b"@", b"%d 0 R"), (stream, stream)), None),
    )
