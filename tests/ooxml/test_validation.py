"""Test that numbers, colours and relationships of a template are validated before use."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.ooxml.packages import Relationship
from triptych.ooxml.validation import find_invalid_parts, find_invalid_value
from triptych.ooxml.xml import NAMESPACES, OFFICE

SPACES = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())


def tree(xml: str) -> etree._Element:
    name, _, rest = xml.partition(" ")
    return etree.fromstring(f"{name} {SPACES} {rest}")


@pytest.mark.parametrize(
    "xml",
    [
        '<p:sldSz cx="wide" cy="6858000"/>',
        '<p:sldSz cx="12192000" cy="0"/>',
        '<p:sldSz cx="12192000" />',
        '<p:ph idx="first"/>',
        '<p:ph type=" ftr"/>',
        '<p:ph orient="up"/>',
        '<p:ph sz="large"/>',
        '<p:cNvPr id="x"/>',
        '<a:ext cx="1" cy="-1"/>',
        '<a:off x="99999999999999999999" y="0"/>',
        '<a:defRPr sz="large"/>',
        '<a:defRPr sz="0"/>',
        '<a:lvl3pPr marL="a"/>',
        '<a:pPr lvl="9"/>',
        '<a:bodyPr numCol="1000000"/>',
        '<a:spcPct val="much"/>',
        "<a:spcPct />",
        "<a:lumMod />",
        '<a:srgbClr val="nocolour"/>',
        '<a:srgbClr val="F"/>',
        '<a:sysClr val="window" lastClr="zz"/>',
        '<a:schemeClr val="accent9"/>',
    ],
)
def test_invalid_number_or_colour_is_reported(xml: str) -> None:
    [element] = tree(f"<p:sldMaster >{xml}</p:sldMaster>")
    assert f"in the element {etree.QName(element).localname} is not a" in find_invalid_value(
        element.getparent()
    )


@pytest.mark.parametrize(
    ("form", "minimum", "maximum"),
    [
        ('<p:sldSz cx="{}" cy="914400"/>', 914_400, 51_206_400),  # 1 to 56 inches
        ('<p:sldSz cx="914400" cy="{}"/>', 914_400, 51_206_400),
        ('<p:ph idx="{}"/>', 0, 4_294_967_295),
        ('<p:cNvPr id="{}"/>', 0, 4_294_967_295),
        ('<p:sldMasterId id="{}"/>', 0, 4_294_967_295),
        ('<p:sldLayoutId id="{}"/>', 0, 4_294_967_295),
        ('<p:bgRef idx="{}"/>', 0, 4_294_967_295),
        ('<a:off x="{}" y="0"/>', -10_000_000_000, 10_000_000_000),
        ('<a:chOff x="0" y="{}"/>', -10_000_000_000, 10_000_000_000),
        ('<a:ext cx="{}" cy="0"/>', 0, 10_000_000_000),
        ('<a:chExt cx="0" cy="{}"/>', 0, 10_000_000_000),
        ('<a:xfrm rot="{}"/>', -10_000_000_000, 10_000_000_000),
        ('<a:bodyPr lIns="{}"/>', -10_000_000_000, 10_000_000_000),
        ('<a:bodyPr numCol="{}"/>', 1, 16),
        ('<a:bodyPr spcCol="{}"/>', 0, 10_000_000_000),
        ('<a:rPr sz="{}"/>', 100, 400_000),
        ('<a:endParaRPr spc="{}"/>', -400_000, 400_000),
        ('<a:pPr lvl="{}"/>', 0, 8),
        ('<a:lvl1pPr marL="{}"/>', 0, 10_000_000_000),
        ('<a:lvl9pPr indent="{}"/>', -10_000_000_000, 10_000_000_000),
        ('<a:spcPts val="{}"/>', 0, 158_400),
        ('<a:hslClr hue="{}" sat="0" lum="0"/>', -10_000_000_000, 10_000_000_000),
    ],
)
def test_numbers_are_valid_from_the_minimum_to_the_maximum(form: str, minimum: int, maximum: int) -> None:
    def find_fault(number: int) -> str:
        return find_invalid_value(tree(f"<p:sldMaster >{form.format(number)}</p:sldMaster>"))

    assert (find_fault(minimum), find_fault(maximum)) == ("", "")
    expected = f"is not a whole number from {minimum} to {maximum}"
    assert find_fault(minimum - 1).endswith(expected) and find_fault(maximum + 1).endswith(expected)


@pytest.mark.parametrize(
    ("xml", "is_valid"),
    [
        ('<a:off x="+1" y="-1"/>', True),
        (f'<a:off x="{"0" * 18}" y="0"/>', True),
        (f'<a:off x="{"0" * 19}" y="0"/>', False),
        ('<a:off y="0"/>', False),
        ('<a:ext cx="0"/>', False),
        ("<a:spcPts />", False),
        ("<a:rPr />", True),
        (f'<a:alpha val="{"9" * 9}"/>', True),
        (f'<a:alpha val="{"9" * 10}"/>', False),
        ('<a:hueMod val="-12.5%"/>', True),
        ('<a:shade val="12."/>', False),
        ('<a:scrgbClr r="1" g="x" b="3"/>', False),
        ('<a:hslClr hue="1" sat="2" lum="x"/>', False),
        ('<a:hslClr hue="1"/>', True),
        ('<a:sysClr val="window"/>', True),
        ("<a:srgbClr />", False),
        ("<a:schemeClr />", False),
        ('<a:ext uri="{1}"/>', True),
        ("<!-- text -->", True),
    ],
)
def test_required_numbers_percentages_and_colours_are_checked(xml: str, is_valid: bool) -> None:
    assert (find_invalid_value(tree(f"<p:sldMaster >{xml}</p:sldMaster>")) == "") is is_valid


@pytest.mark.parametrize(
    "inside", ["", "<p:txBody/>", "<p:nvSpPr/>", "<p:txBody/><p:nvSpPr><p:cNvPr/></p:nvSpPr>"]
)
def test_shape_starts_with_its_name(inside: str) -> None:
    invalid_value = find_invalid_value(tree(f"<p:sldMaster ><p:sp>{inside}</p:sp></p:sldMaster>"))
    assert invalid_value == "the first child of sp is not nvSpPr"
    assert (
        find_invalid_value(tree("<p:sldMaster ><p:sp><p:nvSpPr><p:cNvPr/></p:nvSpPr></p:sp></p:sldMaster>"))
        == ""
    )


@pytest.mark.parametrize(
    "xml",
    [
        '<p:sldSz cx="12192000" cy="6858000"/>',
        '<a:ext uri="{1}"/>',
        '<p:ph sz="quarter"/>',
        '<a:fontRef idx="minor"/>',
        '<a:ext cx="0" cy="0"/>',
        '<a:defRPr sz="1800" spc="-50"/>',
        '<a:spcPct val="90%"/>',
        '<a:lumMod val="75000"/>',
        '<a:sysClr val="window"/>',
        '<a:srgbClr val="Ff00aA"/>',
        '<a:schemeClr val="accent6"/>',
    ],
)
def test_files_of_office_programs_are_valid(xml: str) -> None:
    assert find_invalid_value(tree(f"<p:sldMaster >{xml}</p:sldMaster>")) == ""


PARTS = {
    "presentation.xml": '<p:presentation ><p:sldMasterIdLst><p:sldMasterId r:id="r1"/></p:sldMasterIdLst><p:sldSz/></p:presentation>',
    "master.xml": '<p:sldMaster ><p:cSld><p:spTree/></p:cSld><p:sldLayoutIdLst><p:sldLayoutId r:id="r1"/></p:sldLayoutIdLst></p:sldMaster>',
    "layout.xml": "<p:sldLayout ><p:cSld><p:spTree/></p:cSld></p:sldLayout>",
    "theme.xml": "<a:theme />",
}
LINKS = {
    "": {"r1": ("officeDocument", "presentation.xml")},
    "presentation.xml": {"r1": ("slideMaster", "master.xml"), "r2": ("slide", "slide.xml")},
    "master.xml": {"r1": ("slideLayout", "layout.xml"), "r2": ("theme", "theme.xml")},
    "layout.xml": {"r1": ("slideMaster", "master.xml")},
}


def said(**changed: tuple[str, str]) -> list[str]:
    """Return the errors for changed targets of relationships, such as ``layout_r1``."""
    links = {source: dict(own) for source, own in LINKS.items()}
    for name, link in changed.items():
        part, number = name.split("_")
        links[f"{part}.xml"][number] = link
    relations = {
        source: {
            number: Relationship(target, f"{OFFICE}/{kind}", False) for number, (kind, target) in own.items()
        }
        for source, own in links.items()
    }
    return [
        f"{name} {odd}" for name, odd in find_invalid_parts({n: tree(x) for n, x in PARTS.items()}, relations)
    ]


def test_relationships_have_targets_of_their_type() -> None:
    assert said() == []
    assert said(layout_r1=("slideMaster", "layout.xml")) == [
        'layout.xml points to "layout.xml", which is not a valid slideMaster'
    ]
    assert said(master_r2=("image", "a.png")) == ["master.xml does not refer to a theme"]
    assert said(master_r1=("image", "a.png")) == ['master.xml lists the undefined slideLayout "r1"']


def test_long_names_and_values_are_cut() -> None:
    assert said(layout_r1=("slideMaster", "x" * 81)) == [
        f'layout.xml points to "{"x" * 80}", which is not a valid slideMaster'
    ]
    root = tree(f'<p:sldMaster ><p:sldSz cx="{"x" * 41}" cy="1"/></p:sldMaster>')
    assert find_invalid_value(root).startswith(f'cx="{"x" * 40}" in the element sldSz')


def test_package_has_exactly_one_presentation(monkeypatch: pytest.MonkeyPatch) -> None:
    presentation = LINKS[""]["r1"]
    for links in ({}, {"r1": ("theme", "theme.xml")}, {"r1": presentation, "r2": presentation}):
        monkeypatch.setitem(LINKS, "", links)
        assert said() == [" does not point to exactly one presentation"]


def test_a_presentation_has_a_size_and_masters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PARTS, "presentation.xml", "<p:presentation />")
    assert said() == [
        "presentation.xml does not define the slide size",
        "presentation.xml lists no slideMaster",
    ]
