"""Test fonts embedded in Office documents: names of families and styles, unchanged outlines, headers."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from tests.embedded_opentype import header_of
from tests.own_fonts import own_font
from triptych.checks.deck.embedded_fonts import EmbeddedFont, read_embedded_font
from triptych.media.fonts.office_fonts import FontNotEmbeddableError, OfficeStyle, make_office_font
from triptych.theme.theme import FontFace, ProjectFontFile, load_theme

THEME = load_theme()
TEXT = frozenset("Wind & Wetter: Ångström, ﬁnal 12.5 %")
BOLD = OfficeStyle(bold=True)


def own_face(folder: Path, data: bytes, weight: int = 400, *, whole: bool = False) -> FontFace:
    (folder / "own.ttf").write_bytes(data)
    project_font_file = ProjectFontFile(
        folder=str(folder), digest="m", extension="ttf", forbids_subsetting=whole
    )
    return FontFace(family="Brand Serif", file="own.ttf", weight=weight, project_file=project_font_file)


def font_in(found: EmbeddedFont) -> TTFont:
    return TTFont(io.BytesIO(found.data))


def outlines(font: TTFont, characters: frozenset[str]) -> dict[str, object]:
    """Return the outline and the width of each character, with composite glyphs decomposed."""
    glyphs, drawing = font.getGlyphSet(), {}
    for character in characters:
        if name := font.getBestCmap().get(ord(character)):
            pen = DecomposingRecordingPen(glyphs)
            glyphs[name].draw(pen)
            drawing[character] = (pen.value, glyphs[name].width)
    return drawing


@pytest.mark.parametrize("face", THEME.faces, ids=lambda face: face.file)
def test_glyph_outlines_match_the_face(face: FontFace) -> None:
    style = OfficeStyle(face.weight >= 600, face.italic)
    font, source = font_in(read_embedded_font(make_office_font(face, style, TEXT))), TTFont(face.path)
    assert outlines(font, TEXT) == outlines(source, TEXT)
    assert set(font.getBestCmap()) == set(map(ord, TEXT)) & set(source.getBestCmap())


@pytest.mark.parametrize("characters", [frozenset("!=->"), None], ids=["cut", "whole"])
def test_code_has_no_ligatures(characters: frozenset[str] | None) -> None:
    face = THEME.select_face(THEME.mono)
    data = read_embedded_font(make_office_font(face, OfficeStyle(), characters)).data
    assert _shape(data, "!=->") == [_find_glyph(data, character) for character in "!=->"]
    own = face.path.read_bytes()
    assert _shape(own, "!=->") != [_find_glyph(own, character) for character in "!=->"]


def test_code_has_no_ligatures_in_a_font_that_is_not_marked_as_monospaced(tmp_path: Path) -> None:
    font = TTFont(THEME.select_face(THEME.mono).path)
    font["post"].isFixedPitch = 0
    with io.BytesIO() as buffer:
        font.save(buffer)
        face = own_face(tmp_path, buffer.getvalue())
    for is_for_code in (True, False):
        embedded = make_office_font(face, OfficeStyle(), None, is_for_code=is_for_code)
        data = read_embedded_font(embedded).data
        separate = [_find_glyph(data, character) for character in "!=->"]
        assert (_shape(data, "!=->") == separate) is is_for_code


def _shape(data: bytes, text: str) -> list[int]:
    """Return the ids of the glyphs that a program shows for a text."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(hb.Font(hb.Face(data)), buffer)
    return [info.codepoint for info in buffer.glyph_infos]


def _find_glyph(data: bytes, character: str) -> int:
    font = TTFont(io.BytesIO(data))
    return font.getGlyphID(font.getBestCmap()[ord(character)])


def test_full_font_has_all_glyphs_of_the_face() -> None:
    face = THEME.select_face(THEME.sans, italic=True)
    font, source = (
        font_in(read_embedded_font(make_office_font(face, OfficeStyle(italic=True), None))),
        TTFont(face.path),
    )
    characters = frozenset(map(chr, source.getBestCmap()))
    assert outlines(font, characters) == outlines(source, characters)
    assert {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord} == {
        record.FeatureTag for record in source["GSUB"].table.FeatureList.FeatureRecord
    }


@pytest.mark.parametrize("weight", [300, 400, 550, 700])
def test_a_variable_font_becomes_a_static_one(tmp_path: Path, weight: int) -> None:
    data = own_font(variable=True)
    style = OfficeStyle(bold=weight == 700)
    font = font_in(read_embedded_font(make_office_font(own_face(tmp_path, data, weight), style, TEXT)))
    assert "fvar" not in font
    expected = instantiateVariableFont(TTFont(io.BytesIO(data)), {"wght": weight})
    assert outlines(font, TEXT) == outlines(expected, TEXT)


