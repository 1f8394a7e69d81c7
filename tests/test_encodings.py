"""Test files in other encodings: the first invalid byte is reported, and the text is guessed."""

from __future__ import annotations

import pytest

from triptych.text_problems import TextProblem, explain_encoding_error, find_null_character


def explain(data: bytes, path: str = "source/one.md") -> TextProblem:
    with pytest.raises(UnicodeDecodeError) as caught:
        data.decode("utf-8-sig")
    return explain_encoding_error(caught.value, path)


@pytest.mark.parametrize(
    ("data", "place", "named"),
    [
        ("# One\n\nUn café, déjà.\n".encode("latin-1"), (3, 7), '"é"'),
        ("Straße\r\nÜber ä".encode("cp1252"), (1, 5), '"ß"'),
        ("日本 ".encode() + "é".encode("latin-1"), (1, 4), '"é"'),
        ("# One\n\nCafé.\n".encode("utf-16"), (1, 1), "UTF-16"),
        ("# One\n\nCafé.\n".encode("utf-16-be"), (1, 1), "UTF-16"),
    ],
)
def test_the_place_and_the_likely_encoding_are_named(data: bytes, place: tuple[int, int], named: str) -> None:
    wrong = explain(data)
    assert (wrong.line, wrong.column) == place
    assert named in wrong.message
    assert "iconv -f" in wrong.hint


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_the_text_is_recovered(encoding: str) -> None:
    assert explain("# Café\r\n\r\ntext {#sec-x}\r\n".encode(encoding)).text == "# Café\n\ntext {#sec-x}\n"


@pytest.mark.parametrize("encoding", ["gb18030", "shift_jis", "euc_kr", "cp1251"])
def test_non_ascii_text_is_not_guessed_as_windows_1252(encoding: str) -> None:
    text = {"euc_kr": "안녕하세요 여러분", "cp1251": "Глава первая"}.get(encoding, "日本語的文字")
    wrong = explain(text.encode(encoding))
    assert "Windows-1252" not in wrong.message
    assert "GB18030" in wrong.hint


def test_a_few_neighbouring_umlauts_are_windows_1252() -> None:
    assert '"Ä"' in explain("Äß".encode("latin-1")).message


def test_a_workbook_is_named_as_one() -> None:
    assert "spreadsheet" in explain(b"PK\x03\x04\xff\xff").message


def test_a_name_with_a_space_is_quoted_in_the_command() -> None:
    assert "'my data.csv'" in explain("é,ü ".encode("latin-1"), "source/my data.csv").hint


def test_null_characters_have_a_place() -> None:
    null = find_null_character("a\nb\0c", "one.md")
    assert null is not None
    assert (null.line, null.column, null.text) == (2, 2, "a\nbc")
    assert find_null_character("abc", "one.md") is None


def test_a_text_of_every_second_null_is_utf_16() -> None:
    null = find_null_character("a\0b\0c\0", "one.md")
    assert null is not None
    assert "UTF-16" in null.message
