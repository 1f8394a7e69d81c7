"""What readers are told of accessibility, in ONIX: list 196, and list 143 for hazards.

The facts are those of the e-book's own metadata. A code is given where the finished file bears it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from triptych.model.accessibility import Accessibility
from triptych.model.book import AccessibilityDeclaration

_DETAIL, _HAZARD = "09", "12"  # list 79: what kind of feature it is


class Feature(NamedTuple):
    """A feature of a product: its kind (list 79), the code that says it, and words or an address beside."""

    kind: str
    code: str
    words: str = ""


# By the names of Schema.org's properties, as the e-book has them.
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
# Of every e-book: no option of reading systems is switched off; languages, roles and landmarks are marked.
_ALWAYS = ("10", "22", "30", "32")
# Of every PDF that is not for a press: PDF/UA-1, contents that lead into the text, one order, languages.
_PDF = ("05", "11", "13", "22")


def of_ebook(said: Accessibility) -> list[Feature]:
    """Return the features of an e-book."""
    codes = {*_ALWAYS, *(_FEATURES[name] for name in said.features if name in _FEATURES)}
    codes |= _of_content(said)
    if said.described_in_full:
        codes.add("15")
    summary = Feature(_DETAIL, "00", said.summary)
    return [summary, *_details(codes), *_declared(said.declared), *_hazards(said)]


def of_pdf(said: Accessibility) -> list[Feature]:
    """Return the features of a PDF, whose tags match the e-book's markup. It inherits no declarations."""
    codes = {
        *_PDF,
        *(_FEATURES[name] for name in said.features if name in ("alternativeText", "describedMath")),
    }
    return [*_details(codes | _of_content(said)), *_hazards(said)]


def _of_content(said: Accessibility) -> set[str]:
    """Return the codes that hold for both: charts with their data, and content that need not be seen."""
    return ({"16"} if said.data_as_text else set()) | ({"52"} if "textual" in said.sufficient else set())


def _details(codes: set[str]) -> Iterator[Feature]:
    return (Feature(_DETAIL, code) for code in sorted(codes))


def _declared(declared: AccessibilityDeclaration) -> Iterator[Feature]:
    """Return the conformance level, who certified it, and legal exemptions."""
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


def _hazards(said: Accessibility) -> Iterator[Feature]:
    return (Feature(_HAZARD, code) for hazard in said.hazards for code in _HAZARDS[hazard])
