"""Test that the page on trust lists all formats with their readers, and which run in a sandbox."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import UnidentifiedImageError

from triptych.checks.pdf import conformance
from triptych.engine.processes import programs
from triptych.engine.processes.limits import ResourceLimits
from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.processes.sandbox import Sandbox, describe_sandbox
from triptych.media import picture_files, raster_images, svg_rendering
from triptych.media.diagrams import ENGINES, draw_dot
from triptych.reading import bibliography, diagrams, pandoc
from triptych.theme.theme import load_theme
from triptych_import.formats import docx, latex

PAGE = Path(__file__).parents[1] / "docs/guide/source/explanation/trust-model.md"
ROWS = [
    dict(zip(("input", "formats", "reader", "contained", "sandbox"), cells, strict=True))
    for cells in re.findall(
        r"^\| " + r" \| ".join([r"([^|\n]+)"] * 5) + r" \|$", PAGE.read_text("utf-8"), re.M
    )
][1:]


def row(subject: str, reader: str = "") -> dict[str, str]:
    (result,) = (item for item in ROWS if item["input"] == subject and reader in item["reader"])
    return result


def endings(subject: str) -> set[str]:
    return set(re.findall(r"`(\.\w+)`", row(subject)["formats"]))


def test_the_formats_of_images_are_those_of_the_reader() -> None:
    names = {name.strip().upper() for name in row("images")["formats"].split(",")}
    assert names == set(raster_images.MEDIA_TYPES)


def test_the_formats_of_bibliographies_and_imports_are_those_of_the_reader(tmp_path: Path) -> None:
    assert endings("bibliographies") == set(bibliography.FORMATS)
    for ending in endings("imported books"):
        path = tmp_path / f"a{ending}"
        path.write_text("x")
        assert docx.can_read(path) or latex.can_read(path)


def test_each_language_of_diagrams_has_a_row() -> None:
    formats = {item["formats"] for item in ROWS if item["input"] == "diagrams"}
    assert formats == {"Mermaid", "DOT"}
    assert set(ENGINES) == {"mermaid", "dot", "graphviz"}


def run_pandoc_job(tmp_path: Path) -> object:
    return pandoc.convert_bibliography_to_csl(b"@book{a, title = {A}}", "bibtex")


def draw_with_graphviz(tmp_path: Path) -> object:
    return draw_dot("digraph { a }", load_theme(), "Arial", False)


def draw_with_merman(tmp_path: Path) -> object:
    return diagrams.draw_with_limits("mermaid", "flowchart LR\n  a --> b\n", load_theme())


def draw_with_pdfium(tmp_path: Path) -> object:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 300))
    pdf.save(tmp_path / "a.pdf")
    return picture_files.render_pdf_page((tmp_path / "a.pdf").read_bytes(), 1, 20)


def draw_with_resvg(tmp_path: Path) -> object:
    return svg_rendering.render_svg(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="9" height="9"><path d="M1e9 0h1"/></svg>'
    )


SANDBOXED = {
    "pandoc": run_pandoc_job,
    "merman": draw_with_merman,
    "graphviz-pure": draw_with_graphviz,
    "PDFium": draw_with_pdfium,
    "lxml, then resvg": draw_with_resvg,
}


@pytest.mark.parametrize("reader", SANDBOXED)
def test_a_reader_that_the_page_calls_sandboxed_is(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandboxes: list[Sandbox | None] = []
    call, run = programs.call_in_sandbox, diagrams.run_with_limits

    def note_program(sandbox: Sandbox, start: Callable[[], Any]) -> Any:
        sandboxes.append(sandbox)
        return call(sandbox, start)

    def note_job(limits: ResourceLimits, job: Callable[..., Any], *args: Any) -> Any:
        sandboxes.append(limits.sandbox)
        return run(limits, job, *args)

    monkeypatch.setattr(programs, "call_in_sandbox", note_program)
    for module in (diagrams, picture_files, svg_rendering):
        monkeypatch.setattr(module, "run_with_limits", note_job)
    assert SANDBOXED[reader](tmp_path)
    assert sandboxes and None not in sandboxes


def test_the_page_calls_no_other_reader_sandboxed() -> None:
    claimed = {item["reader"].removesuffix(", ruamel.yaml") for item in ROWS if item["sandbox"] != "no"}
    assert claimed - {"lxml, pandoc"} == {*SANDBOXED, conformance.VALIDATOR}


@pytest.mark.skipif("Landlock" not in describe_sandbox(), reason="this kernel has no Landlock")
def test_the_validator_of_pdfs_runs_in_a_sandbox(tmp_path: Path) -> None:
    draw_with_pdfium(tmp_path)
    worker = BackgroundWorker()
    try:
        data = (tmp_path / "a.pdf").read_bytes()
        assert worker.run_job(conformance._run_validator_in_sandbox, data, "ua1")
        with pytest.raises(PermissionError):
            worker.run_job(Path("/etc/passwd").read_bytes)
    finally:
        worker.stop()


@pytest.mark.parametrize(
    "data", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\xc5\xd0\xd3\xc6" + bytes(40)]
)
def test_postscript_is_rejected(data: bytes) -> None:
    """Test that PostScript is rejected, for which Pillow would start Ghostscript."""
    assert "PostScript and EPS are refused" in PAGE.read_text("utf-8")
    importlib.import_module("PIL.EpsImagePlugin")
    with pytest.raises(UnidentifiedImageError), raster_images.open_picture(data):
        pass


def test_pandoc_reads_only_named_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps([{"id": "a", "type": "book", "title": "Secret"}]))
    command = ["-f", "markdown", "-t", "plain", "--citeproc", "-M", f"bibliography={secret}"]
    limits = ResourceLimits(10, 1 << 30)
    if "Landlock" in describe_sandbox():
        with pytest.raises(programs.ProgramError):
            programs.run_pandoc(command, b"@a", limits)
    assert b"Secret" in programs.run_pandoc([*command, "--bibliography", secret], b"@a", limits)
