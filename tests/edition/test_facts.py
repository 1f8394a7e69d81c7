"""Test that numbers repeated in the edition occur in a chapter or its data."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.edition.amounts import Amount, amounts, missing, spelt, spoken
from tests.edition.conftest import name_of
from tests.edition.data import data_files, rows
from tests.edition.ledger import derived
from tests.edition.texts import (
    charted,
    charts,
    evidence,
    footnotes,
    known,
    prose,
    tellings,
    words,
)
from triptych.model import nodes
from triptych.model.book import Chapter, Role
from triptych.model.walk import get_attr

# "531 million in December 2017", "48 approvals of 2024": a number, a few words, its year.
_DATED = re.compile(
    r"(?P<number>(?<![\w.–-])[\d,]*\d(?:\.\d+)?(?:\s?%| (?:thousand|million|billion|trillion))?)"
    r"(?: [A-Za-z-]+){0,7}? (?:in|at the end of|for|by|of)(?: [A-Z][a-z]+)? (?P<year>(?:19|20)\d\d)\b(?!–)"
)


@pytest.fixture(scope="module")
def established(chapters: list[Chapter]) -> dict[str, list[Amount]]:
    """Return, by chapter name, the numbers that may be repeated: its own numbers and derived ones.

    The conclusion has no numbers of its own: it may repeat those of earlier chapters.
    """
    own = {name_of(chapter): known(chapter) for chapter in chapters if chapter.role is not Role.CONCLUSION}
    everything = [amount for item in own.values() for amount in item]
    reported = {name_of(chapter): own.get(name_of(chapter), everything) for chapter in chapters}
    return {name: [*known, *(item.amount for item in derived(name))] for name, known in reported.items()}


def numbers(text: str) -> list[Amount]:
    return [*amounts(text), *spelt(text)]


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_repeated_number_occurs_in_its_chapter_or_data(
    chapters: list[Chapter], established: dict[str, list[Amount]]
) -> None:
    report(
        [
            f"{chapter.source}, {telling.where}: {number}"
            for chapter in chapters
            for telling in tellings(chapter)
            for number in missing(
                list(spoken(telling.text)) if telling.said else numbers(telling.text),
                established[name_of(chapter)],
            )
        ]
    )


def test_conclusion_has_no_new_number(chapters: list[Chapter], established: dict[str, list[Amount]]) -> None:
    (conclusion,) = (chapter for chapter in chapters if chapter.role is Role.CONCLUSION)
    own = [*amounts(prose(conclusion)), *amounts(footnotes(conclusion))]
    for table in evidence(conclusion, nodes.Table):
        units = [words(cell.content) for row in table.head for cell in row.cells]
        for row in table.body:
            cells = zip(row.cells, units, strict=True)
            own += [amount.scaled(unit) for cell, unit in cells for amount in amounts(words(cell.content))]
    report(missing(own, established[name_of(conclusion)]))


def test_chart_description_uses_its_data(chapters: list[Chapter]) -> None:
    report(
        [
            f"{chapter.source}, {chart.attr.id or 'slide'}: {number}"
            for chapter in chapters
            for chart in charts(chapter)
            for text in (chart.alt, get_attr(chart).get("slide-title"))
            for number in missing(amounts(text), [*charted(chart), *worked_out(chapter)])
        ]
    )


def worked_out(chapter: Chapter) -> list[Amount]:
    return [item.amount for item in derived(name_of(chapter))]


def test_number_of_a_series_has_its_year(chapters: list[Chapter]) -> None:
    """Test that a number of a data series is followed by the year of its row."""
    wrong = []
    for chapter in chapters:
        dated = [
            (year, amount)
            for name in data_files(chapter)
            for row in rows(name)
            for year, amount in in_its_year(row)
        ]
        texts = [prose(chapter), footnotes(chapter)]
        texts += [telling.text for telling in tellings(chapter)] + [chart.alt for chart in charts(chapter)]
        sums = {item.written for item in derived(name_of(chapter))}
        for match in (match for text in texts for match in _DATED.finditer(text)):
            (amount,) = amounts(match["number"])
            years = {year for year, exact in dated if amount.rounds(exact)}
            if years and match["year"] not in years and not amount.year and match["number"] not in sums:
                wrong.append(f"{chapter.source}: {match[0]}, but {', '.join(sorted(years))} in the data")
    report(wrong)


def in_its_year(row: dict[str, str]) -> Iterator[tuple[str, Amount]]:
    """Return the values of a row of a data file with each year in its first cell."""
    (_, first), *cells = row.items()
    for year in re.findall(r"\b(?:19|20)\d\d\b", first):
        for column, cell in cells:
            if re.fullmatch(r"-?[\d.]+", cell):
                yield year, amounts(cell.removeprefix("-"))[0].scaled(column)


def test_derived_numbers_follow_from_facts(chapters: list[Chapter]) -> None:
    wrong = []
    for chapter in chapters:
        reported = " ".join(
            [
                prose(chapter),
                *(entry.text for entry in tellings(chapter)),
                *(chart.alt for chart in charts(chapter)),
            ]
            + [get_attr(chart).get("slide-title") for chart in charts(chapter)]
        )
        for item in derived(name_of(chapter)):
            wrong += [
                f"{chapter.source}, {item.written}: {problem}" for problem in item.wrong(known(chapter))
            ]
            if item.amount not in numbers(reported):
                wrong.append(f"{chapter.source}: {item.written} is told nowhere")
    report(wrong)
