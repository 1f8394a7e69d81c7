"""Test that malicious books are imported or rejected with a position, within time and memory limits.

Whole malicious books are in ``tests/hostile/imports.py``; this module tests the import steps that they would
slow down.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import write_files
from triptych.cli import main
from triptych.engine.processes.limits import LimitExceededError, ResourceLimits
from triptych_import import (
    ImportFailedError,
    captions,
    citations,
    images,
    import_book,
    import_into_folder,
    manual_numbers,
)
from triptych_import import shortcodes as includes
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.chapters import split_chapters
from triptych_import.chunk_replacement import replace_undefined_references
from triptych_import.chunks import _find_strings_between, convert_cell
from triptych_import.contents import _parse_summary_with_parts
from triptych_import.formats import bookdown, markdown_folder, mdbook, quarto
from triptych_import.formats import honkit as templates
from triptych_import.importer import guess_language
from triptych_import.links import resolve_links
from triptych_import.project import format_section

_SIZE = 15_000  # characters, for which each step takes some hundredths of a second
_SECONDS = 2.0  # seconds of processor time, for all steps

# A text that occurs once, one that is repeated after it, and one that ends it.
MARKS = [
    ("", "<!-- ", ""), ("", "<a ", ""), ("", "<a href ", ""), ("<a ", "href=a ", ""), ("<a", "-a", ""),
    ("", "<figure>\n", ""), ("", "<figcaption>", ""), ("", "<img a ", ""), ("", "<Listing a='\n", ""),
    ("", "<table>", ""), ("", "<!-- toc -->\n", ""), ("", "<details>\n", ""),
    ("", "[", "](a)"), ("", "](", ""), ("", "![", ""), ("", "![a](", ""), ("", "[a](b) ", ""), ("", "[^", ""),
    ("", "[a]: b (", ""), ("[a](", "b", ""), ("](", " ", "x"), ("", "![a](http://a/b.png) ", ""),
    ("", "[a]: http://a/b.png\n![a]\n", ""), ("", "[a", "]"), ("{#", "a", ""), ("{", "#a", ""),
    ("# A {", "#a", ""), ("# A", " ", "b"), ("# A", " #", "b"), ("# A", " {#", ""), ("", "# A\n\n", ""),
    ("", "# A {#a}\n\n", ""), ("# ", "9", " A"), ("# ", "1.", " A"), ("a", "_", "b"), ("Figure ", "1.", ""),
    ("", "Figure 1 ", ""), ("", "$ a ", ""), ("", "$$ a ", ""), ("$a", " ", "x"), ("", "\\begin{a} ", ""),
    ("", "\\( a ", ""), ("", "\\\\( a ", ""), ("", "\\begin{equation} ", ""), ("", "$`a`$\n", ""),
    ("", "`", ""), (" ".join("`" * width for width in range(1, 240)), "", ""), ("|" + " ", "|:-", "x"),
    ("a|b\n|-", " ", "x"), ("- ", "- ", "a"), ("", "-  ", "!"), ("", "> ", "[a]"), ("", "> - ", "a"),
    ("::: a", " ", "{"), (":::a[", "]", "{"), ("", "::: a\n", ""), ("", "::: a.b\n", ""),
    ("", "::: {.listing}\n", ""), ("::: {", ".theorem ", ""), ("!!! a ", "a ", '"'), ("> [!a]", " ", "x"),
    ("{% a", " ", "x"), ("", "{% a ", ""), ("", "{% raw %}", ""), ("{% if a %}", "{% else %}", ""),
    ("", "{% if a ", ""), ("", "{{ a }} ", ""), ("{{< a", " ", "x"), ("", "{{< a ", ""), ("{{< a ", "a", ""),
    ("{{#include a", " ", "x"), ("", "{{#include ", ""), ("", "{{#a ", ""), ("", "@a:", ""), ("@a", ":a", ":"),
    ("~", "~", "`"), ("```{", "a", ""), ("```{r}\n", "opts_chunk$set('", ""), ("```{r}\n", "#| a: b\n", "```\n"),
    ("", "```{{r}}\n", ""), ("`r", " ", "x"), ("", "\\index{", ""), ("(ref:a) b\n\n", "(ref:a) ", ""),
    ('```{.a ', 'lst-cap="a" ', ""), ("http://a", "/-badge/", ""), ("", "+++\n", ""), ("---\na: b\n", "a: b\n", ""),
    ("# (PART) a", " ", "x"), ("- a", " ", "x"), ("", "\n", ""), ("", " ", ""), ("", "\t", "a"), ("", "* a **b ", ""),
]  # fmt: skip


def _nothing(path: str) -> None:
    return None


@pytest.mark.e2e
@pytest.mark.parametrize("marks", MARKS, ids=lambda marks: repr("".join(marks)[:24]))
def test_every_step_takes_linear_time(marks: tuple[str, str, str]) -> None:
    first, repeated, last = marks
    size = _SIZE // 5 if "\n" in repeated else _SIZE
    text = f"{first}{repeated * (size // max(len(repeated), 1))}{last}\n"
    started = time.process_time()
    drafts = [
        markdown_folder.prepare_text(Draft.from_text("a.md", text), pandoc=pandoc)[0]
        for pandoc in (True, False)
    ]
    drafts.append(mdbook.convert_chapter(Draft.from_text("a.md", text), _nothing, math=True)[0])
    drafts.append(quarto.prepare_text(Draft.from_text("a.md", text))[0])
    drafts.append(templates.resolve_template_tags(Draft.from_text("a.md", text), {}, _nothing))
    convert_cell(text, str)
    guess_language([text])
    list(_parse_summary_with_parts(text))
    split_chapters(Draft.from_text("a.md", text), opening_title="A")
    assert time.process_time() - started < _SECONDS
    for draft in (drafts[1], Draft.from_text("a.md", text)):
        started = time.process_time()
        _through(draft)
        assert time.process_time() - started < _SECONDS


def _through(draft: Draft) -> None:
    """Pass a text through all import steps of a whole book."""
    section = SectionFile(path="a.md", source_texts=(SourceText(draft=draft, title="A"),))
    (section,) = bookdown.convert_references(bookdown._resolve_text_references([section]))
    book = SourceBook(metadata=Metadata(title="T"), sections=(section,))
    book = captions.convert_captions(images.remove_badges(book))
    book = resolve_links(citations.escape_undefined_citations(book, _nothing), lambda _: "no such file").book
    format_section(manual_numbers.remove_manual_numbers(replace_undefined_references(book)).sections[0])


def test_files_that_are_put_in_have_a_depth_and_a_size() -> None:
    def read(path: str) -> str:
        level = int(path[1:-3])
        return "bang\n" if level == 8 else f"{{{{#include i{level + 1}.md}}}}\n" * 10

    started = time.process_time()
    text = "\n{{#include i0.md}}\n"
    draft = includes.expand_includes(Draft.from_text("a.md", text), read)
    findings = list(draft.findings)
    assert time.process_time() - started < _SECONDS
    assert (draft.text, len(findings)) == (text, 1)
    assert "exceed 2 million characters" in findings[0].message

    text = "{{#include a.md}}\n"
    draft = includes.expand_includes(Draft.from_text("a.md", text), lambda path: text)
    findings = list(draft.findings)
    assert draft.text == text
    assert [str(note) for note in findings] == [
        'a.md:1:1: note: "a.md" includes itself; kept the include directive as literal text'
    ]


def test_template_expansion_is_limited() -> None:
    text = '{% include "b.md" %}\n' * 20
    draft = templates.resolve_template_tags(Draft.from_text("a.md", text), {}, lambda path: "a" * 1_000_000)
    findings = list(draft.findings)
    assert len(draft.text) < 3_000_000
    assert (len(findings), findings[0].line) == (18, 3)


def test_values_between_parts_of_a_line() -> None:
    assert _find_strings_between(["a ", " b ", ""], "a 1 b 2 b 3") == ["1", "2 b 3"]
    assert _find_strings_between(["a", "a"], "a") == []
    assert _find_strings_between(["x", " ", "y"], "x12 3y") == ["12", "3"]


QUARTO = "project: {type: book}\nbook: {title: A, chapters: [index.qmd]}\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, ".:1:1: error[IMP001]: no importable book found"),
        ({"_quarto.yml": f"{QUARTO}x: [\n"}, "_quarto.yml:3:4: error[IMP002]: "),
        (
            {"_quarto.yml": QUARTO},
            "_quarto.yml:1:1: error[IMP001]: no readable chapters found in this Quarto source",
        ),
        (
            {"_quarto.yml": f"{QUARTO}x: {'[' * 5000}"},
            "_quarto.yml:3:1004: error[IMP002]: values are nested more than",
        ),
        (
            {"a.md": "# A\n\n" + "".join(" " * 2 * n + "- a\n" for n in range(70))},
            "a.md:33:1: error[IMP003]: lists",
        ),
        ({"a.md": f"# A\n\n{'> ' * 70}a\n"}, "a.md:3:1: error[IMP003]: lists or block quotes"),
        ({"_bookdown.yml": "a: b\n  c: d\n"}, "_bookdown.yml:2:3: error[IMP002]: "),
        (
            {"one.md": "a" * 5_000_001},
            "one.md:1:1: error[IMP003]: the file is longer than 5 million characters",
        ),
    ],
)
def test_a_refusal_names_file_and_line(tmp_path: Path, files: Mapping[str, str], told: str) -> None:
    source = write_files(tmp_path / "in", files)
    source.mkdir(exist_ok=True)
    with pytest.raises(ImportFailedError) as rejected:
        import_book(source)
    assert str(rejected.value).startswith(told)
    assert "\n  hint: " in str(rejected.value)


def test_overlong_numbers_are_reported(tmp_path: Path) -> None:
    files = {
        "book.toml": f"[book]\ntitle = {'9' * 5000}\n",
        "src/SUMMARY.md": "- [A](a.md)\n",
        "src/a.md": "# A\n",
    }
    notes = [str(note) for note in import_book(write_files(tmp_path, files)).findings]
    assert [note for note in notes if note.startswith("book.toml:1:1: note: the settings cannot be parsed")]


def test_slow_text_is_reported_at_its_longest_paragraph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise LimitExceededError("it takes more than 20 s", "one.md")

    source = write_files(tmp_path / "in", {"one.md": "# A\n\nShort.\n\n\nThis one is longer\n\nEnd\n"})
    monkeypatch.setattr("triptych_import.importer.run_with_limits", ended)
    with pytest.raises(
        ImportFailedError, match=r"^one\.md:6:1: error\[IMP003\]: .*more than 20 s"
    ) as rejected:
        import_into_folder(tmp_path / "out", source)
    assert rejected.value.finding.hint


def test_trusted_import_has_higher_limits_and_a_stopped_one_leaves_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[ResourceLimits] = []

    def ended_at_writing(bounds: ResourceLimits, job: object, to: Path, path: Path, *_: object) -> None:
        given.append(bounds)
        write_files(to, {"source/book.yaml": "book:"})
        raise LimitExceededError("it takes too much memory", path.name)

    source = write_files(tmp_path / "in", {"one.md": "# A\n"}) / "one.md"
    monkeypatch.setattr("triptych_import.importer.run_with_limits", ended_at_writing)
    for limits in ("strict", "trusted"):
        command = ["import", str(source), str(tmp_path / "out"), "--limits", limits]
        text = CliRunner().invoke(main, command)
        assert text.exit_code == 1
        assert ("--limits trusted" in text.stderr) == (limits == "strict")
        assert not (tmp_path / "out").exists()
    strict, trusted = given
    assert trusted == strict.scale(10)


def test_rejection_is_printed_as_json(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(
        main, ["import", str(tmp_path / "empty"), str(tmp_path / "out"), "--format", "json"]
    )
    text = json.loads(result.stdout)
    assert (result.exit_code, text["code"], text["path"], text["line"]) == (1, "IMP001", ".", 1)
