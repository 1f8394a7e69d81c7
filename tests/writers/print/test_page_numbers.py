"""Test that page numbers filled in after the layout give the same pages as those laid out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.writers.print.quires import PLAIN, page_of, painted, said
from triptych.engine.cache import Cache
from triptych.engine.tasks import LAYOUT, QUIRE, Task
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print import typesetting
from triptych.writers.print.page_numbers import (
    NonTabularDigitsError,
    PageLink,
    fill_in_page_numbers,
    mask_page_numbers,
)
from triptych.writers.print.quire import Quire
from triptych.writers.print.serialisation import SerialisedQuire, unpack_quire
from triptych.writers.print.typesetting import DocumentSource, PrintStyle, lay_out_document

CSS = """
.contents a::after { content: leader(". ") attr(data-page) }
.sans { font-family: Sans } .tabular { font-variant-numeric: tabular-nums }
.old { font-variant-numeric: oldstyle-nums }
.justified { text-align: justify; hyphens: auto; width: 120pt }
.spaced { letter-spacing: 1pt }
"""


def locator(target: str, number: str, kind: str = "locator") -> str:
    return f'<a href="#{target}" class="{kind}">{number}</a>'


def backlink(target: str, number: str) -> str:
    return f'<a href="#{target}" aria-label="Back to text, page {number}" class="use">{number}</a>'


def index(first: str, second: str, third: str) -> str:
    return (
        f'<ul><li id="a">Engines, {locator("x", first)}, <strong>{locator("y", second)}</strong></li>'
        f"<li>100 looms, {locator('z', third)}</li></ul>"
    )


REFERENCE = f"As said on page {locator('x', '47', 'reference page')}, "


def fill(body: str, css: str = "") -> Quire:
    """Lay out a document with zeros, and fill in its numbers."""
    masked, links = mask_page_numbers(page_of(body))
    assert links
    return fill_in_page_numbers(painted(masked, CSS + css), links)


class TestMasking:
    def test_numbers_are_masked_with_zeros_and_links_named_after_their_id(self) -> None:
        masked, links = mask_page_numbers(f'<p id="a">{locator("x", "12")} {locator("y", "3–104")}</p>')
        assert ">00</a>" in masked and ">0–000</a>" in masked
        assert list(links.values()) == [PageLink("#x", "12", ""), PageLink("#y", "3–104", "")]
        assert all(name.startswith("#\ue000a.") and f'href="{name}"' in masked for name in links)

    def test_labels_with_numbers_are_left_out(self) -> None:
        masked, links = mask_page_numbers(backlink("x", "12"))
        assert "aria-label" not in masked
        assert list(links.values()) == [PageLink("#x", "12", "Back to text, page 12")]

    def test_contents_have_page_numbers_in_an_attribute(self) -> None:
        masked, links = mask_page_numbers('<a href="#x" data-page="12">In 2000</a>')
        assert 'data-page="00">In 2000</a>' in masked
        assert list(links.values()) == [PageLink("#x", "12", "")]

    def test_targets_and_labels_are_unescaped(self) -> None:
        _, links = mask_page_numbers('<a href="#a&amp;b" aria-label="&lt;4&gt;" class="use">4</a>')
        assert list(links.values()) == [PageLink("#a&b", "4", "<4>")]

    @pytest.mark.parametrize(
        "xhtml",
        [
            '<a href="#x" class="reference">12</a>',
            locator("x", "xii"),
            '<a href="https://example.org" class="locator">12</a>',
            f"<h2>See page {locator('x', '12')}</h2>",
            '<a href="#x" data-page="">A title</a>',
        ],
        ids=["other number", "Roman", "other link", "heading", "unknown"],
    )
    def test_other_links_are_unchanged(self, xhtml: str) -> None:
        assert mask_page_numbers(xhtml) == (xhtml, {})

    def test_an_entry_more_leaves_the_names_after_the_next_id(self) -> None:
        rest = f'<p id="b">{locator("z", "7")}</p>'
        item, more = (f'<p id="a">{links}</p>{rest}' for links in (locator("x", "1"), locator("x", "1") * 2))
        assert mask_page_numbers(item)[0].endswith(mask_page_numbers(more)[0].partition('id="b"')[2])

    def test_numbers_of_another_length_are_another_document(self) -> None:
        item, same, other = (mask_page_numbers(locator("x", number))[0] for number in ("98", "99", "100"))
        assert item == same != other


@pytest.mark.parametrize(
    "body",
    [
        index("12", "3", "104–119"),
        f'<ul class="old">{index("12", "3", "104–119")}</ul>',
        f'<div class="sans tabular">{index("11", "7", "14–17")}</div>',
        f'<p class="spaced">A word, {locator("x", "17")}</p>',
        f"<p>Somebody 2000 ↑ {backlink('x', '71')}, {backlink('y', '4')}</p>",
        '<ul class="contents"><li><a href="#x" data-page="71">In 2000, or 00</a></li></ul>',
        f'<p class="justified">{REFERENCE * 9}</p>',
        f'<p class="justified">{"words " * 4}{locator("x", "1234–5678")} {"words " * 4}</p>',
        f'<p dir="rtl">{locator("x", "47")} אבג</p>',
        f'<p id="x">{locator("x", "1")}</p><p style="break-before: page">{locator("x", "2")}</p>',
    ],
    ids=[
        "index",
        "old style",
        "tabular",
        "spaced",
        "backlinks",
        "contents",
        "justified",
        "broken range",
        "right to left",
        "pages",
    ],
)
def test_a_filled_document_is_as_if_its_numbers_had_been_laid_out(body: str) -> None:
    filled, whole = fill(body), painted(body, CSS)
    assert replace(filled, fonts={}) == replace(whole, fonts={})
    for key, glyphs in whole.fonts.items():
        zeros = {glyph: text for glyph, text in filled.fonts[key].texts.items() if text == "0"}
        assert filled.fonts[key] == replace(glyphs, texts=glyphs.texts | zeros)


@pytest.mark.parametrize(
    "body",
    [
        f'<p class="sans">{locator("x", "11")}</p>',
        f'<p dir="rtl">{locator("x", "11–12")} אבג</p>',
        f"<p>{locator('x', '11')} {'immeasurable' * 9}</p>",
    ],
    ids=["proportional digits", "range from right to left", "stray text"],
)
def test_numbers_that_would_change_the_layout_are_rejected(body: str) -> None:
    with pytest.raises(NonTabularDigitsError):
        fill(body)


class TestSettingADocument:
    @pytest.fixture
    def style(self, tmp_path: Path) -> PrintStyle:
        names = ("EBGaramond-Regular.ttf", "WorkSans-Regular.ttf")
        faces = {f"font:{name}": ((find_fonts_folder() / name).read_bytes(), "font/ttf") for name in names}
        return PrintStyle(PLAIN + CSS, "", "rgb", faces, Cache(tmp_path))

    def set(self, style: PrintStyle, body: str) -> SerialisedQuire:
        copy = DocumentSource("index", page_of(body), {})
        task = Task.for_step(QUIRE, "index", text=copy.xhtml)
        return unpack_quire(lay_out_document(copy, style, task, [Task.for_step(LAYOUT, "index")]))

    def test_other_numbers_do_not_need_a_layout(
        self, style: PrintStyle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.set(style, index("12", "3", "104–119"))
        monkeypatch.setattr(typesetting, "_lay_out_stretches", None)
        quire = self.set(style, index("13", "4", "105–118"))
        assert [link.alt_text for link in quire.links] == ["13", "4", "105–118"]
        assert [link.target for link in quire.links] == ["#x", "#y", "#z"]
        with pytest.raises(typesetting.DocumentLayoutError):
            self.set(style, index("99", "10", "105–118"))

    @pytest.mark.parametrize("kind", ["serif", "sans"])
    def test_edited_document_equals_a_new_one(self, style: PrintStyle, tmp_path: Path, kind: str) -> None:
        numbers = [("98", "9", "3–4"), ("99", "8", "3–5"), ("100", "9", "3–5"), ("101", "7", "4–6")]
        for turn, item in enumerate(numbers):
            body = f'<div class="{kind}">{index(*item)}</div>'
            new = replace(style, cache=Cache(tmp_path / str(turn)))
            assert self.set(style, body) == self.set(new, body)

    def test_digits_of_several_widths_are_laid_out(self, style: PrintStyle) -> None:
        quire = self.set(style, f'<div class="sans">{locator("x", "11")} {locator("y", "74")}</div>')
        whole = painted(f'<div class="sans">{locator("x", "11")} {locator("y", "74")}</div>', CSS)
        assert [sheet.content for sheet in quire.pages] == [sheet.content for sheet in whole.pages]
        assert "11 74" in said(whole)
