"""Test partial layouts of a changed document, which must give the same pages as a full layout."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.print.quires import PLAIN, face, page_of
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import Quire, StructureElement, join_quires
from triptych.writers.print.serialisation import pack_layout, unpack_layout
from triptych.writers.print.typesetting import BookTypesetter
from weasyprint_typography.stretches import DocumentLayout
from weasyprint_typography.typesetter import LaidOutDocument

CSS = (
    PLAIN
    + """
    body { counter-reset: steps }
    section { page: chapter; break-before: page; string-set: title attr(title) }
    section.odd { break-before: recto; counter-reset: steps }
    p { text-align: justify; hyphens: auto; orphans: 2; widows: 2 }
    p + p { text-indent: 10pt }
    h2 { break-after: avoid; margin: 12pt 0; string-set: topic content(); bookmark-level: 2 }
    ol { margin: 6pt 0 } li { counter-increment: steps }
    ol.steps { list-style: none } ol.steps > li::before { content: counter(steps) ". " }
    figure { break-inside: avoid; height: 90pt; background: #eee; margin: 12pt 0 }
    aside { float: right; width: 30%; font-size: 8pt }
    .footnote { float: footnote; font-size: 8pt } .footnote::footnote-call { content: attr(data-number) }
    .footnote::footnote-marker { content: attr(data-number) ". " }
    table { border-collapse: collapse } td { border: 1pt solid }
    @page landscape { size: 400pt 300pt }
    .landscape { page: landscape } section > [data-float] { page: auto }
    aside.callout { float: none; width: auto; padding: 6pt; margin-bottom: 12pt; break-inside: avoid-page }
    .callout-title, [data-leads] { break-after: avoid }
    """
)
WORDS = (
    "the keeper of a lighthouse writes down what the weather does and who has come to see the lamp".split()
)


def typesetter(css: str = "") -> BookTypesetter:
    return BookTypesetter(CSS + css, face)


def said(seed: int, count: int) -> str:
    """Return reproducible random words for a seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def paragraph(seed: int, count: int = 60) -> str:
    return f"<p>{said(seed, count)}</p>"


def with_note(seed: int, count: int = 60) -> str:
    note = f'<span class="footnote" data-number="{seed}">{said(seed + 1, count // 3)}</span>'
    return f'<p>{said(seed, count)}{note} {said(seed + 2, 9)} <a href="https://example.org">a link</a></p>'


def figure(seed: int, count: int = 60) -> str:
    return f"<figure><figcaption>{said(seed, count // 9)}</figcaption></figure>"


def steps(seed: int, count: int = 60) -> str:
    items = "".join(f"<li>{said(seed + n, count // 6)}</li>" for n in range(1 + count % 5))
    return f'<ol class="steps">{items}</ol>'


def table(seed: int, count: int = 60) -> str:
    rows = "".join(
        f"<tr><td>{said(seed, 2)}</td><td>{said(seed + n, 9)}</td></tr>" for n in range(count // 6)
    )
    return f'<div class="table"><table><thead><tr><th>a</th><th>b</th></tr></thead>{rows}</table></div>'


def heading(seed: int, count: int = 60) -> str:
    return f"<h2>{said(seed, count // 20)}</h2>"


def beside(seed: int, count: int = 60) -> str:
    return f"<aside>{said(seed, count // 3)}</aside>"


def code(seed: int, count: int = 60) -> str:
    return "<pre>" + "\n".join(said(seed + n, 5) for n in range(count // 4)) + "</pre>"


def callout(seed: int, count: int = 60) -> str:
    title = '<p class="callout-title">Note</p>'
    return f'<aside class="callout note">{title}{paragraph(seed, count)}{paragraph(seed + 1, count)}</aside>'


def landscape(seed: int, count: int = 60) -> str:
    return table(seed, count).replace('"table"', '"table landscape"')


def shown_before_its_text(seed: int, count: int = 60) -> str:
    shown = figure(seed, count).replace("<figure>", f'<figure id="f{seed}">')
    return f'{shown}<p>{said(seed, count)} <a href="#f{seed}">there</a></p>'


def leading(seed: int, count: int = 60) -> str:
    return f"<p>{said(seed, count // 4)}:</p>{code(seed, count)}"


Make = Callable[[int, int], str]
KINDS: list[Make] = [
    paragraph,
    paragraph,
    with_note,
    figure,
    steps,
    table,
    heading,
    beside,
    code,
    callout,
    landscape,
    shown_before_its_text,
    leading,
]


def section(*blocks: str, name: str = "a", kind: str = "even") -> str:
    return f'<section id="{name}" title="{name}" class="{kind}">{"".join(blocks)}</section>'


def lay(
    setter: BookTypesetter, body: str, earlier: DocumentLayout | None = None, frame: str = ""
) -> LaidOutDocument:
    return setter.lay_out(page_of(body), earlier_layout=earlier, input_digest=frame)


def quires(laid: LaidOutDocument, kept: dict[str, Quire] | None = None) -> list[Quire]:
    return [
        paint_pages(
            piece.pages, piece.strings, PaintResources({}), f"q.{piece.stretch.first_block}", laid.containers
        )
        if piece.pages
        else (kept or {})[piece.stretch.start]
        for piece in laid.stretches
    ]


@pytest.fixture(autouse=True)
def without_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the paths of font files, which do not matter here."""
    monkeypatch.setattr(PaintResources, "_face_name", lambda *_: "face.ttf")


def again(before: str, after: str, css: str = "") -> LaidOutDocument:
    """Lay out a changed document with an earlier layout, and compare the result with a full layout."""
    setter = typesetter(css)
    first = lay(setter, before)
    assert first.layout is not None
    _, earlier, known = unpack_layout(pack_layout("", first.layout, quires(first)))
    kept = {stretch.start: quire for stretch, quire in zip(earlier.stretches, known, strict=True)}
    second = lay(setter, after, earlier)
    whole = lay(typesetter(css), after)
    assert join_quires(quires(second, kept)) == join_quires(quires(whole))
    assert second.layout == whole.layout
    return second


def kept_pages(laid: LaidOutDocument) -> list[int]:
    """Return the number of pages of each stretch, or 0 if it was laid out again."""
    return [0 if piece.pages else piece.stretch.page_count for piece in laid.stretches]


LONG = [paragraph(n) for n in range(60)]
INDEX_CSS = """
    .index-list { columns: 2; font-size: 8pt } .index-list ul { margin: 0; padding: 0 }
    .index-list li:not(:has(ul)) { break-inside: avoid } .letter { break-after: avoid }
    .index-list li > ul { break-before: avoid } .index-list ul ul > li:nth-child(-n+2) { break-after: avoid }
"""


def index_entries() -> list[str]:
    """Return 240 entries of an index; each seventh has subentries."""
    below = ["".join(f"<li>{said(n + k, 3)}</li>" for k in range(4)) for n in range(240)]
    return [
        f"<li>{said(n, 3)}<ul>{below[n]}</ul></li>" if n % 7 == 3 else f"<li>{said(n, 2 + n % 5)}</li>"
        for n in range(240)
    ]


def index(entries: list[str]) -> str:
    """Return a section with an index that has a heading before each 20 entries."""
    groups = (entries[begin : begin + 20] for begin in range(0, len(entries), 20))
    lists = (f'<div><p class="letter">A</p><ul>{"".join(group)}</ul></div>' for group in groups)
    return section("<h1>Index</h1>", f'<div class="index-list">{"".join(lists)}</div>')


def page_with_continued_entries(body: str, make_page: Callable[[str], str] = page_of) -> str:
    """Return a document that repeats an index entry whose subentries continue in the next column."""
    return make_page(body).replace("<body", '<body data-continued="continued"')


def kids_of(element: StructureElement) -> list[StructureElement]:
    return [kid for kid in element.kids if isinstance(kid, StructureElement)]


def changed(blocks: list[str], *numbers: int) -> list[str]:
    """Change some blocks by adding a word."""
    return [
        re.sub("</(p|figcaption|li|td|pre)>", r" more</\1>", block, count=1) if n in numbers else block
        for n, block in enumerate(blocks)
    ]


class TestWhatIsKept:
    def test_pages_before_and_after_a_changed_paragraph_are_reused(self) -> None:
        laid = again(section(*LONG), section(*changed(LONG, 30)))
        assert len(laid.pages) < sum(piece.stretch.page_count for piece in laid.stretches) / 2
        assert kept_pages(laid)[0] and kept_pages(laid)[-1]

    def test_unchanged_document_is_reused_completely(self) -> None:
        laid = again(section(*LONG), section(*LONG))
        assert laid.pages == []

    def test_pages_before_moved_content_are_reused(self) -> None:
        longer = [*LONG[:40], paragraph(40, 600), *LONG[41:]]
        laid = again(section(*LONG), section(*longer))
        assert kept_pages(laid)[0]
        assert not kept_pages(laid)[-1]

    @pytest.mark.e2e
    def test_paragraph_that_was_tried_and_moved_to_the_next_page(self) -> None:
        """Test a paragraph that did not fit on a page: it moves there as soon as it is short enough."""
        for number in range(9, 13):
            again(
                section(*LONG), section(*[paragraph(n, 9) if n == number else b for n, b in enumerate(LONG)])
            )

    @pytest.mark.parametrize("css", ["", "li { break-inside: avoid }"], ids=["split", "whole"])
    def test_long_list_pages_around_a_changed_item_are_reused(self, css: str) -> None:
        items = [f"<li>{said(n, 40)}</li>" for n in range(60)]
        whole, other = (section(*LONG[:3], "<ol>", *kind, "</ol>") for kind in (items, changed(items, 30)))
        laid = again(whole, other, css)
        assert kept_pages(laid)[0] and kept_pages(laid)[-1]

    def test_pages_of_an_index_before_and_after_a_changed_entry(self) -> None:
        entries = index_entries()
        laid = again(index(entries), index(changed(entries, 130)), INDEX_CSS)
        assert len(laid.pages) <= 2 < len(laid.stretches) - 1
        assert kept_pages(laid)[0] and kept_pages(laid)[-1]

    def test_other_sections(self) -> None:
        item, two, three = (section(*LONG[n : n + 9], name=f"s{n}", kind="odd") for n in (0, 20, 40))
        other = section(*changed(LONG[20:29], 4), name="s20", kind="odd")
        laid = again(item + two + three, item + other + three)
        assert kept_pages(laid)[0] and kept_pages(laid)[-1]


class TestWhatIsNot:
    """Test that nothing is reused in documents that depend on page counters or on the number of blocks."""

    @pytest.mark.parametrize(
        "after",
        [
            [*LONG[:30], "<p>new</p>", *LONG[30:]],
            [*LONG[:30], *LONG[31:]],
            [*LONG[:30], LONG[30].replace("<p>", "<p class='other'>"), *LONG[31:]],
            [*LONG[:30], LONG[30].replace("p>", "div>"), *LONG[31:]],
        ],
        ids=["more", "fewer", "class", "element"],
    )
    def test_anything_of_a_document_with_other_blocks(self, after: list[str]) -> None:
        assert 0 not in [len(piece.pages) for piece in again(section(*LONG), section(*after)).stretches]

    def test_section_with_changed_text_is_laid_out_again(self) -> None:
        laid = again(section(*LONG), section(*LONG, name="b"))
        assert 0 not in [len(piece.pages) for piece in laid.stretches]

    def test_anything_with_other_files(self) -> None:
        setter = typesetter()
        first = lay(setter, section(*LONG), frame="one")
        assert lay(setter, section(*LONG), first.layout, frame="two").pages != []
        assert lay(setter, section(*LONG), first.layout, frame="one").pages == []

    def test_changed_counters_are_laid_out_again(self) -> None:
        rest = section(*LONG[:20], steps(2), *LONG[20:40], name="b")
        laid = again(section(steps(1, 60)) + rest, section(steps(1, 63)) + rest)
        begins = [piece.stretch.first_block for piece in laid.stretches if piece.pages]
        assert begins[0] == 0 and len(begins) > 1
        assert kept_pages(laid)[-1]

    @pytest.mark.parametrize(
        "css",
        [
            "h2 { position: fixed }",
            "h2::before { content: counter(page) }",
            "h2::before { content: target-counter(url(#a), page) }",
        ],
        ids=["fixed", "page", "target"],
    )
    def test_anything_where_pages_show_up_in_blocks(self, css: str) -> None:
        laid = lay(typesetter(css), section("<h2>a</h2>", *LONG))
        assert (laid.layout, len(laid.stretches)) == (None, 1)

    def test_pages_of_columns_that_cannot_be_balanced(self) -> None:
        entries = index_entries()
        entries[150] = f"<li>{said(1, 3)}<span class='footnote' data-number='1'>note</span></li>"
        laid = lay(typesetter(INDEX_CSS), index(entries))
        assert len(laid.pages) > 3 and len(laid.stretches) == 1

    def test_pages_of_a_short_list_in_columns(self) -> None:
        laid = again(index(index_entries()[:20]), index(changed(index_entries()[:20], 3)), INDEX_CSS)
        assert [piece.stretch.page_count for piece in laid.stretches] == [len(laid.pages)]


@pytest.mark.e2e
class TestHowPagesJoin:
    @pytest.mark.parametrize("number", [3, 97, 150, 239])
    def test_an_index_in_columns(self, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(f"{__name__}.page_of", page_with_continued_entries)
        entries = index_entries()
        longer = [f"<li>{said(7, 90)}</li>" if n == number else entry for n, entry in enumerate(entries)]
        again(index(entries), index(longer), INDEX_CSS)

    def test_each_letter_of_an_index_is_one_list(self) -> None:
        laid = lay(typesetter(INDEX_CSS), index(index_entries()).replace('<p class="letter">A</p>', "", 1))
        assert len(laid.stretches) > 3
        (whole,) = join_quires(quires(laid)).elements
        _, division = kids_of(whole)
        first, *letters = kids_of(division)
        assert (first.tag, len(first.kids)) == ("L", 20)  # there is nothing else in its Div
        assert [[kid.tag for kid in kids_of(letter)] for letter in letters] == [["P", "L"]] * 11
        assert [len(kids_of(letter)[1].kids) for letter in letters] == [20] * 11

    @pytest.mark.parametrize("make", KINDS[2:])
    def test_blocks_of_all_kinds(self, make: Make) -> None:
        blocks = [block for n in range(12) for block in (paragraph(n), make(n, 50), paragraph(n + 20, 30))]
        for number in (0, 1, 17, 18, 34, 35):
            again(section(*blocks), section(*changed(blocks, number)))

    def test_note_that_continues_on_the_next_page(self) -> None:
        blocks = [*LONG[:20], with_note(3, 300), *LONG[20:30], with_note(4, 300), *LONG[30:40]]
        for number in (0, 20, 31, 41):
            again(section(*blocks), section(*changed(blocks, number)))

    def test_a_section_is_one_element(self) -> None:
        laid = lay(typesetter(), section(*LONG) + section(*LONG, name="b"))
        assert len(laid.stretches) > 4
        quire = join_quires(quires(laid))
        assert [element.tag for element in quire.elements] == ["Sect", "Sect"]
        assert [len(element.kids) for element in quire.elements] == [60, 60]

    def test_a_long_list_is_one_element(self) -> None:
        laid = lay(typesetter(), section("<ul>", *(f"<li>{said(n, 40)}</li>" for n in range(60)), "</ul>"))
        assert len(laid.stretches) > 4
        (whole,) = join_quires(quires(laid)).elements
        (element,) = whole.kids
        assert isinstance(element, StructureElement)
        assert (element.tag, len(element.kids)) == ("L", 60)

    def test_headings_skip_no_level_from_stretch_to_stretch(self) -> None:
        body = section("<h1>a</h1>", *LONG, "<h2>b</h2>", *LONG, "<h4>c</h4>", *LONG)
        (whole,) = join_quires(quires(lay(typesetter(), body))).elements
        tags = [kid.tag for kid in whole.kids if hasattr(kid, "tag")]
        assert [tag for tag in tags if tag.startswith("H")] == ["H1", "H2", "H3"]

    def test_ids_are_unique(self) -> None:
        quire = join_quires(quires(lay(typesetter(), section(*(with_note(n) for n in range(40))))))
        result: list[str] = []
        waiting = list(quire.elements)
        while waiting:
            element = waiting.pop()
            result += [element.text_entries["ID"]] if "ID" in element.text_entries else []
            waiting += [kid for kid in element.kids if hasattr(kid, "tag")]
        assert len(result) == len(set(result)) == 40


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str]:
    """Return a document of several sections, and a copy with some blocks changed."""
    before, after = [], []
    for name in range(draw(st.integers(1, 2))):
        sized = st.tuples(st.sampled_from(KINDS), st.sampled_from((9, 30, 60, 120)))
        makes = draw(st.lists(sized, min_size=5, max_size=40))
        blocks = [make(n, count) for n, (make, count) in enumerate(makes)]
        numbers = draw(st.sets(st.integers(0, len(blocks) - 1), max_size=2))
        kind = draw(st.sampled_from(("odd", "even")))
        longer = [make(n, 90) if n in numbers else blocks[n] for n, (make, _) in enumerate(makes)]
        others = longer if draw(st.booleans()) else changed(blocks, *numbers)
        before.append(section(*blocks, name=f"s{name}", kind=kind))
        after.append(section(*others, name=f"s{name}", kind=kind))
    return "".join(before), "".join(after)


@pytest.mark.e2e
@settings(max_examples=25, deadline=None)
@given(documents())
def test_changed_document_equals_a_complete_layout(pair: tuple[str, str]) -> None:
    again(*pair)
