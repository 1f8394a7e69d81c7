"""Convert accessibility metadata to ONIX codes (list 196 for features, list 143 for hazards)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from triptych.model.accessibility import Accessibility
from triptych.model.book import AccessibilityDeclaration

_DETAIL, _HAZARD = "09", "12"  # list 79


class Feature(NamedTuple):
    """A product feature: its type (list 79), its code, and a text or URL."""

    kind: str
    code: str
    words: str = ""


# By the values of schema:accessibilityFeature.
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
_WCAG: Mapping[str, str] = {"2.0": "80", "2.1": "81", "2.2": "82"}
_LEVELS: Mapping[str, str] = {"A": "84", "AA": "85", "AAA": "86"}
_EXEMPTIONS: Mapping[str, str] = {
    "eaa-microenterprise": "75",
    "eaa-disproportionate-burden": "76",
    "eaa-fundamental-alteration": "77",
}
# No reading system accessibility options are disabled; language tagging; ARIA roles; landmarks.
_EPUB = ("10", "22", "30", "32")
# PDF/UA-1; table of contents navigation; single logical reading order; language tagging.
_PDF = ("05", "11", "13", "22")


def list_epub_features(accessibility: Accessibility) -> list[Feature]:
    """Return the accessibility features of an EPUB."""
    codes = {*_EPUB, *(_FEATURES[name] for name in accessibility.features if name in _FEATURES)}
    if accessibility.described_in_full:
        codes.add("15")
    summary = Feature(_DETAIL, "00", accessibility.summary)
    details = _list_details(codes, accessibility)
    return [summary, *details, *_list_declarations(accessibility.declared), *_list_hazards(accessibility)]


def list_pdf_features(accessibility: Accessibility) -> list[Feature]:
    """Return the accessibility features of a PDF, whose tags match the EPUB's markup.

    The publisher's declarations are omitted, because they apply only to the EPUB.
    """
    described = {"alternativeText", "describedMath"} & {*accessibility.features}
    codes = {*_PDF, *(_FEATURES[name] for name in described)}
    return [*_list_details(codes, accessibility), *_list_hazards(accessibility)]


def _list_details(codes: set[str], accessibility: Accessibility) -> Iterator[Feature]:
    """Return the features with these codes; add codes for chart data as text and for textual access."""
    codes |= {"16"} if accessibility.data_as_text else set()
    codes |= {"52"} if "textual" in accessibility.sufficient else set()
    return (Feature(_DETAIL, code) for code in sorted(codes))


def _list_declarations(declared: AccessibilityDeclaration) -> Iterator[Feature]:
    """Iterate over the features for the conformance level, certification and legal exemption."""
    if declared.conforms_to:
        _, version, _, level = declared.conforms_to.split()
        yield from (Feature(_DETAIL, code) for code in ("04", _WCAG[version], _LEVELS[level]))
    if declared.certified_by:
        yield Feature(_DETAIL, "90", declared.certified_by)
        if declared.credential:
            yield Feature(_DETAIL, "89" if "://" in declared.credential else "88", declared.credential)
        if declared.report:
            yield Feature(_DETAIL, "94", declared.report)
    if declared.exemption:
        yield Feature(_DETAIL, _EXEMPTIONS[declared.exemption])


def _list_hazards(accessibility: Accessibility) -> Iterator[Feature]:
    return (Feature(_HAZARD, code) for hazard in accessibility.hazards for code in _HAZARDS[hazard])
