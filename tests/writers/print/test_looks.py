"""Test that style sheet, page grid and inks follow the theme."""

from __future__ import annotations

import datetime as dt
import io
import re
from types import SimpleNamespace

import pikepdf
import pytest
import tinycss2

from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from triptych.media.inks import ColourSpace, make_colour_writer
from triptych.model.book import Metadata
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.writers.print.page_grid import page_grid_for

EVERY_THEME = pytest.mark.parametrize("name", list_built_in_themes())
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="9" height="9" fill="{}"/>{}</svg>'
GRADIENT = '<linearGradient id="g"><stop offset="0"/><stop offset="1" stop-color="red"/></linearGradient><rect fill="url(#g)" width="60" height="40"/>'


def sheet(name: str, inks: ColourSpace = "rgb", **options: object) -> str:
    """Return the style sheet of a theme."""
    theme = load_theme(name)
    return (
        load_page_templates()
        .get_template("print/book.css.j2")
        .render(
            theme=theme,
            colours=theme.colours,
            paint=make_colour_writer(inks),
            page=page_grid_for(
                PdfOptions.model_validate({k.replace("_", "-"): v for k, v in options.items()}), theme.print
            ),
            scripts=theme.scripts,
            shades=(),
            logo=None,
            meta=Metadata(
                title="A “book”",
                language="en",
                identifier="urn:x",
                modified=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            ),
        )
    )


def declarations(css: str, selector: str) -> str:
    return " ".join(re.findall(rf"^{re.escape(selector)} {{([^}}]*)}}", css, re.MULTILINE))


def test_numbers_of_equations_are_upright_in_theorems() -> None:
    css = sheet("house")
    selector = ".theorem, .lemma, .corollary, .proposition, .conjecture"
    assert "font-style: italic" in declarations(css, selector)
    assert "font-style: normal" in declarations(css, ".equation-number")


@EVERY_THEME
def test_style_sheet_is_valid(name: str) -> None:
    for rule in tinycss2.parse_stylesheet(sheet(name), skip_comments=True, skip_whitespace=True):
        assert rule.type in ("qualified-rule", "at-rule"), rule
        if rule.type == "qualified-rule":
            for part in tinycss2.parse_blocks_contents(
                rule.content, skip_comments=True, skip_whitespace=True
            ):
                assert part.type == "declaration", (rule.prelude, part)


@EVERY_THEME
def test_block_spacing_is_a_multiple_of_half_lines(name: str) -> None:
    css, half = sheet(name), load_theme(name).print.leading / 2
    for selector in ("h2", "blockquote", "figure", "pre", ".callout", ".statement", ".equation", "dl"):
        match = re.search(r"margin: 0 (?:0|1\.6em) ([\d.]+)pt", declarations(css, selector))
        assert match, selector
        assert float(match[1]) % half == pytest.approx(0)


def test_house_chapters_start_on_rectos_and_others_on_the_next_page() -> None:
    assert "break-before: recto" in declarations(sheet("house"), ".chapter")
    assert not re.search("recto|verso", sheet("report") + sheet("large-print"))


def test_paragraphs_are_indented_or_spaced() -> None:
    assert declarations(sheet("house"), "p").split("; ") == [" margin: 0", "text-indent: 1.3em "]
    assert declarations(sheet("report"), "p").split("; ") == [" margin: 0 0 8pt", "text-indent: 0 "]


def test_large_print_is_ragged_upright_and_in_one_column() -> None:
    css = sheet("large-print")
    assert "text-align: start; hyphens: manual;" in declarations(css, "html")
    assert "italic" not in re.sub(r"@font-face {[^}]*}", "", css)
    assert "columns:" not in css.replace("column-gap", "") and "float: right; clear" not in css


