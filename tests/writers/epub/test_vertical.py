"""Test vertical e-books: package and pages declare it, and horizontal content stays horizontal."""

from __future__ import annotations

import re

import pytest
import tinycss2

from tests.writers.epub.conftest import Write
from tests.writers.epub.test_package import CHART, NS, Package
from triptych.checks.epub import check_epub
from triptych.diagnostics import Diagnostic
from triptych.settings.manifest_reader import read_manifest

VERTICAL = "lang: {}\nformat:\n  epub: {{writing-mode: vertical-rl}}\n"
TEXT = """---
title: 灯台の12の光
---
明治20年3月12日。*強調*。注もある[^1]。

[^1]: 25ページを見よ。

![灯台](dot.png){width=40% fig-alt="点"}
"""
LETTER = {"source/letter.md": "---\ntitle: A letter\nlang: en\n---\n\nIn 12 days, or 年 3 月.\n"}


@pytest.fixture
def vertical(write: Write):
    """Return a function that opens a vertical e-book, as in ``vertical(language, …)``."""

    def make(language: str = "ja", markdown: str = TEXT, **more) -> Package:
        data, _ = write("epub", markdown, more=VERTICAL.format(language), **more)
        assert check_epub(data) == []
        return Package(data)

    return make


def css_of(package: Package) -> dict[str, dict[str, str]]:
    """Return each selector with its declarations."""
    result: dict[str, dict[str, str]] = {}
    sheet = package.archive.read("EPUB/style.css").decode()
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        assert rule.type != "error", rule
        if rule.type != "qualified-rule":
            continue
        blocks_contents = tinycss2.parse_blocks_contents(
            rule.content, skip_comments=True, skip_whitespace=True
        )
        values = {item.name: tinycss2.serialize(item.value).strip() for item in blocks_contents}
        for selector in tinycss2.serialize(rule.prelude).split(","):
            result.setdefault(selector.strip(), {}).update(values)
    return result


def pages_named(package: Package, name: str) -> list[str]:
    """Return the pages whose root has a class."""
    paths = [path for path in package.names if path.endswith(".xhtml")]
    return [path.rpartition("/")[2] for path in paths if package.xml(path).get("class") == name]


@pytest.mark.parametrize("language", ["ja", "zh-Hant", "zh-Hans", "ko"])
def test_the_package_is_turned_over_from_the_right(vertical, language: str) -> None:
    result = vertical(language)
    (spine,) = result.opf.iterfind("opf:spine", NS)
    assert spine.get("page-progression-direction") == "rtl"
    (mode,) = (
        element
        for element in result.opf.iterfind(".//opf:meta", NS)
        if element.get("name") == "primary-writing-mode"
    )
    assert mode.get("content") == "vertical-rl"


def test_horizontal_book_declares_no_writing_mode(write: Write) -> None:
    package = Package(write("epub", TEXT, more="lang: ja\nformat:\n  epub: default\n")[0])
    (spine,) = package.opf.iterfind("opf:spine", NS)
    assert "page-progression-direction" not in spine.attrib
    assert b"primary-writing-mode" not in package.archive.read("EPUB/package.opf")
    assert pages_named(package, "vertical") == []
    assert b"tcy" not in b"".join(package.archive.read(name) for name in package.names)
    css = package.archive.read("EPUB/style.css").decode()
    assert not re.search(r"writing-mode|-(block|inline)(-|:)|text-align: (start|end)", css)
    assert css_of(package)["blockquote"]["margin-left"] == "1.5em"


def test_lines_of_all_pages_are_vertical_but_of_the_cover_and_other_languages(vertical) -> None:
    result = vertical(book="  chapters: [section.md, letter.md]\n", files=LETTER)
    assert pages_named(result, "vertical") == [
        "nav.xhtml", "imprint.xhtml", "section.xhtml", "title-page.xhtml",
    ]  # fmt: skip
    for prefix in ("", "-epub-", "-webkit-"):
        assert css_of(result)["html.vertical"][f"{prefix}writing-mode"] == "vertical-rl"
    assert b"tcy" not in result.archive.read("EPUB/text/letter.xhtml")


def test_vertical_style_sheet_has_no_left_and_right(vertical) -> None:
    rules = css_of(vertical())
    horizontal = (
        "pre",
        "pre .line",
        ".line-number",
        ".marked",
        "figure.align-left img",
        "figure.align-right img",
    )
    sided = [
        f"{selector} {name}"
        for selector, declared in rules.items()
        for name in declared
        if re.match(r"(margin|padding|border)-(left|right|top|bottom)", name) and selector not in horizontal
    ]
    assert sided == []
    assert rules["blockquote"]["margin-inline"] == "1.5em"
    assert rules[".callout"]["border-inline-start"].startswith(".25em solid")


