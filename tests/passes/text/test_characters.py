"""Test that characters missing from the PDF fonts are reported at their source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.extras import get_install_command
from triptych.languages.labels import load_labels
from triptych.passes import glyphs
from triptych.passes.glyphs import move_to_character
from triptych.stages import read_project

DATA = {"source/data.csv": "year,ꦗ\n2024,1\n2025,2\n"}


@pytest.mark.parametrize(
    ("markdown", "place"),
    [
        ("A ꦗ word.\n", "4:3"),
        ("Text.\n\n## A ꦗ heading\n", "6:6"),
        ("Text.[^1] After.\n\n[^1]: A ꦗ note.\n", "6:9"),
        ("`ꦗ` in code\n", "4:2"),
        ("```\nꦗ\n```\n", "5:1"),
        ("[ꦗ]{.index} in the index\n", "4:2"),
        ("| a | b |\n|---|---|\n| ꦗ | 1 |\n", "6:3"),
        ('::: {.chart data=data.csv x=year y=ꦗ type=line fig-alt="It grows"}\nGrowth\n:::\n', "4:36"),
    ],
)
def test_character_is_reported_at_its_position(read_book_of: ReadBook, markdown: str, place: str) -> None:
    _, findings = read_book_of(markdown, files=DATA)
    (finding,) = [finding for finding in findings if finding.code == "FNT001"]
    assert str(finding.span).partition(":")[2] == place
    assert '"ꦗ" (U+A997); the PDF' in finding.message


def test_a_section_has_one_finding(read_book_of: ReadBook) -> None:
    _, result = read_book_of("First ꦗ.\n\nThen ꦮ and ꦗ.\n\n- ꦗ\n")
    (finding,) = result
    assert '"ꦗ" (U+A997) and 1 other character; ' in finding.message


def test_the_title_is_looked_at(make_project, shared_cache) -> None:
    manifest = "book:\n  title: ꦗ\n  lang: en\n  chapters: [section.md]\n"
    project = make_project({"source/book.yaml": manifest, "source/section.md": "Text.\n"})
    (finding,) = read_project(project, shared_cache)[2]
    assert (finding.code, finding.span.path) == ("FNT001", "source/book.yaml")


def test_one_of_a_source_is_at_its_entry(make_project, shared_cache) -> None:
    entries = "@misc{one,\n  title={One},\n}\n@misc{two,\n  author={Ada},\n  title={ꦗ},\n}\n"
    files = {
        "source/book.yaml": "book:\n  title: T\n  lang: en\n  chapters: [section.md]\nbibliography: a.bib\n",
        "source/section.md": "Text [@one; @two].\n",
        "source/a.bib": entries,
    }
    (finding,) = read_project(make_project(files), shared_cache)[2]
    assert (finding.code, str(finding.span)) == ("FNT001", "source/a.bib:6:10")


def test_supported_characters_have_no_finding(read_book_of: ReadBook) -> None:
    assert read_book_of("Ω ≤ 5 → “Łódź”, пример, $\\mathbb{Z}$.\n")[1] == []


def test_letters_in_parts_of_two_texts_are_each_named(read_book_of: ReadBook) -> None:
    # The two nodes would compose to one letter, which is in neither of them.
    _, result = read_book_of("*\U00011099*\U000110ba\n")
    (finding,) = result
    assert '"\U00011099" (U+11099) and 1 other character; ' in finding.message


def test_position_is_the_line_of_the_character() -> None:
    text = "```\none\ntwo ꦗ\nꦗ\n```\n"
    diagnostic = Diagnostic(
        code="FNT001", message='no bundled font has a glyph for "ꦗ" (U+A997); …', span=Span(path="a.md")
    )
    assert move_to_character(diagnostic, text).span == Span(path="a.md", line=3, column=5)
    assert move_to_character(diagnostic, "`&#43415;`\n") == diagnostic  # written as an escape
    of_table = replace(diagnostic, span=Span(path="a.md", line=3))
    assert move_to_character(of_table, ": ꦗ\n\n| a |\n").span == Span(path="a.md", line=1, column=3)


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (("pdf",), 'the PDF shows "�" instead'),
        (("pptx",), "the deck depends on the fonts installed on the reader's device"),
        (("epub", "pptx"), "the EPUB and the deck depend on the fonts installed on the reader's device"),
        (
            ("pdf", "epub"),
            'the PDF shows "�" instead, and the EPUB depends on the fonts installed on the reader\'s device',
        ),
    ],
)
def test_enabled_outputs_are_named(make_project, shared_cache, formats, said: str) -> None:
    manifest = "book:\n  title: A\n  lang: en\n  chapters: [section.md]\n"
    project = make_project({"source/book.yaml": manifest, "source/section.md": "ꦗ\n"})
    (finding,) = read_project(project, shared_cache, formats=formats)[2]
    assert finding.message == f'no bundled font has a glyph for "ꦗ" (U+A997); {said}'


@pytest.mark.parametrize(
    ("text", "outputs", "code", "words"),
    [
        ("Text 文.", ("pdf", "epub"), "ENV003", '"文" (U+6587) is not'),
        ("Text 文字.", ("epub",), "FNT001", '"文" (U+6587) and 1 other character is not'),
        ("Text 文字かな.", ("pptx",), "FNT001", '"文" (U+6587) and 3 other characters is not'),
    ],
)
def test_the_font_package_for_chinese_is_named_if_it_is_missing(
    read_book_of: ReadBook,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    outputs: tuple[str, ...],
    code: str,
    words: str,
) -> None:
    book, _ = read_book_of(f"{text}\n")
    monkeypatch.setattr("triptych.media.fonts.fonts.is_installed", lambda extra: False)
    monkeypatch.setattr(
        glyphs, "find_missing_characters", lambda text, theme: [c for c in text if c > "\u3000"]
    )
    findings = glyphs.lint_glyphs(replace(book, outputs=outputs), load_labels("en"))[1]
    assert [(item.code, item.message) for item in findings] == [
        (code, f"the optional font package for {words} installed")
    ]
    assert findings[0].hint == get_install_command("cjk")


@pytest.mark.parametrize(
    ("outputs", "fallback"),
    [
        (("pdf",), 'the PDF shows "�" instead'),
        (("epub",), "the EPUB depends on the fonts installed on the reader's device"),
        (
            ("pptx", "epub", "pdf"),
            'the PDF shows "�" instead, and the EPUB and the deck depend on the fonts installed on the '
            "reader's device",
        ),
    ],
)
def test_a_missing_glyph_is_reported_with_what_each_output_shows(
    read_book_of: ReadBook, outputs: tuple[str, ...], fallback: str
) -> None:
    book, _ = read_book_of("A ꦗ word.\n")
    (finding,) = glyphs.lint_glyphs(replace(book, outputs=outputs), load_labels("en"))[1]
    assert finding.message == f'no bundled font has a glyph for "ꦗ" (U+A997); {fallback}'
    assert (
        "add a font that supports this character under `fonts:` in the theme, or use another character or an image"
        in (finding.hint or "")
    )
    known = replace(book, project_characters=frozenset([ord("ꦗ")]))
    assert glyphs.lint_glyphs(known, load_labels("en"))[1] == []
