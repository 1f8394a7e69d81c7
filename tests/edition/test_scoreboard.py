"""The scoreboard: fields and yardsticks, one figure in a cell, each counted by someone and told in a chapter."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.edition.amounts import Amount
from tests.edition.conftest import name_of
from tests.edition.data import data_files, rows
from tests.edition.ledger import grades
from tests.edition.texts import cited, stated
from triptych.model.book import Book, Chapter, Role
from triptych.model.walk import chapter_nodes

FILE = "scoreboard.csv"
YARDSTICKS = ["Papers", "Patents", "Output", "Use"]
COLUMNS = (
    "field yardstick value what year counter grade source_key field_zh yardstick_zh what_zh note_zh".split()
)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_a_cell_names_what_was_counted_when_by_whom_and_how_well_it_is_known() -> None:
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
        wrong += [f"{FILE}:{line}: {row['field']}, {row['yardstick']}: {problem}" for problem in problems]
    report(wrong)


def test_a_cell_has_one_figure() -> None:
    cells = Counter((row["field"], row["yardstick"]) for row in rows(FILE))
    assert [cell for cell, times in cells.items() if times > 1] == []


def test_the_chinese_names_say_the_same() -> None:
    """One name for one field and yardstick, and the year and grade that the English columns have."""
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
def test_each_figure_is_told_in_a_chapter_beside_its_source(chapters: list[Chapter]) -> None:
    """And in one of the chapters that establish numbers: the conclusion has none of its own."""
    known = [
        (name_of(chapter), numbers, keys)
        for chapter in chapters
        if chapter.role is not Role.CONCLUSION
        for numbers, keys in stated(chapter)
    ]
    wrong = []
    for line, row in enumerate(rows(FILE), 2):
        amount = Amount(Decimal(row["value"]), _step(row["value"]), percent=True, words=row["value"])
        said = [keys for _, numbers, keys in known if any(amount.rounds(one) for one in numbers)]
        told = f"{FILE}:{line}: {row['field']}, {row['yardstick']}: {row['value']}%"
        if not said:
            wrong.append(f"{told} is told in no chapter ({row['what']})")
        elif not any(row["source_key"] in keys for keys in said):
            wrong.append(f"{told} is told nowhere beside {row['source_key']}")
    report(wrong)


def test_all_its_sources_are_named_where_it_is_shown_or_explained(edition: Book) -> None:
    shown = [chapter for chapter in edition.chapters if chapter.source and FILE in data_files(chapter)]
    assert shown, f"no chapter shows {FILE}"
    named = {key for chapter in shown for key in cited(tuple(chapter_nodes(chapter)))}
    report(
        [
            f"{FILE}: no chapter that shows it names {row['source_key']}"
            for row in rows(FILE)
            if row["source_key"] not in named
        ]
    )


def _step(value: str) -> Decimal:
    return Decimal(1).scaleb(-len(value.partition(".")[2]))
