"""Values become syntax that readers of PDF take for the same values, and objects become a file."""

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

# What an encoded text can hold: lone halves of surrogate pairs cannot be read from any file.
TEXT = st.text(st.characters(exclude_categories=("Cs",)))


def finished(file: PdfFile) -> bytes:
    """A file with a catalogue and one empty page."""
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
    def test_any_text_is_read_as_it_was_written(self, words: str) -> None:
        written = write_text_string(words)
        assert str(pikepdf.Object.parse(written)) == words
        assert b"\n" not in written and b"\r" not in written

    def test_half_a_character_does_not_stop_the_file(self) -> None:
        assert str(pikepdf.Object.parse(write_text_string("a\ud800b"))).startswith("a")

    @given(st.binary())
    def test_any_bytes_are_read_as_they_were_written(self, data: bytes) -> None:
        written = write_literal_string(data)
        assert bytes(pikepdf.Object.parse(written)) == data
        assert b"\n" not in written and b"\r" not in written


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
    def test_what_is_not_regular_is_written_as_a_number(self, words: str, written: bytes) -> None:
        assert write_name(words) == written

    @given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1))
    def test_any_name_is_read_as_it_was_written(self, words: str) -> None:
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
    def test_three_decimals_and_no_more_than_needed(self, value: float, written: bytes) -> None:
        assert write_number(value) == written

    @given(st.floats(-1e6, 1e6))
    def test_any_number_is_read_as_nearly_itself(self, value: float) -> None:
        written = write_number(value)
        assert re.fullmatch(rb"-?\d+(\.\d{1,3})?", written)
        assert abs(float(pikepdf.Object.parse(written)) - value) <= 0.0005 + 1e-9

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

    def test_objects_may_be_put_in_in_any_order_and_before_those_that_they_name(self) -> None:
        file = PdfFile()
        one, two, three = file.reserve_numbers(), file.reserve_numbers(), file.reserve_numbers()
        file.set_object(three, b"(three)")
        file.set_object(one, b"[%d 0 R %d 0 R]" % (two, three))
        file.set_stream(two, b"", b"two")
        with pikepdf.open(io.BytesIO(finished(file))) as pdf:
            second, third = pdf.get_object(one, 0)
            assert (bytes(second.read_bytes()), str(third)) == (b"two", "three")

    def test_what_no_page_needs_is_packed_behind_all_that_pages_may_need(self) -> None:
        file = PdfFile()
        file.add_object_streams(pack_object_streams(file.reserve_numbers(300), [b"/Behind"] * 300))
        for _ in range(300):
            file.add_object(b"/Before")
        data = finished(file)
        streams = [
            zlib.decompress(data[packed.end() :])
            for packed in re.finditer(rb"/Type/ObjStm.*>>\nstream\n", data)
        ]
        kinds = [tuple(kind for kind in (b"/Before", b"/Behind") if kind in one) for one in streams]
        assert kinds == [(b"/Before",)] * 2 + [(b"/Behind",)] * 2

    def test_a_number_without_an_object_is_null(self) -> None:
        file = PdfFile()
        lost = file.reserve_numbers()
        data = finished(file)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert pdf.get_object(lost, 0) is None

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

    def test_what_is_compressed_already_is_left_alone(self) -> None:
        file = PdfFile()
        packed = zlib.compress(b"content", 1)
        place = file.add_stream(b"/Filter/FlateDecode", packed)
        with pikepdf.open(io.BytesIO(finished(file))) as pdf:
            assert bytes(pdf.get_object(place, 0).read_raw_bytes()) == packed

    def test_the_same_objects_have_the_same_bytes_and_mark(self) -> None:
        one, other, third = (PdfFile() for _ in range(3))
        for file in (one, other):
            file.add_object(b"(a)")
        third.add_object(b"(b)")
        files = [finished(file) for file in (one, other, third)]
        assert files[0] == files[1]
        marks = []
        for data in files:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                first, second = pdf.trailer.ID
                assert bytes(first) == bytes(second)
                marks.append(bytes(first))
        assert len(marks[0]) == 16
        assert marks[0] != marks[2]

    def test_the_file_says_that_it_holds_bytes(self) -> None:
        head, mark, *_ = finished(PdfFile()).split(b"\n")
        assert head == b"%PDF-1.7"
        assert mark.startswith(b"%") and all(byte > 127 for byte in mark[1:]) and len(mark) == 5

    def test_references_say_where_each_object_stands(self) -> None:
        file = PdfFile()
        file.add_stream(b"", b"one")
        data = finished(file)
        (start,) = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data).groups()  # type: ignore[union-attr]
        assert re.match(rb"\d+ 0 obj\n<</Type/XRef", data[int(start) :])
