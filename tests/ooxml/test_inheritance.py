"""Test that slides inherit from layouts, and layouts from masters; the nearest value wins."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from triptych.ooxml.inheritance import (
    Box,
    collect_list_styles,
    find_box,
    find_colour_map,
    get_placeholder_type,
    has_visible_master,
    list_shapes,
    resolve_placeholder_chain,
)
from triptych.ooxml.packages import Relationship, find_source_part, get_relationships_name, read_relationships
from triptych.ooxml.xml import A, P


def tree(*shapes: str, ground: str = "", after: str = "", **attributes: str) -> Any:
    text = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return etree.fromstring(
        f'<p:x xmlns:a="{A[1:-1]}" xmlns:p="{P[1:-1]}"{text}><p:cSld>{ground}'
        f"<p:spTree>{''.join(shapes)}</p:spTree></p:cSld>{after}</p:x>"
    )


def shape(name: str, mark: str | None = None, x: int | None = None, styles: str = "") -> str:
    place = "" if x is None else f'<a:xfrm><a:off x="{x}" y="2"/><a:ext cx="10" cy="20"/></a:xfrm>'
    own = "" if mark is None else f"<p:ph {mark}/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="{name}"/><p:nvPr>{own}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody>{styles}</p:txBody></p:sp>"
    )


MASTER = tree(
    shape("Title", 'type="title"', 1),
    shape("Text", 'type="body" idx="1"', 3),
    shape("Date", 'type="dt" idx="2"', 5),
    after="<p:clrMap bg1='lt1'/><p:txStyles><p:titleStyle/><p:bodyStyle/><p:otherStyle/></p:txStyles>",
)
LAYOUT = tree(
    shape("Heading", 'type="ctrTitle"'),
    shape("Far left", 'idx="6"', 6),
    shape("Left", 'idx="7"', 7, "<a:lstStyle/>"),
    shape("Right", 'type="body" idx="8"'),
    shape("When", 'type="dt" idx="10"'),
)


def names(chain: tuple[Any, ...]) -> list[str]:
    return [next(element.iter(f"{P}cNvPr")).get("name") for element in chain]


@pytest.mark.parametrize(
    ("mark", "chain", "left", "style"),
    [
        ('type="ctrTitle"', ["One", "Heading", "Title"], 1, "titleStyle"),
        ('idx="7"', ["One", "Left", "Text"], 7, "bodyStyle"),
        ('idx="99"', ["One", "Far left", "Text"], 6, "bodyStyle"),  # the first of its type
        ('type="body" idx="8"', ["One", "Right", "Text"], 3, "bodyStyle"),
        ('type="dt" idx="10"', ["One", "When", "Date"], 5, "otherStyle"),
        ('type="pic" idx="99"', ["One", "Text"], 3, "bodyStyle"),
        (None, ["One"], None, "otherStyle"),
    ],
)
def test_placeholder_inherits_from_layout_and_master(
    mark: str | None, chain: list[str], left: int | None, style: str
) -> None:
    (own,) = list_shapes(tree(shape("One", mark)))
    placeholder_chain = resolve_placeholder_chain(own, LAYOUT, MASTER)
    assert names(placeholder_chain) == chain
    assert find_box(placeholder_chain) == (None if left is None else Box(left, 2, left + 10, 22))
    styles = collect_list_styles(placeholder_chain, get_placeholder_type(own), MASTER, None)
    assert styles[-1].tag == f"{P}{style}"
    assert len(styles) == (2 if "Left" in chain else 1)


def test_the_nearest_colour_map_counts() -> None:
    text = '<p:clrMapOvr><a:overrideClrMapping bg1="dk1"/></p:clrMapOvr>'
    assert find_colour_map((tree(), tree(after=text), MASTER)).get("bg1") == "dk1"
    assert find_colour_map((tree(), tree(), MASTER)).get("bg1") == "lt1"
    assert find_colour_map((tree(), None, None)) is None


@pytest.mark.parametrize(("said", "shown"), [("0", False), ("false", False), ("1", True)])
def test_layout_may_hide_shapes_of_the_master(said: str, shown: bool) -> None:
    assert has_visible_master((tree(), None, tree(showMasterSp=said))) is shown


def test_relationship_targets_are_relative_to_their_part() -> None:
    source = "ppt/slides/slide1.xml"
    assert get_relationships_name(source) == "ppt/slides/_rels/slide1.xml.rels"
    assert find_source_part(get_relationships_name(source)) == source
    assert find_source_part("_rels/.rels") == ""
    relationships = read_relationships(
        etree.fromstring(
            '<x><Relationship Id="a" Type="t" Target="../media/1.png#x"/><Relationship Id="b" Type="t" '
            'Target="/ppt/b.xml"/><Relationship Id="c" Type="t" Target="https://a.b/" TargetMode="External"/></x>'
        ),
        source,
    )
    assert relationships == {
        "a": Relationship("ppt/media/1.png", "t", is_external=False),
        "b": Relationship("ppt/b.xml", "t", is_external=False),
        "c": Relationship("https://a.b/", "t", is_external=True),
    }


@pytest.mark.parametrize(
    ("inner", "held"),
    [
        (Box(0, 0, 10, 20), True),
        (Box(1, 2, 9, 19), True),
        (Box(-1, 0, 10, 20), False),
        (Box(0, -1, 10, 20), False),
        (Box(0, 0, 11, 20), False),
        (Box(0, 0, 10, 21), False),
    ],
)
def test_box_contains_boxes_within_its_edges(inner: Box, held: bool) -> None:
    assert Box(0, 0, 10, 20).contains(inner) is held


def test_places_of_pictures_groups_and_frames_are_found_too() -> None:
    place = '<{0}:xfrm><a:off x="1" y="2"/><a:ext cx="3" cy="4"/></{0}:xfrm>'
    name = '<p:nvPr/><p:cNvPr id="1" name="n"/>'
    (picture, group, frame, bare) = list_shapes(
        tree(
            f"<p:pic>{name}<p:spPr>{place.format('a')}</p:spPr></p:pic>",
            f"<p:grpSp>{name}<p:grpSpPr>{place.format('a')}</p:grpSpPr></p:grpSp>",
            f"<p:graphicFrame>{name}{place.format('p')}</p:graphicFrame>",
            f"<p:cxnSp>{name}<p:spPr><a:xfrm><a:off x='1' y='2'/></a:xfrm></p:spPr></p:cxnSp>",
        )
    )
    assert [find_box([item]) for item in (picture, group, frame)] == [Box(1, 2, 4, 6)] * 3
    assert find_box([bare]) is None
    assert find_box([bare, picture]) == Box(1, 2, 4, 6)


def test_a_slide_has_the_shapes_that_have_a_name_and_that_of_an_alternative() -> None:
    chosen = f"<p:choice>{shape('Inner')}</p:choice>"
    assert names(tuple(list_shapes(tree(shape("One"), "<p:sp/>", chosen, "<p:other/>")))) == ["One", "Inner"]
    assert list_shapes(etree.fromstring("<x/>")) == []
