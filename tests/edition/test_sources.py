"""Test that each source of the edition is listed, graded and used, and that only good ones support claims."""

from __future__ import annotations

import re
from collections import Counter

from tests.edition.conftest import name_of
from tests.edition.data import SOURCE, charted_rows, data_files, rows, table_sources
from tests.edition.ledger import bibliography, entries, facts, grades, origins
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


def test_fact_has_the_grade_of_its_sources() -> None:
    known = grades()
    for fact in facts():
        best = min(known[key] for key in fact.keys.split())
        assert fact.grade in ({"A", "B", "partly"} if best == "A" else {"B", "partly"}), fact


def test_ledger_lists_exactly_the_citations_of_each_chapter(chapters: list[Chapter]) -> None:
    for chapter in chapters:
        name = name_of(chapter)
        named = {key for fact in facts() if fact.chapter == name for key in fact.keys.split()}
        assert named == cited(tuple(chapter_nodes(chapter))), name


def test_fact_is_listed_once_per_chapter() -> None:
    uses = Counter((fact.fact, fact.chapter) for fact in facts())
    assert [use for use, times in uses.items() if times > 1] == []
    about = {(fact.fact, fact.about) for fact in facts()}
    assert len(about) == len({fact for fact, _ in about}), "a fact is about one thing"


def test_each_chapter_rests_on_eight_facts_or_more(chapters: list[Chapter]) -> None:
    uses = Counter(fact.chapter for fact in facts())
    assert set(uses) == {name_of(chapter) for chapter in chapters}
    assert {name: times for name, times in uses.items() if times < 8} == {}


def test_the_note_on_method_counts_the_sources(edition: Book) -> None:
    (note,) = (chapter for chapter in edition.chapters if chapter.source.endswith("/data-and-method.md"))
    count = Counter(grades().values())
    text = f"Of the {len(grades())} sources in the list, {count['A']} are of grade A and {count['B']} of grade B."
    assert text in plain_text(note.blocks)


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


def test_chart_names_its_sources(chapters: list[Chapter]) -> None:
    """Test that charts cite the sources of their data, or the table that does.

    A slide may cite fewer than the figure in the book.
    """
    tables = table_sources()
    wrong = []
    for chapter in chapters:
        for chart in charted_rows(chapter):
            elsewhere = (tables.get(key, frozenset()) for key in chart.cited)
            unnamed = chart.keys - chart.cited.union(*elsewhere)
            if unnamed and chart.id:
                wrong.append(f"{chapter.source}: {chart.id} does not name {', '.join(sorted(unnamed))}")
            assert chart.rows
            assert chart.cited
    assert not wrong, "\n".join(wrong)


def test_most_citations_name_the_originator(edition: Book) -> None:
    """Test that at most 40% of the citations do not name a publication of the originator.

    The others are to that publication, or to a report of it. The note on method gives the share of each kind.
    """
    known = origins()
    assert set(known.values()) == {"own", "work", "named", "outlet"}
    assert {key for key, origin in known.items() if origin == "own"} == {
        key for key, grade in grades().items() if grade == "A"
    }
    count = Counter(known[key] for path in SOURCE.glob("*.md") for key in citations(path.read_text("utf-8")))
    assert count["named"] + count["outlet"] <= 0.4 * count.total(), count
    shares = {origin: round(100 * number / count.total()) for origin, number in count.items()}
    (note,) = (chapter for chapter in edition.chapters if chapter.source.endswith("/data-and-method.md"))
    text = (
        f"Of the citations in the text, {shares['own']}% are to the originator's own publication, "
        f"{shares['work']}% to a publication of the originator that is named but was read through a report, "
        f"{shares['named']}% to a report that names the originator alone "
        f"and {shares['outlet']}% to an outlet that speaks for itself"
    )
    assert text.replace("'", "’") in plain_text(note.blocks).replace("'", "’")


def test_a_report_of_a_publication_has_its_title() -> None:
    """Test that titles of publications are not descriptions, which stand in brackets, and name the outlet."""
    works = {key for key, origin in origins().items() if origin == "work"}
    wrong = [
        entry.key
        for entry in entries()
        if entry.key in works
        and (entry.fields["title"].startswith("[") or "eported by" not in entry.fields["howpublished"])
    ]
    assert not wrong


def citations(text: str) -> list[str]:
    """Return the keys that a source file cites, in order, once for each citation."""
    known = set(bibliography())
    return [key for key in re.findall(r"@([A-Za-z][\w-]*)", text) if key in known]
