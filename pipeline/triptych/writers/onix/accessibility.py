"""Convert accessibility metadata to ONIX codes (list 196 for features, list 143 for hazards)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from triptych.model.accessibility import Accessibility
from triptych.model.book import AccessibilityDeclaration

_ACCESSIBILITY_DETAIL, _HAZARD_WARNING = "09", "12"  # list 79


class ProductFormFeature(NamedTuple):
    """A product feature: its type (list 79), its code, and a text or URL."""

    type_code: str
    code: str
    description: str = ""


# ONIX codes by value of schema:accessibilityFeature.
_FEATURES: Mapping[str, str] = {
    "tableOfContents": "11",
    "index": "12",
    "readingOrder": "13",
    "alternativeText": "14",
    "MathML": "17",
    "pageBreakMarkers": "19",
    "structuralNavigation": "29",
    "displayTransformability": "36",
    "pageNavigation": "41",
    "describedMath": "53",
}
_HAZARDS: Mapping[str, tuple[str, ...]] = {
    "none": ("00",),
    "flashing": ("13",),
    "noFlashingHazard": ("14",),
    "sound": ("15",),
    "noSoundHazard": ("16",),
    "motionSimulation": ("17",),
    "noMotionSimulationHazard": ("18",),
    "unknownFlashingHazard": ("24",),
    "unknownSoundHazard": ("25",),
    "unknownMotionSimulationHazard": ("26",),
    "unknown": ("24", "25", "26"),
}
_WCAG_VERSIONS: Mapping[str, str] = {"2.0": "80", "2.1": "81", "2.2": "82"}
_WCAG_LEVELS: Mapping[str, str] = {"A": "84", "AA": "85", "AAA": "86"}
_EXEMPTIONS: Mapping[str, str] = {
    "eaa-microenterprise": "75",
    "eaa-disproportionate-burden": "76",
    "eaa-fundamental-alteration": "77",
}
# No reading system accessibility options are disabled; language tagging; ARIA roles; landmarks.
_EPUB_CODES = ("10", "22", "30", "32")
# PDF/UA-1; table of contents navigation; single logical reading order; language tagging.
_PDF_CODES = ("05", "11", "13", "22")


def list_epub_features(accessibility: Accessibility) -> list[ProductFormFeature]:
    """Return the accessibility features of an EPUB."""
    codes = {*_EPUB_CODES, *(_FEATURES[name] for name in accessibility.features if name in _FEATURES)}
    if accessibility.described_in_full:
        codes.add("15")
    summary = ProductFormFeature(_ACCESSIBILITY_DETAIL, "00", accessibility.summary)
    details = _iter_detail_features(codes, accessibility)
    return [
        summary,
        *details,
        *_iter_declared_features(accessibility.declared),
        *_iter_hazard_features(accessibility),
    ]


def list_pdf_features(accessibility: Accessibility) -> list[ProductFormFeature]:
    """Return the accessibility features of a PDF. Its tags match the markup of the EPUB.

    The publisher's declarations are omitted, because they apply only to the EPUB.
    """
    described_features = {"alternativeText", "describedMath"} & {*accessibility.features}
    codes = {*_PDF_CODES, *(_FEATURES[name] for name in described_features)}
    return [*_iter_detail_features(codes, accessibility), *_iter_hazard_features(accessibility)]


def _iter_detail_features(codes: set[str], accessibility: Accessibility) -> Iterator[ProductFormFeature]:
    """Yield the features with these codes, and those for chart data as text and for textual access."""
    codes |= {"16"} if accessibility.data_as_text else set()
    codes |= {"52"} if "textual" in accessibility.sufficient else set()
    return (ProductFormFeature(_ACCESSIBILITY_DETAIL, code) for code in sorted(codes))


def _iter_declared_features(declaration: AccessibilityDeclaration) -> Iterator[ProductFormFeature]:
    """Yield the features for the conformance level, certification and legal exemption."""
    if declaration.conforms_to:
        _, version, _, level = declaration.conforms_to.split()
        yield from (
            ProductFormFeature(_ACCESSIBILITY_DETAIL, code)
            for code in ("04", _WCAG_VERSIONS[version], _WCAG_LEVELS[level])
        )
    if declaration.certified_by:
        yield ProductFormFeature(_ACCESSIBILITY_DETAIL, "90", declaration.certified_by)
        if declaration.credential:
            yield ProductFormFeature(
                _ACCESSIBILITY_DETAIL,
                "89" if "://" in declaration.credential else "88",
                declaration.credential,
            )
        if declaration.report:
            yield ProductFormFeature(_ACCESSIBILITY_DETAIL, "94", declaration.report)
    if declaration.exemption:
        yield ProductFormFeature(_ACCESSIBILITY_DETAIL, _EXEMPTIONS[declaration.exemption])


def _iter_hazard_features(accessibility: Accessibility) -> Iterator[ProductFormFeature]:
    return (
        ProductFormFeature(_HAZARD_WARNING, code)
        for hazard in accessibility.hazards
        for code in _HAZARDS[hazard]
    )
