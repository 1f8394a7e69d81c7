"""Write an ONIX for Books 3.0 message with reference names, and with a product for each output.

Specification: EDItEUR, ONIX for Books Product Information Format 3.0.8, and its code lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from triptych.engine.seals import UNSEALED, seal_record
from triptych.formats import FORMATS
from triptych.languages.language_tags import library_code, script_and_country
from triptych.model.book import Book, Matter, Metadata
from triptych.model.walk import plain_text
from triptych.settings.formats import OnixOptions, PriceEntry
from triptych.writers.onix.codes import (
    KEYWORDS,
    can_be_main_subject,
    get_role_code,
    get_scheme_code,
    is_proprietary,
)
from triptych.writers.onix.products import Identifier, Product, get_source_identifier

_NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
_UNPREFIXED: Any = {None: _NAMESPACE}
_MAX_SHORT_DESCRIPTION = 350  # characters (list 153)
_DAY = "%Y%m%d"
_UNRESTRICTED = "00"  # list 154
_XHTML = "05"  # list 34


def write_message(book: Book, products: Sequence[Product], options: OnixOptions) -> bytes:
    """Return the ONIX message for a book's products as UTF-8, with a seal that detects later edits."""
    meta = book.metadata
    root = etree.Element(f"{{{_NAMESPACE}}}ONIXMessage", {"release": "3.0"}, nsmap=_UNPREFIXED)
    header = _add(root, "Header")
    sender = _add(header, "Sender")
    _add(sender, "SenderName", get_sender(meta, options))
    if options.email:
        _add(sender, "EmailAddress", options.email)
    _add(header, "SentDateTime", meta.modified.strftime("%Y%m%dT%H%M%SZ"))
    _add(header, "DefaultLanguageOfText", library_code(meta.language))
    for product in products:
        others = [other for other in products if other is not product]
        _add_product(_add(root, "Product"), book, product, others, options)
    etree.indent(root)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return seal_record(text + f"\n<!-- {UNSEALED} -->\n".encode())


def get_sender(meta: Metadata, options: OnixOptions) -> str:
    """Return the sender: the ``sender`` option, else the publisher, the authors or the book title."""
    return options.sender or meta.publisher or ", ".join(meta.maker.names) or meta.title


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _add_product(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], options: OnixOptions
) -> None:
    """Add the composites of a product record in the order of the schema."""
    meta = book.metadata
    _add(root, "RecordReference", f"{product.identifier.value}.onix")
    _add(root, "NotificationType", "03" if options.status == "published" else "02")
    _add_identifier(root, "ProductIdentifier", product.identifier, get_sender(meta, options))
    _add_description(_add(root, "DescriptiveDetail"), meta, product)
    _add_collateral(root, book)
    _add_publishing(_add(root, "PublishingDetail"), meta, options)
    _add_relations(root, book, product, others, get_sender(meta, options))
    _add_supply(_add(root, "ProductSupply"), meta, product, options)


def _add_identifier(parent: etree._Element, name: str, identifier: Identifier, owner: str) -> None:
    element = _add(parent, name)
    _add(element, "ProductIDType", identifier.kind)
    if identifier.is_proprietary:
        _add(element, "IDTypeName", owner)
    _add(element, "IDValue", identifier.value)


def _add_description(detail: etree._Element, meta: Metadata, product: Product) -> None:
    _add(detail, "ProductComposition", "00")
    _add(detail, "ProductForm", product.form)
    for code in product.details:
        _add(detail, "ProductFormDetail", code)
    for feature in product.features:
        element = _add(detail, "ProductFormFeature")
        _add(element, "ProductFormFeatureType", feature.kind)
        _add(element, "ProductFormFeatureValue", feature.code)
        if feature.words:
            _add(element, "ProductFormFeatureDescription", feature.words)
    _add(detail, "PrimaryContentType", "10")
    if product.digital:
        _add(detail, "EpubTechnicalProtection", "00")
    if meta.series:
        collection = _add(detail, "Collection")
        _add(collection, "CollectionType", "10")
        title = _add(collection, "TitleDetail")
        _add(title, "TitleType", "01")
        element = _add(title, "TitleElement")
        _add(element, "TitleElementLevel", "02")
        if meta.series.number:
            _add(element, "PartNumber", meta.series.number)
        _add(element, "TitleText", meta.series.name)
    title = _add(detail, "TitleDetail")
    _add(title, "TitleType", "01")
    element = _add(title, "TitleElement")
    _add(element, "TitleElementLevel", "01")
    _add(element, "TitleText", meta.title)
    if meta.subtitle:
        _add(element, "Subtitle", meta.subtitle)
    _add_contributors(detail, meta)
    language = _add(detail, "Language")
    _add(language, "LanguageRole", "01")
    for name, code in _iter_language_elements(meta.language):
        _add(language, name, code)
    _add_subjects(detail, meta)


def _add_contributors(detail: etree._Element, meta: Metadata) -> None:
    for number, person in enumerate(meta.people, 1):
        element = _add(detail, "Contributor")
        _add(element, "SequenceNumber", str(number))
        _add(element, "ContributorRole", get_role_code(person.role))
        name = "CorporateName" if person.organisation else "PersonName"
        _add(element, name, person.name)
        if person.file_as:
            _add(element, f"{name}Inverted", person.file_as)
    if not meta.people:
        _add(detail, "NoContributor")


