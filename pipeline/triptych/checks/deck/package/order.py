"""Children in the order of the schema: PowerPoint repairs a file where they stand in another.

The sequences are those of ECMA-376 Part 1, Annex A (transitional: Part 4), for the elements that decks are
made of. What is in none of them, as from other namespaces, may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from triptych.ooxml.xml import A, C, P

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

# Groups that may stand at one place are joined by "|", which says nothing of how many of them there are.
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
_PLACES: Mapping[str, Mapping[str, int]] = {
    tag: {name: place for place, names in enumerate(sequence.split()) for name in names.split("|")}
    for tag, sequence in _SEQUENCES.items()
}


def child_order(name: str, tree: Any) -> Iterator[str]:
    """The first child of each element that stands behind one which it should precede."""
    for element in tree.iter(*_PLACES) if name.startswith("ppt/") else ():
        if wrong := _misplaced(element):
            parent = etree.QName(element).localname
            yield f"child elements of {parent} are out of order: {wrong[0]} must precede {wrong[1]}"


def _misplaced(element: Any) -> tuple[str, str] | None:
    places = _PLACES[element.tag]
    last, before = -1, ""
    for child in element.iterchildren(etree.Element):
        tag = child.tag.rpartition("}")[2]
        place = places.get(tag, last)
        if place < last:
            return tag, before
        last, before = place, tag
    return None
