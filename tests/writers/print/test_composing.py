"""Test that documents are laid out once, in any processes, until their page numbers converge."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.conftest import write_files
from tests.writers.print.quires import PLAIN, page_of
from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor, make_executor
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.passes.pages import PrintInfo, select_page_info_for_slides
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.print import writer
from triptych.writers.print.composing import Composer, PlacedQuire, collect_page_labels
from triptych.writers.print.resources import BookFace
from triptych.writers.print.typesetting import DocumentSource, PrintStyle

STYLE = PLAIN + (
    "@page :left { @top-left { content: counter(page) ' ' string(title) } }"
    "@page :right { @top-right { content: counter(page) ' ' string(title) } }"
    "@page :blank { @top-left { content: none } @top-right { content: none } }"
    "h1 { string-set: title content(text) } section { break-before: recto } .anywhere { break-before: auto }"
)
FACES = {f"font:{name}": BookFace(name) for name in ("EBGaramond-Regular.ttf", "WorkSans-Regular.ttf")}


class Counting(InlineExecutor):
    """Runs each job at once and records it: the name of a document, or a number of pages."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Any] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        name = getattr(fn, "function", fn).__name__
        if name == "lay_out_document":
            self.jobs.append(args[0].name)
        elif name == "lay_out_margin_boxes":
            self.jobs.append(len(args[0]))
        return super().submit(fn, *args, **kwargs)

    def taken(self) -> list[Any]:
        """Return the jobs since the last call."""
        jobs, self.jobs = self.jobs, []
        return jobs


@pytest.fixture
def compose(tmp_path: Path) -> Iterator[Callable[..., Composer]]:
    """Return a composer with its own cache, and the executor that counts its jobs."""

    def make(css: str = "", files: Mapping[str, Any] | None = None) -> Composer:
        style = PrintStyle(STYLE + css, "", "rgb", {**FACES, **(files or {})}, Cache(tmp_path / "cache"))
        return Composer(style, Counting(), page_of(""))

    yield make


def chapter(name: str, pages: int = 1, classes: str = "", words: str = "word") -> tuple[DocumentSource, bool]:
    """Return a document with the given number of pages."""
    text = f'<p style="break-after: page">{words}</p>' * (pages - 1) + f"<p>{words}</p>"
    body = f'<section class="{classes}" id="{name}"><h1>{name}</h1>{text}</section>'
    return DocumentSource(name, page_of(body), {}), False


def jobs(composer: Composer) -> list[Any]:
    assert isinstance(composer.executor, Counting)
    return composer.executor.taken()


