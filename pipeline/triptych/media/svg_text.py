"""Set the text of an SVG in the theme's fonts, as outlines where possible.

The text then looks the same in all programs. The layout follows SVG 1.1, chapter 10: text with an absolute
position starts a text chunk, and ``text-anchor`` applies to the whole chunk.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from triptych.media.fonts.shaping import FontRun, draw_run, measure_run, select_families, split_runs
from triptych.media.picture_files import parse_svg
from triptych.media.svg_styles import convert_css_to_attributes
from triptych.media.xml_parsing import SVG, XLINK_HREF, XML_SPACE, get_local_name
from triptych.model.whole_numbers import parse_whole_number
from triptych.theme.theme import Theme

_NUMBER = re.compile(r"\s*+(-?(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?)\s*+(em|rem|ex|px|pt)?")
# The distance in em from each baseline down to the alphabetic baseline, for the bundled fonts.
_BASELINE_OFFSETS = {
    "central": 0.35,
    "middle": 0.33,
    "hanging": 0.72,
    "text-before-edge": 0.93,
    "before-edge": 0.93,
    "text-after-edge": -0.24,
    "after-edge": -0.24,
}
_INHERITED_PROPERTIES = (
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "fill",
    "fill-opacity",
)
_MONO = re.compile(r"mono|courier|consol|menlo|typewriter", re.IGNORECASE)
_SERIF = re.compile(r"(?<!sans-)(?<!sans )\bserif|times|garamond|georgia|palatino", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _TextRun:
    """A run of text in one style.

    In user units, ``dx`` is the horizontal distance from the preceding run, and ``baseline_offset`` the
    distance below the baseline of the text chunk.
    """

    text: str
    style: dict[str, str]
    dx: float = 0.0
    baseline_offset: float = 0.0


@dataclass(slots=True)
class _TextChunk:
    """A text chunk: the text from one absolute position to the next."""

    x: float
    y: float
    runs: list[_TextRun] = field(default_factory=list)


def outline_drawing(svg: bytes, theme: Theme) -> bytes:
    """Replace the text of a drawing with outlines. All styles must be presentation attributes."""
    root = parse_svg(svg)
    outline_texts(root, theme, scale=1.0)
    for name in ("font-family", "font-size"):
        root.attrib.pop(name, "")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def outline_texts(root: etree._Element, theme: Theme, *, scale: float) -> str:
    """Replace the text elements of a drawing with outlines; return their text, one line per text chunk.

    All styles must be presentation attributes. ``scale`` is a factor for the text size, to compensate for the
    width of the font used for the layout.
    """
    return "\n".join(line for _, lines in _outline_each_text(root, theme, scale) for line in lines)


def _outline_each_text(
    root: etree._Element, theme: Theme, scale: float
) -> Iterator[tuple[etree._Element, list[str]]]:
    """Replace each text element with outlines; yield the outlines and the text of each text chunk."""
    for text in list(root.iter(f"{SVG}text")):
        group = text.makeelement(f"{SVG}g", {})
        for name in ("transform", "opacity", "display", "visibility"):
            if value := text.get(name):
                group.set(name, value)
        lines = []
        for chunk in _split_chunks(text):
            lines.append("".join(piece.text for piece in chunk.runs))
            group.extend(_draw_chunk(chunk, theme, scale))
        group.tail = text.tail
        parent = text.getparent()
        assert parent is not None
        parent.replace(text, group)
        yield group, lines


def _split_chunks(text: etree._Element) -> Iterator[_TextChunk]:
    chunks = [_TextChunk(0.0, 0.0)]
    baseline_shift = 0.0

    def enter(element: etree._Element, style: dict[str, str]) -> None:
        nonlocal baseline_shift
        style = style | {name: element.get(name, "") for name in _INHERITED_PROPERTIES if element.get(name)}
        baseline = element.get("dominant-baseline") or element.get("alignment-baseline") or ""
        style |= {"baseline": baseline} if baseline in (*_BASELINE_OFFSETS, "auto", "alphabetic") else {}
        size = _read_font_size(style)
        x, y = _parse_length(element.get("x"), size), _parse_length(element.get("y"), size)
        if x is not None or y is not None:
            last = chunks[-1]
            chunks.append(_TextChunk(last.x if x is None else x, last.y if y is None else y))
            # A new y starts a line and resets dy. A new x alone stays on the same line.
            baseline_shift = 0.0 if y is not None else baseline_shift
        right = _parse_length(element.get("dx"), size) or 0.0
        baseline_shift += _parse_length(element.get("dy"), size) or 0.0
        add(element.text, style, right)
        for child in element:
            if isinstance(child.tag, str) and child.tag == f"{SVG}tspan":
                enter(child, style)
            add(child.tail, style, 0.0)

    def add(characters: str | None, style: dict[str, str], right: float) -> None:
        if characters:
            chunks[-1].runs.append(_TextRun(characters, style, right, baseline_shift))

    enter(text, _collect_inherited_style(text))
    preserves_space = text.get(XML_SPACE) == "preserve"
    for chunk in chunks:
        chunk.runs = chunk.runs if preserves_space else _collapse_white_space(chunk.runs)
        if any(piece.text.strip() for piece in chunk.runs):
            yield chunk


def _collect_inherited_style(text: etree._Element) -> dict[str, str]:
    """Return the style properties that a text element inherits from its ancestors."""
    style: dict[str, str] = {}
    for element in reversed(list(text.iterancestors())):
        style |= {name: element.get(name, "") for name in _INHERITED_PROPERTIES if element.get(name)}
    return style


def _collapse_white_space(runs: list[_TextRun]) -> list[_TextRun]:
    """Collapse white space to single spaces, and strip it at both ends of a text chunk."""
    out: list[_TextRun] = []
    before = " "
    for piece in runs:
        characters = re.sub(r"[ \t\r\n]+", " ", piece.text)
        if before.endswith(" "):
            characters = characters.lstrip(" ")
        if characters:
            out.append(_TextRun(characters, piece.style, piece.dx, piece.baseline_offset))
            before = characters
    if out:
        last = out[-1]
        out[-1] = _TextRun(last.text.rstrip(" "), last.style, last.dx, last.baseline_offset)
    return out


def _draw_chunk(chunk: _TextChunk, theme: Theme, scale: float) -> Iterator[etree._Element]:
    """Yield the outlines of a text chunk, one path for each run in one font."""
    placed_pieces = []
    pen_x = 0.0
    for piece in chunk.runs:
        pen_x += piece.dx
        size = _read_font_size(piece.style) * scale
        for run in _split_font_runs(piece, theme):
            data, units = draw_run(run)
            placed_pieces.append((pen_x, size / units, piece, data))
            pen_x += measure_run(run) * size
    anchor = next((piece.style.get("text-anchor", "start") for piece in chunk.runs), "start")
    start = chunk.x - pen_x * {"middle": 0.5, "end": 1.0}.get(anchor, 0.0)
    for x, factor, piece, data in placed_pieces:
        if not data:
            continue
        below = _BASELINE_OFFSETS.get(piece.style.get("baseline", ""), 0.0)
        y = chunk.y + piece.baseline_offset + below * _read_font_size(piece.style) * scale
        path = etree.Element(f"{SVG}path")
        path.set("transform", f"translate({start + x:.3f} {y:.3f}) scale({factor:.6f} {-factor:.6f})")
        path.set("fill", piece.style.get("fill", "#000000"))
        path.set("stroke", "none")
        if opacity := piece.style.get("fill-opacity"):
            path.set("fill-opacity", opacity)
        path.set("d", data)
        yield path


def select_family(families: str, theme: Theme) -> str:
    """Return the theme's font family that matches or resembles a ``font-family`` list.

    The default is the sans-serif family.
    """
    first = families.partition(",")[0].strip(" \"'")
    if first in (theme.sans, theme.serif, theme.mono):
        return first
    if _MONO.search(families):
        return theme.mono
    return theme.serif if _SERIF.search(families) or theme.serif in families else theme.sans


def _split_font_runs(text_run: _TextRun, theme: Theme) -> Iterator[FontRun]:
    """Split a text run into runs in one font: the requested family where it has the characters."""
    weight = text_run.style.get("font-weight", "")
    bold = weight in ("bold", "bolder") or (parse_whole_number(weight) or 0) >= 600
    italic = text_run.style.get("font-style") in ("italic", "oblique")
    requested_family = select_family(text_run.style.get("font-family", ""), theme)
    families = select_families(text_run.text, (requested_family,), theme)
    return split_runs(
        text_run.text, tuple(theme.select_face(name, bold=bold, italic=italic) for name in families)
    )


def _read_font_size(style: dict[str, str]) -> float:
    return _parse_length(style.get("font-size"), 16.0) or 16.0


def _parse_length(text: str | None, font_size: float) -> float | None:
    """Return the first length of a list in user units, or None if there is none.

    ``font_size`` is in user units, for lengths in em and ex.
    """
    match = _NUMBER.match(text or "")
    if match is None:
        return None
    units = {"em": font_size, "rem": 16.0, "ex": font_size / 2, "pt": 4 / 3}
    return float(match.group(1)) * units.get(match.group(2) or "", 1.0)


_TEXT_ELEMENTS = ("text", "tspan")
_UNSUPPORTED_STYLE_MARK = "data-spaced"
_FONT_SHORTHAND = re.compile(r"(?<![-\w])font\s*:\s*([^;}]+)")
_FONT = re.compile(
    r"(?P<looks>.*?)(?<![\d.])(?P<size>[\d.]++(?:px|pt|em|rem))(?:\s*+/\s*+\S++)?\s++(?P<family>.+)",
    re.DOTALL,
)
_SPACING = re.compile(r"(?:letter|word)-spacing\s*:\s*+(?!normal|-?0(?:px|em|pt)?\s*(?:[;}]|$))")
_UNSUPPORTED_STYLE = re.compile(
    r"(?:writing-mode|shape-inside|text-decoration)\s*:\s*+(?!none|horizontal|lr|normal)"
)
_NUMBER_LIST = re.compile(r"[-\d.]+[\s,]+[-\d.]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_POSITION_ATTRIBUTES = ("x", "y", "dx", "dy")
_TEXT_ATTRIBUTES = frozenset(
    (
        *_POSITION_ATTRIBUTES,
        *"style fill fill-opacity text-anchor font-family font-size font-weight font-style".split(),
    )
)


def set_text_fonts(svg: bytes, theme: Theme, *, as_outlines: bool) -> bytes:
    """Set the text of a drawing in the theme's fonts.

    If ``as_outlines`` is true, convert the text to outlines, unless it has a style that outlines do not
    support.
    """
    if b"<text" not in svg and b":text" not in svg:
        return svg
    root = parse_svg(svg)
    expanded_root = _expand_styles(root)
    if as_outlines and not _explain_text_not_outlined(expanded_root):
        _outline_text_in_place(root, expanded_root, theme)
    else:
        _set_font_families(root, expanded_root, theme, add_generic_family=as_outlines)
    return etree.tostring(root)


def explain_text_not_outlined(svg: bytes) -> str:
    """Return why the text of a drawing cannot be converted to outlines, or "" if it can."""
    return (
        _explain_text_not_outlined(_expand_styles(parse_svg(svg)))
        if b"<text" in svg or b":text" in svg
        else ""
    )


def _expand_styles(root: etree._Element) -> etree._Element:
    """Return a copy of a drawing with all CSS converted to presentation attributes."""
    expanded_root = copy.deepcopy(root)
    for element in expanded_root.iter(etree.Element):
        if element.get("style"):
            element.set("style", _FONT_SHORTHAND.sub(_expand_font_shorthand, element.get("style", "")))
        elif get_local_name(element) == "style" and element.text:
            element.text = _FONT_SHORTHAND.sub(_expand_font_shorthand, element.text)
    for element in expanded_root.iter(etree.Element):
        css = (element.text or "") if get_local_name(element) == "style" else element.get("style", "")
        if _SPACING.search(css) or _UNSUPPORTED_STYLE.search(css):
            expanded_root.set(_UNSUPPORTED_STYLE_MARK, "")
    convert_css_to_attributes(expanded_root)
    return expanded_root


def _expand_font_shorthand(match: re.Match[str]) -> str:
    font = _FONT.fullmatch(match.group(1).strip())
    if font is None:
        return match.group()
    looks = font["looks"].split()
    style = "italic" if {"italic", "oblique"} & set(looks) else "normal"
    weight = next((style for style in looks if style == "bold" or style.isdigit()), "normal")
    return f"font-style:{style};font-weight:{weight};font-size:{font['size']};font-family:{font['family']}"


def _explain_text_not_outlined(styled_root: etree._Element) -> str:
    if _UNSUPPORTED_STYLE_MARK in styled_root.attrib and _find_text_elements(styled_root):
        return "the text has spacing, decoration or vertical writing"
    for text in _find_text_elements(styled_root):
        ancestors = [*text.iterancestors()]
        if any(get_local_name(element) == "textPath" for element in text.iter(etree.Element)):
            return "the text follows a path"
        if any(get_local_name(element) == "clipPath" for element in ancestors):
            return "the text is used as a clipping path"
        if _RIGHT_TO_LEFT.search("".join(map(str, text.itertext()))):
            return "the text is written from right to left"
        for element in text.iter(etree.Element):
            if any(element.get(name) for name in ("textLength", "letter-spacing", "word-spacing")):
                return "the text has custom letter or word spacing"
            if element.get("rotate") or any(
                _NUMBER_LIST.search(element.get(n, "")) for n in _POSITION_ATTRIBUTES
            ):
                return "the letters are positioned one by one"
        stroke = next((e.get("stroke") for e in (text, *ancestors) if e.get("stroke")), "none")
        if stroke not in ("none", "transparent"):
            return "the text has a stroke"
    return ""


def _outline_text_in_place(root: etree._Element, styled_root: etree._Element, theme: Theme) -> None:
    """Replace the text elements of a drawing with outlines.

    The outlines are made from ``styled_root``, a copy of ``root`` with presentation attributes.
    """
    texts, outlines = _find_text_elements(root), list(_outline_each_text(styled_root, theme, 1.0))
    for text, (outline, _) in zip(texts, outlines, strict=True):
        group = copy.deepcopy(outline)
        for name, value in text.attrib.items():
            if name not in _TEXT_ATTRIBUTES and group.get(name) is None:
                group.set(name, value)
        group.tail = text.tail
        parent_of_text = text.getparent()
        assert parent_of_text is not None
        parent_of_text.replace(text, group)
    for link in _find_elements(root, ("a",)):  # outlines would leave a link without text
        link.tag = f"{SVG}g"
        for address in ("href", XLINK_HREF):
            link.attrib.pop(address, "")


def _set_font_families(
    root: etree._Element, styled_root: etree._Element, theme: Theme, *, add_generic_family: bool
) -> None:
    """Set a theme font on each ``text`` element, and on each ``tspan`` element with a ``font-family``.

    ``styled_root`` is a copy of ``root`` with presentation attributes. If ``add_generic_family`` is true, a
    generic family such as ``serif`` follows the theme font.
    """
    for element, counterpart in zip(
        _find_elements(root, _TEXT_ELEMENTS), _find_elements(styled_root, _TEXT_ELEMENTS), strict=True
    ):
        family = counterpart.get("font-family")
        if family is None and get_local_name(element) == "text":
            inherited_families = (ancestor.get("font-family") for ancestor in counterpart.iterancestors())
            family = next(filter(None, inherited_families), "")
        if family is not None:
            theme_family = select_family(family, theme)
            kind = (
                "monospace"
                if theme_family == theme.mono
                else "serif"
                if theme_family == theme.serif
                else "sans-serif"
            )
            family_list = f"'{theme_family}', {kind}" if add_generic_family else f"'{theme_family}'"
            rest = re.sub(
                r"(?<![-\w])font-family\s*:[^;]*;?",
                "",
                _FONT_SHORTHAND.sub(_expand_font_shorthand, element.get("style", "")),
            )
            element.set("style", f"{rest.rstrip('; ')};font-family:{family_list}".lstrip(";"))


def _find_text_elements(root: etree._Element) -> list[etree._Element]:
    return _find_elements(root, ("text",))


def _find_elements(root: etree._Element, names: tuple[str, ...]) -> list[etree._Element]:
    return [element for element in root.iter(etree.Element) if get_local_name(element) in names]
