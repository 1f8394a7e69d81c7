"""Runs and paragraphs as DrawingML text (ECMA-376 Part 1, 21.1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from lxml import etree

from triptych.languages.customs import direction, fallbacks
from triptych.ooxml.names import NAMESPACES, qn
from triptych.ooxml.values import emu
from triptych.theme.theme import Script, Theme
from triptych.writers.deck.drawing.equations import alternative, equation
from triptych.writers.deck.drawing.numbering import Numbering, numberings
from triptych.writers.deck.fitting.text import MARK_MARGIN, number_margin, size_of
from triptych.writers.deck.pptx.terms import RELATIONSHIP_TYPE
from triptych.writers.deck.slides import NativeFormula, Para, Run
from triptych.writers.deck.template.palette import Tint

# What XML 1.0 does not allow; it would stop the parser.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = re.compile("[\n\v\u2028]")

_OFFICE_LANGUAGES = {
    "zh": "zh-CN",
    "zh-hant": "zh-TW",
    "zh-tw": "zh-TW",
    "zh-hk": "zh-HK",
    "zh-mo": "zh-MO",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "ar": "ar-SA",
    "he": "he-IL",
    "fa": "fa-IR",
    "ur": "ur-PK",
    "hi": "hi-IN",
    "th": "th-TH",
}


@dataclass(slots=True)
class TextContext:
    """What text needs beyond itself: language and fonts, and where links to slides wait for their target.

    ``way`` is the direction in which the template's text runs, that of the language where nothing is said.
    ``links_in_ink`` says that the colour of links cannot be read on the slide being drawn.
    """

    language: str
    theme: Theme
    way: str = ""
    links_in_ink: bool = False
    links: list[PendingLink] = field(default_factory=list)
    _scripts: dict[str, Script | None] = field(default_factory=dict)

    def script_of(self, language: str) -> Script | None:
        """As the theme's; asked for with each run."""
        if language not in self._scripts:
            self._scripts[language] = self.theme.script_of(language)
        return self._scripts[language]


@dataclass(frozen=True, slots=True)
class PendingLink:
    """Run properties on a slide that want to jump to the slide called ``target``, ``in_ink`` or not."""

    part: Any
    properties: Any
    target: str
    in_ink: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What differs from the layout; None and 0 leave it as it is. ``line`` in points.

    With a ``mark`` points have a bullet that their layout lacks.
    """

    size: float | None = None
    bold: bool = False
    colour: Tint | None = None
    line: float | None = None
    before: float | None = None
    after: float | None = None
    align: str = ""
    mark: bool = False


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """Append an element such as ``a:rPr`` with attributes."""
    element = etree.SubElement(parent, qn(tag))
    for name, value in attributes.items():
        element.set(name, value)
    return element


def extended(parent: Any, tag: str, **attributes: str) -> Any:
    """Append an element of an extension, such as ``adec:decorative``, which declares its namespace."""
    prefix = tag.partition(":")[0]
    element = parent.makeelement(qn(tag), attributes, {prefix: NAMESPACES[prefix]})
    parent.append(element)
    return element


def colour(parent: Any, tint: Tint) -> None:
    """Append a colour to a fill."""
    if tint.digits:
        child(parent, "a:srgbClr", val=tint.digits)
        return
    element = child(parent, "a:schemeClr", val=tint.slot)
    for name, value in tint.changes():
        child(element, f"a:{name}", val=value)


def set_text(body: Any, paras: Sequence[tuple[Para, Look]], part: Any, context: TextContext) -> None:
    """Replace the paragraphs of a text body.

    ``normAutofit`` without a scale says that the text fits at 100 %, and lets a person's later additions
    shrink it.
    """
    clear_text(body)
    add_paragraphs(body, paras, part, context)


def add_paragraphs(body: Any, paras: Sequence[tuple[Para, Look]], part: Any, context: TextContext) -> None:
    """Append paragraphs to a text body, those of lists with their marks and numbers."""
    numbers = numberings([para for para, _ in paras])
    for (para, look), number in zip(paras, numbers, strict=True):
        _add_paragraph(body, para, look, number, part, context)


def clear_text(body: Any) -> None:
    """Take the paragraphs out of a text body and say that what follows fits."""
    for old in body.findall(qn("a:p")):
        body.remove(old)
    properties = body.find(qn("a:bodyPr"))
    for old in list(properties):
        properties.remove(old)
    child(properties, "a:normAutofit")


def add_runs(paragraph: Any, runs: Sequence[Run], look: Look, part: Any, context: TextContext) -> None:
    """Append runs to an ``a:p``."""
    for run in runs:
        if run.formula:
            _add_formula(paragraph, run, run.formula, look, part, context)
            continue
        for index, text in enumerate(_LINE_ENDS.split(run.text)):
            if index:
                _run_properties(child(paragraph, "a:br"), run, look, part, context)
            if text:
                element = child(paragraph, "a:r")
                _run_properties(element, run, look, part, context)
                child(element, "a:t").text = cleaned(text)


def _add_formula(
    paragraph: Any, run: Run, formula: NativeFormula, look: Look, part: Any, context: TextContext
) -> None:
    """A native formula, and its text for programs that know none."""
    properties = {"lang": run.language or context.language}
    if look.size:
        properties["sz"] = _hundredths(look.size)
    holder = etree.Element(qn("a:p"))
    add_runs(holder, [replace(run, formula=None)], look, part, context)
    native = equation(formula.omml, properties, display=formula.display)
    paragraph.append(alternative(native, holder[0]))


def close_paragraph(paragraph: Any, look: Look, context: TextContext) -> None:
    """Say how text would look that a person adds at the end; it sets the height of an empty line too."""
    end = child(paragraph, "a:endParaRPr", lang=office_language(context.language))
    if look.size:
        end.set("sz", _hundredths(look.size))


def cleaned(text: str) -> str:
    """Text without characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def _add_paragraph(
    body: Any, para: Para, look: Look, number: Numbering | None, part: Any, context: TextContext
) -> None:
    paragraph = child(body, "a:p")
    properties = child(paragraph, "a:pPr")
    if para.level:
        properties.set("lvl", str(min(para.level, 8)))
    runs = para.runs
    if number is not None:
        margin = number_margin(para)
        properties.set("marL", emu(margin * (para.level + 1)))
        properties.set("indent", emu(-margin))
    elif not para.bullet and not para.level:
        properties.set("marL", "0")
        properties.set("indent", "0")
    elif look.mark:
        properties.set("marL", emu(MARK_MARGIN * (para.level + 1)))
        properties.set("indent", emu(-MARK_MARGIN if para.bullet else 0))
    set_direction(properties, para.runs, context)
    if look.align:
        properties.set("algn", look.align)
    if look.line:
        child(child(properties, "a:lnSpc"), "a:spcPts", val=_hundredths(look.line))
    if look.before is not None:
        child(child(properties, "a:spcBef"), "a:spcPts", val=_hundredths(look.before))
    if look.after is not None:
        child(child(properties, "a:spcAft"), "a:spcPts", val=_hundredths(look.after))
    if look.mark and para.bullet and number is None:
        child(properties, "a:buFont", typeface="+mn-lt")
        child(properties, "a:buChar", char="•")
    if number is not None and not number.written:
        child(properties, "a:buFont", typeface="+mn-lt")
        child(properties, "a:buAutoNum", type=number.scheme, startAt=str(number.start))
    elif number is not None or not para.bullet:
        child(properties, "a:buNone")
    if number is not None and number.written:
        runs = (Run(text=f"{number.written}\t"), *runs)
    add_runs(paragraph, runs, look, part, context)
    close_paragraph(paragraph, look, context)


