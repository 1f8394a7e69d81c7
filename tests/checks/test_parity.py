"""What became of each block is read from the finished files."""

from __future__ import annotations

from triptych.checks.parity import Fate, lost, parity
from triptych.checks.texts import FileText, deck_text, letters
from triptych.labels import load_labels
from triptych.media.preparing import Prepared
from triptych.templating import page_templates
from triptych.theme import load_theme
from triptych.writers.deck.storyboard import storyboard
from triptych.writers.deck.writer import write_deck


def rows_of(read_book_of, markdown: str, **files: FileText):
    book, found = read_book_of(markdown)
    assert not [finding for finding in found if finding.severity == "error"]
    return parity(book, files)


def shown(text: str, **more: str) -> FileText:
    return FileText(letters(text), **{key: letters(value) for key, value in more.items()})


def test_what_is_shown_is_rendered(read_book_of) -> None:
    (row,) = rows_of(
        read_book_of, "A *simple* sentence.\n", pdf=shown("Before. A simple sen-\ntence. After.")
    )
    assert (row.kind, row.fates) == ("paragraph", {"pdf": Fate.RENDERED})


def test_what_is_spoken_has_moved(read_book_of) -> None:
    (row,) = rows_of(read_book_of, "A sentence.\n", pptx=shown("Title", spoken="A sentence."))
    assert row.fates == {"pptx": Fate.MOVED}


def test_what_is_nowhere_is_left_out_and_reported_with_its_place(read_book_of) -> None:
    rows = rows_of(read_book_of, "One.\n\nTwo is missing.\n", epub=shown("One."))
    assert [row.fates["epub"] for row in rows] == [Fate.RENDERED, Fate.LEFT_OUT]
    (finding,) = lost(rows)
    assert (finding.code, str(finding.span)) == ("PAR001", "source/section.md:6:1")


def test_what_the_author_left_out_is_no_finding(read_book_of) -> None:
    rows = rows_of(read_book_of, "::: {.book-only}\nOnly in the book.\n:::\n", pptx=shown("Title"))
    assert [row.fates["pptx"] for row in rows] == [Fate.LEFT_OUT]
    assert lost(rows) == []


def test_a_note_within_a_sentence_does_not_hide_it(read_book_of) -> None:
    text = "It takes quite a few words to fill a line, and a page may end anywhere among them."
    cut = text.replace("line, and", "line, 1 A note at the foot of the page. 12 and")
    (row,) = rows_of(read_book_of, text + "\n", pdf=shown(cut))
    assert row.fates == {"pdf": Fate.RENDERED}


def test_code_and_formulas_count(read_book_of) -> None:
    markdown = "```python\nx = 1\n```\n\n$$a + b$$\n"
    rows = rows_of(read_book_of, markdown, epub=shown("x = 1", alternatives="a plus b"))
    assert [(row.kind, row.fates["epub"]) for row in rows] == [
        ("code", Fate.RENDERED),
        ("equation", Fate.RENDERED),
    ]


def test_pictures_and_formulas_in_a_sentence_stand_apart_from_its_words(read_book_of) -> None:
    markdown = "Let $a \\le b$ be given.\n"
    book = shown("Let a≤b be given.", alternatives="a is less than or equal to b")
    deck = shown("", spoken="Let a \\le b be given.")
    rows = rows_of(read_book_of, markdown, epub=book, pptx=deck)
    assert [(row.kind, row.words, row.fates) for row in rows] == [
        ("paragraph", "Let … be given.", {"epub": Fate.RENDERED, "pptx": Fate.MOVED}),
        ("formula", "a is less than or equal to b", {"epub": Fate.RENDERED, "pptx": Fate.MOVED}),
    ]


def test_a_formula_is_found_as_a_line_of_symbols(read_book_of) -> None:
    deck = shown("", spoken="Let a ≤ b² be given.")
    rows = rows_of(read_book_of, "Let $a \\le b^2$ be given.\n", pptx=deck)
    assert [row.fates["pptx"] for row in rows] == [Fate.MOVED, Fate.MOVED]


def test_a_formula_of_the_deck_is_found_once(read_book_of) -> None:
    book, _ = read_book_of(
        "$$E = mc^2$$ {#eq-a}\n\n::: {.slide title=T}\n- Let $q_1 \\le 7$ be\n- given\n:::\n"
    )
    deck, _ = storyboard(
        book, load_labels("en"), page_templates(), footer="", picture=lambda picture: Prepared(b"", "")
    )
    data, _ = write_deck(deck, load_theme())
    text = deck_text(data)
    assert text.shown.count(letters("Let q₁ ≤ 7 be")) == 1
    assert [row.fates for row in parity(book, {"pptx": text})] == [{"pptx": Fate.RENDERED}] * 4


def test_a_formula_that_is_nowhere_is_left_out(read_book_of) -> None:
    rows = rows_of(read_book_of, "Let $a \\le b$ be given.\n", epub=shown("Let be given."))
    assert [row.fates["epub"] for row in rows] == [Fate.RENDERED, Fate.LEFT_OUT]


def test_the_words_around_a_formula_must_all_be_there(read_book_of) -> None:
    text = shown("Let a≤b", alternatives="a is less than or equal to b")
    rows = rows_of(read_book_of, "Let $a \\le b$ be given.\n", epub=text)
    assert [row.fates["epub"] for row in rows] == [Fate.LEFT_OUT, Fate.RENDERED]
