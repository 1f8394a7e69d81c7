"""Test that each fault for which PowerPoint repairs a deck is found."""

from __future__ import annotations

import random
import re

import pytest
from lxml import etree

from triptych.checks.deck import check_deck
from triptych.checks.deck.examination import examine_deck
from triptych.checks.deck.integrity import FOUNDATION_RULES, PACKAGE_RULES, PART_RULES, find_violations
from triptych.checks.deck.package import read_package

from .conftest import Parts, packed, replaced, with_font, with_part, without
from .damages import DAMAGES, Damage

SHAPE = '<p:sp><p:nvSpPr><p:cNvPr id="4" name="a"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>'
PRESENTATION = "ppt/presentation.xml"
RELATIONS = "ppt/slides/_rels/slide2.xml.rels"
FAULTS = {
    "the part is missing, but a content type is declared": replaced(
        "[Content_Types].xml", "</Types>", '<Override PartName="/ppt/no.xml" ContentType="a/b"/></Types>'
    ),
    "the part has no content type": with_part("ppt/media/film.mkv"),
    "points to the missing part": without("ppt/presProps.xml"),
    "refers to the undefined relationship": replaced("ppt/slides/slide2.xml", 'r:id="rId', 'r:id="rIdX'),
    "chart refers to rId2, which has the type image instead of chart": replaced(
        "ppt/slides/_rels/slide4.xml.rels", '/relationships/chart"', '/relationships/image"'
    ),
    "is defined twice": replaced(
        RELATIONS,
        "</Relationships>",
        '<Relationship Id="rId1" Type="x" Target="../slideLayouts/slideLayout1.xml"/></Relationships>',
    ),
    "points to a disallowed external address": replaced(
        RELATIONS, "https://example.org/", "file:///etc/passwd"
    ),
    "no relationship points to this part": with_part("ppt/slides/slide99.xml"),
    "parts with this name, ignoring case": with_part("PPT/presentation.xml"),
    "not well-formed": replaced("ppt/slides/slide1.xml", "</p:sld>", ""),
    "is not a hexadecimal RGB value": replaced(
        "ppt/theme/theme1.xml", '<a:srgbClr val="', '<a:srgbClr val="#'
    ),
    "a table cell has no text body": replaced("ppt/slides/slide3.xml", "<a:tc>", "<a:tc/><a:tc>"),
    "a different number of cells than the table has columns": replaced(
        "ppt/slides/slide3.xml", "<a:gridCol", "<a:gridCol/><a:gridCol"
    ),
    "the embedded font is not valid Embedded OpenType: the file is too short": with_font(
        lambda font: font[:50]
    ),
    "wrong magic number or version": with_font(lambda font: font.replace(b"LP", b"PL", 1)),
    "the file is": with_font(lambda font: font[:-4]),
    "the header is": with_font(lambda font: font[:8] + b"\1" + font[9:]),
    "the header is truncated": with_font(lambda font: font[:82] + b"\xfe\xff" + font[84:]),
    "the checksum of the root string is wrong": with_font(lambda font: font.replace(b"BSGP", b"BSGQ", 1)),
    "the embedded data is not a font": with_font(
        lambda font: font[: -int.from_bytes(font[4:8], "little")].ljust(len(font), b"x")
    ),
    "is listed 2 times": replaced(PRESENTATION, 'typeface="Work Sans"', 'typeface="EB Garamond"'),
    'the font is named "EB Garamond"': replaced(
        PRESENTATION, 'typeface="EB Garamond"', 'typeface="Garamond"'
    ),
    "has no name or no font": replaced(PRESENTATION, "<p:embeddedFont>", "<p:embeddedFont/><p:embeddedFont>"),
    "regular refers to rId1, which has the type slideMaster instead of font": replaced(
        PRESENTATION, '<p:regular r:id="rId', '<p:regular r:id="rId1" x="'
    ),
    "is not an unsigned integer": replaced("ppt/charts/chart1.xml", '<c:axId val="', '<c:axId val="-'),
    "slide id 256 is used twice": replaced(PRESENTATION, 'id="257"', 'id="256"'),
    "out of range": replaced(PRESENTATION, '<p:sldId id="256"', '<p:sldId id="25"'),
    "shape id 2 is used twice": replaced("ppt/slides/slide2.xml", 'id="3"', 'id="2"'),
    "masters: the master or layout id": replaced(
        "ppt/slideMasters/slideMaster1.xml", 'id="2147483650"', 'id="2147483649"'
    ),
    "a section lists slide 999, which does not exist": replaced(
        PRESENTATION, '<p14:sldId id="256"', '<p14:sldId id="999"'
    ),
    "do not list each slide exactly once": replaced(PRESENTATION, '<p14:sldId id="256"/>', ""),
    "shape id 4 is used twice": replaced(
        "ppt/slides/slide5.xml", "</mc:AlternateContent>", f"</mc:AlternateContent>{SHAPE}"
    ),
    "the size of a shape is invalid: -": replaced("ppt/slides/slide6.xml", 'cx="', 'cx="-'),
    "the position of a shape is invalid: x": replaced("ppt/slides/slide6.xml", '<a:off x="', '<a:off x="x'),
    "the font size of a run is invalid: 'x": replaced("ppt/slides/slide3.xml", 'sz="', 'sz="x'),
    "the level of a paragraph is invalid: '9'": replaced("ppt/slides/slide3.xml", "<a:pPr", '<a:pPr lvl="9"'),
    "a text body has no paragraph": replaced("ppt/slides/slide1.xml", "<p:txBody>", "<p:txBody/><p:txBody>"),
}


