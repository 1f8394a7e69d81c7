"""Remove numbers typed into titles and headings, since Triptych generates numbers.

Manual numbers that match the order of the book are removed, and headings without a number stay unnumbered. If
the manual numbers do not match the order, they are kept and automatic numbering is turned off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.reading.chapter import UNNUMBERED_ROLES
from triptych_import.book import Draft, Edit, ImportFinding, SectionFile, SourceBook
from triptych_import.headings import Heading, find_headings

_MAX_NUMBERED_LEVEL = 3  # deepest level of numbered headings
_REMOVED = "removed, since the same numbers are generated"
_KEPT_ACTION = "kept, without automatic numbers"
_CHINESE = {char: number for number, char in enumerate("一二三四五六七八九", 1)}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split(),
        1,
    )
}
_CHAPTER = re.compile(
    r"(?:chapter|kapitel|cap[ií]tulo|chapitre|capitolo|hoofdstuk|rozdział|kapitola|глава|bölüm)\s+"
    r"(\w+)(?:\s*\\?[:.：–—-]+\s*|\s+)(?=\S)|第\s*([\d一二三四五六七八九十百]+)\s*[章回課课]\s*[:：.、-]*\s*",
    re.IGNORECASE,
)
_APPENDIX = re.compile(
    r"(?:appendix|anhang|ap[eé]ndice|annexe?|appendice|bijlage|附录|附錄|付録)\s*([A-Z]|\d{1,9})\b\s*"
    r"[:.：–—-]*\s*(?=\S)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(\d{1,9}+(?:\.\d{1,9}+)*)(\\?[.)]|(?<=\.\d)|(?<=\.\d\d)|:)?[ \t\u00a0]+(?=\S)")
_LETTERED = re.compile(r"([A-Z](?:\.\d{1,9}+)+)\\?\.?[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class ManualNumber:
    """A manual number at the start of a title, with its components ``parts``, such as (2, 1) for 2.1.

    ``length`` is its length in characters, including a word such as "Chapter".
    """

    parts: tuple[int, ...]
    length: int
    is_certain: bool
    """Whether this is certainly a chapter or section number, unlike the 3 in "3 ways"."""


def parse_manual_number(text: str, *, appendix: bool = False) -> ManualNumber | None:
    """Return the manual number at the start of a title, or None if there is none.

    If ``appendix`` is true, numbers such as A.1 are also recognised.
    """
    if match := _CHAPTER.match(text):
        number = _parse_number(match.group(1) or match.group(2))
        return ManualNumber((number,), match.end(), True) if number and match.end() < len(text) else None
    if match := _APPENDIX.match(text):
        letter = match.group(1).upper()
        number = int(letter) if letter.isdigit() else ord(letter) - 64
        return ManualNumber((number,), match.end(), True)
    if appendix and (match := _LETTERED.match(text)):
        first, *rest = match.group(1).split(".")
        return ManualNumber((ord(first) - 64, *map(int, rest)), match.end(), True)
    if match := _DOTTED.match(text):
        parts = tuple(int(part) for part in match.group(1).split("."))
        return ManualNumber(parts, match.end(), bool(match.group(2)) or len(parts) > 1)
    return None


def _parse_number(word: str) -> int:
    if word.isdecimal():
        return int(word[:9])
    if set(word) <= {*_CHINESE, "十", "百"}:
        return _parse_chinese_number(word)
    if set(word) <= set(_ROMAN):
        values = [_ROMAN[char] for char in word]
        return sum(
            -value if value < next_value else value
            for value, next_value in zip(values, [*values[1:], 0], strict=True)
        )
    return _WORDS.get(word.lower(), 0)


def _parse_chinese_number(word: str) -> int:
    total, digit = 0, 0
    for char in word:
        if char in _CHINESE:
            digit = _CHINESE[char]
        else:
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
    return total + digit


def remove_manual_numbers(book: SourceBook) -> SourceBook:
    """Remove manual numbers that equal the generated numbers.

    If those of the chapters, or of a chapter's headings, differ, keep them and turn off numbering.
    """
    sections = _mark_appendices(book.sections)
    new: dict[int, SectionFile] = {}
    findings: list[ImportFinding] = []
    for appendix in (False, True):
        group = [
            candidate
            for candidate in sections
            if not candidate.is_included and candidate.is_appendix is appendix
        ]
        new |= {
            id(old): section
            for old, section in zip(group, _remove_chapter_numbers(group, findings), strict=True)
        }
    counts = {True: 0, False: 0}
    out = []
    for section in sections:
        section = new.get(id(section), section)
        if not section.is_included and _is_numbered(
            section
        ):  # headings in unnumbered chapters are unnumbered
            counts[section.is_appendix] += 1
            section = _remove_section_numbers(section, counts[section.is_appendix], findings)
        out.append(section)
    return replace(book, sections=tuple(out)).with_findings(findings)


def _mark_appendices(sections: Sequence[SectionFile]) -> tuple[SectionFile, ...]:
    """Mark the first section with a title such as "Appendix A", and all later sections, as appendices.

    If a numbered chapter or a part follows, mark none, since appendices cannot be divided into parts.
    """
    titles = ["" if section.is_included else _get_title(section) for section in sections]
    is_named_appendix = [bool(_APPENDIX.match(title)) for title in titles]
    first = is_named_appendix.index(True) if True in is_named_appendix else len(sections)
    rest = sections[first:]
    has_numbers_again = any(
        not is_named_appendix[n] and parse_manual_number(titles[n]) for n in range(first, len(sections))
    )
    if (
        not first
        or has_numbers_again
        or any(section.is_appendix for section in sections)
        or any(candidate.part for candidate in rest)
    ):
        return tuple(sections)
    return (*sections[:first], *(replace(section, is_appendix=True) for section in rest))


def _remove_chapter_numbers(
    sections: Sequence[SectionFile], findings: list[ImportFinding]
) -> list[SectionFile]:
    """Remove the manual numbers of chapters or appendices, or turn off their generated numbers."""
    numbers = [
        parse_manual_number(_get_title(candidate), appendix=candidate.is_appendix)
        if _is_numbered(candidate)
        else None
        for candidate in sections
    ]
    numbered = [number for number in numbers if number is not None and len(number.parts) == 1]
    if (
        not numbered
        or 2 * len(numbered) < sum(map(_is_numbered, sections))
        or not any(n.is_certain for n in numbered)
    ):
        return list(sections)
    first = next(candidate for candidate, number in zip(sections, numbers, strict=True) if number)
    if [number.parts[0] for number in numbered] == list(range(1, len(numbered) + 1)):
        _add_finding(first, "the typed chapter numbers follow the order of the book", _REMOVED, findings)
        return [
            _cut_title_start(section, number.length)
            if number in numbered and number
            else _make_unnumbered(section)
            for section, number in zip(sections, numbers, strict=True)
        ]
    _add_finding(
        first, "the typed chapter numbers do not follow the order of the book", _KEPT_ACTION, findings
    )
    return [_make_unnumbered(section) for section in sections]


def _add_finding(section: SectionFile, message: str, action: str, findings: list[ImportFinding]) -> None:
    findings.append(ImportFinding(path=section.source_texts[0].path, message=message, action=action))


def _find_title_heading(section: SectionFile) -> Heading | None:
    first = next(iter(find_headings(section.source_texts[0].draft.text)), None)
    return first if first and first.level == 1 and "title" not in section.front_matter else None


def _get_title(section: SectionFile) -> str:
    heading = _find_title_heading(section)
    return str(
        section.front_matter.get("title") or (heading.text if heading else section.source_texts[0].title)
    )


def _is_numbered(section: SectionFile) -> bool:
    heading = _find_title_heading(section)
    span = heading.attributes_span if heading else None
    attributes = section.source_texts[0].draft.text[slice(*span)] if span else ""
    if re.search(r"\.unnumbered|\{-\}|\{-\s|\s-[\s}]", attributes):
        return False
    return (
        not section.front_matter.get("unnumbered")
        and section.front_matter.get("role") not in UNNUMBERED_ROLES
    )


def _make_unnumbered(section: SectionFile) -> SectionFile:
    return (
        replace(section, front_matter={**section.front_matter, "unnumbered": True})
        if _is_numbered(section)
        else section
    )


def _cut_title_start(section: SectionFile, length: int) -> SectionFile:
    """Remove the first ``length`` characters of a chapter's title."""
    heading = _find_title_heading(section)
    first = section.source_texts[0]
    if heading is not None:
        piece = replace(first, draft=first.draft.apply_edits([_cut_number(first.draft, heading, length)]))
    elif "title" in section.front_matter:
        return replace(
            section,
            front_matter={**section.front_matter, "title": str(section.front_matter["title"])[length:]},
        )
    else:
        piece = replace(first, title=first.title[length:])
    return replace(section, source_texts=(piece, *section.source_texts[1:]))


