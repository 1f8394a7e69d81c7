"""Write drawings of glyphs as SVG, with glyph ids for the PDF, or with outlines for all other programs.

In the SVG for the PDF, an element ``glyphs`` shows glyphs of a font face by their ids, and the root says
which text the whole drawing represents if its glyphs do not say so (see ``weasyprint_typography.drawings``).
Parts without a colour of their own have the fill ``context-fill``, the colour of the text around the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from xml.sax.saxutils import quoteattr, unescape

from lxml import etree

from triptych.media.formulas.full_fonts import load_full_font
from triptych.media.formulas.typst_pages import INHERITED, PageGlyphs, PagePath, PlacedGlyph
from triptych.theme.theme import FontFace, Theme

_SVG, _GLYPHS = "http://www.w3.org/2000/svg", "urn:triptych:glyphs"
_FACE = re.compile(rb' face="([^"]*)"')
_SAME_LINE = 0.005  # points
_OFF_BASELINE = 0.2  # em
_CAPS, _JOINS = ("butt", "round", "square"), ("miter", "round", "bevel")


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page in points from the top left corner."""

    left: float
    top: float
    width: float
    height: float


def write_glyph_svg(
    parts: Sequence[PageGlyphs | PagePath],
    box: Box,
    text: str,
    baseline: float,
    faces: Mapping[str, FontFace],
) -> bytes:
    """Return a drawing as SVG with glyph ids.

    ``text`` is the text that the drawing represents, or "" if its glyphs say so. Readers such as Poppler sort
    it into lines by its first glyph: this is a space on the ``baseline`` if the drawing begins above or below
    it, as a fraction does. ``faces`` are the font faces by name.
    """
    written = "".join(
        _write_glyphs(part, box) if isinstance(part, PageGlyphs) else _write_path(part, box)
        for part in _merge_runs(parts)
    )
    first = next((part for part in parts if isinstance(part, PageGlyphs)), None)
    if text and first is not None and abs(first.y - baseline) > _OFF_BASELINE * first.size:
        space = load_full_font(faces[first.face]).font.get_nominal_glyph(ord(" "))
        if space is not None:
            start = replace(first, y=baseline, glyphs=(PlacedGlyph(space, 0.0, " "),))
            written = _write_glyphs(start, box) + written
    return (
        f'<svg xmlns="{_SVG}" xmlns:g="{_GLYPHS}" viewBox="0 0 {_write(box.width)} {_write(box.height)}"'
        f' fill="{INHERITED}" g:text={quoteattr(text)}>{written}</svg>'
    ).encode()


def _merge_runs(parts: Sequence[PageGlyphs | PagePath]) -> Iterator[PageGlyphs | PagePath]:
    """Join adjacent runs on one baseline that are read from left to right."""
    before: PageGlyphs | None = None
    for part in parts:
        if isinstance(part, PageGlyphs) and before is not None and _continues(before, part):
            shift = part.x - before.x
            before = replace(
                before,
                glyphs=(*before.glyphs, *(one._replace(x=one.x + shift) for one in part.glyphs)),
            )
            continue
        if before is not None:
            yield before
        before = part if isinstance(part, PageGlyphs) else None
        if isinstance(part, PagePath):
            yield part
    if before is not None:
        yield before


def _continues(before: PageGlyphs, part: PageGlyphs) -> bool:
    same = (before.face, before.size, before.fill) == (part.face, part.size, part.fill)
    return same and abs(before.y - part.y) < _SAME_LINE and part.x > before.x + before.glyphs[-1].x


def _write_glyphs(run: PageGlyphs, box: Box) -> str:
    """Return an element with glyphs: for each its id, its distance from the first, and its code points."""
    listed = " ".join(
        f"{one.glyph}:{_write(one.x)}:{'-'.join(f'{ord(character):x}' for character in one.text)}"
        for one in run.glyphs
    )
    fill = f' fill="{run.fill}"' if run.fill != INHERITED else ""
    place = f'x="{_write(run.x - box.left)}" y="{_write(run.y - box.top)}"'
    return f'<g:glyphs face={quoteattr(run.face)} size="{_write(run.size)}" {place}{fill} ids="{listed}"/>'


