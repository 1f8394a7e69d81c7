"""Define 27 ways to damage a valid deck, and which checks find each: rules of our lint, openxml-audit.

openxml-audit validates against the schemas of ECMA-376 and checks the package.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from triptych.ooxml.xml import P14, TYPES, A, C, M, P, R

from .conftest import Parts, with_part, without

PRESENTATION = "ppt/presentation.xml"
MASTER = "ppt/slideMasters/slideMaster1.xml"
CHART = "ppt/charts/chart1.xml"
NOTES = "ppt/notesSlides/_rels/notesSlide1.xml.rels"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Damage:
    """A way to damage a deck.

    ``rules`` are the rules of our lint that find it; ``audited`` is True if openxml-audit finds it.
    """

    name: str
    inflict: Callable[[Parts], Parts]
    rules: frozenset[str]
    audited: bool


def changed(part: str, change: Callable[[Any], None]) -> Callable[[Parts], Parts]:
    """Return a function that changes the XML tree of one part."""

    def inflict(parts: Parts) -> Parts:
        tree = etree.fromstring(parts[part])
        change(tree)
        return {**parts, part: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)}

    return inflict


def slide_with(tag: str, change: Callable[[Any], None]) -> Callable[[Parts], Parts]:
    """Return a function that changes the first element with a tag on the slides."""

    def inflict(parts: Parts) -> Parts:
        for name in sorted(name for name in parts if name.startswith("ppt/slides/slide")):
            if next(etree.fromstring(parts[name]).iter(tag), None) is not None:
                return changed(name, lambda tree: change(next(tree.iter(tag))))(parts)
        raise AssertionError(f"no slide has a {tag}")

    return inflict


def first(tree: Any, tag: str, **attributes: str) -> Any:
    return next(e for e in tree.iter(tag) if all(e.get(key) == value for key, value in attributes.items()))


def swap_first_two(element: Any) -> None:
    """Swap the first two children of an element."""
    element.insert(0, element[1])


def drop(element: Any) -> None:
    element.getparent().remove(element)


def _phantom(types: Any) -> None:
    etree.SubElement(types, "Override", PartName="/ppt/slides/slide99.xml", ContentType="application/xml")
    types[-1].tag = types[0].tag.replace("Default", "Override")


def _same_slide_id(tree: Any) -> None:
    item, other = list(tree.iter(f"{P}sldId"))[:2]
    other.set("id", item.get("id"))


def _same_layout_id(tree: Any) -> None:
    item, other = list(tree.iter(f"{P}sldLayoutId"))[:2]
    other.set("id", item.get("id"))


def _same_shape_id(link: Any) -> None:
    one, other = [item for item in link.getroottree().iter(f"{P}cNvPr") if item.get("id") != "1"][:2]
    other.set("id", one.get("id"))


def _control_character(parts: Parts) -> Parts:
    name = "ppt/slides/slide1.xml"
    return {**parts, name: parts[name].replace(b"</a:t>", b"\x0b</a:t>", 1)}


def _without_slide(relations: Any) -> None:
    drop(next(item for item in relations if item.get("Type").endswith("/slide")))


def _without_layout(parts: Parts) -> Parts:
    return changed(
        "ppt/slides/_rels/slide3.xml.rels",
        lambda tree: drop(next(item for item in tree if item.get("Type").endswith("/slideLayout"))),
    )(parts)


def _without_paragraphs(body: Any) -> None:
    for line in body.findall(f"{A}p"):
        drop(line)


def _word_properties(formula: Any) -> None:
    etree.SubElement(next(formula.iter(f"{M}r")), f"{WORD}rPr")
    run = next(formula.iter(f"{M}r"))
    run.insert(0, run[-1])


def _other_value(tree: Any) -> None:
    first(tree, f"{C}val").find(f".//{C}v").text = "77"


def _other_chart_axis(tree: Any) -> None:
    for plot in (item for item in first(tree, f"{C}plotArea") if item.tag.endswith("barChart")):
        plot.find(f"{C}axId").set("val", "-7")


def _animation(slide: Any) -> None:
    timing = etree.fromstring(
        f'<p:timing xmlns:p="{P[1:-1]}"><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" '
        'nodeType="tmRoot"/></p:par></p:tnLst><p:bldLst><p:bldP spid="4711" grpId="0" build="p"/></p:bldLst>'
        "</p:timing>"
    )
    slide.append(timing)


def _as_layout(types: Any) -> None:
    slide = first(types, f"{types.tag.removesuffix('Types')}Override", PartName="/ppt/slides/slide2.xml")
    slide.set("ContentType", slide.get("ContentType").replace("slide+xml", "slideLayout+xml"))


def _without_png(types: Any) -> None:
    drop(first(types, f"{types.tag.removesuffix('Types')}Default", Extension="png"))


def _fill_last(run: Any) -> None:
    """Insert a fill after the typeface that it must precede."""
    etree.SubElement(run, f"{A}latin", typeface="Arial")
    etree.SubElement(etree.SubElement(run, f"{A}solidFill"), f"{A}schemeClr", val="tx1")
    for late in (run[-1], run[-2]):
        run.insert(0, late)


def _unknown_in_section(tree: Any) -> None:
    first(tree, f"{P14}sldId").set("id", "999")


def damage(name: str, inflict: Callable[[Parts], Parts], *rules: str, audited: bool) -> Damage:
    return Damage(name, inflict, frozenset(rules), audited)


DAMAGES = (
    damage("a type for a missing part", changed(TYPES, _phantom), "content types", audited=False),
    damage("no type for an ending", changed(TYPES, _without_png), "content types", audited=False),
    damage("the type of another kind", changed(TYPES, _as_layout), "content types", audited=False),
    damage("a missing part", without("ppt/presProps.xml"), "content types", "relationships", audited=True),
    damage(
        "a link without relationship",
        slide_with(f"{A}hlinkClick", lambda link: link.set(f"{R}id", "rId77")),
        "references",
        audited=True,
    ),
    damage("names that differ in case", with_part("ppt/Presentation.xml"), "part names", audited=False),
    damage("a control character", _control_character, "well-formed", audited=True),
    damage("notes without their slide", changed(NOTES, _without_slide), "bindings", audited=False),
    damage("a slide without layout", _without_layout, "bindings", audited=True),
    damage("a slide id twice", changed(PRESENTATION, _same_slide_id), "slide ids", "sections", audited=True),
    damage("a layout id twice", changed(MASTER, _same_layout_id), "master ids", audited=True),
    damage("a shape id twice", slide_with(f"{A}hlinkClick", _same_shape_id), "shape ids", audited=True),
    damage(
        "a placeholder filled twice",
        slide_with(f"{P}sp", lambda shape: shape.addnext(etree.fromstring(etree.tostring(shape)))),
        "shape ids",
        audited=True,
    ),
    damage("an animated shape is missing", slide_with(f"{P}sld", _animation), "shape ids", audited=False),
    damage(
        "a section with an unknown slide",
        changed(PRESENTATION, _unknown_in_section),
        "sections",
        audited=False,
    ),
    damage(
        "a table style out of order",
        changed("ppt/tableStyles.xml", lambda tree: swap_first_two(first(tree, f"{A}tblStyle"))),
        "child order",
        audited=True,
    ),
    damage("a run out of order", slide_with(f"{A}rPr", _fill_last), "child order", audited=True),
    damage(
        "a colour of three digits",
        changed("ppt/theme/theme1.xml", lambda tree: first(tree, f"{A}srgbClr").set("val", "#fff")),
        "colours",
        audited=True,
    ),
    damage(
        "a colour that no theme has",
        changed(MASTER, lambda tree: first(tree, f"{A}schemeClr").set("val", "accent9")),
        "colours",
        audited=True,
    ),
    damage(
        "a text body without paragraph",
        slide_with(f"{P}txBody", _without_paragraphs),
        "text bodies",
        audited=True,
    ),
    damage(
        "a cell without text body",
        slide_with(f"{A}tc", lambda cell: drop(cell.find(f"{A}txBody"))),
        "tables",
        audited=False,
    ),
    damage(
        "a column without cells",
        slide_with(f"{A}tblGrid", lambda grid: grid.append(grid.makeelement(f"{A}gridCol", w="9"))),
        "tables",
        audited=False,
    ),
    damage(
        "a cell over cells that are there",
        slide_with(f"{A}tc", lambda cell: cell.set("gridSpan", "2")),
        "tables",
        audited=False,
    ),
    damage("Word's properties in a formula", slide_with(f"{M}oMath", _word_properties), audited=False),
    damage("an axis below zero", changed(CHART, _other_chart_axis), "chart axes", audited=True),
    damage("a chart unlike its workbook", changed(CHART, _other_value), "chart values", audited=False),
    damage(
        "an unknown alignment",
        slide_with(f"{A}pPr", lambda properties: properties.set("algn", "middle")),
        audited=True,
    ),
)
