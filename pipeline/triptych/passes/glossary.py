"""Link terms to the glossary, and spell out abbreviations at their first occurrence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, Role
from triptych.model.nodes import (
    ABBREVIATION,
    TERM,
    Attr,
    Definition,
    DefinitionList,
    Group,
    Heading,
    Inline,
    Link,
    Phrase,
    Text,
)
from triptych.model.walk import chapter_nodes, plain_text, rewrite_all, rewrite_chapter, walk_all
from triptych.passes.back_matter import UsesInChapter, add_backlinks
from triptych.passes.numbering import make_pandoc_id

_TERM_CLASSES = ("term", "gls")
_ENTRY_CLASS = "glossary-term"
TERM_MARK = "_term-"  # prefix of the ids of terms in the text
# ``gigawatt (GW)``, as written in a glossary that is a definition list.
_ABBREVIATED = re.compile(r"(?<=\S)\s*[(（]([^\s()（）]+)[)）]\Z")


@dataclass(slots=True)
class _Term:
    """A glossary entry. ``is_spelt_out`` is true once the text has spelt out the abbreviation."""

    target: str
    term: str
    abbreviation: str = ""
    plural: str = ""
    is_spelt_out: bool = False


@dataclass(slots=True)
class _TermTable:
    """All glossary entries, by name in lower case.

    ``brackets`` are the opening and closing brackets around abbreviations in the book's language.
    """

    brackets: tuple[str, str]
    entries: dict[str, _Term] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def find(self, name: str) -> _Term | None:
        """Return the entry called ``name``, or else the entry whose plural in -s or -es is ``name``.

        If there is no such entry, return None.
        """
        key = " ".join(name.lower().split())
        spellings = (key, key.removesuffix("s"), key.removesuffix("es"))
        return next((self.entries[spelling] for spelling in spellings if spelling in self.entries), None)


def link_terms(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Link each ``[GW]{.gls}`` to its glossary entry, with "gigawatt (GW)" at its first occurrence."""
    terms = _TermTable(labels.brackets)
    chapters = [_add_entry_ids(chapter, terms) for chapter in book.chapters]
    chapters = [_link_chapter(chapter, terms) for chapter in chapters]
    return replace(book, chapters=tuple(chapters)), terms.findings


