"""Test the slides and the speaker notes of a book."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from tests.writers.deck.conftest import said
from tests.writers.deck.story.conftest import FILES, Tell, told
from triptych.writers.deck.slides import (
    CalloutBody,
    ChartBody,
    CodeBody,
    ColumnsBody,
    Deck,
    DeckSlide,
    EquationBody,
    NumbersBody,
    PictureBody,
    QuoteBody,
    Run,
    TableBody,
    TextBody,
    TimelineBody,
)

TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n"
CHART = '::: {{.chart data=data.csv x=year y=gw type=line fig-alt="A line"{more}}}\n{caption}\n:::\n'


def chart(caption: str = "", **more: str) -> str:
    return CHART.format(
        more="".join(
            f" {key}='{value}'" if '"' in value else f' {key}="{value}"' for key, value in more.items()
        ),
        caption=caption,
    )


def evidence(deck: Deck) -> tuple[DeckSlide, ...]:
    """Return the slides between the divider and the closing slide."""
    return deck.slides[2:-1]


def notes(deck: Deck) -> str:
    return "\n".join(text for slide in deck.slides for text in said(slide))


def words(slide: DeckSlide) -> list[str]:
    assert isinstance(slide.body, TextBody)
    return ["".join(run.text for run in para.runs) for para in slide.body.paras]


class TestWithoutMarks:
    def test_a_chapter_of_prose_has_its_divider_only(self, tell: Tell) -> None:
        deck = tell("Prose.\n\n## Part\n\nMore.", summary="In short.")
        assert [slide.kind for slide in deck.slides] == ["title", "divider", "closing"]
        divider = deck.slides[1]
        assert (divider.title, divider.subtitle, divider.section) == ("A section", "In short.", "A section")
        assert divider.kicker.endswith("\u00a01")
        assert said(divider) == ("Prose.", "Part", "More.")

    def test_each_piece_of_evidence_has_a_slide_in_order(self, tell: Tell) -> None:
        text = f"{chart('Wind grows')}\n{TABLE}\n![A square](a.png)\n\n```python\nx = 1\ny = 2\nz = 3\n```\n\n> Words.\n"
        assert [type(slide.body) for slide in evidence(tell(text))] == [
            ChartBody,
            TableBody,
            PictureBody,
            CodeBody,
        ]

    def test_prose_is_in_the_notes_of_the_nearest_slide(self, tell: Tell) -> None:
        deck = tell(f"Before.\n\n{TABLE}\nAfter.^[An aside.]\n\n```\nx\ny\nz\n```\n\nLast.")
        assert [said(slide) for slide in deck.slides[1:-1]] == [
            (),
            ("Before.", "After. [An aside.]"),
            ("Last.",),
        ]

    def test_takeaways_slide_has_the_notes(self, tell: Tell) -> None:
        deck = tell("Prose.", takeaways="[One is *so*., Two is so.]")
        divider, brief = deck.slides[1:3]
        assert said(divider) == ()
        assert (brief.title, said(brief)) == ("A section: in brief", ("Prose.",))
        assert words(brief) == ["One is so.", "Two is so."]

    def test_evidence_in_a_list_or_a_box_has_a_slide(self, tell: Tell) -> None:
        text = "- A point\n\n    ```\n    x = 1\n    y = 2\n    z = 3\n    ```\n\n::: {.callout-note}\n![A square](a.png)\n:::\n"
        assert [type(slide.body) for slide in evidence(tell(text))] == [CodeBody, PictureBody]


class TestTitles:
    def test_a_short_caption_is_a_title(self, tell: Tell) -> None:
        (slide,) = evidence(tell(chart("Wind has grown in every year since the turn of the century.")))
        assert slide.title == "Wind has grown in every year since the turn of the century"

    def test_a_caption_of_more_than_twelve_words_is_none(self, tell: Tell) -> None:
        caption = "Wind has now grown in every year since the turn of the century."
        (slide,) = evidence(tell("## Wind\n\n" + chart(caption)))
        assert slide.title == "Wind"
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source) == caption

    def test_first_sentence_of_a_caption_is_below_the_element_and_the_rest_in_the_notes(
        self, tell: Tell
    ) -> None:
        (slide,) = evidence(
            tell("## Wind\n\n" + chart("Wind *by year*, in GW. Values are rounded.", note="Raw."))
        )
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source) == "Wind by year, in GW."
        assert (slide.body.remark, slide.body.is_caption) == ("Values are rounded. Raw.", True)

    def test_source_has_a_line_without_caption_and_note(self, tell: Tell) -> None:
        (slide,) = evidence(tell(chart("Wind", note="It's a *count*", source='"Trends"')))
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source) == "Source: “Trends”"
        assert slide.body.remark == "Wind. It’s a count."

    def test_chapter_title_is_the_fallback(self, tell: Tell) -> None:
        assert [slide.title for slide in evidence(tell(TABLE))] == ["A section: A, B"]

    def test_only_slide_notes_belong_to_a_slide(self, tell: Tell) -> None:
        text = '::: {.slide title="Own"}\n- a\n- b\n:::\n\n::: slide\n- c\n- d\n:::\n'
        deck = tell(f"# A\n\n{chart('A caption')}\n{chart('B', **{'slide-title': 'C'})}\n{text}")
        assert [slide.has_own_title for slide in evidence(deck)] == [False, True, True, False]

    def test_author_may_set_the_message(self, tell: Tell) -> None:
        slide_title = chart("A caption", **{"slide-title": "Said"})
        assert [slide.title for slide in evidence(tell(slide_title))] == ["Said"]


class TestMarks:
    @pytest.mark.parametrize(("caption", "slides"), [("", 0), ("\n: Parts\n", 1)])
    def test_table_with_one_column_has_a_slide_if_it_has_a_caption(
        self, tell: Tell, caption: str, slides: int
    ) -> None:
        table = f"| Note |\n|---|\n| This is a framed remark. |\n{caption}"
        assert len(evidence(tell(table))) == slides

    @pytest.mark.parametrize("name", ["no-slide", "book-only"])
    def test_dropped_content_is_in_the_notes(self, name: str, tell: Tell) -> None:
        deck = tell(f"```{{.python .{name}}}\nx = 1\n```\n")
        assert evidence(deck) == ()
        assert "x = 1" in notes(deck)

    @pytest.mark.parametrize("name", ["no-slide", "book-only"])
    def test_content_of_a_dropped_div_is_dropped(self, name: str, tell: Tell) -> None:
        deck = tell(f"::: {{.{name}}}\n{TABLE}:::\n")
        assert evidence(deck) == ()
        assert "1; 2" in notes(deck)

    def test_backup_content_is_hidden(self, tell: Tell) -> None:
        (slide,) = evidence(tell("```{.python .backup}\nx = 1\n```\n"))
        assert slide.hidden

    def test_quotation_has_its_attribution(self, tell: Tell) -> None:
        (slide,) = evidence(tell("::: {.slide}\n> Be brief.\n>\n> — Ada\n:::\n"))
        assert slide.body == QuoteBody(text=(Run(text="Be brief."),), attribution=(Run(text="Ada"),))

    @pytest.mark.parametrize("lines", ["> Roses\\\n> are red\n", "> | Roses\n> | are red\n"])
    def test_quotation_keeps_its_lines(self, lines: str, tell: Tell) -> None:
        (slide,) = evidence(tell(f"::: {{.slide}}\n{lines}:::\n"))
        assert slide.body == QuoteBody(text=(Run(text="Roses\vare red"),), attribution=())

    def test_letter_is_attributed_to_its_signatory(self, tell: Tell) -> None:
        words = "[Leith]{.dateline}\n\n[Ada,]{.salutation}\n\nBe brief.\n\n[Yours,]{.valediction}\n[Tom]{.signature}"
        (slide,) = evidence(tell(f"::: {{.letter .slide}}\n{words}\n:::\n"))
        text, signed = (Run(text="Ada, Be brief."),), (Run(text="Leith Yours, Tom"),)
        assert slide.body == QuoteBody(text=text, attribution=signed)

    @pytest.mark.parametrize(("lines", "count"), [(16, 1), (17, 0)])
    def test_code_over_sixteen_lines_is_omitted_and_mentioned(
        self, lines: int, count: int, tell: Tell
    ) -> None:
        code = "\n".join(f"x{number} = {number}" for number in range(lines))
        deck = tell(f"```python\n{code}\n```\n")
        assert len(evidence(deck)) == count
        assert (code in notes(deck)) == (not count)

    @pytest.mark.parametrize(("mark", "count"), [("", 0), (" .slide", 1), (' caption="Why"', 1)])
    def test_single_code_line_is_in_the_notes_unless_marked_or_captioned(
        self, mark: str, count: int, tell: Tell
    ) -> None:
        deck = tell(f"```{{.python{mark}}}\nx = 1\n```\n")
        assert len(evidence(deck)) == count
        assert ("x = 1" in notes(deck)) is (count == 0)

    def test_longer_code_can_be_requested(self, tell: Tell) -> None:
        code = "\n".join(f"x{number} = {number}" for number in range(40))
        assert len(evidence(tell(f"```{{.python .slide}}\n{code}\n```\n"))) == 1


class TestLists:
    ITEMS = "- One thing\n- Another, of which there is more to say. It is said.\n"

    def test_enumeration_has_a_slide_and_is_in_the_notes(self, tell: Tell) -> None:
        deck = tell(f"Before.\n\n## Two things\n\nThey are:\n\n{self.ITEMS}")
        (slide,) = evidence(deck)
        assert (slide.title, slide.is_requested) == ("Two things", False)
        assert words(slide) == ["One thing", "Another, of which there is more to say. It is said"]
        assert "• Another, of which there is more to say. It is said." in said(slide)
        assert said(deck.slides[1]) == ("Before.",)

    @pytest.mark.parametrize(
        ("lead", "title"),
        [
            ("Waiting costs money. We recommend three decisions:", "We recommend three decisions"),
            ("We recommend three decisions.", "A section (2)"),  # after the divider
            ("For example:", "A section (2)"),
            (":", "A section (2)"),
        ],
    )
    def test_list_without_a_heading_has_the_preceding_sentence_as_title(
        self, tell: Tell, lead: str, title: str
    ) -> None:
        (slide,) = evidence(tell(f"{lead}\n\n{self.ITEMS}"))
        assert slide.title == title

    def test_list_of_sections_at_the_start_of_a_chapter_is_its_contents(self, tell: Tell) -> None:
        sections = "## Costs\n\nText.\n\n## Benefits\n\nText.\n"
        slides = evidence(tell(f"Before.\n\n- The costs\n- The benefits\n\n{sections}"))
        assert [slide.title for slide in slides] == ["A section: Contents"]

    def test_list_of_expressions_has_no_visible_slide(self, tell: Tell) -> None:
        (slide,) = evidence(tell("## Ask\n\nTry each:\n\n- `a == b`\n- `a < b`\n- words\n"))
        assert slide.hidden

    def test_list_below_a_heading_of_exercises_is_hidden(self, tell: Tell) -> None:
        (slide,) = evidence(tell(f"## Exercises\n\n### Part one\n\nText.\n\n{self.ITEMS}"))
        assert slide.hidden

    def test_question_as_heading_needs_a_title(self, tell: Tell) -> None:
        (slide,) = evidence(tell(f"## Which licence is right for your own project?\n\n{self.ITEMS}"))
        assert slide.needs_title

    def test_an_ordinal_does_not_end_the_sentence_before_a_list(self, tell: Tell) -> None:
        lead = "Die neue Anlage hat seit dem 3. Oktober vier Teile:"
        (slide,) = evidence(tell(f"{lead}\n\n{self.ITEMS}", manifest="lang: de\n"))
        assert slide.title == lead.removesuffix(":")

    def test_list_follows_the_preceding_slides_of_its_section(self, tell: Tell) -> None:
        formula = "$$a = b$$ {#eq-a}\n\n"
        deck = tell(f"# A\n\n## B\n\nBefore.\n\n{formula}Between.\n\n- one\n- two\n\n{TABLE}\nAfter.\n")
        kinds = [type(slide.body) for slide in evidence(deck)]
        assert kinds == [EquationBody, TextBody, TableBody]
        assert [said(slide) for slide in evidence(deck)] == [
            ("A", "B", "Before.", "Between."),
            ("• one", "• two"),
            ("After.",),
        ]

    def test_initial_list_has_the_preceding_text_in_its_notes(self, tell: Tell) -> None:
        deck = tell(f"# A\n\n## B\n\nBefore.\n\n- one\n- two\n\n{TABLE}")
        assert [type(slide.body) for slide in evidence(deck)] == [TextBody, TableBody]
        assert said(evidence(deck)[0])[:3] == ("A", "B", "Before.")

    def test_of_a_long_point_the_first_sentence_is_shown(self, tell: Tell) -> None:
        long = f"The first is short{' and so on' * 5}. The *second* is not shown."
        (slide,) = evidence(tell(f"- {long}\n- Two\n"))
        assert words(slide) == [f"The first is short{' and so on' * 5}", "Two"]
        assert "second is not shown" in notes(tell(f"- {long}\n- Two\n"))

    def test_an_abbreviation_ends_no_sentence(self, tell: Tell) -> None:
        long = f"Private vs. Public code{' and so on' * 6}. The second is not shown."
        (slide,) = evidence(tell(f"1. {long}\n2. Two\n"))
        assert words(slide) == [f"Private vs.\u00a0Public code{' and so on' * 6}", "Two"]
        assert isinstance(slide.body, TextBody)
        assert [para.number for para in slide.body.paras] == [1, 2]

    def test_bold_paragraph_openings_come_first(self, tell: Tell) -> None:
        text = "**Speed.** It is fast.\n\n**Size:** it is small.\n\n- a\n- b\n"
        (slide,) = evidence(tell(text))
        assert words(slide) == ["Speed", "Size"]

    def test_terms_have_the_beginning_of_their_definitions(self, tell: Tell) -> None:
        (slide,) = evidence(tell("GW\n: A gigawatt.\n\nTW\n: A terawatt.\n"))
        assert words(slide) == ["GW: A gigawatt", "TW: A terawatt"]

    @pytest.mark.parametrize(
        "markdown",
        ["- alone\n", "".join(f"- {n}\n" for n in range(10)), "**Bold.** And no other.\n"],
    )
    def test_long_list_has_no_slide(self, markdown: str, tell: Tell) -> None:
        assert evidence(tell(markdown)) == ()

    @pytest.mark.parametrize("mark", ["no-slide", "book-only"])
    def test_list_can_be_excluded(self, mark: str, tell: Tell) -> None:
        deck = tell(f"::: {{.{mark}}}\n{self.ITEMS}:::\n")
        assert evidence(deck) == ()


class TestFrontMatter:
    def test_points_replace_takeaways_which_move_to_notes(self, tell: Tell) -> None:
        deck = tell("Prose.\n", takeaways=["A takeaway"], slides={"points": ["A *point*", "Another"]})
        slide = deck.slides[2]
        assert words(slide) == ["A point", "Another"]
        assert said(slide) == ("A takeaway", "Prose.")

    def test_explicit_chapters_show_marked_content_only(self, tell: Tell) -> None:
        marked = "```{.python .slide}\nx = 1\n```\n\n::: {.slide title=T}\n- c\n:::\n"
        backup = chart("C", **{"fig-alt": "A"}).replace(".chart", ".chart .backup")
        text = f"{TABLE}\n- a\n- b\n\n{marked}{backup}"
        deck = tell(text, slides={"mode": "explicit"}, takeaways=["One"])
        assert [(slide.kind, slide.hidden) for slide in evidence(deck)] == [
            ("code", False),
            ("bullets", False),
            ("chart", True),
        ]
        assert said(deck.slides[1])[0] == "One"
        assert "1; 2" in notes(deck)

    def test_a_chapter_may_have_none_and_is_for_readers(self, tell: Tell) -> None:
        deck = tell(f"Prose.\n\n{TABLE}", slides={"mode": "none"})
        assert [slide.kind for slide in deck.slides] == ["title", "closing"]
        assert notes(deck) == ""

    def test_unrequested_slides_above_the_maximum_are_hidden(self, tell: Tell) -> None:
        requested = "::: {.slide title=T}\n- c\n:::\n"
        deck = tell(f"{TABLE}\n{TABLE}\n{requested}", slides={"max": 1})
        assert [slide.hidden for slide in evidence(deck)] == [False, True, False]


class TestWrittenSlides:
    def test_points_and_notes(self, tell: Tell) -> None:
        (slide,) = evidence(
            tell('::: {.slide title="Three things"}\n- One\n- Two\n\n::: notes\nSaid *here*.\n:::\n:::\n')
        )
        assert (slide.kind, slide.title, said(slide)) == ("bullets", "Three things", ("Said here.",))
        assert words(slide) == ["One", "Two"]

    def test_a_heading_is_its_title(self, tell: Tell) -> None:
        (slide,) = evidence(tell("::: {.slide}\n## Said so\n\n- One\n:::\n"))
        assert (slide.title, words(slide)) == ("Said so", ["One"])

    def test_chart_with_a_little_text_next_to_it(self, tell: Tell) -> None:
        text = f'::::: {{.slide title="Wind grows"}}\n{chart("A caption")}\nProse.\n\n::: notes\nSaid.\n:::\n:::::\n'
        (slide,) = evidence(tell(text))
        assert isinstance(slide.body, ColumnsBody)
        first, second = slide.body.columns
        assert isinstance(first.body, ChartBody) and isinstance(second.body, TextBody)
        assert slide.body.width_fraction == pytest.approx(0.58)
        assert (slide.title, said(slide)) == ("Wind grows", ("Said.",))

    @pytest.mark.parametrize("text", ["Prose. " * 61, "::: {.callout-note}\nIn a box.\n:::"])
    def test_chart_with_its_notes(self, text: str, tell: Tell) -> None:
        deck = tell(f":::: {{.slide title=T}}\n{chart('A caption')}\n{TABLE}\n{text}\n::::\n")
        (slide,) = evidence(deck)
        assert isinstance(slide.body, ChartBody)
        assert text.split()[-2].strip() in notes(deck)

    def test_text_before_evidence_is_in_the_first_column(self, tell: Tell) -> None:
        (slide,) = evidence(tell(f":::: {{.slide title=T}}\n- One\n- Two\n\n{chart('C')}::::\n"))
        assert isinstance(slide.body, ColumnsBody)
        assert isinstance(slide.body.columns[0].body, TextBody)
        assert slide.body.width_fraction == pytest.approx(0.42)

    def test_a_wide_table_or_long_code_has_the_slide_for_itself(self, tell: Tell) -> None:
        wide = "| A | B | C | D |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |\n"
        code = "```python\n" + "x = 1\n" * 8 + "```\n"
        text = "".join(f"::: {{.slide title=T}}\n{item}\n- One\n- Two\n:::\n\n" for item in (wide, code))
        assert [type(slide.body) for slide in evidence(tell(text))] == [TableBody, CodeBody]


class TestComposedSlides:
    def test_two_columns_with_comparison_headings(self, tell: Tell) -> None:
        columns = "".join(
            f"::: {{.column width={width}}}\n## {head}\n\n{text}\n:::\n"
            for head, text, width in (("Before", "- One\n- Two", "40%"), ("After", chart("C"), "60%"))
        )
        deck = tell(f":::::: {{.slide title=T}}\n::::: columns\n{columns}:::::\nMore.^[An aside.]\n::::::\n")
        (slide,) = evidence(deck)
        assert isinstance(slide.body, ColumnsBody)
        assert (slide.kind, slide.body.width_fraction) == ("comparison", 0.4)
        assert [column.heading[0].text for column in slide.body.columns] == ["Before", "After"]
        assert isinstance(slide.body.columns[1].body, ChartBody)
        assert "".join(run.text for run in slide.body.source) == "C More"
        assert said(slide) == ("[An aside.]",)

    def test_big_numbers_and_their_source(self, tell: Tell) -> None:
        text = "602 million\n: people\n\n57 of 64\n: technologies^[An aside.]\n\nSource: Nature.\n"
        (slide,) = evidence(tell(f"::: {{.slide .big-numbers title=T}}\n{text}:::\n"))
        assert isinstance(slide.body, NumbersBody)
        assert [card.heading[0].text for card in slide.body.cards] == ["602\u00a0million", "57 of 64"]
        assert slide.body.source[0].text == "Source: Nature"
        assert said(slide) == ("[An aside.]",)

    @pytest.mark.parametrize("wrapped", ["::: {.slide .timeline title=T}\n{}:::\n", "::: timeline\n{}:::\n"])
    def test_a_timeline_by_itself_or_in_the_text(self, wrapped: str, tell: Tell) -> None:
        deck = tell(wrapped.replace("{}", "2017\n: A plan.\n\n2025\n: 602 million.\n"))
        (slide,) = evidence(deck)
        assert isinstance(slide.body, TimelineBody)
        assert [card.heading[0].text for card in slide.body.cards] == ["2017", "2025"]
        assert "A plan" not in notes(deck)

    @pytest.mark.parametrize(
        "opening", ["{.slide .big-numbers title=T}", "{.slide .timeline title=T}", "timeline"]
    )
    def test_text_around_cards_is_in_the_notes(self, opening: str, tell: Tell) -> None:
        text = "Before.^[An aside.]\n\n2017\n: A plan.\n\nSource: A.\n\n- Behind\n"
        (slide,) = evidence(tell(f"::: {opening}\n{text}:::\n"))
        assert isinstance(slide.body, NumbersBody | TimelineBody)
        assert slide.body.source[0].text == "Source: A."
        assert said(slide) == ("Before. [An aside.]", "• Behind")

    def test_a_callout_is_promoted(self, tell: Tell) -> None:
        text = '::: {.callout-warning .slide title="Mind the gap"}\nIt is wide.\n:::\n'
        (slide,) = evidence(tell(text))
        assert isinstance(slide.body, CalloutBody)
        assert (slide.title, slide.body.label) == ("Mind the gap", "Warning")
        assert [run.text for para in slide.body.paras for run in para.runs] == ["It is wide."]
        assert evidence(tell(text.replace(" .slide", ""))) == ()

    def test_a_picture_from_edge_to_edge(self, tell: Tell) -> None:
        text = '::: {.slide title=T background-image=a.png fig-alt="A grey field"}\nSaid.\n:::\n'
        (slide,) = evidence(tell(text))
        assert isinstance(slide.body, PictureBody)
        assert (slide.body.covers_slide, slide.body.alt, slide.body.decorative) == (
            True,
            "A grey field",
            False,
        )
        assert said(slide) == ("Said.",)

    def test_named_layout_and_its_excess_content(self, tell: Tell) -> None:
        (slide,) = evidence(
            tell('::: {.slide title=T layout="My layout" overflow=error}\n- One\n- Two\n:::\n')
        )
        assert (slide.layout_name, slide.overflow) == ("My layout", "error")


class TestWhatIsWrittenOnce:
    def test_slide_can_be_a_backup(self, tell: Tell) -> None:
        (slide,) = evidence(tell("::: {.slide .backup}\n- One\n:::\n"))
        assert slide.hidden

    def test_content_of_a_div_on_a_slide_is_shown_once(self, tell: Tell) -> None:
        deck = tell(f":::: {{.box}}\n::: {{.slide title=T}}\n{TABLE}:::\n::::\n")
        assert len(evidence(deck)) == 1

    def test_a_formula_on_one_is_shown(self, tell: Tell) -> None:
        deck = tell("::: {.slide title=T}\n- One\n\n$$E = mc^2$$\n:::\n")
        (slide,) = evidence(deck)
        assert isinstance(slide.body, EquationBody)
        assert slide.body.text == "E = mc²"
        assert [para.runs[0].text for para in slide.body.before] == ["One"]

    def test_footnote_on_a_slide_is_in_the_notes(self, tell: Tell) -> None:
        assert "An aside." in notes(tell("::: {.slide title=T}\n- One^[An aside.]\n:::\n"))


class TestNothingIsLost:
    @pytest.mark.parametrize(
        "markdown",
        [
            "| A |\n|---|\n| 1^[An aside.] |\n",
            chart("A caption^[An aside.]"),
            "![A caption^[An aside.]](a.png)",
            "Text *with^[An aside.] emphasis*.",
        ],
        ids=["cell", "caption of a chart", "caption of a picture", "emphasis"],
    )
    def test_footnote_is_in_the_notes(self, markdown: str, tell: Tell) -> None:
        assert "An aside." in notes(tell(markdown))

    def test_long_listing_caption_is_shown_or_in_the_notes(self, tell: Tell) -> None:
        caption = "How one counts from one to a hundred without ever missing a single number"
        deck = tell(f'```{{.python #lst-a caption="{caption}"}}\nx = 1\n```\n')
        (slide,) = evidence(deck)
        assert caption in f"{slide.title}\n{notes(deck)}"


class TestLooks:
    def test_notes_keep_their_formatting(self, tell: Tell) -> None:
        (first, second) = tell("## Part\n\nSome *words* and [a page](https://a.example/).\n").slides[1].notes
        assert first == (Run(text="Part", bold=True),)
        assert second == (
            Run(text="Some "),
            Run(text="words", italic=True),
            Run(text=" and "),
            Run(text="a page", href="https://a.example/"),
            Run(text="."),
        )


class TestSources:
    BIB = "@misc{a, title={First}, author={{Ada}}, year=2024}\n@misc{b, title={Second}, author={{Bo}}, year=2025}\n"

    def test_cited_sources_are_on_a_hidden_slide_at_the_end(self, tell_chapters: Tell) -> None:
        manifest = "  chapters: [one.md]\nbibliography: [one.bib]\n"
        text = f"# One\n\nProse [@b].\n\n{chart('A caption [@a]')}"
        deck = tell_chapters(manifest, files={"source/one.bib": self.BIB}, one=text)
        last = deck.slides[-1]
        assert (last.id, last.hidden, last.kind) == ("sources", True, "bullets")
        (line,) = words(last)
        assert "First" in line
        assert "Second" not in notes(deck)

    def test_where_no_slide_cites_there_is_none(self, tell: Tell) -> None:
        assert tell(TABLE).slides[-1].kind == "closing"


class TestTables:
    def test_cell_over_two_rows_keeps_the_next_row_aligned(self, tell: Tell) -> None:
        """Test a cell that spans two rows, which pandoc's grid tables support."""
        grid = "+---+---+\n| A | B |\n+===+===+\n| x | 1 |\n+   +---+\n|   | 2 |\n+---+---+\n"
        (slide,) = evidence(tell(grid))
        assert isinstance(slide.body, TableBody)
        columns = [["".join(run.text for run in cell.runs) for cell in row] for row in slide.body.rows]
        assert columns == [["A", "B"], ["x", "1"], ["", "2"]]

    def test_a_cell_over_two_columns_is_followed_by_an_empty_one(self, tell: Tell) -> None:
        grid = "+---+---+\n| A | B |\n+===+===+\n| both  |\n+---+---+\n"
        (slide,) = evidence(tell(grid))
        assert isinstance(slide.body, TableBody)
        assert [len(row) for row in slide.body.rows] == [2, 2]


