"""The book's metadata → an ONIX for Books 3.0 message, with reference names and a product for each file.

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
from triptych.writers.onix.codes import KEYWORDS, is_named, may_be_main, role_code, scheme_code
from triptych.writers.onix.products import Identifier, Product, source_of

_NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
_UNPREFIXED: Any = {None: _NAMESPACE}
_SHORT = 350  # letters of a short description, list 153
_DAY = "%Y%m%d"
_EVERYONE = "00"
_XHTML = "05"  # list 34


def message(book: Book, products: Sequence[Product], options: OnixOptions) -> bytes:
    """Return the message, in UTF-8, sealed."""
    meta = book.metadata
    root = etree.Element(f"{{{_NAMESPACE}}}ONIXMessage", {"release": "3.0"}, nsmap=_UNPREFIXED)
    header = _put(root, "Header")
    sender = _put(header, "Sender")
    _put(sender, "SenderName", sender_of(meta, options))
    if options.email:
        _put(sender, "EmailAddress", options.email)
    _put(header, "SentDateTime", meta.modified.strftime("%Y%m%dT%H%M%SZ"))
    _put(header, "DefaultLanguageOfText", library_code(meta.language))
    for product in products:
        others = [other for other in products if other is not product]
        _product(_put(root, "Product"), book, product, others, options)
    etree.indent(root)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return seal_record(text + f"\n<!-- {UNSEALED} -->\n".encode())


def sender_of(meta: Metadata, options: OnixOptions) -> str:
    """Who sends the record: as the manifest has it, else the publisher, else who made the book."""
    return options.sender or meta.publisher or ", ".join(meta.maker.names) or meta.title


def _put(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _product(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], options: OnixOptions
) -> None:
    """All blocks of a product, in the order of the schema."""
    meta = book.metadata
    _put(root, "RecordReference", f"{product.identifier.value}.onix")
    _put(root, "NotificationType", "03" if options.status == "published" else "02")
    _identifier(root, "ProductIdentifier", product.identifier, sender_of(meta, options))
    _description(_put(root, "DescriptiveDetail"), meta, product)
    _collateral(root, book)
    _publishing(_put(root, "PublishingDetail"), meta, options)
    _relations(root, book, product, others, sender_of(meta, options))
    _supply(_put(root, "ProductSupply"), meta, product, options)


def _identifier(parent: etree._Element, name: str, identifier: Identifier, owner: str) -> None:
    element = _put(parent, name)
    _put(element, "ProductIDType", identifier.kind)
    if identifier.is_own:
        _put(element, "IDTypeName", owner)
    _put(element, "IDValue", identifier.value)


def _description(detail: etree._Element, meta: Metadata, product: Product) -> None:
    _put(detail, "ProductComposition", "00")
    _put(detail, "ProductForm", product.form)
    for code in product.details:
        _put(detail, "ProductFormDetail", code)
    for feature in product.features:
        element = _put(detail, "ProductFormFeature")
        _put(element, "ProductFormFeatureType", feature.kind)
        _put(element, "ProductFormFeatureValue", feature.code)
        if feature.words:
            _put(element, "ProductFormFeatureDescription", feature.words)
    _put(detail, "PrimaryContentType", "10")
    if product.digital:
        _put(detail, "EpubTechnicalProtection", "00")
    if meta.series:
        collection = _put(detail, "Collection")
        _put(collection, "CollectionType", "10")
        title = _put(collection, "TitleDetail")
        _put(title, "TitleType", "01")
        element = _put(title, "TitleElement")
        _put(element, "TitleElementLevel", "02")
        if meta.series.number:
            _put(element, "PartNumber", meta.series.number)
        _put(element, "TitleText", meta.series.name)
    title = _put(detail, "TitleDetail")
    _put(title, "TitleType", "01")
    element = _put(title, "TitleElement")
    _put(element, "TitleElementLevel", "01")
    _put(element, "TitleText", meta.title)
    if meta.subtitle:
        _put(element, "Subtitle", meta.subtitle)
    _people(detail, meta)
    language = _put(detail, "Language")
    _put(language, "LanguageRole", "01")
    for name, code in _language(meta.language):
        _put(language, name, code)
    _subjects(detail, meta)


def _people(detail: etree._Element, meta: Metadata) -> None:
    for number, person in enumerate(meta.people, 1):
        element = _put(detail, "Contributor")
        _put(element, "SequenceNumber", str(number))
        _put(element, "ContributorRole", role_code(person.role))
        name = "CorporateName" if person.organisation else "PersonName"
        _put(element, name, person.name)
        if person.file_as:
            _put(element, f"{name}Inverted", person.file_as)
    if not meta.people:
        _put(detail, "NoContributor")


def _language(tag: str) -> Iterator[tuple[str, str]]:
    """Add the language, and the country and script in its tag."""
    yield "LanguageCode", library_code(tag)
    script, country = script_and_country(tag)
    if country:
        yield "CountryCode", country
    if script:
        yield "ScriptCode", script


def _subjects(detail: etree._Element, meta: Metadata) -> None:
    """Subjects by their schemes, the first of each the main one; words alone are keywords."""
    seen: set[str] = set()
    words = list(meta.keywords)
    for subject in meta.subjects:
        if not subject.authority:
            words.append(subject.name)
            continue
        scheme = scheme_code(subject.authority, subject.term)
        element = _put(detail, "Subject")
        if scheme not in seen and may_be_main(scheme):
            _put(element, "MainSubject")
            seen.add(scheme)
        _put(element, "SubjectSchemeIdentifier", scheme)
        if is_named(scheme):
            _put(element, "SubjectSchemeName", subject.authority)
        _put(element, "SubjectCode", subject.term)
        _put(element, "SubjectHeadingText", subject.name)
    if words:
        element = _put(detail, "Subject")
        _put(element, "SubjectSchemeIdentifier", KEYWORDS)
        _put(element, "SubjectHeadingText", "; ".join(words))


def _collateral(root: etree._Element, book: Book) -> None:
    """Add the description, a short one if it is short, the blurb and the table of contents."""
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
    detail = _put(root, "CollateralDetail")
    if 0 < len(meta.description) <= _SHORT:
        _text(detail, "02").text = meta.description
    if paragraphs:
        text = _text(detail, "03", textformat=_XHTML)
        for paragraph in paragraphs:
            _put(text, "p", " ".join(paragraph.split()))
    if chapters:
        entries = _put(_text(detail, "04", textformat=_XHTML), "ol")
        for chapter in chapters:
            _put(entries, "li", chapter)


def _text(detail: etree._Element, kind: str, **attributes: str) -> etree._Element:
    """Add a text of a kind (list 153), for any audience."""
    content = _put(detail, "TextContent")
    _put(content, "TextType", kind)
    _put(content, "ContentAudience", _EVERYONE)
    return _put(content, "Text", **attributes)


def _publishing(detail: etree._Element, meta: Metadata, options: OnixOptions) -> None:
    publisher = _put(detail, "Publisher")
    _put(publisher, "PublishingRole", "01")
    _put(publisher, "PublisherName", meta.publisher or sender_of(meta, options))
    _put(detail, "PublishingStatus", "04" if options.status == "published" else "02")
    if meta.date:
        date = _put(detail, "PublishingDate")
        _put(date, "PublishingDateRole", "01")
        _put(date, "Date", meta.date.strftime(_DAY), dateformat="00")
    if options.countries:
        rights = _put(detail, "SalesRights")
        _put(rights, "SalesRightsType", "01")
        _territory(rights, options.countries)


def _territory(parent: etree._Element, countries: Sequence[str]) -> None:
    territory = _put(parent, "Territory")
    if "WORLD" in countries:
        _put(territory, "RegionsIncluded", "WORLD")
    else:
        _put(territory, "CountriesIncluded", " ".join(countries))


def _relations(
    root: etree._Element, book: Book, product: Product, others: Sequence[Product], owner: str
) -> None:
    """Add the other products of the book, and the printed edition that the e-book was made from."""
    related = [("06", other.identifier) for other in others]
    source = None if FORMATS[product.output].paged else source_of(book)
    if source and source not in [it for _, it in related]:
        related.append(("13", source))
    if not related:
        return
    material = _put(root, "RelatedMaterial")
    for code, identifier in related:
        element = _put(material, "RelatedProduct")
        _put(element, "ProductRelationCode", code)
        _identifier(element, "ProductIdentifier", identifier, owner)


def _supply(supply: etree._Element, meta: Metadata, product: Product, options: OnixOptions) -> None:
    detail = _put(supply, "SupplyDetail")
    supplier = _put(detail, "Supplier")
    _put(supplier, "SupplierRole", "01")
    _put(supplier, "SupplierName", meta.publisher or sender_of(meta, options))
    _put(detail, "ProductAvailability", "20" if options.status == "published" else "10")
    prices = [price for price in options.prices if price.output in ("", product.output)]
    for price in prices:
        _price(_put(detail, "Price"), price)
    if not prices:
        _put(detail, "UnpricedItemType", "04")


def _price(element: etree._Element, price: PriceEntry) -> None:
    if price.currency:
        _put(element, "PriceType", "02" if price.tax == "included" else "01")
        _put(element, "PriceAmount", price.amount)
        _put(element, "CurrencyCode", price.currency)
    else:
        _put(element, "UnpricedItemType", "01")
    if price.countries:
        _territory(element, price.countries)
