"""The index leads to every place: who and what a reader would look up, wherever a chapter tells of it."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.edition.conftest import name_of
from tests.edition.data import written
from tests.edition.texts import prose
from triptych.model import nodes
from triptych.model.book import Chapter
from triptych.model.walk import chapter_nodes, plain_text

# What readers look up first; each has a chief place.
MAIN = """5G; Alibaba; Alipay; artificial intelligence; AstraZeneca; Australian Strategic Policy Institute; Baidu; batteries
BGI; BIOSECURE Act; BYD; CATL; chips; City Brain; coal; DeepSeek; e-commerce; export controls; facial recognition
Huawei; industrial robots; International Energy Agency; JD.com; mobile payment; Nature Index; Nvidia; overcapacity
patent family; polysilicon; privacy; smart city; solar power; surveillance; Tencent; WeChat Pay; wind power
World Intellectual Property Organization; Xinjiang; ZTE"""

# Names that stand everywhere, and such as are also common words: not each chapter that uses them tells of them.
COMMON = {
    "Class 1",
    "European Union",
    "Germany",
    "Internet of Things",
    "State Council",
    "United Kingdom",
    "United States",
}


@pytest.fixture(scope="module")
def marks(chapters: list[Chapter]) -> list[tuple[str, nodes.IndexMark]]:
    """The marks of the chapters with the names of these."""
    return [
        (name_of(chapter), node)
        for chapter in chapters
        for node in chapter_nodes(chapter)
        if isinstance(node, nodes.IndexMark)
    ]


def entry_of(mark: nodes.IndexMark) -> str:
    return plain_text(mark.path[0].content)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_what_readers_look_up_has_a_chief_place(marks: list[tuple[str, nodes.IndexMark]]) -> None:
    wrong = []
    for name in re.split(r";\s*|\n", MAIN):
        places = [mark for _, mark in marks if entry_of(mark) == name and not mark.see]
        if not places:
            wrong.append(f"{name} is not in the index")
        elif not any(mark.main for mark in places):
            wrong.append(f"{name} has no chief place: {{.index .main}} or |textbf")
    report(wrong)


def test_a_name_is_in_the_index_for_each_chapter_that_tells_of_it(
    marks: list[tuple[str, nodes.IndexMark]], chapters: list[Chapter]
) -> None:
    """Firms, authorities, laws and places: all entries that begin with a capital, also by their short names."""
    places: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for where, mark in marks:
        entry = mark.see[0] if mark.see else entry_of(mark)
        names[entry].add(entry_of(mark))
        if not mark.see:
            places[entry].add(where)
    wrong = []
    for entry in sorted(places):
        if not entry[:1].isupper() or entry in COMMON:
            continue
        spoken = "|".join(re.escape(name) for name in sorted(names[entry] | {entry}, key=len, reverse=True))
        written_as = re.compile(rf"(?<![\w-])(?:{spoken})(?![\w-])".replace(r"\ ", r"\s+"))
        for chapter in chapters:
            if name_of(chapter) not in places[entry] and written_as.search(prose(chapter)):
                wrong.append(f"{chapter.source}:{line_of(written_as, chapter)}: {entry} is not in the index")
    report(wrong)


def line_of(pattern: re.Pattern[str], chapter: Chapter) -> int:
    """The line in the source of a chapter where a name stands first."""
    text = written(chapter)
    match = pattern.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def test_long_passages_are_ranges(marks: list[tuple[str, nodes.IndexMark]]) -> None:
    """What is chiefly about a subject is more than a page."""
    ranges = {entry_of(mark) for _, mark in marks if mark.extent is not nodes.Extent.PLACE}
    assert len(ranges) >= 8, (
        f"ranges, \\index{{x|(}} … \\index{{x|)}}, have only: {', '.join(sorted(ranges))}"
    )