def _run_properties(element: Any, run: Run, look: Look, part: Any, context: TextContext) -> None:
    language = run.language or context.language
    properties = child(element, "a:rPr", lang=office_language(language))
    script = context.script_of(language)
    if script:
        properties.set("altLang", "en-US")
    if look.size:
        properties.set("sz", _hundredths(size_of(run, look.size)))
    if run.bold or look.bold:
        properties.set("b", "1")
    if run.italic:
        properties.set("i", "1")
    if run.raised or run.lowered:
        properties.set("baseline", "30000" if run.raised else "-25000")
    if run.code:
        properties.set("noProof", "1")
    if look.colour:
        colour(child(properties, "a:solidFill"), look.colour)
    if run.code:
        child(properties, "a:latin", typeface=context.theme.mono, pitchFamily="49", charset="0")
    if script and run.language:  # the deck's own script is in its theme
        for tag in ("a:ea", "a:cs"):
            child(properties, tag, typeface=script.slides)
    elif run.code:
        child(properties, "a:cs", typeface=context.theme.mono, pitchFamily="49", charset="0")
    if run.href:
        relation = part.relate_to(run.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = child(properties, "a:hlinkClick")
        link.set(qn("r:id"), relation)
        if context.links_in_ink:
            keep_ink(link)
    elif run.slide:
        context.links.append(PendingLink(part, properties, run.slide, context.links_in_ink))


def keep_ink(link: Any) -> None:
    """Let a link have the colour of its text ([MS-ODRAWXML] 2.14, hlinkClr)."""
    extension = child(child(link, "a:extLst"), "a:ext", uri="{A12FA001-AC4F-418D-AE19-62706E023703}")
    extended(extension, "ahyp:hlinkClr", val="tx")


def set_direction(properties: Any, runs: Sequence[Run], context: TextContext) -> None:
    """Say which way a paragraph runs, where that is another than the deck's."""
    own = context.way or direction(context.language)
    ways = {direction(run.language or context.language) for run in runs if run.text.strip()}
    if ways and own not in ways:
        properties.set("rtl", "0" if own == "rtl" else "1")
        properties.set("algn", "l" if own == "rtl" else "r")


@cache
def office_language(language: str) -> str:
    """A language tag as Office knows it: Chinese by a country, not by a script."""
    return next((_OFFICE_LANGUAGES[tag] for tag in fallbacks(language) if tag in _OFFICE_LANGUAGES), language)


def _hundredths(value: float) -> str:
    return str(round(value * 100))
