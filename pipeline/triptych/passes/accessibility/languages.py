"""Languages: a screen reader chooses its voice by them, a layout engine its hyphens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import is_language_tag, tag_problem
from triptych.model.nodes import Inline, LineBreak, Link, Phrase, Quoted, Reference, SoftBreak, Styled, Text
from triptych.model.walk import attr_of, children
from triptych.passes.accessibility.scripts import (
    LATIN,
    SCRIPT_NAMES,
    letters_of_others,
    scripts_in,
    scripts_of,
)
from triptych.passes.accessibility.survey import Survey, lines

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
                message = f'text in {SCRIPT_NAMES[script]} script is marked as language "{tag}"'
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
