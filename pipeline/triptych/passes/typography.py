"""Apply a language's typography: quotation marks, no-break spaces, Western words in CJK text, direction.

This module also adds the spoken form of formulas. No-break spaces are the same in all outputs, but text
copied from the PDF has plain spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels, load_labels
from triptych.languages.language_tags import get_primary_subtag, get_text_direction, is_language_tag
from triptych.languages.word_pairs import TITLES, WordPairs, load_word_pairs
from triptych.languages.word_tables import load_formula_words
from triptych.media.formulas.letter_forms import LetterVariants, find_letter_variants
from triptych.media.formulas.linear import write_linear_notation
from triptych.media.formulas.spoken import speak_formula
from triptych.model import nodes
from triptych.model.book import Book, Chapter, list_row_numbers
from triptych.model.walk import book_nodes, get_attr, plain_text, rewrite, rewrite_book, rewrite_chapter
from triptych.passes.spaces import INLINE_CONTAINERS, Line, change_lines, is_aside


def set_quotation_marks(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Write the language's quotation marks into the text, so that they are the same in all outputs."""
    chapters = []
    for chapter in book.chapters:
        inner = rewrite_chapter(chapter, _set_marks_in_passage, nodes.Attr)
        chapter_labels = load_labels(chapter.language) if chapter.language else labels
        chapters.append(rewrite_chapter(inner, _make_mark_setter(chapter_labels), nodes.Quoted))
    return replace(book, chapters=tuple(chapters)), []


def _set_marks_in_passage(node: Any) -> Any:
    attr = getattr(node, "attr", None)
    language = attr.get("lang") if isinstance(attr, nodes.Attr) else ""
    return rewrite(node, _make_mark_setter(load_labels(language))) if language else node


def _make_mark_setter(labels: Labels) -> Callable[[Any], Any]:
    double_open, double_close, single_open, single_close = labels.quotation_marks

    def set_marks(node: Any) -> Any:
        if not isinstance(node, nodes.Quoted):
            return node
        start, end = (double_open, double_close) if node.double else (single_open, single_close)
        return (nodes.Text(text=start), *node.content, nodes.Text(text=end))

    return set_marks


NO_BREAK = "\u00a0"
_PLACEHOLDER = "\ufffc"  # for code, formulas, images, note references and index marks
# Candidates for no-break spaces: next to digits, symbols and single letters, and after titles.
_BARE_TITLES = "|".join(sorted(title for title in TITLES if title[-1] != "."))
_CANDIDATE = re.compile(
    rf"(?:[\d.)§№«+–{_PLACEHOLDER}-]|(?<![^\s(])\w|\b(?:{_BARE_TITLES})) (?=[^ ])"
    r"|[^ ] (?=[\d$€£¥«»!?:;~≈<>≤≥±+−–—-]|[A-Z](?:\b|\.))"
)


