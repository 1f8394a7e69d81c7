"""Test embedded fonts: each font that text uses is embedded once, unless its licence forbids it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import etree

from tests.embedded_opentype import header_of
from tests.own_fonts import own_font
from triptych.checks.deck import check_deck
from triptych.checks.deck.embedded_fonts import read_embedded_font
from triptych.ooxml.packages import read_relationships
from triptych.ooxml.xml import PRESENTATION, TYPES, P, R
from triptych.theme.theme import FontFace, ProjectFontFile, Theme
from triptych.writers.deck.package.fonts import Extent
from triptych.writers.deck.slides import CodeBody, DeckSlide, Para, Run, SlideKindName, TextBody
from triptych.writers.deck.template.opening import open_template
from triptych.writers.deck.writer import write_deck

from .conftest import SPAN, THEME, deck, everything

RELATIONS = "ppt/_rels/presentation.xml.rels"


def written(*slides: DeckSlide, fonts: Extent = "subset", theme: Theme = THEME) -> bytes:
    data, result = write_deck(deck(*slides), theme, fonts=fonts)
    assert result == []
    return data


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def brought(data: bytes) -> Mapping[str, Mapping[str, bytes]]:
    """Return the font parts of a deck by family and style, in list order."""
    package = parts(data)
    relations = read_relationships(etree.fromstring(package[RELATIONS]), PRESENTATION)
    return {
        entry.find(f"{P}font").get("typeface"): {
            etree.QName(slot).localname: package[relations[slot.get(f"{R}id")].target]
            for slot in entry
            if slot.tag != f"{P}font"
        }
        for entry in etree.fromstring(package[PRESENTATION]).iter(f"{P}embeddedFont")
    }


def styles(data: bytes) -> dict[str, list[str]]:
    return {family: list(fonts) for family, fonts in brought(data).items()}


def characters(font: bytes) -> set[str]:
    return set(map(chr, TTFont(io.BytesIO(read_embedded_font(font).data)).getBestCmap()))


def told(*runs: Run) -> DeckSlide:
    return DeckSlide(kind=SlideKindName.BULLETS, title="A title", body=TextBody(paras=(Para(runs=runs),)))


def test_faces_are_brought_in_which_text_is_set() -> None:
    """Test which styles are embedded: the theme has no bold italic sans, so programs synthesise it."""
    assert styles(written(told(Run(text="Text")))) == {"EB Garamond": ["regular"], "Work Sans": ["regular"]}
    runs = Run(text="a", italic=True), Run(text="b", bold=True, italic=True)
    assert styles(written(told(*runs)))["Work Sans"] == ["regular", "italic"]
    opening = DeckSlide(kind=SlideKindName.TITLE, title="A book", subtitle="For tests")
    assert styles(written(opening))["EB Garamond"] == ["regular"]
    code = DeckSlide(kind=SlideKindName.CODE, title="Code", body=CodeBody(text="x = 1"))
    assert styles(written(code))["JetBrains Mono"] == ["regular"]


def test_each_part_is_valid_and_unique() -> None:
    package = parts(data := written(*everything(), *everything()[1:]))
    assert check_deck(data) == []
    names = [name for name in package if name.startswith("ppt/fonts/")]
    assert names == [f"ppt/fonts/font{number}.fntdata" for number in range(1, len(names) + 1)]
    assert len(names) == sum(map(len, brought(data).values())) == len({package[name] for name in names})
    assert b'Extension="fntdata" ContentType="application/x-fontdata"' in package[TYPES]
    tree = etree.fromstring(package[PRESENTATION])
    assert (tree.get("embedTrueTypeFonts"), tree.get("saveSubsetFonts")) == ("1", "1")


def test_font_is_listed_by_name_and_style() -> None:
    for family, fonts in brought(written(*everything())).items():
        for slot, font in fonts.items():
            embedded_font = read_embedded_font(font)
            assert embedded_font.family == family
            assert embedded_font.style.lower().replace(" ", "") == slot.lower()
            assert header_of(font).italic == (slot in ("italic", "boldItalic"))


def test_subset_font_has_the_deck_text_and_common_characters() -> None:
    slide = replace(told(Run(text="Łódź, 7 °C")), notes=((Run(text="Ωmega"),),))
    known = characters(brought(written(slide))["Work Sans"]["regular"])
    assert set("Łódź") <= known  # for body text
    assert set("abcXYZéß€–’“”„") <= known  # for common words
    assert "ź".upper() in known
    assert "ŵ" not in known
    whole = brought(written(slide, fonts="full"))["Work Sans"]["regular"]
    assert known < characters(whole)
    assert not header_of(whole).subset


def test_full_fonts_stay_full_when_saved() -> None:
    tree = etree.fromstring(parts(written(told(Run(text="Text")), fonts="full"))[PRESENTATION])
    assert (tree.get("embedTrueTypeFonts"), tree.get("saveSubsetFonts")) == ("1", "0")


def test_no_font_list_without_fonts() -> None:
    package = parts(written(*everything(), fonts="none"))
    assert not any(name.startswith("ppt/fonts/") for name in package)
    assert b"embeddedFont" not in package[PRESENTATION]


def test_same_deck_has_the_same_bytes() -> None:
    assert written(*everything()) == written(*everything())


def test_template_fonts_are_unchanged() -> None:
    """Test embedded fonts of a template: PowerPoint reads each family once, so none is added twice."""
    data = written(told(Run(text="Template")))
    template, problems = open_template(THEME, "en-GB", data, {}, SPAN)
    assert template is not None
    assert problems == []
    repeated, _ = write_deck(
        deck(told(Run(text="Łódź", bold=True))), THEME, template=template, fonts="subset"
    )
    assert styles(repeated) == styles(data)
    assert check_deck(repeated) == []


def branded(folder: Path, **faces: bytes) -> Theme:
    """Return a theme with text in a font of the project."""
    result = []
    for name, data in faces.items():
        (folder / f"{name}.ttf").write_bytes(data)
        project_font_file = ProjectFontFile(folder=str(folder), digest=name, extension="ttf")
        weight = 700 if name == "bold" else 400
        result.append(
            FontFace(family="Brand", file=f"{name}.ttf", weight=weight, project_file=project_font_file)
        )
    return replace(THEME, sans="Brand", faces=(*result, *THEME.faces))


def test_family_without_bold_has_no_bold_entry(tmp_path: Path) -> None:
    """Test a family without a bold style, which programs synthesise from the regular one."""
    theme = branded(tmp_path, regular=own_font("Brand"))
    data = written(told(Run(text="a"), Run(text="b", bold=True)), theme=theme)
    assert styles(data)["Brand"] == ["regular"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (own_font("Brand", licence=4), "viewing and printing only"),
        (own_font("Brand", cff=True), "PostScript"),
    ],
    ids=["licence", "outlines"],
)
def test_omitted_face_is_reported(tmp_path: Path, bad: bytes, reason: str) -> None:
    theme = branded(tmp_path, regular=bad, bold=own_font("Brand", weight=700))
    slide = told(Run(text="a"), Run(text="b", bold=True))
    data, (problem,) = write_deck(deck(slide), theme, fonts="subset")
    assert (problem.code, problem.span.path) == ("FNT004", "regular.ttf")
    assert reason in problem.message
    assert "`embed-fonts: none`" in (problem.hint or "")
    assert styles(data)["Brand"] == ["bold"]
    assert check_deck(data) == []
    assert write_deck(deck(slide), theme, fonts="none")[1] == []
