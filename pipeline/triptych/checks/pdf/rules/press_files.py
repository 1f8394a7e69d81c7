"""Files for a press: nobody reads them, so that they have no tags, links or titles for readers."""

from __future__ import annotations

from typing import Any

import pikepdf


def is_for_press(pdf: pikepdf.Pdf) -> bool:
    """Whether a file says that it is PDF/X (ISO 15930-7, 6.2.2) and not that it is for readers."""
    root: Any = pdf.Root
    kinds = {str(intent.get("/S", "")) for intent in root.get("/OutputIntents", ())}
    return "/GTS_PDFX" in kinds and "/StructTreeRoot" not in root
