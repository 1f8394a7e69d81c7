"""Test the scoreboard: each cell has one figure with a source that counted it, cited in a chapter."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.edition.amounts import Amount
from tests.edition.conftest import name_of
from tests.edition.data import data_files, rows, rows_with_sources
from tests.edition.ledger import grades, origins
from tests.edition.texts import cited, stated
from triptych.model.book import Book, Chapter, Role
from triptych.model.walk import chapter_nodes, plain_text

FILE = "scoreboard.csv"
YARDSTICKS = ["Papers", "Patents", "Output", "Chain", "Use"]
COLUMNS = "field yardstick value what year counter grade note source_key field_zh yardstick_zh what_zh note_zh".split()


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_cell_has_measure_date_source_and_certainty() -> None:
    known = grades()
    wrong = []
    for line, row in enumerate(rows(FILE), 2):
        assert list(row) == COLUMNS
        problems = [f"no {name}" for name in COLUMNS if not row[name].strip()]
        if row["yardstick"] not in YARDSTICKS:
            problems.append(f"{row['yardstick']} is no yardstick")
        if not re.fullmatch(r"\d{1,2}(?:\.\d)?|100", row["value"]):
            problems.append(f"{row['value']} is no share in per cent")
        if not re.fullmatch(r"\d{4}(?:–(?:\d\d|\d{4}))?", row["year"]):
            problems.append(f"{row['year']} is no year and no span of years")
        if row["grade"] not in ("A", "B") or row["grade"] < known.get(row["source_key"], "C"):
            problems.append(
                f"{row['source_key']} is of grade {known.get(row['source_key'])}, not {row['grade']}"
            )
        mark = "‡" if row["grade"] == "B" else ""
        if row["note"] != f"{row['year']} {row['counter']}{mark}":
            problems.append(f"{row['note']} is not its year, counter and grade")
        wrong += [f"{FILE}:{line}: {row['field']}, {row['yardstick']}: {problem}" for problem in problems]
    report(wrong)


def test_a_cell_has_one_figure() -> None:
    cells = Counter((row["field"], row["yardstick"]) for row in rows(FILE))
    assert [cell for cell, times in cells.items() if times > 1] == []


def test_second_counts_are_of_the_same_cells() -> None:
    """Test that first counts are those of the scoreboard, and the counts of those that shrink."""
    first = {(row["field"], row["yardstick"]): row["value"] for row in rows(FILE)}
    counts = rows("second_counts.csv")
    assert [
        row["cell"] for row in counts if first[row["field"], row["yardstick"]] != row["first_percent"]
    ] == []
    smaller = [row for row in counts if int(row["second_percent"]) < int(row["first_percent"])]
    assert (len(smaller), len(counts)) == (12, 16)
    halved = [row["cell"] for row in counts if 2 * int(row["second_percent"]) < int(row["first_percent"])]
    assert halved == ["Chips, output", "AI, papers", "AI, patents", "Quantum, patents"]


def test_verdict_follows_from_the_figures() -> None:
    """Test the verdict by the rules in the note on method, and what another bar would change."""
    counts = shares()
    tested = {field for field, name in counts if name == "Use" and (field, "Output") in counts}
    assert len(tested) == 7

    def passing(bar: int) -> set[str]:
        return {field for field in tested if min(counts[field, "Output"] + counts[field, "Use"]) > bar}

    batteries, solar, wind = leading = ("Batteries and electric cars", "Solar power", "Wind power")
    assert passing(50) == set(leading)
    assert {bar for bar in range(1, 100) if passing(bar) == set(leading)} == set(range(42, 55))
    assert passing(41) == {*leading, "5G"}
    assert (passing(55), passing(59), passing(60)) == ({batteries, wind}, {wind}, set())
    once = [
        cell
        for cell in counts
        if cell[0] in leading and cell[1] in ("Output", "Use") and len(counts[cell]) == 1
    ]
    assert once == [(wind, "Output")]

    def by_mean(place: int) -> list[tuple[str, float]]:
        """Rank the leading fields by the mean of a count of output and use: the first, or the last."""
        means = {
            field: (counts[field, "Output"][place] + counts[field, "Use"][place]) / 2 for field in leading
        }
        return sorted(means.items(), key=lambda item: -item[1])

    assert by_mean(0) == [(batteries, 73.5), (solar, 71), (wind, 69)]
    assert by_mean(-1) == [(solar, 68), (batteries, 64.5), (wind, 64)]
    for name in ("Papers", "Output", "Chain"):
        assert counts[batteries, name][0] == max(
            found[0] for cell, found in counts.items() if cell[1] == name
        )
    for field in (batteries, solar):
        assert counts[field, "Chain"][0] == counts[field, "Output"][0]


def test_batteries_have_the_largest_share_of_the_most_cited_papers() -> None:
    cited = {
        row["field"]: min(shares()[row["field"], "Papers"])
        for row in rows(FILE)
        if row["yardstick"] == "Papers" and "most cited" in row["what"]
    }
    assert set(cited) == {"Batteries and electric cars", "Chips", "Artificial intelligence"}
    assert max(cited, key=lambda field: cited[field]) == "Batteries and electric cars"


def test_fields_are_ordered_by_output_and_use() -> None:
    """Test the order: by the mean of the first counts of both, then fields with one of them, then with neither."""
    first: dict[str, list[int]] = {}
    for row in rows(FILE):
        found = first.setdefault(row["field"], [])
        if row["yardstick"] in ("Output", "Use"):
            found.append(int(row["value"]))
    keys = [(len(found), sum(found)) for found in first.values()]
    assert keys == sorted(keys, reverse=True)


def shares() -> dict[tuple[str, str], list[int]]:
    """Return China's shares by field and yardstick: the first count, then the second."""
    result: dict[tuple[str, str], list[int]] = {}
    for name, column in ((FILE, "value"), ("second_counts.csv", "second_percent")):
        for row in rows(name):
            result.setdefault((row["field"], row["yardstick"]), []).append(int(row[column]))
    return result


