"""Letters become outlines of the faces that have them."""

from __future__ import annotations

import re

import pytest

from triptych.media.fonts.fonts import find_scripts
from triptych.media.text_outlines import FontSettings, measure_line, outline_line, split_clusters
from triptych.theme.theme import load_theme

THEME = load_theme()


def hand(text: str = "", *, families: tuple[str, ...] = ("Work Sans",), **others) -> FontSettings:
    faces = [THEME.select_face(family) for family in families]
    faces += [THEME.select_face(script.sans) for script in find_scripts(text, (), THEME)]
    return FontSettings(faces=tuple(faces), **{"language": "en", **others})


def begins(text: str, **others) -> list[float]:
    return [round(one.x, 3) for one in outline_line(text, hand(text, **others))[0]]


def test_a_text_of_one_face_is_one_outline() -> None:
    (one,), across = outline_line("Word", hand())
    assert (one.x, one.units_per_em) == (0, 1000)
    assert one.path.startswith("M")
    assert 1.5 < across < 3


def test_nothing_has_no_outline() -> None:
    assert outline_line("", hand()) == ((), 0)
    assert outline_line(" ", hand())[0] == ()


def test_each_face_draws_what_it_has() -> None:
    assert len(outline_line("a 中 b", hand("a 中 b"))[0]) == 3
    assert begins("中a")[1] == 1


def test_what_no_face_has_is_the_first_one_s_box() -> None:
    assert outline_line("\ue000", hand())[0][0].path


def test_marks_stay_on_their_letters() -> None:
    assert list(split_clusters("a\u0301bก\u0e33")) == ["a\u0301", "b", "ก", "\u0e33"]
    assert len(outline_line("x\u0323", hand("x\u0323"))[0]) == 1


def test_what_runs_from_the_right_stands_from_the_right() -> None:
    """The first word of a book in Hebrew is the last from left to right."""
    text = "אב ab"
    left, right = begins(text), begins(text, is_right_to_left=True)
    assert left[1] == pytest.approx(measure_line("אב", hand(text)), abs=0.01)
    assert right[1] == pytest.approx(measure_line("ab ", hand(text)), abs=0.01)


def test_letters_that_stand_apart_are_wider_and_not_joined() -> None:
    narrow, wide = (
        measure_line("office", hand(families=("EB Garamond",), letter_spacing=s)) for s in (0.0, 0.1)
    )
    assert wide - narrow > 0.6


def test_figures_are_old_style() -> None:
    """A seven reaches under the line."""
    (seven,), _ = outline_line("7", hand(families=("EB Garamond",)))
    assert any(float(number) < -50 for number in re.findall(r"-\d+", seven.path))


def test_chinese_has_its_own_quotation_marks_in_chinese_alone() -> None:
    text = "“中”"
    assert len(outline_line(text, hand(text, language="zh", cjk_punctuation=True))[0]) == 1
    assert len(outline_line(text, hand(text))[0]) == 3


def test_a_mark_that_opens_a_line_stands_at_its_edge() -> None:
    assert begins("「中」", language="ja")[0] == -0.5
    assert begins("中「」", language="ja")[0] == 0


def test_a_variable_face_is_drawn_at_its_weight() -> None:
    def path(bold: bool) -> str:
        face = THEME.select_face("Noto Sans CJK SC", bold=bold)
        return outline_line("中", FontSettings(faces=(face,), language="zh"))[0][0].path

    assert path(False) != path(True)