def set_no_break_spaces(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Insert no-break spaces between words that must stay on one line in the language of the chapter."""
    book_pairs = load_word_pairs(labels.language)
    chapters = tuple(
        memory.call(_insert_nbsp_in_chapter, chapter, labels.language) for chapter in book.chapters
    )
    table = {
        name: replace(label, title=insert_nbsp_in_line(label.title, book_pairs))
        for name, label in book.labels.items()
    }
    return replace(book, chapters=chapters, labels=table), []


def _insert_nbsp_in_chapter(chapter: Chapter, language: str) -> Chapter:
    book_pairs, pairs = load_word_pairs(language), load_word_pairs(chapter.language or language)
    chapter = change_lines(chapter, partial(insert_nbsp_in_line, pairs=pairs))
    chapter = rewrite_chapter(chapter, partial(_insert_nbsp_in_headline, pairs=pairs), nodes.Chart)
    if part := chapter.part:
        title, summary = (_insert_nbsp_in_text(words, book_pairs) for words in (part.title, part.summary))
        chapter = replace(chapter, part=replace(part, title=title, summary=summary))
    return chapter


def _insert_nbsp_in_headline(node: Any, pairs: WordPairs) -> Any:
    headline = _insert_nbsp_in_text(node.headline, pairs) if isinstance(node, nodes.Chart) else ""
    return replace(node, headline=headline) if headline else node


def _insert_nbsp_in_text(text: str, pairs: WordPairs) -> str:
    places = set(_find_nbsp_offsets(text, pairs))
    return "".join(NO_BREAK if place in places else letter for place, letter in enumerate(text))


def insert_nbsp_in_line(line: Line, pairs: WordPairs) -> Line:
    """Replace the spaces between words that ``pairs`` keeps on one line with no-break spaces."""
    # Some no-break spaces exist already: pandoc adds them to abbreviations, and references and labels contain
    # them.
    places = set(_find_nbsp_offsets("".join(_iter_leaf_texts(line)).replace(NO_BREAK, " "), pairs))
    return _replace_spaces(line, places, 0)[0] if places else line


def _find_nbsp_offsets(text: str, pairs: WordPairs) -> Iterator[int]:
    for likely in _CANDIDATE.finditer(text):
        place = likely.end() - 1
        while place > 0 and pairs.are_inseparable(*_find_words_around(text, place)):
            yield place
            # The word after a number may also belong to the next word: "5 million yuan", "5 de mayo".
            place = text.find(" ", place + 1) if text[place - 1].isdigit() else 0


def _find_words_around(text: str, offset: int) -> tuple[str, str, str, str]:
    """Return the two words before the space at ``offset``, and the two words after it.

    Missing words are "".
    """
    word_start, end = text.rfind(" ", 0, offset) + 1, text.find(" ", offset + 1)
    end = len(text) if end < 0 else end
    first, last = text.rfind(" ", 0, max(word_start - 1, 0)) + 1, text.find(" ", end + 1)
    before, after = text[first : max(word_start - 1, 0)], text[end + 1 : None if last < 0 else last]
    return (
        before,
        text[word_start:offset].strip(_PLACEHOLDER),
        text[offset + 1 : end].strip(_PLACEHOLDER),
        after,
    )


def _iter_leaf_texts(line: Line) -> Iterator[str]:
    """Yield the text of each leaf node in a line. Lengths match the offsets in ``_replace_spaces``."""
    for node in line:
        if isinstance(node, nodes.Text):
            yield node.text
        elif isinstance(node, nodes.SoftBreak):
            yield " "
        elif isinstance(node, INLINE_CONTAINERS) and not is_aside(node):
            yield from _iter_leaf_texts(node.content)
        else:
            yield _PLACEHOLDER


def _replace_spaces(line: Line, offsets: set[int], start: int) -> tuple[Line, int]:
    """Replace the spaces at ``offsets`` with no-break spaces.

    ``start`` is the offset of the line's first character. Return the changed line and the offset of its end.
    """
    replaced: list[Any] = []
    for node in line:
        if isinstance(node, nodes.Text):
            end = start + len(node.text)
            if local_offsets := [place - start for place in offsets if start <= place < end]:
                letters = list(node.text)
                for place in local_offsets:
                    letters[place] = NO_BREAK
                node = nodes.Text(text="".join(letters))
            start = end
        elif isinstance(node, nodes.SoftBreak):
            if start in offsets:
                node = nodes.Text(text=NO_BREAK)
            start += 1
        elif isinstance(node, INLINE_CONTAINERS) and not is_aside(node):
            content, start = _replace_spaces(node.content, offsets, start)
            node = node if content == node.content else replace(node, content=content)
        else:
            start += 1
        replaced.append(node)
    return tuple(replaced), start


WESTERN = "western"  # the class, in the document and in the outputs

_LANGUAGES = ("zh", "ja")
_LETTERS = "A-Za-z\u00c0-\u024f"
_MARKED_WORD = re.compile(f"(?<![{_LETTERS}])[{_LETTERS}]++(?:[’…][{_LETTERS}]++)++")  # as in L’Oréal, for…in
_LETTER = re.compile(f"[{_LETTERS}]")
_OTHER_LETTER = re.compile(
    "[^\\W\\d_\u0000-\u052f\u1e00-\u218f]"
)  # letters that are not Latin, Greek or Cyrillic
_MIN_LATIN_RATIO = 10  # Latin letters per other letter: citation styles add 2024年 to Western entries


def mark_western_text(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Add a class to Western text in Chinese and Japanese books: words with ’ or …, foreign text, sources."""
    return replace(
        book,
        chapters=tuple(
            memory.call(_mark_western_in_chapter, chapter, labels.language) for chapter in book.chapters
        ),
    ), []


def _mark_western_in_chapter(chapter: Chapter, language: str) -> Chapter:
    east_asian = get_primary_subtag(chapter.language or language) in _LANGUAGES
    return rewrite_chapter(chapter, _mark_western_node) if east_asian else chapter


def _mark_western_node(node: Any) -> Any:
    match node:
        case nodes.Text() if "’" in node.text or "…" in node.text:
            return tuple(_split_words(node.text))
        case nodes.Source() if is_mostly_latin(plain_text(node.content)):
            language = node.language if is_language_tag(node.language) else ""
            return replace(node, attr=_add_western_class(node.attr, language))
    attr = get_attr(node)
    if (
        attr is not nodes.NO_ATTR
        and attr.get("lang")
        and hasattr(node, "content")
        and is_mostly_latin(plain_text(node.content))
    ):
        return replace(node, attr=_add_western_class(attr))
    return node


def is_mostly_latin(text: str) -> bool:
    """Return whether almost all letters of ``text`` are Latin."""
    letters = len(_LETTER.findall(text))
    return letters > 0 and _MIN_LATIN_RATIO * len(_OTHER_LETTER.findall(text)) <= letters


def _split_words(text: str) -> Iterator[nodes.Inline]:
    place = 0
    for word in _MARKED_WORD.finditer(text):
        if word.start() > place:
            yield nodes.Text(text=text[place : word.start()])
        yield nodes.Phrase(attr=nodes.Attr(classes=(WESTERN,)), content=(nodes.Text(text=word[0]),))
        place = word.end()
    if place < len(text):
        yield nodes.Text(text=text[place:])


def _add_western_class(attr: nodes.Attr, language: str = "") -> nodes.Attr:
    pairs = (*attr.pairs, ("lang", language)) if language else attr.pairs
    return replace(attr, classes=(*attr.classes, WESTERN), pairs=pairs)


WORD_MARK = "\ue004word:"  # of reading/siunitx.lua


def verbalise_formulas(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Set ``spoken`` and ``text``, the spoken and the plain text of each formula.

    The plain text is a line of symbols, or the spoken words if symbols would be unclear. Formulas that could
    not be parsed keep their TeX. Words in ranges and lists of quantities are those of the language.
    """
    forms = _find_letter_variants_of_book(book)
    separators = _list_separators(labels.language)

    def set_spoken_text(node: Any) -> Any:
        if not isinstance(node, nodes.Math | nodes.Equation):
            return node
        if not node.mathml:
            return replace(node, spoken=node.tex, text=node.tex)
        for mark, words in separators.items() if WORD_MARK in node.mathml else ():
            mathml, omml = (form.replace(mark, words) for form in (node.mathml, node.omml))
            node = replace(node, mathml=mathml, omml=omml)
        line = write_linear_notation(node.mathml)
        symbols = line.text or node.tex
        words = speak_formula(node.mathml, labels.language, forms) or symbols
        return replace(node, spoken=words, text=symbols if line.is_readable else words)

    return rewrite_book(book, set_spoken_text, nodes.Math, nodes.Equation), []


def _list_separators(language: str) -> dict[str, str]:
    """Return the marks of the words in ranges and lists of quantities, with the words in a language."""
    words = load_formula_words(language)
    space = "" if language.partition("-")[0] in ("zh", "ja") else "\u00a0"
    separators = {"range": "–", "list-and": ",\u00a0"}
    if words:
        separators = {key: f"{space}{words.symbols[key]}{space}" for key in separators}
    return {f"{WORD_MARK}{key}\ue005": separator for key, separator in separators.items()}


def verbalise_row_numbers(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Add row numbers to the spoken text of each equation whose rows are numbered separately."""
    forms = _find_letter_variants_of_book(book)

    def add_numbers(node: Any) -> Any:
        if not isinstance(node, nodes.Equation) or len(node.rows) < 2 or not node.mathml:
            return node
        numbers = list_row_numbers(node, book.labels)
        numbers = tuple("" if number == nodes.END_OF_PROOF else number for number in numbers)
        words = speak_formula(node.mathml, labels.language, forms, numbers)
        return replace(node, spoken=words) if words else node

    return rewrite_book(book, add_numbers, nodes.Equation), []


def _find_letter_variants_of_book(book: Book) -> LetterVariants:
    return find_letter_variants(node.mathml for node in book_nodes(book, nodes.Math, nodes.Equation))


def set_direction(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Set ``dir`` on each node with a language, if the book has right-to-left text.

    A ``dir`` set by the author is kept. Code is always left to right.
    """
    tags_in_attributes = {get_attr(node).get("lang") for node in book_nodes(book, nodes.Attr)}
    languages = {
        book.metadata.language,
        *(chapter.language for chapter in book.chapters),
        *tags_in_attributes,
    }
    if all(get_text_direction(language) == "ltr" for language in languages if language):
        return book, []

    def add_direction(node: Any) -> Any:
        attr = get_attr(node)
        if isinstance(node, nodes.Code | nodes.CodeBlock):
            return replace(node, attr=replace(attr, pairs=(*attr.pairs, ("dir", "ltr"))))
        if not attr.get("lang") or attr.get("dir"):
            return node
        pairs = (*attr.pairs, ("dir", get_text_direction(attr.get("lang"))))
        return replace(node, attr=replace(attr, pairs=pairs))

    return rewrite_book(book, add_direction), []
