"""A product: the PDF, the e-book or the printed book, its identifiers, its form and what readers are told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triptych.formats import FORMATS, OutputFormat
from triptych.model.accessibility import describe_accessibility
from triptych.model.book import Book
from triptych.model.isbn import URN, parse_isbn
from triptych.settings.manifest import Manifest
from triptych.writers.onix.accessibility import Feature, of_ebook, of_pdf

_PROPRIETARY, _ISBN_13 = "01", "15"  # list 5


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number or name of a product: its kind (list 5) and value; a proprietary one names who gave it."""

    kind: str
    value: str

    @property
    def is_own(self) -> bool:
        """Whether it is the publisher's own."""
        return self.kind == _PROPRIETARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold. ``form`` is of list 150, ``details`` are of list 175; ``digital`` products are files."""

    output: OutputFormat
    label: str
    identifier: Identifier
    form: str
    details: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    digital: bool = True


def products(book: Book, shown: Book, manifest: Manifest, *, printed: bool, pictured: bool) -> list[Product]:
    """Return the outputs that shops sell: the PDF or ``printed`` book, and the e-book, but no handout.

    ``shown`` is the book as the e-book shows it, with ``pictured`` formulas or not.
    """
    made: list[Product] = []
    formats = manifest.format
    for name in manifest.formats:
        form = FORMATS[name]
        if form.record or form.slides or (form.paged and manifest.is_handout):
            continue
        isbn = (formats.pdf.isbn if formats.pdf else "") if form.paged else book.metadata.isbn
        product = Product(output=name, label=form.label, identifier=_identifier(book, isbn, name), form="EA")
        if not form.paged:
            features = of_ebook(describe_accessibility(shown, paged=_is_paged(manifest), pictured=pictured))
            product = replace(product, details=("E101", "E200"), features=tuple(features))
        elif printed:
            product = replace(product, label="the printed book", form="BA", digital=False)
        else:
            product = replace(
                product, details=("E107",), features=tuple(of_pdf(describe_accessibility(shown)))
            )
        made.append(product)
    return made


def _is_paged(manifest: Manifest) -> bool:
    """Whether the e-book lists the pages of the PDF, as it does where both are built."""
    formats = manifest.format
    book = formats.pdf is not None and formats.pdf.content == "book"
    return book and formats.epub is not None and formats.epub.page_list


def _identifier(book: Book, isbn: str, output: str) -> Identifier:
    if isbn:
        return Identifier(_ISBN_13, parse_isbn(isbn))
    name = book.metadata.identifier.removeprefix("urn:uuid:")
    return Identifier(_PROPRIETARY, f"{name}.{output}")


def source_of(book: Book) -> Identifier | None:
    """Return the printed edition that the e-book was made from, if its ISBN is known."""
    source = book.metadata.source
    return Identifier(_ISBN_13, source.removeprefix(URN)) if source.startswith(URN) else None
