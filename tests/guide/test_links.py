"""Links between pages of the guide lead somewhere, in the book and in a repository browser."""

from __future__ import annotations

import pytest

from tests.guide.contents import GUIDE, SOURCE, page_paths
from tests.guide.links import broken_links
from tests.guide.pages import parse_page
from triptych.engine.cache import Cache
from triptych.project import Project
from triptych.stages import read_project


def test_links_between_pages_lead_to_pages_and_headings() -> None:
    pages = {path: parse_page(path, (SOURCE / path).read_text("utf-8")) for path in page_paths()}
    assert not (broken := list(broken_links(pages))), "\n" + "\n".join(broken)


@pytest.mark.e2e
def test_the_source_of_the_guide_has_no_finding(shared_cache: Cache) -> None:
    """Links and ids resolve in the book too, and nothing else is wrong with it."""
    _, _, found = read_project(Project(GUIDE, environ={}), shared_cache)
    assert not found, "\n" + "\n".join(map(str, found))


def test_broken_links_are_found() -> None:
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