class TestBooks:
    @pytest.mark.parametrize(("count", "has_agenda"), [(1, False), (2, False), (3, True)])
    def test_three_chapters_have_an_agenda_with_links(
        self, count: int, has_agenda: bool, tell_chapters: Tell
    ) -> None:
        names = "abc"[:count]
        texts = {name: f"---\ntitle: Chapter {name}\nsummary: It is so.\n---\nText." for name in names}
        deck = tell_chapters(f"  chapters: [{', '.join(f'{n}.md' for n in names)}]\n", **texts)
        agenda = [slide for slide in deck.slides if slide.id == "agenda"]
        assert bool(agenda) == has_agenda
        if agenda:
            assert isinstance(agenda[0].body, TextBody)
            targets = [para.runs[0].slide for para in agenda[0].body.paras]
            assert words(agenda[0]) == ["Chapter a", "Chapter b", "Chapter c"]
            assert targets == [slide.id for slide in deck.slides if slide.kind == "divider"]

    def test_a_long_agenda_has_two_columns(self, tell_chapters: Tell) -> None:
        names = [f"c{number}" for number in range(9)]
        manifest = f"  chapters: [{', '.join(f'{name}.md' for name in names)}]\n"
        deck = tell_chapters(
            manifest, **{name: f"---\nsummary: It is so.\n---\n# Chapter {name}\n" for name in names}
        )
        (agenda,) = (slide for slide in deck.slides if slide.id == "agenda")
        assert isinstance(agenda.body, ColumnsBody)
        bodies = [column.body for column in agenda.body.columns if isinstance(column.body, TextBody)]
        assert [len(body.paras) for body in bodies] == [5, 4]
        assert bodies[1].paras[0].runs[0].slide

    def test_front_matter_is_in_the_notes_of_the_title_slide(self, tell_chapters: Tell) -> None:
        deck = tell_chapters(
            "  chapters: [preface.md, a.md]\n",
            preface="---\ntitle: Preface\nunnumbered: true\n---\nWelcome.^[An aside.]",
            a="---\ntitle: One\n---\nText.",
        )
        assert said(deck.slides[0]) == ("Preface", "Welcome. [An aside.]")
        assert [slide.title for slide in deck.slides if slide.kind == "divider"] == ["One"]

    def test_part_is_in_the_notes_of_its_first_chapter(self, tell_chapters: Tell) -> None:
        chapter = "---\ntitle: {}\n---\nText."
        deck = tell_chapters(
            "  chapters: [{part: The part, chapters: [a.md, b.md]}]\n",
            a=chapter.format("One"),
            b=chapter.format("Two"),
        )
        notes = [said(slide) for slide in deck.slides if slide.kind == "divider"]
        assert notes == [("Part\u00a0I: The part", "Text."), ("Text.",)]

    def test_notes_for_titles_and_takeaways_are_kept(self, tell_chapters: Tell) -> None:
        text = '---\ntitle: "One^[To the title.]"\ntakeaways: ["Taken^[To it.]"]\n---\nText.'
        deck = tell_chapters("  chapters: [a.md]\n", a=text)
        (divider,) = (slide for slide in deck.slides if slide.kind == "divider")
        assert said(divider) == ("[To the title.]", "[To it.]")

    def test_footer_defaults_to_the_title(self, tell: Tell) -> None:
        assert tell("Text.").footer == "A book"


