"""Sources of the edition: each is known, graded and used, and what is told rests on good ones alone."""

from __future__ import annotations

from collections import Counter

from tests.edition.conftest import name_of
from tests.edition.data import SOURCE, charted_rows, data_files, rows
from tests.edition.ledger import bibliography, facts, grades
from tests.edition.texts import cited
from triptych.model.book import Book, Chapter
from triptych.model.walk import book_nodes, chapter_nodes, plain_text

GOOD = {"A", "B"}


def test_each_source_is_cited_and_each_citation_has_its_source(edition: Book) -> None:
    keys = bibliography()
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert cited(tuple(book_nodes(edition))) == set(keys)


def test_each_source_has_a_grade_that_may_be_cited() -> None:
    known = grades()
    assert set(known) == set(bibliography())
    assert {key: grade for key, grade in known.items() if grade not in GOOD} == {}


def test_a_fact_has_the_grade_that_its_sources_give_it() -> None:
    known = grades()
    for fact in facts():
        best = min(known[key] for key in fact.keys.split())
        assert fact.grade in ({"A", "B", "partly"} if best == "A" else {"B", "partly"}), fact


def test_the_ledger_names_just_what_each_chapter_cites(chapters: list[Chapter]) -> None:
    for chapter in chapters:
        name = name_of(chapter)
        named = {key for fact in facts() if fact.chapter == name for key in fact.keys.split()}
        assert named == cited(tuple(chapter_nodes(chapter))), name


def test_a_fact_stands_once_for_each_chapter() -> None:
    uses = Counter((fact.fact, fact.chapter) for fact in facts())
    assert [use for use, times in uses.items() if times > 1] == []
    about = {(fact.fact, fact.about) for fact in facts()}
    assert len(about) == len({fact for fact, _ in about}), "a fact is about one thing"


def test_each_chapter_rests_on_eight_facts_or_more(chapters: list[Chapter]) -> None:
    uses = Counter(fact.chapter for fact in facts())
    assert set(uses) == {name_of(chapter) for chapter in chapters}
    assert {name: times for name, times in uses.items() if times < 8} == {}


def test_the_note_on_method_counts_the_sources(edition: Book) -> None:
    (note,) = (one for one in edition.chapters if one.source.endswith("/data-and-method.md"))
    count = Counter(grades().values())
    told = f"Of the {len(grades())} sources in the list, {count['A']} are of grade A and {count['B']} of grade B."
    assert told in plain_text(note.blocks)


def test_each_data_file_is_used(edition: Book) -> None:
    used = {name for chapter in edition.chapters if chapter.source for name in data_files(chapter)}
    assert used == {path.name for path in (SOURCE / "data").iterdir()}


def test_each_row_of_the_data_has_a_good_source() -> None:
    known = grades()
    wrong = [
        f"{path.name}: {row}"
        for path in sorted((SOURCE / "data").iterdir())
        for row in rows(path.name)
        if any(list(row.values())[1:]) and known.get(row["source_key"]) not in GOOD
    ]
    assert not wrong, "\n".join(wrong)


def test_a_chart_names_the_sources_of_what_it_shows(chapters: list[Chapter]) -> None:
    """A slide may name fewer than the figure in the book, which has them all."""
    wrong = []
    for chapter in chapters:
        for chart in charted_rows(chapter):
            unnamed = chart.keys - chart.cited
            if unnamed and chart.id:
                wrong.append(f"{chapter.source}: {chart.id} does not name {', '.join(sorted(unnamed))}")
            assert chart.rows
            assert chart.cited
    assert not wrong, "\n".join(wrong)
