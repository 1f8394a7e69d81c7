"""Read the content of built files: pages of a PDF, slides of a deck, chapters of an e-book."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree
from pptx import Presentation

_PLACE = re.compile(r"(?:(?P<unit>page|slide|notes of slide|chapter) (?P<which>[\w-]+) of )?(?P<path>\S+)")
_RESULT = re.compile(
    rf"{_PLACE.pattern} (?P<verb>contains|does not contain|exists|does not exist|has)(?: (?P<rest>.+))?"
)
_COUNTED = {".pdf": "page", ".pptx": "slide", ".epub": "chapter"}
_QUOTED = re.compile(r'"([^"]+)"')
_COUNT = re.compile(r"(\d+) (page|slide|chapter)s?")
_NUMBERED = re.compile(r"\d+\s")  # chapters in an outline, but not sections such as 1.1
_NOT_CHAPTERS = ("cover", "title-page", "imprint", "nav")
_OF_SUFFIX = {
    ".pdf": ("page", "chapter"),
    ".pptx": ("slide", "notes of slide", "chapter"),
    ".epub": ("chapter",),
}


class Untrue(Exception):
    """Raised if a claim about a file is wrong or cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a page, slide or chapter in it; ``which`` is a number or the name of a chapter's file."""

    path: str
    unit: str = ""
    which: str = ""


def parse_place(text: str) -> Place:
    """Parse ``page 2 of x.pdf``, ``slide 3 of x.pptx``, ``chapter 2 of x.epub`` or the path of a file."""
    result = _PLACE.fullmatch(text)
    if result is None:
        raise Untrue(f'"{text}" is not a place such as "page 2 of my-brief/build/my-brief.pdf"')
    place = Place(result["path"], result["unit"] or "", result["which"] or "")
    if place.unit and place.unit not in _OF_SUFFIX.get(posixpath.splitext(place.path)[1], ()):
        raise Untrue(f"{place.path} has no {place.unit}")
    return place


def check_result(claim: str, folder: Path) -> None:
    """Raise Untrue if a claim such as ``page 2 of x.pdf contains "Figure 1"`` is wrong."""
    result = _RESULT.fullmatch(claim)
    if result is None:
        raise Untrue(
            f'"{claim}" cannot be read; write PLACE contains "TEXT", PLACE has 3 pages or PLACE exists'
        )
    place = parse_place(claim[: result.start("verb") - 1])
    verb, rest = result["verb"], result["rest"] or ""
    path = folder / place.path
    if verb in ("exists", "does not exist"):
        if path.exists() != (verb == "exists"):
            raise Untrue(f"{place.path} {'does not exist' if verb == 'exists' else 'exists'}")
        return
    if not path.is_file():
        raise Untrue(f"{place.path} does not exist")
    if verb == "has":
        _check_count(place, path, rest)
        return
    texts = _QUOTED.findall(rest)
    if not texts or _QUOTED.sub("", rest).strip(" ,") not in ("", "and"):
        raise Untrue(f'"{claim}": write the text in double quotes')
    words = text_at(place, path)
    for text in texts:
        if _contains(words, text) != (verb == "contains"):
            raise Untrue(f'"{claim}" is not true; the text is:\n{words}')


def _check_count(place: Place, path: Path, rest: str) -> None:
    result = _COUNT.fullmatch(rest)
    if result is None or result[2] != _COUNTED.get(path.suffix):
        raise Untrue(f'"has {rest}" cannot be read for {place.path}; write `has 3 pages`, slides or chapters')
    count = len(_PARTS[path.suffix](path))
    if count != int(result[1]):
        raise Untrue(f"{place.path} has {count} {result[2]}s, not {result[1]}")


def text_at(place: Place, path: Path) -> str:
    """Return the words at a place, separated by single spaces. Raise Untrue if the place does not exist."""
    if path.suffix not in _PARTS:
        return _with_single_spaces(path.read_text("utf-8"))
    parts = _PARTS[path.suffix](path)
    numbers = numbers_at(place, path, len(parts)) if place.unit else range(1, len(parts) + 1)
    texts = [parts[number - 1] for number in numbers]
    if place.unit == "notes of slide":
        return _with_single_spaces(" ".join(notes for _, notes in texts))
    return _with_single_spaces(" ".join(text if place.unit else f"{text} {notes}" for text, notes in texts))


