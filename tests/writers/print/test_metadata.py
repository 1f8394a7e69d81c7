"""Test the metadata of a file, for viewers and for archives."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.writers.print.quires import METADATA, READERS
from triptych.model.book import Person
from triptych.writers.print.metadata import format_full_title, write_info_dictionary, write_xmp_packet

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1).filter(str.strip)


def said(data: bytes, path: str) -> list[str]:
    """Return the texts of an XMP packet's elements."""
    return [
        str(text)
        for text in etree.fromstring(data).xpath(f"//{path}//text()", namespaces=NAMES)
        if str(text).strip()
    ]


def test_title_and_subtitle_are_one() -> None:
    assert format_full_title(METADATA) == "A book"
    assert format_full_title(replace(METADATA, subtitle="of tests")) == "A book: of tests"


def test_unknown_metadata_is_omitted() -> None:
    assert set(pikepdf.Object.parse(write_info_dictionary(METADATA, READERS)).keys()) == {
        "/Title",
        "/Creator",
        "/Producer",
        "/CreationDate",
        "/ModDate",
    }
    for name in ("dc:creator", "dc:description", "dc:rights", "pdf:Keywords"):
        assert said(write_xmp_packet(METADATA, READERS), name) == []


def test_rights_are_only_in_xmp() -> None:
    assert said(write_xmp_packet(replace(METADATA, rights="© <2024>"), READERS), "dc:rights") == ["© <2024>"]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
def test_the_language_is_that_of_the_book(language: str) -> None:
    assert said(write_xmp_packet(replace(METADATA, language=language), READERS), "dc:language") == [language]


@given(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=3), st.lists(TEXT, min_size=1, max_size=3))
def test_information_dictionary_and_xmp_match(
    title: str, description: str, authors: list[str], keywords: list[str]
) -> None:
    metadata = replace(
        METADATA,
        title=title,
        description=description,
        people=tuple(Person(name=name) for name in authors),
        keywords=tuple(keywords),
    )
    known = pikepdf.Object.parse(write_info_dictionary(metadata, READERS))
    data = write_xmp_packet(metadata, READERS)
    assert said(data, "dc:title") == [str(known.Title)] == [title]
    assert said(data, "dc:description") == [str(known.Subject)] == [description]
    assert said(data, "dc:creator") == [str(known.Author)] == [", ".join(authors)]
    assert said(data, "pdf:Keywords") == [str(known.Keywords)] == [", ".join(keywords)]


@pytest.mark.parametrize("year", [1, 987, 1969, 2024])
def test_dates_are_those_of_the_book(year: int) -> None:
    metadata = replace(METADATA, modified=dt.datetime(year, 2, 3, 4, 5, 6, tzinfo=dt.UTC))
    assert (
        str(pikepdf.Object.parse(write_info_dictionary(metadata, READERS)).ModDate)
        == f"D:{year:04}0203040506Z"
    )
    assert said(write_xmp_packet(metadata, READERS), "xmp:ModifyDate") == [f"{year:04}-02-03T04:05:06Z"]


def test_a_packet_is_found_without_a_reader_of_pdf() -> None:
    data = write_xmp_packet(METADATA, READERS)
    assert data.startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert data.endswith(b'<?xpacket end="w"?>')
    assert re.search(rb"<pdfaid:part>3<.*<pdfaid:conformance>A<.*<pdfuaid:part>1<", data, re.DOTALL)
