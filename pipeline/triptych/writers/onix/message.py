"""Write an ONIX for Books 3.0 message with reference names and a product for each output.

Specification: EDItEUR, ONIX for Books Product Information Format 3.0.8, and its code lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from triptych.engine.output_digests import DIGEST_PLACEHOLDER, insert_record_digest
from triptych.formats import FORMATS
from triptych.languages.language_tags import get_library_code, get_script_and_country
from triptych.model.book import Book, Matter, Metadata
from triptych.model.walk import plain_text
from triptych.settings.format_options import OnixOptions, PriceEntry
from triptych.writers.onix.codes import (
    KEYWORDS,
    can_be_main_subject,
    get_role_code,
    get_scheme_code,
    is_proprietary,
)
from triptych.writers.onix.products import Product, ProductIdentifier, get_source_identifier

_NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
_NAMESPACE_MAP: Any = {None: _NAMESPACE}
_MAX_SHORT_DESCRIPTION = 350  # characters (list 153)
_DATE_FORMAT = "%Y%m%d"
_ANY_AUDIENCE = "00"  # list 154
_XHTML = "05"  # list 34


def write_message(book: Book, products: Sequence[Product], options: OnixOptions) -> bytes:
    """Return the ONIX message for a book's products as UTF-8, with a digest that reveals later edits."""
    meta = book.metadata
    root = etree.Element(f"{{{_NAMESPACE}}}ONIXMessage", {"release": "3.0"}, nsmap=_NAMESPACE_MAP)
    header = _add_element(root, "Header")
    sender = _add_element(header, "Sender")
    _add_element(sender, "SenderName", get_sender_name(meta, options))
    if options.email:
        _add_element(sender, "EmailAddress", options.email)
    _add_element(header, "SentDateTime", meta.modified.strftime("%Y%m%dT%H%M%SZ"))
    _add_element(header, "DefaultLanguageOfText", get_library_code(meta.language))
    for product in products:
        others = [other for other in products if other is not product]
        _add_product(_add_element(root, "Product"), book, product, others, options)
    etree.indent(root)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return insert_record_digest(text + f"\n<!-- {DIGEST_PLACEHOLDER} -->\n".encode())


def get_sender_name(meta: Metadata, options: OnixOptions) -> str:
    """Return the sender: the ``sender`` option, or else the publisher, the authors or the book title."""
    return options.sender or meta.publisher or ", ".join(meta.maker.names) or meta.title


def _add_element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _add_product(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], options: OnixOptions
) -> None:
    """Add a product record. The order of its composites is that of the schema."""
    meta = book.metadata
    _add_element(root, "RecordReference", f"{product.identifier.value}.onix")
    _add_element(root, "NotificationType", "03" if options.status == "published" else "02")
    _add_identifier(root, "ProductIdentifier", product.identifier, get_sender_name(meta, options))
    _add_description(_add_element(root, "DescriptiveDetail"), meta, product)
    _add_collateral_detail(root, book)
    _add_publishing(_add_element(root, "PublishingDetail"), meta, options)
    _add_related_products(root, book, product, others, get_sender_name(meta, options))
    _add_supply_detail(_add_element(root, "ProductSupply"), meta, product, options)


def _add_identifier(parent: etree._Element, name: str, identifier: ProductIdentifier, owner: str) -> None:
    element = _add_element(parent, name)
    _add_element(element, "ProductIDType", identifier.type_code)
    if identifier.is_proprietary:
        _add_element(element, "IDTypeName", owner)
    _add_element(element, "IDValue", identifier.value)


def _add_description(detail: etree._Element, meta: Metadata, product: Product) -> None:
    _add_element(detail, "ProductComposition", "00")
    _add_element(detail, "ProductForm", product.form)
    for code in product.details:
        _add_element(detail, "ProductFormDetail", code)
    for feature in product.features:
        element = _add_element(detail, "ProductFormFeature")
        _add_element(element, "ProductFormFeatureType", feature.type_code)
        _add_element(element, "ProductFormFeatureValue", feature.code)
        if feature.description:
            _add_element(element, "ProductFormFeatureDescription", feature.description)
    _add_element(detail, "PrimaryContentType", "10")
    if product.is_digital:
        _add_element(detail, "EpubTechnicalProtection", "00")
    if meta.series:
        collection = _add_element(detail, "Collection")
        _add_element(collection, "CollectionType", "10")
        title = _add_element(collection, "TitleDetail")
        _add_element(title, "TitleType", "01")
        element = _add_element(title, "TitleElement")
        _add_element(element, "TitleElementLevel", "02")
        if meta.series.number:
            _add_element(element, "PartNumber", meta.series.number)
        _add_element(element, "TitleText", meta.series.name)
    title = _add_element(detail, "TitleDetail")
    _add_element(title, "TitleType", "01")
    element = _add_element(title, "TitleElement")
    _add_element(element, "TitleElementLevel", "01")
    _add_element(element, "TitleText", meta.title)
    if meta.subtitle:
        _add_element(element, "Subtitle", meta.subtitle)
    _add_contributors(detail, meta)
    language = _add_element(detail, "Language")
    _add_element(language, "LanguageRole", "01")
    for name, code in _iter_language_elements(meta.language):
        _add_element(language, name, code)
    _add_subjects(detail, meta)


def _add_contributors(detail: etree._Element, meta: Metadata) -> None:
    for number, person in enumerate(meta.people, 1):
        element = _add_element(detail, "Contributor")
        _add_element(element, "SequenceNumber", str(number))
        _add_element(element, "ContributorRole", get_role_code(person.role))
        name = "CorporateName" if person.organisation else "PersonName"
        _add_element(element, name, person.name)
        if person.file_as:
            _add_element(element, f"{name}Inverted", person.file_as)
    if not meta.people:
        _add_element(detail, "NoContributor")