@EVERY_THEME
@pytest.mark.parametrize("inks", ["cmyk", "grey"])
def test_no_colour_of_a_screen_is_left_for_a_press(name: str, inks: ColourSpace) -> None:
    css = re.sub(r"url\([^)]*\)", "", sheet(name, inks))
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b|rgba?\(", css)
    assert "--ink: device-cmyk(0 0 0 1);" in css


def test_page_backgrounds_extend_into_the_bleed() -> None:
    assert "bleed" not in sheet("house")
    assert "bleed: 8.504pt;" in sheet("house", bleed="3mm")


def test_the_sizes_of_other_scripts_grow_with_the_text() -> None:
    large = declarations(sheet("large-print"), "html:lang(ar)")
    assert "font-size: 12.4pt" in declarations(sheet("house"), "html:lang(ar)")
    assert float(large.partition("font-size: ")[2].partition("pt")[0]) == pytest.approx(
        12.4 * 18 / 10.9, abs=0.001
    )


@pytest.mark.e2e
@EVERY_THEME
def test_every_construct_is_set_in_each_theme(name: str, tmp_path) -> None:
    files = {**EVERYTHING, "source/book.yaml": f"{EVERYTHING['source/book.yaml']}theme: {name}\n"}
    data, findings = write_output("pdf", tmp_path, files)
    assert not [finding for finding in findings if finding.code == "PDF001"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = {
            str(o.BaseFont)[8:] for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        }
        width = float(pdf.pages[0].mediabox[2])
    assert width == pytest.approx(432 if name == "house" else 595.28, abs=0.01)
    assert (name == "large-print") != any("Garamond" in font for font in fonts)


@pytest.mark.e2e
def test_a_project_dresses_all_its_outputs(write: Write) -> None:
    files = {
        "source/themes/own.yaml": "extends: house\ncolours: {accent: '6a1b9a'}\nprint: {page-size: a5}\n"
    }
    data, result = write("pdf", "# One\n\n## Two\n", more="theme: themes/own.yaml\n", files=files)
    assert not result
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(419.53, abs=0.01)
    for name in ("epub", "pptx"):
        assert write(name, "# One\n\n## Two\n", more="theme: themes/own.yaml\n", files=files)[0]


def spaces(data: bytes) -> set[str]:
    """Return the colour spaces used on the pages of a PDF, including those of drawings and pictures."""
    names = {"rg": "DeviceRGB", "RG": "DeviceRGB", "g": "DeviceGray", "G": "DeviceGray"}
    result = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                result.add(str(item.ColorSpace).lstrip("/"))
        forms = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        for content in [*forms, *pdf.pages]:
            for operands, operator in pikepdf.parse_content_stream(content):
                if str(operator) in names:
                    result.add(names[str(operator)])
                elif str(operator) in ("cs", "CS"):
                    result.add(str(operands[0]).lstrip("/"))
    return result


@pytest.mark.e2e
@pytest.mark.parametrize("inks", ["cmyk", "grey"])
def test_all_of_a_page_is_in_the_inks_of_a_press(write: Write, inks: str) -> None:
    """Test that pages use only the inks of a press; a grey picture uses black (ISO 32000-1, 8.6.4.2)."""
    markdown = (
        "# A {#sec-a}\n\nText, `code`, [mark]{.mark}, $x^2$, *a* see @sec-a.^[A note]\n\n"
        "```python\nx = 'a' # b\n```\n\n::: {.callout-tip}\nTip\n:::\n\n| A |\n|---|\n| 1 |\n\n"
        '![A dot](dot.png){width=20pt alt="A"}\n\n![A box](box.svg){width=40pt alt="A"}\n\n'
        '![A sky](sky.svg){width=40pt alt="A"}\n\n'
        '```{.chart x=x y=y data="data.csv" type=line alt="A"}\n```\n'
    )
    files = {
        "source/box.svg": PICTURE.format("#a8321f", ""),
        "source/sky.svg": PICTURE.format("blue", GRADIENT),
    }
    options = f"format: {{pdf: {{colour: {inks}, bleed: 3mm}}}}\n"
    data, findings = write("pdf", markdown, more=options, files=files)
    assert not [finding for finding in findings if finding.code == "PDF001"]
    assert spaces(data) == {"DeviceCMYK", "DeviceGray"}
    assert "DeviceRGB" in spaces(write("pdf", markdown, files=files)[0])


def test_a_cover_in_the_proportions_of_the_page_reaches_over_its_edges(write: Write) -> None:
    cover = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="900"><rect width="600" height="900" fill="#a8321f"/></svg>'
    data, _ = write(
        "pdf",
        book="  chapters: [section.md]\n  cover-image: cover.svg\n",
        more="format: {pdf: {bleed: 3mm}}\n",
        files={"source/cover.svg": cover},
    )
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    page = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    corners = [page.getpixel(at) for at in ((1, 1), (page.width - 2, 1), (1, page.height - 2))]
    assert all(red > 150 and green < 70 for red, green, _ in corners)


def test_front_matter_has_roman_folios_everywhere() -> None:
    template = load_page_templates().get_template("print/roman-folios.css.j2")
    for heads, box in (("outside", "@top-left"), ("foot", "@bottom-right"), ("folio", "@bottom-center")):
        theme = SimpleNamespace(print=SimpleNamespace(running_heads=heads))
        assert f"{box} {{ content: counter(page, lower-roman) }}" in template.render(theme=theme)
