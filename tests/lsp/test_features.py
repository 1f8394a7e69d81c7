"""Test language server features on small projects that are read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.conftest import write_files
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import Memory
from triptych.lsp.actions import list_quick_fixes
from triptych.lsp.completion import Completer
from triptych.lsp.diagnostics import convert_finding
from triptych.lsp.document import Document
from triptych.lsp.hover import make_hover
from triptych.lsp.index import ProjectIndex
from triptych.lsp.navigation import (
    RenameError,
    find_definition,
    find_references,
    find_workspace_symbols,
    list_document_links,
    list_document_symbols,
    prepare_rename,
    rename,
)
from triptych.lsp.snapshot import draw_picture, read_snapshot
from triptych.project import MANIFEST

BOOK = """\
book: {title: T, author: A, chapters: [one.md, {part: P, chapters: [two.md]}]}
lang: en
bibliography: refs.bib
glossary: terms.yaml
variables: {edition: third}
talk:
  slides: [sld-start, fig-tower]
profiles:
  short: {book: {chapters: [short.md]}}
format: {epub: default, pptx: default}
"""
ONE = """\
---
title: One
id: sec-one
---

技术 𝟙 see @fig-tower, [-@fig-tower] and [@sec-two, p. 3]. 见@fig-tower中. A \\ref{fig-tower}.
Not `@fig-tower`, me@fig-tower.org or \\@fig-tower.

![The tower](images/tower.svg){#fig-tower width=30%
fig-alt="A {red} tower."}

::: {#fig-growth .chart type=bar data=data/growth.csv x=year y="solar power,wind"
fig-alt="Bars."}
Growth
:::

As Smith says [@smith2020; see @jones1999, p. 2], a [GW]{.gls} and [gigawatts]{.term}, \\gls{watt}.

