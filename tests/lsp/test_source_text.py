"""Test positions of the protocol: lines and code units, in any script and with any line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from triptych.lsp.source_text import Encoding, SourceText

# Letters of one to four bytes, and characters that are line ends for Python but not for the protocol.
TEXT = "a\n技术 𝟙𝟚x\n\u2028\x0b\x0cé\n"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 15), ("utf-16", 7), ("utf-32", 5)])
def test_a_column_counts_code_units_of_the_encoding(encoding: Encoding, column: int) -> None:
    source = SourceText(TEXT)
    offset = TEXT.index("x")
    assert source.make_position(offset, encoding) == Position(1, column)
    assert source.get_offset(Position(1, column), encoding) == offset


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    assert SourceText(TEXT).make_position(TEXT.index("é"), "utf-16") == Position(2, 3)
    assert SourceText("a\r\nb\rc").make_position(4, "utf-16") == Position(2, 0)


def test_position_outside_the_text_is_clamped() -> None:
    source = SourceText("ab\ncd")
    assert source.get_offset(Position(0, 99), "utf-16") == 2
    assert source.get_offset(Position(9, 0), "utf-16") == 5
    assert source.find_span(9, 9) == 5


def test_a_position_within_a_surrogate_pair_is_its_character() -> None:
    assert SourceText("a𝟙b").get_offset(Position(0, 2), "utf-16") == 1


@given(
    st.text(alphabet="a\né技𝟙\u2028\t"), st.integers(0, 40), st.sampled_from(["utf-8", "utf-16", "utf-32"])
)
def test_positions_and_offsets_convert_into_each_other(text: str, offset: int, encoding: Encoding) -> None:
    offset = min(offset, len(text))
    source = SourceText(text)
    assert source.get_offset(source.make_position(offset, encoding), encoding) == offset