def numbers_at(place: Place, path: Path, count: int | None = None) -> range:
    """Return the numbers of the pages, slides or chapters at a place, counted from 1.

    ``count`` is the number of pages, slides or chapters in the file, if known.
    """
    count = len(_PARTS[path.suffix](path)) if count is None else count
    if place.unit != "chapter":
        starts = [*range(1, count + 1)]
    elif path.suffix == ".pdf":
        starts = _chapter_pages(path)
    elif path.suffix == ".pptx":
        starts = _chapter_slides(path)
    else:
        with zipfile.ZipFile(path) as book:
            names = list(chapter_files(book))
        which = names.index(place.which) + 1 if place.which in names else place.which
        place = Place(place.path, place.unit, str(which))
        starts = [*range(1, count + 1)]
    if not place.which.isdecimal() or not 1 <= int(place.which) <= len(starts):
        raise Untrue(f"{place.path} has no {place.unit} {place.which}; it has {len(starts)}")
    number = int(place.which)
    if place.unit != "chapter" or path.suffix == ".epub":
        return range(number, number + 1)
    end = starts[number] if number < len(starts) else count + 1
    return range(starts[number - 1], max(end, starts[number - 1] + 1))


def _chapter_pages(path: Path) -> list[int]:
    """Return the first pages of the numbered chapters, according to the outline of a PDF."""
    with pypdfium2.PdfDocument(path) as pdf:
        entries = [(entry.get_title(), entry.get_dest()) for entry in pdf.get_toc(max_depth=2)]
        return [dest.get_index() + 1 for title, dest in entries if dest and _NUMBERED.match(title)]


def _chapter_slides(path: Path) -> list[int]:
    """Return the first slides of the sections of a deck after the opening section."""
    deck = Presentation(str(path))
    ids = [str(slide.slide_id) for slide in deck.slides]
    sections = [
        [entry.get("id") for entry in item.iter("{*}sldId")] for item in deck.part._element.iter("{*}section")
    ]
    return [ids.index(section[0]) + 1 for section in sections[1:] if section]


def _pages(path: Path) -> list[tuple[str, str]]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [(page.get_textpage().get_text_range(), "") for page in pdf]


def _slides(path: Path) -> list[tuple[str, str]]:
    """Return the text and the notes of each slide, including hidden ones."""
    texts = []
    for slide in Presentation(str(path)).slides:
        charts = [rel.target_part.blob for rel in slide.part.rels.values() if rel.reltype.endswith("/chart")]
        words = [
            word for tree in (slide._element, *map(etree.fromstring, charts)) for word in _paragraphs(tree)
        ]
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        texts.append((" ".join(words), notes.text if notes is not None else ""))
    return texts


def _paragraphs(tree: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph, and each value of a chart."""
    for element in tree.iter("{*}p", "{*}v"):
        runs = [element] if element.tag.endswith("}v") else element.iter("{*}t")
        yield "".join(run.text or "" for run in runs)


def chapter_files(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of each chapter of an e-book with its file, in reading order."""
    package = etree.fromstring(book.read("META-INF/container.xml")).find(".//{*}rootfile").get("full-path")
    tree = etree.fromstring(book.read(package))
    files = {item.get("id"): item.get("href") for item in tree.iter("{*}item")}
    hrefs = [files[item.get("idref")] for item in tree.iter("{*}itemref")]
    paths = {posixpath.splitext(posixpath.basename(href))[0]: href for href in hrefs}
    folder = posixpath.dirname(package)
    return {name: posixpath.join(folder, href) for name, href in paths.items() if name not in _NOT_CHAPTERS}


def chapter_titles(path: Path) -> dict[str, str]:
    """Return the name of each chapter of an e-book with its title."""
    with zipfile.ZipFile(path) as book:
        trees = {name: etree.fromstring(book.read(file)) for name, file in chapter_files(book).items()}
    return {name: _with_single_spaces(tree.findtext(".//{*}title") or name) for name, tree in trees.items()}


def _chapters(path: Path) -> list[tuple[str, str]]:
    with zipfile.ZipFile(path) as book:
        trees = [etree.fromstring(book.read(file)) for file in chapter_files(book).values()]
    return [(" ".join(tree.find("{*}body").itertext()), "") for tree in trees]


_PARTS: dict[str, Callable[[Path], list[tuple[str, str]]]] = {
    ".pdf": _pages,
    ".pptx": _slides,
    ".epub": _chapters,
}


def _with_single_spaces(text: str) -> str:
    """Join words hyphenated at line ends, and replace all white space with single spaces."""
    joined = re.sub("(?:\ufffe|\u00ad)\\s*|[\u200b\u2060]", "", text)
    return " ".join(joined.split())


def _contains(words: str, text: str) -> bool:
    """Return whether a text contains the given words; a number at their end must be complete."""
    end = r"(?!\d)" if text[-1].isdigit() else ""
    return re.search(re.escape(_with_single_spaces(text)) + end, words) is not None
