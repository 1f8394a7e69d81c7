"""Test that findings are reported at the source position of the adjacent words."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from triptych.checks.findings import OutputFinding, SourceLocator, limit_findings

BOOK = """\
The lantern stands forty-one metres over the sea.

## The ground

Bare rock, and the keeper says [so](https://example.org). Thrift.

![](dot.png){.decorative}

![A dot on a white page](dot.png)

| Lamp | Light |
|------|-------|
| Oil  | dim   |

Thrift.

![](dot.png)

And $a + b$ more.
"""
FIGURES = ("figure", "chart", "image")


@pytest.fixture
def place_of(read_book_of):
    book, _ = read_book_of(BOOK, files={"source/dot.png": tiny_png()})
    locator = SourceLocator(book)

    def place(**clues) -> str:
        return str(locator.locate(OutputFinding(code="CHK002", message="wrong", **clues)))

    return place


def test_text_locates_its_block(place_of) -> None:
    assert place_of(text="The lantern stands") == "source/section.md:4:1"
    assert place_of(text="1.1 The ground"[4:]).startswith("source/section.md:6:")


def test_text_may_be_hyphenated_differently(place_of) -> None:
    assert place_of(text="forty- one metres\nover THE sea") == "source/section.md:4:1"


def test_repeated_text_is_located_by_the_preceding_text(place_of) -> None:
    assert place_of(
        text="Thrift.", preceding_text="over the sea. The ground Bare rock, and the keeper says so."
    ).endswith(":8:1")
    assert place_of(text="Thrift.", preceding_text="A dot on a white page Lamp Light Oil dim").endswith(
        ":18:1"
    )


def test_repeated_text_is_located_by_nearby_text(read_book_of) -> None:
    book, _ = read_book_of(BOOK, files={"source/dot.png": tiny_png()})
    locator = SourceLocator(book)
    thrift = OutputFinding(
        code="CHK014", message="wrong", text="Thrift.", preceding_text="Nobody wrote this anywhere."
    )
    assert str(locator.locate(thrift)).endswith(":8:1")
    assert str(locator.locate(thrift, ("A slide", "Lamp Light"))).endswith(":18:1")


def test_link_has_a_separate_position(place_of) -> None:
    assert place_of(text="so", kinds=("link",)).startswith("source/section.md:8:")
    assert place_of(text="so", kinds=("link",)) != place_of(text="Bare rock")


def test_content_without_text_is_the_next_of_its_kind(place_of) -> None:
    before = "Lamp Light Oil dim Thrift."
    assert place_of(preceding_text=f"A dot on a white page {before}", kinds=FIGURES).startswith(
        "source/section.md:20:"
    )
    assert place_of(preceding_text=f"A dot on a white page {before}", kinds=("formula",)).startswith(
        "source/section.md:22:"
    )


def test_preceding_text_may_end_with_generated_text(place_of) -> None:
    before = "The lantern stands forty-one metres over the sea. 1.1"
    assert place_of(preceding_text=before) == "source/section.md:4:1"


def test_alt_text_locates_its_figure_and_a_cell_its_table(place_of) -> None:
    assert place_of(text="A dot on a white page").startswith("source/section.md:12:")
    assert place_of(text="Lamp Light Oil dim", kinds=("table",)).startswith("source/section.md:14:")


def test_a_short_word_is_not_found_within_others(place_of) -> None:
    assert place_of(text="metres") == "source/section.md:4:1"
    assert place_of(text="tresov") == "None"


def test_very_short_text_needs_preceding_text(place_of) -> None:
    assert place_of(text="sea") == "None"
    assert (
        place_of(text="sea", preceding_text="The lantern stands forty-one metres over the")
        == "source/section.md:4:1"
    )


def test_unknown_text_has_no_position(place_of) -> None:
    assert place_of(text="Contents") == place_of() == "None"


def test_many_similar_findings_are_limited_and_counted() -> None:
    many = [OutputFinding(code="CHK003", rule="figure", message=f"picture {n}") for n in range(9)]
    other = OutputFinding(code="CHK002", message="other")
    messages = [finding.message for finding in limit_findings([*many, other])]
    assert messages == [*(f"picture {n}" for n in range(4)), "picture 4 (and 4 more like this)", "other"]
    assert [finding.message for finding in limit_findings(many[:5])] == [f"picture {n}" for n in range(5)]
