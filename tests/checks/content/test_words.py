"""Test that words missing from an output are errors at their source line, and that valid outputs pass."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.checks.content.conftest import Made
from tests.checks.content.damage import changed_pdf, changed_zip, without_text
from tests.outputs.plain_text import PlainText
from triptych.checks.content.file_pages import FilePage
from triptych.checks.content.missing_content import PageTextSearch
from triptych.checks.pieces import iter_pieces
from triptych.checks.texts import read_deck_text
from triptych.checks.wordings import Wording, normalise_text
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.formats import BOOK_FORMATS
from triptych.model.walk import plain_text
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WrittenOutput
from triptych.theme.theme import list_built_in_themes

TEXTS = {
    "zh-Hans": "中国的技术发展很快，2024年共有12个项目。其中“太阳能”最重要，GW级装机。",
    "ja": "灯台の光は遠くまで届く。霧の日には霧笛が鳴る。",
    "ar": "تُرى الصفحة قبل أن تُقرأ. فمن مسافة ذراع تتداخل الحروف، ولا يبقى منها إلا مستطيل رمادي.",
    "he": "הדף נראה לפני שהוא נקרא, והאותיות מתערבבות למלבן אפור.",
    "hi": "पृष्ठ पढ़ने से पहले देखा जाता है। ऊर्जा का वर्ष क्षेत्र में धूसर रह जाता है।",
    "th": "ประภาคารส่องแสงไปไกล และหวูดหมอกดังในวันที่มีหมอก",
    "de": "Die Schifffahrt, die Fließgeschwindigkeit und das Größtmögliche in einem Satz voller Ligaturen.",
}
LONG = "Characteristically, incomprehensible polysyllables straightforwardly demonstrate hyphenation. "


def lines(found: list) -> list[tuple[str, str | None]]:
    return [(item.code, str(item.span) if item.span else None) for item in found]


@pytest.mark.parametrize("name", BOOK_FORMATS)
def test_complete_file_has_no_missing_content(made, name) -> None:
    assert made(name).told() == []


def test_output_without_pages_is_compared_by_its_text(made) -> None:
    book = made("epub").book
    written_output = WrittenOutput(b"Every paragraph of a book is somewhere in it", [], book)
    contents = PlainText().check_contents(written_output, InlineExecutor(), Cache(None))
    assert {finding.code for finding in contents} == {"CHK017"}
    assert any("says good night" in finding.message for finding in contents)
    text = " ".join(words for piece in iter_pieces(book) for words in piece.wordings)
    assert (
        PlainText().check_contents(replace(written_output, data=text.encode()), InlineExecutor(), Cache(None))
        == []
    )


@pytest.mark.e2e
@pytest.mark.parametrize("theme", list_built_in_themes())
def test_no_theme_loses_text(make, theme: str) -> None:
    assert make("pdf", more=f"theme: {theme}\n").told() == []


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["pdf", "epub"])
@pytest.mark.parametrize("language", TEXTS)
def test_missing_text_is_found_in_every_language(make, name, language: str) -> None:
    text = TEXTS[language]
    item = make(
        name, language=language, text=f"## {text[:12]}\n\n{text} {text}[^1]\n\n[^1]: {text}\n\n- {text}\n"
    )
    assert item.told() == []
    other = make(name, language=language, text="Text.\n")
    findings = OUTPUTS[name].check_contents(
        WrittenOutput(other.data, [], item.book), InlineExecutor(), Cache(None)
    )
    assert {finding.code for finding in findings} == {"CHK017"}
    assert {finding.span.line for finding in findings if finding.span} >= {4, 6}


def test_letters_that_no_font_has_are_not_looked_for_in_the_pdf_and_all_others_are(make) -> None:
    text = "The script of Java has ꦗ in its words, and ꦗꦮ alone.\n\nꦗꦮ\n"
    pdf = make("pdf", text=text)
    assert pdf.told() == []
    assert lines(pdf.told(without_text(pdf.data, "in its words"))) == [("CHK017", "source/text.md:4:1")]
    # The e-book has all words, since reading systems use fallback fonts.
    without = make("epub", text=text.replace("ꦗ", "").replace("ꦮ", ""))
    book = make("epub", text=text).book
    findings = OUTPUTS["epub"].check_contents(
        WrittenOutput(without.data, [], book), InlineExecutor(), Cache(None)
    )
    assert {finding.code for finding in findings} == {"CHK017"}


@pytest.mark.parametrize("size", ["a5", "{width: 90mm, height: 120mm}"])
def test_line_and_page_ends_within_words_lose_no_text(make, size: str) -> None:
    text = "".join(
        f"{LONG * (n % 4 + 1)}[^n{n}]\n\n[^n{n}]: {LONG}\n\n- {LONG[:40]} {n}\n\n" for n in range(25)
    )
    item = make("pdf", more=f"format:\n  pdf: {{page-size: {size}}}\n", text=text)
    assert item.told() == []


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Every paragraph of a book", "source/first.md:6:1"),
        ("A note about lamps", "source/first.md:8:7"),
        ("a point about fog", "source/first.md:14:3"),
        ("Bell Rock", "source/first.md:17:3"),
        ("good night", "source/second.md:12:1"),
    ],
)
def test_text_missing_from_the_pdf_is_reported_at_its_line(made, words: str, place: str) -> None:
    pdf = made("pdf")
    assert lines(pdf.told(without_text(pdf.data, words))) == [("CHK017", place)]


def test_repeated_text_is_missed_at_each_occurrence(made) -> None:
    pdf = made("pdf")
    assert lines(pdf.told(without_text(pdf.data, "A sentence that stands twice"))) == [
        ("CHK017", "source/first.md:10:1")
    ]


def test_text_that_occurs_twice_must_appear_twice(make) -> None:
    twice = "What is said twice is there twice."
    pdf = make("pdf", text=f"{twice}\n\nBetween.\n\n{twice}\n")
    assert pdf.told() == []
    (finding,) = pdf.told(without_text(pdf.data, twice))
    assert (finding.code, finding.span.line) == ("CHK017", 8)


def test_missing_page_is_reported_with_its_text(made) -> None:
    pdf = made("pdf")

    def without_last_text(file) -> None:
        pages = [n for n, page in enumerate(file.pages) if b"/Figure" in page.Contents.read_bytes()]
        del file.pages[pages[0]]

    findings = pdf.told(changed_pdf(pdf.data, without_last_text))
    assert "CHK017" in {finding.code for finding in findings}
    assert "source/first.md" in {finding.span.path for finding in findings if finding.span}


def test_missing_chapter_is_reported_in_few_findings(made) -> None:
    pdf = made("pdf")
    findings = pdf.told(changed_pdf(pdf.data, lambda file: file.pages.__delitem__(slice(2, None))))
    words = [finding for finding in findings if finding.code == "CHK017"]
    files = Counter(finding.span.path for finding in words if finding.span)
    assert files["source/first.md"] == 5
    assert any("more passages in this chapter" in finding.message for finding in words)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Every paragraph of a book is somewhere in it, and this one is", "source/first.md:6:1"),
        ("A note about lamps and lenses", "source/first.md:8:7"),
        ("Bell Rock", "source/first.md:17:3"),
    ],
)
def test_text_missing_from_the_epub_is_reported_at_its_line(made, words: str, place: str) -> None:
    book = made("epub")

    def change(name: str, data: bytes) -> bytes:
        return data.replace(words.encode(), b"") if name.endswith("first.xhtml") else data

    assert lines(book.told(changed_zip(book.data, change))) == [("CHK017", place)]


def test_missing_heading_is_reported_even_if_it_is_in_the_contents(made) -> None:
    book = made("epub")

    def change(name: str, data: bytes) -> bytes:
        return re.sub(b"<h2.*?</h2>", b"", data) if name.endswith("first.xhtml") else data

    (finding,) = book.told(changed_zip(book.data, change))
    assert (finding.code, finding.span.line) == ("CHK017", 4)
    assert '"Beginning"' in finding.message


def without_words(deck: Made, words: str) -> bytes:
    """Return a deck from which some words have been removed, wherever they occur."""

    def change(name: str, data: bytes) -> bytes:
        return data.replace(words.encode(), b"") if name.endswith(".xml") else data

    changed = changed_zip(deck.data, change)
    assert read_deck_text(changed) != read_deck_text(deck.data)
    return changed


def test_text_neither_on_slides_nor_in_notes_is_reported(make) -> None:
    """Test that words missing from slides and notes are reported if the notes contain all prose."""
    deck = make("pptx", more="format:\n  pptx: {notes: full}\n")
    assert deck.told() == []
    damaged = without_words(deck, "The last paragraph says good night.")
    assert lines(deck.told(damaged)) == [("CHK017", "source/second.md:12:1")]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("A rising line", "source/second.md:8:6"),
        ("A dot", "source/first.md:12:15"),
        ("Of second", "source/second.md:1:1"),
    ],
)
def test_talk_may_omit_prose_but_no_slide_content(made, words: str, place: str) -> None:
    deck = made("pptx")
    assert deck.told(without_words(deck, "A sentence that stands twice")) == []
    assert lines(deck.told(without_words(deck, words))) == [("CHK017", place)]


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("The question has 16 · 8:41–9:28 · 0:48 min\nchanged its direction", True),
        ("The question has 16 · 8:41–9:28 · 0:48 min\nchanged direction", False),
        ("The question has 16 · 8:41–9:28 · 0:48 min\nchanged its mind, a direction", False),
        ("The question has " + "other words and more of them " * 3 + "changed its direction", False),
    ],
)
def test_number_at_a_line_end_of_a_title_is_not_a_gap(text: str, is_there: bool) -> None:
    leaves = [FilePage(normalise_text(text))]
    wording = Wording("The question has changed its direction")
    assert PageTextSearch(leaves, is_reordered=False).is_missing(wording) is not is_there


@pytest.mark.parametrize(("lost", "is_missing"), [(0, False), (900, True)])
def test_a_word_may_be_longer_than_a_page(lost: int, is_missing: bool) -> None:
    word = "".join(random.Random(1).choices("abcdefghij", k=5_000))
    pages = [FilePage(f"head{part}foot") for part in (word[:2_000], word[2_000 + lost : 4_400], word[4_400:])]
    assert PageTextSearch(pages, is_reordered=False).is_missing(Wording(word)) is is_missing


FOR_THE_DECK = """\
Prose.

