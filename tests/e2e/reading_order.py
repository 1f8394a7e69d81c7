"""Compare the text of a PDF, in tag order, with the document model and with a second reader.

Differences are returned as lines. If there are none, all content of the book is read once, in order, and the
only additional text is generated: names, numbers, contents, index.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from triptych.checks.pdf.page_contents import MarkedContentKey, read_pdf_contents
from triptych.checks.pdf.reading_order import compare_reading_order
from triptych.checks.pdf.structure import StructureElement, read_structure
from triptych.checks.pieces import Piece, iter_pieces
from triptych.checks.wordings import normalise_text
from triptych.languages.labels import load_labels
from triptych.markup.contents import list_numbered_elements
from triptych.model.book import Book, LabelKind
from triptych.model.nodes import IndexEntry
from triptych.model.walk import book_nodes, plain_text
from triptych.passes.chart_data import add_chart_data
from triptych.passes.conditions import select_for_output

from .rendering import program, run

_SOME = 3  # letters: shorter words occur inside others
_COUNTED = re.compile(r"[ivxlcdm]*\d*|[a-z]?\d*[a-z]?\d*")  # as 7, vii, 53a and a1: pages, panels, appendices


def structure_text(path: Path) -> str:
    """Return the text of a PDF in structure order, one line per block, with alt text for drawings."""
    data = path.read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = read_structure(pdf, read_pdf_contents(data))
    if structure is None:
        raise ValueError(f"{path.name} is not tagged")
    return structure.text


def reading_differences(
    book: Book, text: str, *, chart_data: bool = True, files: bool = False, added: tuple[str, ...] = ()
) -> list[str]:
    """Return the differences between a book and the text of its PDF, one line per position.

    ``chart_data`` and ``files`` are settings of the manifest. ``added`` are sentences that a template adds to
    every book, such as a note on fonts on the title page.
    """
    shown = select_for_output(book, "pdf")
    if chart_data:
        shown = add_chart_data(shown, load_labels(book.metadata.language), files=files)
    reading_order = compare_reading_order(shown, text)
    known = _known(shown, added)
    return [
        *(f"not in one piece: {_told(piece)}" for piece in reading_order.missing_pieces),
        *(f"in another place: {_told(piece)}" for piece in reading_order.displaced_pieces),
        *(f"not the book's: {line}" for line in reading_order.extra_texts if not _is_known(line, known)),
    ]


def _told(piece: Piece) -> str:
    words = " ".join(piece.wordings[0].split())
    return f"{piece.span or piece.chapter}: {piece.kind}: {words[:90]}"


def _known(book: Book, added: tuple[str, ...]) -> list[str]:
    """Return the letters of all text that may be repeated or generated, longest first."""
    meta = book.metadata
    text = [*added, meta.title, meta.subtitle, meta.description, meta.rights, meta.publisher, meta.identifier]
    text += [*load_labels(meta.language).words.values(), *(person.name for person in meta.people)]
    text += [wording for piece in iter_pieces(book) for wording in piece.wordings]
    text += [plain_text(node.content) for node in book_nodes(book) if isinstance(node, IndexEntry)]
    text += [plain_text(line.title) for kind in LabelKind for line in list_numbered_elements(book, kind)]
    if meta.date:
        text.append(load_labels(meta.language).dated(meta.date))
    return sorted(
        {word for word in map(normalise_text, text) if len(word) >= _SOME},
        key=lambda word: (-len(word), word),
    )


def _is_known(line: str, known: list[str]) -> bool:
    """Return whether a line consists of known words and numbers."""
    for words in known:
        line = line.replace(words, " ")
    return all(_COUNTED.fullmatch(left) for left in line.split())


def marked_lines(path: Path) -> list[str]:
    """Return the letters of each marked-content sequence in structure order, including drawings."""
    data = path.read_bytes()
    contents = read_pdf_contents(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = read_structure(pdf, contents)
    if structure is None:
        raise ValueError(f"{path.name} is not tagged")

    def lines(element: StructureElement) -> Iterator[str]:
        for kid in element.kids:
            if isinstance(kid, StructureElement):
                yield from lines(kid)
            elif isinstance(kid, MarkedContentKey):
                yield normalise_text(
                    "".join(run.text for run in contents.runs_by_marked_content.get(kid, ()))
                )

    tops = (element for element in structure.elements if element.parent is None)
    return [line for top in tops for line in lines(top) if line]


def poppler_lines(path: Path) -> list[str]:
    """Return the same lines as poppler reads them; it leaves right-to-left lines in visual order.

    `pdfinfo` writes each text in quotation marks on its own line, between the tags.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book.pdf"
        _number_inner_sequences(path, copy)
        output = (line.strip() for line in run([program("pdfinfo"), "-struct-text", copy]).splitlines())
    quoted = (line[1:-1] for line in output if line.startswith('"') and line.endswith('"'))
    return [line for line in map(normalise_text, quoted) if line]


def _number_inner_sequences(path: Path, copy: Path) -> None:
    """Return a copy in which nested sequences that are part of the text have an unused MCID.

    Poppler 25.03 mistakes the end of a sequence without an MCID for the end of the enclosing sequence, and
    omits the text after it.
    """
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
            content = page.Contents.read_bytes()
            page.Contents.write(content.replace(b"<</ActualText", b"<</MCID 999999 /ActualText"))
        pdf.save(copy)
