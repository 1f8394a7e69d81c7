"""Test how the files of an imported folder are read, listed and measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from triptych_import.book import ImportFailedError
from triptych_import.source import MAX_TEXT_LENGTH, SourceFiles


def test_text_is_read_up_to_the_limit(tmp_path: Path) -> None:
    source = SourceFiles(
        write_files(tmp_path, {"a.md": "x" * MAX_TEXT_LENGTH, "b.md": "x" * (MAX_TEXT_LENGTH + 1)})
    )
    assert len(source.read_text("a.md") or "") == MAX_TEXT_LENGTH
    with pytest.raises(
        ImportFailedError, match=r"b\.md:1:1: error\[IMP003\]: the file is longer than 5 million"
    ):
        source.read_text("b.md")


def test_missing_outside_or_binary_files_have_no_text(tmp_path: Path) -> None:
    files = {"in/a.md": "A", "in/latin.md": "é".encode("latin-1"), "b.md": "B"}
    source = SourceFiles(write_files(tmp_path, files) / "in")
    assert [source.read_text(path) for path in ("a.md", "latin.md", "../b.md", "gone.md")] == [
        "A",
        None,
        None,
        None,
    ]
    assert [source.read_bytes(path) for path in ("a.md", "../b.md", "gone.md")] == [b"A", None, None]
    assert source.read_raw_text("latin.md") == "\ufffd"
    assert source.read_raw_text("gone.md") is None


def test_control_characters_are_those_of_windows_1252(tmp_path: Path) -> None:
    source = SourceFiles(write_files(tmp_path, {"a.md": "\x80 \x85 \x9f \xa0", "b.md": "a\r\nb\r\n"}))
    assert source.read_text("a.md") == "€ … Ÿ \xa0"
    assert source.read_raw_text("a.md") == "\x80 \x85 \x9f \xa0"
    assert source.read_raw_text("b.md") == "a\nb\n"


def test_name_in_another_case_is_found_if_unique(tmp_path: Path) -> None:
    source = SourceFiles(write_files(tmp_path, {"x/One.md": "1", "x/two.md": "2", "x/TWO.md": "3"}))
    names = ("x/one.md", "x/One.md", "x/two.md", "x/Two.md", "gone/one.md")
    assert [source.match_case(name) for name in names] == [
        "x/One.md", "x/One.md", "x/two.md", "x/Two.md", "gone/one.md"
    ]  # fmt: skip
    assert source.make_text_reader("x")("one.md") == "1"


def test_hidden_and_generated_files_are_not_listed(tmp_path: Path) -> None:
    names = (
        "a.md b.txt .c.md .git/d.md node_modules/e.md sub/f.md sub/build/g.md sub/h.markdown docs/index.html"
    )
    files = {
        name: "x" for name in [*names.split(), "docs/sub/i.md", "site/j.md", "site/index.html", "book/k.md"]
    }
    source = SourceFiles(write_files(tmp_path, files))
    assert source.list_files("", (".md",)) == ["a.md", "book/k.md", "site/j.md", "sub/f.md"]
    assert source.list_files("sub", (".md", ".markdown")) == ["f.md", "h.markdown"]
    assert source.list_files("gone", (".md",)) == source.list_files("..", (".md",)) == []


def test_the_size_is_that_of_all_texts(tmp_path: Path) -> None:
    files = {"a.md": "12345", "B.RMD": "123", "sub/c.ipynb": "12", "d.txt": "1234567", ".e.md": "1"}
    assert SourceFiles(write_files(tmp_path, files)).measure_text_size() == 10


def test_figures_of_executed_code_are_listed(tmp_path: Path) -> None:
    files = {
        name: "x"
        for name in ("a_files/figure-html/p.png", "figure-x/q.png", "figures/r.png", ".git/figure-x/s.png")
    }
    assert SourceFiles(write_files(tmp_path, files)).list_figure_files() == [
        "a_files/figure-html/p.png", "figure-x/q.png"
    ]  # fmt: skip


def test_image_problem_is_described(tmp_path: Path) -> None:
    source = SourceFiles(
        write_files(tmp_path, {"in/a.png": tiny_png(), "in/b.png": "text", "c.png": tiny_png()}) / "in"
    )
    assert (
        source.find_image_problem("a.png", {})
        == source.find_image_problem("e.png", {"e.png": tiny_png()})
        == ""
    )
    assert source.find_image_problem("gone.png", {}) == "the file does not exist"
    assert source.find_image_problem("b.png", {}) and source.find_image_problem("../c.png", {})
    assert source.find_image_problem("a.png", {"a.png": b"text"})
