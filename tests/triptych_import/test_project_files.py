"""Test the files of an imported project: manifest, front matter and sections, with errors repaired."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from triptych_import.book import Draft, Metadata, SectionFile, SourceText
from triptych_import.project import (
    format_front_matter,
    format_manifest,
    format_section,
    format_yaml_scalar,
    parse_date,
    repair_project,
)


def section(*texts: str | SourceText, path: str = "a.md", title: str = "", **more: object) -> SectionFile:
    pieces = tuple(
        text if isinstance(text, SourceText) else SourceText(draft=Draft.from_text("a.md", text), title=title)
        for text in texts
    )
    return SectionFile(path=path, source_texts=pieces, **more)  # type: ignore[arg-type]


def nested(text: str, depth: int, title: str = "") -> SourceText:
    return SourceText(draft=Draft.from_text("b.md", text), depth=depth, title=title)


@pytest.mark.parametrize(
    ("value", "scalar"),
    [
        ("Plain words", "Plain words"),
        ("a: b", '"a: b"'),
        ("_a", '"_a"'),
        (" a  b ", '"a b"'),
        ("", '""'),
        ("Ä – “é”", '"Ä – “é”"'),
    ],
)
def test_yaml_scalars_are_quoted_unless_plain(value: str, scalar: str) -> None:
    assert format_yaml_scalar(value) == scalar


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-05-06", "2024-05-06"),
        (" 2024/05/06 ", "2024-05-06"),
        ("6 May 2024", "2024-05-06"),
        ("May 6, 2024", "2024-05-06"),
        ("05/06/2024", "2024-05-06"),
        ("06.05.2024", "2024-05-06"),
        ("2024-05-06T10:00:00Z", "2024-05-06"),
        ("2024-05-06 10:00", "2024-05-06"),
        ("2024-13-06T10:00:00Z", ""),
        ("spring 2024", ""),
        ("", ""),
    ],
)
def test_dates_of_several_formats_are_parsed(text: str, date: str) -> None:
    assert parse_date(text) == date


def test_manifest_contains_all_known_metadata() -> None:
    metadata = Metadata(
        title="Ada's notes",
        subtitle="It's all: here",
        authors=("Ada", "Bo B"),
        date="2024-05-06",
        language="de",
        description="About",
        keywords=("one",),
        rights="CC",
        publisher="P",
        cover="c.png",
        bibliography=("a.bib",),
        csl="x.csl",
    )
    sections = [
        section("# A\n", path="a.md"),
        section("# B\n", path="b.md", part="One: two"),
        section("# C\n", path="c.md", part="One: two"),
        section("# D\n", path="d.md"),
        section("x", path="no.md", is_included=True),
        section("# E\n", path="e.md", part="One: two", is_appendix=True),
    ]
    assert format_manifest(metadata, sections) == (
        'book:\n  title: Ada’s notes\n  subtitle: "It’s all: here"\n  author:\n    - Ada\n    - Bo B\n'
        "  date: 2024-05-06\n  description: About\n  keywords:\n    - one\n  rights: CC\n  publisher: P\n"
        "  cover-image: c.png\n  chapters:\n    - a.md\n"
        '    - part: "One: two"\n      chapters:\n        - b.md\n        - c.md\n    - d.md\n'
        "  appendices:\n    - e.md\n"
        "lang: de\noutput-file: adas-notes\nbibliography: a.bib\ncsl: x.csl\n"
    )


def test_manifest_omits_unknown_metadata() -> None:
    expected = "book:\n  title: T\n  author: Ada\n  chapters: []\n{}output-file: {}\n"
    metadata = Metadata(title="T", authors=("Ada",))
    assert format_manifest(metadata, []) == expected.format("", "t")
    appendix = section("# A\n", is_appendix=True)
    assert format_manifest(metadata, [appendix]) == expected.format("  appendices:\n    - a.md\n", "t")
    assert "output-file: book\n" in format_manifest(Metadata(title="?"), [])


@pytest.mark.parametrize(("depth", "listed"), [(0, 0), (2, 0), (3, 4), (5, 6), (8, 6)])
def test_epub_contents_have_deeper_levels_if_the_source_has(depth: int, listed: int) -> None:
    manifest = format_manifest(Metadata(title="T"), [section("# A\n", nested("x", depth)), section("# B\n")])
    expected = f"format:\n  pdf: default\n  epub: {{toc-depth: {listed}}}\n  pptx: default\n"
    assert manifest.partition("output-file: t\n")[2] == (expected if listed else "")


def test_front_matter_has_lists_and_switches() -> None:
    values: Mapping[str, str | bool | tuple[str, ...]] = {
        "title": "A: b",
        "unlisted": True,
        "tags": ("x", "y: z"),
    }
    expected = '---\ntitle: "A: b"\nunlisted: true\ntags:\n  - x\n  - "y: z"\n---\n\n'
    assert format_front_matter(values) == expected
    assert format_front_matter({}) == ""


@pytest.mark.parametrize(
    ("front", "text", "expected"),
    [
        ({}, "# A\n\nText.\n\n\n", "# A\n\nText.\n"),
        ({}, "Before.\n\n# A\n\nText.\n", "# A\n\nBefore.\n\nText.\n"),
        ({}, "Before.\n\n# A\n\n    code\n", "# A\n\nBefore.\n\n<!-- -->\n\n    code\n"),
        ({}, "<!-- x -->\n# A\n", "<!-- x -->\n# A\n"),
        ({}, "Before.\n\n## A\n", "Before.\n\n## A\n"),
        ({"title": "A *b*"}, "# a  B {#x}\n\nText.\n", '---\ntitle: "A *b*"\nid: x\n---\n\nText.\n'),
        ({"title": "A", "id": "y"}, "# A {#x}\n\nText.\n", "---\ntitle: A\nid: y\n---\n\nText.\n"),
        ({"title": "A"}, "## A\n\nText.\n", "---\ntitle: A\n---\n\n## A\n\nText.\n"),
        ({"title": "A"}, "# B\n\nText.\n", "---\ntitle: A\n---\n\n# B\n\nText.\n"),
        ({"title": "A"}, "Words.\n\n# A\n", "---\ntitle: A\n---\n\nWords.\n\n# A\n"),
    ],
)
def test_chapter_starts_with_its_title_once(front: dict[str, str], text: str, expected: str) -> None:
    assert format_section(section(text, front_matter=front)) == expected


@pytest.mark.parametrize(
    ("text", "has_title"),
    [
        ("Words.\n", False),
        ("# Own\n\nWords.\n", True),
        ("\n<!-- x -->\n# Own\n", True),
        ("Own\n===\n\nWords.\n", True),
        ("## Low\n", False),
        ("Own\n---\n", False),
    ],
)
def test_a_chapter_without_a_heading_has_the_title_of_the_contents(text: str, has_title: bool) -> None:
    assert (
        format_section(section(text, title="Listed")).startswith("---\ntitle: Listed\n---\n") is not has_title
    )


def test_texts_below_a_chapter_have_headings_of_their_depth() -> None:
    pieces = (
        nested("One.\n", 1, "First"),
        nested("## Own\n", 2, "No"),
        nested("\n", 1),
        nested("Deep.\n", 7, "D"),
    )
    expected = "# A\n\n## First\n\nOne.\n\n## Own\n\n###### D\n\nDeep.\n"
    assert format_section(section("# A\n", *pieces)) == expected


def test_included_text_has_no_title() -> None:
    text = "Before.\n\n# A\n"
    assert format_section(section(text, title="T", is_included=True)) == text


def repaired(text: str, **files: bytes) -> tuple[str, list[str]]:
    manifest = b"book:\n  title: T\n  chapters:\n    - a.md\nlang: en\n"
    made, result = repair_project({"source/book.yaml": manifest, "source/a.md": text.encode(), **files})
    return made["source/a.md"].decode(), [finding.action for finding in result]


@pytest.mark.parametrize(
    ("broken", "fixed"),
    [
        ("See @fig-gone here.", "See \\@fig-gone here."),
        ("See [a *b*](gone.md){.x} and [c](https://x.org).", "See a *b* and [c](https://x.org)."),
        ("See [a](<gone file.md>).", "See a."),
        ('Here <a class="x" href="gone.md">a</a>.', "Here <span>a</a>."),
        ("Here ![An *alt*](gone.png){width=5} and ![](gone.png).", "Here An *alt* and ."),
        ("Words[^x].", "Words\\[^x]."),
        ("One {{< include gone.md >}} two.", "One  two."),
        ("Who [@gone; see -@lost] wrote.", "Who [\\@gone; see -\\@lost] wrote."),
        ("::: {.chart type=nothing}\nWords.\n:::", "::: { type=nothing}\nWords.\n:::"),
        ("Words\\index{a|(} more\\index{b}.", "Words more\\index{b}."),
    ],
)
def test_error_is_removed_and_its_text_kept(broken: str, fixed: str) -> None:
    text, actions = repaired(f"# A\n\nOther words.\n\n{broken}\n")
    assert text == f"# A\n\nOther words.\n\n{fixed}\n"
    assert set(actions) == {"removed, keeping its text"}


def test_a_text_without_errors_is_unchanged() -> None:
    text = "# A {#sec-a}\n\nSee @sec-a and `@gone`, a@b.org.\n"
    assert repaired(text) == (text, [])


def test_an_id_that_occurs_twice_is_removed_once() -> None:
    text, actions = repaired("# A\n\n## One {#x}\n\n## Two {#x .y}\n")
    assert text == "# A\n\n## One {#x}\n\n## Two { .y}\n"
    assert len(actions) == 1


def test_references_to_unsupported_targets_are_spelt_out() -> None:
    text, _ = repaired("# A\n\n[Words]{#fig-a}, as @fig-a and [-@fig-a] show.\n")
    assert "as Figure\u00a0(a) and" in text


def test_unparsable_formula_is_kept_as_tex() -> None:
    manifest = b"book:\n  title: T\n  chapters:\n    - a.md\nlang: en\n"
    made, result = repair_project({"source/book.yaml": manifest, "source/a.md": b"# A\n\n$\\nosuch$\n"})
    assert made["source/book.yaml"] == manifest + b"math: keep\n"
    assert [finding.action for finding in result] == ["rendered as TeX with `math: keep`"]


@pytest.mark.parametrize(
    ("slides", "limit", "message"),
    [
        (150, "", ""),
        (151, "  pptx: {max-slides: 200}\n", ""),
        (200, "  pptx: {max-slides: 200}\n", ""),
        (209, "  pptx: {max-slides: 200}\n", "the deck would have about 200 slides"),
    ],
)
@pytest.mark.parametrize("own", ["", "format:\n  pdf: default\n  epub: default\n  pptx: default\n"])
def test_a_deck_has_at_most_200_slides(slides: int, limit: str, message: str, own: str) -> None:
    manifest = f"book:\n  title: T\n  chapters:\n    - a.md\nlang: en\n{own}"
    files = {"source/book.yaml": manifest.encode(), "source/a.md": b"# A\n\nWords.\n"}
    result, findings = repair_project(files, lambda book: slides)
    text = result["source/book.yaml"].decode()
    assert (limit in text) if limit else text == manifest
    assert text.count("format:") == bool(own or limit)
    assert [finding.message for finding in findings] == ([message] if message else [])
