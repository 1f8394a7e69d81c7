"""What a bound book is for: readers and archives (ISO 14289-1, ISO 19005-3), or a press (ISO 15930-7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from triptych.media.inks import CONDITION, CONDITION_IN_WORDS, REGISTRY, Inks, profile_path
from triptych.writers.print.binding.marks import Boxes, page_boxes
from triptych.writers.print.layout.installed_engine import srgb_profile
from triptych.writers.print.pdf_syntax import PdfFile, text_string

Standard: TypeAlias = Literal["pdf/ua", "pdf/x-4"]


@dataclass(frozen=True, slots=True)
class Finish:
    """The standard that a file keeps to, its inks, and what a press cuts by; ``bleed`` is in points."""

    standard: Standard = "pdf/ua"
    inks: Inks = "rgb"
    bleed: float = 0.0
    crop_marks: bool = False

    @property
    def for_press(self) -> bool:
        """Whether links and what is read aloud are left out, since nobody reads the file itself."""
        return self.standard == "pdf/x-4"

    @property
    def version(self) -> str:
        """The version of PDF."""
        return "1.6" if self.for_press else "1.7"

    def boxes(self, size: tuple[float, float]) -> Boxes:
        """The boxes of a page of some size."""
        return page_boxes(*size, self.bleed, marks=self.crop_marks)

    def intent(self, file: PdfFile) -> bytes:
        """Put the profile of the colours into the file → its output intent (ISO 32000-1, 14.11.5)."""
        kind = b"/GTS_PDFX" if self.for_press else b"/GTS_PDFA1"
        if self.inks == "rgb":
            profile = file.add_stream(b"/N 3", srgb_profile().read_bytes())
            words = b"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
        else:
            profile = file.add_stream(b"/N 4", profile_path().read_bytes())
            words = b"/OutputConditionIdentifier%s/OutputCondition%s/RegistryName%s/Info%s" % (
                text_string(CONDITION),
                text_string(CONDITION_IN_WORDS),
                text_string(REGISTRY),
                text_string(CONDITION_IN_WORDS),
            )
        return b"<</Type/OutputIntent/S%s%s/DestOutputProfile %d 0 R>>" % (kind, words, profile)
