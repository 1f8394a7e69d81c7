"""Links and bookmarks that lead nowhere are found; those that lead somewhere are not."""

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
    """A page with a link, and a bookmark that is sound."""
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
def test_an_address_on_the_web_is_sound(text: str) -> None:
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
def test_a_name_in_the_file_is_sound(old: bool, wrapped: bool) -> None:
    book = with_link(Dest=Name.there if old else String("there"))
    target = Array([book.pdf.pages[0].obj, Name.XYZ, 0, 0, 0])
    assert found(named(book, Dictionary(D=target) if wrapped else target, old=old)) == []


def test_an_action_that_goes_to_a_page_is_sound() -> None:
    book = with_link(A=Dictionary(S=Name.GoTo, D=String("there")))
    assert found(named(book, Array([book.pdf.pages[0].obj, Name.Fit]))) == []


def test_a_name_that_is_nowhere() -> None:
    (finding,) = found(with_link(Dest=String("gone")))
    assert finding.message == 'the link "Read on" has no valid target: the destination "gone" is not defined'


@pytest.mark.parametrize("target", [Array(), Array([7, Name.Fit]), Dictionary(), Dictionary(D=Array())])
def test_a_name_of_no_page(target: Any) -> None:
    assert [one.rule for one in found(named(with_link(Dest=String("there")), target))] == ["dead link"]


def test_a_page_that_was_taken_out() -> None:
    book = with_link(Dest=String("there"))
    page = book.page(line("Gone"))
    named(book, Array([page, Name.Fit]))
    del book.pdf.pages[1]
    (finding,) = found(book)
    assert "the destination page is missing" in finding.message


def test_a_link_without_target_and_one_that_does_something() -> None:
    assert [one.message for one in found(with_link())] == [
        'the link "Read on" has no valid target: the destination is not set'
    ]
    (finding,) = found(with_link(A=Dictionary(S=Name.Launch)))
    assert "Launch" in finding.message


def test_a_link_over_a_picture_is_told_as_that() -> None:
    book = Crafted()
    page = book.page(b"")
    book.link(page, BOX, Contents=String("x"), Dest=String("gone"))
    messages = [one.message for one in found(book)]
    assert any(message.startswith("the link on a picture has no valid target") for message in messages)


class TestBookmarks:
    def test_none(self) -> None:
        book = Crafted()
        book.page(line("x"))
        assert [(one.code, one.rule) for one in found(book)] == [("CHK004", "bookmarks")]

    def test_one_that_leads_nowhere_or_has_no_title(self) -> None:
        book = with_link(A=address("https://example.org"))
        book.bookmark("Lost", Dest=String("gone"))
        (finding,) = found(book)
        assert (finding.rule, finding.text) == ("dead bookmark", "Lost")
        book.bookmark(" ", Dest=Array([book.pdf.pages[0].obj, Name.Fit]))
        assert [one.rule for one in found(book)] == ["bookmark title"]

    def test_those_below_and_beside_are_looked_at_and_a_ring_ends(self) -> None:
        book = with_link(A=address("https://example.org"))
        first = book.bookmark("Part", Dest=Array([book.pdf.pages[0].obj, Name.Fit]))
        below = book.pdf.make_indirect(Dictionary(Title=String("Below"), Next=first))
        first.First = below
        first.Next = first
        assert [one.text for one in found(book)] == ["Below"]


def test_pages_should_be_called_something() -> None:
    book = with_link(A=address("https://example.org"))
    del book.pdf.Root["/PageLabels"]
    assert [one.rule for one in found(book)] == ["page labels"]
