"""Test that invisible spaces are removed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ReadBook
from tests.writers.epub.conftest import Write, write
from triptych.model import nodes
from triptych.model.walk import plain_text, walk_all
from triptych.passes.conditions import select_for_output
from triptych.passes.spaces import clean_line

__all__ = ["write"]  # the fixture

T, MARK = nodes.Text, nodes.IndexMark(path=())
ANCHOR = nodes.Phrase(attr=nodes.Attr(id="x"), content=())
BREAK, SOFT = nodes.LineBreak(), nodes.SoftBreak()


def strong(*content: nodes.Inline) -> nodes.Styled:
    return nodes.Styled(style=nodes.Style.STRONG, content=content)


def written(line: tuple[nodes.Inline, ...]) -> str:
    """Return a line with "|" for each forced line break, and the spaces that an output shows."""
    shown = (
        "|" if isinstance(node, nodes.LineBreak) else " " if isinstance(node, nodes.SoftBreak) else node.text
        for node in walk_all(line)
        if isinstance(node, nodes.Text | nodes.LineBreak | nodes.SoftBreak)
    )
    return "".join(shown)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ((T(text="end "), MARK), "end"),
        ((T(text="end "), ANCHOR), "end"),
        ((T(text="end "), BREAK), "end"),
        ((T(text="end"), SOFT, MARK, T(text=" "), ANCHOR, BREAK), "end"),
        ((T(text="a "), MARK, T(text=" b")), "a b"),
        ((T(text="a"), SOFT, MARK, SOFT, T(text="b")), "a b"),
        ((T(text="a "), BREAK, T(text=" b")), "a|b"),
        ((MARK, T(text=" begin")), "begin"),
        ((T(text="a "), strong(T(text=" b ")), T(text=" c ")), "a b c"),
        ((strong(T(text="end "), MARK), T(text=" ")), "end"),
        ((T(text="a "), strong(MARK), T(text=" b")), "a b"),
        ((T(text="a\u00a0"), MARK), "a\u00a0"),
        ((BREAK,), "|"),
        ((T(text="as it is"),), "as it is"),
    ],
)
def test_line_has_only_visible_spaces(line: tuple[nodes.Inline, ...], shown: str) -> None:
    assert written(clean_line(line)) == shown


_LEAF = st.one_of(
    st.sampled_from([MARK, ANCHOR, BREAK, SOFT, nodes.Code(text="x")]),
    st.text(" ab", min_size=1, max_size=4).map(lambda text: T(text=text)),
)
_LINE = st.lists(
    st.one_of(_LEAF, st.lists(_LEAF, max_size=3).map(lambda content: strong(*content))), max_size=6
).map(tuple)


@given(_LINE)
def test_words_and_marks_are_kept_and_clean_lines_are_unchanged(line: tuple[nodes.Inline, ...]) -> None:
    tidy = clean_line(line)
    assert plain_text(tidy).split() == plain_text(line).split()
    count = sum(isinstance(node, nodes.IndexMark | nodes.Phrase) for node in walk_all(line))
    assert sum(isinstance(node, nodes.IndexMark | nodes.Phrase) for node in walk_all(tidy)) == count
    assert clean_line(tidy) == tidy


def test_titles_captions_cells_and_notes_are_tidied(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "# Title []{#sec-t}\n\nText.[^1]\n\n[^1]: A note \\index{note}\n\n| a []{#a} | b |\n|---|---|\n| c | d |\n"
        "\n: Caption \\index{table} {#tbl-a}\n"
    )
    texts = [node.text for node in walk_all(book.chapters[0].blocks) if isinstance(node, nodes.Text)]
    assert [text for text in texts if text != text.strip()] == []


def test_omitted_content_leaves_no_space(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("One [two]{.content-visible when-format=epub} three [four]{.slide-only}\n")
    for output, shown in [("pdf", "One three"), ("epub", "One two three"), ("pptx", "One three four")]:
        (paragraph,) = select_for_output(book, output).chapters[0].blocks
        assert written(paragraph.content) == shown


@pytest.mark.parametrize("end", [r"\index{word}", "[]{#x}", "<br>"])
def test_last_line_has_no_trailing_space(write: Write, end: str) -> None:
    import io

    import pypdfium2

    from tests.writers.print.test_typography import PROSE

    text = PROSE.strip() + " And so it ends"
    plain, marked = (write("pdf", f"{text}{tail}\n\n{PROSE}")[0] for tail in ("", f" {end}"))
    ends = []
    for data in (plain, marked):
        with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
            for page in document:
                words = page.get_textpage()
                place = words.search("so it ends").get_next()
                if place:
                    last = place[0] + place[1] - 1
                    ends.append(words.get_charbox(last)[2])
    assert len(ends) == 2
    assert ends[1] == pytest.approx(ends[0], abs=0.1)
