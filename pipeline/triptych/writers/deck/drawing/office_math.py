"""Write native equations (ECMA-376 Part 1, 22.1), with a fallback for programs that do not support them.

An equation is an ``a14:m`` element ([MS-ODRAWXML] 2.3.2.1), which must be inside an ``mc:AlternateContent``
(ECMA-376 Part 3). PowerPoint reads an ``mc:AlternateContent`` only if it encloses a whole shape, but
python-pptx does not find shapes inside one. Each ``mc:AlternateContent`` is therefore first written inside a
paragraph, and ``lift_alternate_content`` finally moves it around the shape.
"""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree

from triptych.ooxml.xml import A14, MC, NAMESPACES, M, W, qn
from triptych.writers.deck.pptx.exports import Slide
from triptych.writers.deck.pptx.package import get_element

_FONT = "Cambria Math"  # otherwise PowerPoint uses the font of the surrounding text

# Math structures; the properties of each are in a child element such as m:fPr.
_STRUCTURES = (
    "acc", "bar", "borderBox", "box", "d", "eqArr", "f", "func", "groupChr", "limLow", "limUpp", "m",
    "nary", "phant", "rad", "sPre", "sSub", "sSubSup", "sSup",
)  # fmt: skip
_BRACES = {"⏞": "top", "⏟": "bot", "⏜": "top", "⏝": "bot", "⎴": "top", "⎵": "bot"}


def build_equation(omml: str, properties: dict[str, str], *, display: bool) -> Any:
    """Convert Office Math, as pandoc writes it for Word, to an ``a14:m`` element for a slide.

    ``properties`` are attributes of the run properties, such as ``lang`` and ``sz``.
    """
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _select_namespaces("m", "w").items())
    math: Any = etree.fromstring(f"<m:root {spaces}>{omml}</m:root>")[0]
    for element in list(math.iter(f"{W}*")):
        element.getparent().remove(element)
    for element in list(math.iter(_qualify_name("limLow"), _qualify_name("limUpp"))):
        _make_brace_stretch(element)
    for element in math.iter(_qualify_name("mcPr")):
        # The schema requires the column count before the alignment.
        element[:] = sorted(element, key=lambda part: part.tag != _qualify_name("count"))
    for element in math.iter(_qualify_name("r")):
        _add_run_properties(element, properties)
    for name in _STRUCTURES:
        for element in math.iter(_qualify_name(name)):
            _add_control_properties(element, name, properties)
    root = etree.Element(f"{A14}m", nsmap=_select_namespaces("a14", "m"))
    if display:
        paragraph = etree.SubElement(root, _qualify_name("oMathPara"))
        alignment = etree.SubElement(
            etree.SubElement(paragraph, _qualify_name("oMathParaPr")), _qualify_name("jc")
        )
        alignment.set(_qualify_name("val"), "center")
        paragraph.append(math)
    else:
        root.append(math)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["a14", "m"])
    return root


def _select_namespaces(*prefixes: str) -> dict[str, str]:
    return {prefix: NAMESPACES[prefix] for prefix in prefixes}


def _qualify_name(name: str) -> str:
    return f"{M}{name}"


def _add_run_properties(run: Any, properties: dict[str, str]) -> None:
    """Add DrawingML run properties to a math run, before its text."""
    own = run.find(_qualify_name("rPr"))
    style = "i"
    if own is not None:
        normal, named = own.find(_qualify_name("nor")), own.find(_qualify_name("sty"))
        if normal is not None:  # excludes m:sty and m:scr
            for excluded in (*own.findall(_qualify_name("sty")), *own.findall(_qualify_name("scr"))):
                own.remove(excluded)
        style = (
            "p" if normal is not None else named.get(_qualify_name("val"), "i") if named is not None else "i"
        )
    text = run.find(_qualify_name("t"))
    if text is None:
        text = etree.SubElement(run, _qualify_name("t"))
    look = {"b": "1" if "b" in style else "0", "i": "1" if "i" in style else "0"}
    text.addprevious(_create_run_properties({**properties, **look}))


def _create_run_properties(attributes: dict[str, str]) -> Any:
    element = etree.Element(qn("a:rPr"), attributes, nsmap=_select_namespaces("a"))
    etree.SubElement(element, qn("a:latin"), typeface=_FONT, pitchFamily="18", charset="0")
    return element


def _add_control_properties(element: Any, name: str, properties: dict[str, str]) -> None:
    """Add run properties (``m:ctrlPr``) for the lines, radical signs and brackets of a math structure."""
    own = element.find(_qualify_name(f"{name}Pr"))
    if own is None:
        own = etree.Element(_qualify_name(f"{name}Pr"))
        element.insert(0, own)
    if own.find(_qualify_name("ctrlPr")) is None:
        etree.SubElement(own, _qualify_name("ctrlPr")).append(
            _create_run_properties({**properties, "i": "1"})
        )


def _make_brace_stretch(limit: Any) -> None:
    """Replace a brace that pandoc writes as a limit with a group character, which stretches."""
    name = etree.QName(limit).localname
    mark = "".join(limit.find(_qualify_name("lim")).itertext()).strip()
    if _BRACES.get(mark) != ("bot" if name == "limLow" else "top"):
        return
    group = etree.Element(_qualify_name("groupChr"))
    properties = etree.SubElement(group, _qualify_name("groupChrPr"))
    position, baseline = ("bot", "top") if name == "limLow" else ("top", "bot")
    for key, value in (("chr", mark), ("pos", position), ("vertJc", baseline)):
        etree.SubElement(properties, _qualify_name(key)).set(_qualify_name("val"), value)
    group.append(limit.find(_qualify_name("e")))
    limit.getparent().replace(limit, group)


def create_alternate_content(choice: Any, fallback: Any) -> Any:
    """Wrap ``choice``, which requires ``a14``, and its ``fallback`` in an ``mc:AlternateContent``."""
    root = etree.Element(f"{MC}AlternateContent", nsmap=_select_namespaces("mc"))
    chosen = etree.SubElement(root, f"{MC}Choice", nsmap=_select_namespaces("a14"))
    chosen.set("Requires", "a14")
    chosen.append(choice)
    etree.SubElement(root, f"{MC}Fallback").append(fallback)
    return root


def lift_alternate_content(slide: Slide) -> None:
    """Move each ``mc:AlternateContent`` in a shape's text around the whole shape."""
    for shape in list(get_element(slide.shapes).iterchildren(qn("p:sp"))):
        if next(shape.iter(f"{MC}AlternateContent"), None) is None:
            continue
        place = shape.getparent()
        position = place.index(shape)
        fallback = copy.deepcopy(shape)
        resolve_alternate_content(shape)
        resolve_alternate_content(fallback, branch=1)
        place.insert(position, create_alternate_content(shape, fallback))


def resolve_alternate_content(shape: Any, branch: int = 0) -> None:
    """Replace each ``mc:AlternateContent`` in a shape with the content of one of its branches.

    Use the ``mc:Choice`` if ``branch`` is 0, or the ``mc:Fallback`` if it is 1.
    """
    for choice in list(shape.iter(f"{MC}AlternateContent")):
        taken = choice[branch][0]
        choice.getparent().replace(choice, taken)
