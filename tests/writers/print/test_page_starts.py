"""Each page knows where in the text of its document it begins."""

from __future__ import annotations

from tests.writers.print.quires import lay, page_of
from triptych.markup.passages import number_passages, read_passages
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import join_quires

LONG = "Extraordinarily uncharacteristic internationalisation of incomprehensible lighthouses. "


def starts(body: str, css: str = "") -> list[str | None]:
    """The letters of its passage from where each page begins."""
    laid, typesetter = lay(page_of(body), css)
    quire = join_quires(
        [
            paint_pages(
                laid.pages,
                laid.strings,
                PaintResources(typesetter.faces),
                "q",
                laid.containers,
                number_passages(laid.root),
            )
        ]
    )
    passages = {passage.number: passage.letters for passage in read_passages(page_of(body).encode())}
    return [
        None
        if one.start_position is None
        else passages[one.start_position.block, one.start_position.nested_block][
            one.start_position.letters :
        ][:12]
        for one in quire.pages
    ]


def test_pages_begin_with_their_blocks() -> None:
    body = '<p>One two</p><h2 class="new">Title</h2><ul><li>Item</li><li class="new">Other</li></ul>'
    assert starts(body, ".new { break-before: page }") == ["Onetwo", "Title", "Other"]


def test_in_the_middle_of_a_paragraph_hyphens_do_not_count() -> None:
    found = starts(f"<p>{LONG * 30}</p>", "p { hyphens: auto; text-align: justify; width: 90pt }")
    laid, _ = lay(page_of(f"<p>{LONG * 30}</p>"), "p { hyphens: auto; text-align: justify; width: 90pt }")
    assert len(found) == len(laid.pages) > 3
    for start, page in zip(found, laid.pages, strict=True):
        first = next(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
        assert start is not None and start.startswith(first.rstrip("-‐ ").replace(" ", "")[:8])


def test_notes_and_repeated_heads_are_no_beginning() -> None:
    rows = "".join(f"<tr><td>{n} cell</td></tr>" for n in range(60))
    body = (
        '<p>A<span class="footnote">Note of some words</span></p>'
        f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    found = starts(body, ".footnote { float: footnote }")
    assert found[0] == "A"
    assert len(found) > 2 and all(start and start.endswith("cell") for start in found[1:])


def test_generated_words_are_no_text() -> None:
    css = ".new { break-before: page } .new::before { content: 'Generated ' } li::marker { content: '12 ' }"
    assert starts('<p>One</p><p class="new">Two</p>', css) == ["One", "Two"]


def test_a_page_without_text_has_none() -> None:
    css = "div { break-before: page; height: 20pt } p { break-before: page }"
    assert starts("<div></div><p>One</p>", css)[-1] == "One"
