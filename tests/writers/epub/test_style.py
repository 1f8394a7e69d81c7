"""The style sheet lets a reader's own colours, faces and sizes of text through."""

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


def test_colours_of_text_are_the_readers_own(style: str) -> None:
    inks = INK.findall(style)
    assert len(inks) > 3
    assert not [ink for ink in inks if ink != "inherit" and "currentColor" not in ink]
    assert not re.search(r"(?<![\w-])color: color-mix", style), "stale in Chromium when a theme is put on"


def test_no_size_of_text_is_fixed(style: str) -> None:
    assert not re.findall(r"font-size:\s*[\d.]+(?:px|pt|rem)", style)


def test_long_formulas_in_a_line_may_scroll_and_short_ones_stand_as_they_are(write: Write) -> None:
    made = Package(write("epub", "$a+b$ and $a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8$.\n")[0])
    formulas = made.xml("EPUB/text/section.xhtml").iter("{http://www.w3.org/1998/Math/MathML}math")
    assert [formula.get("class") for formula in formulas] == [None, "long"]


def test_faces_have_the_words_of_the_contents_and_the_dots_of_emphasis(write: Write) -> None:
    book = "  chapters: [section.md]\n"
    made = Package(write("epub", "# 灯台\n\n*灯*\n", book=book, more="lang: ja\n")[0])
    heading = made.xml("EPUB/nav.xhtml").findtext(".//x:h1", "", NS)
    faces = [name for name in made.names if "SerifJP" in name]
    assert heading and faces
    for name in faces:
        known = TTFont(io.BytesIO(made.archive.read(name))).getBestCmap()
        assert {*map(ord, heading), ord("\N{SESAME DOT}")} <= set(known)


def test_words_of_the_tool_are_set_in_the_faces_of_the_language(write: Write) -> None:
    """A class with a face of its own would beat that of the language, which only its parent has."""
    css = Package(write("epub", "灯\n", more="lang: ja\n")[0]).archive.read("EPUB/style.css").decode()
    rules = re.findall(r"([^{}]*)\{[^{}]*font-family:[^{}]*Work Sans[^{}]*\}", css)
    own = {
        name.strip()
        for rule in rules
        if not re.search("lang|@|western", rule)  # Western words keep it
        for name in rule.split(",")
    }
    of_language = css[css.index('html[lang|="ja"] h2') :].split("{")[0]
    squeezed = of_language.replace(" ", "")
    own = {name for name in own if not name.endswith(".western")}  # they are to have that of the text
    assert own and not [name for name in own if f'html[lang|="ja"]{name.replace(" ", "")}' not in squeezed]


def test_western_words_in_a_chinese_book_have_the_face_of_the_text(write: Write) -> None:
    made = Package(write("epub", "据China's称\n", more="lang: zh\n")[0])
    assert '<span class="western">China’s</span>' in made.archive.read("EPUB/text/section.xhtml").decode()
    assert re.search(
        r'^\.western \{ font-family: "EB Garamond"', made.archive.read("EPUB/style.css").decode(), re.M
    )


@pytest.mark.parametrize(
    ("language", "spaced"), [("zh-Hant", True), ("ja", True), ("ko", False), ("en", False)]
)
def test_western_words_stand_off_from_eastern_characters(write: Write, language: str, spaced: bool) -> None:
    made = Package(write("epub", "字字 가\n", more=f"lang: {language}\n")[0])
    css = made.archive.read("EPUB/style.css").decode()
    assert (f":lang({language}) {{ line-break: strict; text-autospace: normal; }}" in css) is spaced


@pytest.mark.parametrize("language", ["en", "zh", "ja", "ko"])
def test_code_has_its_face_and_chinese_in_it_that_of_headings(write: Write, language: str) -> None:
    """``monospace`` stands last: it would bring a face of its own for what that of the code lacks."""
    made = Package(write("epub", "# 灯\n\n`lamp(灯)`, ++Esc++\n", more=f"lang: {language}\n")[0])
    assert "EPUB/fonts/JetBrainsMono-Regular.ttf" in made.names
    css = made.archive.read("EPUB/style.css").decode()
    rules = re.findall(r"([^{}]*(?:code|kbd)[^{}]*)\{ font-family: ([^;]*);", css)
    assert len(rules) == (1 if language == "en" else 2)
    for names, families in rules:
        assert {"code", "kbd", ".samp", "pre"} <= {name.split()[-1] for name in names.split(",")}
        mono, *_, last = (family.strip('" ') for family in families.split(","))
        assert (mono, last) == ("JetBrains Mono", "monospace")
        assert re.search(r'"Noto Sans (SC|TC|JP|KR|CJK \w+)"', families)


def test_a_book_without_code_has_no_face_for_it(write: Write) -> None:
    assert not [name for name in Package(write("epub", "Text.\n")[0]).names if "Mono" in name]


def test_faces_for_other_scripts_are_asked_for_where_no_language_is_named(write: Write) -> None:
    made = Package(write("epub", "# A\n\n## שלום\n\nA word: שלום.\n")[0])
    css = made.archive.read("EPUB/style.css").decode()
    assert re.search(r'^html \{ font-family: "EB Garamond", "Noto Serif Hebrew", Georgia, serif;', css, re.M)
    assert re.search(r'^h2, h3 \{ font-family: "Work Sans", "Noto Sans Hebrew", ', css, re.M)
