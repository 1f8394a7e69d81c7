"""Numbers of the edition: what is told again elsewhere is what a chapter or its data says."""

from __future__ import annotations

import re

import pytest

from tests.edition.amounts import Amount, amounts, missing, spelt
from tests.edition.conftest import name_of
from tests.edition.data import rows
from tests.edition.ledger import derived
from tests.edition.texts import charted, charts, data_files, footnotes, known, prose, tabled, evidence, tellings, words
from triptych.model import nodes
from triptych.model.book import Chapter, Role
from triptych.model.walk import attr_of

# "531 million in December 2017", "48 approvals of 2024": a number, a few words, its year.
_DATED = re.compile(
    r"(?P<number>(?<![\w.–-])[\d,]*\d(?:\.\d+)?(?:\s?%| (?:thousand|million|billion|trillion))?)"
    r"(?: [A-Za-z-]+){0,7}? (?:in|at the end of|for|by|of)(?: [A-Z][a-z]+)? (?P<year>(?:19|20)\d\d)\b(?!–)"
)


def worked_out(chapter: Chapter) -> list[Amount]:
    return [one.amount for one in derived(name_of(chapter))]


def both(text: str) -> list[Amount]:
    return [*amounts(text), *spelt(text)]


def test_a_number_that_is_told_again_stands_in_the_chapter_or_its_data(chapters: list[Chapter]) -> None:
    wrong = []
    for chapter in chapters:
        said = [*known(chapter), *worked_out(chapter)]
        for telling in tellings(chapter):
            wrong += [f"{chapter.source}, {telling.where}: {words}" for words in missing(both(telling.text), said)]
    assert wrong == []


def test_a_chart_is_described_by_its_own_numbers(chapters: list[Chapter]) -> None:
    wrong = []
    for chapter in chapters:
        for chart in charts(chapter):
            shown = [*charted(chart), *worked_out(chapter)]
            for text in (chart.alt, attr_of(chart).get("slide-title")):
                wrong += [f"{chapter.source}:{chart.span.line}: {words}" for words in missing(amounts(text), shown)]
    assert wrong == []