BIBLIOGRAPHY = """
@report{iea, author={{International Energy Agency (IEA)}}, title={A}, year=2024}
@report{cnnic, author={{China Internet Network Information Center}}, shortauthor={CNNIC}, title={B}, year=2025}
@misc{wang1, author={Wang, Tommy and Forster, Katie}, title={C}, year=2025}
@misc{wang2, author={Wang, Tommy and Forster, Katie}, title={D}, year=2026}
@misc{four, author={Gao, An and Li, Bo and Wu, Cai and Xu, Da}, title={E}, year=2026}
"""


def tell_with_bibliography(read_book_of: ReadBook, markdown: str) -> Deck:
    files = {**FILES, "source/b.bib": BIBLIOGRAPHY}
    return told(read_book_of(markdown, manifest="bibliography: [b.bib]\n", files=files)[0])


class TestValueTitles:
    @pytest.mark.parametrize(
        ("more", "title"),
        [
            ({"labels": "Wind power", "unit": "GW"}, "Wind power (GW)"),
            ({"unit": "GW"}, "GW"),
            ({"y-title": "Output", "labels": "Wind"}, "Output"),
            ({"y": "gw,year", "labels": "Wind,Year", "unit": "GW"}, "GW"),
        ],
    )
    def test_chart_names_the_values_of_its_only_series(
        self, tell: Tell, more: dict[str, str], title: str
    ) -> None:
        markdown = chart("Wind", **more)
        if "y" in more:
            markdown = markdown.replace(" y=gw", "")
        (slide,) = evidence(tell(markdown))
        assert isinstance(slide.body, ChartBody)
        assert slide.body.chart.value_axis_title == title


