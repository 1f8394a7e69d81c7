"""Extract the normalised text of output files, which does not depend on line and page breaks."""

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

from triptych.checks.pdf.page_contents import is_right_to_left, read_pdf_contents
from triptych.checks.pdf.structure import read_structure
from triptych.checks.pdf.values import is_for_press, read_alt_texts
from triptych.checks.wordings import normalise_text
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.xml_parsing import MATHML
from triptych.ooxml.xml import MC, P14, A, C, M, P, collect_text

_DECK_PART = re.compile(r"ppt/(slides|notesSlides|charts)/[a-zA-Z]+(\d+)\.xml$")
_PRESENTATION = "ppt/presentation.xml"


@dataclass(frozen=True, slots=True)
class FileText:
    """The normalised text of an output file: visible text, speaker notes and alt texts.

    - ``object_keys``: identifies the native charts, tables and formulas of the file, by type: charts by their
      alt text, tables by the text of their cells, formulas by their `make_formula_key` or by their alt text.
      Types that the format can show only as drawings are missing.
    - ``is_static``: whether the file has no animations.
    - ``is_print_only``: whether the file has no alt texts.
    - ``is_talk``: whether the file is a deck that may omit content of the book.
    - ``page_starts``: the offset in ``visible_text`` at which each page starts, with the page label.
    """

    visible_text: str
    notes_text: str = ""
    alt_texts: str = ""
    object_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_static: bool = False
    is_talk: bool = False
    is_print_only: bool = False
    page_starts: tuple[tuple[int, str], ...] = ()

    def get_page_label(self, offset: int) -> str:
        """Return the label of the page at an offset in the visible text, or "" if the file has no pages."""
        index = bisect_right(self.page_starts, offset, key=lambda page: page[0])
        return self.page_starts[index - 1][1] if index else ""


def make_formula_key(text: str) -> str:
    """Return the sorted characters of a formula, because formats arrange its symbols differently."""
    return "".join(sorted(normalise_text(text)))


def read_pdf_text(data: bytes) -> FileText:
    """Extract the text of a PDF's pages and the alt texts of its structure tree."""
    import pikepdf

    with pypdfium2.PdfDocument(data) as document:
        right_to_left = is_right_to_left(document)
        texts = [
            normalise_text(page.get_textpage().get_text_range().replace("\ufffe", "")) for page in document
        ]
        labels = [document.get_page_label(index) or str(index + 1) for index in range(len(document))]
    starts = accumulate((len(text) for text in texts[:-1]), initial=0)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        # In right-to-left books, PDFium reverses the words of each line, whatever its script.
        structure = read_structure(pdf, read_pdf_contents(data)) if right_to_left else None
        alt_texts, for_press = normalise_text(read_alt_texts(pdf)), is_for_press(pdf)
    if structure:
        return FileText(normalise_text(structure.text), alt_texts=alt_texts, is_static=True)
    pages = tuple(zip(starts, labels, strict=False))
    return FileText(
        "".join(texts), alt_texts=alt_texts, is_static=True, is_print_only=for_press, page_starts=pages
    )


def read_epub_text(data: bytes) -> FileText:
    """Extract the text of an EPUB's content documents, and the alt texts of images and formulas."""
    visible, alt_texts, formulas = [], [], set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".xhtml"):
                continue
            page = etree.fromstring(archive.read(name))
            visible.append("".join(str(text) for text in page.itertext()))
            for formula in page.iter(f"{MATHML}math"):
                # Numbers of rows and invisible copies of signs are in the text of some formulas.
                formulas.add(normalise_text(formula.get("alttext", "")))
                formulas.add(make_formula_key(get_mathml_text(formula)))
            for element in page.iter():
                keys = ("alt", "alttext", *(("aria-label",) if element.get("role") == "img" else ()))
                alt_texts += [str(element.get(key)) for key in keys if element.get(key)]
    return FileText(
        normalise_text("".join(visible)),
        alt_texts=normalise_text(" ".join(alt_texts)),
        object_keys={"formula": frozenset(formulas)},
    )


