"""Test that a figure that does not fit moves to the top of the next page, and that text fills its page."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import MarkedContentReference, StructureElement, join_quires
from triptych.writers.print.typesetting import BookTypesetter
from weasyprint_typography import make_up
from weasyprint_typography.preparation import find_class_names, unwrap_float_groups
from weasyprint_typography.typesetter import LaidOutDocument

CSS = """
@page { size: 200px 130px; margin: 10px }
@page wide { size: 300px 130px }
@page landscape { size: 130px 200px }
html { font-size: 10px; line-height: 10px; orphans: 2; widows: 2 }
body, p, figure, h2, aside, ul, pre { margin: 0; font-size: 10px }
section { page: chapter }
p { text-indent: 20px }
[data-leads] { break-after: avoid }
figure + p, h2 + p { text-indent: 0 }
h2 { font-size: 10px; break-after: avoid }
figure { height: 60px; break-inside: avoid; margin-bottom: 5px }
section > [data-float] { margin-top: 5px }
.short, aside { height: 60px; break-inside: avoid; margin-bottom: 5px }
.landscape { page: landscape }
section > [data-float] { page: auto }
.low { height: 30px } .high { height: 90px }
.wide { page: wide }
"""
LONG = "Line<br/>" * 4 + "Line"
BEFORE = f"<p>First</p><p>{LONG}</p>"
TABLE = '<div class="table short"><table><caption>Figure</caption><tr><td></td></tr></table></div>'
BARE = '<figure><p class="in">Figure</p></figure>'
CALLOUT = '<aside class="callout note titled"><p class="callout-title">Figure</p></aside>'


def figure(words: str = "Figure", kind: str = "") -> str:
    return f'<figure class="{kind}"><figcaption>{words}</figcaption></figure>'


def short(words: str) -> str:
    """Return paragraphs of one line."""
    return "".join(f"<p>{word}</p>" for word in words.split())


def huge(words: str) -> str:
    """Return a figure with more lines than a page."""
    lines = f"<p>{words}</p>" * 14
    return f'<figure style="height: auto">{lines}<figcaption>Figure</figcaption></figure>'


def laid(body: str) -> LaidOutDocument:
    xhtml = f'<html lang="en"><body><section class="chapter">{body}</section></body></html>'
    return BookTypesetter(CSS, lambda scheme, path: (b"", "")).lay_out(xhtml)


def text_boxes(page: Any) -> list[Any]:
    from weasyprint.formatting_structure.boxes import TextBox

    boxes = [box for box in page.descendants() if isinstance(box, TextBox) and box.text.strip()]
    return sorted(boxes, key=lambda box: box.position_y)


def texts(body: str) -> list[list[str]]:
    """Return the lines of each page from top to bottom."""
    return [[f"{box.text}" for box in text_boxes(page._page_box)] for page in laid(body).pages]


class TestGroupsAroundFloats:
    @pytest.mark.parametrize(
        "group", ['class="exercise"', "", 'id="a" class="exercise"', 'class="statement"']
    )
    def test_a_figure_in_a_group_without_a_look_floats(self, group: str) -> None:
        body = f"{BEFORE}<div {group}><p>Before</p>{figure()}<p>After</p></div>"
        assert texts(body) == [["First", *["Line"] * 5, "Before", "After"], ["Figure"]]

    @pytest.mark.parametrize("group", ['class="a b"', 'style="color: red"', 'lang="fr"', 'dir="rtl"'])
    def test_float_in_a_styled_group_stays_in_it(self, group: str) -> None:
        root = fromstring(f"<section><div {group}>{figure()}<p>x</p></div></section>")
        unwrap_float_groups(root, find_class_names(".a > .c { color: red }"))
        assert [item.tag for item in root] == ["div"]

    def test_text_and_ids_of_a_group_are_kept(self) -> None:
        assert texts(f"{BEFORE}<div>Words{figure()}</div>")[-1] == ["Figure"]
        root = fromstring(f'<section><div id="a">{figure()}<p>x</p></div></section>')
        unwrap_float_groups(root, frozenset())
        assert root[0].get("id") == "a"
        root = fromstring(f'<section><div id="a" class="b"><p>x</p>{figure()}<p>y</p></div></section>')
        unwrap_float_groups(root, frozenset())
        assert [(item.tag, item.get("id"), item.get("class")) for item in root] == [
            ("div", "a", "b"),
            ("figure", None, ""),
            ("div", None, "b"),
        ]


class TestPicturesAtTheEnd:
    """Test that a picture that would be alone on the last page is scaled down if it stays legible."""

    @pytest.mark.parametrize(
        ("block", "lines", "height"),
        [
            ("<figure>{0}</figure>", 5, 60),
            ("<figure>{0}</figure>", 4, 70),
            ("<figure>{0}</figure>", 8, None),
            ('<p><a href="https://x.org">{0}</a></p>', 5, 55),
        ],
    )
    def test_its_height(self, block: str, lines: int, height: float | None) -> None:
        picture = '<img src="picture:a" alt="A"/>'
        stream = BytesIO()
        Image.new("RGB", (100, 80), "red").save(stream, "PNG")
        css = f"{CSS} figure {{ height: auto; margin: 0 }} figure img {{ display: block }}"
        css += " section > [data-float] { margin-top: 0 }"
        body = short("Line " * lines) + block.format(picture)
        xhtml = f'<html lang="en"><body><section class="chapter">{body}</section></body></html>'
        pages = (
            BookTypesetter(css, lambda scheme, path: (stream.getvalue(), "image/png")).lay_out(xhtml).pages
        )
        (result,) = [
            (number, box.height)
            for number, page in enumerate(pages)
            for box in page._page_box.descendants()
            if box.element_tag == "img"
        ]
        assert result == (height is None, pytest.approx(height or 80, abs=4))


class TestWhatGoesToTheNextPage:
    @pytest.mark.parametrize(
        "floating", [figure(), BARE, TABLE, CALLOUT], ids=["figure", "bare", "table", "callout"]
    )
    def test_paragraphs_fill_the_page(self, floating: str) -> None:
        first, second = texts(BEFORE + floating + short("Two Three Four Five Six Seven Eight"))
        assert first == ["First", *["Line"] * 5, "Two", "Three", "Four", "Five", "Six"]
        assert second == ["Figure", "Seven", "Eight"]

    def test_paragraph_continues_below_the_float(self) -> None:
        first, second = texts(BEFORE + figure() + f"<p>{LONG}<br/>End</p>" + short("Six"))
        assert (first[-1], second) == ("Line", ["Figure", "Line", "End", "Six"][-4:])

    @pytest.mark.parametrize(
        "behind", ["<h2>Head</h2>", "<ul><li>Head</li></ul>", '<p class="verse">Head</p>']
    )
    def test_float_may_pass_all_blocks_of_its_chapter(self, behind: str) -> None:
        first, second = texts(BEFORE + figure() + behind + short("Two Three Four Five Six"))
        assert [first[6], second[:2]] == ["Head", ["Figure", "Six"]]

    def test_heading_before_a_float_stays_with_its_text(self) -> None:
        first, second = texts(BEFORE + "<h2>Head</h2>" + figure() + short("Two Three Four Five Six"))
        assert (first[6:8], second) == (["Head", "Two"], ["Figure", "Six"])

    def test_several_keep_their_order(self) -> None:
        low = figure("One", "low") + "<p>b</p>" + figure("Two", "low")
        first, second = texts(BEFORE + short("x y a") + low + short("c d e"))
        assert first[-3:] == ["a", "b", "c"]
        assert second == ["One", "Two", "d", "e"]

    def test_those_that_leave_too_little_text_wait_for_a_page_more(self) -> None:
        pages = texts(BEFORE + figure("One") + figure("Two") + short("a b c d e f g h i j k l m"))
        assert [page[0] for page in pages] == ["First", "One", "Two"]
        assert len(pages[1]) > 3 and len(pages[2]) > 3

    def test_float_without_space_for_text_has_a_separate_page(self) -> None:
        _, second, third = texts(BEFORE + figure("One", "high") + short("a b c d e f g h i"))
        assert (second, third[0]) == (["One"], "f")

    def test_float_larger_than_a_page_continues_on_the_next(self) -> None:
        assert texts(BEFORE + huge("Line") + short("Two Three Four Five Six Seven"))[1:] == [
            ["Line"] * 11,
            ["Line", "Line", "Line", "Figure", "Seven"],
        ]

    def test_float_larger_than_a_page_continues_at_the_chapter_end_too(self) -> None:
        pages = texts(BEFORE + huge("Line") + short("Two Three Four") + figure("Next"))
        assert pages[1:] == [["Line"] * 11, ["Line", "Line", "Line", "Figure", "Next"]]

    def test_headings_are_not_stranded_below_a_float(self) -> None:
        body = BEFORE + figure("One", "high") + f"<p>{LONG}</p><h2>Head</h2><p>{LONG}</p>"
        pages = texts(body.replace("90px", "70px"))
        assert all(page[-1] != "Head" for page in pages)

    def test_float_does_not_move_to_a_page_of_another_size(self) -> None:
        pages = texts(BEFORE + figure() + "<p>Two</p><p class='wide'>Wide</p>" + short("Three Four"))
        assert pages[1:] == [["Wide"], ["Figure", "Three", "Four"]]


class TestWhatStays:
    def test_pinned_float_stays_in_place(self) -> None:
        _, second = texts(BEFORE + figure(kind="here") + "<p>Two</p>")
        assert second == ["Figure", "Two"]

    def test_table_without_a_caption_stays_in_place(self) -> None:
        table = TABLE.replace("<caption>Figure</caption><tr><td>", "<tr><td>Figure")
        first, second = texts(BEFORE + table + "<p>Two</p>")
        assert (first[-1], second) == ("Line", ["Figure", "Two"])

    def test_uncaptioned_figure_after_its_introduction_stays_in_place(self) -> None:
        style = "<p>First</p>" + f"<p>{LONG}</p><p>Like this:</p>"
        _, second = texts(style + '<figure><p class="in">Figure</p></figure><p>Two</p>')
        assert second == ["Like this:", "Figure", "Two"]

    def test_float_that_fits_stays_in_place(self) -> None:
        (only,) = texts("<p>First</p>" + figure() + "<p>Two</p>")
        assert only == ["First", "Figure", "Two"]

    def test_callout_float_stays_before_the_next_heading(self) -> None:
        first, second = texts(BEFORE + CALLOUT + "<p>Two</p><h2>Head</h2><p>Three</p>")
        assert (first[-1], second) == ("Two", ["Figure", "Head", "Three"])

    def test_in_its_chapter(self) -> None:
        after = '</section><section style="break-before: page"><p>Next</p>'
        assert texts(BEFORE + figure() + "<p>Two</p>" + after)[-1] == ["Next"]


class TestLandscape:
    """Test that a landscape table has its own page, after a page filled with text."""

    TABLE = TABLE.replace("short", "landscape").replace("Figure", "Wide")

    def test_text_fills_the_page_before_a_float_and_continues_after_it(self) -> None:
        pages = laid(short("a b c") + self.TABLE + short("d e f g h i j k l m n o")).pages
        assert [len(text_boxes(page._page_box)) for page in pages] == [11, 1, 4]
        assert [page.width for page in pages] == [200, 130, 200]

    def test_float_may_be_first_and_last_in_its_chapter(self) -> None:
        assert texts(self.TABLE + short("a b c")) == [["a", "b", "c"], ["Wide"]]
        assert texts(short("a b c") + self.TABLE) == [["a", "b", "c"], ["Wide"]]

    def test_float_keeps_its_place_among_figures(self) -> None:
        body = short("a b c d e f g") + figure("One") + self.TABLE + figure("Two")
        pages = texts(body + short("h i j k l m n o p q r s"))
        assert [page[0] for page in pages] == ["a", "One", "Wide", "Two"]

    def test_long_float_continues_on_landscape_pages(self) -> None:
        rows = "".join(f"<tr><td>r{n}</td></tr>" for n in range(20))
        table = f'<div class="table landscape"><table><caption>Wide</caption>{rows}</table></div>'
        pages = laid("<p>a</p>" + table + short("b c d e f g h i j k l m n")).pages
        assert [page.width for page in pages] == [200, 130, 130, 200]
        texts = [box.text for page in pages[1:3] for box in text_boxes(page._page_box)]
        assert texts == ["Wide", *(f"r{n}" for n in range(20))]

    def test_one_that_its_author_pins_ends_its_page(self) -> None:
        pinned = self.TABLE.replace('class="table', 'class="here table')
        assert texts(short("a b") + pinned + short("c d")) == [["a", "b"], ["Wide"], ["c", "d"]]


class TestMentions:
    """Test that a float is not on a page before its first reference."""

    SEE = '<p>See <a href="#f">it</a></p>'

    def float_(self) -> str:
        return figure("Figure", "low").replace("<figure", '<figure id="f"')

    def test_float_before_its_mention_waits_for_that_page(self) -> None:
        pages = texts(short("a b c d e f") + self.float_() + f"<p>{LONG}</p>" + self.SEE + short("g h i"))
        assert pages[0] == [*"abcdef", *["Line"] * 5]
        assert pages[1][:3] == ["Figure", "See ", "it"]

    def test_float_mentioned_on_its_page_stays(self) -> None:
        first, *_ = texts(
            short("a b c d") + self.float_() + self.SEE + f"<p>{LONG}</p>" + short("g h i j k l")
        )
        assert first[:7] == ["a", "b", "c", "d", "Figure", "See ", "it"]

    def test_float_does_not_move_to_a_page_whose_text_ends_before_the_mention(self) -> None:
        text = f"<p>{LONG}<br/>{LONG}<br/><a href='#f'>See</a></p>"
        pages = texts("<p>First</p>" + text + self.float_())
        before = [page for page in pages if "See" not in page]
        assert all("Figure" not in page for page in before)


class TestLastPages:
    def test_text_fills_the_page_and_the_float_heads_the_preceding_one(self) -> None:
        first, second = texts(f"<p>First</p><p>{LONG}<br/>{LONG}</p>" + figure("Figure", "low"))
        assert first[0] == "Figure" and first[1] == "First"
        assert set(second) == {"Line"}

    def test_mention_may_be_paragraphs_earlier(self) -> None:
        text = '<p>See <a href="#f">it</a></p>' + "".join(f"<p>{n}</p>" for n in range(9))
        first, second = texts(
            "<p>a</p>" + text + figure("Figure", "low").replace("<figure", '<figure id="f"')
        )
        assert first[:4] == ["Figure", "a", "See ", "it"]
        assert second == ["5", "6", "7", "8"]

    def test_float_follows_one_that_heads_the_page(self) -> None:
        item, two = figure("One", "low"), figure("Two", "low")
        text = f"<p>{LONG}<br/>End</p>"
        _, second, third = texts(short("a b c d e f g h i") + item + text + two)
        assert second[:3] == ["One", "Two", "Line"]
        assert third[-1] == "End"

    def test_float_stays_alone_if_its_mention_would_follow_it(self) -> None:
        pages = texts(short("a b c d e f g h i j k") + figure("Figure", "high"))
        assert pages[-1] == ["Figure"]


class TestSpaces:
    def test_margins_and_indents_fit_the_new_position(self) -> None:
        page, behind = laid(BEFORE + figure() + short("Two Three Four Five Six Seven")).pages
        lines = {box.text: box for box in text_boxes(page._page_box)}
        assert [lines[word].position_x for word in ("First", "Two", "Three", "Five")] == [30, 30, 30, 30]
        assert lines["Two"].position_y == lines["First"].position_y + 60
        assert lines["Three"].position_y == lines["Two"].position_y + 10
        words = {box.text: box for box in text_boxes(behind._page_box)}
        assert words["Figure"].position_y == lines["First"].position_y
        assert words["Seven"].position_x == 30

    def test_remaining_page_space_is_distributed_in_whole_lines(self) -> None:
        body = "<p>First</p><h2>Head</h2><p>a</p><h2>Other</h2><p>b<br/>c<br/>d<br/>e<br/>f</p><h2>Last</h2>"
        page, _ = laid(body + f"<p>{LONG}</p>").pages
        lines = [round(box.position_y - 10) for box in text_boxes(page._page_box)]
        assert lines == [0, 20, 30, 50, 60, 70, 80, 90, 100]

    @pytest.mark.parametrize(
        "high",
        [
            f'<div style="columns: 2">{short("a b c d e f g h i j k l m n o p q r s t u v w")}</div>',
            f"<table>{'<tr><td>a<br/>b</td><td>c</td></tr>' * 7}</table>",
        ],
        ids=["columns", "rows"],
    )
    def test_side_by_side_content_stays_on_the_page(self, high: str) -> None:
        for page in laid("<header>Head</header>" + high + short("x y")).pages:
            assert all(box.position_y <= 110 for box in text_boxes(page._page_box))

    def test_page_far_from_full_is_not_stretched(self) -> None:
        page, _ = laid("<p>First</p><pre>a</pre>" + '<figure class="high here"></figure><p>b</p>').pages
        assert [round(box.position_y - 10) for box in text_boxes(page._page_box)] == [0, 10]


def test_listing_split_by_a_float_keeps_its_lines() -> None:
    css = f"{CSS} pre {{ padding: 5px 0; box-decoration-break: clone; orphans: 2; widows: 2 }}"
    code = "<br/>".join("Code" for _ in range(5))
    body = f"<p>First</p><p>{LONG}</p><pre>{code}</pre>"
    xhtml = f'<html lang="en"><body><section class="chapter">{body}</section></body></html>'
    page, *_ = BookTypesetter(css, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    boxes = [box for box in page._page_box.descendants() if box.element_tag == "pre"]
    pre = next(box for box in boxes if type(box).__name__ == "BlockBox")
    assert pre.position_y > 70 + 1, "it is moved"
    last = pre.children[-1]
    assert last.position_y + last.height <= pre.content_box_y() + pre.height + 0.1


@pytest.mark.parametrize("lines", range(1, 9))
def test_floats_of_a_nested_section_are_all_placed(lines: int) -> None:
    above = f"<section class='chapter'><p>{'Line<br/>' * lines}Line</p></section>"
    floats = "".join(figure(name) for name in ("One", "Two", "Three"))
    below = f"<section class='chapter'><h2>Head</h2>{floats}</section>"
    typesetter = BookTypesetter(f"{CSS} section {{ page: auto }}", lambda scheme, path: (b"", ""))
    document = typesetter.lay_out(f'<html lang="en"><body>{above}{below}</body></html>')
    words = [box.text for page in document.pages for box in text_boxes(page._page_box)]
    assert [word for word in words if word in {"One", "Two", "Three"}] == ["One", "Two", "Three"]


def test_float_is_read_where_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaintResources, "_face_name", lambda *_: "face.ttf")
    document = laid(BEFORE + figure() + "<p>Two</p><p>Three</p>" + f"<p>{LONG}</p>")
    typesetter = BookTypesetter(CSS, lambda scheme, path: (b"", ""))
    quire = join_quires(
        [paint_pages(document.pages, document.strings, PaintResources(typesetter.faces), "one")]
    )
    pages = [marked.page for element in quire.elements for marked in marks(element)]
    assert pages == [0] * 6 + [1] + [0] * 5 + [1] * 2


FLOATS = ("figure", "low", "high", "huge", "landscape")
BLOCKS = {
    "p": "<p>{0}</p>",
    "long": "<p>" + "{0}<br/>" * 7 + "{0}</p>",
    "h2": "<h2>{0}</h2><p>{0}</p>",
    "figure": figure("{0}"),
    "low": figure("{0}", "low"),
    "high": figure("{0}", "high"),
    "huge": huge("{0}").replace("Figure", "{0}"),
    "landscape": TABLE.replace("short", "landscape").replace("Figure", "{0}"),
    "callout": CALLOUT.replace("Figure", "{0}"),
    "list": "<ul><li>{0}</li><li>{0}</li></ul>",
}


@pytest.mark.e2e
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(sorted(BLOCKS)), max_size=16))
def test_floats_are_neither_lost_nor_repeated_and_keep_their_order(kinds: list[str]) -> None:
    body = "".join(BLOCKS[kind].format(f"w{n}") for n, kind in enumerate(kinds))
    pages = laid(body + "<p>end</p>").pages
    texts = [box.text for page in pages for box in text_boxes(page._page_box)]
    # A page may be a line longer to avoid a last page with few lines.
    assert all(box.position_y <= 120 for page in pages for box in text_boxes(page._page_box))
    assert sorted(texts) == sorted([*(f"w{n}" for n, k in enumerate(kinds) for _ in range(_said(k))), "end"])
    floats = [word for word in texts if word != "end" and kinds[int(word[1:])] in FLOATS]
    assert floats == sorted(floats, key=lambda word: int(word[1:]))
    text = [word for word in texts if word != "end" and kinds[int(word[1:])] in ("p", "long", "h2", "list")]
    assert text == sorted(text, key=lambda word: int(word[1:]))


def _said(kind: str) -> int:
    return BLOCKS[kind].count("{0}")


def marks(element: StructureElement) -> list[MarkedContentReference]:
    result: list[MarkedContentReference] = []
    for kid in element.kids:
        if isinstance(kid, MarkedContentReference):
            result.append(kid)
        elif isinstance(kid, StructureElement):
            result += marks(kid)
    return result


def test_page_laid_out_a_third_time_starts_with_the_same_state() -> None:
    """Test that a third layout of a page starts from the initial state.

    The engine stores counters in lists inside its state, which the second layout had modified.
    """
    context = SimpleNamespace(
        footnotes=["a"], reported_footnotes=["b"], broken_out_of_flow={"c": 1}, page_bottom=9
    )
    state: tuple[Any, ...] = ([0], {"page": [1]}, [{"page"}])
    before = make_up._SavedState(context, state)
    for _ in range(3):
        state[1]["page"].append(2)
        state[2][0].add("section")
        context.footnotes.clear()
        context.reported_footnotes.append("d")
        context.broken_out_of_flow["e"] = 2
        before.restore()
        assert state == ([0], {"page": [1]}, [{"page"}])
        assert context.footnotes == ["a"] and context.reported_footnotes == ["b"]
        assert context.broken_out_of_flow == {"c": 1}
