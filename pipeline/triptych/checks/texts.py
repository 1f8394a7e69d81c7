"""The text of finished files, as letters: no white space, hyphens, marks or typographic variants.

What is compared this way does not depend on where lines and pages break.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import pypdfium2
from lxml import etree

from triptych.checks.pdf.page_contents import is_right_to_left, read_contents
from triptych.checks.pdf.structure import read_structure
from triptych.checks.pdf.values import is_for_press, read_alternatives
from triptych.checks.wordings import normalize
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.xml_names import MATHML
from triptych.ooxml.xml import MC, P14, A, C, M, P, collect_text

_DECK_PART = re.compile(r"ppt/(slides|notesSlides|charts)/[a-zA-Z]+(\d+)\.xml$")
_PRESENTATION = "ppt/presentation.xml"


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says: ``shown`` to its reader, ``spoken`` by a speaker, and as alternative texts.

    ``objects`` are the things that are more than text or a picture, by their kind: of a chart the
    letters of its alternative text, of a table those of each cell, of a formula its own in
    alphabetical order. A kind that is not there is one that the format draws. In a ``still`` file
    nothing moves; a ``talk`` leaves to the book what it does not tell; a ``mute`` one is for a press and says
    nothing of its drawings. ``pages`` are what the pages are called, each with the place in ``shown`` at
    which it begins.
    """

    shown: str
    spoken: str = ""
    alternatives: str = ""
    objects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    still: bool = False
    talk: bool = False
    mute: bool = False
    pages: tuple[tuple[int, str], ...] = ()

    def page_of(self, place: int) -> str:
        """Return the label of the page that contains a position in ``shown``, "" without pages."""
        at = bisect_right(self.pages, place, key=lambda page: page[0])
        return self.pages[at - 1][1] if at else ""


def make_formula_key(text: str) -> str:
    """Return the letters of a formula in alphabetical order: formats order its parts differently."""
    return "".join(sorted(normalize(text)))


def read_pdf_text(data: bytes, memory: Memory = NO_MEMORY) -> FileText:
    """Extract the letters of a PDF's pages, and of the alternative texts in its structure."""
    import pikepdf

    with pypdfium2.PdfDocument(data) as document:
        from_right = is_right_to_left(document)
        texts = [normalize(page.get_textpage().get_text_range().replace("\ufffe", "")) for page in document]
        names = [document.get_page_label(place) or str(place + 1) for place in range(len(document))]
    starts = accumulate((len(text) for text in texts[:-1]), initial=0)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        # In books from the right PDFium turns the words of each line round, whatever its script is.
        structure = read_structure(pdf, read_contents(data)) if from_right else None
        alternative_texts, mute = normalize(read_alternatives(pdf)), is_for_press(pdf)
    if structure:
        return FileText(normalize(structure.text), alternatives=alternative_texts, still=True)
    pages = tuple(zip(starts, names, strict=False))
    return FileText("".join(texts), alternatives=alternative_texts, still=True, mute=mute, pages=pages)


def read_epub_text(data: bytes, memory: Memory = NO_MEMORY) -> FileText:
    """Extract the letters of an e-book's pages, and of the alternative texts of images and formulas."""
    shown, alternatives, formulas = [], [], set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".xhtml"):
                continue
            page = etree.fromstring(archive.read(name))
            shown.append("".join(str(text) for text in page.itertext()))
            formulas |= {make_formula_key(get_mathml_text(formula)) for formula in page.iter(f"{MATHML}math")}
            for element in page.iter():
                spoken = ("alt", "alttext", *(("aria-label",) if element.get("role") == "img" else ()))
                alternatives += [str(element.get(key)) for key in spoken if element.get(key)]
    return FileText(
        normalize("".join(shown)),
        alternatives=normalize(" ".join(alternatives)),
        objects={"formula": frozenset(formulas)},
    )


def get_mathml_text(formula: Any) -> str:
    """Return the characters of a MathML element, without its TeX annotation."""
    annotations = ("annotation", "annotation-xml")
    return "".join(
        element.text or ""
        for element in formula.iter(etree.Element)
        if etree.QName(element).localname not in annotations
    )


def read_deck_text(data: bytes, memory: Memory = NO_MEMORY) -> FileText:
    """Return the letters of a deck's slides and notes, and of the alternative texts of its objects.

    The names of its sections, which presenter view and the slide sorter show, count as spoken.
    """
    return memory.call(_read_deck_text, data, memory)


def _read_deck_text(data: bytes, memory: Memory) -> FileText:
    texts: dict[str, list[str]] = {"slides": [], "notesSlides": [], "charts": []}
    alternatives: list[str] = []
    objects: dict[str, set[str]] = {"chart": set(), "table": set(), "formula": set()}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, folder in _list_text_parts(archive.namelist()):
            part = memory.call(_read_part, archive.read(name))
            texts[folder].append(part.shown)
            alternatives.append(part.alternatives)
            for kind, found in part.objects.items():
                objects[kind] |= found
        sections = (
            _get_section_names(archive.read(_PRESENTATION)) if _PRESENTATION in archive.namelist() else ""
        )
    return FileText(
        "".join(texts["slides"] + texts["charts"]),
        "".join(texts["notesSlides"]) + sections,
        "".join(alternatives),
        {kind: frozenset(found) for kind, found in objects.items()},
        talk=True,
    )


def _read_part(data: bytes) -> FileText:
    tree = etree.fromstring(data)
    formulas = ("".join(run.text or "" for run in one.iter(f"{M}t")) for one in tree.iter(f"{M}oMath"))
    return FileText(
        # What older programs show says all that an equation says, in letters.
        normalize(collect_text(select_fallbacks(tree))),
        alternatives=normalize(" ".join(shape.get("descr") or "" for shape in tree.iter(f"{P}cNvPr"))),
        objects={
            "chart": frozenset(map(normalize, _iter_chart_alternatives(tree))),
            "table": frozenset(normalize(collect_text(cell)) for cell in tree.iter(f"{A}tc")),
            "formula": frozenset(map(make_formula_key, formulas)),
        },
    )


def _get_section_names(data: bytes) -> str:
    """Return the letters of the names of a presentation's sections."""
    sections = etree.fromstring(data).iter(f"{P14}section")
    return "".join(normalize(section.get("name") or "") for section in sections)


def _list_text_parts(names: list[str]) -> Iterator[tuple[str, str]]:
    """List the parts that hold text, each with its folder, in the order of the slides."""
    parts = [
        (match.group(1), int(match.group(2)), name) for name in names if (match := _DECK_PART.match(name))
    ]
    for folder, _, name in sorted(parts):
        yield name, folder


def _iter_chart_alternatives(tree: Any) -> Iterator[str]:
    for frame in tree.iter(f"{P}graphicFrame"):
        if next(frame.iter(f"{C}chart"), None) is not None:
            yield str(next(frame.iter(f"{P}cNvPr")).get("descr") or "")


def select_choices(tree: Any) -> Any:
    """Return a part as a program sees it that supports all extensions (ECMA-376 Part 3)."""
    return _drop_elements(tree, f"{MC}Fallback")


def select_fallbacks(tree: Any) -> Any:
    """Return a part as a program sees it that supports no extension."""
    return _drop_elements(tree, f"{MC}Choice")


def _drop_elements(tree: Any, tag: str) -> Any:
    if next(tree.iter(tag), None) is None:
        return tree
    seen = copy.deepcopy(tree)
    for element in list(seen.iter(tag)):
        element.getparent().remove(element)
    return seen
