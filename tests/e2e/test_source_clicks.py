"""Test that clicks on random words of pages, screens and slides open their source lines.

The expected line does not depend on the alignment: the test strips markup from the source and searches for
the words around the clicked word. Only words whose context is found once are clicked.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree

from tests.e2e.conftest import Built
from triptych.preview.navigation import Navigator
from triptych.preview.outputs import open_ebook, read_pages, read_slides
from triptych.preview.slide_images import find_libreoffice, render_slides
from triptych.preview.source_lines import SourcePlace
from triptych.preview.state import OutputFile, PreviewState, SharedState

pytestmark = pytest.mark.e2e
SEEDS = range(1, 4)
SOURCE = Path(__file__).parents[2] / "source"
CLICKS = 40
WINDOWS = range(9, 3, -1)  # consecutive words, including the clicked one
BREAK = "\0"  # generated text, at which runs of words end
TOKEN = re.compile(rf"{BREAK}|[^\W_]+(?:[.,]\d+)*")
Place = tuple[str, int]
Clicked = tuple[str, list[str], int, SourcePlace | None]  # place, words, index of the clicked word, result


class Oracle:
    """The lines of runs of words in the source without its markup."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, ...], list[tuple[Place, ...]]] = {}
        for path in sorted(SOURCE.rglob("*")):
            if path.suffix in (".md", ".yaml", ".csv", ".bib") and "zh" not in path.parts:
                self._add(path)

    def _add(self, path: Path) -> None:
        text = path.read_text("utf-8")
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        name = path.relative_to(SOURCE.parent).as_posix()
        self._add_runs(name, starts, strip_markup(text, path.suffix))
        if path.suffix == ".md":  # words of the index are those of index commands
            self._add_runs(name, starts, keep_index_commands(text))

    def _add_runs(self, name: str, starts: list[int], text: str) -> None:
        words = [
            (match[0].lower(), (name, bisect_right(starts, match.start()))) for match in TOKEN.finditer(text)
        ]
        for size in WINDOWS:
            for at in range(len(words) - size + 1):
                run = words[at : at + size]
                if all(word != BREAK for word, _ in run):
                    key = tuple(word for word, _ in run)
                    self.runs.setdefault(key, []).append(tuple(place for _, place in run))

    def find(self, words: list[str], at: int) -> Place | None:
        """Return the line of a word if its longest run of words in the source is unique, or None.

        Outside the bibliography, its words are those of citations.
        """
        is_list = words.count("read") > max(2, len(words) // 100)
        for size in WINDOWS:
            result = set()
            for start in range(max(0, at - size + 1), min(at, len(words) - size) + 1):
                places = self.runs.get(tuple(words[start : start + size]), ())
                result |= {place[at - start] for place in places}
            if result:
                place = result.pop()
                return None if result or (place[0].endswith(".bib") and not is_list) else place
        return None


def keep_index_commands(text: str) -> str:
    """Replace all but the entries of index commands with breaks, without changing the length of a text."""
    result, end = [], 0
    for match in re.finditer(r"\\index\{((?:[^{}]|\{[^}]*\})*)\}", text):
        result += [BREAK * (match.start(1) - end), re.sub(r"[!|@]", BREAK, match[1])]
        end = match.end(1)
    return "".join(result) + BREAK * (len(text) - end)


def strip_markup(text: str, suffix: str) -> str:
    """Replace markup in a text with spaces and line breaks, without changing its length."""

    def blank(pattern: str, text: str, filling: str = " ", flags: re.RegexFlag = re.DOTALL) -> str:
        def fill(match: re.Match[str]) -> str:
            return re.sub(r"[^\n]", filling, match[0])

        return re.sub(pattern, fill, text, flags=flags)

    if suffix == ".md":
        text = blank(r"\\index\{(?:[^{}]|\{[^}]*\})*\}", text, "\x01")
        text = blank(r"(?:labels|order)=\"[^\"]*\"", text, BREAK)  # names that tables repeat
        for generated in (r"\{\{.*?\}\}", r"\{%.*?%\}", r"\[[^\][]*@[^\]]*\]", r"@[\w-]+", r"^:::+|^#+ "):
            text = blank(generated, text, BREAK, re.DOTALL | re.MULTILINE)
        text = blank(r"(?<=\])\{[^}]*\}", text, "\x01")
        text = blank(r"\{#[^\s}]*", text, BREAK)
        text = re.sub(r"[\w-]+=|[\"|]", lambda match: BREAK * len(match[0]), text)
        text = re.sub(r"\n\s*\n", lambda match: re.sub(r"[^\n]", " ", match[0])[:-1] + BREAK, text)
    elif suffix == ".bib":
        text = re.sub(r"\\[$%&_#]|[{}]", lambda match: "\x01" * (len(match[0]) - 1) + match[0][-1], text)
        text = re.sub(r"@\w+\{[^\n]*|\w+\s*=|,\n", lambda match: re.sub(r"[^\n]", BREAK, match[0]), text)
        text = text.replace("{", "\x01").replace("}", "\x01")
    elif suffix == ".yaml":
        text = re.sub(r"[\w-]+:(?= |$)|\"", lambda match: BREAK * len(match[0]), text, flags=re.MULTILINE)
    return text


def tokens(text: str) -> list[tuple[str, int]]:
    return [(match[0].lower(), match.start()) for match in TOKEN.finditer(text)]


def click_pages(state: PreviewState, navigator: Navigator, rng: random.Random) -> Iterator[Clicked]:
    """Yield clicks on the centre of a random character of a page."""
    with pypdfium2.PdfDocument(state.outputs["pdf"].data) as document:
        while True:
            number = rng.randrange(len(document))
            page = document[number]
            text = page.get_textpage()
            chars = "".join(
                chr(pdfium.FPDFText_GetUnicode(text.raw, index)) for index in range(text.count_chars())
            )
            words = tokens(chars)
            if words:
                at = rng.randrange(len(words))
                left, bottom, right, top = text.get_charbox(words[at][1])
                width, height = page.get_size()
                x, y = (left + right) / 2 / width, 1 - (bottom + top) / 2 / height
                result = navigator.locate_on_page(state, number + 1, x, y)
                yield f"page {number + 1}", [word for word, _ in words], at, result


def click_screens(state: PreviewState, navigator: Navigator, rng: random.Random) -> Iterator[Clicked]:
    assert state.ebook is not None
    bodies = {path: read_body(state.ebook.files[path][1]) for path in state.ebook.spine}
    paths = list(bodies)
    while True:
        path = rng.choices(paths, [len(text) for text in bodies.values()])[0]
        words = tokens(bodies[path])
        at = rng.randrange(len(words))
        result = navigator.locate_on_screen(state, path, words[at][1])
        yield path, [word for word, _ in words], at, result


def read_body(page: bytes) -> str:
    body = etree.fromstring(page).find("{http://www.w3.org/1999/xhtml}body")
    return "".join(str(text) for text in body.itertext())


def click_slides(state: PreviewState, navigator: Navigator, rng: random.Random) -> Iterator[Clicked]:
    while True:
        number = rng.randrange(len(state.slides))
        lines = state.slides[number].lines
        line = rng.choices(range(len(lines)), [len(text) for text in lines])[0]
        words = tokens(lines[line])
        if words:
            at = rng.randrange(len(words))
            result = navigator.locate_in_slide_text(state, number + 1, line, words[at][1])
            yield f"slide {number + 1}", [word for word, _ in words], at, result


def click_slide_images(state: PreviewState, navigator: Navigator, rng: random.Random) -> Iterator[Clicked]:
    """Yield clicks on the centre of a random word in the image of a slide."""
    slides = [number for number, slide in enumerate(state.slides, 1) if slide.image_key in state.slide_images]
    while True:
        number = rng.choice(slides)
        page = state.slide_images[state.slides[number - 1].image_key].page
        at = rng.randrange(len(page.boxes))
        box = page.boxes[at][0]
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        result = navigator.locate_in_slide_image(state, number, x, y)
        yield f"image of slide {number}", page.text.texts, at, result


CLICKERS: Mapping[str, Callable[[PreviewState, Navigator, random.Random], Iterator[Clicked]]] = {
    "pages": click_pages,
    "screens": click_screens,
    "slides": click_slides,
    "slide images": click_slide_images,
}


def is_in_data(found: Place | None, expected: Place) -> bool:
    """Return whether a position is in the data of the chart whose block is expected."""
    path, line = expected
    text = (SOURCE.parent / path).read_text("utf-8").splitlines()[line - 1]
    return found is not None and f"data={found[0].removeprefix('source/')} " in text


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="module")
def shown(
    edition: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[PreviewState, Navigator]]:
    """Return the edition as the preview renders it."""
    data = {kind: edition.outputs[kind].read_bytes() for kind in ("pdf", "epub", "pptx")}
    paths = (path for path in SOURCE.rglob("*") if path.is_file() and "zh" not in path.parts)
    program = find_libreoffice()
    folder = tmp_path_factory.mktemp("slides")
    images = render_slides(data["pptx"], program, folder, frozenset()) if program else {}
    shared = SharedState()
    state = shared.update_state(
        outputs={kind: OutputFile.from_data(f"book.{kind}", content, 0.0) for kind, content in data.items()},
        ebook=open_ebook(data["epub"]),
        pages=read_pages(data["pdf"]),
        slides=read_slides(data["pptx"]),
        slide_images=images,
        source_paths=frozenset(path.relative_to(SOURCE.parent).as_posix() for path in paths),
    )
    navigator = Navigator(SOURCE.parent, shared)
    yield state, navigator
    navigator.close()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", CLICKERS)
def test_forty_random_clicks_open_their_source_lines(
    shown: tuple[PreviewState, Navigator], oracle: Oracle, kind: str, seed: int
) -> None:
    if kind == "slide images" and not shown[0].slide_images:
        pytest.skip("LibreOffice is not installed")
    wrong, known = [], 0
    for where, words, at, place in CLICKERS[kind](*shown, random.Random(seed)):
        expected = oracle.find(words, at)
        if expected is None:
            continue
        known += 1
        result = place and (place.path, place.line)
        if result != expected and not is_in_data(result, expected):
            near = " ".join([*words[max(0, at - 4) : at], f"[{words[at]}]", *words[at + 1 : at + 5]])
            wrong.append(f"{where}: {near}: {result}, not {expected}")
        if known == CLICKS:
            break
    assert not wrong, "\n".join(wrong)
