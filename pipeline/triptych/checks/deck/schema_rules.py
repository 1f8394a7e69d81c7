"""Check the XML parts of a deck against the schemas of PresentationML and DrawingML (ECMA-376 Part 1).

PowerPoint offers to repair a file that violates them. An author's template may do so, and its parts are kept
as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from triptych.ooxml.measures import SLOTS
from triptych.ooxml.xml import A, C, P

_RGB = re.compile("[0-9A-Fa-f]{6}")
_INTEGER = re.compile("-?[0-9]+")
_LEVELS = tuple("012345678")

_FILL = "noFill|solidFill|gradFill|blipFill|pattFill|grpFill"
_EFFECT = "effectLst|effectDag"
_RUN = (
    f"ln {_FILL} {_EFFECT} highlight uLnTx|uLn uFillTx|uFill latin ea cs sym hlinkClick hlinkMouseOver "
    "rtl extLst"
)
_PARAGRAPH = (
    "lnSpc spcBef spcAft buClrTx|buClr buSzTx|buSzPct|buSzPts buFontTx|buFont "
    "buNone|buAutoNum|buChar|buBlip tabLst defRPr extLst"
)
_SHAPE = f"xfrm custGeom|prstGeom {_FILL} ln {_EFFECT} scene3d sp3d extLst"
_AXIS = (
    "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark "
    "tickLblPos spPr txPr crossAx crosses|crossesAt"
)
_SERIES = (
    "idx order tx spPr invertIfNegative|marker|explosion pictureOptions dPt dLbls trendline errBars "
    "cat|xVal val|yVal smooth|shape|bubbleSize bubble3D extLst"
)
_BODY = "bodyPr lstStyle p"
# The child elements of elements, in the order of Annex A (transitional: Part 4); "|" joins alternatives.
_SEQUENCES: Mapping[str, str] = {
    f"{A}tblStyle": (
        "tblBg wholeTbl band1H band2H band1V band2V lastCol firstCol lastRow seCell swCell firstRow neCell "
        "nwCell extLst"
    ),
    f"{A}tbl": "tblPr tblGrid tr",
    f"{A}tr": "tc extLst",
    f"{A}tc": "txBody tcPr extLst",
    f"{A}tcPr": f"lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D {_FILL} headers extLst",
    f"{A}tcStyle": "tcBdr fill|fillRef cell3D",
    f"{A}tcBdr": "left right top bottom insideH insideV tl2br tr2bl",
    f"{A}txBody": _BODY,
    f"{P}txBody": _BODY,
    f"{C}txPr": _BODY,
    f"{C}rich": _BODY,
    f"{A}p": "pPr r|br|fld|m endParaRPr",
    f"{A}r": "rPr t",
    f"{A}rPr": _RUN,
    f"{A}defRPr": _RUN,
    f"{A}endParaRPr": _RUN,
    f"{A}pPr": _PARAGRAPH,
    **{f"{A}lvl{level}pPr": _PARAGRAPH for level in range(1, 10)},
    f"{A}ln": (
        "noFill|solidFill|gradFill|pattFill prstDash|custDash round|bevel|miter headEnd tailEnd extLst"
    ),
    f"{A}xfrm": "off ext",
    f"{P}xfrm": "off ext",
    f"{P}spPr": _SHAPE,
    f"{C}spPr": _SHAPE,
    f"{P}blipFill": "blip srcRect tile|stretch",
    f"{P}cNvPr": "hlinkClick hlinkHover extLst",
    f"{P}sp": "nvSpPr spPr style txBody extLst",
    f"{P}pic": "nvPicPr blipFill spPr style extLst",
    f"{P}graphicFrame": "nvGraphicFramePr xfrm graphic extLst",
    f"{P}cxnSp": "nvCxnSpPr spPr style extLst",
    f"{P}cSld": "bg spTree custDataLst controls extLst",
    f"{P}sld": "cSld clrMapOvr transition timing extLst",
    f"{P}sldLayout": "cSld clrMapOvr transition timing hf extLst",
    f"{P}sldMaster": "cSld clrMap sldLayoutIdLst transition timing hf txStyles extLst",
    f"{P}notes": "cSld clrMapOvr extLst",
    f"{P}txStyles": "titleStyle bodyStyle otherStyle extLst",
    f"{P}presentation": (
        "sldMasterIdLst notesMasterIdLst handoutMasterIdLst sldIdLst sldSz notesSz smartTags embeddedFontLst "
        "custShowLst photoAlbum custDataLst kinsoku defaultTextStyle modifyVerifier extLst"
    ),
    f"{C}chartSpace": (
        "date1904 lang roundedCorners style clrMapOvr pivotFmts protection chart spPr txPr externalData "
        "printSettings userShapes extLst"
    ),
    f"{C}chart": (
        "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly "
        "dispBlanksAs"
    ),
    f"{C}ser": _SERIES,
    f"{C}catAx": f"{_AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    f"{C}dateAx": (
        f"{_AXIS} auto lblOffset baseTimeUnit majorUnit majorTimeUnit minorUnit minorTimeUnit extLst"
    ),
    f"{C}valAx": f"{_AXIS} crossBetween majorUnit minorUnit dispUnits extLst",
}
_POSITIONS: Mapping[str, Mapping[str, int]] = {
    tag: {name: position for position, names in enumerate(sequence.split()) for name in names.split("|")}
    for tag, sequence in _SEQUENCES.items()
}


def check_child_order(name: str, tree: Any) -> Iterator[str]:
    """Report the first child element of each element that follows one which it must precede.

    Elements that no sequence names, such as those of other namespaces, may be anywhere.
    """
    for element in tree.iter(*_POSITIONS) if name.startswith("ppt/") else ():
        if pair := _find_misplaced(element):
            parent = etree.QName(element).localname
            yield f"child elements of {parent} are out of order: {pair[0]} must precede {pair[1]}"


def _find_misplaced(element: Any) -> tuple[str, str] | None:
    """Return the names of the first misplaced child and of the child before it."""
    positions = _POSITIONS[element.tag]
    last, before = -1, ""
    for child in element.iterchildren(etree.Element):
        tag = child.tag.rpartition("}")[2]
        position = positions.get(tag, last)
        if position < last:
            return tag, before
        last, before = position, tag
    return None


def check_colours(name: str, tree: Any) -> Iterator[str]:
    """Report RGB colours without six hexadecimal digits, and scheme colours that no theme has."""
    for colour in tree.iter(f"{A}srgbClr"):
        if not _RGB.fullmatch(colour.get("val", "")):
            yield f"the colour {colour.get('val')!r} is not a hexadecimal RGB value"
    for colour in tree.iter(f"{A}schemeClr"):
        if colour.get("val") not in SLOTS:
            yield f"the colour {colour.get('val')!r} is not a theme colour"


def check_sizes(name: str, tree: Any) -> Iterator[str]:
    """Report invalid sizes and positions of shapes, font sizes and levels of paragraphs."""
    for size in tree.iter(f"{A}ext", f"{P}sldSz", f"{P}notesSz"):
        is_extension = getattr(size.getparent(), "tag", "") == f"{A}extLst"
        if not is_extension and not all(size.get(key, "").isdigit() for key in ("cx", "cy")):
            yield f"the size of a shape is invalid: {size.get('cx')} × {size.get('cy')}"
    for offset in tree.iter(f"{A}off"):
        if not all(_INTEGER.fullmatch(offset.get(key, "")) for key in ("x", "y")):
            yield f"the position of a shape is invalid: {offset.get('x')}, {offset.get('y')}"
    for run in tree.iter(f"{A}rPr", f"{A}defRPr", f"{A}endParaRPr"):
        if not run.get("sz", "100").isdigit():
            yield f"the font size of a run is invalid: {run.get('sz')!r}"
    for paragraph in tree.iter(f"{A}pPr"):
        if paragraph.get("lvl", "0") not in _LEVELS:
            yield f"the level of a paragraph is invalid: {paragraph.get('lvl')!r}"


def check_text_bodies(name: str, tree: Any) -> Iterator[str]:
    """Report text bodies without paragraphs or without body properties."""
    for body in tree.iter(f"{A}txBody", f"{P}txBody"):
        if body.find(f"{A}p") is None:
            yield "a text body has no paragraph"
        if body.find(f"{A}bodyPr") is None:
            yield "a text body has no bodyPr element"


def check_chart_axes(name: str, tree: Any) -> Iterator[str]:
    """Report ids of axes that are invalid or shared, and plots and axes that refer to a missing axis."""
    if not name.startswith("ppt/charts/"):
        return
    for axis in tree.iter(f"{C}axId", f"{C}crossAx"):
        if not axis.get("val", "").isdigit():
            yield f"the axis id {axis.get('val')} is not an unsigned integer"
    area = tree.find(f"{C}chart/{C}plotArea")
    children = () if area is None else tuple(area)
    axes = [item for item in children if item.find(f"{C}crossAx") is not None]
    identifiers = Counter(
        axis.find(f"{C}axId").get("val") for axis in axes if axis.find(f"{C}axId") is not None
    )
    for identifier, count in identifiers.items():
        if count > 1:
            yield f"{count} axes share the id {identifier}"
    named = [item.get("val") for plot in children if plot not in axes for item in plot.findall(f"{C}axId")]
    named += [axis.find(f"{C}crossAx").get("val") for axis in axes]
    for identifier in dict.fromkeys(named):
        if identifier not in identifiers:
            yield f"the chart refers to the undefined axis {identifier}"
