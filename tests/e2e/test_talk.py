"""Test finished decks as talks: visible slides are numbered without gaps, have unique titles, and fit."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from pptx import Presentation

from tests.e2e.conftest import Built, read_first_takeaways

pytestmark = pytest.mark.e2e

_MOST = 8  # requested slides per chapter; the author's own slides are additional
_COUNTED = re.compile(r"\(\d+\)$")


def slides(built: Built) -> list[tuple[bool, str]]:
    """Return, for each slide in file order, whether it is hidden, and its title."""
    presentation = Presentation(str(built.outputs["pptx"]))
    return [(slide.element.get("show") == "0", slide.shapes.title.text) for slide in presentation.slides]


@pytest.fixture(params=["edition", "scaffold", "everything"])
def built(request: pytest.FixtureRequest) -> Built:
    result: Built = request.getfixturevalue(request.param)
    return result


def test_hidden_slides_come_last(built: Built) -> None:
    runs = [hidden for hidden, _ in groupby(slides(built), key=lambda slide: slide[0])]
    assert runs in ([False], [False, True])


def test_titles_are_unique_without_numbers(built: Built) -> None:
    assert not [title for _, title in slides(built) if _COUNTED.search(title)]


def test_each_title_occurs_once(built: Built) -> None:
    titles = [title for _, title in slides(built)]
    assert sorted(set(titles)) == sorted(titles)


def test_talk_starts_with_its_claim_and_ends_with_that_of_the_conclusion(edition: Built) -> None:
    seen = [title.rstrip(".") for hidden, title in slides(edition) if not hidden]
    assert (seen[1], seen[-1]) == read_first_takeaways()


def test_sections_contain_only_the_slides_of_their_chapter(edition: Built) -> None:
    presentation = Presentation(str(edition.outputs["pptx"]))
    hidden = {str(slide.slide_id) for slide in presentation.slides if slide.element.get("show") == "0"}
    sections = list(presentation.part._element.iter("{*}section"))
    counts = [
        len([entry for entry in section.iter("{*}sldId") if entry.get("id") not in hidden])
        for section in sections
    ]
    assert len(sections) > 10 and max(counts) <= _MOST
