"""Test extracted text at line ends: with the space, and without a hyphen added by hyphenation."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.print.quires import PLAIN, bound, face, page_of, painted, said, texts
from tests.writers.print.test_pages import picture, with_picture
from triptych.theme.theme import load_theme
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import join_quires
from triptych.writers.print.typesetting import BookTypesetter

NARROW = "p, pre { width: 44pt } "


def lines(body: str, css: str = "") -> str:
    """Return the extracted text of a narrow column; ``¬`` stands for a hyphen added by hyphenation."""
    return said(painted(body, NARROW + css)).replace("\u00ad", "¬")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("one two three four five six", "one two three four five six"),
        ("one\n two\t\nthree   four five", "one two three four five"),
        # Lines that end inside, before or after an element.
        ("one <em>two three</em> four <code>five six</code> seven", "one two three four five six seven"),
        ("one<em> two three </em>four<code> five six </code>seven", "one two three four five six seven"),
        ("<em>one two three four</em> <em>five six</em> <b>seven</b>", "one two three four five six seven"),
        ("one <em>two <b>three </b></em>four <em><b> five</b> six</em>", "one two three four five six"),
        ("see <a href='#x'>one two three</a> <a href='#y'>four five</a>, six", "see one two three four five, six"),
        ("one two three<sup>2</sup> four five<sup>3</sup> six", "one two three2 four five3 six"),
        # A line break by the author.
        ("one two<br/>three <br/> four five six", "one two three four five six"),
        ("one<br/>two<br/><em>three</em>", "one two three"),
        # Text without spaces gets none at line ends.
        ("well-known self-contained mother-in-law", "well-known self-contained mother-in-law"),
        ("one—two three—four five—six", "one—two three—four five—six"),
        ("one/<wbr/>two/<wbr/>three/<wbr/>four", "one/two/three/four"),
        ("one\u200btwo\u200bthree\u200bfour\u200bfive", "onetwothreefourfive"),
        # No-break spaces and other special spaces are unchanged.
        ("one two\u00a0three four\u00a0five six", "one two three four five six"),
        ("one\u2002two\u2002three\u2002four five", "one\u2002two\u2002three\u2002four five"),
        # Inline boxes are not text; floats do not end a line.
        ("one two <span style='display: inline-block; width: 30pt'>x</span> three", "one two x three"),
        ("one two three<span style='position: absolute'>!</span> four five", "one two three four five!"),
    ],
)  # fmt: skip
def test_lines_end_with_the_space_they_break_at(body: str, shown: str) -> None:
    assert lines(f"<p>{body}</p>") == shown


@pytest.mark.parametrize(
    "css",
    [
        "text-align: justify",
        "text-align: right",
        "letter-spacing: 2pt",
        "font-variant-caps: small-caps",
        "text-indent: 9pt",
    ],
)
def test_however_lines_are_set(css: str) -> None:
    assert lines("<p>one two three four five six</p>", f"p {{ {css} }}") == "one two three four five six"


@pytest.mark.parametrize(
    ("body", "css", "shown"),
    [
        ("characteristic nautical endeavours", "", "character¬istic naut¬ical endeav¬ours"),
        ("the <em>characteristic</em> <a href='#x'>endeavours</a>", "", "the charac¬teristic en¬deavours"),
        ("characteristic nautical", "p { hyphenate-character: '=' }", "character¬istic naut¬ical"),
        ("inter\u00adnational charac\u00adteristics", "p { hyphens: manual }", "inter¬national charac¬teristics"),
        ("self-contained characteristic", "", "self-con¬tained character¬istic"),
        ("non- and sub- or pre-", "", "non- and sub- or pre-"),
    ],
)  # fmt: skip
def test_a_hyphen_that_breaks_a_word_is_none(body: str, css: str, shown: str) -> None:
    assert lines(f"<p>{body}</p>", "p { hyphens: auto; text-align: justify } " + css) == shown


def test_unused_soft_hyphen_is_not_shown() -> None:
    assert said(painted("<p>inter\u00adnational</p>")) == "international"


@pytest.mark.parametrize("space", ["pre", "pre-wrap"])
def test_code_lines_keep_their_spaces(space: str) -> None:
    """Test that code keeps its spaces: a command that continues on the next line must not end in a space."""
    body = "<pre>one \\\n  two\n\nthree</pre>"
    assert lines(body, f"pre {{ white-space: {space}; width: auto }}") == "one \\  twothree"


def test_spaces_between_elements_of_code_are_text() -> None:
    body = "<pre><b>def</b> <i>x</i><b>:</b>\n    <i>return</i> y</pre>"
    assert lines(body, "pre { width: auto }") == "def x:    return y"


def test_picture_at_a_line_end_is_not_text() -> None:
    body = "<p>one <img src='picture:a' alt='A'/> two <img src='picture:a' alt='A'/></p>"
    shown = said(with_picture(picture("L", 0), "img { width: 20pt } p { width: 44pt }", body))
    assert shown in ("one two ", "one  two ")


def test_a_line_from_right_to_left_ends_on_the_left() -> None:
    """Test that a right-to-left line has its space at the left of its first glyph, which does not move."""
    quire = painted("<p dir='rtl'>אבגדהו זחטיכל מנסעפצ</p>", "@font-face { font-family: H; src: url(font:scripts/NotoSerifHebrew-Regular.ttf) } p { width: 24pt; font-family: H }")  # fmt: skip
    import zlib

    content = zlib.decompress(quire.pages[0].content)
    (glyphs,) = quire.fonts.values()
    space = next(glyph for glyph, text in glyphs.texts.items() if text == " ")
    matches = re.findall(rb"BT\n.*?ET", content, re.DOTALL)
    assert len(matches) == 3
    for line in matches[:-1]:
        assert re.search(rb"\n\[(\d+)<%04x>\] TJ\n\[<" % space, line)
    assert b"<%04x>" % space not in matches[-1]


CHINESE = "光伏发电把太阳光直接变成电能它最早出现于十九世纪"


def test_chinese_lines_end_without_a_space() -> None:
    script = load_theme().find_script("zh-Hans")
    assert script is not None
    path = next(f.path for f in script.faces if f.family == script.serif and f.weight == 400)

    def files(scheme: str, name: str) -> tuple[bytes, str]:
        return (path.read_bytes(), "font/otf") if name == "chinese" else face(scheme, name)

    css = PLAIN + NARROW + "@font-face { font-family: C; src: url(font:chinese) } p { font-family: Serif, C }"
    typesetter = BookTypesetter(css, files)
    laid = typesetter.lay_out(page_of(f"<p>{CHINESE} Nature 报道 GW 了</p>", "zh-Hans"))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    assert said(quire) == f"{CHINESE} Nature 报道 GW 了"


# --- Any text ----------------------------------------------------------------------------------

WORDS = st.lists(
    st.tuples(st.sampled_from(("a", "of", "the", "words", "fi", "(so)", "well-known", "end.")), st.sampled_from(("{}", "<em>{}</em>", "<code>{}</code>", "<a href='#x'><b>{}</b></a>"))),
    min_size=1,
    max_size=12,
)  # fmt: skip


@cache
def _typesetter() -> BookTypesetter:
    return BookTypesetter(PLAIN, face)


@settings(max_examples=40, deadline=None)
@given(WORDS, st.integers(30, 120), st.sampled_from(("left", "justify")))
def test_words_across_elements_are_separated_by_one_space(
    words: list[tuple[str, str]], width: int, align: str
) -> None:
    body = " ".join(markup.format(word) for word, markup in words)
    typesetter = _typesetter()
    laid = typesetter.lay_out(page_of(f"<p style='width: {width}pt; text-align: {align}'>{body}</p>"))
    quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
    assert said(quire) == " ".join(word for word, _ in words)


def test_viewers_find_whole_words() -> None:
    (page,) = texts(bound(painted("<p>The <em>characteristic</em> <b>nautical</b> endeavours of a land</p>", NARROW + "p { hyphens: auto }")))  # fmt: skip
    assert " ".join(page.replace("\ufffe", "").split()) == "The characteristic nautical endeavours of a land"
