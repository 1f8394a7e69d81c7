"""Test the rules on header cells, link texts, and information conveyed by colour alone."""

from __future__ import annotations

import pytest

from tests.passes.accessibility.conftest import Codes

CHART = '::: {.chart data=energy.csv x=year y=wind,sun type=line fig-alt="Both rise."}\nOutput\n:::\n\n'
TABLE = "| Metal | Price |\n|---|---|\n| Iron | 1 |\n\n"


class TestTables:
    @pytest.mark.parametrize(
        "markdown",
        [
            "------ ----\nIron   Fe\nGold   Au\n------ ----\n",
            "|   |   |\n|---|---|\n| 1 | 2 |\n",
            "<table><tr><td>1</td><td>2</td></tr></table>\n",
        ],
    )
    def test_table_without_headers_is_reported(self, codes: Codes, markdown: str) -> None:
        assert [finding.partition(": ")[2] for finding in codes(markdown)] == ["ACC003"]

    @pytest.mark.parametrize(
        "markdown",
        [
            TABLE,
            "<table><tr><th>Iron</th><td>1</td></tr><tr><th>Gold</th><td>2</td></tr></table>\n",
            "| | Price |\n|---|---|\n| Iron | 1 |\n",
            "| Metal | |\n|---|---|\n| Iron | |\n",
            "<table><thead><tr><th></th><th colspan=2>Metals</th></tr><tr><th></th><th>Iron</th><th></th></tr></thead>"
            "<tr><td>a</td><td>1</td><td>2</td></tr></table>\n",
        ],
    )
    def test_table_with_headers_is_valid(self, codes: Codes, markdown: str) -> None:
        assert codes(markdown) == []

    def test_each_column_without_a_name_is_found(self, codes: Codes) -> None:
        assert len(codes("| A | | |\n|---|---|---|\n| 1 | 2 | 3 |\n")) == 2

    def test_row_spans_are_considered(self, codes: Codes) -> None:
        html = (
            "<table><thead><tr><th rowspan=2>Metal</th><th>Price</th><th></th></tr><tr><th>now</th><th></th></tr>"
            "</thead><tr><td>Iron</td><td>1</td><td>2</td></tr></table>\n"
        )
        assert codes(html) == ["4: ACC004"]


class TestLinks:
    @pytest.mark.parametrize("text", ["here", "Click here", "this link", "**Read more** …", "*link*"])
    def test_uninformative_link_text_is_reported(self, codes: Codes, text: str) -> None:
        assert codes(f"See [{text}](https://a.example).\n") == ["4: ACC007"]

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("de", "hier"),
            ("fr", "cliquez ici"),
            ("es", "aquí"),
            ("it", "qui"),
            ("pt-BR", "clique aqui"),
            ("nl", "lees meer"),
        ],
    )
    def test_each_language_has_such_texts(self, codes: Codes, language: str, text: str) -> None:
        assert codes(f"[{text}](https://a.example)\n", lang=language) == ["5: ACC007"]

    @pytest.mark.parametrize(
        "text", ["the report", "here is the report", "Link Layer Protocol", "https://a.example/short"]
    )
    def test_a_text_that_names_its_target_is_fine(self, codes: Codes, text: str) -> None:
        assert codes(f"See [{text}](https://a.example).\n") == []

    def test_long_url_as_link_text_is_reported(self, codes: Codes) -> None:
        assert codes(f"<https://a.example/{'x' * 42}>\n") == []
        assert codes(f"<https://a.example/{'x' * 43}>\n") == ["4: ACC007"]

    def test_one_text_for_two_targets_is_found_at_the_second(self, codes: Codes) -> None:
        markdown = "The [report](https://a.example/1).\n\nThe [Report](https://a.example/2).\n"
        assert codes(markdown) == ["6: ACC008"]

    @pytest.mark.parametrize(
        "second",
        [
            "[report](https://a.example/1)",
            "[report](http://www.a.example/1/)",
            "[other report](https://a.example/2)",
            "\n\n## Next\n\n[report](https://a.example/2)",
        ],
    )
    def test_one_text_for_one_target_or_in_two_sections_is_fine(self, codes: Codes, second: str) -> None:
        assert codes(f"The [report](https://a.example/1) and {second}\n") == []

    def test_years_of_sources_may_be_the_same(self, codes: Codes) -> None:
        assert codes("As @ash says, and @elm.\n", manifest="bibliography: two.bib\n") == []


