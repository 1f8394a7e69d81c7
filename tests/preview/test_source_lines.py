"""Test that words of pages, screens and slides lead to lines in sections, data, bibliography and settings."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from tests.conftest import MakeProject
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.outputs.base import WritingJob
from triptych.preview.alignment import split_words
from triptych.preview.navigation import locate_slide_word
from triptych.preview.output_texts import read_page, read_screen, read_slide
from triptych.preview.outputs import PreviewSlide
from triptych.preview.source_lines import Block, BlockKind, OutputText, SourceIndex, SourcePlace
from triptych.stages import read_project, write_format

SOLAR = """---
title: Solar power
---

# Solar power {#sec-solar}

No other country builds panels at this pace. The panels are made in four stages, and each stage has
factories of its own\\index{factories}, most of them in eastern provinces [@zhang2019pv; @baidu2025sun].

::: {#fig-power .chart type=bar data=data/power.csv x=year y=capacity fig-alt="Bars rise from nine gigawatts to forty."}
Capacity at the end of each year
:::

## Factories and prices {#sec-prices}

Prices fell by half within a decade, and makers lost money.
"""
SOURCES = {
    "source/book.yaml": "book:\n  title: A book about energy\n  chapters: [solar.md]\nbibliography: refs.bib\n",
    "source/solar.md": SOLAR,
    "source/wind.md": "# Wind\n\nTurbines stand in the north. Prices fell there too.\n",
    "source/data/power.csv": "year,capacity,source\n2015,9,agency\n2020,40,ministry\n",
    "source/data/other.csv": "year,rides\n2015,7\n2020,9\n",
    "source/refs.bib": (
        "@misc{zhang2019pv,\n  title = {Panels and their prices: 2019 in review},\n  author = {{Zhang Wei}},\n"
        "  year = {2019},\n  url = {https://example.org/panels-and-their-prices}\n}\n\n"
        "@misc{baidu2025sun,\n  title = {Sunshine},\n  author = {{Baidu}},\n  year = {2025}\n}\n"
    ),
}


@pytest.fixture(scope="module")
def sources() -> SourceIndex:
    return SourceIndex(SOURCES)


def page(*blocks: tuple[str, Block] | str) -> OutputText:
    """Return the text of a page with its blocks."""
    words, numbers, result = [], [], []
    for block in blocks:
        text, kind = (block, Block()) if isinstance(block, str) else block
        for word in split_words(text):
            words.append(word)
            numbers.append(len(result))
        result.append(kind)
    return OutputText(tuple(words), tuple(numbers), tuple(result))


def locate(sources: SourceIndex, output: OutputText, word: str, nth: int = 0) -> tuple[str, int] | None:
    """Return the source file and line of a word in an output."""
    index = [at for at, text in enumerate(output.texts) if text == word][nth]
    place = sources.locate(output, index)
    return place and (place.path.removeprefix("source/"), place.line)


TEXT = (
    "No other country builds panels at this pace. The panels are made in four stages, and each stage has "
    "factories of its own, most of them in eastern provinces (Zhang Wei 2019; Baidu 2025)."
)


@pytest.mark.parametrize(
    ("word", "line"),
    [("country", 7), ("each", 7), ("factories", 8), ("provinces", 8), ("baidu", 8), ("2019", 8)],
)
def test_paragraph_word_is_located_at_its_line(sources: SourceIndex, word: str, line: int) -> None:
    assert locate(sources, page(TEXT), word) == ("solar.md", line)


def test_the_column_is_that_of_the_word(sources: SourceIndex) -> None:
    output = page(TEXT)
    place = sources.locate(output, output.texts.index("factories"))
    assert place == SourcePlace("source/solar.md", 8, 1)


def test_heading_is_located_at_its_line_and_not_in_text(sources: SourceIndex) -> None:
    heading = Block(BlockKind.HEADING)
    output = page(TEXT, ("1.1 Factories and prices", heading), "Prices fell by half within a decade.")
    assert locate(sources, output, "factories", 1) == ("solar.md", 14)
    assert locate(sources, output, "prices") == ("solar.md", 14)


def test_short_heading_is_distinguished_from_an_adjacent_sentence() -> None:
    sources = SourceIndex(
        {"source/a.md": "Prices fell in the north.\n\n## Prices fell\n\nNobody knew why.\n"}
    )
    output = page(("Prices fell", Block(BlockKind.HEADING)), "In the north it was cold.")
    assert locate(sources, output, "fell") == ("a.md", 3)
    output = page("Prices fell", "In the north it was cold.")
    assert locate(sources, output, "fell") == ("a.md", 1)


def test_author_in_a_citation_is_located_at_the_citation() -> None:
    lines = "".join(
        f"Line {word} of the text [@k{at}].\n" for at, word in enumerate("alpha beta gamma delta".split())
    )
    names = ("Lindqvist", "Okafor", "Tanaka", "Moreau")
    entries = "".join(
        f"@misc{{k{at},\n author = {{{name}}},\n year = {{2020}}\n}}\n" for at, name in enumerate(names)
    )
    sources = SourceIndex({"source/a.md": lines, "source/refs.bib": entries})
    output = page("Line beta of the text (Okafor 2020). Line gamma of the text (Tanaka 2020).")
    assert locate(sources, output, "okafor") == ("a.md", 2)
    assert sources.locate(output, output.texts.index("tanaka")) == SourcePlace("source/a.md", 3, 25)


def test_running_head_is_located_at_the_title(sources: SourceIndex) -> None:
    output = page(("32 A book about energy", Block(BlockKind.HEADING)), TEXT)
    assert locate(sources, output, "energy") == ("book.yaml", 2)


def test_paragraph_of_another_file_is_located_there(sources: SourceIndex) -> None:
    assert locate(sources, page(TEXT, TEXT, "2 Prices fell there too."), "prices") == ("wind.md", 3)


def test_the_chapter_decides_between_equal_words(sources: SourceIndex) -> None:
    wind = page("Turbines stand in the north.", "Prices fell")
    solar = page(TEXT, "Prices fell")
    assert locate(sources, wind, "prices") == ("wind.md", 3)
    assert locate(sources, solar, "prices") == ("solar.md", 16)


def test_caption_is_located_at_its_line(sources: SourceIndex) -> None:
    assert locate(sources, page("Figure 1.1 Capacity at the end of each year"), "end") == ("solar.md", 11)


def test_caption_is_located_at_the_adjacent_illustration() -> None:
    blocks = [
        f'::: {{.chart fig-alt="{alt}"}}\nShare of the world in each year\n:::\n\n'
        for alt in ("Solar rises.", "Wind falls.")
    ]
    sources = SourceIndex({"source/a.md": "".join(blocks)})
    for alt, line in (("Solar rises.", 2), ("Wind falls.", 6)):
        output = page("Share of the world in each year", ("1 2", Block(BlockKind.FIGURE, alt)))
        assert locate(sources, output, "world") == ("a.md", line)


def test_chart_label_is_located_at_its_row_in_the_right_file(sources: SourceIndex) -> None:
    figure = Block(BlockKind.FIGURE, "Bars rise from nine gigawatts to forty.")
    output = page(TEXT, ("2015 9 2020 40", figure))
    assert locate(sources, output, "2015") == ("data/power.csv", 2)
    assert locate(sources, output, "40") == ("data/power.csv", 3)


def test_label_not_in_the_data_is_located_at_the_chart(sources: SourceIndex) -> None:
    figure = Block(BlockKind.FIGURE, "Bars rise from nine gigawatts to forty.")
    assert locate(sources, page(TEXT, ("25 50", figure)), "25") == ("solar.md", 10)


def test_cell_is_located_at_its_row(sources: SourceIndex) -> None:
    output = page(TEXT, "Year Capacity Source", "2015 9 agency", "2020 40 ministry")
    assert locate(sources, output, "2020") == ("data/power.csv", 3)
    assert locate(sources, output, "ministry") == ("data/power.csv", 3)


@pytest.mark.parametrize("word", ["year", "china"])
def test_header_row_is_located_in_its_file_and_not_at_charts_with_the_same_columns(word: str) -> None:
    """The texts of many charts compete, and the chapter of the first of them shares most words with the page."""
    chart = '::: {{.chart data=data/launches{0}.csv x=year y="China,United_States,Germany"}}\nLaunches {0}\n:::\n\n'
    texts = {
        f"source/c{number}.md": f"# Chapter {number}\n\n"
        + chart.format(number)
        + "Germany builds none.\n\n" * 40
        for number in range(30)
    }
    index = SourceIndex(
        texts | {"source/data/papers.csv": "year,China,United_States,Germany\n2015,72,75,56\n2022,82,70,50\n"}
    )
    launches = "Chapter 7 Launches 7 launches7 csv"
    output = page(launches, "Year China United States Germany", "2015 72 75 56")
    nth = output.texts[: output.texts.index("csv")].count(word)
    assert locate(index, output, word, nth) == ("data/papers.csv", 1)


@pytest.mark.parametrize(
    ("word", "nth", "line"),
    [
        ("zhang", 0, 3),
        ("2019", 0, 4),
        ("panels", 0, 2),
        ("prices", 0, 2),
        ("2019", 1, 2),
        ("panels", 1, 5),
        ("org", 0, 5),
    ],
)
def test_bibliography_entry_is_located_at_its_field(
    sources: SourceIndex, word: str, nth: int, line: int
) -> None:
    entry = (
        "Zhang Wei 2019. Panels and their prices: 2019 in review. https://example.org/panels-and-their-prices"
    )
    output = page(entry, "Baidu 2025. Sunshine.")
    assert locate(sources, output, word, nth) == ("refs.bib", line)


def test_index_entry_is_located_at_its_mark(sources: SourceIndex) -> None:
    output = page(("factories 8", Block(BlockKind.INDEX)))
    assert locate(sources, output, "factories") == ("solar.md", 8)
    assert locate(sources, output, "8") == ("solar.md", 8)


def test_generated_paragraph_is_located_by_surrounding_words(sources: SourceIndex) -> None:
    output = page(
        "Makers lost money, and prices fell by half.", "In the book: p. 9", "Turbines stand in the north."
    )
    assert locate(sources, output, "p") == ("solar.md", 16)


def test_index_entry_is_not_located_at_other_words() -> None:
    sources = SourceIndex({"source/a.md": "Panels are sold, 7 a day.\n\nMakers\\index{panels} lost money.\n"})
    assert locate(sources, page(("panels 7", Block(BlockKind.INDEX))), "panels") == ("a.md", 3)


def test_unknown_words_are_not_located(sources: SourceIndex) -> None:
    assert locate(sources, page("Quixotic zebras yawn"), "zebras") is None
    assert SourceIndex({}).locate(page("word"), 0) is None


SLIDE = PreviewSlide(
    title="Factories and prices",
    text=("Prices fell by half within a decade",),
    notes=("Makers lost money, and Turbines stand in the north.",),
    hidden=False,
    alt_texts=("Bars rise from nine gigawatts to forty.",),
)


def test_slide_lines_are_located_at_their_lines(sources: SourceIndex) -> None:
    output = read_slide(SLIDE)
    assert locate(sources, output, "factories") == ("solar.md", 14)
    assert locate(sources, output, "decade") == ("solar.md", 16)
    assert locate(sources, output, "turbines") == ("wind.md", 3)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("factories", ("solar.md", 14)),
        ("decade", ("solar.md", 16)),
        ("2020", ("data/power.csv", 3)),
        ("25", ("solar.md", 10)),
        ("energy", ("book.yaml", 2)),
    ],
)
def test_words_of_a_slide_image_are_located_at_its_texts_or_chart(
    sources: SourceIndex, word: str, found: tuple[str, int]
) -> None:
    image = page(
        "Factories and prices",
        "2020",
        "40",
        "25",
        "Prices fell by half within",
        "a decade",
        "A book about energy",
    )
    place = locate_slide_word(sources, SLIDE, image, image.texts.index(word))
    assert place and (place.path.removeprefix("source/"), place.line) == found


class TestScreens:
    PAGE = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>No</title></head><body><h1>One</h1><p>Two <b>th</b>ree</p>'
        '<table><tr><td>4</td><td>5</td></tr><tr><td>6</td></tr></table><figure><div role="img" aria-label="Alt">'
        "<svg><text>7</text></svg></div><figcaption>Eight</figcaption></figure></body></html>"
    )

    def test_words_do_not_run_over_cells_and_paragraphs(self) -> None:
        screen = read_screen(self.PAGE.encode())
        assert screen.texts == ["one", "two", "three", "4", "5", "6", "7", "eight"]

    def test_rows_paragraphs_and_illustrations_are_blocks(self) -> None:
        screen = read_screen(self.PAGE.encode())
        numbers = screen.block_numbers
        assert numbers[3] == numbers[4] != numbers[5]
        kinds = [screen.blocks[number] for number in numbers]
        assert kinds[0].kind is BlockKind.HEADING
        assert kinds[6] == Block(BlockKind.FIGURE, "Alt")
        assert kinds[7] == Block(BlockKind.TEXT)

    @pytest.mark.parametrize(("offset", "index"), [(0, 0), (2, 0), (3, 1), (8, 2), (11, 2), (12, 3), (99, 7)])
    def test_an_offset_is_that_of_the_word_there_or_next(self, offset: int, index: int) -> None:
        assert read_screen(self.PAGE.encode()).get_index_at(offset) == index


@pytest.mark.e2e
def test_a_page_has_its_words_with_their_boxes_and_blocks(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    long = "Donaudampfschifffahrt Rechtsschutzversicherungen. " * 15
    project = make_project(
        {
            "source/book.yaml": "book:\n  title: A book\n  chapters: [a.md]\nlang: de\n",
            "source/a.md": f"---\ntitle: Heads\n---\nFirst words here.\n\n{long}\n\n## A part\n\nLast words.\n",
        }
    )
    manifest, book, _ = read_project(project, shared_cache)
    context = BuildContext.for_book(project, book, shared_cache)
    data = write_format("pdf", WritingJob(book, manifest, context))[0]
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        result = next(
            item
            for item in (read_page(document, n) for n in range(len(document)))
            if "first" in item.text.texts
        )
    texts = result.text.texts
    long_words = [
        at for at, word in enumerate(texts) if word in ("donaudampfschifffahrt", "rechtsschutzversicherungen")
    ]
    assert len(long_words) == 30
    assert {len(result.boxes[long_word]) for long_word in long_words} == {1, 2}  # some are hyphenated
    first = texts.index("first")
    box = result.boxes[first][0]
    assert result.get_index_near((box.left + box.right) / 2, (box.top + box.bottom) / 2) == first
    kinds = {
        texts[at]: result.text.blocks[number].kind for at, number in enumerate(result.text.block_numbers)
    }
    assert (kinds["part"], kinds["first"]) == (BlockKind.HEADING, BlockKind.TEXT)
    assert 0 < box.left < box.right < 1 and 0 < box.top < box.bottom < 1
