"""Test that each chapter of the edition has the required parts, plain wording and correct names."""

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

# Misspelt names: divided, joined, with a missing or additional letter, incomplete.
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

# Filler phrases that replace a figure or an argument.
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
def test_names_have_their_official_spelling(name: str, edition: Book) -> None:
    assert name in plain_text(tuple(node for node in book_nodes(edition) if isinstance(node, nodes.Text)))


def places(wrong: str, *suffixes: str, flags: int = 0) -> list[str]:
    """Return where a pattern occurs in the files of the edition, including across line breaks."""
    pattern = re.compile(wrong.replace(" ", r"\s+"), flags)
    result = []
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in suffixes:
            text = path.read_text("utf-8")
            for match in pattern.finditer(text):
                result.append(f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}")
    return result


def test_no_name_is_misspelt() -> None:
    """Test that no text or data file contains a misspelt name, except in titles of sources."""
    result = places("|".join(MISSPELT), ".md", ".yaml", ".csv")
    assert not result, "\n".join(result)


def test_stock_phrases_do_not_occur() -> None:
    result = places(rf"\b(?:{'|'.join(STOCK)})|(?<=[A-Za-z ])—", ".md", ".yaml", flags=re.IGNORECASE)
    assert not result, "\n".join(result)


def test_chapters_match_the_plan(chapters: list[Chapter]) -> None:
    assert [name_of(chapter) for chapter in chapters] == CHAPTERS
    assert chapters[0].role is Role.INTRODUCTION
    assert chapters[-1].role is Role.CONCLUSION


@pytest.fixture(params=CHAPTERS)
def chapter(request: pytest.FixtureRequest, chapters: list[Chapter]) -> Chapter:
    """Return each chapter in turn."""
    return next(chapter for chapter in chapters if name_of(chapter) == request.param)


def test_chapter_has_a_suitable_length(chapter: Chapter) -> None:
    assert 1000 <= length(chapter) <= 2000


def test_chapter_opens_with_a_summary_and_takeaways(chapter: Chapter) -> None:
    assert chapter.summary
    assert 3 <= len(chapter.takeaways) <= 5


def test_chapter_has_a_captioned_chart_and_another_element(chapter: Chapter) -> None:
    shown = evidence(chapter)
    charts = [item for item in shown if isinstance(item, nodes.Chart)]
    if chapter.role is Role.CONCLUSION:  # this chapter has no figures of its own
        assert shown
        return
    assert charts
    assert len(shown) >= 2
    for chart in charts:
        sources = [node for node in chart.caption if isinstance(node, nodes.Citation)]
        # A map of categories has no numbers.
        assert chart.unit or chart.kind == "tilemap", chart.attr.id
        assert chart.note or chart.source or sources, chart.attr.id
        assert chart.alt, chart.attr.id


def test_all_elements_are_referenced(chapter: Chapter) -> None:
    targets = {node.target for node in chapter_nodes(chapter) if isinstance(node, nodes.Reference)}
    ids = {item.attr.id for item in evidence(chapter) if item.attr.id}
    assert ids <= {target.removeprefix("#") for target in targets}


def test_chapter_is_indexed_and_refers_to_others(chapter: Chapter, chapters: list[Chapter]) -> None:
    ids = {get_attr(node).id for node in chapter_nodes(chapter)} | {chapter.id}
    targets = {node.target for node in chapter_nodes(chapter) if isinstance(node, nodes.Reference)}
    assert {target.removeprefix("#") for target in targets} - ids
    marks = [node for node in chapter_nodes(chapter) if isinstance(node, nodes.IndexMark)]
    assert len({mark.path[0].sort_key for mark in marks}) >= 5
