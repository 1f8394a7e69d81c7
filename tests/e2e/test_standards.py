"""Test that PDFs of small books conform to PDF/UA-1 and PDF/A-3a, and declare it."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms

from tests.conftest import tiny_png
from tests.writers.epub.conftest import write_output

from .validators import required

pytestmark = pytest.mark.e2e


def picture(mode: str, form: str, colour: object, profile: bytes | None = None) -> bytes:
    """Return a small picture of one colour."""
    out = io.BytesIO()
    more = {"icc_profile": profile} if profile else {}
    Image.new(mode, (40, 30), colour).save(out, form, **more)  # type: ignore[arg-type]
    return out.getvalue()


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">{}</svg>'
DRAWING = SVG.format(
    '<defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".2"/></linearGradient>'
    '<radialGradient id="r"><stop stop-color="gold"/><stop offset="1" stop-color="green"/></radialGradient>'
    '<pattern id="p" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1" opacity=".4"/></pattern>'
    '<mask id="m"><rect width="90" height="60" fill="white" opacity=".5"/></mask></defs>'
    '<rect width="40" height="20" fill="url(#g)"/><circle cx="60" cy="20" r="15" fill="url(#r)" opacity=".6"/>'
    '<rect y="30" width="40" height="20" fill="url(#p)" stroke="black" stroke-opacity=".5"/>'
    '<rect x="45" y="30" width="40" height="20" mask="url(#m)"/><text x="5" y="58" font-size="8">Words, fi ✓</text>'
)
HELD = f'<image width="9" height="9" href="data:image/png;base64,{b64encode(tiny_png()).decode()}"/>'
FIGURE = '![A figure](a.{}){fig-alt="What it shows"}\n\nIn a line ![dot](a.{}) and ![](a.{}){.decorative}.\n'
LISTS = """
- one
    1. first

        A second paragraph.

        - deep
            - deeper
    2. second
- [ ] open
- [x] done

Term
:   Meaning

    - of a list
"""
TABLE = """
| Head | Other |
|:-----|------:|
| a    | 1     |
| b    | 2     |

: A table {#tbl-a}
"""
LONG_TABLE = (
    "| Head | Other |\n|---|---|\n"
    + "".join(f"| row {n} | {n} |\n" for n in range(90))
    + "\n: Long {#tbl-long}\n"
)

CASES: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "text": ("Some *text* with **words**, `code`, H~2~O, x^2^, ~~struck~~ and [small]{.smallcaps}.\n", {}),
    "nothing": ("", {}),
    "lists": (LISTS, {}),
    "tables": (TABLE + LONG_TABLE, {}),
    "notes": ("One^[A note with `code` and [a link](https://example.org/).] two[^a] three[^a].\n\n[^a]: Several.\n\n    Paragraphs.\n", {}),
    "links": ("[*a* `b`](https://example.org/größe) [over several lines and over lines again](https://example.org/?a=(b)) <a@example.org>, see [below](#late).\n\n## Late {#late}\n\n[**all**](#late)\n", {}),
    "code": ("```python\ndef f(x):\n    return x + 1  # a remark\n```\n\n``` {.python .numberLines}\nx = 1\ny = 2\n```\n", {}),
    "formulas": ("Inline $x^2 + \\frac{1}{2}$ and\n\n$$\\int_0^1 x\\,dx$$ {#eq-a}\n\nSee [@eq-a].\n", {}),
    "quotes": ("> Quoted.\n>\n> > Within.\n\n* * *\n\n| Roses\n|   are red\n", {}),
    "page break": ("One\n\n\\newpage\n\nTwo\n", {}),
    "side note": ("Text.\n\n::: {.aside}\nBeside it.\n:::\n\nMore.\n\n::: {.callout-note}\n## Called\nOut.\n:::\n", {}),
    "emoji": ("Faces 😀 and 👩‍👩‍👧, arrows → ↩, signs ✓ ☎.\n", {}),
    "headings": ("## Two\n\n### Three\n\n#### Four\n\nText\n\n## Again\n", {}),
    "png with alpha": (FIGURE.replace("{}", "png"), {"source/a.png": picture("RGBA", "PNG", (200, 30, 30, 90))}),
    "grey png with alpha": (FIGURE.replace("{}", "png"), {"source/a.png": picture("LA", "PNG", (99, 90))}),
    "png with palette": (FIGURE.replace("{}", "png"), {"source/a.png": picture("P", "PNG", 1)}),
    "png of one bit": (FIGURE.replace("{}", "png"), {"source/a.png": picture("1", "PNG", 1)}),
    "png with profile": (FIGURE.replace("{}", "png"), {"source/a.png": picture("RGB", "PNG", "red", srgb())}),
    "jpeg": (FIGURE.replace("{}", "jpg"), {"source/a.jpg": picture("RGB", "JPEG", "red")}),
    "grey jpeg": (FIGURE.replace("{}", "jpg"), {"source/a.jpg": picture("L", "JPEG", 99)}),
    "cmyk jpeg": (FIGURE.replace("{}", "jpg"), {"source/a.jpg": picture("CMYK", "JPEG", (255, 0, 0, 0))}),
    "webp": (FIGURE.replace("{}", "webp"), {"source/a.webp": picture("RGB", "WEBP", "red")}),
    "drawing": (FIGURE.replace("{}", "svg"), {"source/a.svg": DRAWING}),
    "drawing with a picture": (FIGURE.replace("{}", "svg"), {"source/a.svg": SVG.format(HELD)}),
}  # fmt: skip

BOOKS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "right to left": (
        "book:\n  title: كتاب\n  lang: ar\n  chapters: [a.md]\n",
        {"source/a.md": "# فصل\n\nنص عربي *مؤكد* مع English وأرقام 123.^[حاشية.] وهو نص طويل يمتد على عدة أسطر حتى نرى كيف تنتهي الأسطر في الكتاب.\n\n- أول\n- ثان\n"},
    ),
    "chinese": (
        "book:\n  title: 太阳能\n  lang: zh-Hans\n  chapters: [a.md]\n",
        {"source/a.md": "# 光伏\n\n光伏发电把太阳光直接变成电能，它最早出现于十九世纪；据 *Nature* 报道，2024 年**新增**容量超过 450 GW。^[注。]\n"},
    ),
    "devanagari and thai": (
        "book:\n  title: सूर्य\n  lang: hi\n  chapters: [a.md]\n",
        {"source/a.md": "# क्षमता\n\nहिन्दी *ज़ोर* **मोटा** बिजली। [หนังสือกำลัง]{lang=th}\n"},
    ),
    "parts": (
        "book:\n  title: B\n  subtitle: of <parts> & more\n  lang: en\n  author: [Ada, Bo]\n"
        "  chapters:\n    - part: One\n      chapters: [a.md, b.md]\n    - part: Two\n      chapters: [c.md]\n",
        {name: f"# {name}\n\nText [word]{{.index}} here.\n" for name in ("source/a.md", "source/b.md", "source/c.md")},
    ),
    "front and back": (
        "book:\n  title: B\n  lang: en\n  chapters: [p.md, a.md]\n  appendices: [z.md]\n",
        {
            "source/p.md": "---\ntitle: Preface\nrole: preface\n---\nBefore.\n",
            "source/a.md": "# A\n\nText.\n",
            "source/z.md": "---\ntitle: Tables\n---\nAfter.\n",
        },
    ),
}  # fmt: skip


def failures(data: bytes) -> dict[str, list[str]]:
    """Return the violations of each standard in a file."""
    page = required("page", "page-validation")
    return {
        profile: [
            f"{failure.rule_id}: {failure.message}"
            for failure in page.validate_pdf_bytes(data, profile=profile).failures
        ]
        for profile in ("ua1", "3a")
    }


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def colour_spaces(data: bytes) -> set[str]:
    """Return the colour spaces of all pictures."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            str(o.ColorSpace)
            for o in pdf.objects
            if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"
        }


