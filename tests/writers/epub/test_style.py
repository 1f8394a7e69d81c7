"""Test that the style sheet allows readers to set colours, fonts and type sizes."""

from __future__ import annotations

import io
import re

import pytest
from fontTools.ttLib import TTFont

from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from tests.writers.epub.test_package import NS, Package

INK = re.compile(r"(?<![\w-])(?:(?:-webkit-text-fill-)?color|background(?:-color)?)\s*:\s*([^;}]+)")


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> str:
    data, _ = write_output("epub", tmp_path_factory.mktemp("style"), EVERYTHING)
    return Package(data).archive.read("EPUB/style.css").decode()


def test_text_colours_are_left_to_the_reader(style: str) -> None:
    inks = INK.findall(style)
    assert len(inks) > 3
    assert not [ink for ink in inks if ink not in ("inherit", "transparent") and "currentColor" not in ink]
    assert not re.search(r"(?<![\w-])color: color-mix", style), "stale in Chromium when a theme is put on"


def test_no_size_of_text_is_fixed(style: str) -> None:
    assert not re.findall(r"font-size:\s*[\d.]+(?:px|pt|rem)", style)


def test_long_inline_formulas_may_scroll_and_short_ones_do_not(write: Write) -> None:
    package = Package(write("epub", "$a+b$ and $a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8$.\n")[0])
    formulas = package.xml("EPUB/text/section.xhtml").iter("{http://www.w3.org/1998/Math/MathML}math")
    assert [formula.get("class") for formula in formulas] == [None, "long"]


def test_firefox_gives_long_formulas_the_whole_line(write: Write) -> None:
    """Test that formulas do not break at a width that Firefox computes without the space around operators."""
    css = Package(write("epub", "$$a+b$$\n")[0]).archive.read("EPUB/style.css").decode()
    rules = re.findall(r"@supports not \(display: math\) \{((?:[^{}]*\{[^{}]*\})*)", css)
    assert any(re.search(r"math\.long \{[^}]*flex: 1;[^}]*text-align: center", rule) for rule in rules)


def test_fonts_contain_contents_words_and_emphasis_dots(write: Write) -> None:
    book = "  chapters: [section.md]\n"
    package = Package(write("epub", "# 灯台\n\n*灯*\n", book=book, more="lang: ja\n")[0])
    heading = package.xml("EPUB/nav.xhtml").findtext(".//x:h1", "", NS)
    faces = [name for name in package.names if "SerifJP" in name]
    assert heading and faces
    for name in faces:
        known = TTFont(io.BytesIO(package.archive.read(name))).getBestCmap()
        assert {*map(ord, heading), ord("\N{SESAME DOT}")} <= set(known)


def test_words_of_the_tool_are_set_in_the_faces_of_the_language(write: Write) -> None:
    """Test that generated words use the fonts of the language, which a font set by a class would override."""
    css = Package(write("epub", "灯\n", more="lang: ja\n")[0]).archive.read("EPUB/style.css").decode()
    rules = re.findall(r"([^{}]*)\{[^{}]*font-family:[^{}]*Work Sans[^{}]*\}", css)
    names = {
        name.strip()
        for rule in rules
        if not re.search("lang|@|western", rule)  # Western words keep it
        for name in rule.split(",")
    }
    of_language = css[css.index('html[lang|="ja"] h2') :].split("{")[0]
    squeezed = of_language.replace(" ", "")
    names = {name for name in names if not name.endswith(".western")}  # these must use that of the text
    assert names and not [
        name for name in names if f'html[lang|="ja"]{name.replace(" ", "")}' not in squeezed
    ]


def test_western_words_in_a_chinese_book_have_the_face_of_the_text(write: Write) -> None:
    package = Package(write("epub", "据China's称\n", more="lang: zh\n")[0])
    assert '<span class="western">China’s</span>' in package.archive.read("EPUB/text/section.xhtml").decode()
    assert re.search(
        r'^\.western \{ font-family: "EB Garamond"', package.archive.read("EPUB/style.css").decode(), re.M
    )


@pytest.mark.parametrize(
    ("language", "spaced"), [("zh-Hant", True), ("ja", True), ("ko", False), ("en", False)]
)
def test_western_words_have_a_gap_to_eastern_characters(write: Write, language: str, spaced: bool) -> None:
    package = Package(write("epub", "字字 가\n", more=f"lang: {language}\n")[0])
    css = package.archive.read("EPUB/style.css").decode()
    assert (f":lang({language}) {{ line-break: strict; text-autospace: normal; }}" in css) is spaced


@pytest.mark.parametrize("language", ["en", "zh", "ja", "ko"])
def test_code_has_its_font_and_chinese_code_that_of_headings(write: Write, language: str) -> None:
    """Test the font list of code, in which ``monospace`` is last.

    It would add another font for characters that the code font lacks.
    """
    package = Package(write("epub", "# 灯\n\n`lamp(灯)`, ++Esc++\n", more=f"lang: {language}\n")[0])
    assert "EPUB/fonts/JetBrainsMono-Regular.ttf" in package.names
    css = package.archive.read("EPUB/style.css").decode()
    rules = re.findall(r"([^{}]*(?:code|kbd)[^{}]*)\{ font-family: ([^;]*);", css)
    assert len(rules) == (1 if language == "en" else 2)
    for names, families in rules:
        assert {"code", "kbd", ".samp", "pre"} <= {name.split()[-1] for name in names.split(",")}
        mono, *_, last = (family.strip('" ') for family in families.split(","))
        assert (mono, last) == ("JetBrains Mono", "monospace")
        assert re.search(r'"Noto Sans (SC|TC|JP|KR|CJK \w+)"', families)


def test_book_without_code_has_no_code_font(write: Write) -> None:
    assert not [name for name in Package(write("epub", "Text.\n")[0]).names if "Mono" in name]


def test_fallback_fonts_apply_without_a_language(write: Write) -> None:
    package = Package(write("epub", "# A\n\n## שלום\n\nA word: שלום.\n")[0])
    css = package.archive.read("EPUB/style.css").decode()
    assert re.search(r'^html \{ font-family: "EB Garamond", "Noto Serif Hebrew", Georgia, serif;', css, re.M)
    assert re.search(r'^h2, h3 \{ font-family: "Work Sans", "Noto Sans Hebrew", ', css, re.M)
