"""Where quires stand: rectos and versos, blank pages between them, and what pages are called."""

from __future__ import annotations

import pytest

from tests.writers.print.quires import quire, sheet
from triptych.writers.print.composing import PlacedQuire, add_blank_pages, collect_page_labels, place_quires
from triptych.writers.print.serialisation import SerialisedQuire, serialise_quire
from weasyprint_typography.page_boxes import NamedString, PageKind


def document(
    pages: int, side: str = "recto", *anchors: tuple[str, int], is_front: bool = False
) -> tuple[SerialisedQuire, bool]:
    """A quire of so many pages, with ids on some of them."""
    return serialise_quire(
        quire(pages, anchors={name: (page, 0, 0) for name, page in anchors}, side=side)
    ), is_front


def front(pages: int, side: str = "", *anchors: tuple[str, int]) -> tuple[SerialisedQuire, bool]:
    return document(pages, side, *anchors, is_front=True)


def shown(placed: list[PlacedQuire]) -> str:
    """The pages in order as they are called, ``–`` before blank ones; quires are parted by bars."""
    return " | ".join(
        " ".join(
            ("–" if page.kind.blank else "") + one.format_page_label(n)
            for n, page in enumerate(one.quire.pages)
        )
        for one in placed
    )


@pytest.mark.parametrize(
    ("quires", "pages"),
    [
        ([], ""),
        ([document(1)], "1"),
        ([document(2), document(1)], "1 2 | 3"),
        ([document(1), document(1)], "1 | –2 | 3"),
        ([document(3), document(2), document(1)], "1 2 3 | –4 | 5 6 | 7"),
        # What may begin anywhere follows at once.
        ([document(1), document(2, ""), document(1)], "1 | 2 3 | –4 | 5"),
        ([document(1), document(1, ""), document(1)], "1 | 2 | 3"),
        ([document(2), document(1, "verso")], "1 2 | –3 | 4"),
        ([document(1), document(1, "verso")], "1 | 2"),
        # Front matter is counted by itself, and the body begins on a recto whatever it asks for.
        ([front(4), document(1)], "i ii iii iv | 1"),
        ([front(3), document(2), document(1)], "i ii iii | –iv | 1 2 | 3"),
        ([front(1), document(2, "")], "i | –ii | 1 2"),
        ([front(2), document(2, "")], "i ii | 1 2"),
        ([front(1), front(2), front(1, "recto"), document(1)], "i | ii iii | –iv | v | –vi | 1"),
        # The sides of the body are those of the whole book.
        ([front(4), document(1), document(1)], "i ii iii iv | 1 | –2 | 3"),
    ],
)  # fmt: skip
def test_quires_begin_on_the_side_that_they_ask_for(
    quires: list[tuple[SerialisedQuire, bool]], pages: str
) -> None:
    assert shown(place_quires(quires)) == pages


def test_versos_are_told_apart_from_rectos() -> None:
    placed = place_quires([front(1), document(1), document(2, ""), document(1)])
    assert shown(placed) == "i | –ii | 1 | 2 3 | –4 | 5"
    assert [one.verso for one in placed] == [False, True, False, True, True, False]


def test_a_book_that_begins_with_a_verso_has_a_blank_page_before_it() -> None:
    placed = place_quires([document(1, "verso")])
    assert shown(placed) == "–1 | 2"
    assert [one.verso for one in placed] == [False, True]


@pytest.mark.parametrize(("rtl", "side"), [(False, "left"), (True, "right")])
def test_blank_pages_lie_on_their_side_of_the_spine(rtl: bool, side: str) -> None:
    """Versos are the left pages of a book, and the right ones of a book that is read from right to left."""
    _, blank, _ = place_quires([document(1), document(1)], rtl=rtl)
    assert blank.quire.pages[0].kind == PageKind(side, True, "", 0, ())


def test_a_blank_page_is_as_large_as_the_one_before_it_and_goes_on_with_its_strings() -> None:
    size = (100, 200)
    strings = (NamedString("title", "A", ("B", "C")), NamedString("part", "P"), NamedString("none", None))
    before = serialise_quire(quire([sheet(), sheet(), sheet(size=size, strings=strings)], side="recto"))
    _, blank, _ = place_quires([(before, False), document(1)])
    (page,) = blank.quire.pages
    assert page.size == size
    assert page.strings == (NamedString("title", "C"), NamedString("part", "P"), NamedString("none", None))
    assert (blank.quire.links, blank.quire.anchors, blank.quire.roots, page.used_resources) == (
        (),
        {},
        (),
        (),
    )


def test_pages_are_numbered_from_the_first_of_their_quire() -> None:
    placed = place_quires([front(3), document(2), document(3)])
    assert [list(one.page_numbers) for one in placed] == [[1, 2, 3], [4], [1, 2], [3, 4, 5]]
    assert [one.roman for one in placed] == [True, True, False, False]


def test_ids_are_led_to_their_pages_and_the_first_of_two_counts() -> None:
    placed = place_quires(
        [
            front(3, "", ("preface", 2), ("toc", 0)),
            document(1, "recto", ("one", 0), ("twice", 0)),
            document(3, "recto", ("two", 0), ("late", 2), ("twice", 1)),
        ]
    )
    assert collect_page_labels(placed) == {
        "preface": "iii",
        "toc": "i",
        "one": "1",
        "twice": "1",
        "two": "3",
        "late": "5",
    }


def test_documents_without_ids_have_no_pages_to_name() -> None:
    assert collect_page_labels(place_quires([document(3)])) == {}


@pytest.mark.parametrize(
    ("pages", "ends_blank", "expected"),
    [
        (2, False, "1 2"),
        (3, False, "1 2 3 | –4"),
        (3, True, "1 2 3 | –4"),
        (4, True, "1 2 3 4 | –5 | –6"),
    ],
)
def test_the_last_leaf_of_a_bound_book_has_two_pages(pages: int, ends_blank: bool, expected: str) -> None:
    placed = place_quires([document(pages)])
    assert shown(add_blank_pages(placed, ends_blank=ends_blank)) == expected
    assert [one.verso for one in add_blank_pages(placed, ends_blank=ends_blank)] == [
        one.first_page_number % 2 == 0 for one in add_blank_pages(placed, ends_blank=ends_blank)
    ]
