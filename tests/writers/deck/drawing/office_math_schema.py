"""Check Office Math against the content models of ECMA-376 Part 1, 22.1, and its values.

openxml-audit stops at the first element that it does not expect in a parent, which is ``a:rPr`` in every run,
so that it overlooks what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from triptych.ooxml.xml import NAMESPACES, M

_STRUCTURES = (
    "acc bar box borderBox d eqArr f func groupChr limLow limUpp m nary phant rad sPre sSub sSubSup sSup r"
)
_ANY = f"(?:(?:{_STRUCTURES.replace(' ', '|')}) )*"
_ARGUMENT = f"(?:argPr )?{_ANY}(?:ctrlPr )?"
# The children of an element, as a regular expression over their names, each with a space after it.
_CONTENT = {
    "oMathPara": "(?:oMathParaPr )?(?:oMath )+", "oMathParaPr": "(?:jc )?", "oMath": _ANY,
    **dict.fromkeys(("e", "num", "den", "deg", "sub", "sup", "lim", "fName"), _ARGUMENT),
    "argPr": "(?:argSz )?",
    "r": "(?:rPr )?a:rPr t ", "rPr": "(?:lit )?(?:nor |(?:scr )?(?:sty )?)(?:brk )?(?:aln )?",
    "acc": "accPr e ", "accPr": "(?:chr )?ctrlPr ",
    "bar": "barPr e ", "barPr": "(?:pos )?ctrlPr ",
    "box": "boxPr e ", "boxPr": "(?:opEmu )?(?:noBreak )?(?:diff )?(?:brk )?(?:aln )?ctrlPr ",
    "borderBox": "borderBoxPr e ",
    "borderBoxPr": "(?:hideTop )?(?:hideBot )?(?:hideLeft )?(?:hideRight )?"
    "(?:strikeH )?(?:strikeV )?(?:strikeBLTR )?(?:strikeTLBR )?ctrlPr ",
    "d": "dPr (?:e )+", "dPr": "(?:begChr )?(?:sepChr )?(?:endChr )?(?:grow )?(?:shp )?ctrlPr ",
    "eqArr": "eqArrPr (?:e )+",
    "eqArrPr": "(?:baseJc )?(?:maxDist )?(?:objDist )?(?:rSpRule )?(?:rSp )?ctrlPr ",
    "f": "fPr num den ", "fPr": "(?:type )?ctrlPr ",
    "func": "funcPr fName e ", "funcPr": "ctrlPr ",
    "groupChr": "groupChrPr e ", "groupChrPr": "(?:chr )?(?:pos )?(?:vertJc )?ctrlPr ",
    "limLow": "limLowPr e lim ", "limLowPr": "ctrlPr ", "limUpp": "limUppPr e lim ", "limUppPr": "ctrlPr ",
    "m": "mPr (?:mr )+",
    "mPr": "(?:baseJc )?(?:plcHide )?(?:rSpRule )?(?:cGpRule )?(?:rSp )?(?:cSp )?(?:cGp )?(?:mcs )?ctrlPr ",
    "mcs": "(?:mc )+", "mc": "mcPr ", "mcPr": "(?:count )?(?:mcJc )?", "mr": "(?:e )+",
    "nary": "naryPr sub sup e ",
    "naryPr": "(?:chr )?(?:limLoc )?(?:grow )?(?:subHide )?(?:supHide )?ctrlPr ",
    "phant": "phantPr e ",
    "phantPr": "(?:show )?(?:zeroWid )?(?:zeroAsc )?(?:zeroDesc )?(?:transp )?ctrlPr ",
    "rad": "radPr deg e ", "radPr": "(?:degHide )?ctrlPr ",
    "sPre": "sPrePr sub sup e ", "sPrePr": "ctrlPr ",
    "sSub": "sSubPr e sub ", "sSubPr": "ctrlPr ", "sSup": "sSupPr e sup ", "sSupPr": "ctrlPr ",
    "sSubSup": "sSubSupPr e sub sup ", "sSubSupPr": "(?:alnScr )?ctrlPr ",
    "ctrlPr": "a:rPr ",
    "t": "",
}  # fmt: skip
_TOGGLE = "1|0|on|off|true|false"
_VALUES = {
    "chr": ".?", "begChr": ".?", "sepChr": ".?", "endChr": ".?", "argSz": "-?[12]|0",
    "pos": "top|bot", "vertJc": "top|bot", "limLoc": "undOvr|subSup", "type": "bar|skw|lin|noBar",
    "sty": "p|b|i|bi", "scr": "roman|script|fraktur|double-struck|sans-serif|monospace",
    "jc": "left|right|center|centerGroup", "mcJc": "left|right|center", "baseJc": "inline|top|bottom|center|bot",
    "count": "[1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]",
    "shp": "centered|match",
}  # fmt: skip


def list_faults(root: Any) -> Iterator[str]:
    """Yield the faults of an ``a14:m`` element: children in the wrong order, missing parts, wrong values."""
    for element in root.iter(etree.Element):
        if not element.tag.startswith(M):
            continue
        name = etree.QName(element).localname
        children = "".join(f"{_write_name(child)} " for child in element)
        if name in _CONTENT:
            if not re.fullmatch(_CONTENT[name], children):
                yield f"{name}: {children}"
        elif children or not re.fullmatch(_VALUES.get(name, _TOGGLE), element.get(f"{M}val", "1")):
            yield f"{name} = {element.get(f'{M}val')!r}"
        if name == "m" and (columns := {len(row) for row in element.findall(f"{M}mr")}) and len(columns) > 1:
            yield f"m: rows of {sorted(columns)} cells"


def _write_name(element: Any) -> str:
    name = etree.QName(element)
    return name.localname if name.namespace == NAMESPACES["m"] else f"a:{name.localname}"
