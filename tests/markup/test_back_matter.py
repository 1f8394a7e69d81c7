"""Test that bibliography and index entries link to their places in page order."""

from __future__ import annotations

import re
from typing import Any

from triptych.languages.labels import load_labels
from triptych.markup.back_matter import write_index, write_sources
from triptych.markup.blocks import BlockWriter
from triptych.model.nodes import (
    Attr,
    Definition,
    DefinitionList,
    IndexCrossReference,
    IndexEntry,
    IndexGroup,
    IndexList,
    IndexLocator,
    Paragraph,
    ReferenceList,
    Source,
    Text,
)
from triptych.writers.print.documents import PrintOutput

# Places in text order; the caption of a figure that was moved to a later page comes after others.
PAGES = {"a": "3", "b": "12", "c": "3", "d": "iv", "e": "ii", "f": "3"}


def shown(xhtml: str) -> list[tuple[str, str]]:
    return re.findall(r'href="#(\w)"[^>]*>([^<]*)</a>', xhtml)


def test_a_source_names_each_page_once_in_order() -> None:
    node = ReferenceList(sources=(Source(content=(Text(text="S"),), uses=tuple(PAGES)),))
    xhtml = write_sources(node, load_labels("en"), PrintOutput({}, page_labels=PAGES))
    assert shown(xhtml) == [("e", "ii"), ("d", "iv"), ("a", "3"), ("b", "12")]


def test_an_entry_of_the_index_names_its_pages_in_order() -> None:
    places = tuple(IndexLocator(target=place, words="") for place in PAGES)
    entry = IndexEntry(content=(Text(text="E"),), locators=places)
    node = IndexList(groups=(IndexGroup(letter="E", entries=(entry,)),))
    xhtml = write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES))
    assert shown(xhtml) == [("e", "ii"), ("d", "iv"), ("a", "3"), ("b", "12")]


def test_entries_have_the_commas_of_the_language() -> None:
    entry = IndexEntry(content=(Text(text="风电"),), locators=(IndexLocator(target="a", words=""),))
    node = IndexList(groups=(IndexGroup(letter="F", entries=(entry,)),))
    assert "<li>风电，<a" in write_index(node, load_labels("zh"), PrintOutput({}, page_labels=PAGES))
    assert "<li>风电, <a" in write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES))


def test_cross_references_have_the_semicolons_of_the_language() -> None:
    others = tuple(IndexCrossReference(content=(Text(text=name),), target="") for name in ("光伏", "风电"))
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("能源", see_also=others),)),))
    assert "光伏；风电" in write_index(node, load_labels("zh"), PrintOutput({}, page_labels={}))
    assert "光伏; 风电" in write_index(node, load_labels("en"), PrintOutput({}, page_labels={}))


def entry(words: str, *places: IndexLocator, **more: Any) -> IndexEntry:
    return IndexEntry(content=(Text(text=words),), locators=places, **more)


def index_of(*entries: IndexEntry, letter: str = "") -> str:
    node = IndexList(groups=(IndexGroup(letter=letter, entries=entries),))
    return re.sub(
        r" (?:href|class)=\"[^\"]*\"",
        "",
        write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES)),
    )


def test_index_group_has_its_letter_if_any() -> None:
    assert ">E</p><ul>" in index_of(entry("E"), letter="E")
    assert "<p" not in index_of(entry("E"))


def test_entries_contain_subentries_and_cross_references() -> None:
    other = IndexCrossReference(content=(Text(text="Others"),), target="o")
    loose = IndexCrossReference(content=(Text(text="Nobody"),), target="")
    below = entry("Below", see=(other, loose))
    shown_index = index_of(entry("Top", see_also=(other,), children=(below,), attr=Attr("t")))
    assert '<li id="t">Top. <i>see also</i> <a>Others</a><ul>' in shown_index
    assert "<li>Below, <i>see</i> <a>Others</a>; Nobody</li>" in shown_index


def test_passages_are_from_page_to_page_and_chief_places_are_bold() -> None:
    places = (
        IndexLocator(target="d", words="", end="a"),
        IndexLocator(target="a", words="", end="c"),
        IndexLocator(target="b", words="", is_principal=True),
        IndexLocator(target="x", words="Section 1"),
    )
    assert "<li>E, <strong><a>12</a></strong>, <a>iv–3</a>, <a>Section 1</a></li>" in index_of(
        entry("E", *places)
    )


def located(*places: tuple[str, str, bool], pages: dict[str, str] | None = None) -> str:
    """Return the locators of an entry with first and last page; main ones have asterisks: "*12*, 14"."""
    named = pages or {str(page): str(page) for page in range(30)}
    locators = tuple(
        IndexLocator(
            target=first, end="" if last == first else last, words=f"Section {first}", is_principal=main
        )
        for first, last, main in places
    )
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *locators),)),))
    xhtml = write_index(node, load_labels("en"), PrintOutput({}, page_labels=named))
    line = re.sub(r"</?strong>", "*", xhtml.partition("<li>E, ")[2].partition("</li>")[0])
    return re.sub(r"<[^>]*>", "", line)