def _cut_number(draft: Draft, heading: Heading, length: int) -> Edit:
    start = draft.text.index(heading.text[:length], heading.marker_span[1])
    return Edit(start, start + length, "")


def _remove_section_numbers(
    section: SectionFile, chapter_number: int, findings: list[ImportFinding]
) -> SectionFile:
    """Remove the manual numbers of a chapter's section headings, or turn off their generated numbers."""
    headings = [
        (piece, heading, _parse_section_number(heading.text, section))
        for piece in section.source_texts
        for heading in find_headings(piece.draft.text)
        if 2 <= heading.level <= _MAX_NUMBERED_LEVEL
    ]
    numbered = [(heading, number) for _, heading, number in headings if number is not None]
    top = [number for _, heading, number in headings if heading.level == 2]
    is_habit = numbered and 2 * sum(number is not None for number in top) >= len(top)
    if not is_habit or not any(number.is_certain for _, number in numbered):
        return section
    is_in_order = _is_in_order(chapter_number, numbered)
    relation = "match" if is_in_order else "do not match"
    message = f"the section numbers in the headings {relation} automatic numbering"
    _add_finding(section, message, _REMOVED if is_in_order else _KEPT_ACTION, findings)
    edits: dict[int, list[Edit]] = {}
    for piece, heading, number in headings:
        change = edits.setdefault(id(piece), [])
        if is_in_order and number is not None:
            change.append(_cut_number(piece.draft, heading, number.length))
        else:
            change += _suppress_number(piece.draft.text, heading)
    return section.with_drafts(lambda piece: piece.draft.apply_edits(edits.get(id(piece), ())))


