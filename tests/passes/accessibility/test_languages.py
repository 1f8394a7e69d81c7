"""Test language tags, and that passages are in the script of their language."""

from __future__ import annotations

import pytest

from tests.passes.accessibility.conftest import Codes

RUSSIAN = "Выходила на берег Катюша"
CHINESE = "你好世界"
ENGLISH = "This is a passage of some length in English, which a Russian voice would read aloud like mere noise to listen to. "


@pytest.mark.parametrize(
    "markdown", ["A [mot]{lang=french} here.\n", "::: {lang=fr_FR}\nUn mot.\n:::\n", "[x]{lang=en-UK}\n"]
)
def test_invalid_tag_in_the_text_is_an_error(codes: Codes, markdown: str) -> None:
    assert [finding.partition(": ")[2] for finding in codes(markdown)] == ["ACC010"]


@pytest.mark.parametrize(
    ("tag", "line"), [("lang: english\n", 4), ("lang: zh_CN.UTF-8\n", 4), ("lang: jp\n", 4)]
)
def test_invalid_tag_in_the_manifest_is_an_error_at_its_line(codes: Codes, tag: str, line: int) -> None:
    assert codes("Text.\n", manifest=tag) == [f"{line}: ACC010"]


def test_book_without_a_language_is_reported(codes: Codes) -> None:
    assert codes("Text.\n", manifest="lang: ''\n") == ["1: ACC009"]


@pytest.mark.parametrize(
    "passage",
    [
        RUSSIAN,
        CHINESE,
        "これは日本語の文章です。",
        "مرحبا بالعالم الجميل",
        "- one\n- " + RUSSIAN,
        "| A |\n|---|\n| " + RUSSIAN + " |",
        "[" + RUSSIAN + "]{lang=de}",
        "Text.^[" + RUSSIAN + "]",
        f"| {RUSSIAN}\n| {RUSSIAN}",
    ],
)
def test_a_passage_in_other_letters_is_found(codes: Codes, passage: str) -> None:
    assert {finding.partition(": ")[2] for finding in codes(passage + "\n")} == {"ACC011"}


@pytest.mark.parametrize(
    "passage",
    [
        f"[{RUSSIAN}]{{lang=ru}}",
        f"::: {{lang=ru}}\n{RUSSIAN}\n:::",
        f"The song “{RUSSIAN}” is known to many people in many countries.",
        "α, β and γ",
        f"`{RUSSIAN}`",
        "Москва",
        f"[{RUSSIAN}]{{lang=tlh}}",
        f"[{RUSSIAN}]{{lang=en-Cyrl}}",
    ],
)
def test_marked_passage_or_single_word_is_valid(codes: Codes, passage: str) -> None:
    assert [finding for finding in codes(passage + "\n") if "ACC011" in finding] == []


def test_a_title_is_a_passage_too(codes: Codes) -> None:
    assert "ACC011" in codes("Text.\n", title=CHINESE)[0]


def test_latin_words_in_a_russian_book_are_fine_and_pages_are_not(codes: Codes) -> None:
    assert codes("JavaScript Object Notation (JSON)\n", lang="ru") == []
    assert codes(ENGLISH + "\n", lang="ru") == ["5: ACC011"]


def test_names_in_citations_are_not_counted(codes: Codes) -> None:
    """Test that names in citations do not count as words of a passage, not even in a Chinese caption."""
    cited = "![装机容量[@a; @a; @a]](dot.png){fig-alt=图}\n"
    assert codes(cited, lang="zh-Hans", manifest="bibliography: a.bib\n") == []
