"""Test that chapters are found on their pages, with ids in any script."""

from __future__ import annotations

import pytest

from tests.checks.content.conftest import Make
from triptych.checks.content.file_pages import FilePages, read_epub_pages, read_pdf_pages
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.formats import OutputFormat


def read_pages(output: str, data: bytes, ids: list[str]) -> FilePages:
    if output == "epub":
        return read_epub_pages(data, ids, Cache(None))
    return read_pdf_pages(data, ids, InlineExecutor(), Cache(None))


@pytest.mark.parametrize("output", ["pdf", "epub"])
@pytest.mark.parametrize("names", [["größe", "中文", "рыба", "plain"], ["plain", "simple"]])
def test_chapters_are_located_by_their_text(output: OutputFormat, names: list[str], make: Make) -> None:
    text = "---\ntitle: Title\nid: {0}\n---\nOnly {0} is here.\n"
    item = make(output, **{f"s{number}": text.format(name) for number, name in enumerate(names)})
    ids = [chapter.id for chapter in item.book.chapters]
    leaves = read_pages(output, item.data, ids)
    assert set(ids) <= set(leaves.anchors) and len(ids) >= len(names)
    for name, (_, own) in zip(names, leaves.iter_chapters(item.book), strict=False):
        result = "".join(leaf.normalised_text for leaf in own)
        assert [entry for entry in names if normalise_text(f"Only {entry} is") in result] == [name]


@pytest.mark.parametrize("output", ["pdf", "epub"])
def test_unknown_id_has_no_page(output: OutputFormat, make: Make) -> None:
    leaves = read_pages(output, make(output).data, ["sec-nowhere", "sec-begin"])
    assert set(leaves.anchors) == {"sec-begin"}
