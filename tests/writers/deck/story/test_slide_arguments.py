"""Test the arguments of slide() in untrusted storyboards."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import jinja2
import pytest
from markupsafe import Markup

from triptych.writers.deck.slides import Run, SlideKindName
from triptych.writers.deck.story.content_slides import ContentSlide
from triptych.writers.deck.story.drafts import SlideCounter, check_arguments


def test_text_is_converted_to_slide_arguments() -> None:
    arguments = check_arguments(
        {
            "layout": "bullets",
            "title": Markup("A"),
            "points": ["one", ("two ", Run(text="three", bold=True))],
            "notes": "said",
            "hidden": 1,
        }
    )
    assert (
        arguments.layout is SlideKindName.BULLETS
        and type(arguments.title) is str
        and arguments.hidden is True
    )
    assert arguments.points == [(Run(text="one"),), (Run(text="two "), Run(text="three", bold=True))]
    assert arguments.notes == [(Run(text="said"),)]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("layout", "nothing", 'slide() has no layout "nothing"; the layouts are title'),
        ("layout", print, "`layout` of slide() must be the name of a layout"),
        ("title", None, "`title` of slide() must be a string"),
        ("kicker", print, "`kicker` of slide() must be a string"),
        ("overflow", "all", '`overflow` of slide() must be "split", "shrink" or "error", not "all"'),
        ("points", "text", "`points` of slide() must be a list of strings"),
        ("points", [print], "`points` of slide() must be a list of strings"),
        ("points", {"a": 1}, "`points` of slide() must be a list of strings"),
        ("notes", [[1]], "`notes` of slide() must be a list of strings or notes"),
        ("links", ["a"], "`links` of slide() must be a list of chapters"),
        ("chapter", "a", "`chapter` of slide() must be a chapter"),
        ("evidence", "a", "`evidence` of slide() must be an item"),
        ("hidden", [], "`hidden` of slide() must be true or false"),
        ("span", None, "slide() has no argument `span`; the arguments are chapter"),
    ],
)
def test_anything_else_is_named(name: str, value: object, message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as failed:
        check_arguments({name: value})
    assert str(failed.value).startswith(message)


def test_missing_argument_is_reported() -> None:
    with pytest.raises(jinja2.UndefinedError, match="theme"):
        check_arguments({"title": jinja2.StrictUndefined(name="theme")})


def _given(**more: object) -> dict[str, object]:
    return {"layout": "bullets", "title": "A", **more}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (_given(title="a" * 2_001), "`title` of slide() has more than 2,000 characters"),
        (_given(section="a" * 2_001), "`section` of slide() has more than 2,000 characters"),
        (_given(points=["a"] * 1_001), "a slide has more than 1,000 points, lines and links"),
        (_given(points=["a" * 20_000]), "a point or line of a slide has more than 20,000 characters"),
        (
            _given(points=[[""] * 20_001]),
            "a point or line of a slide has more than 20,000 characters",
        ),
        (
            _given(notes=["a" * 4_000_001]),
            "the notes of the storyboard have more than 4,000,000 characters",
        ),
    ],
)
def test_oversized_slide_is_rejected(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as rejected:
        SlideCounter().count(check_arguments(given))
    assert str(rejected.value) == message


def test_endless_slides_are_rejected() -> None:
    counter, arguments = SlideCounter(), check_arguments(_given(points=["a" * 10, "b"] * 2))
    for _ in range(2_000):
        counter.count(arguments)
    with pytest.raises(ValueError, match="more than 2,000 slides"):
        counter.count(arguments)


def test_repeated_content_on_many_slides_is_rejected() -> None:
    counter = SlideCounter()
    arguments = replace(check_arguments(_given()), evidence=cast(ContentSlide, object()))
    for _ in range(20):
        counter.count(arguments)
    with pytest.raises(ValueError, match="more than 20 slides have the same `evidence`"):
        counter.count(arguments)


def test_endless_texts_are_rejected() -> None:
    counter, arguments = SlideCounter(), check_arguments(_given(lines=["a" * 9_000] * 20))
    counter.count(arguments)
    with pytest.raises(ValueError, match="all slides have more than 200,000 characters"):
        counter.count(arguments)
