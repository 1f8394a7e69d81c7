"""Derive the accessibility statements that bookshops show for an EPUB, and compare them with its content.

The statements are the compact ones of W3C's Accessibility Metadata Display Guide for Digital Publications
2.0, derived from the metadata as specified in the guide's Display Techniques for EPUB.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from ruamel.yaml import YAML

from triptych.checks.epub.package import PackageDocument, read_package_document
from triptych.media.xml_parsing import MATHML, XHTML, get_local_name

_OPF = "{http://www.idpf.org/2007/opf}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_INFORMATION = "No information is available"
_CLAIM = re.compile(r"EPUB Accessibility 1\.1 - WCAG (2\.[0-2]) Level (A{1,3})")
_CLAIM_1_0 = re.compile(r"http://www\.idpf\.org/epub/a11y/accessibility-20170105\.html#wcag-(a{1,3})")
_OPTIONAL_FEATURES = frozenset(("describedMath", "aria", "rubyAnnotations", "fullRubyAnnotations"))
_ABSENT_HAZARDS = {"noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"}
_UNKNOWN_HAZARDS = {"unknownFlashingHazard", "unknownMotionSimulationHazard", "unknownSoundHazard"}
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_INDEX_LOCATORS = frozenset(("index-locator", "index-locator-range"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that bookshops show for an EPUB.

    ``facts`` describes the content that supports the statement, such as the number of images with alt text.
    If ``unsupported`` is true, the EPUB has no such content. The statement links to the URL ``link``.
    """

    words: str
    facts: str = ""
    unsupported: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSection:
    """The statements under one heading.

    ``undeclared`` lists content that is missing from the metadata. ``language`` is the language of statements
    written by the publisher.
    """

    title: str
    statements: tuple[Statement, ...]
    undeclared: tuple[str, ...] = ()
    language: str = ""


class _FeatureRow(NamedTuple):
    """An accessibility feature: its metadata values, its statement, and the key and label of its count."""

    values: list[str]
    statement: str
    count_key: str = ""
    count_name: str = ""


@cache
def _load_statement_table() -> Any:
    """Load the table of statements, with a list of features for each section."""
    table = YAML(typ="safe").load(Path(__file__).with_name("statements.yaml"))
    for section in ("navigation", "rich-content", "additional"):
        table[section] = [_FeatureRow(*row) for row in table[section]]
    return table


