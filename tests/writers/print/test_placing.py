"""Test the positions of quires: rectos and versos, blank pages between them, and page labels."""

from __future__ import annotations

import pytest

from tests.writers.print.quires import quire, sheet
from triptych.writers.print.composing import PlacedQuire, add_blank_pages, collect_page_labels, place_quires
from triptych.writers.print.serialisation import SerialisedQuire, serialise_quire
from weasyprint_typography.page_boxes import NamedString, PageKind


def document(
    pages: int, side: str = "recto", *anchors: tuple[str, int], is_front: bool = False
) -> tuple[SerialisedQuire, bool]:
    """Return a quire with the given number of pages, with ids on some of them."""
    return serialise_quire(
        quire(pages, anchors={name: (page, 0, 0) for name, page in anchors}, side=side)
    ), is_front


def front(pages: int, side: str = "", *anchors: tuple[str, int]) -> tuple[SerialisedQuire, bool]:
    return document(pages, side, *anchors, is_front=True)


def shown(placed: list[PlacedQuire]) -> str:
    """Return the page labels in order, with ``–`` before blank pages and bars between quires."""
    return " | ".join(
        " ".join(
            ("–" if page.kind.blank else "") + item.format_page_label(n)
            for n, page in enumerate(item.quire.pages)
        )
        for item in placed
    )


@pytest.mark.parametrize(
    ("quires", "pages"),
    [
        ([], ""),
        ([document(1)], "1"),
        ([document(2), document(1)], "1 2 | 3"),
        ([document(1), document(1)], "1 | –2 | 3"),
        ([document(3), document(2), document(1)], "1 2 3 | –4 | 5 6 | 7"),
        # Quires that can begin on either side follow at once.
        ([document(1), document(2, ""), document(1)], "1 | 2 3 | –4 | 5"),
        ([document(1), document(1, ""), document(1)], "1 | 2 | 3"),
        ([document(2), document(1, "verso")], "1 2 | –3 | 4"),
        ([document(1), document(1, "verso")], "1 | 2"),
        # Front matter has its own numbering, and the body always begins on a recto.
        ([front(4), document(1)], "i ii iii iv | 1"),
        ([front(3), document(2), document(1)], "i ii iii | –iv | 1 2 | 3"),
        ([front(1), document(2, "")], "i | –ii | 1 2"),
        ([front(2), document(2, "")], "i ii | 1 2"),
        ([front(1), front(2), front(1, "recto"), document(1)], "i | ii iii | –iv | v | –vi | 1"),
        # The sides of body pages are those in the whole book.
        ([front(4), document(1), document(1)], "i ii iii iv | 1 | –2 | 3"),
    ],
)  # fmt: skip
def test_quires_start_on_the_required_side(quires: list[tuple[SerialisedQuire, bool]], pages: str) -> None:
    assert shown(place_quires(quires)) == pages


def test_versos_and_rectos_are_distinguished() -> None:
    placed = place_quires([front(1), document(1), document(2, ""), document(1)])
    assert shown(placed) == "i | –ii | 1 | 2 3 | –4 | 5"
    assert [item.verso for item in placed] == [False, True, False, True, True, False]


def test_book_that_starts_with_a_verso_has_a_blank_page_before_it() -> None:
    placed = place_quires([document(1, "verso")])
    assert shown(placed) == "–1 | 2"
    assert [item.verso for item in placed] == [False, True]


@pytest.mark.parametrize(("rtl", "side"), [(False, "left"), (True, "right")])
def test_blank_pages_are_on_their_side_of_the_spine(rtl: bool, side: str) -> None:
    """Test blank pages: versos are left pages, but right pages in right-to-left books."""
    _, blank, _ = place_quires([document(1), document(1)], rtl=rtl)
    assert blank.quire.pages[0].kind == PageKind(side, True, "", 0, ())


def test_blank_page_has_the_size_of_the_preceding_one_and_its_strings() -> None:
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
    assert [list(item.page_numbers) for item in placed] == [[1, 2, 3], [4], [1, 2], [3, 4, 5]]
    assert [item.roman for item in placed] == [True, True, False, False]


def test_ids_map_to_their_pages_and_the_first_of_two_counts() -> None:
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


def test_documents_without_ids_have_no_page_labels() -> None:
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
    assert [blank_page.verso for blank_page in add_blank_pages(placed, ends_blank=ends_blank)] == [
        blank_page.first_page_number % 2 == 0 for blank_page in add_blank_pages(placed, ends_blank=ends_blank)
    ]
