"""Test that all pages of the guide are listed: in the book, and for a repository browser."""

from __future__ import annotations

import pytest

from tests.guide.contents import GUIDE, SOURCE, contents, page_paths, title_of


def test_the_readme_of_the_guide_links_to_every_page(pytestconfig: pytest.Config) -> None:
    readme = GUIDE / "README.md"
    if pytestconfig.getoption("--update-golden"):
        readme.write_text(contents(), "utf-8")
    assert readme.read_text("utf-8") == contents(), "run pytest tests/guide/test_contents.py --update-golden"


def test_every_page_of_the_guide_is_in_its_book_or_talk() -> None:
    files = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.md")}
    assert files == {*page_paths(), "talk/demonstration.md"}


def test_no_two_pages_have_the_same_title() -> None:
    titles = [title_of(path) for path in page_paths()]
    assert sorted(titles) == sorted(set(titles))