@pytest.mark.parametrize("message", FAULTS)
def test_a_fault_is_found(message: str, sound: Parts) -> None:
    findings = check_deck(packed(FAULTS[message](sound)))
    assert {finding.code for finding in findings} == {"CHK001"}
    assert any(message in finding.message for finding in findings)


def test_extension_element_is_not_checked_as_a_size(sound: Parts) -> None:
    """Test two elements of the same name, told apart by their parents only.

    See ECMA-376 Part 1, 20.1.2.2.14 and 20.1.7.3.
    """
    name = "ppt/presProps.xml"
    tree = etree.fromstring(sound[name])
    namespaces = {"p": "http://schemas.openxmlformats.org/presentationml/2006/main"}
    for extension in tree.iterfind(".//p:ext", namespaces):
        del extension.attrib["uri"]
    assert noticed({**sound, name: etree.tostring(tree)}) == set()


def noticed(parts: Parts) -> set[str]:
    """Return the names of the rules that a deck violates."""
    return {rule for rule, _ in find_violations(read_package(packed(parts)))}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damage_breaks_just_its_rules(damage: Damage, sound: Parts) -> None:
    assert noticed(damage.inflict(sound)) == damage.rules


def test_each_rule_finds_its_damage(sound: Parts) -> None:
    seen = set().union(*(noticed(corrupt(sound)) for corrupt in FAULTS.values()))
    seen |= set().union(*(damage.rules for damage in DAMAGES))
    assert seen == {*FOUNDATION_RULES, *PACKAGE_RULES, *PART_RULES}


@pytest.mark.parametrize("seed", range(12))
def test_no_damage_breaks_the_lint_itself(seed: int, sound: Parts) -> None:
    """Test that the lint raises no exceptions on decks with randomly removed or changed elements."""
    chance = random.Random(seed)
    for _ in range(12):
        name = chance.choice(sorted(name for name in sound if name.endswith((".xml", ".rels"))))
        tree = etree.fromstring(sound[name])
        element = chance.choice(list(tree.iter()))
        key = chance.choice(list(element.attrib)) if element.attrib else None
        if key and chance.random() < 0.4:
            del element.attrib[key]
        elif key and chance.random() < 0.6:
            element.set(key, chance.choice(["", "x", "-1", "9" * 12, "rId1"]))
        elif element.getparent() is not None:
            element.getparent().remove(element)
        data = packed({**sound, name: etree.tostring(tree)})
        check_deck(data)
        examine_deck(data)


@pytest.mark.parametrize("data", [b"PDF", b"", b"PK\x05\x06" + bytes(18)], ids=["PDF", "nothing", "empty"])
def test_file_that_is_not_a_deck_is_reported(data: bytes) -> None:
    findings = check_deck(data)
    assert findings
    assert re.search("ZIP archive|is missing", findings[0].message)
