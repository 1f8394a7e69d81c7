"""Sources and index entries lead to their places in the order of the pages."""

from __future__ import annotations

import re

from triptych.languages.labels import load_labels
from triptych.markup.back_matter import index, sources
from triptych.model.nodes import IndexEntry, IndexGroup, IndexList, Locator, Source, SourceList, Text
from triptych.writers.print.documents.document import PrintOutput

# Places in the order of the text; the caption of a figure that found no room stands behind others.
PAGES = {"a": "3", "b": "12", "c": "3", "d": "iv", "e": "ii", "f": "3"}


def shown(xhtml: str) -> list[tuple[str, str]]:
    return re.findall(r'href="#(\w)"[^>]*>([^<]*)</a>', xhtml)


def test_a_source_names_each_page_once_in_order() -> None:
    node = SourceList(sources=(Source(content=(Text(text="S"),), uses=tuple(PAGES)),))
    xhtml = sources(node, load_labels("en"), PrintOutput({}, pages=PAGES))
    assert shown(xhtml) == [("e", "ii"), ("d", "iv"), ("a", "3"), ("b", "12")]


def test_an_entry_of_the_index_names_its_pages_in_order() -> None:
    places = tuple(Locator(target=place, words="") for place in PAGES)
    entry = IndexEntry(content=(Text(text="E"),), locators=places)
    node = IndexList(groups=(IndexGroup(letter="E", entries=(entry,)),))
    xhtml = index(node, load_labels("en"), PrintOutput({}, pages=PAGES))
    assert shown(xhtml) == [("e", "ii"), ("d", "iv"), ("a", "3"), ("b", "12")]


def test_entries_have_the_commas_of_the_language() -> None:
    entry = IndexEntry(content=(Text(text="风电"),), locators=(Locator(target="a", words=""),))
    node = IndexList(groups=(IndexGroup(letter="F", entries=(entry,)),))
    assert "<li>风电，<a" in index(node, load_labels("zh"), PrintOutput({}, pages=PAGES))
    assert "<li>风电, <a" in index(node, load_labels("en"), PrintOutput({}, pages=PAGES))
