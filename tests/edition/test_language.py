"""Test the wording of the edition: no repeated phrases, and a section on limits for each field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests.edition.conftest import name_of
from tests.edition.data import SOURCE
from tests.edition.texts import words
from triptych.model import nodes
from triptych.model.book import Chapter, Role
from triptych.model.walk import plain_text

METHOD = "data-and-method.md"  # it states once, for all chapters, what the sources do not cover
BOX = "Limits, and what to watch"

# Phrases about the text's own sources instead of its subject.
_REFRAIN = re.compile(
    r"""\b(?:
    no\ sources?\ (?:used|read|here|says?)
    | sources?\ (?:used|read)(?:\ (?:here|for))?
    | sources?\ (?:do|does|did)(?:n[’']t|\ not)
    | (?:count|figures?|reports?)\ (?:do|does|did)(?:n[’']t|\ not)\ (?:say|give|tell)
    | no\ (?:\w+,?\ ){0,3}(?:dependable|later|recent|newer|comparable|independent|measured)\ (?:\w+\ ){0,3}?
      (?:figures?|counts?|numbers?|shares?|data|comparisons?)
    | no(?:thing|ne)?\b[^.;:]{0,60}\b(?:was|were|could\ be)\ (?:found|read|seen)
    | as\ far\ as\ (?:it|they|the\ \w+)\ could
    | excerpts?
    )\b""".replace("\\ ", r"\s+"),
    re.VERBOSE | re.IGNORECASE,
)
_OVER_80 = re.compile(
    r"\b(?:over|more\s+than|above|exceed(?:s|ed|ing)?|upwards\s+of)\s+(?:80\s?%|eighty\s+per\s+cent)",
    re.IGNORECASE,
)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def found(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Return where a pattern occurs in the English edition: the file, and the line with the words."""
    for path in (*sorted(SOURCE.glob("*.md")), SOURCE / "book.yaml", SOURCE / "glossary.yaml"):
        text = path.read_text("utf-8")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield path.name, f"{path.name}:{line}: {' '.join(match[0].split())}"


def test_uncertainty_is_not_repeated_as_a_phrase() -> None:
    """Test that statements on missing data occur once per chapter, and at most four times in the book."""
    places = [place for place in found(_REFRAIN) if place[0] != METHOD]
    times = Counter(name for name, _ in places)
    report([place for name, place in places if times[name] > 1])
    report([place for _, place in places] if len(places) > 4 else [])


def test_percentage_is_not_repeated_often() -> None:
    places = [place for _, place in found(_OVER_80)]
    report(places if len(places) > 3 else [])


def test_each_field_ends_with_limits_and_indicators(chapters: list[Chapter]) -> None:
    wrong = []
    for chapter in chapters:
        if chapter.role in (Role.INTRODUCTION, Role.CONCLUSION):
            continue
        boxes = [
            block
            for block in chapter.blocks
            if isinstance(block, nodes.Callout) and plain_text(block.title) == BOX
        ]
        blocks = [
            block for block in chapter.blocks if not isinstance(block, nodes.Slide | nodes.SpeakerNotes)
        ]
        if len(boxes) != 1:
            wrong.append(f"source/{name_of(chapter)}.md: {len(boxes)} boxes “{BOX}”")
            continue
        (box,) = boxes
        place = f"source/{name_of(chapter)}.md:{box.span.line if box.span else '?'}"
        if blocks[-1] is not box:
            wrong.append(f"{place}: the box does not end the chapter")
        openings = [words(item.content) for item in box.content if isinstance(item, nodes.Paragraph)]
        if (
            len(openings) != 2
            or not openings[0].startswith("Limits.")
            or not openings[1].startswith("To watch.")
        ):
            wrong.append(f"{place}: the box is not a paragraph “Limits.” and one “To watch.”")
        elif not re.search(r"\b(?:20\d\d|next|due|until|by|when|whether|each)\b", openings[1], re.IGNORECASE):
            wrong.append(f"{place}: nothing to watch has a time")
    report(wrong)
