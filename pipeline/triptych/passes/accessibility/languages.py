"""Languages: a screen reader chooses its voice by them, a layout engine its hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import is_language_tag, primary, tag_problem
from triptych.model.nodes import Inline, LineBreak, Link, Phrase, Quoted, Reference, SoftBreak, Styled, Text
from triptych.model.walk import attr_of, children
from triptych.passes.accessibility.rules import Survey, lines

# Letters that make a passage: a name or a quoted word in another script is none. A book in another
# script than Latin has many names, programs and units in Latin letters.
_PASSAGE = 10
_LATIN_PASSAGE = 80
_IDEOGRAMS = 4  # each is a word


def wrong_tags(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC010 at each span or block whose language is not named by a tag."""
    for placed in chapter.nodes:
        attr = attr_of(placed.node)
        if attr.pairs and (problem := tag_problem(attr.get("lang"), placed.span)):
            yield problem


def foreign_scripts(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC011 at each passage that is mostly in letters its language is not written with."""
    book = chapter.chapter
    opener = (book.title, book.summary, *book.takeaways)
    passages = [(line, book.span, chapter.language) for line in opener]
    passages += [(line, p.span, p.language) for p in chapter.nodes for line in lines(p.node)]
    for line, span, language in passages:
        for tag, text in _by_language(line, language).items():
            if script := _foreign(text, tag):
                message = f'this text is in {SCRIPT_NAMES[script]} script, but its language is set to "{tag}"'
                hint = "set the language with [text]{lang=…}, or enclose the text in a ::: {lang=…} div"
                yield Diagnostic(code="ACC011", span=span, message=message, hint=hint)


def _by_language(line: tuple[Inline, ...], language: str) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for node in line:
        _gather(node, language, texts)
    return {tag: "".join(pieces) for tag, pieces in texts.items()}


def _gather(node: Any, language: str, texts: dict[str, list[str]]) -> None:
    """The words of a line by their language. Code, formulas, notes and citations are none of its words."""
    match node:
        case Text(text=text):
            texts.setdefault(language, []).append(text)
        case SoftBreak() | LineBreak():
            texts.setdefault(language, []).append(" ")
        case Styled() | Quoted() | Phrase() | Link() | Reference():
            tag = attr_of(node).get("lang")
            for child in children(node):
                _gather(child, tag or language, texts)


def _foreign(text: str, language: str) -> str | None:
    """The script of a text that its language is mostly not written in, or None."""
    scripts = scripts_of(language)
    if not scripts or not is_language_tag(language) or not letters_of_others(scripts).search(text):
        return None
    counts = scripts_in(text)
    others = {script: count for script, count in counts.items() if script not in scripts}
    if not others or 2 * sum(others.values()) <= sum(counts.values()):
        return None
    script = max(sorted(others), key=others.__getitem__)
    least = {LATIN: _LATIN_PASSAGE, "Hani": _IDEOGRAMS}.get(script, _PASSAGE)
    return script if sum(others.values()) >= least else None


LATIN = "Latn"
SCRIPT_NAMES = {
    "Arab": "Arabic",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Grek": "Greek",
    "Hang": "Korean",
    "Hani": "Chinese",
    "Hebr": "Hebrew",
    "Kana": "Japanese",
    "Latn": "Latin",
    "Thai": "Thai",
}

# Letters of each script, by the blocks of Unicode that hold them; Kana are both kinds.
_LETTERS = {
    "Arab": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7\ufb50-\ufdfb\ufe70-\ufefc",
    "Cyrl": "\u0400-\u052f\u1c80-\u1c88\u2de0-\u2dff\ua640-\ua69f",
    "Deva": "\u0904-\u0939\u0958-\u0961\u0972-\u097f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hang": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
    "Hebr": "\u05d0-\u05f2\ufb1d-\ufb4f",
    "Kana": "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Thai": "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46",
}
_RUN = re.compile("|".join(f"(?P<{script}>[{letters}]+)" for script, letters in _LETTERS.items()))

# Languages of one script or of several; those that are not here are not judged.
_LANGUAGES = {
    "Latn": "af ca cs cy da de en eo es et eu fi fil fo fr ga gl hr hu id is it la lb lt lv mi ms mt nb nl nn"
    " no oc pl pt rm ro sk sl sq sv sw tl tr vi zu",
    "Arab": "ar fa ps ur",
    "Cyrl": "be bg kk ky mk mn ru tg uk",
    "Deva": "hi mr ne sa",
    "Grek": "el grc",
    "Hebr": "he yi",
    "Hani": "zh yue lzh",
    "Hang Hani": "ko",
    "Hani Kana": "ja",
    "Thai": "th",
    "Cyrl Latn": "sr bs uz az",
}
_SCRIPTS = {
    language: frozenset(scripts.split())
    for scripts, names in _LANGUAGES.items()
    for language in names.split()
}
_SUBTAGS = {"hans": "Hani", "hant": "Hani", "jpan": "Hani Kana", "kore": "Hang Hani"}


def scripts_of(tag: str) -> frozenset[str]:
    """The scripts that a language is written with, as its tag says or as is usual; empty where unknown."""
    for subtag in tag.lower().split("-")[1:]:
        if len(subtag) == 4 and subtag.isalpha():
            script = _SUBTAGS.get(subtag) or (subtag.title() if subtag.title() in _LETTERS else "")
            return frozenset(script.split())
    return _SCRIPTS.get(primary(tag), frozenset())


@cache
def letters_of_others(scripts: frozenset[str]) -> re.Pattern[str]:
    """A letter of any script but these."""
    return re.compile(f"[{''.join(letters for name, letters in _LETTERS.items() if name not in scripts)}]")


def scripts_in(text: str) -> dict[str, int]:
    """How many letters of each script a text has; digits, marks and letters of other scripts are none."""
    counts: dict[str, int] = {}
    for script, run in _runs(text):
        counts[script] = counts.get(script, 0) + len(run)
    return counts


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in _RUN.finditer(text):
        yield str(match.lastgroup), match.group()