class TestDocuments:
    def test_longest_document_is_laid_out_first_and_order_is_kept(
        self, compose: Callable[..., Composer]
    ) -> None:
        composer = compose()
        placed = composer.compose([chapter("a"), chapter("b", 3), chapter("c", 2)])
        assert jobs(composer) == ["b", "c", "a"]
        assert [name for item in placed for name in item.quire.anchors] == ["a", "b", "c"]
        assert [item.first_page_number for item in placed] == [1, 2, 3, 6, 7]

    def test_laid_out_document_is_cached(self, compose: Callable[..., Composer]) -> None:
        copies = [chapter("a"), chapter("b", 2)]
        first = compose()
        placed = first.compose(copies)
        repeated, later = first.compose(copies), compose().compose(copies)
        assert placed == repeated == later
        assert jobs(first) == ["b", "a"]

    def test_only_changed_documents_are_laid_out_and_none_after_an_undo(
        self, compose: Callable[..., Composer]
    ) -> None:
        before, after = (
            [chapter("a"), chapter("b"), chapter("c")],
            [chapter("a"), chapter("b", words="other"), chapter("c")],
        )
        compose().compose(before)
        composer = compose()
        composer.compose(after)
        assert jobs(composer) == ["b"]
        composer = compose()
        composer.compose(before)
        assert jobs(composer) == []

    @pytest.mark.parametrize("change", ["css", "file", "own file", "name"])
    def test_all_that_decides_how_a_document_is_set_counts(
        self, compose: Callable[..., Composer], change: str
    ) -> None:
        body = page_of('<p><img src="picture:a" alt=""/></p>')
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="9"/>'
        own = {"picture:a": (svg % 8, "image/svg+xml")}
        compose(files={"picture:b": (b"1", "x")}).compose([(DocumentSource("a", body, own), False)])
        css = " p { color: red }" if change == "css" else ""
        composer = compose(css, {"picture:b": (b"2" if change == "file" else b"1", "x")})
        changed = {"picture:a": (svg % 9, "image/svg+xml")} if change == "own file" else own
        composer.compose([(DocumentSource("b" if change == "name" else "a", body, changed), False)])
        assert len(jobs(composer)) == 1

    @pytest.mark.parametrize(
        ("versos", "twice"),
        [
            ("margin: 30pt", ""),
            ("margin: 30pt 20pt 30pt 40pt", ""),  # the text area has the same size on both sides
            ("margin: 30pt 30pt 30pt 40pt", "b"),
            ("background: linen", "b"),
        ],
    )
    def test_documents_for_either_side_are_swapped_or_laid_out_for_theirs(
        self, compose: Callable[..., Composer], versos: str, twice: str
    ) -> None:
        composer = compose(f"@page :left {{ {versos} }}")
        placed = composer.compose(
            [chapter("a"), chapter("b", 1, "anywhere"), chapter("c", 2, "anywhere"), chapter("d")]
        )
        assert [(item.first_page_number, item.verso, item.quire.pages[0].kind.side) for item in placed] == [
            (1, False, "right"),
            (2, True, "left"),
            (3, False, "right"),
            (5, False, "right"),
        ]
        assert sorted(jobs(composer)) == sorted(f"abcd{twice}")

    def test_document_returns_to_a_recto_when_preceding_text_shrinks(
        self, compose: Callable[..., Composer]
    ) -> None:
        """Test that a document moves back to a recto if the text before it shrinks.

        A document laid out as a verso does not require one: there is no blank page before it.
        """
        css = "@page :left { margin: 0 0 0 200pt } @page :right { margin: 0 }"
        long = '<section class="anywhere">' + "words that go on " * 60 + "</section>"
        narrow = DocumentSource("b", page_of(long), {}), False
        placed = compose(css).compose(
            [chapter("a"), narrow, chapter("c", 1, "anywhere"), chapter("d", 1, "anywhere")]
        )
        assert not any(sheet.kind.blank for entry in placed for sheet in entry.quire.pages)
        for item in placed:
            assert item.quire.pages[0].kind.side == ("left" if item.verso else "right")

    def test_warnings_are_reported_once_and_again_from_the_cache(
        self, compose: Callable[..., Composer]
    ) -> None:
        broken = DocumentSource("a", page_of('<p><img src="picture:gone" alt="A"/></p>'), {}), False
        for _ in range(2):
            composer = compose()
            composer.compose([broken, chapter("b")])
            composer.compose([broken])
            (complaint,) = composer.logged_errors
            assert "picture:gone" in complaint
        assert jobs(composer) == []


