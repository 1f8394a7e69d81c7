"""Test page ends: no introductory line is stranded at the foot, and no foot is unnecessarily white."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from tests.writers.print.page_feet import feet
from tests.writers.print.quires import face, page_of
from tests.writers.print.test_looks import sheet
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.writers.print.typesetting import BookTypesetter

SENTENCE = "A page that ends with a colon keeps its readers waiting for what is on the next one. "
CODE = "".join(f'<span class="line">let value_{n} = compute({n});</span>\n' for n in range(9))
ROWS = "".join(f"<tr><td>{n}</td><td>A row of the table</td></tr>" for n in range(24))
CALLOUT = '<aside class="callout note"><p class="callout-title">Note</p>{0}</aside>'
LEAD = "<p>It looks like this, as the example shows:</p>"
FOLLOWERS = {
    "list": "<ul>" + f"<li>{SENTENCE}</li>" * 5 + "</ul>",
    "steps": "<ol>" + f"<li><p>{SENTENCE}</p><p>{SENTENCE}</p></li>" * 3 + "</ol>",
    "listing": f"<pre><code>{CODE}</code></pre>",
    "table": f'<div class="table"><table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{ROWS}</tbody></table></div>',
    "quotation": f"<blockquote><p>{SENTENCE * 4}</p></blockquote>",
    "callout": CALLOUT.format(f"<p>{SENTENCE * 3}</p>" * 4),
    "formula": '<div class="equation">x = y</div>',
    "definitions": f"<dl><dt>Term</dt><dd>{SENTENCE * 2}</dd></dl>",
    "nested": f"<ul><li>An item that leads on:<pre><code>{CODE}</code></pre></li></ul>",
    "paragraph": f"<p>{SENTENCE * 2}</p>",
}


def chapter(seed: int, blocks: int = 90) -> str:
    """Return a chapter with lines that end in a colon at various heights of a page."""
    chance = random.Random(seed)
    parts = []
    for number in range(blocks):
        parts.append(f"<p>{SENTENCE * chance.randint(1, 6)}</p>")
        if number % 9 == 5:
            parts.append(f"<h2>Heading {number}</h2>")
        lead = LEAD if chance.random() < 0.6 else f"<p>{SENTENCE * chance.randint(1, 3)}As follows:</p>"
        parts.append(lead + FOLLOWERS[chance.choice(sorted(FOLLOWERS))])
    return page_of(f'<section class="chapter">{"".join(parts)}</section>')


@pytest.mark.e2e
@pytest.mark.parametrize("theme", list_built_in_themes())
def test_introductory_lines_stay_with_the_next_block_and_pages_are_full(theme: str) -> None:
    pages = BookTypesetter(sheet(theme), face).lay_out(chapter(7)).pages
    result = feet(pages)
    assert len(result) > 20
    assert [foot for foot in result if foot.strands] == []
    assert [foot for foot in result if foot.white >= 8] == []


def test_loose_lists_have_space_between_items_and_none_within() -> None:
    words = "".join(f"<li><p>First{n}</p><p>Second{n}</p></li>" for n in range(4))
    body = f"<p>Before</p><ul>{words}</ul><p>After</p>"
    css, lead = sheet("house"), load_theme("house").print.leading * 4 / 3
    (page,) = BookTypesetter(css, face).lay_out(page_of(f'<section class="chapter">{body}</section>')).pages
    tops = {
        box.text: box.position_y / lead
        for box in page._page_box.descendants()
        if type(box).__name__ == "TextBox"
    }
    for number in range(4):
        assert tops[f"Second{number}"] - tops[f"First{number}"] == pytest.approx(1, abs=0.01)
    for number in range(3):
        assert tops[f"First{number + 1}"] - tops[f"Second{number}"] == pytest.approx(1.5, abs=0.01)
    assert (tops["After"] - tops["Before"]) % 1 == pytest.approx(0, abs=0.01)  # on the grid


def test_compact_lists_have_no_item_spacing() -> None:
    body = f"<ul>{''.join(f'<li>Item{n}</li>' for n in range(4))}</ul>"
    page = (
        BookTypesetter(sheet("house"), face)
        .lay_out(page_of(f'<section class="chapter">{body}</section>'))
        .pages[0]
    )
    boxes = [
        box for box in page._page_box.descendants() if type(box).__name__ == "TextBox" and "Item" in box.text
    ]
    tops = [box.position_y / (load_theme("house").print.leading * 4 / 3) for box in boxes]
    assert [round(after - before, 2) for before, after in pairwise(tops)] == [1, 1, 1]


@pytest.mark.parametrize("theme", list_built_in_themes())
def test_no_space_exceeds_the_theme_by_more_than_a_line(theme: str) -> None:
    """Test that extra space at a page foot is distributed, with at most one line at each place."""
    chance = random.Random(3)
    design = load_theme(theme).print
    title = '<header class="opener"><p class="chapter-number">1</p><h1>Title</h1></header>'
    parts = []
    for number in range(40):
        parts.append(f"<p>{SENTENCE * chance.randint(1, 7)}</p>")
        if number % 3 == 1:
            parts.append(f"<h2>Heading {number}</h2>")
        if number % 4 == 2:
            high = chance.randint(40, 130)
            parts.append(f'<figure style="height: {high}pt"><figcaption>Figure</figcaption></figure>')
    body = f'<section class="chapter">{title}{"".join(parts)}</section>'
    gaps: dict[tuple[str, str], list[float]] = {}
    for page in BookTypesetter(sheet(theme), face).lay_out(page_of(body)).pages:
        sections = [box for box in page._page_box.descendants() if box.element_tag == "section"]
        blocks = [box for box in sections[-1].children if box.is_in_normal_flow() and box.height]
        for item, other in pairwise(blocks):
            gap = (other.border_box_y() - item.border_box_y() - item.border_height()) * 0.75
            gaps.setdefault((item.element_tag, other.element_tag), []).append(gap)
    assert ("p", "h2") in gaps and ("figure", "p") in gaps
    most = {"header": 2.0, "figure": 1.5, "p": 1.5, "h2": 0.5}
    for (item, other), result in gaps.items():
        assert max(result) <= (most[item] + 1) * design.leading + 0.1, (item, other)