class TestColoursInWords:
    @pytest.mark.parametrize(
        ("language", "sentence"),
        [
            ("en", "See the red line."),
            ("en", "Green bars are estimates."),
            ("en", "Estimates are shown in blue."),
            ("en", "The red and blue curves cross."),
            ("en", "The area in light green is the forecast."),
            ("de", "Die rote Linie steigt."),
            ("de", "Schätzungen sind grün markiert."),
            ("de", "Die Balken in Blau sind Schätzungen."),
            ("fr", "La ligne rouge monte."),
            ("fr", "Les estimations sont indiquées en vert."),
            ("es", "La línea roja sube."),
            ("es", "Las estimaciones están marcadas en azul."),
        ],
    )
    def test_reference_by_colour_is_reported(self, codes: Codes, language: str, sentence: str) -> None:
        assert codes(CHART + sentence + "\n", lang=language) == ["9: ACC005"]

    @pytest.mark.parametrize(
        "sentence",
        [
            "The red line, sun, rises.",
            "The dashed red line rises.",
            "The red line at the top rises.",
            "A red line is drawn where data are missing.",
            "Green energy is shown on all pages.",
            "The Red Cross marked its day in bluebell season.",
            "The lines rise in turn.",
        ],
    )
    def test_reference_with_another_cue_is_valid(self, codes: Codes, sentence: str) -> None:
        assert codes(CHART + sentence + "\n") == []

    def test_text_far_from_drawings_is_valid(self, codes: Codes) -> None:
        assert codes("## A\n\n" + CHART + "## B\n\nThe red line of the metro.\n") == []

    def test_only_table_parts_are_checked_near_a_table(self, codes: Codes) -> None:
        assert codes(TABLE + "The red line of the metro.\n\nThe red cells are estimates.\n") == ["10: ACC005"]

    def test_a_caption_is_looked_at_too(self, codes: Codes) -> None:
        assert codes('![Growth: the red line is wind](dot.png){fig-alt="Growth"}\n') == ["4: ACC005"]


class TestColoursInLooks:
    @pytest.mark.parametrize("attributes", [".red", ".text-danger", 'style="color: red"', ".bg-blue .red"])
    def test_a_span_that_is_only_coloured_is_found(self, codes: Codes, attributes: str) -> None:
        assert codes(f"Fill in [these]{{{attributes}}}.\n") == ["4: ACC006"]

    @pytest.mark.parametrize(
        "span",
        [
            "**[these]{.red}**",
            "[**these**]{.red}",
            "[these]{.red .field}",
            'the [these]{style="color: red; font-weight: bold"}',
            "[these]{.reduced}",
            "[these]{lang=de}",
        ],
    )
    def test_span_with_another_style_is_valid(self, codes: Codes, span: str) -> None:
        assert codes(f"Fill in {span}.\n") == []

    def test_cells_that_are_only_coloured_are_found_once_a_table(self, codes: Codes) -> None:
        html = "<table><tr><th>A</th></tr><tr><td style='color:red'>1</td></tr><tr><td>2</td></tr>"
        assert codes(html + "<tr><td class='green'>3</td></tr></table>\n") == ["4: ACC006"]

    def test_a_table_of_one_colour_is_fine(self, codes: Codes) -> None:
        html = "<table><tr><th>A</th></tr><tr><td style='color:red'>1</td></tr></table>\n"
        assert codes(html) == []
