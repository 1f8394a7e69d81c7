"""Paint the pages of a laid-out document into a quire.

WeasyPrint paints each page into a content stream. This module collects the links, anchors, bookmarks, fonts
and structure tree, which ``binder`` writes to the PDF.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from triptych.markup.passages import PassageNumber
from triptych.media.inks import ColourSpace
from triptych.model.layout_defects import OFF_PAGE, OFF_TEXT
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print.defect_finder import find_layout_defects
from triptych.writers.print.page_numbers import (
    MaskedNumber,
    NonTabularDigitsError,
    list_masked_numbers,
    locate_masked_digits,
)
from triptych.writers.print.pdf_syntax import write_text_string
from triptych.writers.print.quire import (
    Bookmark,
    Point,
    Quire,
    QuireLink,
    QuireObject,
    QuirePage,
    StructureElement,
    SyntaxTemplate,
    TextPosition,
    UsedGlyphs,
    iter_elements,
)
from triptych.writers.print.structure import PageStartRecorder, TaggedPage, build_structure
from weasyprint_typography.actual_text import collect_glyph_texts
from weasyprint_typography.content_stream import (
    FaceFont,
    collect_objects,
    create_resources,
    create_stream,
    paint_boxes,
    painted_in_flow,
    serialise_stream,
)
from weasyprint_typography.line_ends import draw_continuation_marks
from weasyprint_typography.page_boxes import (
    POINTS,
    Area,
    NamedString,
    PageKind,
    get_paper,
    get_portrait_kind,
    get_text_area,
)

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
_NO_CONTAINERS: Mapping[Any, int] = {}
_NO_PASSAGES: Mapping[Any, PassageNumber] = {}
_EDGE_DEFECTS = (OFF_PAGE, OFF_TEXT)
# Classes of numbered equations, which are containing blocks, and of their absolutely positioned numbers.
_EQUATION, _EQUATION_NUMBER = "equation", "equation-number"
_SEPARATED = frozenset(("br", "div", "p", "li", "dt", "dd", "figure", "figcaption", "td", "th"))


def paint_pages(
    pages: Sequence[Any],
    strings: Sequence[tuple[NamedString, ...]],
    paint_resources: PaintResources,
    name: str,
    containers: Mapping[Any, int] = _NO_CONTAINERS,
    passages: Mapping[Any, PassageNumber] = _NO_PASSAGES,
    side_shifts: Sequence[float | None] = (),
) -> Quire:
    """Paint laid-out pages into a quire.

    ``strings`` are the named strings set on each page. ``name`` is a unique prefix for the ids of structure
    elements. ``containers`` numbers the elements that may continue on other pages of the document.
    ``passages`` maps elements to text passages. ``side_shifts`` is, for each page, the distance in points by
    which its content moves on the opposite side of a spread, or None if the page would be different there.
    """
    paint_resources.reset()
    links: list[QuireLink] = []
    drawn: list[TaggedPage] = []
    streams: list[Any] = []
    masked: list[list[MaskedNumber]] = []
    anchors: dict[str, Point] = {}
    notes = _FootnoteIds(name)
    for number, page in enumerate(pages):
        tags: dict[Any, Any] = {}
        stream = paint_resources.new_stream(_get_paintable_area(page), tags)
        paper = get_paper(page._page_box)
        with stream.stacked():
            stream.transform(*paper.matrix)
            with painted_in_flow(page._page_box, _EQUATION, _EQUATION_NUMBER):
                page.paint(stream, POINTS)
            draw_continuation_marks(stream, tags, POINTS)
        streams.append(stream)
        for anchor, (x, y, *_) in page.anchors.items():
            anchors.setdefault(anchor, (number, *paper.convert_point(x, y)))
        marks = {box: tag["mcid"] for box, tag in tags.items()}
        masked.append(list_masked_numbers(stream, marks))
        drawn.append(TaggedPage(page._page_box, marks, _add_links(page, number, links, anchors, notes)))
    starts = PageStartRecorder(passages)
    elements, artifacts = build_structure(drawn, name, containers, starts)
    objects, resources = paint_resources.collect_objects()
    objects += tuple(add_formula_files(elements, len(objects)))
    sheets = tuple(
        _make_quire_page(
            page,
            _write_content(stream, furniture, paint_resources),
            page_strings,
            resources,
            start,
            move,
            numbers,
        )
        for page, stream, furniture, page_strings, start, move, numbers in zip(
            pages,
            streams,
            artifacts,
            strings,
            starts.positions,
            side_shifts or repeat(None, len(pages)),
            masked,
            strict=True,
        )
    )
    bookmarks = tuple(
        Bookmark(level, words, (number, *get_paper(page._page_box).convert_point(x, y)))
        for number, page in enumerate(pages)
        for level, words, (x, y), _ in page.bookmarks
    )
    fonts = {key: glyphs for key, glyphs in paint_resources.collect_glyphs().items() if glyphs.texts}
    side = _find_required_side(pages[0])
    return Quire(sheets, objects, fonts, tuple(links), anchors, bookmarks, tuple(elements), side)


def _find_required_side(page: Any) -> str:
    """Return the side on which a first page must be: "recto", "verso", or "" for either.

    ``break-before`` of the root is ignored, since it only sets the side for which the page is laid out.
    """
    for box in list(_iter_first_descendants(page._page_box))[1:]:
        required = getattr(box, "style", {"break_before": "auto"})["break_before"]
        if required in ("recto", "verso"):
            return str(required)
    return ""


def _iter_first_descendants(box: Any) -> Iterator[Any]:
    """Yield the first child of a box, then the first child of that box, and so on."""
    while box.children:
        box = box.children[0]
        yield box


def paint_margin_boxes(page: Any, paint_resources: PaintResources) -> Quire:
    """Paint the margin boxes of a page into a quire.

    ``paint_resources`` may be reused for several pages.
    """
    paint_resources.reset()
    stream = paint_resources.new_stream(_get_paintable_area(page), None)
    with stream.stacked():
        stream.transform(POINTS, 0, 0, -POINTS, 0, page.height * POINTS)
        paint_boxes(stream, page)
    objects, resources = paint_resources.collect_objects()
    sheet = _make_quire_page(page, _write_content(stream, frozenset(), paint_resources), (), resources)
    fonts = {key: glyphs for key, glyphs in paint_resources.collect_glyphs().items() if glyphs.texts}
    return Quire((sheet,), objects, fonts, (), {}, (), (), "")


def _make_quire_page(
    page: Any,
    content: bytes,
    strings: tuple[NamedString, ...],
    resources: Mapping[tuple[str, str], int],
    start: TextPosition | None = None,
    side_shift: float | None = None,
    masked_numbers: Sequence[MaskedNumber] = (),
) -> QuirePage:
    named = tuple((*key, resources[key]) for key in find_used_resources(content) if key in resources)
    kind = page._page_box.page_type
    upright = get_portrait_kind(PageKind(kind.side, kind.blank, kind.name, kind.index, tuple(kind.groups)))
    box = page._page_box
    paper, defects = get_paper(box), find_layout_defects(box)
    area = paper.convert_area(*get_text_area(box))
    if side_shift and (
        any(defect.position in _EDGE_DEFECTS for defect in defects)
        or any(key[0] == "Pattern" for key in named)
    ):
        side_shift = None  # page edges and patterns do not move with the content (ISO 32000-1, 8.7.2)
    if masked_numbers and defects:
        raise NonTabularDigitsError  # messages about layout defects quote the text of the page
    return QuirePage(
        paper.size,
        zlib.compress(content),
        named,
        upright,
        strings,
        start,
        paper.rotated,
        area,
        defects,
        side_shift,
        unfilled_numbers=tuple(locate_masked_digits(content, masked_numbers)),
    )


def find_used_resources(content: bytes) -> tuple[tuple[str, str], ...]:
    """Return the sorted categories and names of the resources that a content stream uses."""
    found = {(_KINDS[operator], name.decode()) for name, operator in _USED.findall(content)}
    return tuple(sorted(found))


def _get_paintable_area(page: Any) -> Area:
    width, height = page.width * POINTS, page.height * POINTS
    bleed = {side: size * POINTS for side, size in page.bleed.items()}
    return -bleed["left"], -bleed["bottom"], width + bleed["right"], height + bleed["top"]


def _write_content(stream: Any, artifacts: frozenset[int], paint_resources: PaintResources) -> bytes:
    """Return a content stream as bytes.

    Marked content with an MCID in ``artifacts`` becomes a pagination artifact. Black text overprints unless
    the colour space is RGB.
    """
    parts = stream.stream
    for place, part in enumerate(parts) if artifacts else ():
        if part == b"BDC" and parts[place - 1].get("MCID") in artifacts:
            parts[place - 2 : place] = [b"/Artifact", b"<</Type/Pagination>>"]
    content = serialise_stream(stream)
    return content if paint_resources.colour_space == "rgb" else overprint_black(content)


def _add_links(
    page: Any, number: int, links: list[QuireLink], anchors: dict[str, Point], footnote_ids: _FootnoteIds
) -> dict[Any, int]:
    """Add the links and the footnote anchors of a page; return the indices of links by box."""
    indices: dict[Any, int] = {}
    paper = get_paper(page._page_box)

    def add(box: Any, area: tuple[float, float, float, float], target: str, words: str) -> None:
        indices[box] = len(links)
        links.append(QuireLink(number, paper.convert_area(*area), target, words))

    for kind, target, area, box in page.links:
        if box.link and kind != "attachment":  # WeasyPrint also assigns links of ancestors to a box
            add(
                box,
                area,
                f"#{target}" if kind == "internal" else target,
                _get_spoken_text(box.element) or target,
            )
    for box in _iter_note_boxes(page._page_box):
        x, y, width, height = box.hit_area()
        call, note = footnote_ids.get_ids(box.element)
        anchor, other = (call, note) if box.element_tag.endswith("call") else (note, call)
        anchors.setdefault(anchor, (number, *paper.convert_point(x, y)))
        add(box, (x, y, x + width, y + height), f"#{other}", box.element.get("data-number") or other)
    return indices


class _FootnoteIds:
    """The ids of each footnote's call and text."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers: dict[Any, int] = {}

    def get_ids(self, element: Any) -> tuple[str, str]:
        number = self._numbers.setdefault(element, len(self._numbers) + 1)
        return f"_call-{self._prefix}-{number}", f"_note-{self._prefix}-{number}"