def list_statements(data: bytes) -> tuple[StatementSection, ...]:
    """Return the statements for an EPUB in the guide's order, or () if the file is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = read_package_document(archive.read)
            metadata = _Metadata(etree.fromstring(archive.read(package.path)))
            contents = count_contents(package, archive.read)
    except (zipfile.BadZipFile, KeyError, StopIteration, etree.XMLSyntaxError, NotImplementedError, OSError):
        return ()
    return tuple(_iter_sections(metadata, contents))


class _Metadata:
    """The metadata of a package document, by property."""

    def __init__(self, package: etree._Element) -> None:
        self._metas = [meta for meta in package.iter(f"{_OPF}meta") if meta.get("property")]
        self._links = list(package.iter(f"{_OPF}link"))
        self.language = package.get(_LANGUAGE) or ""

    def get_values(self, name: str) -> list[str]:
        """Return all values of a property, and the URLs of links with this property as their relation."""
        values = [" ".join((meta.text or "").split()) for meta in self._metas if meta.get("property") == name]
        return values + [link.get("href", "") for link in self._links if link.get("rel") == name]

    def get_first_value(self, name: str) -> str:
        """Return the first value of a property, or "" if there is none."""
        return next(iter(self.get_values(name)), "")

    @property
    def features(self) -> frozenset[str]:
        """The values of ``schema:accessibilityFeature``."""
        return frozenset(self.get_values("schema:accessibilityFeature"))


def _iter_sections(metadata: _Metadata, contents: Counter[str]) -> Iterator[StatementSection]:
    features = metadata.features
    yield StatementSection(
        title="Ways of reading", statements=tuple(_iter_ways_of_reading(metadata, contents))
    )
    yield StatementSection(title="Conformance", statements=tuple(_iter_conformance(metadata)))
    yield _make_feature_section("Navigation", "navigation", features, contents)
    yield _make_feature_section("Rich content", "rich-content", features, contents)
    yield StatementSection(
        title="Hazards", statements=tuple(_iter_hazards(metadata.get_values("schema:accessibilityHazard")))
    )
    summary = metadata.get_first_value("schema:accessibilitySummary")
    yield StatementSection(
        title="Accessibility summary",
        statements=(Statement(words=summary or _NO_INFORMATION),),
        language=metadata.language if summary else "",
    )
    exempt = any(value.startswith("eaa") for value in metadata.get_values("a11y:exemption"))
    claim = "Claims an accessibility exemption in some jurisdictions"
    yield StatementSection(
        title="Legal considerations", statements=(Statement(words=claim if exempt else _NO_INFORMATION),)
    )
    yield _make_feature_section("Additional accessibility information", "additional", features, contents)


def _iter_ways_of_reading(metadata: _Metadata, contents: Counter[str]) -> Iterator[Statement]:
    features = metadata.features
    modes, sufficient = (
        metadata.get_values("schema:accessMode"),
        metadata.get_values("schema:accessModeSufficient"),
    )
    if "displayTransformability" in features:
        yield Statement(words="Appearance can be modified")
    elif "pre-paginated" in metadata.get_values("rendition:layout"):
        yield Statement(words="Appearance cannot be modified")
    else:
        yield Statement(words="No information about appearance modifiability is available")
    alternatives = features & {
        "longDescription",
        "longDescriptions",
        "alternativeText",
        "describedMath",
        "transcript",
    }
    images, described_count = contents["images"], contents["described"]
    facts = f"{described_count} of {images} images have alt text"
    facts = facts if images else "no images other than decorative ones"
    if modes == ["textual"] or "textual" in sufficient:
        words = "Readable in read aloud or dynamic braille"
        yield Statement(words=words, facts=facts, unsupported=images > described_count)
    elif any("textual" in mode for mode in (*modes, *sufficient)) or alternatives:
        yield Statement(words="Not fully readable in read aloud or dynamic braille", facts=facts)
    elif modes in (["auditory"], ["visual"]):
        yield Statement(words="Not readable in read aloud or dynamic braille", facts=facts)
    else:
        yield Statement(words="No information about nonvisual reading is available", facts=facts)
    if alternatives:
        unsupported = images > described_count or not (images or contents["formulas"])
        yield Statement(words="Has alternative text", facts=facts, unsupported=unsupported)
    if "synchronizedAudioText" in features:
        yield Statement(words="Prerecorded audio synchronized with text")
    elif "auditory" in sufficient:
        yield Statement(words="Prerecorded audio only")
    elif "auditory" in modes:
        yield Statement(words="Prerecorded audio clips", facts=_format_count(contents["audio"], "recordings"))
    else:
        yield Statement(words="No information about prerecorded audio is available")


def _iter_conformance(metadata: _Metadata) -> Iterator[Statement]:
    claims = metadata.get_values("dcterms:conformsTo")
    version, wcag, level = "", "", ""
    if claim_match := next((match for claim in claims if (match := _CLAIM.search(claim))), None):
        version, (wcag, level) = "1.1", claim_match.groups()
    elif claim_match := max(
        filter(None, map(_CLAIM_1_0.search, claims)), key=lambda m: len(m[1]), default=None
    ):
        version, wcag, level = "1.0", "2.0", claim_match[1].upper()
    if not level:
        yield Statement(words=_NO_INFORMATION)
        return
    yield Statement(
        words=_load_statement_table()["conformance"][level],
        facts="declared by the publisher; not checked automatically",
    )
    if certifier := metadata.get_first_value("a11y:certifiedBy"):
        yield Statement(words=f"The publication was certified by {certifier}")
    if credential := metadata.get_first_value("a11y:certifierCredential"):
        yield Statement(words=f"The certifier's credential is {credential}", link=_get_url(credential))
    yield Statement(
        words=f"This publication claims to meet EPUB Accessibility {version} WCAG {wcag} Level {level}"
    )
    if report := metadata.get_first_value("a11y:certifierReport"):
        words = "For more information refer to the certifier's report"
        yield Statement(words=words, link=_get_url(report))


def _make_feature_section(
    title: str, section: str, features: frozenset[str], contents: Counter[str]
) -> StatementSection:
    """Return a section with the declared features and their counts, and the undeclared content."""
    statements, undeclared = [], []
    for row in _load_statement_table()[section]:
        number = contents[row.count_key]
        facts = _format_count(number, row.count_name) if row.count_key else ""
        if features.intersection(row.values):
            unsupported = bool(row.count_key) and not number
            statements.append(Statement(words=row.statement, facts=facts, unsupported=unsupported))
        elif number and not _OPTIONAL_FEATURES.intersection(row.values) and row.count_key != "video":
            undeclared.append(f"{facts}, but `{row.values[0]}` is missing from the metadata")
    statements = statements or [Statement(words=_NO_INFORMATION)]
    return StatementSection(title=title, statements=tuple(statements), undeclared=tuple(undeclared))


def _iter_hazards(values: Sequence[str]) -> Iterator[Statement]:
    if "none" in values or set(values) >= _ABSENT_HAZARDS:
        yield Statement(words="No hazards")
    elif "unknown" in values or set(values) >= _UNKNOWN_HAZARDS:
        yield Statement(words="The presence of hazards is unknown")
    elif hazard_words := [
        words for name, words in _load_statement_table()["hazards"].items() if name in values
    ]:
        yield from (Statement(words=words) for words in hazard_words)
    else:
        yield Statement(words=_NO_INFORMATION)


def _get_url(words: str) -> str:
    return words if words.startswith(("https://", "http://")) else ""


def _format_count(number: int, plural: str) -> str:
    if number == 1:
        plural = re.sub(r"ies\b|s\b", lambda ending: "y" if ending[0] == "ies" else "", plural, count=1)
    return f"{number or 'no'} {plural}"


def count_contents(package: PackageDocument, read_file: Callable[[str], bytes]) -> Counter[str]:
    """Count images, formulas, headings and other elements in all content documents of an EPUB.

    ``images`` counts informative images, ``described`` those with alt text, and ``extended`` those with an
    extended description. ``spoken`` counts MathML formulas with alt text. Raise ``etree.XMLSyntaxError`` if a
    document is invalid. Errors of ``read_file`` are not handled.
    """
    counts = Counter[str]()
    for item in package.items:
        if item.media_type == "application/xhtml+xml":
            page = _count_page_contents(etree.fromstring(read_file(item.path)))
            if "nav" not in item.properties:
                page["contents_links"] = page["listed_pages"] = 0
            counts += page
    return counts


def _count_page_contents(page: etree._Element) -> Counter[str]:
    elements = list(page.iter(etree.Element))
    types = {element: (element.get(_EPUB_TYPE) or "").split() for element in elements}
    images = [element for element in elements if _is_informative_image(element)]
    formulas = [element for element in elements if element.tag == f"{MATHML}math"]
    return Counter(
        images=len(images),
        described=sum(map(_has_alt_text, images)),
        extended=sum(1 for element in images if _has_extended_description(element)),
        formulas=len(formulas),
        spoken=sum(1 for formula in formulas if (formula.get("alttext") or "").strip()),
        headings=sum(1 for element in elements if get_local_name(element) in _HEADINGS),
        roles=sum(1 for element in elements if element.get("role")),
        page_breaks=sum(1 for type_names in types.values() if "pagebreak" in type_names),
        contents_links=_count_links(element for element in elements if "toc" in types[element]),
        listed_pages=_count_links(element for element in elements if "page-list" in types[element]),
        index_links=sum(1 for element in elements if _INDEX_LOCATORS.intersection(types[element])),
        ruby=sum(1 for element in elements if element.tag == f"{XHTML}ruby"),
        audio=sum(1 for element in elements if element.tag == f"{XHTML}audio"),
        video=sum(1 for element in elements if element.tag == f"{XHTML}video"),
    )


def _is_informative_image(element: etree._Element) -> bool:
    """Return whether an element is an informative image that is not part of another image."""
    hidden = element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none")
    if hidden or any(above.get("role") == "img" for above in element.iterancestors()):
        return False
    if element.tag == f"{XHTML}img":
        return element.get("alt") != ""
    return element.get("role") == "img"


def _has_alt_text(image: etree._Element) -> bool:
    return any((image.get(name) or "").strip() for name in ("alt", "aria-label", "aria-labelledby"))


def _has_extended_description(image: etree._Element) -> bool:
    """Return whether an image or its figure refers to an extended description."""
    figures = (above for above in image.iterancestors() if above.tag == f"{XHTML}figure")
    return any(
        element.get(name)
        for element in (image, *figures)
        for name in ("aria-details", "aria-describedby", "longdesc")
    )


def _count_links(parts: Iterable[etree._Element]) -> int:
    return sum(1 for part in parts for _ in part.iter(f"{XHTML}a"))
