"""Test that links and bookmarks without a target are reported, and valid ones are not."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.checks.pdf.crafted import Crafted, line
from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.accessibility import LinkChecker
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure

BOX = (70, 695, 200, 712)


def found(book: Crafted) -> list[OutputFinding]:
    data = book.data()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        contents = read_pdf_contents(data)
        return list(LinkChecker(pdf, read_structure(pdf, contents), contents).iter_findings())


def with_link(*, tagged: bool = True, described: str = "To somewhere", **keys: Any) -> Crafted:
    """Return a page with a link, and a valid bookmark."""
    book = Crafted()
    page = book.page(line("Read on", mcid=0))
    element = book.element("Link" if tagged else "P", 0)
    if described:
        keys["Contents"] = String(described)
    book.link(page, BOX, element if tagged else None, **keys)
    book.bookmark("Start", Dest=Array([page, Name.Fit]))
    return book


def named(book: Crafted, target: Any, *, old: bool = False) -> Crafted:
    if old:
        book.pdf.Root.Dests = Dictionary(there=target)
    else:
        tree = Dictionary(Names=Array([String("there"), target]))
        book.pdf.Root.Names = Dictionary(Dests=book.pdf.make_indirect(tree))
    return book


def address(text: str) -> Dictionary:
    return Dictionary(S=Name.URI, URI=String(text))


@pytest.mark.parametrize("text", ["https://example.org/a", "mailto:a@example.org", "HTTP://EXAMPLE.ORG"])
def test_web_address_is_valid(text: str) -> None:
    assert found(with_link(A=address(text))) == []


@pytest.mark.parametrize("text", ["file:///etc/passwd", "javascript:alert(1)", "chapter-2.html", ""])
def test_any_other_address_is_dead(text: str) -> None:
    (finding,) = found(with_link(A=address(text)))
    assert (finding.code, finding.rule, finding.text, finding.page) == (
        "CHK004",
        "dead link",
        "Read on",
        "1",
    )


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize("wrapped", [True, False])
def test_named_destination_is_valid(old: bool, wrapped: bool) -> None:
    book = with_link(Dest=Name.there if old else String("there"))
    target = Array([book.pdf.pages[0].obj, Name.XYZ, 0, 0, 0])
    assert found(named(book, Dictionary(D=target) if wrapped else target, old=old)) == []


def test_go_to_action_is_valid() -> None:
    book = with_link(A=Dictionary(S=Name.GoTo, D=String("there")))
    assert found(named(book, Array([book.pdf.pages[0].obj, Name.Fit]))) == []


def test_a_name_that_is_nowhere() -> None:
    (finding,) = found(with_link(Dest=String("gone")))
    assert finding.message == 'the link "Read on" has no valid target: the destination "gone" is not defined'


@pytest.mark.parametrize("target", [Array(), Array([7, Name.Fit]), Dictionary(), Dictionary(D=Array())])
def test_a_name_of_no_page(target: Any) -> None:
    assert [item.rule for item in found(named(with_link(Dest=String("there")), target))] == ["dead link"]


def test_removed_page_is_an_invalid_destination() -> None:
    book = with_link(Dest=String("there"))
    page = book.page(line("Gone"))
    named(book, Array([page, Name.Fit]))
    del book.pdf.pages[1]
    (finding,) = found(book)
    assert "the destination page is missing" in finding.message


def test_link_without_a_target_or_with_an_action_is_reported() -> None:
    assert [item.message for item in found(with_link())] == [
        'the link "Read on" has no valid target: the destination is not set'
    ]
    (finding,) = found(with_link(A=Dictionary(S=Name.Launch)))
    assert "Launch" in finding.message


def test_link_over_a_picture_is_reported_as_one() -> None:
    book = Crafted()
    page = book.page(b"")
    book.link(page, BOX, Contents=String("x"), Dest=String("gone"))
    messages = [item.message for item in found(book)]
    assert any(message.startswith("the link on a picture has no valid target") for message in messages)


class TestBookmarks:
    def test_none(self) -> None:
        book = Crafted()
        book.page(line("x"))
        assert [(item.code, item.rule) for item in found(book)] == [("CHK004", "bookmarks")]

    def test_bookmark_without_a_target_or_title_is_reported(self) -> None:
        book = with_link(A=address("https://example.org"))
        book.bookmark("Lost", Dest=String("gone"))
        (finding,) = found(book)
        assert (finding.rule, finding.text) == ("dead bookmark", "Lost")
        book.bookmark(" ", Dest=Array([book.pdf.pages[0].obj, Name.Fit]))
        assert [item.rule for item in found(book)] == ["bookmark title"]

    def test_nested_bookmarks_are_checked_and_cycles_terminate(self) -> None:
        book = with_link(A=address("https://example.org"))
        first = book.bookmark("Part", Dest=Array([book.pdf.pages[0].obj, Name.Fit]))
        below = book.pdf.make_indirect(Dictionary(Title=String("Below"), Next=first))
        first.First = below
        first.Next = first
        assert [item.text for item in found(book)] == ["Below"]


def test_missing_page_labels_are_reported() -> None:
    book = with_link(A=address("https://example.org"))
    del book.pdf.Root["/PageLabels"]
    assert [item.rule for item in found(book)] == ["page labels"]
