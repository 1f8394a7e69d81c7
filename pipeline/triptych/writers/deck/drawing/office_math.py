"""Write native equations (ECMA-376 Part 1, 22.1), with a fallback for programs that do not support them.

An equation is an ``a14:m`` ([MS-ODRAWXML] 2.3.2.1), which must be in an ``mc:AlternateContent`` (ECMA-376
Part 3). PowerPoint reads an ``mc:AlternateContent`` only around a whole shape, where python-pptx does not
find the shape. It is therefore written in the paragraph first, and ``lift_alternatives`` moves it around the
shape in the end.
"""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree

from triptych.ooxml.xml import A14, MC, NAMESPACES, M, W, qn
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.pptx.terms import Slide

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
    for element in list(math.iter(_tag("limLow"), _tag("limUpp"))):
        _make_brace_stretch(element)
    for element in math.iter(_tag("mcPr")):
        # The schema requires the column count before the alignment.
        element[:] = sorted(element, key=lambda part: part.tag != _tag("count"))
    for element in math.iter(_tag("r")):
        _set_run(element, properties)
    for name in _STRUCTURES:
        for element in math.iter(_tag(name)):
            _set_structure(element, name, properties)
    root = etree.Element(f"{A14}m", nsmap=_select_namespaces("a14", "m"))
    if display:
        paragraph = etree.SubElement(root, _tag("oMathPara"))
        alignment = etree.SubElement(etree.SubElement(paragraph, _tag("oMathParaPr")), _tag("jc"))
        alignment.set(_tag("val"), "center")
        paragraph.append(math)
    else:
        root.append(math)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["a14", "m"])
    return root


def _select_namespaces(*prefixes: str) -> dict[str, str]:
    return {prefix: NAMESPACES[prefix] for prefix in prefixes}


def _tag(name: str) -> str:
    return f"{M}{name}"


def _set_run(run: Any, properties: dict[str, str]) -> None:
    """Add DrawingML run properties to a math run, before its text."""
    own = run.find(_tag("rPr"))
    style = "i"
    if own is not None:
        normal, named = own.find(_tag("nor")), own.find(_tag("sty"))
        if normal is not None:  # excludes m:sty and m:scr
            for excluded in (*own.findall(_tag("sty")), *own.findall(_tag("scr"))):
                own.remove(excluded)
        style = "p" if normal is not None else named.get(_tag("val"), "i") if named is not None else "i"
    text = run.find(_tag("t"))
    if text is None:
        text = etree.SubElement(run, _tag("t"))
    look = {"b": "1" if "b" in style else "0", "i": "1" if "i" in style else "0"}
    text.addprevious(_create_run_properties({**properties, **look}))


def _create_run_properties(attributes: dict[str, str]) -> Any:
    element = etree.Element(qn("a:rPr"), attributes, nsmap=_select_namespaces("a"))
    etree.SubElement(element, qn("a:latin"), typeface=_FONT, pitchFamily="18", charset="0")
    return element


def _set_structure(element: Any, name: str, properties: dict[str, str]) -> None:
    """Add run properties (``m:ctrlPr``) for the lines, radical signs and brackets of a math structure."""
    own = element.find(_tag(f"{name}Pr"))
    if own is None:
        own = etree.Element(_tag(f"{name}Pr"))
        element.insert(0, own)
    if own.find(_tag("ctrlPr")) is None:
        etree.SubElement(own, _tag("ctrlPr")).append(_create_run_properties({**properties, "i": "1"}))


def _make_brace_stretch(limit: Any) -> None:
    """Replace a brace that pandoc writes as a limit with a group character, which stretches."""
    name = etree.QName(limit).localname
    mark = "".join(limit.find(_tag("lim")).itertext()).strip()
    if _BRACES.get(mark) != ("bot" if name == "limLow" else "top"):
        return
    group = etree.Element(_tag("groupChr"))
    properties = etree.SubElement(group, _tag("groupChrPr"))
    position, baseline = ("bot", "top") if name == "limLow" else ("top", "bot")
    for key, value in (("chr", mark), ("pos", position), ("vertJc", baseline)):
        etree.SubElement(properties, _tag(key)).set(_tag("val"), value)
    group.append(limit.find(_tag("e")))
    limit.getparent().replace(limit, group)


def wrap_alternative(choice: Any, fallback: Any) -> Any:
    """Return an ``mc:AlternateContent`` with a ``choice`` (requiring ``a14``) and a ``fallback``."""
    root = etree.Element(f"{MC}AlternateContent", nsmap=_select_namespaces("mc"))
    chosen = etree.SubElement(root, f"{MC}Choice", nsmap=_select_namespaces("a14"))
    chosen.set("Requires", "a14")
    chosen.append(choice)
    etree.SubElement(root, f"{MC}Fallback").append(fallback)
    return root


def lift_alternatives(slide: Slide) -> None:
    """Move each ``mc:AlternateContent`` in a shape's text around the whole shape."""
    for shape in list(get_element(slide.shapes).iterchildren(qn("p:sp"))):
        if next(shape.iter(f"{MC}AlternateContent"), None) is None:
            continue
        place = shape.getparent()
        position = place.index(shape)
        fallback = copy.deepcopy(shape)
        resolve_alternatives(shape)
        resolve_alternatives(fallback, branch=1)
        place.insert(position, wrap_alternative(shape, fallback))


def resolve_alternatives(shape: Any, branch: int = 0) -> None:
    """Replace each ``mc:AlternateContent`` in a shape with its ``mc:Choice``.

    If ``branch`` is 1, replace it with its ``mc:Fallback``.
    """
    for choice in list(shape.iter(f"{MC}AlternateContent")):
        taken = choice[branch][0]
        choice.getparent().replace(choice, taken)
