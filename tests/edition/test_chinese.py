"""Test that the Chinese sample has the sections, sources and numbers of the English text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.edition.amounts import amounts
from tests.edition.conftest import name_of
from tests.edition.data import SOURCE
from tests.edition.texts import cited, evidence, footnotes, prose
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book, Chapter
from triptych.project import Project
from triptych.stages import read_project

CHAPTERS = ["executive-summary", "renewable-energy", "conclusion"]
_POWERS = {"": 0, "千": 3, "万": 4, "亿": 8, "万亿": 12}
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?多?(万亿|亿|万|千)?(?![A-Za-z\d])")
_SHORT_SPAN = re.compile(r"\b((?:19|20)\d\d)–(\d\d)\b")  # 2020–21


@pytest.fixture(scope="module")
def sample(shared_cache: Cache) -> Book:
    """Return the Chinese sample as a resolved book."""
    _, book, result = read_project(Project(SOURCE.parent, environ={}), shared_cache, ("zh",))
    assert result == []
    assert book is not None
    return book


@pytest.fixture(params=CHAPTERS)
def pair(request: pytest.FixtureRequest, edition: Book, sample: Book) -> tuple[Chapter, Chapter]:
    """Return each chapter of the sample, after the English one."""
    english, chinese = (
        next(chapter for chapter in book.chapters if chapter.source and name_of(chapter) == request.param)
        for book in (edition, sample)
    )
    return english, chinese


def sections(chapter: Chapter) -> Iterator[tuple[str, Chapter]]:
    """Yield the id of each section, and a chapter that has only its blocks."""
    places = [n for n, block in enumerate(chapter.blocks) if isinstance(block, nodes.Heading)]
    for start, end in zip([0, *places], [*places, len(chapter.blocks)], strict=True):
        blocks = chapter.blocks[start:end]
        name = blocks[0].attr.id if blocks and isinstance(blocks[0], nodes.Heading) else ""
        yield name, replace(chapter, blocks=blocks)


def test_sections_and_evidence_match(pair: tuple[Chapter, Chapter]) -> None:
    english, chinese = (
        [(name, [item.attr.id for item in evidence(section)]) for name, section in sections(chapter)]
        for chapter in pair
    )
    assert chinese == english


def test_each_section_cites_the_sources_of_the_english_one(pair: tuple[Chapter, Chapter]) -> None:
    english, chinese = (
        {name: cited(section.blocks) for name, section in sections(chapter)} for chapter in pair
    )
    assert {
        name: sorted(keys - chinese[name]) for name, keys in english.items() if keys - chinese[name]
    } == {}


def test_method_cites_the_sources_of_the_scoreboard(edition: Book, sample: Book) -> None:
    english, chinese = (
        next(cited(chapter.blocks) for chapter in book.chapters if chapter.source.endswith(f"/{name}"))
        for book, name in ((edition, "data-and-method.md"), (sample, "scoreboard.md"))
    )
    assert english == chinese


def test_each_number_of_the_text_is_in_the_chinese_text(pair: tuple[Chapter, Chapter]) -> None:
    english, chinese = (dict(sections(chapter)) for chapter in pair)
    wrong = []
    for name, section in english.items():
        text = f"{prose(section)} {footnotes(section)}"
        text = _SHORT_SPAN.sub(lambda years: f"{years[1]}–{years[1][:2]}{years[2]}", text)
        written = set(chinese_numbers(f"{prose(chinese[name])} {footnotes(chinese[name])}"))
        wrong += [f"{name}: {number.words}" for number in amounts(text) if number.value not in written]
    assert wrong == []


def chinese_numbers(text: str) -> Iterator[Decimal]:
    """Yield the numbers that Chinese text writes in figures, such as 1.75万亿, and in "每百人"."""
    for match in _NUMBER.finditer(text.replace("每百", "每100")):
        whole, part, unit = match.groups()
        yield Decimal(whole.replace(",", "") + (part or "")) * 10 ** _POWERS[unit or ""]


def test_chinese_numbers_have_their_units() -> None:
    text = "1.75万亿元、1,100多万辆、111.3万吨、每百人57个、5G"
    assert list(chinese_numbers(text)) == [1750000000000, 11000000, 1113000, 100, 57]
