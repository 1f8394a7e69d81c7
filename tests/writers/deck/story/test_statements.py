"""Test which sentences can stand alone on a slide, and how they are shortened to titles."""

from __future__ import annotations

import pytest

from triptych.model import nodes
from triptych.model.nodes import Inline, Style
from triptych.writers.deck.story.statements import BookSentence, SlideTopic, StatementFinder, find_identifiers

ENGLISH = StatementFinder.from_language("en")


def title(text: str, language: str = "en") -> str:
    return StatementFinder.from_language(language).make_title(BookSentence(text))


def paragraph(*content: Inline | str) -> nodes.Paragraph:
    return nodes.Paragraph(
        content=tuple(nodes.Text(text=part) if isinstance(part, str) else part for part in content)
    )


def strong(text: str) -> Inline:
    return nodes.Styled(style=Style.STRONG, content=(nodes.Text(text=text),))


@pytest.mark.parametrize(
    "text",
    [
        "A reference does not own what it points to.",
        "If the pattern matches, the block runs.",
        "Mutable references have one big restriction.",
        "When a value goes out of scope, Rust drops it.",
    ],
)
def test_self_contained_sentence_is_a_title(text: str) -> None:
    assert title(text) == text.rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "This means that the value is dropped.",  # refers to the preceding text
        "It can hold many values.",
        "The first of the two is a struct.",
        "When it gets a stream, the loop ends.",  # refers to it in its first clause
        "Rust does this without a collector.",  # refers to it in the middle
        "The code here prints a number.",
        "On Windows, enter the command in a shell.",  # asks readers to do something
        "In this section we look at structs.",  # introduces the following text
        "The rules are as follows.",
        "Figure 3 shows the layout of a string.",
        "What does a reference own?",  # has no content
        "You can even hold an enum!",
        "The command prints:",  # continues after its end
        "Side effects include, but are not limited to",
        "Somebody pointed out to us all that because",  # a formula follows
        "Too short.",
    ],
)
def test_dependent_sentence_is_not_a_title(text: str) -> None:
    assert title(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "The mutating keyword is added to its definition",  # the definition of another thing
        "If a default is defined, you can omit that parameter",
        "A variable is read before it",
        "Extensions in this language can",
        "The short answer is yes",
        "Each returns a value that implements the trait",
        "With a runtime, you can expect",
        "Debuggers know how to",
        "Once all that is in place, the user can use the collections",
        "Rather, it is a concession to the readers",
        "You can't, however, present a property as a constant",
        "Conditional statements are covered in more detail in Control Flow",
    ],
)
def test_title_whose_words_refer_to_other_text_is_not_independent(text: str) -> None:
    assert not ENGLISH.is_independent(text)


@pytest.mark.parametrize(
    "text",
    [
        "A class stores its values on the heap",
        "The player class creates a tracker to follow that player",
        "A protocol defines methods that types implement",
        "A variable keeps its value until it is changed",
    ],
)
def test_title_that_explains_its_pronouns_is_independent(text: str) -> None:
    assert ENGLISH.is_independent(text)


def test_request_with_a_relative_clause_introduces_no_list() -> None:
    assert not ENGLISH.is_list_introduction("Contrast the many types you could use for shapes", 3)
    assert ENGLISH.is_list_introduction("When you copy a value, you can change the copy", 3)


@pytest.mark.parametrize("text", ["Which licence is right?", "Why some people seek support", "How it works"])
def test_question_is_recognised_by_its_mark_or_first_word(text: str) -> None:
    assert ENGLISH.is_question(text) and not ENGLISH.is_question("Licences differ")


def test_complete_clause_before_a_formula_is_a_point_without_its_comma() -> None:
    book_sentence = BookSentence("The random variable is distributed according to the component z,")
    assert (
        ENGLISH.make_bullet_point(book_sentence)
        == ENGLISH.make_title(book_sentence)
        == book_sentence.text.rstrip(",")
    )
    assert ENGLISH.make_bullet_point(BookSentence("The definition of the function, from its block, is")) == ""


def test_a_sentence_that_names_a_figure_is_none() -> None:
    assert (
        ENGLISH.make_title(
            BookSentence(
                "A string, see Figure 4, has a pointer on the stack.", references={"Figure 4": "fig-string"}
            )
        )
        == ""
    )


def test_connectives_are_removed() -> None:
    assert title("However, for example, most real data is untidy.") == "Most real data is untidy"


def test_code_identifier_keeps_its_lower_case() -> None:
    book_sentence = BookSentence("However, mod is not an include operation.", identifiers=frozenset({"mod"}))
    assert ENGLISH.make_title(book_sentence) == "mod is not an include operation"


def test_a_long_sentence_is_shortened_at_a_clause() -> None:
    long = (
        "A slice is a kind of reference, so it does not have ownership, "
        "and the compiler checks that what it refers to stays valid for as long as the slice is used."
    )
    assert title(long) == "A slice is a kind of reference"


def test_first_of_two_joined_sentences_is_used() -> None:
    assert title("A reference to a type T has type &T. A value is made with &.") == (
        "A reference to a type T has type &T"
    )


def test_beginning_without_a_verb_is_not_a_title() -> None:
    long = "Threads, channels, mutexes and atomics: " + "all of them are ways to share work and " * 3
    assert title(long) == ""


