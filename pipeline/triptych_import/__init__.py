"""Other books become Triptych projects: an importer reads, links are resolved, a project is written."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from triptych.diagnostics import Span
from triptych.engine.processes.bounds import OutOfBounds, in_bounds
from triptych.engine.processes.limits import TRUST, importing
from triptych.project import UnsafePath
from triptych_import import notes, people
from triptych_import.book import Metadata, SourceBook
from triptych_import.chunks.executable import undefined_references
from triptych_import.draft import Draft, Finding
from triptych_import.formats import bookdown, docx, folder, honkit, latex, mdbook, quarto, single
from triptych_import.language import with_language
from triptych_import.markdown import formulas
from triptych_import.markdown.masking import scan
from triptych_import.project import manifest_text, section_text
from triptych_import.proof import SlideCounter, proved
from triptych_import.references import badges, captions, citations, drawn_in_text, typed_numbers
from triptych_import.references.links import Linked, resolve
from triptych_import.refusals import NoBook, no_book
from triptych_import.source import Source

_DEEPEST = 60  # lists and quotations in each other, as in a build


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of book: how it is known, what to look for, and how it is read."""

    name: str
    looks_for: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], SourceBook]


# In the order in which they are asked.
IMPORTERS = (
    Importer("Word", docx.LOOKS_FOR, docx.recognises, docx.read),
    Importer("LaTeX", latex.LOOKS_FOR, latex.recognises, latex.read),
    Importer("mdBook", mdbook.LOOKS_FOR, mdbook.recognises, mdbook.read),
    Importer("Quarto", quarto.LOOKS_FOR, quarto.recognises, quarto.read),
    Importer("bookdown", bookdown.LOOKS_FOR, bookdown.recognises, bookdown.read),
    Importer("HonKit", honkit.LOOKS_FOR, honkit.recognises, honkit.read),
    Importer("Markdown", folder.LOOKS_FOR, folder.recognises, folder.read),
    Importer("Markdown", single.LOOKS_FOR, single.recognises, single.read),
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the kind of book, the files by path, the sections, and the findings."""

    kind: str
    files: Mapping[str, bytes]
    sections: int
    findings: tuple[Finding, ...]


def import_book(path: Path, count_slides: SlideCounter | None = None) -> Imported:
    """Read a source and return the files of a project that builds; write nothing.

    ``count_slides`` estimates the slides that the deck would have; a long deck is limited in the manifest.
    Raises ``NoBook``.
    """
    importer = _importer(path)
    within = _book_within(path) if importer is None or importer.read is folder.read else None
    if within is not None:
        path, importer = within, _importer(within)
    if importer is None:
        looked = "; ".join(importer.looks_for for importer in IMPORTERS)
        place = Span(path="." if path.is_dir() else path.name)
        raise no_book("IMP001", place, "no importable book found", f"pass the path of one of these: {looked}")
    book = importer.read(path)
    if within is not None:
        what = f'the folder "{within.name}" is a {importer.name} book'
        beside = Finding(path=".", what=what, done="only this folder was imported")
        book = replace(book, findings=(*book.findings, beside))
    if not any(not section.included for section in book.sections):
        raise _without_chapters(importer.name, path, book)
    source = Source(path if path.is_dir() else path.parent)
    book = captions.numbered(drawn_in_text.as_files(badges.without(book)))
    held = book.files
    book = with_language(citations.without_unknown(book, lambda name: held.get(name) or source.data(name)))
    linked = resolve(book, lambda name: source.judge_picture(name, book.files))
    sections, found = undefined_references(
        linked.book.sections, book.metadata.language
    )  # since pictures may be gone by now
    told = replace(linked.book, sections=sections, findings=(*linked.book.findings, *found))
    linked = replace(linked, book=typed_numbers.once(told))  # links know headings by their numbers too
    return _project(importer.name, linked, source, count_slides)


def import_into(
    folder: Path, path: Path, count_slides: SlideCounter | None = None, *, trusted: bool = False
) -> Imported:
    """A source → a project in a folder that is empty or not there yet. Raises ``NoBook``.

    It is made in a process that may take so much time and memory, for a stranger may have written the source,
    and ten times that where it is ``trusted``. Only that one knows its files: what is returned has none.
    """
    source = Source(path if path.is_dir() else path.parent)
    size = source.size() if path.is_dir() else path.stat().st_size
    try:
        return in_bounds(importing(size).times(TRUST if trusted else 1), _written, folder, path, count_slides)
    except OutOfBounds as error:
        shutil.rmtree(folder, ignore_errors=True)  # it may have been at writing
        name = error.at or ("." if path.is_dir() else path.name)
        text = source.text(name)
        place = Span(path=name, line=_longest_paragraph(text or ""))
        here = "; the longest paragraph starts here" if text else ""
        hint = "shorten the longest paragraphs, or split the file"
        hint += "" if trusted else ", or use `--limits trusted` for a large book of your own"
        raise no_book("IMP003", place, f"the import was stopped: {error}{here}", hint) from None


def _longest_paragraph(text: str) -> int:
    """The line, from 1, where the paragraph with the most characters begins."""
    line = best = 1
    most = 0
    for paragraph in text.split("\n\n"):
        size = len(paragraph.strip())
        if size > most:
            most, best = size, line + paragraph[: len(paragraph) - len(paragraph.lstrip())].count("\n")
        line += paragraph.count("\n") + 2
    return best


def _written(folder: Path, path: Path, count_slides: SlideCounter | None) -> Imported:
    imported = import_book(path, count_slides)
    write(imported, folder)
    return replace(imported, files={})


def _without_chapters(kind: str, path: Path, book: SourceBook) -> NoBook:
    """Return the error for a book without chapters, with the first finding about its list of chapters."""
    findings = sorted(_placed(book.findings, book.root))
    first = findings[0] if findings else Finding(path="." if path.is_dir() else path.name, what="", done="")
    why = f": {first.what}" if findings else ""
    place = Span(path=first.path, line=first.line, column=first.column)
    message = f"no readable chapters found in this {kind} source{why}"
    return no_book(
        "IMP001", place, message, "add a chapter file with text, and list it in the table of contents"
    )


def _placed(found: Iterable[Finding], root: str) -> Iterator[Finding]:
    """Findings with paths relative to the source, not to the folder of its texts."""
    for finding in found:
        yield replace(finding, path=posixpath.normpath(posixpath.join(root, finding.path)))


def _importer(path: Path) -> Importer | None:
    return next((importer for importer in IMPORTERS if importer.recognises(path)), None)


def _book_within(path: Path) -> Path | None:
    """The one folder of a repository that is a book of a known tool, beside texts that are about it."""
    inner = sorted(child for child in path.iterdir() if child.is_dir()) if path.is_dir() else []
    inner = [child for child in inner if child.resolve().is_relative_to(path.resolve())]
    books = [
        child
        for child in inner
        if not child.name.startswith((".", "_"))
        and (found := _importer(child)) is not None
        and found.read not in (folder.read, single.read)
    ]
    return books[0] if len(books) == 1 else None


def _project(kind: str, linked: Linked, source: Source, count_slides: SlideCounter | None) -> Imported:
    book = linked.book
    files: dict[str, bytes] = {".gitignore": b"build/\n"}
    found = list(book.findings)
    for section in book.sections:
        for piece in section.pieces:
            book.say_at(piece)
            _check_depth(piece.draft, book.root)
            found += formulas.without_colours(piece.draft)
        files[f"source/{section.path}"] = section_text(section).encode()
    copied = dict(linked.pictures)
    metadata = _with_files_that_are_there(book, source, files, found)
    files["source/book.yaml"] = manifest_text(metadata, book.sections).encode()
    for place, name in copied.items():
        data = book.files.get(name) or source.data(name)
        if data is None:
            found.append(
                Finding(
                    path=posixpath.relpath(name, book.root or "."),
                    what="the file cannot be read",
                    done="omitted",
                )
            )
        else:
            files[f"source/{place}"] = data
    placed = set(_placed(found, book.root))
    pieces = (piece for section in book.sections for piece in section.pieces)
    book.say_at(max(pieces, key=lambda piece: len(piece.draft.text)))
    files, told = proved(files, count_slides)
    sections = sum(not s.included for s in book.sections)
    findings = (*sorted(placed), *sorted(set(told)))
    if findings:
        files[notes.FILE] = notes.report(kind, findings).encode()
    return Imported(kind, files, sections, findings)


def _check_depth(draft: Draft, root: str) -> None:
    """Raises ``NoBook`` for lists and quotations so deep that no build reads them; pandoc would try."""
    for line, number in zip(scan(draft.text), draft.lines, strict=False):
        if line.items > _DEEPEST or line.quote.count(">") > _DEEPEST:
            place = Span(path=posixpath.normpath(posixpath.join(root, draft.path)), line=number)
            what = f"lists or block quotes are nested more than {_DEEPEST} levels deep"
            raise no_book("IMP003", place, what, "nest lists and block quotes less deeply")


def _with_files_that_are_there(
    book: SourceBook, source: Source, files: dict[str, bytes], found: list[Finding]
) -> Metadata:
    """The metadata without files that cannot be read; those that can go into ``files``."""

    def copied(name: str) -> bool:
        path = posixpath.normpath(posixpath.join(book.root, name))
        outside = name.startswith(("/", ".."))
        data = None if outside else book.files.get(path) or source.data(path)
        if data is None:
            what = "the file is outside the imported folder" if outside else "the file cannot be read"
            found.append(Finding(path=name, what=what, done="omitted"))
        else:
            files[f"source/{name}"] = data
        return data is not None

    metadata = book.metadata
    return replace(
        metadata,
        authors=tuple(name for author in metadata.authors for name in people.names(author)),
        bibliography=tuple(name for name in metadata.bibliography if copied(name)),
        csl=metadata.csl if metadata.csl and copied(metadata.csl) else "",
        cover=metadata.cover if metadata.cover and copied(metadata.cover) else "",
    )


def write(imported: Imported, destination: Path) -> None:
    """Write the files of a project into a folder that is empty or not there yet."""
    for name, data in imported.files.items():
        path = destination / name
        if ".." in path.relative_to(destination).parts:
            raise UnsafePath(f'path "{name}" is outside the project folder')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


__all__ = ["IMPORTERS", "Imported", "Importer", "NoBook", "import_book", "import_into", "notes", "write"]