def test_a_chief_page_within_a_passage_makes_the_passage_chief() -> None:
    assert located(("12", "19", False), ("14", "14", True), ("22", "22", False)) == "*12–19*, 22"
    assert located(("12", "12", True), ("12", "13", False)) == "*12–13*"
    assert located(("12", "19", True), ("19", "19", False)) == "*12–19*"
    assert located(("12", "19", False), ("20", "20", True)) == "*20*, 12–19"


def test_each_page_is_listed_once() -> None:
    assert located(("12", "12", False), ("12", "12", False), ("12", "12", True)) == "*12*"
    assert located(("12", "14", False), ("14", "16", False), ("13", "13", False)) == "12–16"
    assert located(("12", "14", True), ("14", "16", False)) == "*12–16*"
    assert located(("12", "14", False), ("15", "15", False)) == "12–14, 15"


def test_place_without_a_page_is_listed_once_by_its_section() -> None:
    nowhere = {"none": "1"}
    places = (("9", "9", False), ("10", "10", False), ("9", "9", True), ("10", "12", False))
    assert located(*places, pages=nowhere) == "*Section 9*, Section 10"


def test_principal_passage_links_to_the_principal_place_on_its_first_page() -> None:
    places = (
        IndexLocator(target="a", words="", end="b"),
        IndexLocator(target="c", words="", is_principal=True),
    )
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *places),)),))
    assert shown(write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES))) == [("c", "3–12")]


def test_three_pages_in_a_row_are_a_passage_and_two_are_not() -> None:
    pages = {name: page for name, page in zip("abcdefgh", "v vi vii 7 8 10 11 12".split(), strict=True)}
    places = tuple(IndexLocator(target=place, words="") for place in pages)
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *places),)),))
    xhtml = write_index(node, load_labels("en"), PrintOutput({}, page_labels=pages))
    assert shown(xhtml) == [("a", "v–vii"), ("d", "7"), ("e", "8"), ("f", "10–12")]


def test_a_page_range_is_not_joined_to_consecutive_pages() -> None:
    assert located(("11", "11", False), ("12", "12", False), ("13", "15", False)) == "11, 12, 13–15"
    assert (
        located(("11", "12", False), *((page, page, False) for page in ("13", "14", "15"))) == "11–12, 13–15"
    )


def link_target(*locators: IndexLocator) -> str:
    """Return the id to which the only locator of an entry links."""
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *locators),)),))
    ((target, _),) = shown(write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES)))
    return target


def test_a_page_with_two_principal_locators_links_to_the_first() -> None:
    both = [IndexLocator(target=target, words="", is_principal=True) for target in "ac"]
    assert link_target(*both) == "a"


def test_a_page_without_principal_locators_links_to_the_first() -> None:
    assert link_target(*(IndexLocator(target=target, words="") for target in "ac")) == "a"


def test_a_range_with_a_principal_locator_on_a_later_page_links_to_its_first_page() -> None:
    index_locator = IndexLocator(target="a", words="", end="b")
    assert link_target(index_locator, IndexLocator(target="b", words="", is_principal=True)) == "a"


def test_principal_place_comes_first_and_outside_passages() -> None:
    pages = {name: page for name, page in zip("abcd", "3 4 5 6".split(), strict=True)}
    places = [IndexLocator(target=place, words="", is_principal=place == "b") for place in pages]
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *places),)),))
    xhtml = write_index(node, load_labels("en"), PrintOutput({}, page_labels=pages))
    assert shown(xhtml) == [("b", "4"), ("a", "3"), ("c", "5"), ("d", "6")]


def test_section_names_are_not_treated_as_pages() -> None:
    places = tuple(IndexLocator(target=name, words=f"Years {name}–9") for name in "xyz")
    node = IndexList(groups=(IndexGroup(letter="", entries=(entry("E", *places),)),))
    named = [
        words for _, words in shown(write_index(node, load_labels("en"), PrintOutput({}, page_labels=PAGES)))
    ]
    assert named == ["Years x–9", "Years y–9", "Years z–9"]


def test_glossary_term_links_back_by_pages_or_places() -> None:
    definition = Definition(
        term=(Text(text="T"),),
        meanings=((Paragraph(content=(Text(text="One."),)), Paragraph(content=(Text(text="Two."),))),),
        uses=("b", "a", "c"),
    )
    glossary = (DefinitionList(items=(definition,)),)
    labels = load_labels("en")
    blocks = BlockWriter({}, labels, PrintOutput({}, page_labels=PAGES)).write_blocks(glossary)
    assert shown(blocks) == [("a", "3"), ("b", "12")]
    assert re.search(r'<p>Two\.\u00a0<span class="uses">↑\u202f.*</span></p>\s*</dd>', blocks)
    unpaged = BlockWriter({}, labels, PrintOutput({}, page_labels={"x": "1"})).write_blocks(glossary)
    assert shown(unpaged) == [("b", "↩"), ("a", "↩"), ("c", "↩")]
