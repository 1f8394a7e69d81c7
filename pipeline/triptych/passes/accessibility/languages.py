"""Report invalid language tags, and text whose script does not match its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import get_primary_subtag, is_language_tag, report_invalid_tag
from triptych.model.nodes import Inline, LineBreak, Link, Phrase, Reference, SoftBreak, Styled, Text
from triptych.model.walk import children, get_attr
from triptych.passes.accessibility.rules import ChapterNodes, iter_text_lines

# Shorter text in another script may be a name or a quoted word. Books in non-Latin scripts contain many names
# of people, programs and units in Latin letters.
_MIN_LETTERS = 10
_MIN_LATIN_LETTERS = 80
_MIN_IDEOGRAMS = 4  # each of them is about a word


def report_invalid_language_tags(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC010 for each span or block whose ``lang`` attribute is not a valid language tag."""
    for placed_node in chapter.nodes:
        attr = get_attr(placed_node.node)
        if attr.pairs and (problem := report_invalid_tag(attr.get("lang"), placed_node.span)):
            yield problem


def report_foreign_scripts(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC011 for each line of text that is mostly in a script not used for its language."""
    book = chapter.chapter
    passages = [(line, book.span, chapter.language) for line in (book.title, book.summary, *book.takeaways)]
    passages += [
        (line, placed_node.span, placed_node.language)
        for placed_node in chapter.nodes
        for line in iter_text_lines(placed_node.node)
    ]
    for line, span, language in passages:
        for tag, text in _group_by_language(line, language).items():
            if script := _find_foreign_script(text, tag):
                message = f'this text is in {SCRIPT_NAMES[script]} script, but its language is set to "{tag}"'
                hint = "set the language with [text]{lang=…}, or enclose the text in a ::: {lang=…} div"
                yield Diagnostic(code="ACC011", span=span, message=message, hint=hint)


def _group_by_language(line: tuple[Inline, ...], language: str) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for node in line:
        _collect_text(node, language, texts)
    return {tag: "".join(pieces) for tag, pieces in texts.items()}


def _collect_text(node: Any, language: str, texts: dict[str, list[str]]) -> None:
    """Append the text of a node to its language's list in ``texts``, without code, notes and citations."""
    match node:
        case Text(text=text):
            texts.setdefault(language, []).append(text)
        case SoftBreak() | LineBreak():
            texts.setdefault(language, []).append(" ")
        case Styled() | Phrase() | Link() | Reference():
            tag = get_attr(node).get("lang")
            for child in children(node):
                _collect_text(child, tag or language, texts)


def _find_foreign_script(text: str, language: str) -> str | None:
    scripts = get_language_scripts(language)
    if not scripts or not is_language_tag(language) or not make_other_letters_pattern(scripts).search(text):
        return None
    counts = count_letters(text)
    others = {script: count for script, count in counts.items() if script not in scripts}
    if not others or 2 * sum(others.values()) <= sum(counts.values()):
        return None
    script = max(sorted(others), key=others.__getitem__)
    min_letters = {LATIN: _MIN_LATIN_LETTERS, "Hani": _MIN_IDEOGRAMS}.get(script, _MIN_LETTERS)
    return script if sum(others.values()) >= min_letters else None


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

# Letters of each script, by Unicode block. "Kana" is Hiragana and Katakana.
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
_SCRIPT_RUN = re.compile("|".join(f"(?P<{script}>[{letters}]+)" for script, letters in _LETTERS.items()))

# The languages that use each script. Other languages are not checked.
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


def get_language_scripts(tag: str) -> frozenset[str]:
    """Return the scripts of a language, from its tag or by convention; an empty set if unknown."""
    for subtag in tag.lower().split("-")[1:]:
        if len(subtag) == 4 and subtag.isalpha():
            script = _SUBTAGS.get(subtag) or (subtag.title() if subtag.title() in _LETTERS else "")
            return frozenset(script.split())
    return _SCRIPTS.get(get_primary_subtag(tag), frozenset())


@cache
def make_other_letters_pattern(scripts: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for a letter in any script other than ``scripts``."""
    return re.compile(f"[{''.join(letters for name, letters in _LETTERS.items() if name not in scripts)}]")


def count_letters(text: str) -> dict[str, int]:
    """Count the letters of each script in a text."""
    counts: dict[str, int] = {}
    for script, run in _find_script_runs(text):
        counts[script] = counts.get(script, 0) + len(run)
    return counts


def _find_script_runs(text: str) -> Iterator[tuple[str, str]]:
    for match in _SCRIPT_RUN.finditer(text):
        yield str(match.lastgroup), match.group()
