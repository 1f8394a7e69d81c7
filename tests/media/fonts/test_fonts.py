"""Which characters the bundled fonts have."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tests.own_fonts import own_font
from triptych.media.fonts.fonts import (
    align_line_metrics,
    convert_to_static,
    find_missing_characters,
    find_scripts,
    select_characters_beyond_latin,
    subset_font,
)
from triptych.theme.theme import ProjectFontFile, load_theme


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Plain, “quoted” – and 1,234.5 GW", ""),
        ("Ελληνικά, Русский, Tiếng Việt, Łódź, pīnyīn lǚ", ""),
        ("你好，한국어、かな「骨」", ""),
        ("العربية עברית हिन्दी ไทย தமிழ் ქართული", ""),
        ("a 😀 ✓ ✗ → ⇒ ★ 🦀 🎉 ⏎ ☐ ⌘ ┌─┐ ℝ 𝑥 ① b", ""),
        ("Javanese ꦗꦮꦗ", "ꦗꦮ"),
        ("e\u0301 and \u00e9 are one letter", ""),
        ("soft\u00adhyphen, no\u00a0break, zero\u200bwidth, joiner\u200d, tab\t, line\n", ""),
        ("text style \u2192\ufe0e", ""),
        ("an icon of a private font \ue0a9", "\ue0a9"),
        ("not yet a character \U0001fbff", "\U0001fbff"),
    ],
)
def test_each_missing_character_is_named_once(text: str, missing: str) -> None:
    assert find_missing_characters(text, load_theme()) == missing


@pytest.mark.parametrize(
    ("text", "languages", "scripts"),
    [
        ("Plain, “quoted” → é", ["en"], []),
        ("Русский, μ", ["ru"], ["Cyrl"]),
        ("✓ 🦀 ℝ", ["en"], ["Zsym", "Zmth", "Zsye"]),
        ("骨", ["en"], ["Hans"]),
        ("骨", ["en", "ja"], ["Jpan"]),
        ("骨", ["zh-TW"], ["Hant"]),
        ("かな 骨", ["en"], ["Jpan"]),
        ("한글 骨", ["en"], ["Kore"]),
        ("骨 עברית", ["ko", "en"], ["Kore", "Hebr"]),
        ("“…”", ["zh"], ["Hans"]),
        ("اردو", ["ur"], ["Aran"]),
        ("# المدن", ["en"], ["Arab"]),
        ("المدن ℝ", ["en"], ["Arab", "Zmth"]),
    ],
)
def test_a_text_needs_the_scripts_of_its_languages_and_of_its_characters(
    text: str, languages: list[str], scripts: list[str]
) -> None:
    assert [script.name for script in find_scripts(text, languages, load_theme())] == scripts


def test_faces_of_scripts_leave_letters_and_ascii_to_the_text_faces() -> None:
    kept = select_characters_beyond_latin("aé1, Ж中“”—。 กำ")
    assert kept & set("aé1,Ж") == set()
    assert set("中“”—。 กำ\u0e4d\u0e32") <= kept


@pytest.mark.parametrize("weight", [400, 700])
def test_a_variable_face_is_cut_at_its_weight(weight: int) -> None:
    face = load_theme().select_face("Noto Sans CJK SC", bold=weight == 700)
    data = subset_font(face, frozenset("中文"))
    assert data == subset_font(face, frozenset("中文"))
    with TTFont(io.BytesIO(data)) as font:
        assert "fvar" not in font and "CFF " in font
        assert set(font.getBestCmap()) == set(map(ord, "中文"))
        assert font["OS/2"].usWeightClass == weight
        pen = BoundsPen(font.getGlyphSet())
        font.getGlyphSet()[font.getBestCmap()[ord("中")]].draw(pen)
        assert pen.bounds is not None and font.getReverseGlyphMap()


def test_a_face_stands_on_the_lines_of_another() -> None:
    theme = load_theme()
    model, face = theme.select_face(theme.serif), theme.select_face("Noto Serif Thai")
    with TTFont(io.BytesIO(align_line_metrics(model, subset_font(face, frozenset("ก"))))) as font:
        with TTFont(model.path) as other:
            ours, theirs = (f["hhea"].ascent / f["head"].unitsPerEm for f in (font, other))
        assert ours == pytest.approx(theirs, abs=0.001)


@given(st.text(st.sampled_from("ab e\n\u0301\u0308éΩ한\u1100\u1161\u11a8字ﬁ①\u0338=<\u00a0")))
def test_a_face_of_another_script_has_what_its_letters_are_made_of(text: str) -> None:
    forms = {character for form in ("NFC", "NFD", "NFKD") for character in unicodedata.normalize(form, text)}
    expected = {one for one in forms | set(text) if not one.isascii() and not one.isspace()}
    found = {one for one in select_characters_beyond_latin(text) if not one.isspace()}
    assert found == {one for one in expected if not unicodedata.name(one).startswith(("LATIN", "GREEK"))}
    assert {one for one in text if one.isspace()} <= select_characters_beyond_latin(text)


@pytest.mark.parametrize("subset", [False, True])
def test_a_static_font_with_cff2_outlines_gets_cff_outlines(tmp_path: Path, subset: bool) -> None:
    path = tmp_path / "a.otf"
    path.write_bytes(own_font(cff2=True))
    face = replace(
        load_theme().faces[0],
        file="a.otf",
        project_file=ProjectFontFile(folder=str(tmp_path), digest="", extension="otf"),
    )
    data = subset_font(face, frozenset("ab")) if subset else convert_to_static(face)
    with TTFont(io.BytesIO(data)) as font:
        assert "CFF2" not in font
        pen = BoundsPen(font.getGlyphSet())
        font.getGlyphSet()[font.getBestCmap()[ord("a")]].draw(pen)
        assert pen.bounds[0] == 60