def _iter_language_elements(tag: str) -> Iterator[tuple[str, str]]:
    """Iterate over the names and codes of the ONIX elements for a language tag."""
    yield "LanguageCode", library_code(tag)
    script, country = script_and_country(tag)
    if country:
        yield "CountryCode", country
    if script:
        yield "ScriptCode", script


def _add_subjects(detail: etree._Element, meta: Metadata) -> None:
    """Add the subjects; the first of each scheme is a main subject, if the scheme allows it.

    Subjects without a code are added to the keywords.
    """
    seen: set[str] = set()
    words = list(meta.keywords)
    for subject in meta.subjects:
        if not subject.authority:
            words.append(subject.name)
            continue
        scheme = get_scheme_code(subject.authority, subject.term)
        element = _add(detail, "Subject")
        if scheme not in seen and can_be_main_subject(scheme):
            _add(element, "MainSubject")
            seen.add(scheme)
        _add(element, "SubjectSchemeIdentifier", scheme)
        if is_proprietary(scheme):
            _add(element, "SubjectSchemeName", subject.authority)
        _add(element, "SubjectCode", subject.term)
        _add(element, "SubjectHeadingText", subject.name)
    if words:
        element = _add(detail, "Subject")
        _add(element, "SubjectSchemeIdentifier", KEYWORDS)
        _add(element, "SubjectHeadingText", "; ".join(words))


def _add_collateral(root: etree._Element, book: Book) -> None:
    """Add the description, a short description if it is not too long, and the table of contents."""
    meta = book.metadata
    chapters = [
        plain_text(chapter.title)
        for chapter in book.chapters
        if chapter.matter in (Matter.BODY, Matter.APPENDIX) and chapter.title
    ]
    paragraphs = [
        part.strip() for part in re.split(r"\n\s*\n", meta.blurb or meta.description) if part.strip()
    ]
    if not paragraphs and not chapters:
        return
    detail = _add(root, "CollateralDetail")
    if 0 < len(meta.description) <= _MAX_SHORT_DESCRIPTION:
        _add_text(detail, "02").text = meta.description
    if paragraphs:
        text = _add_text(detail, "03", textformat=_XHTML)
        for paragraph in paragraphs:
            _add(text, "p", " ".join(paragraph.split()))
    if chapters:
        entries = _add(_add_text(detail, "04", textformat=_XHTML), "ol")
        for chapter in chapters:
            _add(entries, "li", chapter)


def _add_text(detail: etree._Element, kind: str, **attributes: str) -> etree._Element:
    """Add a ``TextContent`` of a text type (list 153) for any audience, and return its ``Text`` element."""
    content = _add(detail, "TextContent")
    _add(content, "TextType", kind)
    _add(content, "ContentAudience", _UNRESTRICTED)
    return _add(content, "Text", **attributes)


def _add_publishing(detail: etree._Element, meta: Metadata, options: OnixOptions) -> None:
    publisher = _add(detail, "Publisher")
    _add(publisher, "PublishingRole", "01")
    _add(publisher, "PublisherName", meta.publisher or get_sender(meta, options))
    _add(detail, "PublishingStatus", "04" if options.status == "published" else "02")
    if meta.date:
        date = _add(detail, "PublishingDate")
        _add(date, "PublishingDateRole", "01")
        _add(date, "Date", meta.date.strftime(_DAY), dateformat="00")
    if options.countries:
        rights = _add(detail, "SalesRights")
        _add(rights, "SalesRightsType", "01")
        _add_territory(rights, options.countries)


def _add_territory(parent: etree._Element, countries: Sequence[str]) -> None:
    territory = _add(parent, "Territory")
    if "WORLD" in countries:
        _add(territory, "RegionsIncluded", "WORLD")
    else:
        _add(territory, "CountriesIncluded", " ".join(countries))


def _add_relations(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], owner: str
) -> None:
    """Add the book's other products, and for an EPUB the printed edition that is its source."""
    related = [("06", other.identifier) for other in others]
    source = None if FORMATS[product.output].paged else get_source_identifier(book)
    if source and source not in [it for _, it in related]:
        related.append(("13", source))
    if not related:
        return
    material = _add(root, "RelatedMaterial")
    for code, identifier in related:
        element = _add(material, "RelatedProduct")
        _add(element, "ProductRelationCode", code)
        _add_identifier(element, "ProductIdentifier", identifier, owner)


def _add_supply(supply: etree._Element, meta: Metadata, product: Product, options: OnixOptions) -> None:
    detail = _add(supply, "SupplyDetail")
    supplier = _add(detail, "Supplier")
    _add(supplier, "SupplierRole", "01")
    _add(supplier, "SupplierName", meta.publisher or get_sender(meta, options))
    _add(detail, "ProductAvailability", "20" if options.status == "published" else "10")
    prices = [price for price in options.prices if price.output in ("", product.output)]
    for price in prices:
        _add_price(_add(detail, "Price"), price)
    if not prices:
        _add(detail, "UnpricedItemType", "04")


def _add_price(element: etree._Element, price: PriceEntry) -> None:
    if price.currency:
        _add(element, "PriceType", "02" if price.tax == "included" else "01")
        _add(element, "PriceAmount", price.amount)
        _add(element, "CurrencyCode", price.currency)
    else:
        _add(element, "UnpricedItemType", "01")
    if price.countries:
        _add_territory(element, price.countries)