@pytest.mark.parametrize("case", CASES)
def test_section_conforms_to_the_standards(tmp_path: Path, case: str) -> None:
    markdown, files = CASES[case]
    sources = {
        "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\n",
        "source/section.md": f"---\ntitle: A section\n---\n{markdown}",
        **files,
    }
    data, findings = write_output("pdf", tmp_path, sources)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    assert failures(data) == {"ua1": [], "3a": []}
    assert "A section" in text_of(data)


@pytest.mark.parametrize("book", BOOKS)
def test_book_conforms_to_the_standards(tmp_path: Path, book: str) -> None:
    manifest, files = BOOKS[book]
    data, findings = write_output("pdf", tmp_path, {"source/book.yaml": manifest, **files})
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    assert failures(data) == {"ua1": [], "3a": []}


def test_pictures_for_presses_are_shown_in_the_colours_of_screens(tmp_path: Path) -> None:
    """Test that CMYK pictures are converted to RGB for PDF/A (ISO 19005-3, 6.2.4.3)."""
    markdown, files = CASES["cmyk jpeg"]
    sources: Mapping[str, str | bytes] = {
        "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\n",
        "source/section.md": markdown,
        **files,
    }
    data, _ = write_output("pdf", tmp_path, sources)
    assert colour_spaces(data) == {"/DeviceRGB"}
    with pypdfium2.PdfDocument(data) as document:
        seen = [page.render(scale=0.5).to_pil().convert("RGB") for page in document]
    colours = {colour for image in seen for _, colour in image.getcolors(1_000_000) or ()}
    assert any(red < 80 and green > 120 and blue > 180 for red, green, blue in colours)


def test_invalid_file_is_recognised(tmp_path: Path) -> None:
    """Test that the validator finds a fault, so that silence is meaningful."""
    sources = {
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [s.md]\n",
        "source/s.md": "Text\n",
    }
    data, _ = write_output("pdf", tmp_path, sources)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root.OutputIntents, pdf.Root.ViewerPreferences
        out = io.BytesIO()
        pdf.save(out)
    result = failures(out.getvalue())
    assert result["ua1"] and result["3a"]
