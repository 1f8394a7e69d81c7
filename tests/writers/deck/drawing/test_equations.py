"""Test formulas on slides: native equations, with a fallback for other programs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from tests.conftest import ReadBook
from tests.writers.deck.conftest import THEME, all_places, area, deck, everything, places, said
from triptych.checks.deck import check_deck
from triptych.checks.deck.examination import examine_deck
from triptych.checks.texts import drop_alternate_choices, drop_fallbacks
from triptych.languages.labels import load_labels
from triptych.media.formulas.formulas import Formula, FormulaDrawing
from triptych.model.nodes import Equation
from triptych.model.walk import walk_all
from triptych.ooxml.xml import W
from triptych.theme.templating import load_page_templates
from triptych.writers.deck.drawing.office_math import build_equation
from triptych.writers.deck.fitting.frames import PANEL_GAP
from triptych.writers.deck.fitting.slides import fit_slide
from triptych.writers.deck.fitting.text import fit_text, measure_text_height
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import (
    CodeBody,
    Deck,
    DeckSlide,
    EquationBody,
    NativeFormula,
    Para,
    Run,
    SlideKindName,
    TextBody,
)
from triptych.writers.deck.story.runs import draw_formulas_without_cache
from triptych.writers.deck.story.storyboard import make_storyboard
from triptych.writers.deck.writer import write_deck

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A14 = "{http://schemas.microsoft.com/office/drawing/2010/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

Tell = Callable[..., Deck]
RUN = "<m:r>{}<m:t>x</m:t></m:r>"
FRACTION = f"<m:oMath><m:f><m:num>{RUN.format('')}</m:num><m:den>{RUN.format('')}</m:den></m:f></m:oMath>"


def refuse_all(formulas: list[Formula]) -> dict[Formula, FormulaDrawing | None]:
    return dict.fromkeys(formulas)


@pytest.fixture
def tell(read_book_of: ReadBook) -> Tell:
    def make(markdown: str, *, draw: Any = draw_formulas_without_cache, **front: str) -> Deck:
        book, result = read_book_of(markdown, **front)
        assert result == []
        labels = load_labels(book.metadata.language)
        reported, problems = make_storyboard(
            book,
            labels,
            load_page_templates(),
            pictures={},
            draw_formulas=draw,
        )
        assert problems == []
        return reported

    return make


def evidence(told: Deck) -> tuple[DeckSlide, ...]:
    return told.slides[2:-1]


def slide_xml(told: Deck, number: int) -> Any:
    data, result = write_deck(told, THEME)
    assert result == [] and check_deck(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"ppt/slides/slide{number}.xml"))


def words(tree: Any) -> str:
    return "".join(element.text or "" for element in tree.iter(f"{A}t"))


class TestWhatIsShown:
    @pytest.mark.parametrize(
        "formula",
        ["$$E = mc^2$$ {#eq-a}", "$$E = mc^2$$ {.slide}", "$$E = mc^2 \\label{a}$$", "$$E \\tag{1}$$"],
    )
    def test_a_numbered_or_promoted_formula_has_a_slide(self, formula: str, tell: Tell) -> None:
        (slide,) = evidence(tell(f"## Energy\n\n{formula}\n"))
        assert isinstance(slide.body, EquationBody)
        assert slide.title == "Energy"

    @pytest.mark.parametrize("formula", ["$$E = mc^2$$", "$$E = mc^2$$ {#eq-a .no-slide}"])
    def test_other_formulas_are_read_as_text(self, formula: str, tell: Tell) -> None:
        reported = tell(f"Text.\n\n{formula}\n")
        assert evidence(reported) == ()
        assert said(reported.slides[1]) == ("Text.", "E = mc²")

    def test_slide_has_its_number_and_title(self, tell: Tell) -> None:
        (slide,) = evidence(tell('$$a$$ {#eq-a slide-title="The law"}\n'))
        assert isinstance(slide.body, EquationBody)
        assert (slide.title, slide.body.number, slide.id) == ("The law", "(1.1)", "eq-a")

    def test_complex_inline_formula_is_described_in_words(self, tell: Tell) -> None:
        reported = tell("Of $\\frac{\\frac{a}{b}}{c}$ and $\\frac{a}{b}$.")
        (note,) = said(reported.slides[1])
        assert "a/b." in note and "(a/b)/c" not in note and "\\frac" not in note

    def test_titles_captions_and_cells_are_plain(self, tell: Tell) -> None:
        reported = tell("## On $x^2$\n\n| $y_1$ |\n|---|\n| $\\sqrt{2}$ |\n\n: On $z^3$\n", title="Of $a^2$")
        assert reported.slides[1].title == "Of a²"
        (slide,) = evidence(reported)
        assert slide.title == "On z³"
        assert [run.text for row in slide.body.rows for cell in row for run in cell.runs] == ["y₁", "√2"]  # type: ignore[union-attr]
        assert all(run.formula is None for row in slide.body.rows for cell in row for run in cell.runs)  # type: ignore[union-attr]

    def test_tex_that_is_not_understood_is_code(self, read_book_of: ReadBook) -> None:
        book, findings = read_book_of(
            "$$\\nosuch{x}$$ {#eq-a}\n\n::: {.slide title=T}\n- Of $\\nosuch{y}$\n:::\n"
        )
        assert [finding.code for finding in findings] == ["MTH001", "MTH001"]
        labels = load_labels("en")
        reported, problems = make_storyboard(book, labels, load_page_templates(), pictures={})
        assert problems == []
        first, second = evidence(reported)
        assert first.body == CodeBody(text="\\nosuch{x}", language="latex")
        assert isinstance(second.body, TextBody)
        assert second.body.paras[0].runs[-1] == Run(text="\\nosuch{y}", code=True)


class TestTextAround:
    TEXT = "::: {.slide title=T}\nBefore.\n\n$$E = mc^2$$\n\n- After\n:::\n"

    def test_single_formula_is_between_its_texts(self, tell: Tell) -> None:
        (slide,) = evidence(tell(self.TEXT))
        assert isinstance(slide.body, EquationBody)
        assert [para.runs[0].text for para in (*slide.body.before, *slide.body.after)] == ["Before.", "After"]

    def test_shapes_do_not_overlap(self, tell: Tell) -> None:
        (slide,) = evidence(tell(self.TEXT))
        (fitted,), result = fit_slide(slide, all_places(), THEME)
        assert result == []
        content: Any = fitted.frames[PlaceholderRole.OBJECT].content
        above, below = content.boxes[PlaceholderRole.BEFORE], content.boxes[PlaceholderRole.AFTER]
        assert above.bottom + PANEL_GAP == pytest.approx(content.region.top)
        assert content.region.bottom + PANEL_GAP == pytest.approx(below.top)
        assert content.panel == content.region.bounds
        assert content.region.height >= slide.body.native.height * content.size  # type: ignore[union-attr]

    def test_several_formulas_are_paragraphs(self, tell: Tell) -> None:
        (slide,) = evidence(tell("::: {.slide title=T}\n$$a$$\n\nand\n\n$$b$$\n:::\n"))
        assert isinstance(slide.body, TextBody)
        assert [bool(para.runs[0].formula) for para in slide.body.paras] == [True, False, True]

    def test_formula_within_long_text_continues_with_it(self, tell: Tell) -> None:
        items = "\n".join(
            f"- Point {number} says something that fills a line of the slide" for number in range(40)
        )
        (slide,) = evidence(tell(f"::: {{.slide title=T}}\n{items}\n\n$$a = b$$ {{#eq-a}}\n:::\n"))
        fitted, result = fit_slide(slide, all_places(), THEME)
        assert result == [] and len(fitted) > 1
        assert {part.kind for part in fitted} == {SlideKindName.BULLETS}
        runs = [
            run for part in fitted for para in part.texts[PlaceholderRole.BODY].paras for run in para.runs
        ]
        assert [run.text for run in runs if run.formula] == ["a = b"]
        assert "".join(run.text for run in runs).count("Point") == 40


class TestFitting:
    def formula(self, width: float, height: float = 1.0, text: str = "x = y") -> Run:
        return Run(text=text, formula=NativeFormula(omml=FRACTION, width=width, height=height))

    def test_a_formula_is_as_wide_as_its_drawing(self) -> None:
        text = Para(runs=(Run(text="of "), self.formula(60.0)))
        assert measure_text_height([text], area(), THEME) > measure_text_height(
            [Para(runs=(Run(text="of x = y"),))], area(), THEME
        )

    def test_a_formula_is_as_wide_as_the_text_in_its_place(self) -> None:
        long = "a + b + c " * 20
        drawing, plain = (
            measure_text_height([Para(runs=(run,))], area(), THEME)
            for run in (self.formula(1.0, text=long), Run(text=long))
        )
        assert drawing >= plain

    def test_a_high_formula_makes_its_lines_higher(self) -> None:
        low, high = (
            measure_text_height([Para(runs=(self.formula(2.0, height),))], area(), THEME)
            for height in (1.0, 3.0)
        )
        assert high > 2 * low

    def test_formula_is_broken_only_if_it_does_not_fit(self) -> None:
        paras = [Para(runs=(Run(text="Word " * 300), self.formula(3.0), Run(text=" end.")))]
        fitted = fit_text(paras, area(), THEME)
        runs = [run for part in fitted for para in part.paras for run in para.runs]
        assert [run.text for run in runs if run.formula] == ["x = y"]
        huge = fit_text([Para(runs=(self.formula(5.0, height=40.0),))], area(), THEME)
        assert "".join(run.text for part in huge for para in part.paras for run in para.runs) == "x = y"

    def test_two_equal_formulas_are_separate(self, tell: Tell) -> None:
        (slide,) = evidence(tell("::: {.slide title=T}\n- Of $x$$x$\n- b\n:::\n"))
        assert isinstance(slide.body, TextBody)
        assert [run.text for run in slide.body.paras[0].runs if run.formula] == ["x", "x"]

    @pytest.mark.parametrize("count", [1, 8, 40])
    def test_wide_formula_leaves_space_for_its_number(self, count: int, tell: Tell) -> None:
        terms = " + ".join(f"\\alpha_{{{number}}} x_{{{number}}}" for number in range(count))
        (slide,) = evidence(tell(f"$${terms}$$ {{#eq-a}}\n"))
        here = places(SlideKindName.EQUATION)
        (fitted,), result = fit_slide(slide, all_places(), THEME)
        assert result == []
        content: Any = fitted.frames[PlaceholderRole.OBJECT].content
        assert content.region.left + content.region.width <= here[PlaceholderRole.NUMBER].left + 0.1
        assert content.size >= 18 or count == 40


class TestOneSize:
    SHORT, LONG = "E = mc^2", " + ".join(f"a_{{{number}}} x^{{{number}}}" for number in range(10, 16))

    def sizes(self, tell: Tell, *formulas: str) -> list[int]:
        """Return the sizes of the displayed formulas on the finished slides, in hundredths of a point."""
        slides = [
            f"::: {{.slide title=T{number}}}\n$${formula}$$\n:::\n" for number, formula in enumerate(formulas)
        ]
        data, _ = write_deck(tell("\n".join(slides)), THEME)
        result = []
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for number in range(3, 3 + len(formulas)):
                tree = etree.fromstring(archive.read(f"ppt/slides/slide{number}.xml"))
                result += [
                    {int(run.get("sz")) for run in math.iter(f"{A}rPr")} for math in tree.iter(f"{A14}m")
                ]
        return [size for (size,) in result]

    def test_all_formulas_of_a_deck_have_the_size_of_the_longest(self, tell: Tell) -> None:
        (alone,) = self.sizes(tell, self.SHORT)
        together = self.sizes(tell, self.SHORT, self.LONG)
        assert together[0] == together[1] and 2000 <= together[0] < alone

    def test_one_very_long_formula_does_not_shrink_the_others(self, tell: Tell) -> None:
        *others, longest = self.sizes(tell, *[self.SHORT] * 5, f"{self.LONG} + {self.LONG} + {self.LONG}")
        assert {*others} == {*self.sizes(tell, self.SHORT)} and longest < others[0]

    def test_no_formula_shrinks_the_others_below_twenty_points(self, tell: Tell) -> None:
        short, _ = self.sizes(tell, self.SHORT, f"{self.LONG} + {self.LONG} + {self.LONG}")
        assert short == 2000


class TestMarkup:
    def test_displayed_formula_is_native_with_a_fallback_picture(self, tell: Tell) -> None:
        tree = slide_xml(tell("$$E = mc^2$$ {#eq-a}\n"), 3)
        newest, oldest = drop_fallbacks(tree), drop_alternate_choices(tree)
        (native,) = newest.iter(f"{A14}m")
        assert native.find(f"{M}oMathPara/{M}oMath") is not None
        assert "".join(text.text for text in native.iter(f"{M}t")) == "E=mc2"
        assert not list(oldest.iter(f"{A14}m"))
        (picture,) = oldest.iter(f"{P}pic")
        alternative = next(picture.iter(f"{P}cNvPr")).get("descr")
        assert alternative and "equals" in alternative
        shape = next(native.iterancestors(f"{P}sp"))
        assert next(shape.iter(f"{P}cNvPr")).get("descr") == alternative
        assert words(newest).endswith("(1.1)" + "A book" + "‹#›")

    def test_fallback_picture_uses_the_text_colour(self, tell: Tell) -> None:
        data, _ = write_deck(tell("$$E = mc^2$$ {#eq-a}\n"), THEME)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith(".png")]
            image = Image.open(io.BytesIO(archive.read(name))).convert("RGBA")
        data = image.tobytes()
        pixels = {data[place : place + 4] for place in range(0, len(data), 4)}
        assert {pixel[:3] for pixel in pixels if pixel[3] == 255} == {bytes.fromhex(THEME.colours.foreground)}

    def test_a_formula_in_a_line_has_its_text_for_older_programs(self, tell: Tell) -> None:
        tree = slide_xml(tell("::: {.slide title=T}\n- Of $x^2$ and more\n- b\n:::\n"), 3)
        assert "Of x² and more" in words(drop_alternate_choices(tree))
        newest = drop_fallbacks(tree)
        (native,) = newest.iter(f"{A14}m")
        assert native.getparent().tag == f"{A}p"
        assert native.find(f"{M}oMath") is not None and "x²" not in words(newest)

    def test_alternate_content_encloses_whole_shapes(self, tell: Tell) -> None:
        tree = slide_xml(tell("::: {.slide title=T}\n- Of $x^2$ and $y$\n  - $z$\n:::\n"), 3)
        (choice,) = tree.iter(f"{MC}AlternateContent")
        assert choice.getparent().tag == f"{P}spTree"
        assert choice[0].get("Requires") == "a14" and "a14" in choice[0].nsmap

    def test_link_next_to_a_formula_works_in_both_versions(self, tell: Tell) -> None:
        tree = slide_xml(tell("::: {.slide title=T}\n- [A page](https://a.example/) on $x$\n- b\n:::\n"), 3)
        for seen in (drop_fallbacks(tree), drop_alternate_choices(tree)):
            assert len(list(seen.iter(f"{A}hlinkClick"))) == 1

    def test_formula_without_a_drawing_has_fallback_text(self, tell: Tell) -> None:
        tree = slide_xml(tell("$$E = mc^2$$ {#eq-a}\n", draw=refuse_all), 3)
        assert next(drop_fallbacks(tree).iter(f"{A14}m"), None) is not None
        assert "E = mc²" in words(drop_alternate_choices(tree)) and next(tree.iter(f"{P}pic"), None) is None

    def test_formula_without_office_math_is_a_picture(self) -> None:
        (drawing,) = draw_formulas_without_cache([Formula("<math><mi>x</mi></math>", display=True)]).values()
        body = EquationBody(
            native=NativeFormula(omml="", width=1, height=1, display=True),
            drawing=drawing,
            text="x²",
            alt="x squared",
        )
        slide = DeckSlide(kind=SlideKindName.EQUATION, title="T", body=body)
        tree = slide_xml(deck(*everything()[:1], slide), 2)
        (picture,) = tree.iter(f"{P}pic")
        assert next(picture.iter(f"{P}cNvPr")).get("descr") == "x squared"
        assert next(tree.iter(f"{MC}AlternateContent"), None) is None

    def test_same_deck_has_the_same_bytes(self, tell: Tell) -> None:
        reported = tell("$$\\sum_{i=1}^n x_i$$ {#eq-a}\n\n::: {.slide title=T}\n- $x$\n- $y$\n:::\n")
        assert write_deck(reported, THEME) == write_deck(reported, THEME)


class TestOfficeMath:
    def made(self, omml: str, **more: Any) -> Any:
        return build_equation(omml, {"lang": "en", "sz": "2400"}, display=False, **more)

    def test_all_characters_and_strokes_have_run_properties(self) -> None:
        tree = self.made(FRACTION)
        properties = [run.find(f"{A}rPr") for run in tree.iter(f"{M}r")]
        assert [item.get("sz") for item in properties] == ["2400", "2400"]
        assert all(item.find(f"{A}latin").get("typeface") == "Cambria Math" for item in properties)
        assert tree.find(f".//{M}fPr/{M}ctrlPr/{A}rPr") is not None

    @pytest.mark.parametrize(
        ("own", "bold", "italic"),
        [
            ("", "0", "1"),
            ('<m:rPr><m:sty m:val="p"/></m:rPr>', "0", "0"),
            ('<m:rPr><m:sty m:val="b"/></m:rPr>', "1", "0"),
            ('<m:rPr><m:sty m:val="bi"/></m:rPr>', "1", "1"),
            ('<m:rPr><m:nor/><m:scr m:val="fraktur"/><m:sty m:val="p"/></m:rPr>', "0", "0"),
        ],
    )
    def test_letters_are_slanted_by_their_style(self, own: str, bold: str, italic: str) -> None:
        (run,) = self.made(f"<m:oMath>{RUN.format(own)}</m:oMath>").iter(f"{M}r")
        properties = run.find(f"{A}rPr")
        assert (properties.get("b"), properties.get("i")) == (bold, italic)
        assert [child.tag for child in run] == [*([f"{M}rPr"] if own else []), f"{A}rPr", f"{M}t"]
        if "nor" in own:
            assert [child.tag for child in run.find(f"{M}rPr")] == [f"{M}nor"]

    def test_word_processing_markup_is_removed(self) -> None:
        text = '<w:rPr><w:rFonts w:ascii="Cambria Math"/></w:rPr>'
        assert (
            "wordprocessingml"
            not in etree.tostring(self.made(f"<m:oMath>{RUN.format(text)}</m:oMath>")).decode()
        )

    @pytest.mark.parametrize(("name", "mark", "side"), [("limLow", "⏟", "bot"), ("limUpp", "⏞", "top")])
    def test_brace_stretches_over_its_content(self, name: str, mark: str, side: str) -> None:
        lim = f"<m:lim><m:r><m:t>{mark}</m:t></m:r></m:lim>"
        tree = self.made(f"<m:oMath><m:{name}><m:e>{RUN.format('')}</m:e>{lim}</m:{name}></m:oMath>")
        assert tree.find(f".//{M}{name}") is None
        properties = tree.find(f".//{M}groupChr/{M}groupChrPr")
        assert properties.find(f"{M}chr").get(f"{M}val") == mark
        assert properties.find(f"{M}pos").get(f"{M}val") == side

    def test_columns_are_counted_before_alignment(self) -> None:
        part = '<m:mc><m:mcPr><m:mcJc m:val="left"/><m:count m:val="1"/></m:mcPr></m:mc>'
        row = f"<m:mr><m:e>{RUN.format('')}</m:e></m:mr>"
        tree = self.made(f"<m:oMath><m:m><m:mPr><m:mcs>{part}</m:mcs></m:mPr>{row}</m:m></m:oMath>")
        order = [re.sub("{.*}", "", child.tag) for child in tree.find(f".//{M}mcPr")]
        assert order == ["count", "mcJc"]


ROWS = r"\begin{align} a &= b \label{a} \\ c &= d \\ e &= f \label{b} \end{align}"


def test_numbers_of_rows_are_part_of_the_formula(tell: Tell) -> None:
    (slide,) = evidence(tell(ROWS))
    assert isinstance(slide.body, EquationBody)
    assert (slide.body.number, slide.body.text) == ("", "a = b (1.1); c = d; e = f (1.2)")
    rows = re.findall("<m:e>(.*?)</m:e>", slide.body.native.omml)
    assert ["".join(re.findall("<m:t[^>]*>([^<]*)", row)) for row in rows] == [
        "a&amp;=b\u2003\u2003(1.1)",
        "c&amp;=d",
        "e&amp;=f\u2003\u2003(1.2)",
    ]


def test_colours_of_a_formula_are_those_of_its_runs() -> None:
    omml = (
        f'<m:oMath><m:r><w:rPr xmlns:w="{W[1:-1]}"><w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FFFF00"/>'
        "</w:rPr><m:t>x</m:t></m:r></m:oMath>"
    )
    output = etree.tostring(build_equation(omml, {"lang": "en"}, display=False), encoding="unicode")
    assert (
        '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill><a:highlight><a:srgbClr val="FFFF00"/>' in output
    )
    assert "w:color" not in output


def test_lines_of_coloured_structures_have_their_colour(read_book_of: ReadBook) -> None:
    tex = r"\textcolor{red}{\frac{a}{b}} + \frac{\textcolor{red}{a}}{b} + \fcolorbox{blue}{white}{$x$}"
    book, _ = read_book_of(f"$${tex}$$")
    (equation,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]
    math = build_equation(equation.omml, {"lang": "en"}, display=True)
    colours = [
        [colour.get("val") for colour in properties.iter(f"{A}srgbClr")]
        for properties in math.iter(f"{M}ctrlPr")
    ]
    assert colours == [["FF0000"], [], ["0000FF"]]
    assert "w:" not in etree.tostring(math, encoding="unicode")


def test_arrow_below_is_a_group_character() -> None:
    base = "<m:e><m:r><m:t>xy</m:t></m:r></m:e>"
    omml = f'<m:oMath><m:acc><m:accPr><m:chr m:val="\u20ef"/></m:accPr>{base}</m:acc></m:oMath>'
    (group,) = build_equation(omml, {"lang": "en"}, display=False).iter(f"{M}groupChr")
    assert [child.get(f"{M}val") for child in group[0]][:3] == ["→", "bot", "top"]


def test_bold_letters_are_bold_in_the_fallback(tell: Tell) -> None:
    tree = slide_xml(tell("::: {.slide title=T}\n- Of $2\\mathbf{x} = y$\n- b\n:::\n"), 3)
    runs = {text.text: text.getprevious().get("b") for text in drop_alternate_choices(tree).iter(f"{A}t")}
    assert runs["x"] == "1" and runs["2"] != "1" and runs[" = y"] != "1"


@pytest.mark.parametrize(("colour", "codes"), [("yellow", ["CHK015"]), ("blue", [])])
def test_faint_colour_in_a_formula_is_found(colour: str, codes: list[str], tell: Tell) -> None:
    tex = rf"\textcolor{{{colour}}}{{x}} + y"
    data, _ = write_deck(tell(f"::: {{.slide title=T}}\n- Of ${tex}$\n- b\n:::\n"), THEME)
    assert [finding.code for finding in examine_deck(data).findings] == codes
