"""List the products of an ONIX record (PDF or printed book, and EPUB) with identifiers and features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.diagnostics import Diagnostic, Span
from triptych.formats import FORMATS, OutputFormat
from triptych.model.accessibility import describe_accessibility
from triptych.model.book import Book, Metadata
from triptych.model.isbn import URN, parse_isbn
from triptych.project import MANIFEST
from triptych.settings.manifest import Manifest
from triptych.writers.onix.accessibility import ProductFormFeature, list_epub_features, list_pdf_features

_PROPRIETARY, _ISBN_13 = "01", "15"  # list 5


@dataclass(frozen=True, slots=True)
class ProductIdentifier:
    """A product identifier with its ONIX type (list 5)."""

    type_code: str
    value: str

    @property
    def is_proprietary(self) -> bool:
        """Whether the identifier is proprietary, as opposed to an ISBN."""
        return self.type_code == _PROPRIETARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product for sale; ``form`` is a code of list 150, and ``details`` are codes of list 175."""

    output: OutputFormat
    label: str
    identifier: ProductIdentifier
    form: str
    details: tuple[str, ...] = ()
    features: tuple[ProductFormFeature, ...] = ()
    is_digital: bool = True


def list_products(
    book: Book, epub_book: Book, manifest: Manifest, *, is_printed: bool, has_formula_images: bool
) -> list[Product]:
    """Return the products for sale: the PDF or the printed book, and the EPUB.

    ``epub_book`` is the book with the content of the EPUB. If ``is_printed`` is true, the PDF is sold as a
    printed book. If ``has_formula_images`` is true, formulas in the EPUB are images.
    """
    products: list[Product] = []
    formats = manifest.format
    for name in manifest.formats:
        form = FORMATS[name]
        if form.is_record or form.is_deck or (form.is_paged and manifest.is_handout):
            continue
        isbn = (formats.pdf.isbn if formats.pdf else "") if form.is_paged else book.metadata.isbn
        product = Product(
            output=name, label=form.label, identifier=_make_identifier(book, isbn, name), form="EA"
        )
        if not form.is_paged:
            accessibility = describe_accessibility(
                epub_book, has_page_breaks=_has_page_list(manifest), has_formula_images=has_formula_images
            )
            features = tuple(list_epub_features(accessibility))
            product = replace(product, details=("E101", "E200"), features=features)
        elif is_printed:
            product = replace(product, label="the printed book", form="BA", is_digital=False)
        else:
            features = tuple(list_pdf_features(describe_accessibility(epub_book)))
            product = replace(product, details=("E107",), features=features)
        products.append(product)
    return products


def _has_page_list(manifest: Manifest) -> bool:
    """Return whether the EPUB has a page list of the PDF's pages."""
    formats = manifest.format
    book = formats.pdf is not None and formats.pdf.content == "book"
    return book and formats.epub is not None and formats.epub.page_list


def _make_identifier(book: Book, isbn: str, output: str) -> ProductIdentifier:
    if isbn:
        return ProductIdentifier(_ISBN_13, parse_isbn(isbn))
    name = book.metadata.identifier.removeprefix("urn:uuid:")
    return ProductIdentifier(_PROPRIETARY, f"{name}.{output}")


def get_source_identifier(book: Book) -> ProductIdentifier | None:
    """Return the ISBN of the printed edition that the EPUB was made from, or None if unknown."""
    source = book.metadata.source
    return ProductIdentifier(_ISBN_13, source.removeprefix(URN)) if source.startswith(URN) else None


def report_missing_metadata(meta: Metadata, products: Sequence[Product]) -> list[Diagnostic]:
    """Report ONX001 for missing metadata, and ONX002 for a record without products."""
    span = Span(path=MANIFEST)
    if not products:
        message = "the ONIX record contains no products: the output formats include neither PDF nor EPUB"
        hint = "add `pdf` or `epub` under `format:`"
        return [Diagnostic(code="ONX002", span=span, message=message, hint=hint)]
    missing = [f"ISBN of {product.label}" for product in products if product.identifier.is_proprietary]
    schemes = {subject.authority.upper() for subject in meta.subjects}
    required = {
        "publisher": meta.publisher,
        "date": meta.date,
        "description": meta.description or meta.blurb,
        "Thema or BISAC subject": schemes & {"THEMA", "BISAC"},
        "author": meta.people,
    }
    missing += [name for name, value in required.items() if not value]
    if not missing:
        return []
    message = f"metadata that retailers require is missing: {', '.join(missing)}"
    hint = "add the missing fields under `book:`; the PDF edition's ISBN goes under `format: {pdf: …}`"
    return [Diagnostic(code="ONX001", span=span, message=message, hint=hint)]
