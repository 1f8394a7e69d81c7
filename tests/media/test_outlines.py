"""Test that letters become outlines from the fonts that have them."""

from __future__ import annotations

import re

import pytest

from triptych.media import text_outlines
from triptych.media.fonts.fonts import find_scripts
from triptych.media.text_outlines import FontSettings, measure_line, outline_line, split_clusters
from triptych.theme.theme import FontFace, load_theme

THEME = load_theme()


def hand(text: str = "", *, families: tuple[str, ...] = ("Work Sans",), **others) -> FontSettings:
    faces = [THEME.select_face(family) for family in families]
    faces += [THEME.select_face(script.sans) for script in find_scripts(text, (), THEME)]
    return FontSettings(faces=tuple(faces), **{"language": "en", **others})


def begins(text: str, **others) -> list[float]:
    return [round(item.x, 3) for item in outline_line(text, hand(text, **others))[0]]


def test_a_text_of_one_face_is_one_outline() -> None:
    (item,), across = outline_line("Word", hand())
    assert (item.x, item.units_per_em) == (0, 1000)
    assert item.path.startswith("M")
    assert 1.5 < across < 3


def test_empty_text_has_no_outline() -> None:
    assert outline_line("", hand()) == ((), 0)
    assert outline_line(" ", hand())[0] == ()


def test_each_face_draws_its_characters() -> None:
    assert len(outline_line("a 中 b", hand("a 中 b"))[0]) == 3
    assert begins("中a")[1] == 1


def test_missing_glyph_is_the_box_of_the_first_face() -> None:
    assert outline_line("\ue000", hand())[0][0].path


def test_marks_stay_on_their_letters() -> None:
    assert list(split_clusters("a\u0301bก\u0e33")) == ["a\u0301", "b", "ก", "\u0e33"]
    assert len(outline_line("x\u0323", hand("x\u0323"))[0]) == 1


def test_right_to_left_text_starts_at_the_right() -> None:
    """Test that right-to-left words are set from the right: the first Hebrew word is at the right end."""
    text = "אב ab"
    left, right = begins(text), begins(text, is_right_to_left=True)
    assert left[1] == pytest.approx(measure_line("אב", hand(text)), abs=0.01)
    assert right[1] == pytest.approx(measure_line("ab ", hand(text)), abs=0.01)


def test_letter_spacing_widens_text_and_disables_ligatures() -> None:
    narrow, wide = (
        measure_line("office", hand(families=("EB Garamond",), letter_spacing=s)) for s in (0.0, 0.1)
    )
    assert wide - narrow > 0.6


def test_figures_are_old_style() -> None:
    """Test old-style figures: a seven has a descender."""
    (seven,), _ = outline_line("7", hand(families=("EB Garamond",)))
    assert any(float(number) < -50 for number in re.findall(r"-\d+", seven.path))


def test_chinese_quotation_marks_are_used_only_in_chinese() -> None:
    text = "“中”"
    assert len(outline_line(text, hand(text, language="zh", cjk_punctuation=True))[0]) == 1
    assert len(outline_line(text, hand(text))[0]) == 3


def test_opening_punctuation_aligns_with_the_edge() -> None:
    assert begins("「中」", language="ja")[0] == -0.5
    assert begins("中「」", language="ja")[0] == 0


def test_variable_face_is_drawn_at_its_weight() -> None:
    def path(bold: bool) -> str:
        face = THEME.select_face("Noto Sans CJK SC", bold=bold)
        return outline_line("中", FontSettings(faces=(face,), language="zh"))[0][0].path

    assert path(False) != path(True)


def test_the_face_of_a_letter_is_selected_once_for_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    selected: list[str] = []
    select_face = text_outlines._select_face

    def count(cluster: str, settings: FontSettings) -> FontFace:
        selected.append(cluster)
        return select_face(cluster, settings)

    monkeypatch.setattr(text_outlines, "_select_face", count)
    settings = hand()
    assert measure_line("word " * 100, settings) > measure_line("word", settings)
    assert sorted(selected) == sorted("word dorw")
