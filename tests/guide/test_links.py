"""Test links between pages of the guide, in the book and in a repository browser."""

from __future__ import annotations

import pytest

from tests.guide.contents import GUIDE, SOURCE, page_paths
from tests.guide.links import broken_links
from tests.guide.pages import parse_page
from triptych.engine.cache import Cache
from triptych.project import Project
from triptych.stages import read_project


def test_links_between_pages_are_valid() -> None:
    pages = {path: parse_page(path, (SOURCE / path).read_text("utf-8")) for path in page_paths()}
    assert not (broken := list(broken_links(pages))), "\n" + "\n".join(broken)


@pytest.mark.e2e
def test_guide_source_has_no_findings(shared_cache: Cache) -> None:
    """Test that the source of the guide has no findings, which includes links and ids in the book."""
    _, _, result = read_project(Project(GUIDE, environ={}), shared_cache)
    assert not result, "\n" + "\n".join(map(str, result))


def test_dangling_links_are_found() -> None:
    texts = {
        "a.md": "# A\n\n[x](b.md) [x](b.md#here) [x](#a) [x](https://example.org)\n\n[y](c/d.md)\n",
        "b.md": "# B\n\n## Here\n\n## Here\n\n[y](a.md#b)\n\n[x](#here-1) [y](#here-2) [x](c/e.md#--to)\n",
        "c/e.md": "# E\n\n## `--to`\n\n[x](../a.md) [y](a.md)\n",
    }
    pages = {path: parse_page(path, text) for path, text in texts.items()}
    assert list(broken_links(pages)) == [
        "a.md:5: there is no page c/d.md",
        "b.md:7: a.md has no heading with the id b",
        "b.md:9: b.md has no heading with the id here-2",
        "c/e.md:5: there is no page a.md",
    ]