def get_mathml_text(formula: Any) -> str:
    """Return the text content of a MathML element, without its TeX annotation."""
    annotations = ("annotation", "annotation-xml")
    return "".join(
        element.text or ""
        for element in formula.iter(etree.Element)
        if etree.QName(element).localname not in annotations
    )


def read_deck_text(data: bytes, memory: Memory = NO_MEMORY) -> FileText:
    """Extract the text of a deck's slides and speaker notes, and the alt texts of its objects.

    Section names count as notes, because presenter view and the slide sorter show them.
    """
    return memory.call(_read_deck_text, data, memory)


def _read_deck_text(data: bytes, memory: Memory) -> FileText:
    texts: dict[str, list[str]] = {"slides": [], "notesSlides": [], "charts": []}
    alt_texts: list[str] = []
    objects: dict[str, set[str]] = {"chart": set(), "table": set(), "formula": set()}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, folder in _iter_text_parts(archive.namelist()):
            part = memory.call(_read_part_text, archive.read(name))
            texts[folder].append(part.visible_text)
            alt_texts.append(part.alt_texts)
            for kind, keys in part.object_keys.items():
                objects[kind] |= keys
        sections = (
            _get_section_names(archive.read(_PRESENTATION)) if _PRESENTATION in archive.namelist() else ""
        )
    return FileText(
        "".join(texts["slides"] + texts["charts"]),
        "".join(texts["notesSlides"]) + sections,
        "".join(alt_texts),
        {kind: frozenset(keys) for kind, keys in objects.items()},
        is_talk=True,
    )


def _read_part_text(data: bytes) -> FileText:
    tree = etree.fromstring(data)
    formulas = (
        "".join(run.text or "" for run in formula.iter(f"{M}t")) for formula in tree.iter(f"{M}oMath")
    )
    spoken = (
        name.get("descr") or ""
        for shape in tree.iter(f"{P}sp")
        if shape.find(f".//{M}oMathPara") is not None
        for name in shape.iter(f"{P}cNvPr")
    )
    return FileText(
        # The fallback for older programs has the equation as text.
        normalise_text(collect_text(drop_alternate_choices(tree))),
        alt_texts=normalise_text(" ".join(shape.get("descr") or "" for shape in tree.iter(f"{P}cNvPr"))),
        object_keys={
            "chart": frozenset(map(normalise_text, _iter_chart_alt_texts(tree))),
            "table": frozenset(normalise_text(collect_text(cell)) for cell in tree.iter(f"{A}tc")),
            "formula": frozenset((*map(make_formula_key, formulas), *map(normalise_text, spoken))),
        },
    )


def _get_section_names(data: bytes) -> str:
    sections = etree.fromstring(data).iter(f"{P14}section")
    return "".join(normalise_text(section.get("name") or "") for section in sections)


def _iter_text_parts(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the name and folder of each package part that has text, by number."""
    parts = [
        (match.group(1), int(match.group(2)), name) for name in names if (match := _DECK_PART.match(name))
    ]
    for folder, _, name in sorted(parts):
        yield name, folder


def _iter_chart_alt_texts(tree: Any) -> Iterator[str]:
    for frame in tree.iter(f"{P}graphicFrame"):
        if next(frame.iter(f"{C}chart"), None) is not None:
            yield str(next(frame.iter(f"{P}cNvPr")).get("descr") or "")


def drop_fallbacks(tree: Any) -> Any:
    """Return a part's XML tree without ``mc:Fallback``, as a consumer with all extensions sees it."""
    return _drop_elements(tree, f"{MC}Fallback")


def drop_alternate_choices(tree: Any) -> Any:
    """Return a part's XML tree without ``mc:Choice``, as read by a program without extensions."""
    return _drop_elements(tree, f"{MC}Choice")


def _drop_elements(tree: Any, tag: str) -> Any:
    if next(tree.iter(tag), None) is None:
        return tree
    reduced = copy.deepcopy(tree)
    for element in list(reduced.iter(tag)):
        element.getparent().remove(element)
    return reduced
