"""Test that the package lays out pages without Triptych."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pypdfium2

PIPELINE = Path(__file__).parents[2] / "pipeline"
NO_TRIPTYCH = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("triptych", "typography_import"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuse())
"""


def run(program: str, folder: Path) -> None:
    """Run a program in a process that cannot import Triptych."""
    subprocess.run([sys.executable, "-c", NO_TRIPTYCH + program], check=True, cwd=folder)


def texts(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_range().replace("\r", "") for page in document]


def test_the_example_of_the_readme_writes_a_pdf(tmp_path: Path) -> None:
    readme = (PIPELINE / "weasyprint_typography/README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    run(example, tmp_path)
    assert texts(tmp_path / "page.pdf") == ["Typographers call the texture of a page its colour.\n1"]


def test_figure_without_space_moves_to_the_next_page(tmp_path: Path) -> None:
    program = """
from pathlib import Path
from weasyprint_typography import Typesetter
css = "@page { size: 300pt 200pt; margin: 20pt } html { font: 10pt/12pt serif } p, figure { margin: 0 }"
css += "figure { height: 100pt }"
words = "<p>" + "some words of a paragraph " * 12 + "</p>"
body = f"<section>{words}<figure><figcaption>The figure</figcaption></figure>{words * 2}</section>"
typesetter = Typesetter(css)
document = typesetter.render(f"<html lang='en'><body>{body}</body></html>")
assert typesetter.logged_errors == []
Path("page.pdf").write_bytes(document.write_pdf())
"""
    run(program, tmp_path)
    first, second, *_ = texts(tmp_path / "page.pdf")
    assert "The figure" not in first
    assert len(first.splitlines()) > 10  # text has filled the place of the figure
    assert second.startswith("The figure")
