"""The outputs that a book has: one entry each, from which all that differs between them by name is derived.

A new output is an entry here, its options in the manifest, a writer (``writers/__init__.py``), a check
(``checks/__init__.py``) and a reader of its text (``checks/texts.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

OutputFormat: TypeAlias = Literal["pdf", "epub", "pptx", "onix"]
_DOTS = ("png", "jpg", "jpeg", "webp", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What an output is called and what it is like.

    ``name`` stands in sentences. ``words`` are what authors call it in conditions, Quarto's names among them.
    ``making`` says what a build is doing. ``pictures`` are the endings of picture files that a name without
    one may mean, the best first. ``paged`` outputs have pages of their own; ``slides`` show little and say
    the rest; ``own_fonts`` show no character that they bring no face for. A ``record`` says what the book is,
    and shows nothing of it. ``ending`` is that of its file, where that is not what it is asked for by.
    """

    name: str
    making: str
    media_type: str
    words: tuple[str, ...]
    pictures: tuple[str, ...]
    paged: bool = False
    slides: bool = False
    own_fonts: bool = False
    record: bool = False
    ending: str = ""


OUTPUTS: Mapping[OutputFormat, Output] = {
    "pdf": Output(
        name="the PDF",
        making="Laying out the PDF",
        media_type="application/pdf",
        words=("pdf", "print", "latex", "typst"),
        # A page of a PDF has to be drawn as dots: print has enough of them, while for screens the author's
        # own are the better ones.
        pictures=("svg", "pdf", *_DOTS),
        paged=True,
        own_fonts=True,
    ),
    "epub": Output(
        name="the EPUB",
        making="Writing the EPUB",
        media_type="application/epub+zip",
        words=("epub", "html", "ebook"),
        pictures=("svg", *_DOTS, "pdf"),
    ),
    "pptx": Output(
        name="the deck",
        making="Laying out the deck",
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        words=("pptx", "slides", "deck", "powerpoint"),
        pictures=("svg", *_DOTS, "pdf"),
        slides=True,
    ),
    "onix": Output(
        name="the ONIX record",
        making="Writing the ONIX record",
        media_type="application/xml",
        words=(),
        pictures=(),
        record=True,
        ending="onix.xml",
    ),
}
# Those that show the book; all that can be asked for are the keys of OUTPUTS.
OUTPUT_FORMATS: tuple[OutputFormat, ...] = tuple(
    name for name, output in OUTPUTS.items() if not output.record
)
