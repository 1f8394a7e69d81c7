"""What libraries print does not reach people: they are told findings, or nothing."""

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
    """A picture with a transparent palette, of which Pillow warns when its colours change."""
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
    """Builds a book in the home of somebody who has never built one."""
    root, home = write_files(tmp_path / "book", BOOK), tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ.get(name, "") for name in ("PATH", "XDG_DATA_HOME")}
    environ = {"HOME": str(home), "USERPROFILE": str(home), **kept}

    def run(*arguments: str, start: tuple[str, ...] = ("-m", "triptych")) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *start, "build", str(root), *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert list(home.rglob("*")) == []
        return done

    return run


def test_a_first_build_says_nothing_but_what_it_has_made(build: Build) -> None:
    done = build("--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0].rpartition(".")[2] for line in done.stdout.splitlines()] == [
        "pdf",
        "epub",
        "pptx",
    ]


# Libraries of the system cannot be found, as where Pango is not installed.
WITHOUT_PANGO = """
import cffi
def dlopen(ffi, name, flags=0):
    raise OSError(f"cannot load library '{name}': {name}: cannot open shared object file")
cffi.FFI.dlopen = dlopen
from triptych.cli import main
main(prog_name="triptych")
"""


def test_a_missing_pango_is_said_once_with_the_command_that_helps(build: Build) -> None:
    done = build("--jobs", "2", start=("-c", WITHOUT_PANGO))
    assert (done.returncode, done.stdout) == (3, "")
    what, *hints = done.stderr.splitlines()
    assert what.startswith("error: the PDF cannot be created: Pango is missing")
    assert len(hints) == 2 and "pango" in hints[0] and "--to epub,pptx" in hints[1]


# As where somebody has installed the next version of the layout engine.
WITH_ANOTHER_ENGINE = """
import importlib.metadata
version = importlib.metadata.version
importlib.metadata.version = lambda name: "71.0" if name == "weasyprint" else version(name)
from triptych.cli import main
main(prog_name="triptych")
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_another_layout_engine_is_refused_with_the_command_that_helps(build: Build, jobs: str) -> None:
    """Books that are set without our patches, or with those for another version, lose more than is seen."""
    done = build("--jobs", jobs, start=("-c", WITH_ANOTHER_ENGINE))
    assert (done.returncode, done.stdout) == (3, "")
    what, *hints = done.stderr.splitlines()
    assert what.startswith("error: the PDF cannot be created: WeasyPrint 71.0 is installed")
    assert len(hints) == 2 and "pip install weasyprint==" in hints[0] and "--to epub,pptx" in hints[1]


@pytest.mark.parametrize("start", [WITHOUT_PANGO, WITH_ANOTHER_ENGINE])
def test_the_other_outputs_need_no_layout_engine(build: Build, start: str) -> None:
    done = build("--to", "epub,pptx", start=("-c", start))
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0].rpartition(".")[2] for line in done.stdout.splitlines()] == ["epub", "pptx"]
