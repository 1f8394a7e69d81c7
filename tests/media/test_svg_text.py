"""Test that text of drawings becomes outlines at the positions that SVG specifies."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from triptych.media.svg_text import outline_drawing, outline_texts, select_family
from triptych.theme.theme import load_theme

THEME = load_theme()


def outlined(content: str, scale: float = 1.0) -> tuple[etree._Element, str]:
    root = etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{content}</svg>')
    text = outline_texts(root, THEME, scale=scale)
    assert root.find(".//{*}text") is None
    return root, text


def paths(content: str, scale: float = 1.0) -> list[etree._Element]:
    return outlined(content, scale)[0].findall(".//{*}path")


def place(path: etree._Element) -> tuple[float, float]:
    x, y = re.match(r"translate\((\S+) (\S+)\)", path.get("transform")).groups()
    return float(x), float(y)


def size(path: etree._Element) -> float:
    return float(re.search(r"scale\((\S+) ", path.get("transform")).group(1)) * 1000


def test_line_has_its_position() -> None:
    (path,) = paths('<text x="10" y="20" font-size="16">Letters</text>')
    assert place(path) == (10.0, 20.0)
    assert path.get("fill") == "#000000"


def test_a_line_is_anchored_at_its_middle_or_its_end() -> None:
    starts = {
        anchor: place(paths(f'<text x="100" text-anchor="{anchor}">Letters</text>')[0])[0]
        for anchor in ("start", "middle", "end")
    }
    assert starts["start"] == 100
    assert starts["middle"] - starts["end"] == pytest.approx(starts["start"] - starts["middle"], abs=0.01)
    assert starts["end"] < 60


def test_label_lines_are_stacked() -> None:
    lines = '<tspan x="0" dy="1em">One</tspan><tspan x="0" dy="1.5em">Two</tspan>'
    assert [place(path)[1] for path in paths(f'<text y="5" font-size="10">{lines}</text>')] == [15.0, 30.0]


def test_a_piece_without_a_place_follows_the_one_before() -> None:
    first, second = paths('<text>One <tspan font-weight="bold">two</tspan></text>')
    assert place(second)[0] > place(first)[0] + 20
    assert place(second)[1] == 0


def test_pieces_of_one_line_are_anchored_together() -> None:
    whole = paths('<text text-anchor="middle">One two</text>')[0]
    first, _ = paths('<text text-anchor="middle"><tspan>One</tspan><tspan> two</tspan></text>')
    assert place(first)[0] == pytest.approx(place(whole)[0], abs=0.1)


@pytest.mark.parametrize("name", ["central", "middle", "hanging"])
def test_a_named_baseline_moves_the_letters_down(name: str) -> None:
    assert place(paths(f'<text dominant-baseline="{name}">x</text>')[0])[1] > 4


def test_properties_are_inherited() -> None:
    group = '<g fill="#ff0000" font-size="32"><text><tspan>x</tspan></text></g>'
    (path,) = paths(group)
    assert path.get("fill") == "#ff0000"
    assert size(path) == pytest.approx(2 * size(paths("<text>x</text>")[0]), rel=0.01)


def test_families_are_distinguished() -> None:
    families = ("Arial", "Courier New", "Times New Roman", "sans-serif", "serif")
    outlines = {name: paths(f'<text font-family="{name}">Rg</text>')[0].get("d") for name in families}
    assert outlines["Arial"] == outlines["sans-serif"]
    assert outlines["Times New Roman"] == outlines["serif"]
    assert len(set(outlines.values())) == 3


def test_missing_letters_use_another_family() -> None:
    missing = paths("<text>\ue123</text>")
    cyrillic = paths("<text>Книга</text>")
    assert len(cyrillic) == 1
    assert cyrillic[0].get("d") != (missing[0].get("d") if missing else "")


def test_scaling_keeps_the_anchor() -> None:
    full, small = (paths('<text x="50" text-anchor="middle">Letters</text>', scale)[0] for scale in (1, 0.5))
    assert place(small)[0] - 50 == pytest.approx((place(full)[0] - 50) / 2, abs=0.01)


def test_white_space_collapses_unless_preserved() -> None:
    assert outlined("<text>\n  One \n two  </text>")[1] == "One two"
    text = '<text xml:space="preserve">  One  two</text>'
    assert outlined(text)[1] == "  One  two"


def test_text_transformation_is_kept() -> None:
    root, _ = outlined('<text transform="rotate(90)" opacity=".5">x</text>')
    group = root.find("{*}g")
    assert (group.get("transform"), group.get("opacity")) == ("rotate(90)", ".5")


def test_empty_text_draws_nothing() -> None:
    assert paths('<text x="1" y="2"> </text>') == []


@pytest.mark.parametrize("words", ["中文", "かな", "한글", "ไทย", "नमस्ते", "سلام"])
def test_every_bundled_script_is_drawn(words: str) -> None:
    """Test that no bundled script is drawn with the box for missing glyphs, which is equal for all."""
    (box,) = paths("<text>\U000f0000</text>")
    assert all(box.get("d") not in path.get("d") for path in paths(f"<text>A {words}</text>"))
    assert len(paths(f"<text>A{words}</text>")) == 2


def test_generated_drawing_names_no_font_after_outlining() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" font-family="\'Work Sans\'" font-size="8"><text y="9">A</text></svg>'
    root = etree.fromstring(outline_drawing(svg.encode(), THEME))
    (path,) = root.findall(".//{*}path")
    assert size(path) == pytest.approx(8)
    assert not root.attrib


def test_first_family_of_a_list_is_requested() -> None:
    families = (THEME.sans, THEME.serif, THEME.mono)
    for first in families:
        assert select_family(", ".join(f"'{name}'" for name in (first, *families)), THEME) == first
    assert select_family("Courier, monospace", THEME) == THEME.mono
    assert select_family("Fantasy", THEME) == THEME.sans


def test_right_to_left_lines_are_outlined_left_to_right() -> None:
    """Test that right-to-left lines are outlined from left to right; digits keep their order."""
    (arabic,) = paths('<text font-family="sans-serif" font-size="10">\u0635\u064a\u0646</text>')
    together = paths('<text font-family="sans-serif" font-size="10">\u0635\u064a\u0646 12</text>')
    assert place(together[0])[0] == 0
    assert together[-1].get("d") == arabic.get("d")
    assert place(together[-1])[0] > 10
