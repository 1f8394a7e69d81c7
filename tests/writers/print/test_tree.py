"""Test the changes of a page's element tree before layout."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring, tostring

import pytest

from weasyprint_typography.preparation import add_script_spacing
from weasyprint_typography.tables import add_continued_rows


def spaced(markup: str) -> str:
    root = fromstring(markup)
    add_script_spacing(root)
    return tostring(root, "unicode")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>第3章</p>", '<p>第<span class="gap-before gap-after">3</span>章</p>'),
        ("<p>JIS X 4051は</p>", '<p><span class="gap-after">JIS X 4051</span>は</p>'),
        ("<p>共1,206页、2024</p>", '<p>共<span class="gap-before gap-after">1,206</span>页、2024</p>'),
        ("<p>見<em>Nature</em>誌</p>", '<p>見<em><span class="gap-before gap-after">Nature</span></em>誌</p>'),
        ("<p>约<b>61</b>%的<i>x</i></p>", '<p>约<b><span class="gap-before">61</span></b>%的<i><span class="gap-before">x</span></i></p>'),
        ("<p>据 Nature 报道</p>", "<p>据 Nature 报道</p>"),
        ("<p>only English, 100%</p>", "<p>only English, 100%</p>"),
        ("<p>见<code>x1</code>行</p>", '<p>见<code class="gap-before gap-after">x1</code>行</p>'),
        ("<p>见<code>甲()</code>行</p>", '<p>见<code class="gap-after">甲()</code>行</p>'),
        ("<p>，<code>x</code>。</p>", "<p>，<code>x</code>。</p>"),
        ("<p>按 <kbd>Ctrl</kbd>键</p>", '<p>按 <kbd class="gap-after">Ctrl</kbd>键</p>'),
        ('<p>式<img class="math"/>之</p>', '<p>式<img class="math gap-before gap-after" />之</p>'),
        ("<pre><code>字x字</code></pre>", "<pre><code>字x字</code></pre>"),
        ("<div><p>字</p><p>A</p></div>", "<div><p>字</p><p>A</p></div>"),
    ],
)  # fmt: skip
def test_western_words_have_a_gap_to_eastern_characters(before: str, after: str) -> None:
    assert spaced(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p><b>（甲）</b>。</p>", '<p><b>（甲<span class="half">）</span></b>。</p>'),
        (
            "<p>文<a>《甲》）</a><i>（乙</i></p>",
            '<p>文<a>《甲<span class="half">》）</span></a><i>（乙</i></p>',
        ),
        ("<p>（<b>《甲</b></p>", '<p>（<b><span class="half">《</span>甲</b></p>'),
        ("<p>（<b>甲</b>）</p>", "<p>（<b>甲</b>）</p>"),
        ("<p>“<b>a”</b>” <i>‘</i>’</p>", "<p>“<b>a”</b>” <i>‘</i>’</p>"),
        ("<div><p>（甲）</p><p>。</p></div>", "<div><p>（甲）</p><p>。</p></div>"),
    ],
)
def test_adjacent_punctuation_across_elements_is_squeezed(before: str, after: str) -> None:
    assert spaced(before) == after


TABLE = (
    '<html><body data-continued="continued"><div class="{kind}"><table>'
    '<caption><span class="label">Table 1.1</span> Sizes</caption>'
    '<thead><tr><th colspan="2">A</th><th>B</th></tr></thead><tbody><tr><td/></tr></tbody></table></div></body></html>'
)


def test_a_long_table_has_a_line_for_its_later_pages() -> None:
    root = fromstring(TABLE.format(kind="table"))
    add_continued_rows(root)
    row = root.find(".//tr[@class='continued']")
    assert row is not None
    assert row[0].text == "Table 1.1 (continued)"
    assert row[0].get("colspan") == "3"


def test_a_short_table_has_none() -> None:
    root = fromstring(TABLE.format(kind="table short"))
    add_continued_rows(root)
    assert root.find(".//tr[@class='continued']") is None
