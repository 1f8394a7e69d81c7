"""Test that the text of a PDF in structure order equals the text of the document model in all books."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from weasyprint import HTML

from triptych.engine.cache import Cache
from triptych.stages import read_project

from .conftest import Built
from .reading_order import marked_lines, poppler_lines, reading_differences, structure_text

pytestmark = pytest.mark.e2e

ALL = ("everything", "scaffold", "edition")

LONG = "The lantern stands forty-one metres over the sea and is seen at twenty-one miles."
OTHER = "Nothing but thrift grows on the bare rock, and the keeper has planted nothing else."


@pytest.mark.parametrize("name", ALL)
def test_structure_has_the_text_of_the_book(
    name: str, request: pytest.FixtureRequest, shared_cache: Cache
) -> None:
    built: Built = request.getfixturevalue(name)
    manifest, book, _ = read_project(built.project, shared_cache)
    assert manifest is not None and book is not None
    options = manifest.format.pdf
    tables, files = options is None or options.chart_data, options is not None and options.attach_data
    text = structure_text(built.outputs["pdf"])
    # Text that templates add: names of fonts, and roles of contributors.
    license_line = ": SIL Open Font License 1.1."
    added = tuple(line for line in text.splitlines() if line.endswith((license_line, *_CREDITED)))
    assert sum(line.endswith(license_line) for line in added) == 1
    differences = reading_differences(book, text, added=added, chart_data=tables, files=files)
    assert differences == [], "\n".join(differences)


_CREDITED = ("Illustrated by Tom Drawer",)


@pytest.mark.parametrize("name", ["everything", "scaffold"])
def test_second_reader_reads_the_same_text(name: str, request: pytest.FixtureRequest) -> None:
    """Test that a second reader extracts the same letters, except lines that poppler leaves in visual order.

    Its time is quadratic in the length of the book: more than a minute for the edition, which has no
    constructs of its own.
    """
    built: Built = request.getfixturevalue(name)
    ours, theirs = marked_lines(built.outputs["pdf"]), poppler_lines(built.outputs["pdf"])
    differing = {pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1] and pair[0].isascii()}
    assert differing <= {("xy1d01xy", "xy10d1xy")}, (
        "poppler reads a matrix by columns, without its ActualText"
    )
    assert list(map(sorted, ours)) == list(map(sorted, theirs))


def pdf_of(path: Path, body: str) -> Path:
    page = f"<html lang=en><title>A book</title><h1>A book</h1><h1>A section</h1>{body}"
    HTML(string=page).write_pdf(path, pdf_variant="pdf/ua-1")
    return path


@pytest.mark.parametrize(
    ("body", "differences"),
    [
        (f"<p>{LONG}</p><p>{OTHER}</p>", []),
        (f"<h1>Contents</h1><p>A section 7</p><p>{LONG}</p><p>{OTHER}</p>", []),
        (f"<p>{LONG}</p>", ["not in one piece: source/section.md:6:1: paragraph: Nothing but thrift"]),
        (f"<p>{OTHER}</p><p>{LONG}</p>", ["in another place: source/section.md:"]),
        (f"<p>{LONG}</p><p>{OTHER}</p><p>Draft of May", ["not the book's: draftofmay"]),
    ],
)
def test_differences_are_reported_line_by_line(
    read_book_of: Callable[..., tuple[object, list[object]]],
    tmp_path: Path,
    body: str,
    differences: list[str],
) -> None:
    book, _ = read_book_of(f"{LONG}\n\n{OTHER}\n")
    result = reading_differences(book, structure_text(pdf_of(tmp_path / "book.pdf", body)))  # type: ignore[arg-type]
    assert len(result) == len(differences)
    assert all(line.startswith(start) for line, start in zip(result, differences, strict=True)), result


def test_untagged_pdf_has_no_text(tmp_path: Path) -> None:
    HTML(string="<p>Text.").write_pdf(tmp_path / "plain.pdf")
    with pytest.raises(ValueError, match="not tagged"):
        structure_text(tmp_path / "plain.pdf")
