"""Test that messages of libraries are not printed: users see only findings of the program."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import write_files

pytestmark = pytest.mark.e2e

Build = Callable[..., subprocess.CompletedProcess[str]]


def palette_png() -> bytes:
    """Return an image with a transparent palette, for which Pillow prints a warning during conversion."""
    image = Image.linear_gradient("L").resize((900, 600)).convert("P")
    out = io.BytesIO()
    image.save(out, "PNG", transparency=bytes([0, 128] + [255] * 254))
    return out.getvalue()


def damaged_exif() -> bytes:
    out = io.BytesIO()
    cut_off = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01"
    Image.new("RGB", (90, 60), "red").save(out, "JPEG", exif=cut_off)
    return out.getvalue()


BOOK = {
    "source/book.yaml": "book:\n  title: A quiet book\n  chapters: [a.md, b.md]\nlang: en\nbibliography: r.bib\n",
    "source/r.bib": "@book{k, author={Knuth, D.}, title={The \\unknown{TeX}book}, year={n. d.}, pages={1--}}\n",
    "source/d.csv": "x,y\n2001,2\n2002,3\n",
    "source/a.md": "---\ntitle: A\n---\nText [@k, p. 3] with $x^2$ and 容量.\n\n"
    '![One](a.png){fig-alt="Bands" width=20%}\n\n![Two](b.jpg){fig-alt="Red"}\n',
    "source/b.md": "---\ntitle: B\n---\n"
    '::: {#fig-e .chart type=bar data=d.csv x=x y=y slide-title="It rises" fig-alt="Bar chart. It rises."}\nChart\n:::\n\n'
    '```{dot}\n//| fig-alt: "A leads to B"\ndigraph { a -> b }\n```\n',
    "source/a.png": palette_png(),
    "source/b.jpg": damaged_exif(),
}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return a function that builds a book in an empty home folder."""
    root, home = write_files(tmp_path / "book", BOOK), tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ.get(name, "") for name in ("PATH", "XDG_DATA_HOME")}
    environ = {"HOME": str(home), "USERPROFILE": str(home), **kept}

    def run(*arguments: str, start: tuple[str, ...] = ("-m", "triptych")) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *start, "build", str(root), *arguments]
        result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert list(home.rglob("*")) == []
        return result

    return run


def test_first_build_reports_only_its_outputs(build: Build) -> None:
    result = build("--jobs", "2")
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split()[0].rpartition(".")[2] for line in result.stdout.splitlines()] == [
        "pdf",
        "epub",
        "pptx",
    ]


# System libraries cannot be found, as if Pango were not installed.
WITHOUT_PANGO = """
import cffi
def dlopen(ffi, name, flags=0):
    raise OSError(f"cannot load library '{name}': {name}: cannot open shared object file")
cffi.FFI.dlopen = dlopen
from triptych.cli import main
main(prog_name="triptych")
"""


def test_missing_pango_is_reported_once_with_an_install_command(build: Build) -> None:
    result = build("--jobs", "2", start=("-c", WITHOUT_PANGO))
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("error[ENV009]: the PDF cannot be created: Pango is missing")
    assert result.stderr.count("\n  hint: ") == 1
    assert "pango" in result.stderr.partition("hint:")[2] and "--to epub,pptx" in result.stderr


# As if the next version of the layout engine were installed.
WITH_ANOTHER_ENGINE = """
import importlib.metadata
version = importlib.metadata.version
importlib.metadata.version = lambda name: "71.0" if name == "weasyprint" else version(name)
from triptych.cli import main
main(prog_name="triptych")
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_unsupported_layout_engine_is_rejected_with_an_install_command(build: Build, jobs: str) -> None:
    """Test the error for an unsupported layout engine, since its pages could lose more than is visible."""
    result = build("--jobs", jobs, start=("-c", WITH_ANOTHER_ENGINE))
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("error[ENV009]: the PDF cannot be created: WeasyPrint 71.0 is installed")
    assert "hint: run `pip install weasyprint==" in result.stderr and "--to epub,pptx" in result.stderr


@pytest.mark.parametrize("start", [WITHOUT_PANGO, WITH_ANOTHER_ENGINE])
def test_the_other_outputs_need_no_layout_engine(build: Build, start: str) -> None:
    result = build("--to", "epub,pptx", start=("-c", start))
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split()[0].rpartition(".")[2] for line in result.stdout.splitlines()] == ["epub", "pptx"]