def _write_path(path: PagePath, box: Box) -> str:
    shift = (box.left, box.top)
    data = " ".join(
        letter + " ".join(_write(value - shift[n % 2]) for n, value in enumerate(points))
        for letter, points in path.commands
    )
    attributes = [f'd="{data}"']
    if path.fill != INHERITED:
        attributes.append(f'fill="{path.fill}"')
    if path.is_even_odd:
        attributes.append('fill-rule="evenodd"')
    if path.stroke != "none":
        attributes.append(f'stroke="{path.stroke}" stroke-width="{_write(path.stroke_width)}"')
        attributes += [f'stroke-linecap="{_CAPS[path.cap]}"'] if path.cap else []
        attributes += [f'stroke-linejoin="{_JOINS[path.join]}"'] if path.join else []
        attributes += [f'stroke-dasharray="{" ".join(map(_write, path.dashes))}"'] if path.dashes else []
    return f"<path {' '.join(attributes)}/>"


def _write(value: float) -> str:
    """Return a number with at most three decimal places."""
    written = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def list_used_faces(svg: bytes) -> list[str]:
    """Return the names of the font faces of a drawing with glyph ids."""
    return [unescape(name.decode()) for name in dict.fromkeys(_FACE.findall(svg))]


def read_script_text(svg: bytes, theme: Theme) -> str:
    """Return the text of the glyphs of a drawing that are in the faces of other scripts, such as Chinese."""
    names = {face.name for face in (*theme.faces, *theme.math_faces)}
    if names.issuperset(list_used_faces(svg)):
        return ""
    runs = (run for run in etree.fromstring(svg).iter(f"{{{_GLYPHS}}}glyphs") if run.get("face") not in names)
    listed = (one.split(":")[2] for run in runs for one in run.get("ids", "").split())
    return "".join(chr(int(code, 16)) for codes in listed for code in codes.split("-") if code)


def outline_glyphs(svg: bytes, faces: Mapping[str, FontFace]) -> bytes:
    """Return a drawing with outlines instead of glyph ids, and black instead of the colour of the text."""
    root = etree.fromstring(svg)
    for run in list(root.iter(f"{{{_GLYPHS}}}glyphs")):
        group = etree.Element(f"{{{_SVG}}}g")
        if "fill" in run.attrib:
            group.set("fill", run.get("fill", ""))
        face = faces[run.get("face", "")]
        scale = float(run.get("size", "0")) / load_full_font(face).units
        left, foot = float(run.get("x", "0")), float(run.get("y", "0"))
        for one in run.get("ids", "").split():
            glyph, x, _ = one.split(":")
            if data := _write_outline(face, int(glyph)):
                place = f"matrix({scale:.6g} 0 0 {-scale:.6g} {_write(left + float(x))} {_write(foot)})"
                etree.SubElement(group, f"{{{_SVG}}}path", d=data, transform=place)
        if (parent := run.getparent()) is not None:
            parent.replace(run, group)
            if not len(group):  # of a space
                parent.remove(group)
    for element in root.iter():
        for name in ("fill", "stroke"):
            if element.get(name) == INHERITED:
                element.set(name, "#000000")
    width, height = root.get("viewBox", "").split()[2:]
    root.set("width", f"{width}pt")
    root.set("height", f"{height}pt")
    del root.attrib[f"{{{_GLYPHS}}}text"]
    etree.cleanup_namespaces(root)
    return etree.tostring(root)


@cache
def _write_outline(face: FontFace, glyph: int) -> str:
    return " ".join(
        command[0] + " ".join(_write(value) for value in command[1:])
        for command in load_full_font(face).read_outline(glyph)
    )
