"""Test credits by role: on the cover, on the title page, in the imprint."""

from __future__ import annotations

import datetime as dt

from triptych.model.book import (
    IN_IMPRINT,
    ON_TITLE_PAGE,
    RELATOR_WORDS,
    RELATORS,
    Chapter,
    Credit,
    Label,
    LabelKind,
    Metadata,
    Part,
    Person,
    format_equation_number,
    get_credited_role,
)
from triptych.model.nodes import Attr, Equation, Image


def made_by(*people: tuple[str, str]) -> Metadata:
    return Metadata(
        title="T",
        language="en",
        identifier="urn:x",
        modified=dt.datetime(2024, 1, 1),
        people=tuple(Person(name=name, role=role) for name, role in people),
    )


def test_each_role_has_its_conventional_place() -> None:
    book = made_by(
        ("Cy", "cov"),
        ("Ed", "edt"),
        ("Ada", "aut"),
        ("Tom", "trl"),
        ("Bo", "aut"),
        ("Red", "red"),
        ("Eve", "edt"),
    )
    assert book.authors == ("Ada", "Bo")
    assert book.title_credits == (
        Credit("edt", ("Ed", "Eve")),
        Credit("trl", ("Tom",)),
        Credit("ctb", ("Red",)),
    )
    assert book.imprint_credits == (Credit("cov", ("Cy",)),)
    assert book.maker == Credit("aut", ("Ada", "Bo"))


def test_a_book_without_an_author_is_of_the_first_on_its_title_page() -> None:
    assert made_by(("Cy", "cov"), ("Tom", "trl"), ("Ed", "edt")).maker == Credit("edt", ("Ed",))
    assert made_by().maker == Credit("aut", ())


def test_all_words_and_credits_are_codes() -> None:
    assert {*ON_TITLE_PAGE, *IN_IMPRINT, *RELATOR_WORDS.values()} <= RELATORS
    assert [get_credited_role(role) for role in ("aut", "ill", "bkd", "ink")] == ["aut", "ill", "bkd", "ctb"]


def test_formula_is_named_by_its_tag_or_number() -> None:
    labels = {
        "eq-a": Label(kind=LabelKind.EQUATION, number="1.2"),
        "eq-b": Label(kind=LabelKind.EQUATION, number=""),
    }
    formulas = [Equation(tex="x", mathml="", attr=Attr(name)) for name in ("eq-a", "eq-b", "eq-c")]
    assert [format_equation_number(formula, labels) for formula in formulas] == ["(1.2)", "", ""]
    assert format_equation_number(Equation(tex="x", mathml="", tag="*", attr=Attr("eq-a")), labels) == "*"


def test_an_opener_has_the_picture_of_the_part_and_of_the_chapter() -> None:
    item, two = (Image(source=name, alt="") for name in ("part.png", "chapter.png"))
    chapter = Chapter(id="c", slug="c", source="", title=(), blocks=(), image=(two,))
    within = Chapter(
        id="c",
        slug="c",
        source="",
        title=(),
        blocks=(),
        image=(two,),
        part=Part(id="p", title="P", image=(item,)),
    )
    assert (chapter.opener_images, within.opener_images) == ((two,), (item, two))
