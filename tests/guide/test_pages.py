"""Test each page of the guide: its blocks run in order, with the results that the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guide.contents import SOURCE, page_paths
from tests.guide.pages import parse_page
from tests.guide.running import run_page
from triptych.engine.cache import Cache

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("path", [path for path in page_paths() if path != "comparison.md"])
def test_code_blocks_of_a_page_work(path: str, tmp_path: Path, shared_cache: Cache) -> None:
    """Test all pages except the comparison, which ``test_comparison.py`` covers."""
    page = parse_page(path, (SOURCE / path).read_text("utf-8"))
    folder = tmp_path / "page"
    folder.mkdir()
    failures = run_page(page, folder, shared_cache)
    assert not failures, "\n" + "\n\n".join(failures)
