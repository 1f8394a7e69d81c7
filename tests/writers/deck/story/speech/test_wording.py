"""Test the conversion of written to spoken sentences."""

from __future__ import annotations

import pytest

from triptych.languages.labels import load_labels
from triptych.model.nodes import Citation, Inline, Math, Note, Paragraph, Reference, Text
from triptych.writers.deck.story.remarks import SentenceRewriter

HERE = {"fig-a": "chart"}


def said(*content: str | Inline, language: str = "en") -> str | None:
    inlines = tuple(Text(text=item) if isinstance(item, str) else item for item in content)
    sentence = SentenceRewriter(load_labels(language), HERE).rewrite_sentence(inlines)
    return sentence.text if sentence else None


def reference(target: str = "fig-a", text: str = "Figure 1.2") -> Reference:
    return Reference(target=target, content=(Text(text=text),))


def citation(text: str) -> Citation:
    return Citation(entries=("a",), content=(Text(text=text),))


def test_citation_is_not_spoken() -> None:
    assert said("It grew ", citation("(Smith 2020)"), ".") == "It grew."
    assert said("It grew", citation("[12]"), ", and fell ", citation("[3]"), ".") == "It grew, and fell."


def test_a_name_that_the_sentence_needs_is() -> None:
    assert said(citation("Smith (2020)"), " found it.") == "Smith found it."


def test_notes_are_left_to_readers() -> None:
    note = Note(content=(Paragraph(content=(Text(text="Really."),)),))
    assert said("It grew", note, ".") == "It grew."


def test_formulas_are_spoken_in_words() -> None:
    formula = Math(tex="x^2", text="x²", spoken="x squared", mathml="")
    assert said("Take ", formula, ".") == "Take x squared."


def test_capitals_of_formulas_are_seen_by_the_speaker() -> None:
    mathml = "<math><mrow><mi>N</mi><mo>=</mo><mi>Γ</mi></mrow></math>"
    formula = Math(tex="", text="", spoken="cap N equals cap gamma", mathml=mathml)
    assert said("Let ", formula, ".") == "Let N equals cap gamma."


def test_reference_to_the_displayed_element_has_no_number() -> None:
    assert said(reference(), " shows it.") == "The chart shows it."
    assert said("As ", reference(), " shows, it grew.") == "As the chart shows, it grew."
    assert said("It grew (", reference(), ").") == "It grew."
    assert said("The ", reference(), " shows it.") == "The chart shows it."


def test_a_language_that_inflects_has_the_words_at_the_beginning_only() -> None:
    figure = reference(text="Abbildung 1.2")
    assert said(figure, " zeigt es.", language="de") == "Das Diagramm zeigt es."
    assert said("Es wächst in ", figure, ".", language="de") == "Es wächst in Abbildung 1.2."


def test_below_is_not_said_on_a_slide() -> None:
    assert said("The table below lists them.") == "The table lists them."


@pytest.mark.parametrize("content", [(citation("(Smith 2020)"), "."), ("",)])
def test_empty_sentence_is_omitted(content: tuple[str | Inline, ...]) -> None:
    assert said(*content) is None


def test_sentence_states_what_it_depends_on() -> None:
    wording = SentenceRewriter(load_labels("en"), HERE)

    def of(*content: str | Inline) -> tuple[bool, bool, bool, bool]:
        inlines = tuple(Text(text=item) if isinstance(item, str) else item for item in content)
        sentence = wording.rewrite_sentence(inlines)
        assert sentence
        return (
            sentence.is_about_slide,
            sentence.has_other_reference,
            sentence.needs_previous,
            sentence.ends_with_colon,
        )

    assert of(reference(), " grew.") == (True, False, False, False)
    assert of(reference("fig-b"), " grew.") == (False, True, False, False)
    assert of("It grew.") == (False, False, True, False)
    assert of("Prices matter most:") == (False, False, False, True)
