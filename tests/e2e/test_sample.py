"""Test the Chinese sample of the edition, which a profile builds from the same data and sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.stages import read_project

from .conftest import REPOSITORY
from .overflow import pptx_overflow
from .test_books import HARMLESS_USAGE
from .test_page_edges import strays_in
from .validators import ace, epubcheck, open_xml_sdk, openxml_audit, pdf_validate

pytestmark = pytest.mark.e2e
PROFILE = ("zh",)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache) -> BuildOutcome:
    """Return all three outputs, which must have no findings."""
    folder = tmp_path_factory.mktemp("sample")
    request = BuildRequest(output_folder=folder, cache_folder=shared_cache.folder, profiles=PROFILE)
    outcome = press(Project(REPOSITORY, environ={}), request)
    assert [str(finding) for finding in outcome.diagnostics] == []
    return outcome


def test_sample_chapter_has_a_title_and_a_language(sample: BuildOutcome, shared_cache: Cache) -> None:
    assert {path.stem for path in sample.outputs.values()} == {"china-leading-technologies-zh"}
    _, book, _ = read_project(Project(REPOSITORY, environ={}), shared_cache, PROFILE)
    assert book is not None and book.metadata.language == "zh-Hans"


def test_sample_chapter_has_the_citations_and_charts_of_the_english_one(sample: BuildOutcome) -> None:
    source = REPOSITORY / "source"
    english, chinese = (
        (source / name).read_text("utf-8") for name in ("renewable-energy.md", "zh/renewable-energy.md")
    )
    for mark in ("data=data/", "{#fig-", "{#tbl-"):
        assert chinese.count(mark) == english.count(mark), mark


def test_all_validators_accept_the_sample(sample: BuildOutcome, fontconfig: Path) -> None:
    outputs = {str(name): path for name, path in sample.outputs.items()}
    assert [result for result in epubcheck(outputs["epub"]) if result.code not in HARMLESS_USAGE] == []
    assert ace(outputs["epub"]) == []
    assert list(strays_in(outputs["pdf"])) == []
    for profile in ("pdfua-1", "pdfa-3a"):
        assert pdf_validate(outputs["pdf"], profile) == []
    assert openxml_audit(outputs["pptx"]) == []
    assert open_xml_sdk(outputs["pptx"]) == []
    assert [
        result for result in pptx_overflow(outputs["pptx"], fontconfig) if result.severity == "ERROR"
    ] == []