def test_content_unreadable_sideways_is_horizontal(vertical) -> None:
    rules = css_of(vertical())
    for box in ("pre", ".equation", ".short table", ".panels", "table.short", "math"):
        for prefix in ("", "-epub-", "-webkit-"):
            assert rules[f".vertical {box}"][f"{prefix}writing-mode"] == "horizontal-tb"


def test_short_numbers_are_combined_in_text_notes_titles_and_contents(vertical) -> None:
    result = vertical()
    combined = result.xml("EPUB/text/section.xhtml").xpath("//x:span[@class='tcy']/text()", namespaces=NS)
    assert combined == ["1", "12", "20", "3", "12", "1", "25"]
    assert result.xml("EPUB/nav.xhtml").xpath("//x:span[@class='tcy']/text()", namespaces=NS) == ["1", "12"]
    assert "灯台の12の光" in result.archive.read("EPUB/toc.ncx").decode()
    assert css_of(result)[".tcy"]["text-combine-upright"] == "all"
    assert css_of(result)[".tcy"]["-epub-text-combine"] == "horizontal"


def test_emphasis_dots_need_their_glyph_in_the_font(vertical) -> None:
    from io import BytesIO

    from fontTools.ttLib import TTFont

    result = vertical()
    assert css_of(result)["em:lang(ja)"]["text-emphasis"] == "filled sesame"
    face = TTFont(BytesIO(result.archive.read("EPUB/fonts/NotoSerifJP-Regular.otf")))
    assert 0xFE45 in face.getBestCmap() and any(
        record.FeatureTag == "vert" for record in face["GSUB"].table.FeatureList.FeatureRecord
    )


def test_a_share_of_the_width_is_one_of_the_window(vertical, write: Write) -> None:
    """Test percentages: a vertical page has no fixed width, so they refer to the window."""
    (picture,) = vertical().xml("EPUB/text/section.xhtml").iterfind(".//x:figure/x:img", NS)
    assert picture.get("style") == "width: 40vw"
    flat = Package(write("epub", TEXT, more="lang: ja\nformat:\n  epub: default\n")[0])
    (picture,) = flat.xml("EPUB/text/section.xhtml").iterfind(".//x:figure/x:img", NS)
    assert picture.get("style") == "width: 40%"


def test_kindle_declares_vertical_writing_too(write: Write) -> None:
    more = "lang: zh-Hant\nformat:\n  epub: {writing-mode: vertical-rl, store: kindle}\n"
    data, _ = write("epub", "太陽能在 12 年間。$x^2$\n\n" + CHART.format("#fig-a"), more=more)
    assert check_epub(data) == []
    assert b"primary-writing-mode" in Package(data).archive.read("EPUB/package.opf")


class TestRefusal:
    @pytest.fixture
    def problems(self, make_project):
        def read(*lines: str) -> list[Diagnostic]:
            text = "\n".join(
                ("book:", "  title: A", "  chapters: [a.md]", "format:", "  epub:", "    writing-mode: vertical-rl", *lines)
            )  # fmt: skip
            return read_manifest(make_project({"source/book.yaml": text + "\n"}))[2]

        return read

    @pytest.mark.parametrize("language", ["en", "ar", "ja-Latn", "mn-Mong"])
    def test_language_without_vertical_writing_is_rejected_at_its_position(
        self, problems, language: str
    ) -> None:
        (problem,) = problems(f"lang: {language}")
        assert f"{problem.span} {problem.code}" == "source/book.yaml:6:19 MAN002"
        assert language in problem.message and problem.hint and "ja" in problem.hint

    def test_so_is_a_book_without_a_language(self, problems) -> None:
        (problem,) = problems()
        assert "`lang` is not set" in problem.message

    @pytest.mark.parametrize("language", ["ja", "zh-Hant", "ko-KR"])
    def test_others_are_not(self, problems, language: str) -> None:
        assert problems(f"lang: {language}") == []

    def test_an_unknown_way_of_writing_is_a_mistake(self, make_project) -> None:
        text = "book: {title: A, chapters: [a.md], lang: ja}\nformat:\n  epub:\n    writing-mode: upwards\n"
        (problem,) = read_manifest(make_project({"source/book.yaml": text}))[2]
        assert f"{problem.span} {problem.code}" == "source/book.yaml:4:19 MAN002"
