"""Test which layout is used for each type of slide, and the roles of its placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from lxml import etree

from triptych.writers.deck.fitting.text import Level
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.matching import LayoutView, MatchMethod, assign_roles, match_layouts
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, create_placeholder_box

SLIDE = (960.0, 540.0)
LARGE, SMALL = (40.0, 120.0, 880.0, 380.0), (40.0, 60.0, 200.0, 30.0)


def placeholder(
    kind: str, index: int, box: tuple[float, float, float, float] = LARGE, name: str = ""
) -> LayoutPlaceholder:
    place = create_placeholder_box(box, (0.0, 0.0, 0.0, 0.0), (Level(size=24.0, family="Arial"),))
    return LayoutPlaceholder(index, kind, name or f"{kind} {index}", (), place, ())


def view(name: str, *placeholders: LayoutPlaceholder, type: str = "") -> LayoutView:
    return LayoutView(name=name, type=type, placeholders=placeholders)


TITLE = placeholder("title", 0, (40.0, 20.0, 880.0, 80.0))
OPENING = view("Etusivu", placeholder("ctrTitle", 0), placeholder("subTitle", 1))
CONTENT = view("Sisältö", TITLE, placeholder("obj", 1))


def matched(*layouts: LayoutView, **requested: str) -> dict[str, tuple[str, MatchMethod]]:
    choices, unfit = match_layouts(layouts, SLIDE, requested)
    assert unfit == []
    return {kind.value: (choice.layout.name, choice.method) for kind, choice in choices.items()}


class TestMatching:
    def test_requested_layout_comes_first(self) -> None:
        chart = view("Chart", TITLE, placeholder("chart", 1), type="chart")
        result = matched(OPENING, CONTENT, chart, chart="Sisältö")
        assert result["chart"] == ("Sisältö", MatchMethod.REQUESTED)

    def test_type_takes_precedence_over_name(self) -> None:
        named, typed = (
            view("Chart", TITLE, placeholder("obj", 1)),
            view("X", TITLE, placeholder("chart", 1), type="chart"),
        )
        assert matched(named, typed)["chart"] == ("X", MatchMethod.TYPE)

    @pytest.mark.parametrize("name", ["Section Header", "Abschnittsüberschrift", "Capítulo"])
    def test_name_decides_if_the_type_does_not(self, name: str) -> None:
        assert matched(CONTENT, view(name, TITLE, placeholder("body", 1)))["divider"] == (
            name,
            MatchMethod.NAME,
        )

    def test_layout_of_another_type_is_not_matched_by_name(self) -> None:
        captioned = view("Content with Caption", TITLE, placeholder("obj", 1), type="objTx")
        assert matched(captioned, CONTENT)["bullets"] == ("Sisältö", MatchMethod.PLACEHOLDERS)

    def test_placeholders_decide_if_neither_does(self) -> None:
        result = matched(CONTENT, OPENING)
        assert result["title"] == ("Etusivu", MatchMethod.PLACEHOLDERS)
        assert result["chart"] == ("Sisältö", MatchMethod.PLACEHOLDERS)

    def test_missing_kinds_use_other_layouts(self) -> None:
        result = matched(OPENING, CONTENT)
        assert result["code"] == ("Sisältö", MatchMethod.OTHER)
        assert result["closing"] == ("Etusivu", MatchMethod.OTHER)
        assert set(result) == {kind.value for kind in KINDS}

    def test_a_frame_too_small_for_a_picture_is_left_to_portraits(self) -> None:
        portrait = view("Picture", TITLE, placeholder("pic", 1, (40, 120, 300, 300)), type="picTx")
        assert matched(portrait, view("All", TITLE, placeholder("obj", 1), type="obj"))["picture"][0] == "All"

    def test_unsuitable_requested_layout_is_reported_with_missing_roles(self) -> None:
        _, (unfit,) = match_layouts([OPENING, CONTENT], SLIDE, {"chart": "Etusivu"})
        assert (unfit.kind, unfit.name, unfit.missing_roles) == (
            SlideKindName.CHART,
            "Etusivu",
            (PlaceholderRole.OBJECT,),
        )

    def test_no_layout_matches_without_a_content_placeholder(self) -> None:
        choices, _ = match_layouts([OPENING], SLIDE, {})
        assert SlideKindName.BULLETS not in choices


def roles(kind: SlideKindName, placeholders: Sequence[LayoutPlaceholder]) -> dict[str, str]:
    result = assign_roles(KINDS[kind], placeholders)
    assert result is not None
    return {role.value: placeholder.name for role, placeholder in result.placeholders.items()}


class TestRoles:
    def test_the_largest_placeholder_has_the_content(self) -> None:
        result = roles(
            SlideKindName.BULLETS,
            [TITLE, placeholder("obj", 1, SMALL, "small"), placeholder("obj", 2, LARGE, "large")],
        )
        assert result["text"] == "large"

    def test_placeholder_named_like_a_role_is_assigned_to_it(self) -> None:
        placeholders = [
            TITLE,
            placeholder("body", 1, LARGE, "Text 3"),
            placeholder("body", 2, (0, 0, 960, 540), "Kicker 4"),
        ]
        assert roles(SlideKindName.DIVIDER, placeholders) == {
            "title": "title 0",
            "text": "Text 3",
            "kicker": "Kicker 4",
        }

    def test_a_low_text_under_the_frame_is_the_source_line(self) -> None:
        below = placeholder("body", 2, (40.0, 500.0, 880.0, 24.0), "below")
        beside = placeholder("body", 3, (900.0, 120.0, 40.0, 380.0), "beside")
        assert (
            roles(SlideKindName.CHART, [TITLE, placeholder("chart", 1), below, beside])["source"] == "below"
        )
        assert "source" not in roles(SlideKindName.CHART, [TITLE, placeholder("chart", 1), beside])

    def test_text_box_replaces_a_missing_placeholder_and_uses_its_space(self) -> None:
        result = assign_roles(KINDS[SlideKindName.CHART], [TITLE, placeholder("obj", 1)])
        assert result is not None
        frame, line = (
            result.placeholder_boxes[PlaceholderRole.OBJECT],
            result.placeholder_boxes[PlaceholderRole.SOURCE],
        )
        assert set(result.text_boxes) == {PlaceholderRole.SOURCE}
        assert frame.top + frame.height == pytest.approx(line.top)
        assert frame.height + line.height == pytest.approx(LARGE[3])

    def test_roles_are_not_assigned_without_a_required_placeholder(self) -> None:
        assert assign_roles(KINDS[SlideKindName.CHART], [TITLE]) is None


def comparison(*, rtl: bool = False) -> LayoutView:
    """Return PowerPoint's comparison layout, whose right half is slightly wider than the left one."""
    level = etree.Element("lvl1pPr", rtl=str(int(rtl)))

    def part(
        kind: str, index: int, left: float, top: float, width: float, height: float
    ) -> LayoutPlaceholder:
        return replace(placeholder(kind, index, (left, top, width, height)), levels=(level,))

    return view(
        "Vertailu",
        TITLE,
        part("body", 1, 36, 121, 318.1, 50),
        part("obj", 2, 36, 171, 318.1, 311),
        part("body", 3, 366, 121, 318.2, 50),
        part("obj", 4, 366, 171, 318.2, 311),
        type="twoTxTwoObj",
    )