::: notes
Said to the chapter.[^1]
:::

[^1]: A note of the notes.

::: {.callout-tip title="Try"}
A tip.

::: notes
Said in a callout.
:::
:::

- An item

  ::: notes
  Said in an item.
  :::

> A quotation.
>
> ::: notes
> Said in a quotation.
> :::

::: {.callout-note .slide title="Shown"}
A callout on a slide.

::: notes
Said of what is shown.
:::
:::

::: {.slide title="In columns"}
:::: {.column}
The left one[^2]
::::
:::: {.column}
The right one

::: notes
Now point at the lighthouse keeper.
:::
::::
:::

[^2]: A note of a slide.
"""


@pytest.mark.parametrize("notes", ["speech", "full"])
def test_deck_only_content_is_in_the_deck_at_any_depth(make, notes: str) -> None:
    """Test that deck-only content is included at any depth, and in front matter, which has no slides."""
    more = f"format:\n  pptx: {{notes: {notes}}}\n"
    deck = make(
        "pptx",
        more=more,
        pre=f"---\ntitle: Of pre\nunnumbered: true\n---\n{FOR_THE_DECK}",
        first=FOR_THE_DECK,
    )
    assert deck.told() == []
    damaged = deck.told(without_words(deck, "Now point at the lighthouse keeper."))
    assert [code for code, _ in lines(damaged)] == ["CHK017", "CHK017"]
    assert {str(result.span).rsplit(":", 2)[0] for result in damaged} == {"source/pre.md", "source/first.md"}


def test_intentionally_omitted_content_is_not_reported(make) -> None:
    text = (
        "Said.\n\n::: {.content-visible when-format=epub}\nOnly there.\n:::\n\n::: {.slide-only}\nOn slides.\n:::\n"
        "\n::: notes\nSpoken.\n:::\n\nWord [gone]{.content-hidden when-format=pdf} word.\n"
    )
    for name in BOOK_FORMATS:
        item = make(name, text=text)
        assert item.told() == [], name
    assert "Only there." not in plain_text(make("pdf", text=text).book.chapters[0].blocks)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Profit of the whole company 1991 next para 0", "Profit of the whole company 1990"),
        ("Chapter summary of results 2 and 13 more", "Chapter summary of results 3"),
    ],
)
def test_different_last_number_does_not_match(text: str, wanted: str) -> None:
    assert PageTextSearch([FilePage(normalise_text(text))], is_reordered=False).is_missing(Wording(wanted))
