"""Test that chapters laid out separately look like a layout of the whole book in one run.

Decisions that need a complete chapter are passed to that run: which pages before a short last page are one
line longer or shorter.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.media.formulas.formulas import FormulaDrawing, add_svg, load_default_formula_fonts
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.passes.pages import LayoutCallback
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.print import typesetting, writer
from triptych.writers.print.composing import Composer, PlacedQuire
from triptych.writers.print.documents import BODY, PrintDocument
from triptych.writers.print.page_numbers import mask_page_numbers
from triptych.writers.print.resources import Resources
from triptych.writers.print.typesetting import BookTypesetter, DocumentSource, PrintStyle
from weasyprint_typography import content_stream, floats, make_up, stretches
from weasyprint_typography.stretches import Stretch
from weasyprint_typography.tables import move_wide_tables
from weasyprint_typography.typesetter import LaidOutDocument

pytestmark = pytest.mark.e2e

BOOKS = Path(__file__).parents[1] / "books"
EDITION = Path(__file__).parents[2]
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_SCALE = 0.6  # at 72 ppi: strokes of letters are visible, their edges are not
_DIFFERENT = 40  # of 255


@pytest.mark.parametrize("root", [BOOKS / "everything", EDITION], ids=["everything", "edition"])
def test_body_equals_that_of_a_single_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, Any] = {}
    composed = writer._compose_until_stable
    lengths = _Lengths()
    lengths.hear(monkeypatch)

    def listen(
        drafts: list[writer._Draft], composer: Composer, resources: Resources, announce: LayoutCallback
    ) -> tuple[list[PlacedQuire], list[PrintDocument]]:
        result = composed(drafts, composer, resources, announce)
        bodies = [
            (draft, item)
            for draft, item in zip(drafts, (item for item in result[0] if not item.blank), strict=True)
            if draft.document.matter == BODY
        ]
        heard["pages"] = [draft.xhtml for draft, _ in bodies]
        heard["longer"] = {
            item.first_page_number - 1 + page: lines
            for draft, item in bodies
            for page, lines in lengths.of(draft.document.name, draft.xhtml, verso=item.verso).items()
        }
        heard["style"] = composer.style
        heard["files"] = {k: v for draft in drafts for k, v in resources.find_files(draft.xhtml).items()}
        heard["faces"] = {name: resources.read_face(name) for name in _names(composer.style)}
        return result

    monkeypatch.setattr(writer, "_compose_until_stable", listen)
    project = Project(root)
    manifest, book, results = read_project(project, Cache(None))
    assert manifest and book, results
    data = (
        OUTPUTS["pdf"]
        .write(
            WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None), InlineExecutor()))
        )
        .data
    )
    stream_class = content_stream._make_stream_class()  # with letter-spacing
    monkeypatch.setattr(stream_class, "read_face", None, raising=False)
    monkeypatch.setattr("weasyprint.pdf.Stream", stream_class)
    formula_fonts = load_default_formula_fonts()
    heard["files"] |= {  # only our own writer embeds the fonts of formulas
        url: (add_svg(FormulaDrawing(data, 1.0, 1.0, 0.0), formula_fonts).svg, media_type)
        for url, (data, media_type) in heard["files"].items()
        if url.startswith("formula:")
    }
    single = pictures(in_one_run(**heard))
    bound = pictures(data)
    first = next(n for n, label in enumerate(labels(data)) if label == "1")
    differing = [
        number
        for number, (item, other) in enumerate(zip(single, bound[first:], strict=False), 1)
        if ImageChops.difference(item, other).getextrema()[1] > _DIFFERENT
    ]
    assert len(single) > 8
    assert differing == []


@dataclass(slots=True)
class _Lengths:
    """Records by how many lines pages are longer than others, for the last layout of each document."""

    _by_end: dict[tuple[str, bool, Stretch], Mapping[int, int]] = field(default_factory=dict)
    _by_copy: dict[tuple[str, str, bool], Mapping[int, int]] = field(default_factory=dict)

    def of(self, name: str, xhtml: str, *, verso: bool) -> Mapping[int, int]:
        """Return those of a document by 0-based page index; a verso may be a recto that was turned."""
        masked, _ = mask_page_numbers(xhtml)
        xhtml = masked if (name, masked, False) in self._by_copy else xhtml
        as_set = verso and (name, xhtml, True) in self._by_copy
        return self._by_copy[name, xhtml, as_set]

    def hear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Record the extra lines of pages from now on; reused layouts keep theirs."""
        set_, is_better = typesetting._lay_out_stretches, stretches.is_better_plan
        taken: Mapping[int, int] = {}

        def judge(before: int, after: int, lines: int | None, plan: Mapping[int, int]) -> bool:
            nonlocal taken
            better = is_better(before, after, lines, plan)
            taken = plan if better else taken
            return better

        def set_and_note(copy: DocumentSource, *rest: Any) -> tuple[list[str], LaidOutDocument, list[Any]]:
            nonlocal taken
            taken = {}
            result = set_(copy, *rest)
            last = result[1].stretches[-1]
            end = copy.name, copy.verso, last.stretch
            if last.pages:
                self._by_end[end] = taken
            self._by_copy[copy.name, copy.xhtml, copy.verso] = self._by_end[end]
            return result

        monkeypatch.setattr(stretches, "is_better_plan", judge)
        monkeypatch.setattr(typesetting, "_lay_out_stretches", set_and_note)


def _names(style: PrintStyle) -> list[str]:
    return [name.removeprefix("font:") for name in style.files if name.startswith("font:")]


def in_one_run(
    pages: list[str],
    longer: Mapping[int, int],
    style: PrintStyle,
    files: Mapping[str, Any],
    faces: Mapping[str, bytes],
) -> bytes:
    """Lay out all documents as one with the layout engine; ``longer`` maps 0-based pages to extra lines."""
    contents = [match[1] for page in pages if (match := _BODY.search(page))]
    whole = pages[0].replace(_BODY.search(pages[0])[1], "".join(contents))  # type: ignore[index]

    def fetch(scheme: str, path: str) -> tuple[bytes, str]:
        if scheme == "font":
            return faces[path], "font/ttf"
        return (style.files | files)[f"{scheme}:{path}"]  # type: ignore[operator,no-any-return]

    out = io.BytesIO()
    _rendered(BookTypesetter(style.css, fetch), whole, longer).write_pdf(out)
    return out.getvalue()


def _rendered(typesetter: BookTypesetter, xhtml: str, longer: Mapping[int, int]) -> Any:
    """Lay out a document with the engine until no table needs a landscape page."""
    import weasyprint

    contexts: list[Any] = []

    class Told(weasyprint.document.Document):  # type: ignore[misc]
        @classmethod
        def _build_layout_context(cls, *rest: Any) -> Any:
            context = super()._build_layout_context(*rest)
            floats.set_block_listener(context, lambda box: None)
            contexts.append(context)
            make_up.change_page_lengths(context, longer)
            return context

    options = {**weasyprint.DEFAULT_OPTIONS, "stylesheets": [typesetter._style_sheet]}
    html = typesetter._prepare(xhtml)
    while True:
        counters = copy.copy(typesetter._counters)  # defined in the style sheet
        document = Told._render(html, typesetter._fonts, counters, None, options)
        if not move_wide_tables(contexts[-1], html.etree_element):
            return document


def pictures(data: bytes) -> list[Image.Image]:
    """Render pages, slightly blurred, since glyphs and outlines have different edges."""
    blur = ImageFilter.BoxBlur(1)
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=_SCALE).to_pil().convert("L").filter(blur) for page in document]


def labels(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [document.get_page_label(number) for number in range(len(document))]