def roles_of(layout: LayoutView, kind: SlideKindName) -> dict[PlaceholderRole, int]:
    roles = assign_roles(KINDS[kind], layout.placeholders)
    assert roles is not None
    return {role: placeholder.index for role, placeholder in roles.placeholders.items()}


class TestSidesOfEqualSize:
    def test_columns_are_assigned_in_reading_order_below_their_headings(self) -> None:
        assert roles_of(comparison(), SlideKindName.COMPARISON) == {
            PlaceholderRole.TITLE: 0,
            PlaceholderRole.FIRST_HEADING: 1,
            PlaceholderRole.FIRST: 2,
            PlaceholderRole.SECOND_HEADING: 3,
            PlaceholderRole.SECOND: 4,
        }

    def test_from_right_to_left_the_first_is_on_the_right(self) -> None:
        result = roles_of(comparison(rtl=True), SlideKindName.COMPARISON)
        assert (
            result[PlaceholderRole.FIRST_HEADING],
            result[PlaceholderRole.FIRST],
            result[PlaceholderRole.SECOND],
        ) == (3, 4, 2)

    def test_clearly_largest_placeholder_is_used_in_any_position(self) -> None:
        layout = view(
            "X",
            TITLE,
            placeholder("obj", 1, (40, 120, 200, 380)),
            placeholder("obj", 2, (260, 120, 660, 380)),
        )
        assert roles_of(layout, SlideKindName.BULLETS)[PlaceholderRole.BODY] == 2
