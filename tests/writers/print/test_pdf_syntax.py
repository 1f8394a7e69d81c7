"""Test that values and objects are written as PDF that readers parse as the same values."""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.writers.print.pdf_syntax import (
    PdfFile,
    pack_object_streams,
    write_literal_string,
    write_name,
    write_numbers,
    write_text_string,
)
from weasyprint_typography.content_stream import write_number

# Encodable text, without lone surrogates, which cannot be read from a file.
TEXT = st.text(st.characters(exclude_categories=("Cs",)))


def finished(file: PdfFile) -> bytes:
    """Return a file with a catalogue and one empty page."""
    pages, page = file.reserve_numbers(), file.reserve_numbers()
    file.set_object(pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
    file.set_object(page, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Resources<<>>>>" % pages)
    return file.finish(
        file.add_object(b"<</Type/Catalog/Pages %d 0 R>>" % pages), file.add_object(b"<</Title(T)>>")
    )


class TestStrings:
    @pytest.mark.parametrize(
        ("words", "written"),
        [
            ("", b"()"),
            ("plain", b"(plain)"),
            ("a (b) \\ c", b"(a \\(b\\) \\\\ c)"),
            ("é", b"<FEFF00E9>"),
            ("a\nb", b"<FEFF0061000A0062>"),
            ("😀", b"<FEFFD83DDE00>"),
        ],
    )
    def test_text_is_ascii_or_utf_16(self, words: str, written: bytes) -> None:
        assert write_text_string(words) == written

    @given(TEXT)
    def test_any_text_round_trips(self, words: str) -> None:
        text_string = write_text_string(words)
        assert str(pikepdf.Object.parse(text_string)) == words
        assert b"\n" not in text_string and b"\r" not in text_string

    def test_half_a_character_does_not_stop_the_file(self) -> None:
        assert str(pikepdf.Object.parse(write_text_string("a\ud800b"))).startswith("a")

    @given(st.binary())
    def test_any_bytes_round_trip(self, data: bytes) -> None:
        literal_string = write_literal_string(data)
        assert bytes(pikepdf.Object.parse(literal_string)) == data
        assert b"\n" not in literal_string and b"\r" not in literal_string


class TestNames:
    @pytest.mark.parametrize(
        ("words", "written"),
        [
            ("Span", b"/Span"),
            ("i1", b"/i1"),
            ("A+B-C.d", b"/A+B-C.d"),
            ("a b#c/d(e)", b"/a#20b#23c#2Fd#28e#29"),
            ("größe", b"/gr#C3#B6#C3#9Fe"),
            ("50%", b"/50#25"),
        ],
    )
    def test_irregular_characters_are_written_as_numbers(self, words: str, written: bytes) -> None:
        assert write_name(words) == written

    @given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1))
    def test_any_name_round_trips(self, words: str) -> None:
        assert str(pikepdf.Object.parse(write_name(words))) == f"/{words}"


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (0, b"0"),
            (12, b"12"),
            (12.0, b"12"),
            (-3, b"-3"),
            (0.5, b"0.5"),
            (-0.25, b"-0.25"),
            (100.0004, b"100"),
            (1e-9, b"0"),
            (-1e-9, b"0"),
            (1234567.1239, b"1234567.124"),
        ],
    )
    def test_numbers_have_at_most_three_decimals(self, value: float, written: bytes) -> None:
        assert write_number(value) == written

    @given(st.floats(-1e6, 1e6))
    def test_any_number_round_trips_approximately(self, value: float) -> None:
        number = write_number(value)
        assert re.fullmatch(rb"-?\d+(\.\d{1,3})?", number)
        assert abs(float(pikepdf.Object.parse(number)) - value) <= 0.0005 + 1e-9

    def test_an_array_of_numbers(self) -> None:
        assert write_numbers((0, -1.5, 2)) == b"[0 -1.5 2]"
        assert write_numbers(()) == b"[]"


