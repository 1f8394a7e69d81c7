"""Write text runs, paragraphs and numbered lists in DrawingML (ECMA-376 Part 1, 21.1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, cycle, pairwise
from typing import Any

from lxml import etree

from triptych.languages.language_tags import get_text_direction
from triptych.languages.numerals import format_list_number
from triptych.languages.word_tables import iter_fallback_tags
from triptych.ooxml.xml import NAMESPACES, qn, to_emu
from triptych.theme.theme import Script, Theme
from triptych.writers.deck.drawing.office_math import build_equation, create_alternate_content
from triptych.writers.deck.fitting.text import BULLET_INDENT, get_number_indent, get_run_size
from triptych.writers.deck.pptx.exports import RELATIONSHIP_TYPE
from triptych.writers.deck.slides import NativeFormula, Para, Run
from triptych.writers.deck.template.palette import Tint

# Characters that XML 1.0 forbids, and control characters.
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
    """The language, theme and direction of a deck's text, and its links to slides that do not exist yet.

    ``direction`` is "ltr", "rtl", or "" for the direction of the language. ``links_need_text_colour`` is true
    if the theme's link colour is illegible on the current slide.
    """

    language: str
    theme: Theme
    direction: str = ""
    links_need_text_colour: bool = False
    links: list[PendingLink] = field(default_factory=list)
    _scripts: dict[str, Script | None] = field(default_factory=dict)

    def get_script(self, language: str) -> Script | None:
        """Return the theme's script for a language. The result is cached, since every text run needs it."""
        if language not in self._scripts:
            self._scripts[language] = self.theme.find_script(language)
        return self._scripts[language]


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link to the slide with the id ``target``, which is added to run properties once the slide exists."""

    part: Any
    properties: Any
    target: str
    needs_text_colour: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """Text properties that override those of the layout; None, False and "" keep the layout's.

    The text size, line spacing and paragraph spacing are in points. If ``adds_bullet`` is true, list items
    get a bullet that the layout does not have, and if ``adds_indent`` is true, an indent. If ``keeps_margin``
    is true, paragraphs without bullets inherit the layout's margin and indent.
    """

    size: float | None = None
    bold: bool = False
    colour: Tint | None = None
    line_spacing: float | None = None
    space_before: float | None = None
    space_after: float | None = None
    align: str = ""
    adds_bullet: bool = False
    adds_indent: bool = False
    keeps_margin: bool = False


def add_child(parent: Any, tag: str, **attributes: str) -> Any:
    """Append a child element with attributes, and return it; ``tag`` is a name such as ``a:rPr``."""
    element = etree.SubElement(parent, qn(tag))
    for name, value in attributes.items():
        element.set(name, value)
    return element


def get_or_add_child(parent: Any, tag: str) -> Any:
    """Return the first child with a tag such as ``a:rPr``; append one if there is none."""
    child = parent.find(qn(tag))
    return add_child(parent, tag) if child is None else child


def remove_children(parent: Any, *tags: str) -> None:
    """Remove all children with one of ``tags``, such as ``a:rPr``."""
    for element in list(parent.iterchildren(*map(qn, tags))):
        parent.remove(element)


def add_extension(parent: Any, tag: str, **attributes: str) -> Any:
    """Append an extension element such as ``adec:decorative``, with its namespace declaration."""
    prefix = tag.partition(":")[0]
    element = parent.makeelement(qn(tag), attributes, {prefix: NAMESPACES[prefix]})
    parent.append(element)
    return element


def add_colour(parent: Any, tint: Tint) -> None:
    """Append a colour element to a fill."""
    if tint.digits:
        add_child(parent, "a:srgbClr", val=tint.digits)
        return
    element = add_child(parent, "a:schemeClr", val=tint.slot)
    for name, value in tint.list_transformations():
        add_child(element, f"a:{name}", val=value)


def set_text(body: Any, paras: Sequence[tuple[Para, TextStyle]], part: Any, context: TextContext) -> None:
    """Replace the paragraphs of a text body.

    Set ``normAutofit`` without a scale, because the text fits at present and programs may shrink it later.
    """
    clear_text(body)
    add_paragraphs(body, paras, part, context)


def add_paragraphs(
    body: Any, paras: Sequence[tuple[Para, TextStyle]], part: Any, context: TextContext
) -> None:
    """Append paragraphs to a text body, with bullets and numbers."""
    numbers = number_paragraphs([para for para, _ in paras])
    for (para, text_style), number in zip(paras, numbers, strict=True):
        _add_paragraph(body, para, text_style, number, part, context)


def clear_text(body: Any) -> None:
    """Remove the paragraphs of a text body, and set ``normAutofit``."""
    remove_children(body, "a:p")
    properties = body.find(qn("a:bodyPr"))
    for old in list(properties):
        properties.remove(old)
    add_child(properties, "a:normAutofit")


def add_runs(
    paragraph: Any, runs: Sequence[Run], text_style: TextStyle, part: Any, context: TextContext
) -> None:
    """Append text runs to an ``a:p`` element."""
    for run in runs:
        if run.formula:
            _add_formula(paragraph, run, run.formula, text_style, part, context)
            continue
        for index, text in enumerate(_LINE_ENDS.split(run.text)):
            if index:
                _add_run_properties(add_child(paragraph, "a:br"), run, text_style, part, context)
            if text:
                element = add_child(paragraph, "a:r")
                _add_run_properties(element, run, text_style, part, context)
                add_child(element, "a:t").text = remove_forbidden_characters(text)


def _add_formula(
    paragraph: Any, run: Run, formula: NativeFormula, text_style: TextStyle, part: Any, context: TextContext
) -> None:
    """Append a native formula, with its plain text as a fallback."""
    properties = {"lang": run.language or context.language}
    if text_style.size:
        properties["sz"] = _format_hundredths(text_style.size)
    holder = etree.Element(qn("a:p"))
    add_runs(holder, _list_fallback_runs(run, formula), text_style, part, context)
    native = build_equation(formula.omml, properties, display=formula.display)
    paragraph.append(create_alternate_content(native, holder))


def _list_fallback_runs(run: Run, formula: NativeFormula) -> list[Run]:
    """Return the plain text of a formula as runs, with bold letters bold and upright."""
    places = [0, *chain.from_iterable(formula.bold), len(run.text)]
    return [
        replace(
            run,
            formula=None,
            text=run.text[start:end],
            bold=run.bold or is_bold,
            italic=run.italic and not is_bold,
        )
        for (start, end), is_bold in zip(pairwise(places), cycle((False, True)))
        if start < end
    ]


def add_end_properties(paragraph: Any, text_style: TextStyle, context: TextContext) -> None:
    """Add ``a:endParaRPr``, which formats text added at the end and determines the height of empty lines."""
    end = add_child(paragraph, "a:endParaRPr", lang=get_office_language(context.language))
    if text_style.size:
        end.set("sz", _format_hundredths(text_style.size))


def remove_forbidden_characters(text: str) -> str:
    """Remove the characters that XML does not allow."""
    return _FORBIDDEN.sub("", text)


def _add_paragraph(
    body: Any, para: Para, text_style: TextStyle, number: Numbering | None, part: Any, context: TextContext
) -> None:
    paragraph = add_child(body, "a:p")
    properties = add_child(paragraph, "a:pPr")
    if para.level:
        properties.set("lvl", str(min(para.level, 8)))
    runs = para.runs
    if number is not None:
        margin = get_number_indent(para)
        properties.set("marL", to_emu(margin * (para.level + 1)))
        properties.set("indent", to_emu(-margin))
    elif not para.bullet and not para.level:
        if not text_style.keeps_margin:
            properties.set("marL", "0")
            properties.set("indent", "0")
    elif text_style.adds_indent:
        properties.set("marL", to_emu(BULLET_INDENT * (para.level + 1)))
        properties.set("indent", to_emu(-BULLET_INDENT if para.bullet else 0))
    set_paragraph_direction(properties, para.runs, context)
    if text_style.align:
        properties.set("algn", text_style.align)
    if text_style.line_spacing:
        add_child(
            add_child(properties, "a:lnSpc"), "a:spcPts", val=_format_hundredths(text_style.line_spacing)
        )
    if text_style.space_before is not None:
        add_child(
            add_child(properties, "a:spcBef"), "a:spcPts", val=_format_hundredths(text_style.space_before)
        )
    if text_style.space_after is not None:
        add_child(
            add_child(properties, "a:spcAft"), "a:spcPts", val=_format_hundredths(text_style.space_after)
        )
    if text_style.adds_bullet and para.bullet and number is None:
        add_child(properties, "a:buFont", typeface="+mn-lt")
        add_child(properties, "a:buChar", char="•")
    if number is not None and not number.text:
        add_child(properties, "a:buFont", typeface="+mn-lt")
        add_child(properties, "a:buAutoNum", type=number.scheme, startAt=str(number.start))
    elif number is not None or not (para.bullet or text_style.keeps_margin):
        add_child(properties, "a:buNone")
    if number is not None and number.text:
        runs = (Run(text=f"{number.text}\t"), *runs)
    add_runs(paragraph, runs, text_style, part, context)
    add_end_properties(paragraph, text_style, context)


def _add_run_properties(
    element: Any, run: Run, text_style: TextStyle, part: Any, context: TextContext
) -> None:
    language = run.language or context.language
    properties = add_child(element, "a:rPr", lang=get_office_language(language))
    script = context.get_script(language)
    if script:
        properties.set("altLang", "en-US")
    if text_style.size:
        properties.set("sz", _format_hundredths(get_run_size(run, text_style.size)))
    if run.bold or text_style.bold:
        properties.set("b", "1")
    if run.italic:
        properties.set("i", "1")
    if run.raised or run.lowered:
        properties.set("baseline", "30000" if run.raised else "-25000")
    if run.code:
        properties.set("noProof", "1")
    if text_style.colour:
        add_colour(add_child(properties, "a:solidFill"), text_style.colour)
    if run.code:
        add_child(properties, "a:latin", typeface=context.theme.mono, pitchFamily="49", charset="0")
    if script and run.language:  # the theme defines the font of the deck's own script
        for tag in ("a:ea", "a:cs"):
            add_child(properties, tag, typeface=script.slides)
    elif run.code:
        add_child(properties, "a:cs", typeface=context.theme.mono, pitchFamily="49", charset="0")
    if run.href:
        relation = part.relate_to(run.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = add_child(properties, "a:hlinkClick")
        link.set(qn("r:id"), relation)
        if context.links_need_text_colour:
            keep_text_colour(link)
    elif run.slide:
        context.links.append(PendingLink(part, properties, run.slide, context.links_need_text_colour))


def keep_text_colour(link: Any) -> None:
    """Make a link use the text colour instead of the link colour (``hlinkClr``, [MS-ODRAWXML] 2.14)."""
    extension = add_child(add_child(link, "a:extLst"), "a:ext", uri="{A12FA001-AC4F-418D-AE19-62706E023703}")
    add_extension(extension, "ahyp:hlinkClr", val="tx")


def set_paragraph_direction(properties: Any, runs: Sequence[Run], context: TextContext) -> None:
    """Set a paragraph's direction if it differs from the deck's direction."""
    text_direction = context.direction or get_text_direction(context.language)
    directions = {get_text_direction(run.language or context.language) for run in runs if run.text.strip()}
    if directions and text_direction not in directions:
        properties.set("rtl", "0" if text_direction == "rtl" else "1")
        properties.set("algn", "l" if text_direction == "rtl" else "r")


@cache
def get_office_language(language: str) -> str:
    """Return a language tag as Office expects it, such as zh-CN instead of zh-Hans."""
    return next(
        (_OFFICE_LANGUAGES[tag] for tag in iter_fallback_tags(language) if tag in _OFFICE_LANGUAGES), language
    )


def _format_hundredths(value: float) -> str:
    return str(round(value * 100))


_SCHEMES = {
    "decimal": "arabic",
    "lower-alpha": "alphaLc",
    "upper-alpha": "alphaUc",
    "lower-roman": "romanLc",
    "upper-roman": "romanUc",
}
_BRACKETS = {"": "Period", ")": "ParenR", "()": "ParenBoth"}
_VALID_STARTS = range(1, 32_768)  # valid first numbers (ST_TextBulletStartAtNum)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The number of a paragraph: automatic, counted from ``start`` in a ``scheme``, or fixed ``text``."""

    scheme: str = ""
    start: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class _OpenList:
    """A numbered list that may continue in a later paragraph, with the number of its next item."""

    numbering: Numbering
    style: str
    brackets: str
    next_number: int