def _iter_note_boxes(box: Any) -> Iterator[Any]:
    """Yield the boxes of footnote calls and footnote markers."""
    for child in box.all_children():
        if (child.element_tag or "").endswith(("::footnote-call", "::footnote-marker")):
            yield child
        else:
            yield from _iter_note_boxes(child)


def _get_spoken_text(element: Any) -> str:
    """Return the text of an element for screen readers: its ``aria-label``, or its text and alt texts."""
    return element.get("aria-label") or " ".join("".join(_iter_spoken_text(element)).split())


def _iter_spoken_text(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield " " if child.tag in _SEPARATED else ""
        yield child.get("alt") or child.get("aria-label") or ""
        yield from _iter_spoken_text(child)
        yield " " if child.tag in _SEPARATED else ""
        yield child.tail or ""


_CMYK = "device-cmyk"  # WeasyPrint's name for the colour space


class UnknownFontError(Exception):
    """Raised if WeasyPrint has used a font that is not part of the book."""


@dataclass(slots=True)
class PaintResources:
    """The fonts, images and graphics states that painted pages use.

    ``faces`` maps font data to the names of font faces. ``read_face`` returns the data of a face by name.
    """

    faces: Mapping[bytes, str]
    read_face: Callable[[str], bytes] | None = None
    colour_space: ColourSpace = "rgb"
    fonts: dict[Any, Any] = field(default_factory=dict)
    images: dict[str, Any] = field(default_factory=dict)
    resources: Any = None

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Discard recorded glyphs and images. Fonts stay open, since opening them is slow."""
        for font in self.fonts.values():
            font.to_unicode = {}
        self.images = {}
        self.resources = create_resources({} if self.colour_space == "rgb" else OVERPRINT_STATES)

    def new_stream(self, area: Area, tags: dict[Any, Any] | None) -> Any:
        """Return an empty content stream for a page. Painting adds marked content to ``tags``."""
        left, bottom, right, top = (edge / POINTS for edge in area)
        rectangle = (left, bottom, right - left, top - bottom)
        intent = None if self.colour_space == "rgb" else _CMYK
        return create_stream(self.fonts, rectangle, self.resources, self.images, tags, intent, self.read_face)

    def collect_glyphs(self) -> dict[str, UsedGlyphs]:
        """Return the used glyphs of each font by resource name.

        Glyphs of no-break spaces are mapped to plain spaces for search and copying.
        """
        found: dict[str, UsedGlyphs] = {}
        for font in self.fonts.values():
            texts = {glyph: " " if text == "\u00a0" else text for glyph, text in font.to_unicode.items()}
            if "" in texts.values():
                texts = _fill_empty_glyph_texts(texts, font)
            if font.hash in found:
                found[font.hash].texts.update(texts)
            else:
                found[font.hash] = UsedGlyphs(
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
        """Return the name of a font face, which may be a bundled face that style sheets do not mention."""
        if isinstance(font, FaceFont):
            return font.face
        data = font.file_content
        if data in self.faces:
            return self.faces[data]
        for file in sorted(find_fonts_folder().iterdir()):
            if file.suffix == ".ttf" and file.read_bytes() == data:
                return file.name
        raise UnknownFontError(f"the font {font.family} is not a font of the book")

    def collect_objects(self) -> tuple[tuple[QuireObject, ...], dict[tuple[str, str], int]]:
        """Return the PDF objects that pages use, and the index of each object by category and name."""
        objects, named = collect_objects(self.resources, self.images)
        return tuple(
            QuireObject(SyntaxTemplate(one.syntax, one.references), one.stream) for one in objects
        ), named


def _fill_empty_glyph_texts(texts: dict[int, str], font: Any) -> dict[int, str]:
    """Replace empty texts of glyphs, which ToUnicode maps must not contain (ISO 14289-1, 7.21.7).

    If a letter has several glyphs, WeasyPrint maps only the first glyph to the text of the letter. The others
    get the text that the font assigns to them, or else a zero-width space.
    """
    file_texts = collect_glyph_texts(font.file_content)
    return {glyph: file_texts.get(glyph, text) or "\u200b" for glyph, text in texts.items()}


OVER, OUT = "kover", "kout"  # graphics states with and without overprinting
_BLACK = (b"/DeviceCMYK cs", b"0 0 0 1 scn")
_PAINTS = frozenset(b"f F f* B B* b b* S s sh".split())


# The entries of the graphics states ``OVER`` and ``OUT`` (ISO 32000-1, 11.7.4).
OVERPRINT_STATES: Mapping[str, Mapping[str, Any]] = {
    OVER: {"Type": "/ExtGState", "OP": "true", "op": "true", "OPM": 1},
    OUT: {"Type": "/ExtGState", "OP": "false", "op": "false"},
}


def overprint_black(content: bytes) -> bytes:
    """Make black text overprint in a content stream.

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
    """Return the MathML files of formulas, as two PDF objects each, and set ``files`` of their elements.

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
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    kind = b"/Type/EmbeddedFile/Subtype/application#2Fmathml+xml/Params<</Size %d>>/Filter/FlateDecode"
    kind %= len(data)
    title = write_text_string(f"formula-{digest[:8]}.mml")
    specification = b"<</Type/Filespec/F%s/UF%s/AFRelationship/Supplement/Desc(MathML)/EF<</F @/UF @>>>>" % (
        title,
        title,
    )
    return (
        QuireObject(SyntaxTemplate(kind), zlib.compress(data)),
        QuireObject(SyntaxTemplate(specification.replace(b"@", b"%d 0 R"), (stream, stream)), None),
    )
