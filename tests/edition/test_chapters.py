"""Each chapter of the edition has what its readers are promised, says it plainly and spells names right."""

from __future__ import annotations

import re

import pytest

from tests.edition.conftest import name_of
from tests.edition.data import SOURCE
from tests.edition.texts import evidence, length
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Role
from triptych.model.walk import book_nodes, chapter_nodes, get_attr, plain_text

CHAPTERS = """introduction artificial-intelligence commerce telecommunications renewable-energy smart-cities
biotechnology genomics biopharmaceuticals medical-devices beyond-the-ten collaborations conclusion""".split()

# How names are misspelt: taken apart, run together, with a letter too few or too many, half of them alone.
MISSPELT = r"""
Janko|Jinko Solar|Jinkosolar|Longie|\bLongi\b|\bLonGi\b|Goldwin\b|Gold ?Wind|(?<!Mindray\s)Medical International
Myndray|Mindrey|Gene Bank|Genebank|GeneBank of China|National Genbank|Huawai|Hua Wei|HuaWei|Sense Time|Sensetime
SenceTime|Alibab\b|AliBaba|Ali Baba|AliPay|Ali Pay|Ten[Cc]ent Holding|TenCent|Bytedance|Byte Dance|\bI[Ff]ly|iflytek
Iflytek|Hik Vision|HikVision|Deep Seek|Deepseek|Pin ?Duo ?Duo|PinDuoDuo|Pindoudou|Wechat|We Chat|Envison|Envission
Ming Yang|Vesta\b|Tong Wei|Beigene|Bei Gene|BeiGen\b|Sinofarm|Sino Pharm|SinoPharm|SinoVac|Sino Vac|Wu Xi\b|WuXI
Illumna|Ilumina|\bNvida\b|NVidia|Erikson|Erricson|Ericson|Baidoo|Bai Du|Legend BioTech|Astra Zeneca|Astrazeneca
United Imagining|Seimens|Phillips|Xin Jiang|Xingjiang|Shen Zhen|Shenzen|Hang Zhou|Hangzou|Guangzou|Kadorie
Sheffield Hallum|Delloro|Dell Oro|Blackwel\b|Bloomberg NEF|Bloomberg New Energy|Wood MacKenzie|Woodmac
""".split("\n")[1:-1]

# What stands in texts in place of a figure or a thought.
STOCK = """significant|rapid progress|great strides|remarkable|impressive|unprecedented|forefront|frontrunner|front-runner
at the heart of|crucial|pivotal|vital role|key role|play(?:s|ed)? an? [a-z]+ role|game[- ]chang|landscape|ecosystem
leverag|underscor|testament|not only|in recent years|cutting[- ]edge|state[- ]of[- ]the[- ]art|world[- ]class|seamless
revolutioni[sz]|transformative|paradigm|synerg|holistic|robust|delve|tapestry|harness|unlock|pav(?:e|es|ed|ing) the way
groundbreaking|ever[- ](?:evolving|growing|changing)|fast-paced|in today[’']s|in conclusion|it is worth noting
it is important to note|needless to say|moreover|furthermore|a wide range of|when it comes to
at the end of the day|poised to|journey|empower|foster|navigat(?:e|ing) the|shed(?:s|ding)? light""".split(
    "\n"
)


@pytest.mark.parametrize("name", ["JinkoSolar", "LONGi", "Goldwind", "Mindray", "China National GeneBank"])
def test_a_name_is_in_the_book_as_its_owner_spells_it(name: str, edition: Book) -> None:
    assert name in plain_text(tuple(node for node in book_nodes(edition) if isinstance(node, nodes.Text)))


def places(wrong: str, *suffixes: str, flags: int = 0) -> list[str]:
    """Where something is said in the files of the edition, also across the ends of lines."""
    pattern = re.compile(wrong.replace(" ", r"\s+"), flags)
    found = []
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in suffixes:
            text = path.read_text("utf-8")
            for match in pattern.finditer(text):
                found.append(f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}")
    return found


def test_no_name_is_misspelt() -> None:
    """In no text or data file; titles of sources are what others wrote."""
    found = places("|".join(MISSPELT), ".md", ".yaml", ".csv")
    assert not found, "\n".join(found)


def test_stock_phrases_do_not_occur() -> None:
    found = places(rf"\b(?:{'|'.join(STOCK)})|(?<=[A-Za-z ])—", ".md", ".yaml", flags=re.IGNORECASE)
    assert not found, "\n".join(found)


def test_the_chapters_are_those_of_the_plan(chapters: list[Chapter]) -> None:
    assert [name_of(chapter) for chapter in chapters] == CHAPTERS
    assert chapters[0].role is Role.INTRODUCTION
    assert chapters[-1].role is Role.CONCLUSION


@pytest.fixture(params=CHAPTERS)
def chapter(request: pytest.FixtureRequest, chapters: list[Chapter]) -> Chapter:
    """Each chapter in turn."""
    return next(one for one in chapters if name_of(one) == request.param)


def test_it_is_as_long_as_a_chapter_should_be(chapter: Chapter) -> None:
    assert 1000 <= length(chapter) <= 1800


def test_it_opens_with_a_summary_and_takeaways(chapter: Chapter) -> None:
    assert chapter.summary
    assert 3 <= len(chapter.takeaways) <= 5


def test_it_shows_a_chart_that_says_what_it_counts_and_something_more(chapter: Chapter) -> None:
    shown = evidence(chapter)
    charts = [one for one in shown if isinstance(one, nodes.Chart)]
    if chapter.role is Role.CONCLUSION:  # which has no figures of its own
        assert shown
        return
    assert charts
    assert len(shown) >= 2
    for chart in charts:
        sources = [node for node in chart.caption if isinstance(node, nodes.Citation)]
        # A map of categories counts nothing.
        assert chart.unit or chart.kind == "tilemap", chart.attr.id
        assert chart.note or chart.source or sources, chart.attr.id
        assert chart.alt, chart.attr.id


def test_all_that_it_shows_is_referred_to(chapter: Chapter) -> None:
    targets = {node.target for node in chapter_nodes(chapter) if isinstance(node, nodes.Reference)}
    ids = {one.attr.id for one in evidence(chapter) if one.attr.id}
    assert ids <= {target.removeprefix("#") for target in targets}


def test_it_is_in_the_index_and_leads_to_other_chapters(chapter: Chapter, chapters: list[Chapter]) -> None:
    ids = {get_attr(node).id for node in chapter_nodes(chapter)} | {chapter.id}
    targets = {node.target for node in chapter_nodes(chapter) if isinstance(node, nodes.Reference)}
    assert {target.removeprefix("#") for target in targets} - ids
    marks = [node for node in chapter_nodes(chapter) if isinstance(node, nodes.IndexMark)]
    assert len({mark.path[0].sort_key for mark in marks}) >= 5