$$ x = 1 $$ {#eq-x}

```{.python #lst-x}
# @fig-tower {#fig-no}
```

## The ground {#sec-ground}

[A link](two.md#other-part), [the tower](#fig-tower), [The ground] and @eq-x.

{{< include _part.md >}}

::: {.slide #sld-start}
# Start
:::
"""
FILES: Mapping[str, str | bytes] = {
    "source/book.yaml": BOOK,
    "source/one.md": ONE,
    "source/two.md": "# Two {#sec-two}\n\n## Other part\n\nSee @fig-tower and @lst-x.\n",
    "source/_part.md": "Included: @fig-growth and @fig-tower.\n",
    "source/short.md": '# Short\n\n![Another](images/tower.svg){#fig-tower fig-alt="Other."}\n\n@fig-tower\n',
    "source/images/tower.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80"><rect width="9" height="9"/></svg>',
    "source/data/growth.csv": "year,solar power,wind\n2019,1,2\n2020,3,4\n",
    "source/refs.bib": "@book{smith2020,\n  author = {Smith, Ann}, title = {A {B}ook}, year = 2020}\n"
    "@book{jones1999, author = {Jones, Bo}, title = {Old}, year = 1999}\n"
    "@book{uncited, author = {Roe, Cy and Doe, Di}, title = {New}, year = 2001}\n",
    "source/terms.yaml": "- term: gigawatt\n  abbreviation: GW\n  definition: A billion *watts*.\n"
    "- term: watt\n  definition: A unit.\n",
}
Open = Callable[..., Document]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ProjectIndex, Memory]:
    root = write_files(tmp_path_factory.mktemp("lsp"), FILES)
    index, memory = ProjectIndex(root), Memory()
    index.snapshot = read_snapshot(root, {}, memory)
    assert index.snapshot.is_complete
    return root, index, memory


@pytest.fixture
def open_document(project: tuple[Path, ProjectIndex, Memory]) -> Open:
    root, result, _ = project

    def open_text(path: str = "source/one.md", text: str | None = None, **more: Any) -> Document:
        index = ProjectIndex(root)
        index.snapshot = result.snapshot
        if text is not None:
            index.set_open_text(path, text)
        source = index.get_text(path)
        assert source is not None
        return Document(index, path, source, "utf-16", lambda name: f"test:{name}", **more)

    return open_text


def texts_at(document: Document, locations: list[types.Location]) -> list[tuple[str, str]]:
    """Return the file and the text of each location."""
    result = []
    for location in locations:
        path = location.uri.removeprefix("test:")
        source = document.index.get_text(path)
        assert source is not None
        start, end = (
            source.get_offset(place, "utf-16") for place in (location.range.start, location.range.end)
        )
        result.append((path.removeprefix("source/"), source.text[start:end]))
    return result


def at(document: Document, mark: str, shift: int = 1, nth: int = 0) -> int:
    offset = -1
    for _ in range(nth + 1):
        offset = document.source.text.index(mark, offset + 1)
    return offset + shift


class TestDefinition:
    @pytest.mark.parametrize(
        ("mark", "place"),
        [
            ("@fig-tower", ("one.md", "fig-tower")),
            ("@sec-two", ("two.md", "sec-two")),
            ("\\ref{fig-tower", ("one.md", "fig-tower")),
            ("@eq-x", ("one.md", "eq-x")),
            ("#fig-tower)", ("one.md", "fig-tower")),
            ("#other-part", ("two.md", "## Other part")),
            ("The ground]", ("one.md", "## The ground {#sec-ground}")),
            ("@smith2020", ("refs.bib", "smith2020")),
            ("@jones1999", ("refs.bib", "jones1999")),
            ("GW]", ("terms.yaml", "GW")),
            ("gigawatts]", ("terms.yaml", "gigawatt")),
            ("\\gls{watt", ("terms.yaml", "watt")),
            ('wind"', ("data/growth.csv", "wind")),
            ("solar power,", ("data/growth.csv", "solar power")),
            ("data/growth", ("data/growth.csv", "")),
            ("images/tower", ("images/tower.svg", "")),
            ("_part.md", ("_part.md", "")),
            ("two.md#", ("two.md", "")),
        ],
    )
    def test_name_links_to_its_definition(
        self, open_document: Open, mark: str, place: tuple[str, str]
    ) -> None:
        document = open_document()
        shift = mark.index("{") + 2 if mark.startswith("\\") else 2
        assert texts_at(document, find_definition(document, at(document, mark, shift))) == [place]

    @pytest.mark.parametrize("mark", ["`@fig-tower`", "me@fig-tower", "\\@fig-tower", "# @fig-tower"])
    def test_code_addresses_and_escapes_are_not_references(self, open_document: Open, mark: str) -> None:
        document = open_document()
        assert find_definition(document, at(document, mark, len(mark) - 3)) == []

    def test_a_reference_after_a_chinese_letter_is_one(self, open_document: Open) -> None:
        document = open_document()
        offset = at(document, "见@fig-tower", 4)
        assert texts_at(document, find_definition(document, offset)) == [("one.md", "fig-tower")]

    def test_ids_in_the_manifest_link_to_sections(self, open_document: Open) -> None:
        document = open_document(MANIFEST)
        offset = at(document, "sld-start")
        assert texts_at(document, find_definition(document, offset)) == [("one.md", "sld-start")]

    def test_each_edition_has_separate_ids(self, open_document: Open) -> None:
        document = open_document("source/short.md")
        offset = at(document, "@fig-tower", 2)
        assert texts_at(document, find_definition(document, offset)) == [("short.md", "fig-tower")]

    def test_the_unsaved_text_counts(self, open_document: Open) -> None:
        document = open_document(text="New line 𝟙.\n\n![N](images/tower.svg){#fig-new}\n\nSee @fig-new.\n")
        offset = at(document, "@fig-new", 3)
        assert texts_at(document, find_definition(document, offset)) == [("one.md", "fig-new")]


class TestReferences:
    def test_all_uses_of_an_id_are_found(self, open_document: Open) -> None:
        document = open_document()
        result = texts_at(
            document, find_references(document, at(document, "#fig-tower width", 3), with_definition=False)
        )
        assert {text for _, text in result} == {"fig-tower"}
        assert sorted(file for file, _ in result) == ["_part.md", "book.yaml", *["one.md"] * 5, "two.md"]

    def test_the_definition_is_included_on_request(self, open_document: Open) -> None:
        document = open_document("source/two.md")
        offset = at(document, "@lst-x", 3)
        assert texts_at(document, find_references(document, offset, with_definition=True)) == [
            ("one.md", "lst-x"),
            ("two.md", "lst-x"),
        ]

    def test_uses_of_a_source_are_found_from_the_bibliography(self, open_document: Open) -> None:
        document = open_document("source/refs.bib")
        offset = at(document, "smith2020", 3)
        assert texts_at(document, find_references(document, offset, with_definition=False)) == [
            ("one.md", "smith2020")
        ]

    def test_uses_of_a_term_are_found_by_all_its_names(self, open_document: Open) -> None:
        document = open_document("source/terms.yaml")
        offset = at(document, "watt\n  definition", 1)
        assert texts_at(document, find_references(document, offset, with_definition=False)) == [
            ("one.md", "watt")
        ]


class TestRename:
    def test_an_id_is_renamed_in_all_files_of_its_edition(self, open_document: Open) -> None:
        document = open_document("source/two.md")
        edit = rename(document, at(document, "@fig-tower", 3), "fig-mast")
        assert edit.changes is not None
        result = {}
        for uri, edits in edit.changes.items():
            source = document.index.get_text(uri.removeprefix("test:"))
            assert source is not None
            text = source.text
            for item in sorted(edits, key=lambda one: (-one.range.start.line, -one.range.start.character)):
                start, end = (source.get_offset(p, "utf-16") for p in (item.range.start, item.range.end))
                text = text[:start] + item.new_text + text[end:]
            result[uri.removeprefix("test:source/")] = text
        kept = ("`@fig-tower`", "me@fig-tower", "\\@fig-tower", "# @fig-tower {#fig-no}")
        expected = ONE
        for number, words in enumerate(kept):
            expected = expected.replace(words, f"<{number}>")
        expected = expected.replace("fig-tower", "fig-mast")
        for number, words in enumerate(kept):
            expected = expected.replace(f"<{number}>", words)
        assert result == {
            "one.md": expected,
            "two.md": str(FILES["source/two.md"]).replace("fig-tower", "fig-mast"),
            "_part.md": str(FILES["source/_part.md"]).replace("fig-tower", "fig-mast"),
            "book.yaml": BOOK.replace("fig-tower", "fig-mast"),
        }

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("fig-growth", "already in use"),
            ("tbl-tower", "must start with fig-"),
            ("tower", "must start with fig-"),
            ("fig tower", "is not an id"),
            ("", "is not an id"),
            ("fig-a]{x", "is not an id"),
        ],
    )
    def test_unusable_name_is_rejected(self, open_document: Open, name: str, reason: str) -> None:
        document = open_document()
        with pytest.raises(RenameError, match=reason):
            rename(document, at(document, "@fig-tower", 3), name)

    def test_id_without_a_prefix_cannot_be_renamed_with_one(self, open_document: Open) -> None:
        document = open_document(text="# A {#alpha}\n\n[x](#alpha)\n")
        with pytest.raises(RenameError, match="prefix of a numbered element"):
            rename(document, at(document, "#alpha", 2), "fig-alpha")

    def test_only_ids_can_be_renamed(self, open_document: Open) -> None:
        document = open_document()
        with pytest.raises(RenameError, match="only ids"):
            prepare_rename(document, at(document, "@smith2020", 3))
        with pytest.raises(RenameError, match="not written"):
            prepare_rename(document, at(open_document(), "two.md#other-part", 9))

    def test_rename_range_covers_the_name_only(self, open_document: Open) -> None:
        document = open_document()
        place = prepare_rename(document, at(document, "见@fig-tower中", 4))
        assert texts_at(document, [types.Location("test:source/one.md", place)]) == [("one.md", "fig-tower")]

    def test_rename_of_a_file_name_id_explains_what_to_write(self, open_document: Open) -> None:
        document = open_document(text="# One\n\nSee @sec-one.\n")
        with pytest.raises(RenameError, match="write `id: sec-one` in the front matter"):
            prepare_rename(document, at(document, "@sec-one", 3))


def complete(document: Document, offset: int) -> dict[str, types.CompletionItem]:
    return {item.label: item for item in Completer(document, offset).complete().items}


class TestCompletion:
    @pytest.mark.parametrize(
        ("text", "expected", "absent"),
        [
            ("See @fi|", {"fig-tower", "sec-two", "eq-x", "smith2020", "uncited"}, {"sld-start"}),
            ("See [see -@|", {"fig-tower", "jones1999"}, set()),
            ("见@fig|", {"fig-tower"}, set()),
            ("[x](#|", {"fig-tower", "sld-start"}, {"smith2020"}),
            ("[x](two.md#|", {"sec-two"}, {"fig-tower"}),
            ("![x](images/|", {"images/tower.svg"}, set()),
            ("::: {.|", {"chart", "callout-note"}, {"data"}),
            ("::: |", {"notes", "callout-tip"}, set()),
            ("::: {.chart |", {"type", "data", "x", "highlight"}, set()),
            ("::: {.chart type=|", {"bar", "line"}, {"fig-tower"}),
            ("::: {.chart data=|", {"data/growth.csv"}, {"refs.bib"}),
            ("::: {.chart data=data/growth.csv x=|", {"year", "solar power", "wind"}, set()),
            ('::: {.chart data=data/growth.csv y="wind,|', {"solar power"}, set()),
            ("::: {.chart x=| data=data/growth.csv}", {"year", "wind"}, set()),
            ("![x](y.svg){fig-align=|", {"center", "left"}, set()),
            ("[w]{.term term=|", {"gigawatt", "GW"}, set()),
            ("Two [G|", {"GW", "gigawatt"}, set()),
            ("Two \\gls{|", {"GW", "watt"}, set()),
            ("{{< |", {"include", "var"}, set()),
            ("{{< var |", {"edition"}, set()),
            ("{{< include |", {"one.md", "two.md"}, {"_part.md"}),
            ("[]{.page of=|", {"fig-tower", "sec-ground"}, set()),
            ("---\nti|\n---\n", {"title", "summary", "slides"}, {"fig-tower"}),
            ("---\nrole: |\n---\n", {"preface", "dedication"}, {"title"}),
            ("---\nslides:\n  m|\n---\n", {"mode", "max"}, {"title"}),
            ("---\nslides: {mode: |}\n---\n", {"explicit", "none"}, {"max"}),
            ("me@|", set(), {"fig-tower"}),
            ("`x @|", {"fig-tower"}, set()),
            ("```\n@|\n```\n", set(), {"fig-tower"}),
        ],
    )
    def test_matching_items_are_completed(
        self, open_document: Open, text: str, expected: set[str], absent: set[str]
    ) -> None:
        before, _, after = text.partition("|")
        document = open_document("source/_part.md", before + after)
        result = complete(document, len(before))
        assert expected <= result.keys()
        assert not absent & result.keys()

    @pytest.mark.parametrize(
        ("text", "expected", "absent"),
        [
            ("bo|\nlang: en\n", {"book", "format", "talk"}, {"title"}),
            ("book:\n  ti|\n", {"title", "chapters"}, {"format"}),
            ("book:\n  title: T\n  author:\n    - name: A\n      ro|\n", {"role", "file-as"}, {"title"}),
            ("book:\n  chapters:\n    - |\n", {"one.md", "two.md"}, {"refs.bib"}),
            ("book:\n  chapters:\n  - part: P\n    |\n", {"summary", "chapters"}, {"lang"}),
            ("bibliography: |\n", {"refs.bib"}, {"one.md"}),
            ("format:\n  pdf:\n    |\n", {"page-size", "toc-depth"}, {"book"}),
            ("format: {pdf: {lo|}}\n", {"lof", "lot"}, {"pdf"}),
            ("format: {pdf: {lof: |}}\n", {"true", "false"}, {"lot"}),
            ("jinja: |\n", {"true", "false"}, set()),
            ("lint:\n  |\n", {"unused-footnote"}, set()),
            ("lint:\n  unused-footnote: |\n", {"off", "error"}, set()),
            ("profiles:\n  short:\n    bo|\n", {"book", "format"}, set()),
            ("profiles:\n  short:\n    format:\n      pdf:\n        |\n", {"toc-depth"}, set()),
            ("book: {chapters: [one.md, short.md]}\ntalk:\n  slides: [|]\n", {"fig-tower"}, {"refs.bib"}),
        ],
    )
    def test_keys_and_values_of_the_manifest_are_offered(
        self, open_document: Open, text: str, expected: set[str], absent: set[str]
    ) -> None:
        before, _, after = text.partition("|")
        result = complete(open_document(MANIFEST, before + after), len(before))
        assert expected <= result.keys()
        assert not absent & result.keys()

    def test_keys_of_a_glossary_are_offered(self, open_document: Open) -> None:
        text = "- term: watt\n  de"
        assert "definition" in complete(open_document("source/terms.yaml", text), len(text))

    def test_an_item_replaces_the_typed_part_and_shows_the_caption(self, open_document: Open) -> None:
        text = "𝟙 @fig-t"
        document = open_document("source/two.md", text)
        item = complete(document, len(text))["fig-tower"]
        assert item.detail == "Figure\u00a01.1: The tower"
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == "fig-tower"
        assert (item.text_edit.range.start.character, item.text_edit.range.end.character) == (4, 9)

    def test_a_column_with_a_space_is_quoted(self, open_document: Open) -> None:
        text = "::: {.chart data=data/growth.csv x=so"
        item = complete(open_document(text=text), len(text))["solar power"]
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == '"solar power"'
        assert item.detail == "1, 3"

    def test_a_term_is_completed_with_its_class(self, open_document: Open) -> None:
        item = complete(open_document(text="Two [G"), 6)["GW"]
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == "GW]{.gls}"


class TestHover:
    @pytest.mark.parametrize(
        ("mark", "expected"),
        [
            ("@fig-tower", "**Figure\u00a01.1**: The tower"),
            ("@eq-x", "Equation\u00a0(1.1)"),
            ("@sec-two", "**Chapter\u00a02**: Two"),
            ("@smith2020", "Smith, Ann. 2020. A Book."),
            ("@jones1999", "Jones, Bo"),
            ("GW]", "**gigawatt**\n\nA billion watts."),
            ("data/growth", "| wind | 2, 4 |"),
            ("year y", "**year**, a column of `source/data/growth.csv`\n\n2019, 2020"),
            (".gls", "Links a term to its entry in the glossary."),
            ("type=bar", "Kind of chart."),
            ("title: One", "Title of the chapter"),
        ],
    )
    def test_a_name_is_explained(self, open_document: Open, mark: str, expected: str) -> None:
        document = open_document()
        hover = make_hover(document, at(document, mark, 2))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert expected in hover.contents.value

    def test_a_figure_shows_its_picture(
        self, open_document: Open, project: tuple[Path, ProjectIndex, Memory]
    ) -> None:
        _, index, memory = project
        for name in ("fig-tower", "fig-growth"):
            picture = draw_picture(name, memory)
            assert picture is not None
            assert picture.startswith(b"\x89PNG")
            assert len(picture) < 40_000
        digest = index.snapshot.targets["fig-tower"].picture
        document = open_document(pictures={digest: b"png"})
        hover = make_hover(document, at(document, "@fig-tower", 2))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "![The tower](data:image/png;base64,cG5n)" in hover.contents.value

    def test_a_finding_is_explained(self, open_document: Open) -> None:
        finding = Diagnostic(code="LNT012", span=Span(path="source/one.md", line=6, column=1), message="m")
        document = open_document(findings=(finding,))
        hover = make_hover(document, at(document, "技术", 1))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith("**LNT012**")

    def test_a_key_of_the_manifest_is_explained(self, open_document: Open) -> None:
        document = open_document(MANIFEST)
        hover = make_hover(document, at(document, "bibliography", 2))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith("`bibliography`")

    def test_plain_words_have_no_hover(self, open_document: Open) -> None:
        document = open_document()
        assert make_hover(document, at(document, "As Smith", 5)) is None


class TestSymbolsAndLinks:
    def test_ids_are_below_their_headings(self, open_document: Open) -> None:
        symbols = list_document_symbols(
            open_document("source/two.md", "# A {#sec-a}\n\n## B\n\n$$x$$ {#eq-b}\n\n# C\n")
        )
        assert [
            (
                symbol.name,
                [(two.name, [three.name for three in two.children or ()]) for two in symbol.children or ()],
            )
            for symbol in symbols
        ] == [
            ("A", [("B", ["eq-b"])]),
            ("C", []),
        ]

    def test_all_words_of_a_query_are_found_in_names_and_captions(self, open_document: Open) -> None:
        document = open_document()
        assert [
            workspace_symbol.name for workspace_symbol in find_workspace_symbols(document, "FIG growth")
        ] == ["fig-growth"]
        assert {workspace_symbol.name for workspace_symbol in find_workspace_symbols(document, "tower")} == {
            "fig-tower"
        }
        assert "Other part" in {
            workspace_symbol.name for workspace_symbol in find_workspace_symbols(document, "")
        }

    def test_files_are_links(self, open_document: Open) -> None:
        document = open_document()
        links = {document_link.target for document_link in list_document_links(document)}
        names = ("images/tower.svg", "data/growth.csv", "two.md", "_part.md")
        assert links == {f"test:source/{name}" for name in names}

    def test_the_manifest_links_to_sections_and_other_files(self, open_document: Open) -> None:
        links = {document_link.target for document_link in list_document_links(open_document(MANIFEST))}
        names = ("one.md", "two.md", "short.md", "refs.bib", "terms.yaml")
        assert links == {f"test:source/{name}" for name in names}


class TestQuickFixes:
    @pytest.mark.parametrize(
        ("text", "message", "hint", "fixed"),
        [
            (
                "𝟙 @fig-twoer.",
                'no figure has the id "fig-twoer"',
                'did you mean "fig-tower"?',
                "𝟙 @fig-tower.",
            ),
            ("A @Fig-x.", 'the bibliography has no entry with the key "Fig-x"', "write @fig-x for a", None),
            ("A @Fig-x.", '"@Fig-x" is not a valid cross-reference', "write @fig-x", "A @fig-x."),
        ],
    )
    def test_suggested_word_can_be_applied(
        self, open_document: Open, text: str, message: str, hint: str, fixed: str | None
    ) -> None:
        span = Span(path="source/two.md", column=3)
        finding = Diagnostic(code="REF001", span=span, message=message, hint=hint)
        document = open_document("source/two.md", text, findings=(finding,))
        diagnostic = convert_finding(finding, document.source, "utf-16", lambda span: None)
        actions = list(list_quick_fixes(document, [diagnostic]))
        assert len(actions) == (fixed is not None)
        for action in actions:
            assert action.edit and action.edit.changes
            (edit,) = action.edit.changes["test:source/two.md"]
            start, end = (document.get_offset(place) for place in (edit.range.start, edit.range.end))
            assert text[:start] + edit.new_text + text[end:] == fixed


def test_invalid_manifest_keeps_the_last_section_list(open_document: Open) -> None:
    document = open_document()
    assert len(document.index.list_all_sections()) == 4
    document.index.set_open_text(MANIFEST, "book: {chapters: [one.md\n")
    assert len(document.index.list_all_sections()) == 4


def test_invalid_section_keeps_the_ids_of_others(tmp_path: Path) -> None:
    root = write_files(tmp_path, {**FILES, "source/one.md": b"\xff\xfe"})
    snapshot = read_snapshot(root, {}, Memory())
    assert "sec-two" in snapshot.targets
    assert "SEC003" in {finding.code for finding in snapshot.findings}
