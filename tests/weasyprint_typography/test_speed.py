"""Test that patches for speed do not change pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CSS = """
@font-face { font-family: Serif; src: url(font:EBGaramond-Regular.ttf) }
@font-face { font-family: Naskh; src: url(font:scripts/NotoNaskhArabic-Regular.ttf) }
@font-face { font-family: Code; src: url(font:JetBrainsMono-Regular.ttf) }
@page { size: 300pt 400pt; margin: 30pt }
@page :left { margin-left: 40pt; @top-left { content: string(title) } }
@page :right { @top-right { content: counter(page) } }
@page chapter { margin-top: 50pt }
@page :nth(1 of chapter) { margin-top: 90pt }
html { font: 10pt/14pt Serif, Naskh }
section { page: chapter; break-before: page }
p { text-align: justify; hyphens: auto; margin: 0 5% 10%; padding: 0 2pt; border-left: 1pt solid }
.caps { font-variant-caps: small-caps; letter-spacing: 1pt }
.wide { word-spacing: 4pt }
.tall { min-height: 20%; width: 60%; box-sizing: border-box }
.cut { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; width: 90pt }
table { border-collapse: collapse } td { border: 2pt solid; padding: 2% }
pre { font: 8pt/10pt Code; tab-size: 4 }
"""
TEXT = (
    "The office of the first keeper affords efficient and sufficient flights of stairs: AVAWA To. Ty “fjord”, "
    "<em>and</em> <code>some_code()</code>, soft\u00adhyphens, a no-break\u00a0space and extraordinarily "
    "uncharacteristic internationalisation of lighthouses. "
)
BODY = (
    "<section><h1>Title</h1>"
    + f"<p>{TEXT * 3}</p><p class='caps'>{TEXT}</p><p class='wide'>{TEXT}</p><div class='tall'>{TEXT}</div>"
    + f"<p class='cut'>{TEXT}</p><p><u>{TEXT}</u><s>struck</s> H<sub>2</sub>O<sup>2</sup></p>"
    + "<pre>one\ttwo\n\tthree  four\n\n== five</pre>"
    + "<table><tr><td>a</td><td>b and more</td></tr></table>"
    + "<p dir='rtl' lang='ar'>السلام عليكم ورحمة وبركاته، أهلا وسهلا بكم في المنارة 12.</p></section>"
) * 2
SCRIPT = """
import io, json, sys
import pypdfium2
from dataclasses import replace
from triptych.theme.theme import find_fonts_folder
from weasyprint_typography.engine import PATCHES, load_patches
from triptych.writers.print.typesetting import BookTypesetter
from weasyprint_typography.justification import scale_text_matrix
load_patches()
left_out = sys.argv[1].split()
def widening(draw):
    return lambda stream, box, overflow, ellipsis, matrix: draw(stream, box, overflow, ellipsis, scale_text_matrix(box, matrix))
if "glyph_runs" in left_out:
    PATCHES += [replace(patch, make_replacement=widening) for patch in PATCHES if patch.name.endswith(".draw_first_line")]
modules = [patch.make_replacement.__module__.rpartition(".")[2] for patch in PATCHES]
assert set(left_out) <= set(modules)
PATCHES[:] = [
    patch
    for patch, module in zip(PATCHES, modules, strict=True)
    if module not in left_out or patch.name.endswith(".deactivate")  # lines are measured by what it keeps
]
css, body = json.loads(sys.stdin.read())
def face(scheme, path):
    return (find_fonts_folder() / path).read_bytes(), "font/ttf"
out = io.BytesIO()
BookTypesetter(css, face).render(f'<html lang="en"><body>{body}</body></html>').write_pdf(out)
pages = []
for page in pypdfium2.PdfDocument(out.getvalue()):
    text = page.get_textpage()
    chars = [(text.get_text_range(n, 1), *text.get_charbox(n)) for n in range(text.count_chars())]
    pages.append([(c, round(x, 1), round(y, 1)) for c, x, y, _, _ in chars if c.strip()])
print(json.dumps(pages))
"""


def pages(left_out: str = "") -> list[list[tuple[str, float, float]]]:
    """Return each letter of each page with its position, without some of the patches."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, left_out],
        input=json.dumps([CSS, BODY]),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    results: list[list[tuple[str, float, float]]] = json.loads(result.stdout)
    return results


@pytest.mark.e2e
def test_pages_are_equal_without_the_optimisations() -> None:
    fast, slow = pages(), pages("styles glyph_runs")
    assert len(fast) == len(slow) > 4
    for item, other in zip(fast, slow, strict=True):
        assert [c for c, _, _ in item] == [c for c, _, _ in other]
        for (letter, x, y), (_, its_x, its_y) in zip(item, other, strict=True):
            # The engine mistakes Pango's units for thousandths if there are tabs or shifted letters.
            near = 0.5 if letter.isascii() else 2
            assert (x, y) == (pytest.approx(its_x, abs=near), pytest.approx(its_y, abs=0.1))