@pytest.mark.parametrize(
    ("style", "called", "selection", "weight"),
    [
        (OfficeStyle(), "Regular", 0x40, 400),
        (BOLD, "Bold", 0x20, 700),
        (OfficeStyle(italic=True), "Italic", 0x01, 400),
        (OfficeStyle(bold=True, italic=True), "Bold Italic", 0x21, 700),
    ],
)
def test_programs_join_the_styles_of_a_family(
    style: OfficeStyle, called: str, selection: int, weight: int
) -> None:
    """Test that programs find the bold style: the bold face of the serif is named "semibold"."""
    face = THEME.select_face(THEME.serif, bold=style.bold, italic=style.italic)
    data = make_office_font(face, style, TEXT)
    result, header = read_embedded_font(data), header_of(data)
    font = font_in(result)
    names = {number: font["name"].getDebugName(number) for number in (1, 2, 4, 6, 16, 17)}
    whole = "EB Garamond" if style == OfficeStyle() else f"EB Garamond {called}"
    postscript = f"EBGaramond-{called.replace(' ', '')}"
    assert names == {1: "EB Garamond", 2: called, 4: whole, 6: postscript, 16: None, 17: None}
    assert (result.family, result.style, result.full_name) == ("EB Garamond", called, whole)
    assert font["OS/2"].fsSelection & 0x61 == selection
    assert font["head"].macStyle == style.bold + 2 * style.italic
    assert (font["OS/2"].usWeightClass, header.weight, header.italic) == (weight, weight, style.italic)


@pytest.mark.parametrize("characters", [TEXT, None], ids=["cut", "whole"])
def test_eot_header_matches_the_font(characters: frozenset[str] | None) -> None:
    data = make_office_font(THEME.select_face(THEME.mono), OfficeStyle(), characters)
    result, header = read_embedded_font(data), header_of(data)
    font = font_in(result)
    metrics = font["OS/2"]
    assert header.panose == bytes(vars(metrics.panose).values())
    assert header.licence == metrics.fsType == 0
    assert header.unicode_ranges == tuple(getattr(metrics, f"ulUnicodeRange{n}") for n in range(1, 5))
    assert header.code_pages == (metrics.ulCodePageRange1, metrics.ulCodePageRange2)
    assert header.checksum == font["head"].checkSumAdjustment
    assert header.subset == (characters is not None)
    whole = (0xB1B0AFBA - _sum(result.data)) & 0xFFFFFFFF
    assert whole == header.checksum


def _sum(font: bytes) -> int:
    """Return the checksum of a font with its checksum field set to zero (OpenType 1.9, head)."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in range(12, 12 + 16 * count, 16)
    }
    place = tables[b"head"] + 8
    plain = font[:place] + bytes(4) + font[place + 4 :]
    padded = plain + bytes(-len(plain) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF


def test_the_bytes_are_the_same_each_time() -> None:
    face = THEME.select_face(THEME.sans, bold=True)
    assert make_office_font(face, BOLD, TEXT) == make_office_font(
        face, BOLD, frozenset(sorted(TEXT, reverse=True))
    )


def test_font_that_forbids_subsetting_is_complete(tmp_path: Path) -> None:
    face = own_face(tmp_path, own_font(licence=0x0100), whole=True)
    data = make_office_font(face, OfficeStyle(), frozenset("a"))
    assert not header_of(data).subset
    assert set(font_in(read_embedded_font(data)).getBestCmap()) == set(TTFont(face.path).getBestCmap())


@pytest.mark.parametrize("licence", [0x0000, 0x0008, 0x000C])
def test_font_with_editable_embedding_is_accepted(tmp_path: Path, licence: int) -> None:
    face = own_face(tmp_path, own_font(licence=licence))
    assert header_of(make_office_font(face, OfficeStyle(), TEXT)).licence == licence


@pytest.mark.parametrize(
    ("data", "reason"),
    [(own_font(licence=0x0004), "viewing and printing only"), (own_font(cff=True), "PostScript outlines")],
    ids=["licence", "outlines"],
)
def test_font_that_cannot_be_embedded_is_rejected(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(FontNotEmbeddableError, match=reason):
        make_office_font(own_face(tmp_path, data), OfficeStyle(), TEXT)
