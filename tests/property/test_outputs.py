"""Test that any Markdown without errors gives complete, valid outputs."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import tiny_png, write_files
from tests.property.strategies import markdown, words
from triptych.build_context import BuildContext
from triptych.checks.epub import check_epub
from triptych.diagnostics import Diagnostic, has_errors
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Reference
from triptych.model.walk import chapter_nodes
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.project import Project
from triptych.settings.manifest import Manifest
from triptych.stages import read_project
from triptych.writers.print.documents import split_into_documents

pytestmark = pytest.mark.e2e

SECTIONS = 4  # in one pandoc process, whose start takes most of the time
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANIFEST = (
    "book:\n  title: 'A <book> & more'\n  lang: en\n  chapters: [s0.md, s1.md, {part: The part, chapters: [s2.md]}]\n"
    "  appendices: [s3.md]\nbibliography: refs.bib\nformat:\n  epub:\n    embed-fonts: false\n"
)
BIB = "@book{known,\n  author = {Knuth & Sons},\n  title = {A <b>book</b>},\n  year = {1984},\n}\n"

defined = st.sampled_from(["fig-a", "sec-b", "tbl-c", "eq-d", "lst-e"])
# Markdown without errors, so that outputs are written.
valid_blocks = st.one_of(
    st.lists(words, min_size=1, max_size=6).map(" ".join),
    st.builds(
        "## {}".format,
        st.sampled_from(["Same", "A $x^2$ & <b>b</b>", "*E* `c`", "中文", "1", "Toc", "Notes"]),
    ),
    st.sampled_from(
        [
            "Text with a note.^[Its *words* [link](https://a.example).] And [@known, p. 5]; @known says.",
            "A <kbd>K</kbd>, ~~s~~, H~2~O, $a < b$, “q” 'r', \"s\" -- ... &amp; &lt; \u00a0\u2028x",
            "1. a\n2. b\n\n   c\n\n(@) x\n",
            "- [ ] a\n- [x] b\n    - c",
            "| a\n|  b",
            "> q\n>\n> > r",
            "> [!WARNING]\n> Careful",
            "Term\n: One\n: Two^[Note in a definition.]",
            "$$\n\\frac{a}{b} < c\n$$",
            "```{.python}\nif a < b & c: pass\n```",
            "```{=html}\n<script>alert(1)</script>\n```",
            "<table><tr><td>raw</td></tr></table>",
            "+---+---+\n| a | b |\n+===+===+\n| - c | d |\n+---+---+",
            "![A <dot>](dot.png)",
            "![](dot.png){.decorative width=50%}",
            '::: {.chart data=data.csv x=x y=y type=line fig-alt="<A>"}\nC\n:::',
            "::: {.columns}\n::: {.column width=40%}\na\n:::\n::: {.column}\nb\n:::\n:::",
            "::: {.slide title=S}\n- a\n:::",
            "::: notes\nn\n:::",
            "* * *",
            "[^n]\n\n[^n]: Note\n\n    - with\n    - a list",
        ]
    ),
)
valid = st.lists(valid_blocks, min_size=1, max_size=7).map("\n\n".join)


def read_all(folder: Path, texts: list[str]) -> tuple[Project, Manifest, Book, list[Diagnostic]]:
    files = {
        "source/book.yaml": MANIFEST,
        "source/refs.bib": BIB,
        "source/dot.png": tiny_png(),
        "source/data.csv": "x,y\n1,2\n2,3\n",
        **{f"source/s{n}.md": text for n, text in enumerate(texts)},
    }
    project = Project(write_files(folder, files), environ={})
    manifest, book, result = read_project(project, Cache(None))
    assert manifest is not None and book is not None
    return project, manifest, book, result


def texts_of(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=SECTIONS, max_size=SECTIONS)


def pages_of(epub: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        return {
            n: etree.fromstring(archive.read(n))
            for n in archive.namelist()
            if n.endswith((".xhtml", ".opf", ".ncx"))
        }


def repeated_ids(root: etree._Element) -> list[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    return [str(name) for name, count in ids.items() if count > 1]


@FEW
@given(texts_of(st.one_of(markdown, valid)))
def test_every_page_of_the_e_book_parses(texts: list[str]) -> None:
    """Test that each page of the e-book is well-formed, even if a real build would stop at errors."""
    with tempfile.TemporaryDirectory() as name:
        project, manifest, book, _ = read_all(Path(name), texts)
        context = BuildContext.for_book(project, book, Cache(None))
        data = OUTPUTS["epub"].write(WritingJob(book, manifest, context)).data
    assert pages_of(data)


@FEW
@given(texts_of(valid))
def test_an_e_book_of_a_source_without_errors_passes_the_check(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        project, manifest, book, result = read_all(Path(name), texts)
        assert not has_errors(result), [str(finding) for finding in result]
        context = BuildContext.for_book(project, book, Cache(None))
        data = OUTPUTS["epub"].write(WritingJob(book, manifest, context)).data
    assert [str(finding) for finding in check_epub(data)] == []
    assert [name for name, page in pages_of(data).items() if repeated_ids(page)] == []


@FEW
@given(texts_of(valid))
def test_print_document_is_complete(texts: list[str]) -> None:
    """Test that print documents are well-formed, with unique ids and a target for each internal link."""
    with tempfile.TemporaryDirectory() as name:
        project, _, book, result = read_all(Path(name), texts)
        context = BuildContext.for_book(project, book, Cache(None))
        parts = [
            document.render(context.templates, theme=context.theme)
            for document in split_into_documents(book, context.labels)
        ]
    assert not has_errors(result), [str(finding) for finding in result]
    roots = [etree.fromstring(xhtml) for xhtml in parts]
    assert [repeated_ids(root) for root in roots] == [[] for _ in roots]
    ids = {element.get("id") for root in roots for element in root.iter()}
    hrefs = [link.get("href", "") for root in roots for link in root.iter("a")]
    assert [href for href in hrefs if href.startswith("#") and href[1:] not in ids] == []
    assert not any(root.xpath("//a//a") for root in roots)


@FEW
@given(
    texts_of(
        st.lists(st.one_of(st.just("Text"), defined.map("@{}".format)), min_size=1, max_size=6).map(" ".join)
    ),
    st.sets(defined),
)
def test_each_reference_has_a_number_or_is_reported_at_its_position(
    texts: list[str], there: set[str]
) -> None:
    things = {
        "fig-a": "![A](dot.png){#fig-a}",
        "sec-b": "## B {#sec-b}",
        "tbl-c": "| A |\n|---|\n| b |\n\n: T {#tbl-c}",
        "eq-d": "$$\nx\n$$ {#eq-d}",
        "lst-e": '``` {#lst-e lst-cap="L"}\nx\n```',
    }
    definitions = "\n\n".join(things[name] for name in sorted(there))
    with tempfile.TemporaryDirectory() as name:
        _, _, book, findings = read_all(Path(name), [f"{texts[0]}\n\n{definitions}\n", *texts[1:]])
    nodes = [node for chapter in book.chapters for node in chapter_nodes(chapter)]
    resolved = Counter(node.target for node in nodes if isinstance(node, Reference) and node.content)
    reported = Counter(d.message.split('"')[1] for d in findings if d.code == "REF001")
    counter = Counter(word for text in texts for word in re.findall(r"@(\S+)", text))
    assert resolved == Counter({name: count for name, count in counter.items() if name in there})
    assert reported == Counter({name: count for name, count in counter.items() if name not in there})
    places = [(d.span.path, d.span.line, d.span.column) for d in findings if d.code == "REF001" and d.span]
    expected = [
        (f"source/s{n}.md", 1, match.start() + 1)
        for n, text in enumerate(texts)
        for match in re.finditer(r"@(\S+)", text)
        if match.group(1) not in there
    ]
    assert places == expected


@FEW
@given(texts_of(st.one_of(markdown, st.text(max_size=120))))
def test_every_finding_has_a_file_and_a_line_within_it(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        project, _, _, result = read_all(Path(name), texts)
        for finding in result:
            assert finding.span is not None
            length = len(project.read_text(finding.span.path).split("\n"))
            assert 1 <= finding.span.line <= length, str(finding)
            assert finding.span.column >= 1
