"""Test where in the text of its document each page begins."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tests.writers.print.quires import lay, page_of
from triptych.markup.passages import PassageNumber, number_passages, read_passages
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import join_quires

LONG = "Extraordinarily uncharacteristic internationalisation of incomprehensible lighthouses. "


def starts(body: str, css: str = "") -> list[str | None]:
    """Return the letters of the passage from the start of each page."""
    numbers: dict[Element, PassageNumber] = {}
    laid, typesetter = lay(page_of(body), css, on_parsed=lambda root: numbers.update(number_passages(root)))
    quire = join_quires(
        [
            paint_pages(
                laid.pages,
                laid.strings,
                PaintResources(typesetter.faces),
                "q",
                laid.containers,
                numbers,
            )
        ]
    )
    passages = {passage.number: passage.letters for passage in read_passages(page_of(body).encode())}
    return [
        None
        if page.start_position is None
        else passages[page.start_position.block, page.start_position.nested_block][
            page.start_position.letters :
        ][:12]
        for page in quire.pages
    ]


def test_pages_start_with_their_blocks() -> None:
    body = '<p>One two</p><h2 class="new">Title</h2><ul><li>Item</li><li class="new">Other</li></ul>'
    assert starts(body, ".new { break-before: page }") == ["Onetwo", "Title", "Other"]


def test_in_the_middle_of_a_paragraph_hyphens_do_not_count() -> None:
    result = starts(f"<p>{LONG * 30}</p>", "p { hyphens: auto; text-align: justify; width: 90pt }")
    laid, _ = lay(page_of(f"<p>{LONG * 30}</p>"), "p { hyphens: auto; text-align: justify; width: 90pt }")
    assert len(result) == len(laid.pages) > 3
    for start, page in zip(result, laid.pages, strict=True):
        first = next(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
        assert start is not None and start.startswith(first.rstrip("-‐ ").replace(" ", "")[:8])


def test_notes_and_repeated_headers_are_not_page_starts() -> None:
    rows = "".join(f"<tr><td>{n} cell</td></tr>" for n in range(60))
    body = (
        '<p>A<span class="footnote">Note of some words</span></p>'
        f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    result = starts(body, ".footnote { float: footnote }")
    assert result[0] == "A"
    assert len(result) > 2 and all(start and start.endswith("cell") for start in result[1:])


def test_generated_text_is_not_counted() -> None:
    css = ".new { break-before: page } .new::before { content: 'Generated ' } li::marker { content: '12 ' }"
    assert starts('<p>One</p><p class="new">Two</p>', css) == ["One", "Two"]


def test_a_page_without_text_has_none() -> None:
    css = "div { break-before: page; height: 20pt } p { break-before: page }"
    assert starts("<div></div><p>One</p>", css)[-1] == "One"


def test_a_block_divided_by_a_figure_does_not_renumber_the_passages() -> None:
    proof = (
        '<div class="statement proof"><p>Proof.</p><figure><figcaption>A figure</figcaption></figure>'
        "<p>The rest</p></div>"
    )
    body = f"<section>{proof}<p class='new'>After</p><p class='new'>At last</p></section>"
    assert starts(body, ".new { break-before: page }")[1:] == ["After", "Atlast"]