def number_paragraphs(paras: Sequence[Para]) -> list[Numbering | None]:
    """Return the numbering of each paragraph, or None for paragraphs without a number.

    Office programs count consecutive items with the same scheme and start. Numbers that cannot be expressed
    in this way are written as text: those of a list that starts with 0 or directly follows a similar list.
    """
    numberings: list[Numbering | None] = []
    lists: dict[int, _OpenList] = {}
    for para in paras:
        lists = {level: open_list for level, open_list in lists.items() if level <= para.level}
        before = lists.pop(para.level, None)
        if para.number is None:
            numberings.append(None)
            continue
        text_style = para.style, para.brackets
        if before and (before.style, before.brackets) == text_style and before.next_number == para.number:
            open_list = replace(before, next_number=para.number + 1)
        else:
            numbering = Numbering(_SCHEMES[para.style] + _BRACKETS[para.brackets], para.number)
            if para.number not in _VALID_STARTS or (before and before.numbering == numbering):
                numbering = Numbering(text="written")
            open_list = _OpenList(numbering, *text_style, para.number + 1)
        lists[para.level] = open_list
        number_text = format_list_number(para.number, *text_style) if open_list.numbering.text else ""
        numberings.append(Numbering(text=number_text) if number_text else open_list.numbering)
    return numberings
