"""Test that no spaces are added between Chinese and Japanese words at line ends or near references."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model.walk import plain_text

CHART = '\n\n::: {#fig-a .chart data=data.csv x=x y=y type=line fig-alt="A"}\nC\n:::\n'


@pytest.mark.parametrize(
    ("language", "markdown", "text"),
    [
        ("zh", "中文\n段落", "中文段落"),
        ("zh", "中文，\n**粗体**\n结束", "中文，粗体结束"),
        ("zh", "中文\nEnglish\n中文", "中文 English 中文"),
        ("ja", "日本\n語", "日本語"),
        ("zh", "完成。\n2025年", "完成。2025年"),
        ("ja", "GW\n（発電）", "GW（発電）"),
        ("zh", "共5\n、GW", "共5、GW"),
        ("en", "the mark 「漢」\nmeans", "the mark 「漢」 means"),
        ("ko", "한국\n어", "한국 어"),
        ("en", "one\ntwo 漢\n字", "one two 漢字"),
        ("zh", "见 @fig-a 和", "见图 1 和"),
        ("zh", "见@fig-a。", "见图 1。"),
        ("ja", "次の @fig-a を見よ", "次の図1を見よ"),
        ("ja", "次の\n@fig-a を見よ", "次の図1を見よ"),
        ("ko", "@fig-a에서", "그림 1에서"),
        ("en", "see @fig-a and 漢", "see Figure 1 and 漢"),
    ],
)
def test_text_is_closed_up(read_book_of: ReadBook, language: str, markdown: str, text: str) -> None:
    files = {"source/data.csv": "x,y\n1,2\n2,3\n"}
    manifest = f"lang: {language}\n"
    book, findings = read_book_of(markdown + CHART, manifest=manifest, files=files)
    assert not [finding for finding in findings if finding.severity == "error"]
    assert plain_text(book.chapters[0].blocks[0].content).replace("1.1", "1") == text


def test_summaries_and_takeaways_are_closed_up_too(read_book_of: ReadBook) -> None:
    files = {"source/data.csv": "x,y\n1,2\n2,3\n"}
    text = "'见 @fig-a 和'"
    book, _ = read_book_of(CHART, summary=text, takeaways=f"[{text}]", manifest="lang: zh\n", files=files)
    chapter = book.chapters[0]
    assert plain_text(chapter.summary) == plain_text(chapter.takeaways[0]) == "见图 1.1 和"