class TestFurniture:
    def test_each_page_has_its_running_head(self, compose: Callable[..., Composer]) -> None:
        composer = compose()
        placed = composer.compose([chapter("a"), chapter("b", 2)])
        furniture = composer.lay_out_running_heads(placed)
        texts = [
            [
                "".join(sorted(text for font in item.fonts.values() for text in font.texts.values()))
                for item in row
            ]
            for row in furniture
        ]
        assert texts == [[" 1a"], [""], [" 3b", " 4b"]]

    def test_running_heads_are_laid_out_in_batches_and_cached(self, compose: Callable[..., Composer]) -> None:
        composer = compose()
        placed = composer.compose([chapter("a", 70)])
        jobs(composer)
        composer.lay_out_running_heads(placed)
        assert jobs(composer) == [64, 6]
        composer.lay_out_running_heads(placed)
        later = compose()
        later.lay_out_running_heads(placed)
        assert jobs(composer) + jobs(later) == []

    def test_total_page_count_matters_only_where_shown(self, compose: Callable[..., Composer]) -> None:
        plain, counting = compose(), compose("@page { @bottom-left { content: counter(pages) } }")
        item, two = [chapter("a")], [chapter("a"), chapter("b")]
        for composer, anew in ((plain, [2]), (counting, [3])):
            composer.lay_out_running_heads(composer.compose(item))
            jobs(composer)
            composer.lay_out_running_heads(composer.compose(two))
            assert [job for job in jobs(composer) if isinstance(job, int)] == anew

    def test_without_documents_there_is_none(self, compose: Callable[..., Composer]) -> None:
        assert compose().lay_out_running_heads([]) == []


# --- Whole books -------------------------------------------------------------------------------

LONG = "\n\n".join(["Words of a paragraph that goes on and on. " * 12] * 4)
SEE = "See pages [@sec-late]{.page}, [@sec-three]{.page} and [@sec-one]{.page}."
BOOK = {
    "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [one.md, two.md, three.md]\n",
    "source/one.md": f"---\ntitle: One\nid: sec-one\n---\n{SEE} [word]{{.index}}\n\n{LONG}\n",
    "source/two.md": f"---\ntitle: Two\n---\n{LONG}\n\n## Late {{#sec-late}}\n\n[word]{{.index}} {LONG}\n",
    "source/three.md": f"---\ntitle: Three\nid: sec-three\n---\n{LONG}\n",
}


