"""Test no-break spaces, across the boundaries of nodes."""

from __future__ import annotations

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.languages.word_pairs import load_word_pairs
from triptych.model.nodes import Chart, Code, IndexMark, SoftBreak, Style, Styled, Text
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.typography import insert_nbsp_in_line
from triptych.stages import read_project

ENGLISH = load_word_pairs("en-GB")


def shown(*line: object) -> str:
    return "".join(
        "␤" if isinstance(node, SoftBreak) else node.text
        for outer in insert_nbsp_in_line(tuple(line), ENGLISH)
        for node in (outer.content if isinstance(outer, Styled) else (outer,))
    )


def test_number_and_unit_have_a_single_no_break_space() -> None:
    assert shown(Text(text="It cost USD 5 million yuan (3 GW).")) == (
        "It cost USD\u00a05\u00a0million\u00a0yuan (3\u00a0GW)."
    )


def test_no_line_starts_with_a_dash() -> None:
    assert shown(Text(text="a light – seen far — and wide-spread -x")) == (
        "a light\u00a0– seen far\u00a0— and wide-spread -x"
    )
    assert shown(Text(text="– no word before")) == "– no word before"


def test_those_that_are_there_separate_words_too() -> None:
    assert shown(Text(text="Dr.\u00a0J. R. Smith")) == "Dr.\u00a0J.\u00a0R.\u00a0Smith"


def test_line_ends_of_the_source_are_spaces() -> None:
    line = (Text(text="cost 5"), SoftBreak(), Text(text="million"), SoftBreak(), Text(text="in all"))
    assert shown(*line) == "cost 5\u00a0million␤in all"


def test_word_pairs_across_elements_are_found() -> None:
    strong = Styled(style=Style.STRONG, content=(Text(text="5"),))
    assert shown(Text(text="about "), strong, Text(text=" km away")) == "about 5\u00a0km away"
    assert shown(Text(text="Figure "), strong) == "Figure\u00a05"


def test_code_and_marks_are_unchanged() -> None:
    line = (Code(text="x 5 km"), Text(text=" km and 7"), IndexMark(path=()), Text(text=" km"))
    kept = insert_nbsp_in_line(line, ENGLISH)
    assert kept[0] is line[0]
    assert "\u00a0" not in plain_text(kept[:2])


def test_note_and_index_marks_are_not_part_of_a_word() -> None:
    mark = IndexMark(path=())
    line = (
        Text(text="5"),
        mark,
        Text(text=" km"),
        mark,
        Text(text=" and 7 "),
        mark,
        Text(text="billion"),
        mark,
    )
    assert plain(insert_nbsp_in_line(line, ENGLISH)) == "5\u00a0km and 7\u00a0billion"
    assert plain(insert_nbsp_in_line((Text(text="about 5 "), Code(text="km")), ENGLISH)) == "about 5 "


def plain(line: tuple[object, ...]) -> str:
    return "".join(node.text for node in line if isinstance(node, Text))


def test_headlines_parts_and_listed_titles_are_included(make_project: MakeProject) -> None:
    chart = '::: {#fig-a .chart data=d.csv x=x y=y headline="From 1 to 5 GW" type=line fig-alt=A}\nAs of 5 GW\n:::\n'
    manifest = "book:\n  title: B\n  chapters:\n    - part: From 5 GW\n      summary: To 6 GW.\n      chapters: [a.md]\nlang: en\n"
    files = {
        "source/book.yaml": manifest,
        "source/a.md": f"# A\n\n{chart}",
        "source/d.csv": "x,y\n1,2\n2,3\n",
    }
    _, book, _ = read_project(make_project(files), Cache(None))
    assert book is not None
    (chapter,) = book.chapters
    assert chapter.part is not None
    assert (chapter.part.title, chapter.part.summary) == ("From 5\u00a0GW", "To 6\u00a0GW.")
    assert [chart.headline for chart in chapter_nodes(chapter, Chart)] == ["From 1 to 5\u00a0GW"]
    assert Text(text="As of 5\u00a0GW") in book.labels["fig-a"].title


def test_line_without_word_pairs_is_unchanged() -> None:
    line = (Text(text="Nothing here stands together."), SoftBreak(), Text(text="Nor does this."))
    assert insert_nbsp_in_line(line, ENGLISH) is line
