"""Give charts, tables and images the sources that another element of the book names for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triptych.model.book import Book
from triptych.model.nodes import Chart, Citation, Figure, Inline, Reference, Table, Text
from triptych.model.walk import book_nodes, find_nodes, plain_text, rewrite_book


def share_sources(book: Book) -> Book:
    """Add sources that slides need because each shows one element.

    Panels get the sources of their figure. An element without sources that refers to a table in its source,
    caption or note gets the sources that the table cites.
    """
    tables = {
        table.attr.id: citations
        for table in book_nodes(book, Table)
        if table.attr.id and (citations := _list_citations(table))
    }
    return rewrite_book(book, lambda node: _add_sources(node, tables), Chart, Figure, Table)


def _add_sources(node: Any, tables: Mapping[str, tuple[Inline, ...]]) -> Any:
    if isinstance(node, Chart | Figure | Table) and _needs_sources(node):
        references = find_nodes((node.source, node.caption, node.note), Reference)
        cited = next((tables[item.target] for item in references if item.target in tables), ())
        node = replace(node, source=_join_citations(cited)) if cited else node
    if isinstance(node, Figure) and node.panels:
        source = node.source or _join_citations(_list_citations((node.caption, node.note)))
        panels = tuple(replace(panel, source=panel.source or source) for panel in node.panels)
        node = replace(node, panels=panels) if source else node
    return node


def _needs_sources(node: Chart | Figure | Table) -> bool:
    """Return whether an element cites nothing and names no source, except an element of the book."""
    named = tuple(item for item in node.source if not isinstance(item, Reference))
    has_own_name = any(map(str.isalpha, plain_text(named)))
    return not has_own_name and not any(_list_citations((node.source, node.caption, node.note)))


def _list_citations(content: Any) -> tuple[Inline, ...]:
    return tuple(find_nodes((content,), Citation))


def _join_citations(citations: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return tuple(node for item in citations for node in (Text(text="; "), item))[1:]
