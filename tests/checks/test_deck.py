"""Each fault that makes PowerPoint repair a deck, or shuts somebody out, is found."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest

from triptych.checks.deck import check_deck
from triptych.media.formulas import Formula, draw_formulas
from triptych.model.charts import ChartData, ChartKind, Series
from triptych.model.nodes import Align, Chart
from triptych.theme import load_theme
from triptych.writers.deck.runs import spoken
from triptych.writers.deck.slides import (
    ChartBody,
    Deck,
    DeckSlide,
    EquationBody,
    Layout,
    NativeFormula,
    Para,
    Run,
    TableBody,
    TextBody,
)
from triptych.writers.deck.writer import write_deck

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def parts() -> Parts:
    """A sound deck, unpacked."""
    cells = tuple(tuple((Run(text=text),) for text in row) for row in (("Name", "TWh"), ("Wind", "82.3")))
    series = Series(label="Wind", values=(1.0, 2.0), decimals=0, places=(0, 0))
    chart = Chart(
        kind=ChartKind.BAR, data=ChartData(categories=("a", "b"), series=(series,)), caption=(), alt=""
    )
    body = TextBody(paras=(Para(runs=(Run(text="Web", href="https://example.org/"),)), Para(runs=())))
    (drawing,) = draw_formulas([Formula("x^2", display=True)])
    equation = EquationBody(
        native=NativeFormula(
            omml="<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", width=1, height=1, display=True
        ),
        drawing=drawing,
        text="x",
        alt="A letter",
    )
    deck = Deck(
        slides=(
            DeckSlide(layout=Layout.TITLE, title="The Book", section="Start", notes=(spoken("Hello."),)),
            DeckSlide(layout=Layout.BULLETS, title="Points", body=body),
            DeckSlide(
                layout=Layout.TABLE,
                title="Table",
                body=TableBody(rows=cells, aligns=(Align.DEFAULT,) * 2, alt="T"),
            ),
            DeckSlide(layout=Layout.CHART, title="Chart", body=ChartBody(chart=chart, alt="Bars")),
            DeckSlide(layout=Layout.EQUATION, title="Formula", body=equation),
        ),
        title="The Book",
        language="en-GB",
        authors=("Ada",),
        modified=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
    )
    data, _ = write_deck(deck, load_theme())
    assert check_deck(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def replaced(name: str, old: str, new: str) -> Callable[[Parts], Parts]:
    def corrupt(parts: Parts) -> Parts:
        text = parts[name].decode()
        assert old in text, f"{name} has no {old}"
        return {**parts, name: text.replace(old, new, 1).encode()}

    return corrupt


def without(name: str) -> Callable[[Parts], Parts]:
    return lambda parts: {key: data for key, data in parts.items() if key != name}


def with_part(name: str, data: bytes = b"<x/>") -> Callable[[Parts], Parts]:
    return lambda parts: {**parts, name: data}


SHAPE = '<p:sp><p:nvSpPr><p:cNvPr id="4" name="a"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>'
EQUATION = '<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"/>'
WORD = '<w:rPr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
PRESENTATION = "ppt/presentation.xml"
RELATIONS = "ppt/slides/_rels/slide2.xml.rels"
FAULTS = {
    "content type for a part that is missing": replaced(
        "[Content_Types].xml", "</Types>", '<Override PartName="/ppt/no.xml" ContentType="a/b"/></Types>'
    ),
    "no content type": with_part("ppt/media/film.mkv"),
    "which is missing": without("ppt/presProps.xml"),
    "which is no relationship": replaced("ppt/slides/slide2.xml", 'r:id="rId', 'r:id="rIdX'),
    "is defined twice": replaced(
        RELATIONS,
        "</Relationships>",
        '<Relationship Id="rId1" Type="x" Target="../slideLayouts/slideLayout1.xml"/></Relationships>',
    ),
    "points outside": replaced(RELATIONS, "https://example.org/", "file:///etc/passwd"),
    "nothing points to this part": with_part("ppt/slides/slide99.xml"),
    "differ only in case": with_part("PPT/presentation.xml"),
    "not well-formed": replaced("ppt/slides/slide1.xml", "</p:sld>", ""),
    "is no colour": replaced("ppt/slideMasters/slideMaster1.xml", '<a:srgbClr val="', '<a:srgbClr val="#'),
    "a table cell without text body": replaced("ppt/slides/slide3.xml", "<a:tc>", "<a:tc/><a:tc>"),
    "one cell for each column": replaced("ppt/slides/slide3.xml", "<a:gridCol", "<a:gridCol/><a:gridCol"),
    "is no unsigned number": replaced("ppt/charts/chart1.xml", '<c:axId val="', '<c:axId val="-'),
    "slide id 256 is used twice": replaced(PRESENTATION, 'id="257"', 'id="256"'),
    "out of range": replaced(PRESENTATION, '<p:sldId id="256"', '<p:sldId id="25"'),
    "shape id 2 is used twice": replaced("ppt/slides/slide2.xml", 'id="3"', 'id="2"'),
    "masters: the id": replaced("ppt/slideMasters/slideMaster1.xml", 'id="2147483650"', 'id="2147483649"'),
    "a section lists the slide": replaced(PRESENTATION, '<p14:sldId id="256"', '<p14:sldId id="999"'),
    "do not list every slide once": replaced(PRESENTATION, '<p14:sldId id="256"/>', ""),
    "no title": replaced("ppt/slides/slide2.xml", 'type="title"', 'type="body" idx="9"'),
    'the title "Points" is that of slide 2 too': replaced("ppt/slides/slide3.xml", ">Table<", ">Points<"),
    "has no alternative text": replaced("ppt/slides/slide4.xml", 'descr="Bars"', 'descr=""'),
    "is a file name": replaced("ppt/slides/slide4.xml", 'descr="Bars"', 'descr="bars.png"'),
    "text without a language": replaced("ppt/slides/slide2.xml", ' lang="en-GB"', ""),
    "text of 9 points": replaced("ppt/slides/slide3.xml", 'sz="', 'sz="900" x="'),
    "without a choice or without a fallback": lambda parts: {
        **parts,
        "ppt/slides/slide5.xml": parts["ppt/slides/slide5.xml"].replace(b"mc:Fallback>", b"mc:Other>"),
    },
    'requires "a99", which is declared nowhere': replaced("ppt/slides/slide5.xml", '"a14"', '"a99"'),
    "an equation that is no choice": replaced("ppt/slides/slide2.xml", "<a:p>", f"<a:p>{EQUATION}"),
    "properties of a text document": replaced("ppt/slides/slide5.xml", "<m:t>", f"{WORD}<m:t>"),
    "characters without a language": replaced("ppt/slides/slide5.xml", '<a:rPr lang="en-GB" ', "<a:rPr "),
    "an equation without an alternative text": replaced("ppt/slides/slide5.xml", 'descr="A letter"', ""),
    "shape id 4 is used twice": replaced(
        "ppt/slides/slide5.xml", "</mc:AlternateContent>", f"</mc:AlternateContent>{SHAPE}"
    ),
    "a table without header cells": replaced("ppt/slides/slide3.xml", 'firstRow="1"', 'firstRow="0"'),
    "a text body without a paragraph": replaced(
        "ppt/slides/slide1.xml", "<p:txBody>", "<p:txBody/><p:txBody>"
    ),
}


@pytest.mark.parametrize("message", FAULTS)
def test_a_fault_is_found(message: str, parts: Parts) -> None:
    findings = check_deck(packed(FAULTS[message](parts)))
    assert {finding.code for finding in findings} == {"CHK001"}
    assert any(message in finding.message for finding in findings)


def test_what_is_no_archive_is_said_to_be_none() -> None:
    [finding] = check_deck(b"PDF")
    assert "not a zip archive" in finding.message
