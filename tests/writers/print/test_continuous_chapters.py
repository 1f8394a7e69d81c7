"""Test run-in chapters, which share pages in one document per part and are found by the checks."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

from tests.conftest import write_files
from tests.writers.print.quires import opened
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.pool import InlineExecutor
from triptych.languages.labels import load_labels
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob, WrittenOutput
from triptych.passes.pages import PrintInfo
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.print.documents import split_into_documents

TEXT = "The words of chapter {0} are these, and they are few enough to leave room below.\n\n"


def chapters(count: int, *, end: str = "") -> dict[str, str | bytes]:
    return {f"source/c{n}.md": f"# Chapter {n}\n\n{TEXT.format(n) * 3}{end}" for n in range(1, count + 1)}


def built(
    tmp_path: Path,
    files: dict[str, str | bytes],
    theme: str = "report",
    memory: Memory = NO_MEMORY,
) -> tuple[bytes, bytes, list[str]]:
    """Return the PDF and the e-book of a project, and the findings of the PDF check."""
    names = ", ".join(sorted(path.removeprefix("source/") for path in files if path.endswith(".md")))
    manifest = f"book:\n  title: A\n  chapters: [{names}]\nlang: en\ntheme: {theme}\n"
    project = Project(write_files(tmp_path, {"source/book.yaml": manifest, **files}), environ={})
    cache = Cache(None, memory=memory)
    settings, book, findings = read_project(project, cache)
    assert settings is not None and book is not None
    assert not [item for item in findings if item.severity == "error"]
    context = BuildContext.for_book(project, book, cache)
    reported: list[PrintInfo] = []
    pdf = OUTPUTS["pdf"].write(WritingJob(book, settings, context, PrintInfo(), reported.append))
    epub = OUTPUTS["epub"].write(WritingJob(book, settings, context, reported[-1]))
    findings = OUTPUTS["pdf"].check_contents(WrittenOutput(pdf.data, [], book), InlineExecutor(), Cache(None))
    return pdf.data, epub.data, [str(item) for item in findings]


def pages_with(data: bytes, words: str) -> list[int]:
    document = pypdfium2.PdfDocument(data)
    texts = (page.get_textpage().get_text_range() for page in document)
    return [number for number, text in enumerate(texts) if words in " ".join(text.split())]


@pytest.mark.e2e
def test_report_chapters_are_continuous_and_house_chapters_start_pages(tmp_path: Path) -> None:
    report, _, result = built(tmp_path / "report", chapters(4))
    house, _, _ = built(tmp_path / "house", chapters(4), "house")
    places = [{*pages_with(data, "words of chapter 1"), *pages_with(data, "words of chapter 2")} for data in (report, house)]  # fmt: skip
    assert len(places[0]) == 1 and len(places[1]) == 2
    assert not result
    assert len(opened(report).pages) < len(opened(house).pages)


def test_continued_chapter_has_no_space_above_at_a_page_start(tmp_path: Path) -> None:
    data, _, _ = built(tmp_path, chapters(12))
    document = pypdfium2.PdfDocument(data)
    tops = {}
    for page in document:
        words = page.get_textpage()
        if match := re.search(r"Chapter (\d+)\s", words.get_text_range()):
            first = words.get_text_range().strip().startswith(match[0].strip())
            height = page.get_height() - max(words.get_charbox(n)[3] for n in range(5)) if first else None
            tops[match[1]] = height
    heads = [round(top) for top in tops.values() if top is not None]
    assert len(heads) >= 2 and len(set(heads)) == 1


@pytest.mark.parametrize("parts", [False, True])
def test_chapters_share_a_document_up_to_the_next_part(tmp_path: Path, parts: bool) -> None:
    listing = "  chapters:\n    - a.md\n    - b.md\n"
    listing += "    - part: Two\n      chapters: [c.md, d.md]\n" if parts else "    - c.md\n    - d.md\n"
    files = {f"source/{name}.md": f"# {name}\n\nText.\n" for name in "abcd"}
    manifest = f"book:\n  title: A\n{listing}lang: en\n"
    project = Project(write_files(tmp_path, {"source/book.yaml": manifest, **files}), environ={})
    _, book, _ = read_project(project, Cache(None))
    assert book is not None
    together = split_into_documents(book, load_labels("en"), continuous=True)
    apart = split_into_documents(book, load_labels("en"))
    names = [[plain.content[0].id for plain in group] for group in (together[1:], apart[1:])]
    assert len(names[1]) == 4
    assert names[0] == ([names[1][0], names[1][2]] if parts else [names[1][0]])


def test_session_reuses_other_chapters_after_an_edit(tmp_path: Path) -> None:
    memory = Memory()
    built(tmp_path, chapters(3), memory=memory)
    edited = {**chapters(3), "source/c3.md": "# Chapter 3\n\nA new sentence.\n"}
    data, _, _ = built(tmp_path, edited, memory=memory)
    assert pages_with(data, "A new sentence.")


def test_the_guard_still_misses_words_of_a_chapter_that_runs_on(tmp_path: Path) -> None:
    files = chapters(4)
    data, _, _ = built(tmp_path / "a", files)
    more = {**files, "source/c2.md": str(files["source/c2.md"]) + "A sentence that is in no PDF at all.\n"}
    names = ", ".join(f"c{n}.md" for n in range(1, 5))
    manifest = f"book:\n  title: A\n  chapters: [{names}]\nlang: en\ntheme: report\n"
    project = Project(write_files(tmp_path / "b", {"source/book.yaml": manifest, **more}), environ={})
    _, book, _ = read_project(project, Cache(None))
    assert book is not None
    assert [
        content.code
        for content in OUTPUTS["pdf"].check_contents(
            WrittenOutput(data, [], book), InlineExecutor(), Cache(None)
        )
    ] == ["CHK017"]


def test_the_e_book_has_a_marker_for_each_page_at_its_first_word(tmp_path: Path) -> None:
    pdf, epub, _ = built(tmp_path, chapters(9))
    document = pypdfium2.PdfDocument(pdf)
    firsts = {}
    for number, page in enumerate(document):
        text = " ".join(page.get_textpage().get_text_range().split())
        firsts[document.get_page_label(number)] = text[:20]
    with zipfile.ZipFile(io.BytesIO(epub)) as package:
        pages = [package.read(name) for name in package.namelist() if name.startswith("EPUB/text/")]
    seen = 0
    for data in pages:
        for marker in etree.fromstring(data).iterfind(".//{*}span[@role='doc-pagebreak']"):
            following = "".join(marker.xpath("following::text()[normalize-space()]")[:1]).split()
            label = marker.get("aria-label")
            assert label is not None and (not firsts[label] or following[0] in firsts[label])
            seen += 1
    assert seen >= 3


@pytest.mark.e2e
def test_heading_with_only_a_float_left_moves_to_its_page(tmp_path: Path) -> None:
    table = (
        "\n## The last heading\n\n| A | B |\n|---|---|\n"
        + "| one | two |\n" * 12
        + "\n: A table {{#tbl-{0}}}\n"
    )
    filler = "A line of text that fills the page until the table has no room on it any more. " * 3 + "\n\n"
    for count in range(6, 14):
        text = f"# Chapter\n\n{filler * count}{table.format(count)}"
        data, _, result = built(tmp_path / str(count), {"source/c1.md": text})
        assert not result
        assert pages_with(data, "The last heading")[-1] == pages_with(data, "Table 1.1")[-1]
