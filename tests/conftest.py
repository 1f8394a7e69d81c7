"""What all tests share: projects written from a dict, books read from a string, golden texts."""

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
from triptych.engine.store.signing import forget_signing_key
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

# Tests have no time limits, since a machine may be busy. Properties are tried with the same examples in each
# run, so that a change passes or fails for what it does; `make fuzz` looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

GOLDEN_FOLDER = Path(__file__).with_name("golden")

MakeProject = Callable[[Mapping[str, str | bytes]], Project]
ReadBook = Callable[..., tuple[Book, list[Diagnostic]]]


class Golden:
    """Compares texts with the files in tests/golden, or writes them there."""

    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.used: set[str] = set()

    def __call__(self, name: str, text: str) -> None:
        """The text must be what tests/golden/NAME holds."""
        self.used.add(name)
        path = GOLDEN_FOLDER / name
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"no golden file {name}; run pytest --update-golden and look at it"
        assert text == path.read_text("utf-8")

    def orphans(self) -> list[str]:
        """Golden files that no test asked for."""
        files = (path for path in GOLDEN_FOLDER.rglob("*") if path.is_file())
        return sorted({path.relative_to(GOLDEN_FOLDER).as_posix() for path in files} - self.used)


@pytest.fixture(scope="session", autouse=True)
def _no_file_in_the_home_folder(shelf: Shelf) -> Iterator[None]:
    """The key that signs caches is that of the run, also for the programs that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(shelf.folder("data")))
        for name in ("TRIPTYCH_CACHE_KEY", "TRIPTYCH_CACHE"):
            patch.delenv(name, raising=False)
        forget_signing_key()
        yield
    forget_signing_key()


@pytest.fixture(scope="session", autouse=True)
def _each_cover_is_drawn_once() -> Iterator[None]:
    """Reuse generated covers, which take most of the time of a small book: many books are called "A book"."""
    with pytest.MonkeyPatch.context() as patch:
        drawn: dict[str, bytes] = {}

        def draw_once(cover: covers.CoverText, theme: Theme) -> bytes:
            svg = covers.draw_cover_svg(cover, theme)
            if svg not in drawn:
                drawn[svg] = draw_cover(cover, theme)
            return drawn[svg]

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
    )  # thousands of small books: the collector would take a tenth of the time
    # Without cached bytecode, each process that a test starts would compile the whole program.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    _pin_to_processor(os.environ.get("PYTEST_XDIST_WORKER", ""))
    config.stash[_GOLDEN] = Golden(update=config.getoption("--update-golden"))
    # Started by nohup or in the background, a run ignores Ctrl-C, and so would the programs that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _pin_to_processor(worker: str) -> None:
    """Give a worker of pytest-xdist a processor of its own, also for all programs that it starts.

    A build uses one process per processor by default. Beside other workers, more processes only take time.
    """
    if worker and hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[int(worker.removeprefix("gw")) % len(processors)]})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process waits for another at the end."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A golden file that no test asks for fails a run of the whole suite."""
    if exitstatus != 0 or not _whole_suite(session.config):
        return
    orphans = session.config.stash[_GOLDEN].orphans()
    if orphans:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"\ngolden files that no test uses: {', '.join(orphans)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _whole_suite(config: pytest.Config) -> bool:
    """Whether all tests ran in this one process; of several workers each sees only some golden files."""
    option = config.option
    narrowed = option.keyword or option.collectonly or getattr(option, "lf", False)
    parallel = hasattr(config, "workerinput") or getattr(option, "numprocesses", None)
    tests = Path(__file__).parent
    roots = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
    return not narrowed and not parallel and bool(roots & {tests, tests.parent})


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden(name, text)`` compares a text with tests/golden/NAME."""
    return request.config.stash[_GOLDEN]


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return Shelf((own.parent if hasattr(request.config, "workerinput") else own) / "shelf")


@pytest.fixture(scope="session")
def shared_cache(shelf: Shelf) -> Cache:
    """One cache for the run: its keys hold all that results depend on."""
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
    """``make_project({path: content})``: a project in a fresh folder, with an empty environment."""
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
    """``read_book_of(markdown, **front)``: the resolved book of one section, and what was found.

    ``front`` is the section's front matter; ``manifest`` adds lines to the manifest and ``files``
    further files to the project.
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
        _, book, found = read_project(make_project(sources), shared_cache)
        assert book is not None, found
        return book, sort_findings(found)

    return make


def tiny_png(width: int = 1, height: int = 1) -> bytes:
    """A grey PNG of some pixels."""
    out = io.BytesIO()
    PixelImage.new("L", (width, height), 127).save(out, "PNG")
    return out.getvalue()


def pictures_of(book: Book) -> dict[Picture, PreparedPicture]:
    """The pictures of a book as a deck takes them, all of them the same file."""
    made = PreparedPicture(tiny_png(), "image/png")
    return {node.picture: made for node in book_nodes(book, Image) if node.picture}


def section_xhtml(book: Book, index: int = 0) -> str:
    """The text of a chapter as it stands in the e-book."""
    labels = load_labels(book.metadata.language)
    return str(PageWriter(book, labels).make_chapter_variables(book.chapters[index])["text"])


def parsed(xhtml: str) -> etree._Element:
    """A piece of XHTML as a tree; the test fails where it is not well-formed."""
    return etree.fromstring(f'<body xmlns:epub="http://www.idpf.org/2007/ops">{xhtml}</body>')
