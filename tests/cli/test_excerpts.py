"""Test the source line shown for a finding, with a mark under its column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.conftest import write_files
from triptych.cli.excerpts import ExcerptReader, shorten_line
from triptych.diagnostics import Span


def marked(line: str, column: int, room: int = 60) -> str:
    """Return the character above the mark."""
    text, mark = shorten_line(line, column, room)
    assert mark is not None
    return next(character for place, character in enumerate(text) if cell_len(text[: place + 1]) > mark)


class TestTheMark:
    @pytest.mark.parametrize(
        "line",
        [
            "See @fig-gone.",
            "\tSee @fig-gone.",
            "a\tb\t\t@fig-gone",
            "中文的文字在這裡 @fig-gone 中文",
            "e\u0301te\u0301 @fig-gone",
            "long " * 40 + "@fig-gone" + " long" * 40,
            "中文" * 60 + "@fig-gone" + "中文" * 60,
        ],
    )
    def test_caret_is_below_the_column(self, line: str) -> None:
        assert marked(line, line.index("@") + 1) == "@"

    def test_column_after_the_last_character_is_the_line_end(self) -> None:
        assert shorten_line("abc", 4, 60) == ("abc", 3)

    def test_a_column_of_another_version_of_the_file_has_none(self) -> None:
        assert shorten_line("abc", 9, 60) == ("abc", None)

    def test_first_column_of_an_indented_line_has_no_caret(self) -> None:
        assert shorten_line("    abc", 1, 60) == ("    abc", None)


@given(line=st.text(st.characters(exclude_characters="\n"), max_size=300), column=st.integers(1, 310))
def test_a_line_of_any_length_fits_and_has_its_mark_within(line: str, column: int) -> None:
    text, mark = shorten_line(line, column, 40)
    assert cell_len(text) <= 40
    assert mark is None or mark <= 40


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\x7f", "\u202e", "\u2066", "\u2028"])
def test_no_character_of_a_source_commands_the_terminal(character: str) -> None:
    assert shorten_line(f"a{character}b", 3, 60) == ("a\N{REPLACEMENT CHARACTER}b", 2)


class TestFiles:
    @pytest.fixture
    def excerpts(self, tmp_path: Path) -> ExcerptReader:
        files: dict[str, str | bytes] = {
            "a.md": "one\r\n\r\nthree",
            "picture.png": b"\x89PNG\n\0\0",
            "latin.csv": b"caf\xe9\ncaf\xe9\n",
        }
        write_files(tmp_path / "elsewhere", {"secret.md": "no\nno\n"})
        root = write_files(tmp_path / "project", files)
        (root / "link.md").symlink_to(tmp_path / "elsewhere/secret.md")
        return ExcerptReader(root)

    def test_a_line_is_found(self, excerpts: ExcerptReader) -> None:
        excerpt = excerpts.get_excerpt(Span(path="a.md", line=3, column=2), 60)
        assert excerpt is not None
        assert (excerpt.line_number, excerpt.text, excerpt.caret_column) == (3, "three", 1)

    @pytest.mark.parametrize(
        ("path", "line", "column"),
        [
            ("a.md", 1, 1),
            ("a.md", 2, 1),
            ("a.md", 4, 1),
            ("a.md", 0, 1),
            ("gone.md", 2, 1),
            ("picture.png", 2, 1),
            ("latin.csv", 2, 1),
            ("link.md", 2, 1),
            ("../elsewhere/secret.md", 2, 1),
            (".", 2, 1),
        ],
    )
    def test_excerpt_without_a_line_is_empty(
        self, excerpts: ExcerptReader, path: str, line: int, column: int
    ) -> None:
        assert excerpts.get_excerpt(Span(path=path, line=line, column=column), 60) is None
