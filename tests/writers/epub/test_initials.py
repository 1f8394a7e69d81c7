"""Test drop caps: which chapters begin with one, and that their text is unchanged."""

from __future__ import annotations

import pytest

from tests.writers.epub.conftest import Write
from tests.writers.epub.test_package import Package

LONG = "words enough to fill the lines beside a letter, " * 6
ASKED = "format:\n  epub: {drop-caps: true}\n"


def classes(write: Write, text: str, more: str = ASKED, **kinds: str) -> str:
    package = Package(write("epub", text, more=more, **kinds)[0])
    section = package.xml("EPUB/text/section.xhtml").find(".//{*}section")
    assert section is not None
    return str(section.get("class"))


@pytest.mark.parametrize(
    "opening",
    [f"Some {LONG}", f"“Some {LONG}”", f"*Some* {LONG}", f"Été {LONG}", f"Она {LONG}"],
)
def test_long_paragraphs_have_one(write: Write, opening: str) -> None:
    assert classes(write, f"# One\n\n{opening}\n").split() == ["chapter", "initial"]


@pytest.mark.parametrize(
    "opening",
    [
        "Too short.",
        f"1949 {LONG}",
        f"some {LONG}",
        f"$X$ {LONG}",
        f"[Some](https://example.org) {LONG}",
        f"- Some {LONG}",
        f"## Section\n\nSome {LONG}",
        f"[A side note.]{{.aside}} Some {LONG}",
        "中文" * 200,
    ],
)
def test_others_have_none(write: Write, opening: str) -> None:
    assert classes(write, f"# One\n\n{opening}\n") == "chapter"


def test_right_to_left_there_is_none(write: Write) -> None:
    arabic = "  lang: ar\n  chapters: [section.md]\n"
    assert classes(write, f"# One\n\nSome {LONG}\n", book=arabic) == "chapter"


def test_no_drop_cap_by_default(write: Write) -> None:
    assert classes(write, f"# One\n\nSome {LONG}\n", more="") == "chapter"


def test_the_word_is_whole(write: Write) -> None:
    package = Package(write("epub", f"# One\n\nSome {LONG}\n", more=ASKED)[0])
    assert f"<p>Some {LONG.strip()}</p>" in package.archive.read("EPUB/text/section.xhtml").decode()
