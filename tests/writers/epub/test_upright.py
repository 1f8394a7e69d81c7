"""Test that short numbers are upright in vertical lines, and nothing else changes."""

from __future__ import annotations

import re

import pytest

from triptych.markup.passages import read_passages
from triptych.writers.epub.page_markup import set_numbers_upright

SHELL = '<html class="{}"><head><title>12</title></head><body>{}</body></html>'


def shown(body: str, lines: str = "vertical") -> str:
    """Return a body with its upright numbers in braces."""
    page = set_numbers_upright(SHELL.format(lines, body).encode()).decode()
    assert "<title>12</title>" in page
    inside = page.partition("<body>")[2].removesuffix("</body></html>")
    return re.sub(r'<span class="tcy">(\d+)</span>', r"{\1}", inside)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>明治20年3月12日</p>", "<p>明治{20}年{3}月{12}日</p>"),
        ("<p>1887年、100人</p>", "<p>1887年、100人</p>"),
        ("<p>3.5度、10%、1,2</p>", "<p>3.5度、10%、1,2</p>"),
        ("<p>A4とB2、CO<sub>2</sub></p>", "<p>A4とB2、CO<sub>2</sub></p>"),
        ("<p>Python 3 は</p>", "<p>Python 3 は</p>"),
        ("<p>は 12 days</p>", "<p>は 12 days</p>"),
        ("<p>は 12 日</p>", "<p>は {12} 日</p>"),
        ("<p>&amp;12&amp;</p>", "<p>&amp;12&amp;</p>"),
        ("<p>「12」と“34”</p>", "<p>「{12}」と“{34}”</p>"),
        ("<p>第<em>5</em>章</p>", "<p>第<em>{5}</em>章</p>"),
        ("<p>1<em>2</em>章</p>", "<p>1<em>2</em>章</p>"),
        ("<p>A</p><p>12</p>", "<p>A</p><p>{12}</p>"),
        ("<p>第<br/>12</p>", "<p>第<br/>{12}</p>"),
        (
            '<p>NASA<sup class="noteref"><a>7</a></sup></p>',
            '<p>NASA<sup class="noteref"><a>{7}</a></sup></p>',
        ),
        ("<p>第<code>12</code>と<math><mn>3</mn></math></p>", "<p>第<code>12</code>と<math><mn>3</mn></math></p>"),
        ("<pre>12</pre><table><td>34</td></table>", "<pre>12</pre><table><td>{34}</td></table>"),
        ('<nav hidden="hidden"><a>12</a></nav>', '<nav hidden="hidden"><a>12</a></nav>'),
        ('<p><span class="tcy">12</span></p>', "<p>{12}</p>"),
        ("<p>&#49;日</p>", "<p>&#49;日</p>"),
        ('<p title="12">年</p>', '<p title="12">年</p>'),
        ("<p>１２日、十二日</p>", "<p>１２日、十二日</p>"),
    ],
)  # fmt: skip
def test_only_one_or_two_digits_are_upright(body: str, expected: str) -> None:
    assert shown(body) == expected


def test_horizontal_page_is_unchanged() -> None:
    assert shown("<p>12日</p>", "") == "<p>12日</p>"


def test_passages_of_a_page_are_unchanged() -> None:
    """Test that passages are unchanged, since they locate the pages of the PDF."""
    page = SHELL.format("vertical", "<h1>第1章</h1><p>明治20年3月<em>12日</em>のこと</p><p>5人</p>").encode()
    upright = set_numbers_upright(page)
    assert upright.count(b"tcy") == 5
    assert [(passage.number, passage.letters) for passage in read_passages(upright)] == [
        (passage.number, passage.letters) for passage in read_passages(page)
    ]


def test_a_marker_parts_no_number() -> None:
    marker = '<span epub:type="pagebreak" id="_page-2"/>'
    body = f"<p>明治{marker}20年{marker}3月</p>"
    assert shown(body) == f"<p>明治{marker}{{20}}年{marker}{{3}}月</p>"