@pytest.mark.parametrize(
    ("text", "is_statement"),
    [
        ("Solar power leads in every month", True),
        ("A User struct definition", False),
        ("Creating an instance that has two fields", False),
        ("A module containing others that then contain functions", False),
        ("Two use statements where one is within the other", False),
        ("A parallel workflow, where work happens on two tasks", False),
        ("Some new ways in which futures can be executed", False),
        ("Pixel attributions or saliency maps for the gradient method", False),
        ("A function maps each input to a value", True),
        ("The representation in memory after the value has been invalidated", False),
        ("Rewriting a listing using multiple impl blocks", False),
        ("Adding a path in a scope is similar to creating a link", True),
        ("The spawn function returns a handle, where T is the type of the result", True),
        ("If a pattern matches, the block runs", True),
        ("Rust ensures that references are valid", True),
    ],
)
def test_statement_is_distinguished_from_a_label(text: str, is_statement: bool) -> None:
    assert ENGLISH.is_statement(text) == is_statement


def test_language_without_verb_patterns_accepts_any_statement() -> None:
    assert StatementFinder.from_language("tlh").is_statement("A label")


def test_other_languages_have_separate_patterns() -> None:
    assert title("Ein Verweis besitzt den Wert nicht, auf den er zeigt.", "de")
    assert title("Dies gilt auch für andere Werte im Speicher.", "de") == ""
    assert title("参照は値を所有しない。", "ja") == "参照は値を所有しない"


def test_sentence_that_shares_words_with_the_topic_scores_higher() -> None:
    topic = SlideTopic("References and borrowing", identifiers=find_identifiers("let r = &s1;"))
    near = BookSentence("A reference borrows s1.", identifiers=frozenset({"s1"}))
    far = BookSentence("There are two kinds of memory.")
    assert ENGLISH.score_sentence(near, topic) > 1 > ENGLISH.score_sentence(far, topic)


def test_key_sentence_mentions_the_heading_or_defines_a_term() -> None:
    blocks = (
        paragraph("Let us begin. Many things happen in a program that runs."),
        paragraph("A ", strong("reference"), " is like a pointer with a promise."),
    )
    assert ENGLISH.find_key_sentence(blocks, "References") == "A reference is like a pointer with a promise"
    assert ENGLISH.find_key_sentence(blocks[:1], "References") == ""


@pytest.mark.parametrize(
    ("heading", "is_key"), [("Scopes", False), ("The scope of first", True)], ids=["example", "topic"]
)
def test_key_sentence_is_not_about_an_example(heading: str, *, is_key: bool) -> None:
    definition = paragraph("A ", strong("scope"), " of ", nodes.Code(text="first"), " is nested in a file.")
    definite = paragraph("The ", strong("function"), " is in the scope of the file.")
    expected = "A scope of first is nested in a file" if is_key else ""
    assert ENGLISH.find_key_sentence((definition, definite), heading) == expected


def test_lead_in_loses_its_colon_on_a_slide() -> None:
    sentence = BookSentence("A loop reads each element of a vector:")
    assert ENGLISH.make_bullet_point(sentence) == ""
    assert ENGLISH.make_bullet_point(sentence, is_lead_in=True) == "A loop reads each element of a vector"


def test_a_message_is_a_whole_sentence() -> None:
    long = "Ownership keeps memory safe at compile time, which no collector does, in programs of any size at all."
    assert title(long) != long.rstrip(".")
    assert ENGLISH.find_message((paragraph(long),), "Ownership") == long.rstrip(".")


def test_space_before_a_dotted_name_is_kept() -> None:
    (sentence,) = ENGLISH.iter_sentences(paragraph("The command .\\main starts a program ."))
    assert sentence.text == "The command .\\main starts a program."


@pytest.mark.parametrize("heading", ["Exercises", "Exercise: Counting", "Prerequisites"])
def test_talk_omits_exercises(heading: str) -> None:
    assert ENGLISH.is_exercise_heading(heading)


@pytest.mark.parametrize("heading", ["Exercised rights", "Summary", "Quiz shows of the world"])
def test_other_headings_are_none(heading: str) -> None:
    assert not ENGLISH.is_exercise_heading(heading)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This chart clearly shows that sales of bread fell in 2020.", "Sales of bread fell in 2020"),
        ("Each dot represents one car in the city.", ""),
        ("The birds’ sex is indicated by colour.", ""),
        ("Part (b) is a reproduction of the figure.", ""),
        ("Any such tax should satisfy several criteria.", ""),
        (
            "Bars from Canada have higher ratings than U.S. bars, because tariffs differ across the large regions of the continent.",
            "Bars from Canada have higher ratings than U.S. bars",
        ),
        ("Tax on bread, with its share represented by the area.", ""),
    ],
)
def test_titles_from_captions_are_claims(text: str, expected: str) -> None:
    assert title(text) == expected


def test_title_for_a_list_is_not_an_incomplete_sentence() -> None:
    assert not ENGLISH.is_complete("We recommend in particular that")


def test_message_has_a_word_of_the_heading_or_a_term() -> None:
    blocks = (paragraph("Amidst the guests was Zvi with a smile."),)
    assert ENGLISH.find_message(blocks, "Ownership") == ""