def _iter_language_elements(tag: str) -> Iterator[tuple[str, str]]:
    """Yield the names and codes of the ONIX elements for a language tag."""
    yield "LanguageCode", get_library_code(tag)
    script, country = get_script_and_country(tag)
    if country:
        yield "CountryCode", country
    if script:
        yield "ScriptCode", script


def _add_subjects(detail: etree._Element, meta: Metadata) -> None:
    """Add the subjects. The first one of each scheme is a main subject if the scheme allows this.

    Subjects without a code are added to the keywords.
    """
    seen: set[str] = set()
    words = list(meta.keywords)
    for subject in meta.subjects:
        if not subject.authority:
            words.append(subject.name)
            continue
        scheme = get_scheme_code(subject.authority, subject.term)
        element = _add_element(detail, "Subject")
        if scheme not in seen and can_be_main_subject(scheme):
            _add_element(element, "MainSubject")
            seen.add(scheme)
        _add_element(element, "SubjectSchemeIdentifier", scheme)
        if is_proprietary(scheme):
            _add_element(element, "SubjectSchemeName", subject.authority)
        _add_element(element, "SubjectCode", subject.term)
        _add_element(element, "SubjectHeadingText", subject.name)
    if words:
        element = _add_element(detail, "Subject")
        _add_element(element, "SubjectSchemeIdentifier", KEYWORDS)
        _add_element(element, "SubjectHeadingText", "; ".join(words))


def _add_collateral_detail(root: etree._Element, book: Book) -> None:
    """Add the description, a short description unless it would be too long, and the table of contents."""
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
    detail = _add_element(root, "CollateralDetail")
    if 0 < len(meta.description) <= _MAX_SHORT_DESCRIPTION:
        _add_text_content(detail, "02").text = meta.description
    if paragraphs:
        text = _add_text_content(detail, "03", textformat=_XHTML)
        for paragraph in paragraphs:
            _add_element(text, "p", " ".join(paragraph.split()))
    if chapters:
        entries = _add_element(_add_text_content(detail, "04", textformat=_XHTML), "ol")
        for chapter in chapters:
            _add_element(entries, "li", chapter)


def _add_text_content(detail: etree._Element, kind: str, **attributes: str) -> etree._Element:
    """Add a ``TextContent`` of a text type (list 153) for any audience; return its ``Text`` element."""
    content = _add_element(detail, "TextContent")
    _add_element(content, "TextType", kind)
    _add_element(content, "ContentAudience", _ANY_AUDIENCE)
    return _add_element(content, "Text", **attributes)


def _add_publishing(detail: etree._Element, meta: Metadata, options: OnixOptions) -> None:
    publisher = _add_element(detail, "Publisher")
    _add_element(publisher, "PublishingRole", "01")
    _add_element(publisher, "PublisherName", meta.publisher or get_sender_name(meta, options))
    _add_element(detail, "PublishingStatus", "04" if options.status == "published" else "02")
    if meta.date:
        date = _add_element(detail, "PublishingDate")
        _add_element(date, "PublishingDateRole", "01")
        _add_element(date, "Date", meta.date.strftime(_DATE_FORMAT), dateformat="00")
    if options.countries:
        rights = _add_element(detail, "SalesRights")
        _add_element(rights, "SalesRightsType", "01")
        _add_territory(rights, options.countries)


def _add_territory(parent: etree._Element, countries: Sequence[str]) -> None:
    territory = _add_element(parent, "Territory")
    if "WORLD" in countries:
        _add_element(territory, "RegionsIncluded", "WORLD")
    else:
        _add_element(territory, "CountriesIncluded", " ".join(countries))


def _add_related_products(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], owner: str
) -> None:
    """Add the book's other products and, for an EPUB, the printed edition that is its source."""
    related = [("06", other.identifier) for other in others]
    source = None if FORMATS[product.output].is_paged else get_source_identifier(book)
    if source and source not in [it for _, it in related]:
        related.append(("13", source))
    if not related:
        return
    material = _add_element(root, "RelatedMaterial")
    for code, identifier in related:
        element = _add_element(material, "RelatedProduct")
        _add_element(element, "ProductRelationCode", code)
        _add_identifier(element, "ProductIdentifier", identifier, owner)


def _add_supply_detail(
    supply: etree._Element, meta: Metadata, product: Product, options: OnixOptions
) -> None:
    detail = _add_element(supply, "SupplyDetail")
    supplier = _add_element(detail, "Supplier")
    _add_element(supplier, "SupplierRole", "01")
    _add_element(supplier, "SupplierName", meta.publisher or get_sender_name(meta, options))
    _add_element(detail, "ProductAvailability", "20" if options.status == "published" else "10")
    prices = [price for price in options.prices if price.output in ("", product.output)]
    for price in prices:
        _add_price(_add_element(detail, "Price"), price)
    if not prices:
        _add_element(detail, "UnpricedItemType", "04")


def _add_price(element: etree._Element, price: PriceEntry) -> None:
    if price.currency:
        _add_element(element, "PriceType", "02" if price.tax == "included" else "01")
        _add_element(element, "PriceAmount", price.amount)
        _add_element(element, "CurrencyCode", price.currency)
    else:
        _add_element(element, "UnpricedItemType", "01")
    if price.countries:
        _add_territory(element, price.countries)
