"""Test that outputs of malicious or extreme books pass the validators."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from triptych.engine.cache import Cache

from .conftest import REPOSITORY, Built, build
from .overflow import pptx_overflow
from .test_books import HARMLESS_USAGE
from .validators import ace, epubcheck, openxml_audit, pdf_validate

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module", params=["hostile-html", "hostile-pictures"])
def hostile(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache
) -> Built:
    root = REPOSITORY / "tests" / "books" / request.param
    return build(root, tmp_path_factory.mktemp(request.param), shared_cache)


def test_all_outputs_are_built_and_omissions_are_reported(hostile: Built) -> None:
    assert sorted(hostile.outputs) == ["epub", "pdf", "pptx"]
    assert all(finding.span for finding in hostile.outcome.diagnostics)


def test_the_e_book_is_valid_and_accessible(hostile: Built) -> None:
    findings = epubcheck(hostile.outputs["epub"])
    assert [finding for finding in findings if finding.code not in HARMLESS_USAGE] == []
    barriers = {finding.code for finding in ace(hostile.outputs["epub"])}
    codes = {finding.code for finding in hostile.outcome.diagnostics}
    assert barriers <= {"empty-heading"}
    assert not barriers or "ACC014" in codes  # reported to the author


def test_the_others_are_valid(hostile: Built, fontconfig: Path) -> None:
    assert pdf_validate(hostile.outputs["pdf"], "ua1") == []
    assert pdf_validate(hostile.outputs["pdf"], "a3a") == []
    assert openxml_audit(hostile.outputs["pptx"]) == []
    assert pptx_overflow(hostile.outputs["pptx"], fontconfig) == []


@pytest.mark.parametrize("output", ["epub", "pptx"])
def test_outputs_run_and_load_nothing(hostile: Built, output: str) -> None:
    with zipfile.ZipFile(hostile.outputs[output]) as archive:
        for name in archive.namelist():
            if not name.endswith((".xhtml", ".svg", ".css", ".xml", ".opf")):
                continue
            text = archive.read(name).decode("utf-8")
            tags = " ".join(re.findall(r"<[^>]*>", text))
            assert not re.search(
                r"<(script|iframe|form|input|button|object|embed|foreignObject|animate|set)\b", tags
            )
            assert not re.search(r"\son[a-z]+\s*=", tags), name
            assert not re.search(r"(?i)(javascript|vbscript|data|file):", tags), name
            assert "example.org" not in re.sub(r'<a [^>]*>|Target="https://example.org[^"]*"', "", tags), name
            assert "/etc/passwd" not in tags


def test_the_pdf_runs_and_loads_nothing(hostile: Built) -> None:
    import pikepdf

    with pikepdf.open(hostile.outputs["pdf"]) as pdf:
        text = b" ".join(
            item.unparse(resolved=True)
            if not isinstance(item, pikepdf.Stream)
            else item.stream_dict.unparse()
            for item in pdf.objects
            if item is not None
        )
    assert not re.search(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|OpenAction)\b", text)