def add_term_backlinks(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Give each term in the text an id, and list these ids in the term's glossary entry.

    Terms in the glossary itself are omitted.
    """
    return add_backlinks(book, memory, _add_term_ids, _add_term_uses), []


def _add_term_ids(chapter: Chapter, count: int) -> UsesInChapter:
    """Give each term in a chapter an id, numbered from ``count`` + 1. Return the ids with their entries."""
    if chapter.role is Role.GLOSSARY:
        return chapter, ()
    used: list[tuple[str, tuple[str, ...]]] = []

    def add_id(node: Any) -> Any:
        if not isinstance(node, Link) or not node.attr.has(TERM):
            return node
        identifier = node.attr.id or f"{TERM_MARK}{count + len(used) + 1}"
        used.append((identifier, (node.target.removeprefix("#"),)))
        return replace(node, attr=replace(node.attr, id=identifier))

    return rewrite_chapter(chapter, add_id, Link), tuple(used)


def _add_term_uses(chapter: Chapter, uses: Mapping[str, tuple[str, ...]]) -> Chapter:
    def add_uses(node: Any) -> Any:
        if not isinstance(node, Definition):
            return node
        entries = (term for term in node.term if isinstance(term, Phrase) and term.attr.has(_ENTRY_CLASS))
        return replace(
            node, uses=tuple(use_id for entry in entries for use_id in uses.get(entry.attr.id, ()))
        )

    return rewrite_chapter(chapter, add_uses, Definition)


def _add_entry_ids(chapter: Chapter, terms: _TermTable) -> Chapter:
    """Give each glossary entry in a chapter an id, and add the entry to ``terms``."""

    def add_ids(node: Any) -> Any:
        if not isinstance(node, Group) or not node.attr.has("glossary"):
            return node
        return replace(node, content=rewrite_all(node.content, lambda inner: _add_list_ids(inner, terms)))

    return rewrite_chapter(chapter, add_ids, Group)


def _add_list_ids(node: Any, terms: _TermTable) -> Any:
    if not isinstance(node, DefinitionList):
        return node
    return replace(node, items=tuple(_add_entry_id(item, terms) for item in node.items))


def _add_entry_id(item: Definition, terms: _TermTable) -> Definition:
    first = item.term[0] if item.term else None
    phrase = first if isinstance(first, Phrase) and first.attr.has(_ENTRY_CLASS) else None
    term = plain_text(phrase.content if phrase else item.term)
    identifier = f"gls-{make_pandoc_id(term) or len(terms.entries)}"
    bracketed = _ABBREVIATED.search(term)
    abbreviation = phrase.attr.get("abbreviation") if phrase else bracketed[1] if bracketed else ""
    bare_term = term[: bracketed.start()] if bracketed and bracketed[1] == abbreviation else term
    plural = phrase.attr.get("plural") if phrase else ""
    entry = _Term(identifier, bare_term, abbreviation, plural)
    names = [term, bare_term, abbreviation, plural]
    names += [phrase.attr.get("key")] if phrase else []
    for name in filter(None, names):
        terms.entries.setdefault(name.lower(), entry)
    attr = Attr(identifier, (_ENTRY_CLASS,))
    if phrase is None:
        return replace(item, term=(Phrase(attr=attr, content=item.term),))
    return replace(item, term=(replace(phrase, attr=attr), *item.term[1:]))


def _link_chapter(chapter: Chapter, terms: _TermTable) -> Chapter:
    """Link the terms of a chapter. Abbreviations are not spelt out in headings, titles and summaries."""
    headings = chapter_nodes(chapter, Heading)
    heading_nodes = walk_all(chapter.title, chapter.summary, chapter.takeaways, tuple(headings))
    heading_node_ids = {id(node) for node in heading_nodes}

    def link_term(node: Any) -> Any:
        if not isinstance(node, Phrase) or not any(node.attr.has(mark) for mark in _TERM_CLASSES):
            return node
        visible_text = plain_text(node.content)
        name = next(
            (value for key in ("term", "key", "entry") if (value := node.attr.get(key))), visible_text
        )
        entry = terms.find(name)
        if entry is None:
            hint = did_you_mean(name.lower(), terms.entries) or "add an entry for the term to the glossary"
            message = f'the glossary has no term "{name}"'
            terms.findings.append(Diagnostic(code="GLO001", span=node.span, message=message, hint=hint))
            return Phrase(attr=Attr(node.attr.id), content=node.content)
        content = node.content or (Text(text=_choose_form(entry, node.attr)),)
        abbreviated = entry.abbreviation and plain_text(content).startswith(entry.abbreviation)
        plural = node.attr.has("plural") or plain_text(content) == f"{entry.abbreviation}s"
        term = (plural and entry.plural) or entry.term
        spelt_out = node.attr.has("full") or not (
            entry.is_spelt_out or node.attr.has("short") or id(node) in heading_node_ids
        )
        if abbreviated and node.attr.has("long"):
            content = (Text(text=term),)
        elif abbreviated and spelt_out:
            entry.is_spelt_out = True
            content = tuple(_spell_out(term, content, terms.brackets))
        elif abbreviated:
            content = (Phrase(attr=Attr("", (ABBREVIATION,), (("title", entry.term),)), content=content),)
        return Link(
            target=f"#{entry.target}", content=content, attr=Attr(node.attr.id, (TERM,)), span=node.span
        )

    return rewrite_chapter(chapter, link_term, Phrase)


def _choose_form(entry: _Term, attr: Attr) -> str:
    r"""Return the term, plural or abbreviation that a LaTeX command such as ``\gls`` or ``\glspl`` shows."""
    if not entry.abbreviation:
        return (attr.has("plural") and entry.plural) or entry.term
    return f"{entry.abbreviation}s" if attr.has("plural") else entry.abbreviation


def _spell_out(term: str, content: tuple[Inline, ...], brackets: tuple[str, str]) -> Iterator[Inline]:
    before, after = brackets
    yield Text(text=term + before)
    yield Phrase(attr=Attr(classes=(ABBREVIATION,)), content=content)
    yield Text(text=after)