class TestSourceLines:
    @pytest.mark.parametrize(
        ("caption", "more", "line"),
        [
            ("Wind", {"source": "@iea; @cnnic"}, "Source: IEA 2024, CNNIC 2025"),
            (
                "Wind",
                {"source": "[@wang1; @wang2; @iea], own count"},
                "Source: Wang et al. 2025–2026, IEA 2024, own count",
            ),
            ("Wind", {"source": "City survey [@wang1]"}, "Source: City survey (Wang et al. 2025)"),
            ("Wind [@iea; @wang1]. As @wang2 counts.", {}, "Source: IEA 2024, Wang et al. 2025–2026"),
            ("Wind", {"note": "Estimate of @cnnic"}, "Source: CNNIC 2025"),
            ("Wind", {"source": "City survey."}, "Source: City survey"),
            (
                "Wind",
                {"source": "*Survey*, reported by @iea in May"},
                "Source: Survey, reported by IEA 2024 in May",
            ),
            ("Wind", {"source": "Jones et al."}, "Source: Jones et al."),
            ("Wind, by year", {}, "Wind, by year"),
        ],
    )
    def test_line_has_short_names_with_years(
        self, read_book_of: ReadBook, caption: str, more: dict[str, str], line: str
    ) -> None:
        slide = tell_with_bibliography(read_book_of, chart(caption, **more)).slides[2]
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source).replace("\u00a0", " ") == line

    def test_reference_to_a_table_is_not_a_source(self, read_book_of: ReadBook) -> None:
        markdown = chart("Wind", source="@tbl-x", note="Estimate of @cnnic")
        markdown += "\n| A |\n|---|\n| 1 |\n\n: Sources {#tbl-x}\n"
        slide = tell_with_bibliography(read_book_of, markdown).slides[2]
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source) == "Source: CNNIC\u00a02025"

    @pytest.mark.parametrize("more", [{"source": "@tbl-x"}, {"note": "Sources: @tbl-x"}])
    def test_sources_of_a_table_that_a_chart_refers_to_are_named(
        self, read_book_of: ReadBook, more: dict[str, str]
    ) -> None:
        markdown = (
            chart("Wind", **more) + "\n| A |\n|---|\n| 1 [@iea; @wang1] |\n\n: Counts [@cnnic] {#tbl-x}\n"
        )
        slide = tell_with_bibliography(read_book_of, markdown).slides[2]
        assert isinstance(slide.body, ChartBody)
        assert sorted("".join(run.text for run in slide.body.source)[8:].split(", ")) == [
            "CNNIC\u00a02025",
            "IEA\u00a02024",
            "Wang et al.\u00a02025",
        ]

    @pytest.mark.parametrize(
        ("source", "line"), [("Own count, by @tbl-x", "Own count, by Table"), ("@iea", "IEA")]
    )
    def test_own_source_comes_before_those_of_a_table(
        self, read_book_of: ReadBook, source: str, line: str
    ) -> None:
        markdown = chart("Wind", source=source) + "\n| A |\n|---|\n| 1 [@cnnic] |\n\n: Counts {#tbl-x}\n"
        slide = tell_with_bibliography(read_book_of, markdown).slides[2]
        assert isinstance(slide.body, ChartBody)
        assert "".join(run.text for run in slide.body.source).startswith(f"Source: {line}")

    def test_panels_have_the_source_of_their_figure(self, tell: Tell) -> None:
        panels = "![A](a.png)\n\n![B](a.png)\n\nBoth\n:::\n"
        deck = tell(f"::: {{#fig-x layout-ncol=2 source=Own}}\n{panels}")
        bodies = [slide.body for slide in evidence(deck)]
        assert [run.text for body in bodies if isinstance(body, PictureBody) for run in body.source] == [
            "Source: Own",
            "Source: Own",
        ]

    def test_bullets_have_no_citations_but_the_sources_slide_has(self, read_book_of: ReadBook) -> None:
        points = "- Solar grows [@iea].\n- As @wang1 say, *wind [@cnnic]* too.\n- Found by @four.\n"
        deck = tell_with_bibliography(read_book_of, f"::: {{.slide title=Two}}\n{points}:::\n")
        assert words(deck.slides[2]) == [
            "Solar grows.",
            "As Wang and Forster say, wind too.",
            "Found by Gao et al.",
        ]
        assert deck.slides[-1].hidden and len(words(deck.slides[-1])) == 4

    def test_sources_of_bullets_from_the_text_are_on_the_sources_slide(self, read_book_of: ReadBook) -> None:
        points = "- Solar grows [@iea].\n- Wind grows [@cnnic].\n"
        deck = tell_with_bibliography(read_book_of, f"## Growth\n\n{points}")
        assert words(deck.slides[2]) == ["Solar grows", "Wind grows"]
        assert len(words(deck.slides[-1])) == 2
