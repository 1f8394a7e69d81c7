"""Test decks by writing them and opening them again."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

from tests.writers.deck.conftest import make_cell
from triptych.checks.deck import check_deck
from triptych.diagnostics import Span
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Align, Chart
from triptych.project import MANIFEST
from triptych.theme.theme import Theme, load_theme
from triptych.writers.deck.slides import (
    Body,
    ChartBody,
    CodeBody,
    Deck,
    DeckSlide,
    Para,
    PictureBody,
    QuoteBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
)
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.writer import write_deck

YEARS = tuple(str(year) for year in range(2013, 2024))
SOURCE = (Run(text="Source: Energy Trends."),)


@pytest.fixture(scope="session")
def theme() -> Theme:
    return load_theme()


def deck_of(*slides: DeckSlide) -> Deck:
    return Deck(
        slides=slides,
        title="The Book",
        language="en-GB",
        authors=("Ada Winter",),
        modified=dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC),
    )


def points(*texts: str) -> TextBody:
    return TextBody(paras=tuple(Para(runs=(Run(text=text),)) for text in texts))


def series(label: str, *values: float | None, decimals: int = 1) -> Series:
    return Series(
        label=label, values=values, label_decimals=decimals, decimal_places=(decimals,) * len(values)
    )


def chart(kind: str, *found: Series, categories: tuple[str, ...] = YEARS, **options: Any) -> Chart:
    whole = all(category.isdigit() for category in categories)
    positions = tuple(map(float, categories)) if whole else None
    data = ChartData(categories=categories, series=found, positions=positions)
    return Chart(kind=kind, data=data, caption=(), alt="", **options)


def drawn(value: Chart, theme: Theme) -> Any:
    body = ChartBody(chart=value, alt="A chart", source=SOURCE)
    return shape_of(body, theme).chart


def shape_of(body: Body, theme: Theme) -> Any:
    slide = opened(write(theme, DeckSlide(kind=SlideKindName.CHART, title="Shown", body=body))).slides[0]
    return next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 13)


def write(theme: Theme, *slides: DeckSlide) -> bytes:
    data, diagnostics = write_deck(deck_of(*slides), theme)
    assert diagnostics == []
    assert check_deck(data) == []
    return data


def opened(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


def titles(data: bytes) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in opened(data).slides]


WIND = series("Wind", 28.4, 32.0, 40.3, 37.3, 49.6, 57.1, None, 75.4, 64.7, 80.3, 82.3)
SOLAR = series("Solar", 2.0, 4.1, 7.5, 10.4, 11.5, 12.7, 12.9, 13.2, 12.1, 13.3, 13.8)


def everything() -> list[DeckSlide]:
    picture = io.BytesIO()
    Image.new("RGB", (640, 400), "#a8321f").save(picture, "PNG")
    table = TableBody(
        rows=tuple(
            tuple(make_cell(Run(text=text)) for text in row) for row in (("Name", "TWh"), ("Wind", "82.3"))
        ),
        alignments=(Align.DEFAULT, Align.DEFAULT),
        alt="Two numbers",
        row_headers=1,
        source=SOURCE,
    )
    return [
        DeckSlide(
            kind=SlideKindName.TITLE,
            title="The Book",
            subtitle="In brief",
            kicker="Deck",
            notes=(make_plain_note("Hello."),),
        ),
        DeckSlide(kind=SlideKindName.DIVIDER, title="First part", kicker="1", section="First part", id="one"),
        DeckSlide(kind=SlideKindName.BULLETS, title="Points", body=points("One.", "Two.", "Three.")),
        DeckSlide(
            kind=SlideKindName.CHART,
            title="A chart",
            body=ChartBody(chart=chart("line", WIND, SOLAR, unit="TWh"), alt="Two lines", source=SOURCE),
        ),
        DeckSlide(kind=SlideKindName.TABLE, title="A table", body=table, section="Second part"),
        DeckSlide(
            kind=SlideKindName.PICTURE,
            title="A picture",
            body=PictureBody(
                data=picture.getvalue(), media_type="image/png", width=640, height=400, alt="A red field"
            ),
        ),
        DeckSlide(
            kind=SlideKindName.QUOTE,
            title="A quotation",
            body=QuoteBody(text=(Run(text="Wind must come."),), attribution=(Run(text="Kelvin"),)),
        ),
        DeckSlide(
            kind=SlideKindName.CODE,
            title="A listing",
            body=CodeBody(text="x = 1  # one\n", language="python"),
        ),
        DeckSlide(kind=SlideKindName.BULLETS, title="Backup", body=points("Spare.", "Parts."), hidden=True),
        DeckSlide(kind=SlideKindName.CLOSING, title="Thank you", subtitle="example.org"),
    ]


def test_every_layout_is_written_and_valid(theme: Theme) -> None:
    slides = everything()
    data = write(theme, *slides)
    backup = [slide.title for slide in slides if slide.hidden]
    assert backup and titles(data) == [slide.title for slide in slides if not slide.hidden] + backup


def test_titles_shortened_to_the_same_words_are_numbered(theme: Theme) -> None:
    long = "What follows from all of this " * 60
    slides = [
        DeckSlide(
            kind=SlideKindName.BULLETS,
            title=f"{long}{end}",
            body=points("A"),
            is_requested=False,
            has_own_title=False,
        )
        for end in ("one", "two", "three")
    ]
    data, findings = write_deck(deck_of(*slides), theme)
    assert {finding.code for finding in findings} == {"DEK002"}
    assert len(set(titles(data))) == 3


def test_same_deck_has_the_same_bytes(theme: Theme) -> None:
    assert write(theme, *everything()) == write(theme, *everything())


def test_dates_come_only_from_the_deck(theme: Theme) -> None:
    with zipfile.ZipFile(io.BytesIO(write(theme, *everything()))) as package:
        assert {info.date_time for info in package.infolist()} == {(2024, 5, 1, 12, 0, 0)}
        workbook = next(name for name in package.namelist() if name.endswith(".xlsx"))
        with zipfile.ZipFile(io.BytesIO(package.read(workbook))) as inner:
            assert b"2024-05-01T12:00:00Z" in inner.read("docProps/core.xml")


def test_properties_name_title_authors_and_language(theme: Theme) -> None:
    properties = opened(write(theme, *everything())).core_properties
    result = (properties.title, properties.author, properties.language)
    assert result == ("The Book", "Ada Winter", "en-GB")


def test_notes_are_on_the_first_of_continued_slides(theme: Theme) -> None:
    body = points(*["The turbines turn in the western wind while nobody counts the hours. " * 3] * 9)
    data = write(
        theme,
        DeckSlide(
            kind=SlideKindName.BULLETS,
            title="Long",
            body=body,
            notes=(make_plain_note("Say."), make_plain_note("More.")),
        ),
    )
    slides = opened(data).slides
    assert titles(data) == [
        f"Long ({number}\u00a0of\u00a0{len(slides)})" for number in range(1, len(slides) + 1)
    ]
    assert slides[0].notes_slide.notes_text_frame.text == "Say.\nMore."
    assert not slides[1].has_notes_slide


def test_repeated_titles_are_numbered(theme: Theme) -> None:
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="Same", body=points("One.", "Two."))
    assert titles(write(theme, slide, slide)) == ["Same", "Same (2)"]


def test_footers_and_numbers_are_on_content_slides(theme: Theme) -> None:
    slide = opened(write(theme, *everything())).slides[2]
    texts = {shape.name: shape.text_frame.text for shape in slide.placeholders}
    assert texts["Footer"] == "The Book"
    assert "Slide Number" in texts


def test_single_point_has_no_bullet(theme: Theme) -> None:
    data = write(theme, DeckSlide(kind=SlideKindName.BULLETS, title="One", body=points("Only this.")))
    [paragraph] = opened(data).slides[0].placeholders[1].text_frame.paragraphs
    assert paragraph._p.pPr.find("{*}buNone") is not None


def test_numbering_of_a_continued_list_continues(theme: Theme) -> None:
    paras = tuple(
        Para(runs=(Run(text="Apply to the operator with a map of the site. " * 4),), number=number)
        for number in range(1, 10)
    )
    slides = opened(
        write(theme, DeckSlide(kind=SlideKindName.BULLETS, title="Steps", body=TextBody(paras=paras)))
    ).slides
    starts = [slide.placeholders[1]._element.find(".//{*}buAutoNum").get("startAt") for slide in slides]
    counts = [len(slide.placeholders[1].text_frame.paragraphs) for slide in slides]
    assert starts == [str(1 + sum(counts[:index])) for index in range(len(counts))]
    assert len(starts) > 1


def test_a_list_from_0_has_numbers_that_powerpoint_counts(theme: Theme) -> None:
    """Test a list from 0, which is not native: the first number must be at least 1 (ECMA-376, 20.1.10.77)."""
    paras = tuple(Para(runs=(Run(text=word),), number=number) for number, word in enumerate("abcde"))
    [slide] = opened(
        write(theme, DeckSlide(kind=SlideKindName.BULLETS, title="Steps", body=TextBody(paras=paras)))
    ).slides
    body = slide.placeholders[1]
    assert [paragraph.text for paragraph in body.text_frame.paragraphs] == [
        f"{number}.\t{word}" for number, word in enumerate("abcde")
    ]
    assert not [mark for mark in body._element.iterfind(".//{*}buAutoNum") if int(mark.get("startAt")) < 1]


def test_links_jump_to_slides_and_to_the_web(theme: Theme) -> None:
    runs = (
        Run(text="part one", slide="one"),
        Run(text=" and "),
        Run(text="web", href="https://example.org/"),
    )
    body = TextBody(paras=(Para(runs=runs), Para(runs=(Run(text="Two."),))))
    slides = everything()
    data = write(theme, DeckSlide(kind=SlideKindName.BULLETS, title="Agenda", body=body), *slides)
    first, *_ = opened(data).slides
    targets = {relation.reltype.rsplit("/", 1)[1]: relation for relation in first.part.rels.values()}
    assert targets["hyperlink"].target_ref == "https://example.org/"
    assert targets["slide"].target_part.slide.shapes.title.text_frame.text == "First part"


def test_a_link_to_no_slide_is_a_warning(theme: Theme) -> None:
    body = TextBody(paras=(Para(runs=(Run(text="there", slide="nowhere"),)),) * 2)
    span = Span(path="source/01.md", line=4)
    data, [problem, *_] = write_deck(
        deck_of(DeckSlide(kind=SlideKindName.BULLETS, title="Lost", body=body, span=span)), theme
    )
    assert data
    assert (problem.code, problem.span) == ("DEK002", span)
    _, [problem, *_] = write_deck(
        deck_of(DeckSlide(kind=SlideKindName.BULLETS, title="Lost", body=body)), theme
    )
    assert problem.span == Span(path=MANIFEST)  # it requests slides that no text has


def test_sections_are_the_same_in_each_build(theme: Theme) -> None:
    with zipfile.ZipFile(io.BytesIO(write(theme, *everything()))) as package:
        presentation = package.read("ppt/presentation.xml").decode()
    assert [name in presentation for name in ('name="The Book"', 'name="First part"')] == [True, True]


# --- Charts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "native"),
    [
        ("line", {}, XL_CHART_TYPE.LINE_MARKERS),
        ("bar", {}, XL_CHART_TYPE.COLUMN_CLUSTERED),
        ("bar", {"stacked": True}, XL_CHART_TYPE.COLUMN_STACKED),
        ("bar", {"horizontal": True}, XL_CHART_TYPE.BAR_CLUSTERED),
        ("bar", {"horizontal": True, "stacked": True}, XL_CHART_TYPE.BAR_STACKED),
        ("area", {}, XL_CHART_TYPE.AREA),
        ("area", {"stacked": True}, XL_CHART_TYPE.AREA_STACKED),
        ("pie", {}, XL_CHART_TYPE.PIE),
    ],
)
def test_charts_are_native_and_keep_their_values(
    kind: str, options: dict[str, bool], native: XL_CHART_TYPE, theme: Theme
) -> None:
    result = drawn(chart(kind, SOLAR, **options), theme)
    assert result.chart_type == native
    assert tuple(result.plots[0].series[0].values) == SOLAR.values
    assert tuple(result.plots[0].categories) == YEARS


def test_gaps_are_kept(theme: Theme) -> None:
    result = drawn(chart("line", WIND), theme)
    assert tuple(result.plots[0].series[0].values) == WIND.values
    assert result._chartSpace.find(".//{*}dispBlanksAs").get("val") == "gap"


def test_scatter_chart_keeps_its_positions(theme: Theme) -> None:
    result = drawn(chart("scatter", series("a", 1, 2, 3), categories=("5", "11", "40")), theme)
    numbers = [point.text for point in result._chartSpace.findall(".//{*}xVal//{*}v")]
    assert [float(number) for number in numbers] == [5, 11, 40]


def test_uneven_years_keep_their_distance(theme: Theme) -> None:
    result = drawn(
        chart("line", series("a", 1, 2, None, 3), categories=("1990", "2000", "2022", "2023")), theme
    )
    assert result.chart_type == XL_CHART_TYPE.XY_SCATTER_LINES
    assert (result.category_axis.minimum_scale, result.category_axis.maximum_scale) == (1990, 2023)


def test_bars_start_at_zero_and_few_carry_their_values(theme: Theme) -> None:
    result = drawn(chart("bar", SOLAR), theme)
    assert result.value_axis.minimum_scale == 0
    assert not result.value_axis.visible
    assert result.plots[0].series[0].data_labels.number_format == "#,##0.0"


def test_lines_are_named_at_their_ends_and_bars_in_a_legend(theme: Theme) -> None:
    assert not drawn(chart("line", WIND, SOLAR), theme).has_legend
    assert drawn(replace(chart("line", WIND, SOLAR), direct_labels=False), theme).has_legend
    many = (replace(SOLAR, label=f"Line {number}") for number in range(20))
    assert drawn(chart("line", *many), theme).has_legend  # there is not enough space for so many names
    assert drawn(chart("bar", WIND, SOLAR), theme).has_legend


def test_end_labels_of_close_lines_do_not_overlap(theme: Theme) -> None:
    result = drawn(chart("line", SOLAR, replace(SOLAR, label="Sun")), theme)
    named = [
        item
        for item in result._chartSpace.findall(".//{*}dLbl")
        if item.find("{*}showSerName").get("val") == "1"
    ]
    up, down = sorted(float(item.find(".//{*}manualLayout/{*}y").get("val")) for item in named)
    assert not result.has_legend
    assert down - up >= 0.045  # fraction of the chart's height, one line of text


def test_many_places_are_named_at_the_ticks_of_the_drawing(theme: Theme) -> None:
    years = tuple(str(year) for year in range(1963, 2024))
    result = drawn(chart("line", series("Coal", *range(61)), categories=years), theme)
    assert result.category_axis.tick_label_position is XL_TICK_LABEL_POSITION.NONE
    (shapes,) = [rel for rel in result.part.rels.values() if rel.reltype.endswith("/chartUserShapes")]
    words = re.findall("<a:t>([^<]*)</a:t>", shapes.target_part.blob.decode())
    assert words == ["1,980", "2,000", "2,020"]  # the ticks of the drawing, which has numbers here


def test_the_unit_is_a_line_over_the_chart(theme: Theme) -> None:
    assert drawn(chart("bar", SOLAR, unit="TWh"), theme).chart_title.text_frame.text == "TWh"


# --- Tables and pictures -----------------------------------------------------------------------------


def test_tables_are_native_with_heads_and_numbers_at_the_right(theme: Theme) -> None:
    body = next(slide.body for slide in everything() if isinstance(slide.body, TableBody))
    table = shape_of(body, theme).table
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Name", "TWh"], ["Wind", "82.3"]]
    assert (table.first_row, table.first_col) == (True, True)
    assert [cell.text_frame.paragraphs[0]._p.pPr.get("algn") for cell in table.rows[1].cells] == ["l", "r"]


def test_a_table_that_cannot_fit_is_an_error_with_its_place(theme: Theme) -> None:
    rows = ((make_cell(Run(text="Unbreakable" * 12)),) * 4,)
    body = TableBody(rows=rows, alignments=(Align.DEFAULT,) * 4, alt="Wide")
    span = Span(path="source/02.md", line=9)
    data, [problem] = write_deck(
        deck_of(DeckSlide(kind=SlideKindName.TABLE, title="Wide", body=body, span=span)), theme
    )
    assert (data, problem.code, problem.span) == (b"", "DEK001", span)
    assert '"Wide"' in problem.message


def test_a_title_that_cannot_fit_is_an_error_never_small_print(theme: Theme) -> None:
    slides = [
        DeckSlide(
            kind=SlideKindName.BULLETS, title=f"{number} {'very long title ' * 70}", body=points("a", "b")
        )
        for number in (1, 2)
    ]
    data, problems = write_deck(deck_of(*slides), theme)
    assert data == b""
    assert [problem.code for problem in problems] == ["DEK001", "DEK001"]


def test_pictures_keep_their_proportions_and_are_not_blown_up(theme: Theme) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100)).save(buffer, "PNG")
    body = PictureBody(data=buffer.getvalue(), media_type="image/png", width=200, height=100, alt="Black")
    shape = shape_of(body, theme)
    assert (shape.width.pt, shape.height.pt) == (200, 100)
    assert shape._element.find(".//{*}cNvPr").get("descr") == "Black"


def test_vector_drawings_are_kept(theme: Theme) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
    body = PictureBody(data=drawing, media_type="image/svg+xml", width=4, height=3, alt="Nothing")
    slide = DeckSlide(kind=SlideKindName.PICTURE, title="Drawn", body=body)
    with zipfile.ZipFile(io.BytesIO(write(theme, slide, replace(slide, title="Again")))) as package:
        assert [name for name in package.namelist() if name.endswith(".svg")] == ["ppt/media/drawing1.svg"]
        assert b"svgBlip" in package.read("ppt/slides/slide1.xml")


def stand_in(theme: Theme, drawing: bytes) -> Image.Image:
    body = PictureBody(data=drawing, media_type="image/svg+xml", width=400, height=200, alt="A red half")
    with zipfile.ZipFile(
        io.BytesIO(write(theme, DeckSlide(kind=SlideKindName.PICTURE, title="T", body=body)))
    ) as package:
        (name,) = [name for name in package.namelist() if name.endswith(".png")]
        return Image.open(io.BytesIO(package.read(name))).convert("RGBA")


def test_older_programs_have_a_drawing_as_pixels(theme: Theme) -> None:
    head = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    image = stand_in(theme, head + b'<rect width="20" height="20" fill="#f00"/></svg>')
    assert image.width > 1500 and image.width == 2 * image.height
    assert image.getpixel((image.width // 4, 10)) == (255, 0, 0, 255)
    assert image.getpixel((image.width * 3 // 4, 10)) == (0, 0, 0, 0)


def test_unsupported_drawing_has_a_raster_fallback(theme: Theme) -> None:
    image = stand_in(theme, b"<svg broken")
    assert image.width == 2 * image.height
    assert image.getcolors() == [(image.width * image.height, (*bytes.fromhex(theme.colours.panel), 255))]


def test_decoration_is_marked(theme: Theme) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10)).save(buffer, "PNG")
    body = PictureBody(
        data=buffer.getvalue(), media_type="image/png", width=20, height=10, alt="", decorative=True
    )
    assert shape_of(body, theme)._element.find(".//{*}decorative").get("val") == "1"


def test_control_characters_do_not_break_the_file(theme: Theme) -> None:
    data = write(theme, DeckSlide(kind=SlideKindName.BULLETS, title="Bell\x07", body=points("a\x00b", "c")))
    assert titles(data) == ["Bell"]


class TestLanguages:
    def written(self, theme: Theme, language: str, body: Body) -> Any:
        slide = DeckSlide(
            kind=SlideKindName.TABLE if isinstance(body, TableBody) else SlideKindName.BULLETS,
            title="T",
            body=body,
        )
        data, result = write_deck(replace(deck_of(slide), language=language), theme)
        assert not result
        assert check_deck(data) == []
        return zipfile.ZipFile(io.BytesIO(data))

    def slide(self, theme: Theme, language: str, body: Body) -> str:
        return self.written(theme, language, body).read("ppt/slides/slide1.xml").decode()

    def test_chinese_runs_have_an_office_language_and_font(self, theme: Theme) -> None:
        package = self.written(theme, "zh-Hans", points("中文"))
        assert 'lang="zh-CN" altLang="en-US"' in package.read("ppt/slides/slide1.xml").decode()
        scheme = package.read("ppt/theme/theme1.xml").decode()
        assert '<a:ea typeface="Microsoft YaHei"/>' in scheme
        assert '<a:font script="Jpan" typeface="Yu Gothic"/>' in scheme

    def test_passage_uses_the_font_of_its_script(self, theme: Theme) -> None:
        body = TextBody(paras=(Para(runs=(Run(text="骨 "), Run(text="骨", language="ja"))),))
        assert '<a:ea typeface="Yu Gothic"/>' in self.slide(theme, "zh", body)

    def test_a_deck_from_the_right_is_mirrored(self, theme: Theme) -> None:
        package = self.written(theme, "ar", points("نص"))
        assert 'rtl="1"' in package.read("ppt/presentation.xml").decode()
        master = package.read("ppt/slideMasters/slideMaster1.xml").decode()
        assert 'algn="r" defTabSz="914400" rtl="1"' in master and 'rtl="0"' not in master
        left, width = (round(v * 12_700) for v in (46.8, 36))
        assert f'<a:off x="{960 * 12_700 - left - width}"' in master

    def test_a_paragraph_runs_as_its_language_does(self, theme: Theme) -> None:
        hebrew = Para(runs=(Run(text="עברית", language="he"),))
        mixed = Para(runs=(Run(text="A word: "), Run(text="עברית", language="he")))
        assert 'rtl="1" algn="r"' in self.slide(theme, "en", TextBody(paras=(hebrew,)))
        assert 'rtl="1"' not in self.slide(theme, "en", TextBody(paras=(mixed,)))
        latin = Para(runs=(Run(text="Text", language="en"),))
        assert 'rtl="0" algn="l"' in self.slide(theme, "he", TextBody(paras=(latin,)))

    def test_a_table_from_the_right_has_its_first_column_there(self, theme: Theme) -> None:
        rows = tuple(
            (make_cell(Run(text=a)), make_cell(Run(text=b))) for a, b in (("سنة", "عدد"), ("نص", "1"))
        )
        table = TableBody(rows=rows, alignments=(Align.DEFAULT, Align.LEFT), alt="T")
        xml = self.slide(theme, "ar", table)
        assert 'rtl="1"' in xml.partition("<a:tblPr")[2].partition(">")[0]
        assert xml.count('algn="r"') >= 2 and 'algn="l"' in xml


def test_properties_have_the_maximum_length_of_office(theme: Theme) -> None:
    deck = replace(
        deck_of(DeckSlide(kind=SlideKindName.TITLE, title="The Book")), subject="words of it " * 40
    )
    data, problems = write_deck(deck, theme)
    assert problems == []
    subject = Presentation(io.BytesIO(data)).core_properties.subject
    assert len(subject) <= 255
    assert subject.endswith("words…") or subject.endswith("of…") or subject.endswith("it…")


def test_picture_without_alt_text_is_named_after_its_slide(theme: Theme) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, "PNG")
    body = PictureBody(data=buffer.getvalue(), media_type="image/png", width=40, height=20, alt="")
    data, problems = write_deck(
        deck_of(DeckSlide(kind=SlideKindName.PICTURE, title="A view", body=body)), theme
    )
    assert problems == []
    assert check_deck(data) == []