def _parse_section_number(text: str, section: SectionFile) -> ManualNumber | None:
    if _CHAPTER.match(text) or _APPENDIX.match(text):
        return None
    return parse_manual_number(text, appendix=section.is_appendix)


def _is_in_order(chapter_number: int, numbered_headings: Sequence[tuple[Heading, ManualNumber]]) -> bool:
    """Return whether all manual numbers equal the generated ones, with or without the chapter number."""
    counts = [0] * (_MAX_NUMBERED_LEVEL + 1)
    includes_chapter, excludes_chapter = True, True
    for heading, number in numbered_headings:
        counts[heading.level] += 1
        counts[heading.level + 1 :] = [0] * (_MAX_NUMBERED_LEVEL - heading.level)
        levels = tuple(counts[2 : heading.level + 1])
        includes_chapter = includes_chapter and number.parts == (chapter_number, *levels)
        excludes_chapter = excludes_chapter and number.parts == levels
    return includes_chapter or excludes_chapter


def _suppress_number(text: str, heading: Heading) -> Iterator[Edit]:
    if heading.attributes_span is None:
        yield Edit(heading.text_end, heading.text_end, " {.unnumbered}")
    elif not re.search(r"\.unnumbered|\{-[\s}]", text[slice(*heading.attributes_span)]):
        yield Edit(heading.attributes_span[1] - 1, heading.attributes_span[1] - 1, " .unnumbered")