def make(
    root: Path, files: Mapping[str, str | bytes], cache: Cache, executor: Any = None
) -> tuple[bytes, list[Diagnostic]]:
    """Return the PDF of a project."""
    project = Project(write_files(root, files), environ={})
    manifest, book, findings = read_project(project, cache)
    assert manifest is not None and book is not None, findings
    assert not [str(finding) for finding in findings if finding.severity == "error"]
    context = BuildContext.for_book(project, book, cache, executor or InlineExecutor())
    result = OUTPUTS["pdf"].write(WritingJob(book, manifest, context))
    return result.data, result.findings


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the book laid out in this process, without a cache. Tests must not change it."""
    data, result = make(tmp_path_factory.mktemp("cold"), BOOK, Cache(None))
    assert result == []
    return data


def pages_of(data: bytes) -> dict[str, str]:
    """Return the text of each page by page label."""
    with pypdfium2.PdfDocument(data) as document:
        return {
            document.get_page_label(n): " ".join(page.get_textpage().get_text_range().split())
            for n, page in enumerate(document)
        }


class TestPageNumbers:
    def test_all_that_names_a_page_names_the_right_one(self, cold: bytes) -> None:
        pages = pages_of(cold)
        assert "See pages 4, 5 and 1." in pages["1"]
        assert pages["4"].startswith("2.1 Late word")
        assert pages["5"].startswith("Chapter 3 Three")
        contents = pages["iii"].replace(" .", "")
        assert (
            re.sub(r"[ \u2009.]+", " ", contents) == "Contents 1 One 1 2 Two 3 2 1 Late 4 3 Three 5 Index 7"
        )
        assert "word, 1, 4" in pages["7"]

    @pytest.mark.e2e
    def test_numbers_with_more_digits_than_reserved_converge(self, tmp_path: Path) -> None:
        """Test convergence if page numbers get more digits than reserved, which makes the chapter longer."""
        many = " ".join(["[@sec-three]{.page} [@sec-one]{.page}"] * 700)
        files = {**BOOK, "source/one.md": f"---\ntitle: One\nid: sec-one\n---\n{many}\n"}
        data, result = make(tmp_path, files, Cache(None))
        assert result == []
        pages = pages_of(data)
        (three,) = [label for label, text in pages.items() if text.startswith("Chapter 3 Three")]
        named = {
            n for label, text in pages.items() if label in ("1", "2", "3") for n in re.findall(r"\d+", text)
        }
        assert {three, "1"} <= named

    def test_pages_are_announced_as_printed(self, tmp_path: Path) -> None:
        reported: list[PrintInfo] = []
        project = Project(write_files(tmp_path, BOOK), environ={})
        manifest, book, _ = read_project(project, Cache(None))
        assert manifest is not None and book is not None
        context = BuildContext.for_book(project, book, Cache(None))
        OUTPUTS["pdf"].write(WritingJob(book, manifest, context, PrintInfo(), reported.append))
        (output,) = reported
        pages = output.pages
        assert (pages["sec-one"], pages["sec-late"], pages["sec-three"]) == ("1", "4", "5")
        names = [start.label for start in output.starts if start.label.isdecimal()]
        assert names == [str(number) for number in range(1, len(names) + 1)]
        assert {start.document for start in output.starts} == set(output.documents)

    @pytest.mark.e2e
    def test_pages_are_announced_before_back_matter_in_parallel(self, tmp_path: Path) -> None:
        reported: list[PrintInfo] = []
        project = Project(write_files(tmp_path, BOOK), environ={})
        manifest, book, _ = read_project(project, Cache(None))
        assert manifest is not None and book is not None
        with make_executor(2) as executor:
            context = BuildContext.for_book(project, book, Cache(None), executor)
            OUTPUTS["pdf"].write(WritingJob(book, manifest, context, PrintInfo(), reported.append))
        text, whole = reported
        assert (text.is_complete, whole.is_complete) == (False, True)
        assert "sec-index" in whole.pages and "sec-index" not in text.pages
        assert select_page_info_for_slides(book, text) == select_page_info_for_slides(book, whole)
        assert select_page_info_for_slides(book, whole).pages["sec-three"] == "5"


def test_unstable_page_numbers_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def to_and_fro(placed: list[PlacedQuire]) -> dict[str, str]:
        nonlocal count
        count += 1
        return {**collect_page_labels(placed), "sec-late": str(4 + count % 2)}

    monkeypatch.setattr(writer, "collect_page_labels", to_and_fro)
    data, result = make(tmp_path, BOOK, Cache(None))
    (finding,) = result
    assert (finding.code, finding.severity) == ("PDF002", "warning")
    assert "sec-one" in finding.message and "sec-three" not in finding.message
    assert re.search("See pages [45], 5 and 1", pages_of(data)["1"])


class TestSameBytes:
    @pytest.mark.e2e
    def test_in_one_process_and_in_two_with_a_cache_and_without(self, tmp_path: Path, cold: bytes) -> None:
        cache = Cache(tmp_path / "cache")
        with make_executor(2) as executor:
            assert make(tmp_path / "book", BOOK, cache, executor)[0] == cold
        counting = Counting()
        assert make(tmp_path / "book", BOOK, cache, counting)[0] == cold
        assert counting.taken() == []

    def test_documents_with_page_references_are_laid_out_last(self, tmp_path: Path) -> None:
        """Test a chapter that refers to later pages: it is laid out when they are known.

        Chapters begin on any side here; the first refers to a later page, like a table of contents.
        """
        files = {**BOOK, "source/book.yaml": BOOK["source/book.yaml"] + "theme: large-print\n"}
        counting = Counting()
        make(tmp_path / "book", files, Cache(None), counting)
        times = Counter(job for job in counting.taken() if isinstance(job, str))
        assert len(times) == 5
        assert {name for name, count in times.items() if count > 1} == {"_front", "sec-one"}

    @pytest.mark.e2e
    def test_after_an_undone_edit(self, tmp_path: Path, cold: bytes) -> None:
        cache = Cache(tmp_path / "cache")
        assert make(tmp_path / "book", BOOK, cache)[0] == cold
        edited = {**BOOK, "source/three.md": BOOK["source/three.md"].replace("Words of", "Other words of", 1)}
        counting = Counting()
        changed, _ = make(tmp_path / "book", edited, cache, counting)
        assert counting.taken() == ["sec-three"]
        assert "Other words of" in pages_of(changed)["5"]
        assert make(tmp_path / "book", BOOK, cache, counting)[0] == cold
        assert counting.taken() == []
        assert changed == make(tmp_path / "anew", edited, Cache(None))[0]

    @pytest.mark.e2e
    def test_moved_pages_are_laid_out_again_only_where_referenced(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "cache")
        make(tmp_path / "book", BOOK, cache)
        longer = {
            **BOOK,
            "source/two.md": BOOK["source/two.md"].replace("## Late", f"{LONG}\n\n{LONG}\n\n## Late"),
        }
        counting = Counting()
        data, _ = make(tmp_path / "book", longer, cache, counting)
        documents = [job for job in counting.taken() if isinstance(job, str)]
        assert documents[0] == "sec-two"
        assert sorted(documents) == ["_front", "sec-index", "sec-one", "sec-two"]
        assert data == make(tmp_path / "anew", longer, Cache(None))[0]

    @pytest.mark.parametrize("kind", ["quire", "margins"])
    def test_with_a_cache_that_a_disk_has_damaged(self, tmp_path: Path, cold: bytes, kind: str) -> None:
        cache = Cache(tmp_path / "cache")
        make(tmp_path / "book", BOOK, cache)
        files = sorted((tmp_path / "cache" / kind).iterdir())
        assert len(files) > 4
        for number, path in enumerate(files):
            data = path.read_bytes()
            middle = len(data) // 2
            damaged = (
                b"",
                data[:middle],
                data[:-1],
                data[:middle] + b"\xff" + data[middle + 1 :],
                data + b"x",
            )
            path.write_bytes(damaged[number % len(damaged)])
        assert make(tmp_path / "book", BOOK, cache)[0] == cold

    @pytest.mark.e2e
    def test_with_a_cache_that_loses_everything_after_each_job(self, tmp_path: Path, cold: bytes) -> None:
        class Clearing(InlineExecutor):
            def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
                future = super().submit(fn, *args, **kwargs)
                shutil.rmtree(tmp_path / "cache", ignore_errors=True)
                return future

        assert make(tmp_path / "book", BOOK, Cache(tmp_path / "cache"), Clearing())[0] == cold
        book = {**BOOK, "source/three.md": "# Drei\n\nСлово ελλ 😀\n"}
        whole = make(tmp_path / "book", book, Cache(None))
        assert make(tmp_path / "book", book, Cache(tmp_path / "cache"), Clearing()) == whole

    def test_with_a_face_that_a_disk_has_damaged(self, tmp_path: Path) -> None:
        cache, book = Cache(tmp_path / "cache"), {**BOOK, "source/three.md": "# Drei\n\nСлово ελλ 😀\n"}
        whole, result = make(tmp_path / "book", book, cache)
        assert result == []
        faces = list((tmp_path / "cache/face").iterdir())
        assert faces
        for path in faces:
            path.write_bytes(path.read_bytes()[:100])
        assert make(tmp_path / "book", book, cache)[0] == whole


def test_picture_that_cannot_be_drawn_is_reported_by_each_build(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    page = '<section><img src="project:source/gone.png" alt="A"/></section>'
    files = {**BOOK, "templates/print/title-page.xhtml.j2": page}
    for _ in range(2):
        _, findings = make(tmp_path / "book", files, cache)
        assert [finding.code for finding in findings] == ["PDF001"]
        assert "source/gone.png" in findings[0].message
