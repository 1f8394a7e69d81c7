"""Test font embedding: each font once, with the glyphs and the text of all quires."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pikepdf
import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tests.writers.print.quires import bound, lay, opened, painted, read_face, texts
from triptych.theme.theme import load_theme
from triptych.writers.print.embedding import embed_fonts, merge_used_glyphs, subset_font
from triptych.writers.print.painting import PaintResources, paint_margin_boxes
from triptych.writers.print.pdf_syntax import PdfFile
from triptych.writers.print.quire import UsedGlyphs
from weasyprint_typography.page_boxes import PageKind
from weasyprint_typography.typesetter import MarginBoxData

Embedded = Callable[..., pikepdf.Object]
SERIF = "EBGaramond-Regular.ttf"


def glyphs(texts: dict[int, str], face: str = SERIF, flags: int = 4) -> UsedGlyphs:
    return UsedGlyphs(face, f"AAAAAA+{face}", "Serif", flags, 1000, -300, texts)


def numbers_of(face: bytes, text: str) -> list[int]:
    """Return the glyph ids of characters."""
    font = hb.Font(hb.Face(face))
    return [font.get_nominal_glyph(ord(character)) for character in text]


@pytest.fixture
def embedded() -> Iterator[Embedded]:
    """Return a function that embeds a font with a mapping from glyphs to text, and opens it."""
    with ExitStack() as stack:

        def make(texts: dict[int, str], data: bytes, flags: int = 4) -> pikepdf.Object:
            file = PdfFile()
            page, pages = file.reserve_numbers(), file.reserve_numbers()
            fonts = embed_fonts({"F": glyphs(texts, flags=flags)}, file, lambda name: data)
            resources = b"<</Font %s>>" % fonts
            file.set_object(pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
            file.set_object(
                page, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Resources %s>>" % (pages, resources)
            )
            root = file.add_object(b"<</Type/Catalog/Pages %d 0 R>>" % pages)
            pdf = stack.enter_context(opened(file.finish(root, file.add_object(b"<<>>"))))
            return pdf.pages[0].Resources.Font.F

        yield make


def widths_of(font: pikepdf.Object) -> dict[int, float]:
    """Return the widths of a font (ISO 32000-1, 9.7.4.3)."""
    result = {}
    runs = list(font.DescendantFonts[0].W)
    for first, widths in zip(runs[::2], runs[1::2], strict=True):
        result.update({int(first) + place: float(width) for place, width in enumerate(widths)})
    return result


def map_of(font: pikepdf.Object) -> dict[int, str]:
    """Return the text of each glyph according to the ToUnicode map."""
    text = font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]
    rows = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", text)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in rows}


class TestJoined:
    def test_shared_font_has_the_glyphs_of_all_quires(self) -> None:
        result = merge_used_glyphs(
            [{"A": glyphs({5: "e", 1: "a"})}, {}, {"B": glyphs({2: "b"})}, {"A": glyphs({3: "c", 1: "a"})}]
        )
        assert list(result) == ["A", "B"]
        assert list(result["A"].texts.items()) == [(1, "a"), (3, "c"), (5, "e")]

    def test_of_two_texts_for_a_glyph_the_first_counts(self) -> None:
        assert merge_used_glyphs([{"A": glyphs({1: "a"})}, {"A": glyphs({1: "b"})}])["A"].texts == {1: "a"}

    def test_merged_glyphs_are_not_modified(self) -> None:
        own = glyphs({1: "a"})
        merge_used_glyphs([{"A": own}, {"A": glyphs({2: "b"})}])
        assert own.texts == {1: "a"}

    FONTS = st.dictionaries(
        st.sampled_from("ABC"),
        st.dictionaries(st.integers(0, 9), st.sampled_from("xyz"), max_size=3).map(glyphs),
    )

    @given(st.lists(FONTS, max_size=4))
    def test_no_glyph_is_lost(self, fonts: list[dict[str, UsedGlyphs]]) -> None:
        result = merge_used_glyphs(fonts)
        for font in fonts:
            for key, used in font.items():
                assert used.texts.keys() <= result[key].texts.keys()
        assert sum(len(f.texts) for f in result.values()) == len(
            {(key, glyph) for item in fonts for key, used in item.items() for glyph in used.texts}
        )


class TestReduced:
    @pytest.mark.parametrize(
        "face",
        [SERIF, "WorkSans-SemiBold.ttf", "JetBrainsMono-Regular.ttf", "scripts/NotoNaskhArabic-Regular.ttf"],
    )
    def test_glyphs_keep_their_numbers_and_outlines_and_no_others_are_there(self, face: str) -> None:
        data = read_face(face)
        expected = numbers_of(data, "ب" if "Arabic" in face else "Qgé")
        part = subset_font(data, expected)
        assert len(part) < len(data) / 5
        with TTFont(io.BytesIO(data)) as ttfont, TTFont(io.BytesIO(part)) as cut:
            names = ttfont.getGlyphOrder()
            shapes, kept = ttfont["glyf"], cut["glyf"]
            waiting, held = [names[glyph] for glyph in expected], {names[0]}
            while waiting:
                held.add(name := waiting.pop())
                waiting += shapes[name].getComponentNames(shapes)
            for number, name in enumerate(cut.getGlyphOrder()):
                own = kept[name]
                is_empty = own.numberOfContours == 0
                if names[number] in held:
                    assert own.getCoordinates(kept)[0] == shapes[names[number]].getCoordinates(shapes)[0]
                else:
                    assert is_empty
            assert not {"GSUB", "GPOS", "GDEF", "fpgm", "prep"} & set(cut.keys())

    def test_the_same_glyphs_make_the_same_bytes(self) -> None:
        data = read_face(SERIF)
        assert subset_font(data, [9, 5, 7]) == subset_font(data, (5, 7, 9))


class TestEmbedded:
    TEXT = "Hamburg, fi"

    def test_widths_are_those_of_the_font(self, embedded: Embedded) -> None:
        data = read_face(SERIF)
        used = numbers_of(data, self.TEXT)
        widths = widths_of(embedded(dict(zip(used, self.TEXT, strict=True)), data))
        with TTFont(io.BytesIO(data)) as font:
            order, metrics, scale = font.getGlyphOrder(), font["hmtx"], 1000 / font["head"].unitsPerEm
            assert widths == {g: pytest.approx(metrics[order[g]][0] * scale, abs=0.001) for g in used}

    @pytest.mark.parametrize("text", ["a", "fi", "ffi", "😀", "क्ष", "👨‍👩", "\u200b", "é"])
    def test_each_glyph_has_its_text(self, embedded: Embedded, text: str) -> None:
        assert map_of(embedded({7: text, 300: "x"}, read_face(SERIF))) == {7: text, 300: "x"}

    @pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
    def test_character_maps_have_blocks_of_a_hundred(self, embedded: Embedded, count: int) -> None:
        """Test blocks of at most 100 entries (ISO 32000-1, 9.10.3, after Adobe's technical note 5411)."""
        font = embedded({glyph: "a" for glyph in range(1, count + 1)}, read_face(SERIF))
        sizes = [int(size) for size in re.findall(rb"(\d+) beginbfchar", font.ToUnicode.read_bytes())]
        assert sum(sizes) == count == len(map_of(font))
        assert max(sizes) <= 100

    def test_truetype_font_maps_codes_to_glyphs(self, embedded: Embedded) -> None:
        font = embedded({5: "a"}, read_face(SERIF))
        assert (font.Subtype, font.Encoding) == ("/Type0", "/Identity-H")
        (own,) = font.DescendantFonts
        assert (own.Subtype, own.CIDToGIDMap) == ("/CIDFontType2", "/Identity")
        program = own.FontDescriptor.FontFile2
        assert int(program.Length1) == len(program.read_bytes())
        assert own.BaseFont == font.BaseFont == own.FontDescriptor.FontName

    def test_a_font_with_postscript_outlines_is_embedded_as_one(self, embedded: Embedded) -> None:
        data = cff()
        (own,) = embedded({numbers_of(data, "中")[0]: "中"}, data).DescendantFonts
        assert own.Subtype == "/CIDFontType0"
        assert "/CIDToGIDMap" not in own
        program = own.FontDescriptor.FontFile3
        assert program.Subtype == "/OpenType"
        assert program.read_bytes().startswith(b"OTTO")

    def test_monospaced_fonts_have_a_single_width(self, embedded: Embedded) -> None:
        mono, serif = read_face("JetBrainsMono-Regular.ttf"), read_face(SERIF)
        texts = {n: c for n, c in zip(numbers_of(mono, "iW"), "iW", strict=True)}
        assert int(embedded(texts, mono).DescendantFonts[0].FontDescriptor.Flags) & 1
        figures = {n: c for n, c in zip(numbers_of(serif, "12"), "12", strict=True)}
        assert not int(embedded(figures, serif).DescendantFonts[0].FontDescriptor.Flags) & 1

    def test_slant_and_capitals_are_measured(self, embedded: Embedded) -> None:
        upright = embedded({5: "a"}, read_face(SERIF)).DescendantFonts[0].FontDescriptor
        slanted = embedded({5: "a"}, read_face("EBGaramond-Italic.ttf"), 68).DescendantFonts[0].FontDescriptor
        assert float(upright.ItalicAngle) == 0 > float(slanted.ItalicAngle)
        assert 600 < int(upright.CapHeight) < 700
        assert int(slanted.Flags) & 64

    def test_font_without_glyphs_is_allowed(self, embedded: Embedded) -> None:
        assert map_of(embedded({}, read_face(SERIF))) == {}


def cff() -> bytes:
    """Return a font with PostScript outlines."""
    script = load_theme().find_script("zh-Hans")
    assert script is not None
    for face in script.faces:
        font = hb.Face(hb.Blob.from_file_path(str(face.path)), face.index)
        if font.reference_table("CFF ").data:
            from triptych.media.fonts.fonts import subset_font

            return subset_font(face, frozenset("中文"), keep_glyph_ids=True)
    pytest.skip("no face of Chinese has such outlines")


def test_quires_share_a_font_and_each_draws_its_text() -> None:
    data = bound(painted("<p>Hamburg</p>", name="one"), painted("<p>Quiz fjord</p>", name="two"))
    assert texts(data) == ["Hamburg", "Quiz fjord"]
    with opened(data) as pdf:
        programs = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Length1" in o]
        assert len(programs) == 1
        fonts = [page.Resources.Font for page in pdf.pages]
        assert fonts[0].objgen == fonts[1].objgen


def test_running_heads_share_the_fonts_of_the_text() -> None:
    _, typesetter = lay("<p>a</p>", "@page { @top-left { content: counter(page); font-family: Serif } }")
    palette = PaintResources(typesetter.faces)
    margins = MarginBoxData(PageKind("right", False, "", 0, ()), 47, 0, ())
    (head,) = [
        paint_margin_boxes(page, palette)
        for page in typesetter.lay_out_margin_boxes([margins], "<html><body/></html>")
    ]
    data = bound(painted("<p>Word</p>"), furniture=[[head]])
    assert sorted(texts(data)[0].split()) == ["47", "Word"]
    with opened(data) as pdf:
        assert len([o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Length1" in o]) == 1
