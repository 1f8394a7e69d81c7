"""Chapters that are set apart and bound look as if the layout engine had set them all in one run."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from tests.writers.print.quires import rendered_alone
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.engine.workers import Inline
from triptych.press import read
from triptych.project import Project
from triptych.writers import WRITERS, WritingJob
from triptych.writers.print import writer
from triptych.writers.print.composing.composing import Composer
from triptych.writers.print.composing.placing import Placed
from triptych.writers.print.composing.resources import Resources
from triptych.writers.print.composing.typesetting import Style
from triptych.writers.print.documents.document import BODY, PrintDocument
from triptych.writers.print.layout.engine import Typesetter

pytestmark = pytest.mark.e2e

BOOKS = Path(__file__).parents[1] / "books"
EDITION = Path(__file__).parents[2]
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_SCALE = 0.6  # of 72 dots an inch: strokes of letters are seen, their edges are not
_DIFFERENT = 40  # of 255


@pytest.mark.parametrize("root", [BOOKS / "everything", EDITION], ids=["everything", "edition"])
def test_the_body_looks_as_in_one_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, object] = {}
    composed = writer._composed

    def listen(
        drafts: list[writer._Draft], composer: Composer, resources: Resources
    ) -> tuple[list[Placed], list[PrintDocument]]:
        result = composed(drafts, composer, resources)
        heard.update(drafts=drafts, style=composer.style, resources=resources)
        heard["files"] = {k: v for draft in drafts for k, v in resources.named_in(draft.xhtml).items()}
        heard["faces"] = {name: resources.face(name) for name in _names(composer.style)}
        return result

    monkeypatch.setattr(writer, "_composed", listen)
    project = Project(root)
    manifest, book, found = read(project, Cache(None))
    assert manifest and book, found
    data = WRITERS["pdf"](
        WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None), Inline()))
    ).data
    bodies = [draft.xhtml for draft in heard["drafts"] if draft.document.matter == BODY]  # type: ignore[attr-defined]
    single = pictures(in_one_run(bodies, heard["style"], heard["files"], heard["faces"]))  # type: ignore[arg-type]
    bound = pictures(data)
    first = next(n for n, label in enumerate(labels(data)) if label == "1")
    differing = [
        number
        for number, (one, other) in enumerate(zip(single, bound[first:], strict=False), 1)
        if ImageChops.difference(one, other).getextrema()[1] > _DIFFERENT
    ]
    assert len(single) > 8
    assert differing == []


def _names(style: Style) -> list[str]:
    return [name.removeprefix("font:") for name in style.files if name.startswith("font:")]


def in_one_run(pages: list[str], style: Style, files: dict[str, object], faces: dict[str, bytes]) -> bytes:
    """All documents as one, by the engine alone."""
    contents = [match[1] for page in pages if (match := _BODY.search(page))]
    whole = pages[0].replace(_BODY.search(pages[0])[1], "".join(contents))  # type: ignore[index]

    def fetch(scheme: str, path: str) -> tuple[bytes, str]:
        if scheme == "font":
            return faces[path], "font/ttf"
        return (style.files | files)[f"{scheme}:{path}"]  # type: ignore[operator,no-any-return]

    typesetter = Typesetter(style.css, fetch)
    document = rendered_alone(typesetter, whole)
    out = io.BytesIO()
    document.write_pdf(out)
    return out.getvalue()


def pictures(data: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=_SCALE).to_pil().convert("L") for page in document]


def labels(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [document.get_page_label(number) for number in range(len(document))]
