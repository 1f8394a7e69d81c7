"""Words in an author's drawing → set in our faces, since a generic family is another one on every device.

Where an output has our faces, words stay text and name them; elsewhere they become outlines, but for what
only a renderer of SVG can set, which keeps a generic family.
"""

from __future__ import annotations

import copy
import re

from lxml import etree

from triptych.media.drawings.svg_styles import write_out_styles
from triptych.media.drawings.svg_text import asked_family, outline_texts
from triptych.media.pictures.files import parse_svg
from triptych.media.xml_names import SVG, XLINK_HREF, local_name
from triptych.theme.theme import Theme

_TEXTS = ("text", "tspan")
_SPACED = "data-spaced"
_SHORTHAND = re.compile(r"(?<![-\w])font\s*:\s*([^;}]+)")
_FONT = re.compile(
    r"(?P<looks>.*?)(?<![\d.])(?P<size>[\d.]++(?:px|pt|em|rem))(?:\s*+/\s*+\S++)?\s++(?P<family>.+)",
    re.DOTALL,
)
_SPACING = re.compile(r"(?:letter|word)-spacing\s*:\s*+(?!normal|-?0(?:px|em|pt)?\s*(?:[;}]|$))")
_OTHER_WAY = re.compile(r"(?:writing-mode|shape-inside|text-decoration)\s*:\s*+(?!none|horizontal|lr|normal)")
_SEVERAL = re.compile(r"[-\d.]+[\s,]+[-\d.]+")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_PLACES = ("x", "y", "dx", "dy")
_OF_TEXT = frozenset(
    (*_PLACES, *"style fill fill-opacity text-anchor font-family font-size font-weight font-style".split())
)


def set_words(svg: bytes, theme: Theme, *, outlined: bool) -> bytes:
    """A drawing with its words in the theme's faces, as text or as outlines where that can be done."""
    if b"<text" not in svg and b":text" not in svg:
        return svg
    root = parse_svg(svg)
    styled = _styled(root)
    if outlined and not _reason(styled):
        _outline(root, styled, theme)
    else:
        _name_faces(root, styled, theme, generic=outlined)
    return etree.tostring(root)


def kept_as_text(svg: bytes) -> str:
    """Why the words of a drawing cannot become outlines, or ""."""
    return _reason(_styled(parse_svg(svg))) if b"<text" in svg or b":text" in svg else ""


def _styled(root: etree._Element) -> etree._Element:
    """The drawing with all styles in attributes, element for element."""
    styled = copy.deepcopy(root)
    for element in styled.iter(etree.Element):
        if element.get("style"):
            element.set("style", _SHORTHAND.sub(_longhands, element.get("style", "")))
        elif local_name(element) == "style" and element.text:
            element.text = _SHORTHAND.sub(_longhands, element.text)
    for element in styled.iter(etree.Element):
        css = (element.text or "") if local_name(element) == "style" else element.get("style", "")
        if _SPACING.search(css) or _OTHER_WAY.search(css):
            styled.set(_SPACED, "")
    write_out_styles(styled)
    return styled


def _longhands(match: re.Match[str]) -> str:
    font = _FONT.fullmatch(match.group(1).strip())
    if font is None:
        return match.group()
    looks = font["looks"].split()
    style = "italic" if {"italic", "oblique"} & set(looks) else "normal"
    weight = next((look for look in looks if look == "bold" or look.isdigit()), "normal")
    return f"font-style:{style};font-weight:{weight};font-size:{font['size']};font-family:{font['family']}"


def _reason(styled: etree._Element) -> str:
    if _SPACED in styled.attrib and _texts(styled):
        return "the text has spacing, decoration or vertical writing"
    for text in _texts(styled):
        around = [*text.iterancestors()]
        if any(local_name(element) == "textPath" for element in text.iter(etree.Element)):
            return "the text follows a path"
        if any(local_name(element) == "clipPath" for element in around):
            return "the text is used as a clipping path"
        if _FROM_THE_RIGHT.search("".join(map(str, text.itertext()))):
            return "the text is written from right to left"
        for element in text.iter(etree.Element):
            if any(element.get(name) for name in ("textLength", "letter-spacing", "word-spacing")):
                return "the text has custom letter or word spacing"
            if element.get("rotate") or any(_SEVERAL.search(element.get(n, "")) for n in _PLACES):
                return "the letters are positioned one by one"
        stroke = next((e.get("stroke") for e in (text, *around) if e.get("stroke")), "none")
        if stroke not in ("none", "transparent"):
            return "the text has a stroke"
    return ""


def _outline(root: etree._Element, styled: etree._Element, theme: Theme) -> None:
    """Outlines are made where all styles are in attributes, and put in the place of the texts."""
    texts, parents = _texts(root), []
    for text in _texts(styled):
        parent = text.getparent()
        assert parent is not None
        parents.append((parent, parent.index(text)))
    outline_texts(styled, theme, scale=1.0)
    for text, (parent, index) in zip(texts, parents, strict=True):
        group = copy.deepcopy(parent[index])
        for name, value in text.attrib.items():
            if name not in _OF_TEXT and group.get(name) is None:
                group.set(name, value)
        group.tail = text.tail
        parent_of_text = text.getparent()
        assert parent_of_text is not None
        parent_of_text.replace(text, group)
    for link in _elements(root, ("a",)):  # a picture leads nowhere, and outlines have no name for a link
        link.tag = f"{SVG}g"
        for address in ("href", XLINK_HREF):
            link.attrib.pop(address, "")


def _name_faces(root: etree._Element, styled: etree._Element, theme: Theme, *, generic: bool) -> None:
    """Each text and each part of one with a family of its own names ours, and the family of its kind."""
    for element, same in zip(_elements(root, _TEXTS), _elements(styled, _TEXTS), strict=True):
        family = same.get("font-family")
        if family is None and local_name(element) == "text":
            around = (one.get("font-family") for one in same.iterancestors())
            family = next(filter(None, around), "")
        if family is not None:
            ours = asked_family(family, theme)
            kind = "monospace" if ours == theme.mono else "serif" if ours == theme.serif else "sans-serif"
            named = f"'{ours}', {kind}" if generic else f"'{ours}'"
            rest = re.sub(
                r"(?<![-\w])font-family\s*:[^;]*;?", "", _SHORTHAND.sub(_longhands, element.get("style", ""))
            )
            element.set("style", f"{rest.rstrip('; ')};font-family:{named}".lstrip(";"))


def _texts(root: etree._Element) -> list[etree._Element]:
    return _elements(root, ("text",))


def _elements(root: etree._Element, names: tuple[str, ...]) -> list[etree._Element]:
    return [element for element in root.iter(etree.Element) if local_name(element) in names]
