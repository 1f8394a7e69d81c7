"""Chapters that are set apart and bound look as if the layout engine had set them all in one run.

What is decided of a chapter when all of it is known is given to that run: which pages before a short last one
are a line longer or shorter.
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
from PIL import Image, ImageChops

from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
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
_SCALE = 0.6  # of 72 dots an inch: strokes of letters are seen, their edges are not
_DIFFERENT = 40  # of 255


@pytest.mark.parametrize("root", [BOOKS / "everything", EDITION], ids=["everything", "edition"])
def test_the_body_looks_as_in_one_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, Any] = {}
    composed = writer._compose_until_stable
    lengths = _Lengths()
    lengths.hear(monkeypatch)

    def listen(
        drafts: list[writer._Draft], composer: Composer, resources: Resources, announce: LayoutCallback
    ) -> tuple[list[PlacedQuire], list[PrintDocument]]:
        result = composed(drafts, composer, resources, announce)
        bodies = [
            (draft, one)
            for draft, one in zip(drafts, (one for one in result[0] if not one.blank), strict=True)
            if draft.document.matter == BODY
        ]
        heard["pages"] = [draft.xhtml for draft, _ in bodies]
        heard["longer"] = {
            one.first_page_number - 1 + page: lines
            for draft, one in bodies
            for page, lines in lengths.of(draft.document.name, draft.xhtml, verso=one.verso).items()
        }
        heard["style"] = composer.style
        heard["files"] = {k: v for draft in drafts for k, v in resources.find_files(draft.xhtml).items()}
        heard["faces"] = {name: resources.read_face(name) for name in _names(composer.style)}
        return result

    monkeypatch.setattr(writer, "_compose_until_stable", listen)
    project = Project(root)
    manifest, book, found = read_project(project, Cache(None))
    assert manifest and book, found
    data = (
        OUTPUTS["pdf"]
        .write(
            WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None), InlineExecutor()))
        )
        .data
    )
    monkeypatch.setattr("weasyprint.pdf.Stream", content_stream._make_stream_class())  # letters are set apart
    single = pictures(in_one_run(**heard))
    bound = pictures(data)
    first = next(n for n, label in enumerate(labels(data)) if label == "1")
    differing = [
        number
        for number, (one, other) in enumerate(zip(single, bound[first:], strict=False), 1)
        if ImageChops.difference(one, other).getextrema()[1] > _DIFFERENT
    ]
    assert len(single) > 8
    assert differing == []


@dataclass(slots=True)
class _Lengths:
    """How much longer than others, in lines, pages of documents are set; each document, as it was set last."""

    _by_end: dict[tuple[str, bool, Stretch], Mapping[int, int]] = field(default_factory=dict)
    _by_copy: dict[tuple[str, str, bool], Mapping[int, int]] = field(default_factory=dict)

    def of(self, name: str, xhtml: str, *, verso: bool) -> Mapping[int, int]:
        """Those of a document, by the numbers of its pages from 0; a verso may be a recto that was turned."""
        masked, _ = mask_page_numbers(xhtml)
        xhtml = masked if (name, masked, False) in self._by_copy else xhtml
        as_set = verso and (name, xhtml, True) in self._by_copy
        return self._by_copy[name, xhtml, as_set]

    def hear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note them from now on; what is kept of an earlier layout has those that it was set with."""
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
    """All documents as one, by the engine alone; some pages so many lines ``longer``, by their numbers from 0."""
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
    """A document as the engine renders it by itself, until no table needs a page of its own."""
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
        counters = copy.copy(typesetter._counters)  # those that the style sheet defines
        document = Told._render(html, typesetter._fonts, counters, None, options)
        if not move_wide_tables(contexts[-1], html.etree_element):
            return document


def pictures(data: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=_SCALE).to_pil().convert("L") for page in document]


def labels(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [document.get_page_label(number) for number in range(len(document))]
