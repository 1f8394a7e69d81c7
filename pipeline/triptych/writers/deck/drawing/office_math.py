"""Write native equations (ECMA-376 Part 1, 22.1), with a fallback for programs that do not support them.

An equation is an ``a14:m`` element ([MS-ODRAWXML] 2.3.2.1), which must be inside an ``mc:AlternateContent``
(ECMA-376 Part 3). PowerPoint reads an ``mc:AlternateContent`` only if it encloses a whole shape, but
python-pptx does not find shapes inside one. Each ``mc:AlternateContent`` is therefore first written inside a
paragraph; ``lift_alternate_content`` later moves it around the shape.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from triptych.ooxml.xml import A14, MATH_STRUCTURES, MC, NAMESPACES, M, W, qn
from triptych.writers.deck.pptx.exports import Slide
from triptych.writers.deck.pptx.package import get_element

_FONT = "Cambria Math"  # otherwise PowerPoint uses the font of the surrounding text

_NO_COLOURS: Mapping[str, str] = MappingProxyType({})

_ARROWS_BELOW = {"\u20ee": "←", "\u20ef": "→"}
_BRACES = {"⏞": "top", "⏟": "bot", "⏜": "top", "⏝": "bot", "⎴": "top", "⎵": "bot"}


def build_equation(omml: str, properties: dict[str, str], *, display: bool) -> Any:
    """Convert Office Math from pandoc's Word output to an ``a14:m`` element for a slide.

    ``properties`` are attributes of the run properties, such as ``lang`` and ``sz``.
    """
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _select_namespaces("m", "w").items())
    math: Any = etree.fromstring(f"<m:root {spaces}>{omml}</m:root>")[0]
    colours = {run: _read_colours(run) for run in math.iter(_qualify_name("r"))}
    for element in list(math.iter(f"{W}*")):
        element.getparent().remove(element)
    for element in list(math.iter(_qualify_name("limLow"), _qualify_name("limUpp"))):
        _make_brace_stretch(element)
    for element in list(math.iter(_qualify_name("acc"))):
        _move_arrow_below(element)
    for element in math.iter(_qualify_name("mcPr")):
        # The schema requires the column count before the alignment.
        element[:] = sorted(element, key=lambda part: part.tag != _qualify_name("count"))
    for element in math.iter(_qualify_name("r")):
        _add_run_properties(element, properties, colours.get(element, {}))
    for element in math.iter(*MATH_STRUCTURES):
        _add_control_properties(element, properties)
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


def _read_colours(run: Any) -> dict[str, str]:
    """Return the colours of a run's text and background in Word's properties, by their names in DrawingML."""
    found = {}
    for name, element, attribute in (("solidFill", "color", "val"), ("highlight", "shd", "fill")):
        for own in run.iter(f"{W}{element}"):
            found[name] = own.get(f"{W}{attribute}")
    return found


def _add_run_properties(run: Any, properties: dict[str, str], colours: dict[str, str]) -> None:
    """Insert DrawingML run properties into a math run, before its text."""
    math_properties = run.find(_qualify_name("rPr"))
    style = "i"
    if math_properties is not None:
        normal, style_element = (
            math_properties.find(_qualify_name("nor")),
            math_properties.find(_qualify_name("sty")),
        )
        if normal is not None:  # excludes m:sty and m:scr
            for excluded in (
                *math_properties.findall(_qualify_name("sty")),
                *math_properties.findall(_qualify_name("scr")),
            ):
                math_properties.remove(excluded)
        style = (
            "p"
            if normal is not None
            else style_element.get(_qualify_name("val"), "i")
            if style_element is not None
            else "i"
        )
    text = run.find(_qualify_name("t"))
    if text is None:
        text = etree.SubElement(run, _qualify_name("t"))
    run_style = {"b": "1" if "b" in style else "0", "i": "1" if "i" in style else "0"}
    text.addprevious(_create_run_properties({**properties, **run_style}, colours))


def _create_run_properties(attributes: dict[str, str], colours: Mapping[str, str] = _NO_COLOURS) -> Any:
    element = etree.Element(qn("a:rPr"), attributes, nsmap=_select_namespaces("a"))
    for name, colour in colours.items():
        etree.SubElement(etree.SubElement(element, qn(f"a:{name}")), qn("a:srgbClr"), val=colour)
    etree.SubElement(element, qn("a:latin"), typeface=_FONT, pitchFamily="18", charset="0")
    return element


def _add_control_properties(element: Any, properties: dict[str, str]) -> None:
    """Add run properties (``m:ctrlPr``) for the lines, radical signs and brackets of a math structure."""
    name, colour = etree.QName(element).localname, element.attrib.pop(f"{W}color", "")
    control_properties = element.find(_qualify_name(f"{name}Pr"))
    if control_properties is None:
        control_properties = etree.Element(_qualify_name(f"{name}Pr"))
        element.insert(0, control_properties)
    if control_properties.find(_qualify_name("ctrlPr")) is None:
        etree.SubElement(control_properties, _qualify_name("ctrlPr")).append(
            _create_run_properties({**properties, "i": "1"}, {"solidFill": colour} if colour else {})
        )


def _make_brace_stretch(limit: Any) -> None:
    """Replace a brace in a limit, as pandoc writes it, with a group character, which stretches."""
    name = etree.QName(limit).localname
    mark = "".join(limit.find(_qualify_name("lim")).itertext()).strip()
    if _BRACES.get(mark) != ("bot" if name == "limLow" else "top"):
        return
    _replace_with_group(limit, mark, below=name == "limLow")


def _move_arrow_below(accent: Any) -> None:
    """Replace an arrow below, which pandoc writes as an accent, with a group character."""
    sign = accent.find(f"{_qualify_name('accPr')}/{_qualify_name('chr')}")
    if sign is not None and (mark := _ARROWS_BELOW.get(sign.get(_qualify_name("val")))):
        _replace_with_group(accent, mark, below=True)


def _replace_with_group(element: Any, mark: str, *, below: bool) -> None:
    """Replace a structure with a stretched character below or above its base."""
    group = etree.Element(_qualify_name("groupChr"), element.attrib)
    properties = etree.SubElement(group, _qualify_name("groupChrPr"))
    position, baseline = ("bot", "top") if below else ("top", "bot")
    for key, value in (("chr", mark), ("pos", position), ("vertJc", baseline)):
        etree.SubElement(properties, _qualify_name(key)).set(_qualify_name("val"), value)
    group.append(element.find(_qualify_name("e")))
    element.getparent().replace(element, group)


def create_alternate_content(choice: Any, fallback: Any) -> Any:
    """Wrap ``choice``, which requires ``a14``, and its ``fallback`` in an ``mc:AlternateContent``.

    If the fallback is a paragraph, its runs are the fallback.
    """
    root = etree.Element(f"{MC}AlternateContent", nsmap=_select_namespaces("mc"))
    choice_element = etree.SubElement(root, f"{MC}Choice", nsmap=_select_namespaces("a14"))
    choice_element.set("Requires", "a14")
    choice_element.append(choice)
    etree.SubElement(root, f"{MC}Fallback").extend(
        list(fallback) if fallback.tag == qn("a:p") else [fallback]
    )
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
    """Replace each ``mc:AlternateContent`` in a shape with the content of one branch.

    ``branch`` is 0 for ``mc:Choice`` and 1 for ``mc:Fallback``.
    """
    for choice in list(shape.iter(f"{MC}AlternateContent")):
        for element in list(choice[branch]):
            choice.addprevious(element)
        choice.getparent().remove(choice)