def test_note_on_method_counts_the_figures_of_grade_a(edition: Book) -> None:
    (note,) = (chapter for chapter in edition.chapters if chapter.source.endswith("/data-and-method.md"))
    grades_found = Counter(row["grade"] for row in rows(FILE))
    text = f"Of the {grades_found.total()} figures in the scoreboard, {grades_found['A']} are of grade A."
    assert text in plain_text(note.blocks)
    through = sum(origins()[row["source_key"]] == "work" for row in rows(FILE))
    assert f"Of the others, {through} come from a publication of the originator" in plain_text(note.blocks)


def test_direction_is_given_for_each_field() -> None:
    fields = [row["field"] for row in rows("chain.csv")]
    assert fields == list(dict.fromkeys(row["field"] for row in rows(FILE)))
    assert {row["trend"] for row in rows("chain.csv")} <= {"↑", "↓", "·"}


def test_chinese_names_match() -> None:
    """Test that Chinese names of fields and indicators are consistent, and that years and grades match."""
    for name in ("field", "yardstick"):
        pairs = {(row[name], row[f"{name}_zh"]) for row in rows(FILE)}
        assert len(pairs) == len({english for english, _ in pairs}) == len({chinese for _, chinese in pairs})
    wrong = []
    for row in rows(FILE):
        first, _, last = row["year"].partition("–")
        span = f"{first}—{first[: 4 - len(last)]}{last}" if last else first
        year, *counter, grade = row["note_zh"].split(" ")
        if (year, grade) != (span, row["grade"]) or not counter:
            wrong.append(f"{FILE}: {row['field']}, {row['yardstick']}: {row['note_zh']}")
    report(wrong)


@pytest.mark.e2e
def test_each_figure_is_in_a_chapter_with_its_source(chapters: list[Chapter]) -> None:
    """Test that each figure is in a chapter before the conclusion, next to its source."""
    known = [
        (name_of(chapter), numbers, keys)
        for chapter in chapters
        if chapter.role is not Role.CONCLUSION
        for numbers, keys in stated(chapter)
    ]
    wrong = []
    for line, row in enumerate(rows(FILE), 2):
        amount = Amount(Decimal(row["value"]), _step(row["value"]), percent=True, words=row["value"])
        text = [keys for _, numbers, keys in known if any(amount.rounds(number) for number in numbers)]
        content = f"{FILE}:{line}: {row['field']}, {row['yardstick']}: {row['value']}%"
        if not text:
            wrong.append(f"{content} is told in no chapter ({row['what']})")
        elif not any(row["source_key"] in keys for keys in text):
            wrong.append(f"{content} is told nowhere beside {row['source_key']}")
    report(wrong)


@pytest.mark.parametrize(
    ("path", "table", "field"),
    [
        ("data-and-method.md", "tbl-method-sources", "field"),
        ("zh/scoreboard.md", "tbl-board-sources", "field_zh"),
    ],
)
def test_table_of_sources_has_those_of_the_data(path: str, table: str, field: str) -> None:
    """Test that the sources of first counts, and those of second counts and directions, are listed for each field.

    A second count made from two figures also lists the source of the other one.
    """
    names = {row["field"]: row[field] for row in rows(FILE)}
    listed = rows_with_sources(path, table)
    assert list(listed) == list(dict.fromkeys(names.values()))
    for place, files in enumerate(((FILE,), ("second_counts.csv", "chain.csv"))):
        keys: dict[str, set[str]] = {name: set() for name in listed}
        for row in (row for file in files for row in rows(file)):
            keys[names[row["field"]]].add(row["source_key"])
        others = {"pvmagusa2025pvps"} if place else set()
        assert {name: set(cells[place]) - others for name, cells in listed.items()} == keys


def test_all_sources_are_cited_where_used(edition: Book) -> None:
    chapters = [chapter for chapter in edition.chapters if chapter.source and FILE in data_files(chapter)]
    assert chapters, f"no chapter shows {FILE}"
    named = {key for chapter in chapters for key in cited(tuple(chapter_nodes(chapter)))}
    report(
        [
            f"{FILE}: no chapter that shows it names {row['source_key']}"
            for row in rows(FILE)
            if row["source_key"] not in named
        ]
    )


def _step(value: str) -> Decimal:
    return Decimal(1).scaleb(-len(value.partition(".")[2]))
