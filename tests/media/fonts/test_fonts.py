"""Test which characters the bundled fonts have."""

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
def test_required_scripts_depend_on_languages_and_characters(
    text: str, languages: list[str], scripts: list[str]
) -> None:
    assert [script.name for script in find_scripts(text, languages, load_theme())] == scripts


def test_faces_of_scripts_leave_letters_and_ascii_to_the_text_faces() -> None:
    characters_beyond_latin = select_characters_beyond_latin("aé1, Ж中“”—。 กำ")
    assert characters_beyond_latin & set("aé1,Ж") == set()
    assert set("中“”—。 กำ\u0e4d\u0e32") <= characters_beyond_latin


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


def test_face_metrics_align_with_those_of_another() -> None:
    theme = load_theme()
    model, face = theme.select_face(theme.serif), theme.select_face("Noto Serif Thai")
    with TTFont(io.BytesIO(align_line_metrics(model, subset_font(face, frozenset("ก"))))) as font:
        with TTFont(model.path) as other:
            ours, theirs = (f["hhea"].ascent / f["head"].unitsPerEm for f in (font, other))
        assert ours == pytest.approx(theirs, abs=0.001)


@given(st.text(st.sampled_from("ab e\n\u0301\u0308éΩ한\u1100\u1161\u11a8字ﬁ①\u0338=<\u00a0")))
def test_fallback_face_has_the_decomposed_characters(text: str) -> None:
    forms = {character for form in ("NFC", "NFD", "NFKD") for character in unicodedata.normalize(form, text)}
    expected = {item for item in forms | set(text) if not item.isascii() and not item.isspace()}
    characters_beyond_latin = {item for item in select_characters_beyond_latin(text) if not item.isspace()}
    assert characters_beyond_latin == {
        item for item in expected if not unicodedata.name(item).startswith(("LATIN", "GREEK"))
    }
    assert {item for item in text if item.isspace()} <= select_characters_beyond_latin(text)


@pytest.mark.parametrize("subset", [False, True])
def test_static_cff2_font_is_converted_to_cff(tmp_path: Path, subset: bool) -> None:
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
