"""Test the Python interface: the names that ``import triptych`` provides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import triptych
from tests.conftest import write_files

BOOK = {
    "source/book.yaml": (
        "book:\n  title: A book\n  chapters: [one.md]\nlang: en\noutput-file: book\n"
        "format:\n  epub: {embed-fonts: false}\n"
    ),
    "source/one.md": "# One {#sec-one}\n\nSee @sec-one.\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path / "book", BOOK)


def test_each_public_name_can_be_imported_and_is_in_the_docstring_of_the_package() -> None:
    for name in triptych.__all__:
        assert getattr(triptych, name) is not None
        assert name == "__version__" or f"``{name}``" in (triptych.__doc__ or "")


def test_importing_the_package_imports_no_modules() -> None:
    code = "import sys, triptych; print([name for name in sys.modules if name.startswith('triptych.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Bok'"):
        triptych.Bok  # noqa: B018


def test_build_returns_written_files(project: Path) -> None:
    outcome = triptych.build(project)
    assert outcome.diagnostics == []
    assert outcome.outputs == {"epub": project / "build/book.epub"}
    assert (project / "build/book.epub").read_bytes().startswith(b"PK")


def test_build_writes_into_another_folder(project: Path, tmp_path: Path) -> None:
    outcome = triptych.build(str(project), to=["epub"], output_folder=tmp_path / "out")
    assert outcome.paths == (tmp_path / "out/book.epub",)


def test_build_returns_findings_and_keeps_earlier_files(project: Path) -> None:
    triptych.build(project)
    before = (project / "build/book.epub").read_bytes()
    (project / "source/one.md").write_text("# One\n\nSee @fig-none.\n")
    outcome = triptych.build(project)
    assert [
        (diagnostic.code, str(diagnostic.span), diagnostic.severity) for diagnostic in outcome.diagnostics
    ] == [("REF001", "source/one.md:3:5", triptych.Severity.ERROR)]
    assert not outcome.has_outputs
    assert (project / "build/book.epub").read_bytes() == before


def test_read_returns_a_resolved_book(project: Path) -> None:
    book = triptych.read(project)
    (paragraph,) = triptych.book_nodes(book, triptych.nodes.Paragraph)
    assert triptych.plain_text(paragraph.content) == "See Chapter 1."
    assert book.metadata.title == "A book"


def test_read_raises_with_all_findings(project: Path) -> None:
    (project / "source/one.md").write_text("# One\n\n@fig-a and @fig-b.\n")
    with pytest.raises(triptych.SourceErrors) as caught:
        triptych.read(project)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["REF001", "REF001"]
    assert "source/one.md:3:1: error[REF001]" in str(caught.value)


def test_check_source_returns_notes_too(project: Path) -> None:
    (project / "source/other.md").write_text("Not listed.\n")
    (finding,) = triptych.check_source(project)
    assert finding.severity is triptych.Severity.NOTE


def test_untrusted_caller_cannot_raise_limits(project: Path) -> None:
    manifest = project / "source/book.yaml"
    manifest.write_text(manifest.read_text() + "limits: {chart-values: 9000}\n")
    assert triptych.check_source(project) == []
    assert [item.code for item in triptych.check_source(project, limits="strict")] == ["MAN012"]


def test_a_folder_without_a_manifest_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"source/book\.yaml"):
        triptych.build(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"to": ["docx"]}, "unknown output format 'docx'"), ({"limits": "none"}, "'trusted' or 'strict'")],
)
def test_invalid_argument_is_a_value_error(project: Path, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        triptych.build(project, **options)


def test_reading_and_building_leave_no_temporary_files(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"import triptych; triptych.read({str(project)!r}); triptych.build({str(project)!r})"
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    subprocess.run([sys.executable, "-c", code], check=True)
    assert list((tmp_path / "temporary").iterdir()) == []