class TestFiles:
    @pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
    def test_objects_are_found_under_their_numbers(self, count: int) -> None:
        file = PdfFile()
        first = file.reserve_numbers(count)
        file.add_object_streams(
            pack_object_streams(first, [b"<</Place %d>>" % place for place in range(count)])
        )
        with pikepdf.open(io.BytesIO(finished(file))) as pdf:
            assert [int(pdf.get_object(first + place, 0).Place) for place in range(count)] == [*range(count)]
            assert len(pdf.pages) == 1
            assert str(pdf.docinfo.Title) == "T"
            assert pdf.pdf_version == "1.7"
            assert pdf.check_pdf_syntax() == []

    def test_objects_may_be_added_in_any_order(self) -> None:
        file = PdfFile()
        item, two, three = file.reserve_numbers(), file.reserve_numbers(), file.reserve_numbers()
        file.set_object(three, b"(three)")
        file.set_object(item, b"[%d 0 R %d 0 R]" % (two, three))
        file.set_stream(two, b"", b"two")
        with pikepdf.open(io.BytesIO(finished(file))) as pdf:
            second, third = pdf.get_object(item, 0)
            assert (bytes(second.read_bytes()), str(third)) == (b"two", "three")

    def test_objects_that_pages_do_not_need_come_last(self) -> None:
        file = PdfFile()
        file.add_object_streams(pack_object_streams(file.reserve_numbers(300), [b"/Behind"] * 300))
        for _ in range(300):
            file.add_object(b"/Before")
        data = finished(file)
        streams = [
            zlib.decompress(data[packed.end() :])
            for packed in re.finditer(rb"/Type/ObjStm.*>>\nstream\n", data)
        ]
        kinds = [tuple(kind for kind in (b"/Before", b"/Behind") if kind in stream) for stream in streams]
        assert kinds == [(b"/Before",)] * 2 + [(b"/Behind",)] * 2

    def test_a_number_without_an_object_is_null(self) -> None:
        file = PdfFile()
        reserve_numbers = file.reserve_numbers()
        data = finished(file)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert pdf.get_object(reserve_numbers, 0) is None

    @pytest.mark.parametrize(
        "data", [b"", b"\r", b"\n", b"\r\n", b"text\r", b"text\n", b"endstream", b"\0\xff" * 500]
    )
    @pytest.mark.parametrize("plain", [True, False])
    def test_streams_keep_every_byte(self, data: bytes, plain: bool) -> None:
        file = PdfFile()
        place = file.add_stream(b"/Own 1", data, uncompressed=plain)
        whole = finished(file)
        with pikepdf.open(io.BytesIO(whole)) as pdf:
            stream = pdf.get_object(place, 0)
            assert bytes(stream.read_bytes()) == data
            assert ("/Filter" in stream) is not plain
            assert stream.Own == 1
            assert int(stream.Length) == len(stream.read_raw_bytes())
            assert pdf.check_pdf_syntax() == []
        assert whole.count(b"\r\nendstream\nendobj\n") == whole.count(b"stream\n") - whole.count(
            b"endstream\n"
        )

    def test_compressed_content_is_unchanged(self) -> None:
        file = PdfFile()
        packed = zlib.compress(b"content", 1)
        place = file.add_stream(b"/Filter/FlateDecode", packed)
        with pikepdf.open(io.BytesIO(finished(file))) as pdf:
            assert bytes(pdf.get_object(place, 0).read_raw_bytes()) == packed

    def test_the_same_objects_have_the_same_bytes_and_mark(self) -> None:
        item, other, third = (PdfFile() for _ in range(3))
        for file in (item, other):
            file.add_object(b"(a)")
        third.add_object(b"(b)")
        files = [finished(file) for file in (item, other, third)]
        assert files[0] == files[1]
        marks = []
        for data in files:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                first, second = pdf.trailer.ID
                assert bytes(first) == bytes(second)
                marks.append(bytes(first))
        assert len(marks[0]) == 16
        assert marks[0] != marks[2]

    def test_file_has_a_binary_marker(self) -> None:
        head, mark, *_ = finished(PdfFile()).split(b"\n")
        assert head == b"%PDF-1.7"
        assert mark.startswith(b"%") and all(byte > 127 for byte in mark[1:]) and len(mark) == 5

    def test_cross_references_locate_each_object(self) -> None:
        file = PdfFile()
        file.add_stream(b"", b"one")
        data = finished(file)
        (start,) = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data).groups()  # type: ignore[union-attr]
        assert re.match(rb"\d+ 0 obj\n<</Type/XRef", data[int(start) :])
