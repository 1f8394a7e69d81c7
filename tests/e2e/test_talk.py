"""Finished decks as a talk: what is seen is numbered without a gap, titled once, and no more than was asked."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from pptx import Presentation

from tests.e2e.conftest import Built

pytestmark = pytest.mark.e2e

_MOST = 8  # slides of a chapter that nobody asked for; authors' own come beside them
_COUNTED = re.compile(r"\(\d+\)$")


def slides(built: Built) -> list[tuple[bool, str]]:
    """For each slide in the order of the file whether it is hidden, and its title."""
    opened = Presentation(str(built.outputs["pptx"]))
    return [(slide.element.get("show") == "0", slide.shapes.title.text) for slide in opened.slides]


@pytest.fixture(params=["edition", "scaffold", "everything"])
def built(request: pytest.FixtureRequest) -> Built:
    made: Built = request.getfixturevalue(request.param)
    return made


def test_hidden_slides_stand_last(built: Built) -> None:
    runs = [hidden for hidden, _ in groupby(slides(built), key=lambda slide: slide[0])]
    assert runs in ([False], [False, True])


def test_no_title_is_counted_to_tell_it_from_another(built: Built) -> None:
    assert not [title for _, title in slides(built) if _COUNTED.search(title)]


def test_each_title_stands_once(built: Built) -> None:
    titles = [title for _, title in slides(built)]
    assert sorted(set(titles)) == sorted(titles)


def test_a_talk_begins_with_what_it_says_and_ends_with_it(edition: Built) -> None:
    seen = [title for hidden, title in slides(edition) if not hidden]
    takeaway = seen[1]
    assert seen[-1].rstrip(".") == takeaway
    assert not takeaway.endswith("…")


def test_sections_of_the_file_hold_no_more_than_a_chapter_shows(edition: Built) -> None:
    opened = Presentation(str(edition.outputs["pptx"]))
    hidden = {str(s.slide_id) for s in opened.slides if s.element.get("show") == "0"}
    sections = list(opened.part._element.iter("{*}section"))
    counts = [
        len([entry for entry in section.iter("{*}sldId") if entry.get("id") not in hidden])
        for section in sections
    ]
    assert len(sections) > 10 and max(counts) <= _MOST
