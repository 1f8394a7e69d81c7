"""PowerPoint's sections, in the extension that PowerPoint 2010 brought ([MS-PPTX] 2.6.7)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.text import child, cleaned, extended
from triptych.writers.deck.pptx.elements import element_of, slide_list
from triptych.writers.deck.pptx.terms import Presentation

_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def add_sections(presentation: Presentation, names: Sequence[str], opening: str) -> None:
    """Group the slides: ``names`` has for each slide the section that starts there, or "".

    Slides before the first section go into one called ``opening``: a list must cover every slide.
    The ids of sections are the same in each build.
    """
    if not any(names):
        return
    identifiers = [element.get("id") for element in slide_list(presentation)]
    root = element_of(presentation.part)
    extensions = root.find(qn("p:extLst"))
    if extensions is None:
        extensions = child(root, "p:extLst")
    extension = child(extensions, "p:ext", uri=_URI)
    sections = extended(extension, "p14:sectionLst")
    slides: Any = None
    for index, (name, identifier) in enumerate(zip(names, identifiers, strict=True)):
        if name or slides is None:
            title = cleaned(name or opening)
            guid = uuid.uuid5(uuid.NAMESPACE_URL, f"triptych:section:{index}:{title}")
            section = extended(sections, "p14:section", name=title, id=f"{{{guid}}}".upper())
            slides = extended(section, "p14:sldIdLst")
        extended(slides, "p14:sldId", id=identifier)
