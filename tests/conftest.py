"""Provide shared fixtures: projects from dicts, books from strings, and golden files."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings
from lxml import etree
from PIL import Image as PixelImage

from tests.once import Shelf
from triptych.diagnostics import Diagnostic, sort_findings
from triptych.engine.cache import Cache
from triptych.engine.store.signing import clear_signing_key
from triptych.languages.labels import load_labels
from triptych.media import covers
from triptych.media.output_pictures import PreparedPicture
from triptych.model.book import Book
from triptych.model.nodes import Image, Picture
from triptych.model.walk import book_nodes
from triptych.project import Project
from triptych.stages import read_project
from triptych.theme.theme import Theme
from triptych.writers.epub.pages import PageWriter

# Tests have no time limits, since machines may be busy. Hypothesis uses the same examples in each run, so
# that results depend on the code only; `make fuzz` searches for new examples.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

GOLDEN_FOLDER = Path(__file__).with_name("golden")

MakeProject = Callable[[Mapping[str, str | bytes]], Project]
ReadBook = Callable[..., tuple[Book, list[Diagnostic]]]


class Golden:
    """Compares texts with the files in tests/golden, or updates these files."""

    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.used: set[str] = set()

    def __call__(self, name: str, text: str) -> None:
        """Assert that ``text`` equals the content of tests/golden/NAME."""
        self.used.add(name)
        path = GOLDEN_FOLDER / name
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"no golden file {name}; run pytest --update-golden and look at it"
        assert text == path.read_text("utf-8")

    def orphans(self) -> list[str]:
        """Return the golden files that no test has used."""
        files = (path for path in GOLDEN_FOLDER.rglob("*") if path.is_file())
        return sorted({path.relative_to(GOLDEN_FOLDER).as_posix() for path in files} - self.used)


@pytest.fixture(scope="session", autouse=True)
def _no_file_in_the_home_folder(shelf: Shelf) -> Iterator[None]:
    """Create the key that signs caches once per test run, also for programs that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(shelf.folder("data")))
        for name in ("TRIPTYCH_CACHE_KEY", "TRIPTYCH_CACHE"):
            patch.delenv(name, raising=False)
        clear_signing_key()
        yield
    clear_signing_key()


@pytest.fixture(scope="session", autouse=True)
def _each_cover_is_drawn_once() -> Iterator[None]:
    """Reuse generated covers, which take most of the time of a small book: many books are titled "A book"."""
    with pytest.MonkeyPatch.context() as patch:
        drawing: dict[str, bytes] = {}

        def draw_once(cover: covers.CoverText, theme: Theme) -> bytes:
            svg = covers.draw_cover_svg(cover, theme)
            if svg not in drawing:
                drawing[svg] = draw_cover(cover, theme)
            return drawing[svg]

        draw_cover = covers.draw_cover
        patch.setattr(covers, "draw_cover", draw_once)
        yield


_GOLDEN = pytest.StashKey[Golden]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew instead of comparing"
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(
        100_000, 20, 20
    )  # garbage collection would take a tenth of the time for thousands of small books
    # Without cached bytecode, each process started by a test would compile the whole program.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    _pin_to_processor(os.environ.get("PYTEST_XDIST_WORKER", ""))
    config.stash[_GOLDEN] = Golden(update=config.getoption("--update-golden"))
    # A run started with nohup or in the background ignores Ctrl-C, and so would its child processes.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _pin_to_processor(worker: str) -> None:
    """Pin a worker of pytest-xdist and its child processes to one processor.

    A build uses one process per processor by default. With several pytest workers, these processes would only
    slow each other down.
    """
    if worker and hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[int(worker.removeprefix("gw")) % len(processors)]})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest tests first, so that all workers finish at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run of the whole suite if a golden file is unused."""
    if exitstatus != 0 or not _whole_suite(session.config):
        return
    orphans = session.config.stash[_GOLDEN].orphans()
    if orphans:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"\ngolden files that no test uses: {', '.join(orphans)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _whole_suite(config: pytest.Config) -> bool:
    """Return whether all tests ran in this process; each of several workers sees only some golden files."""
    option = config.option
    narrowed = option.keyword or option.collectonly or getattr(option, "lf", False)
    parallel = hasattr(config, "workerinput") or getattr(option, "numprocesses", None)
    tests = Path(__file__).parent
    roots = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
    return not narrowed and not parallel and bool(roots & {tests, tests.parent})


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return a function that compares a text with a golden file, as in ``golden(name, text)``."""
    return request.config.stash[_GOLDEN]


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return a folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return Shelf((own.parent if hasattr(request.config, "workerinput") else own) / "shelf")


@pytest.fixture(scope="session")
def shared_cache(shelf: Shelf) -> Cache:
    """Return a cache for the whole run. This is safe because cache keys contain all inputs."""
    return Cache(shelf.folder("cache"))


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, given by relative path, under a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.fixture
def make_project(tmp_path: Path) -> Iterator[MakeProject]:
    """Return a function that writes a project from a dict to a new folder, with an empty environment."""
    count = 0

    def make(files: Mapping[str, str | bytes]) -> Project:
        nonlocal count
        count += 1
        root = tmp_path / f"project-{count}"
        root.mkdir()
        return Project(write_files(root, files), environ={})

    yield make


@pytest.fixture
def read_book_of(make_project: MakeProject, shared_cache: Cache) -> ReadBook:
    """Return a function that resolves a book with one section, and returns it with its diagnostics.

    ``front`` is the section's front matter; ``manifest`` adds lines to the manifest and ``files`` further
    files to the project.
    """

    def make(
        markdown: str, *, manifest: str = "", files: Mapping[str, str | bytes] | None = None, **front: str
    ) -> tuple[Book, list[Diagnostic]]:
        head = "".join(f"{key}: {value}\n" for key, value in {"title": "A section", **front}.items())
        language = "" if "lang:" in manifest else "lang: en\n"
        sources = {
            "source/book.yaml": f"book:\n  title: A book\n  chapters: [section.md]\n{manifest}{language}",
            "source/section.md": f"---\n{head}---\n{markdown}",
            **(files or {}),
        }
        _, book, result = read_project(make_project(sources), shared_cache)
        assert book is not None, result
        return book, sort_findings(result)

    return make


def tiny_png(width: int = 1, height: int = 1) -> bytes:
    """Return a grey PNG of the given size in pixels."""
    out = io.BytesIO()
    PixelImage.new("L", (width, height), 127).save(out, "PNG")
    return out.getvalue()


def pictures_of(book: Book) -> dict[Picture, PreparedPicture]:
    """Return the pictures of a book in the form that decks use, all with the same file."""
    prepared_picture = PreparedPicture(tiny_png(), "image/png")
    return {node.picture: prepared_picture for node in book_nodes(book, Image) if node.picture}


def section_xhtml(book: Book, index: int = 0) -> str:
    """Return the XHTML of a chapter in the e-book."""
    labels = load_labels(book.metadata.language)
    return str(PageWriter(book, labels).make_chapter_variables(book.chapters[index])["text"])


def parsed(xhtml: str) -> etree._Element:
    """Parse XHTML; the test fails if it is not well-formed."""
    return etree.fromstring(f'<body xmlns:epub="http://www.idpf.org/2007/ops">{xhtml}</body>')
