"""Test ISBN barcodes by decoding them module by module, like a scanner."""

from __future__ import annotations

import re

import pytest

from triptych.media.barcodes import MODULES, encode_ean_13

_LEFT = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()
_PARITIES = "AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA".split()


def read_modules(pattern: str) -> str:
    """Return the 13 digits of 95 modules (ISO/IEC 15420, 4.3)."""
    assert len(pattern) == MODULES and pattern[:3] == pattern[-3:] == "101" and pattern[45:50] == "01010"
    right = [code.translate(str.maketrans("01", "10")) for code in _LEFT]
    turned = [code[::-1] for code in right]
    digits, parity = "", ""
    for start in range(3, 45, 7):
        code = pattern[start : start + 7]
        parity += "A" if code in _LEFT else "B"
        digits += str((_LEFT if code in _LEFT else turned).index(code))
    digits += "".join(str(right.index(pattern[start : start + 7])) for start in range(50, 92, 7))
    return f"{_PARITIES.index(parity)}{digits}"


@pytest.mark.parametrize("isbn", ["9783161484100", "9780306406157", "9791034304554"])
def test_bars_encode_the_number(isbn: str) -> None:
    code = encode_ean_13(isbn)
    pattern = ["0"] * MODULES
    for start, width in re.findall(r"M(\d+) 0h(\d+)v", code.svg.decode()):
        pattern[int(start) : int(start) + int(width)] = "1" * int(width)
    assert read_modules("".join(pattern)) == isbn
    assert "".join(code.digits) == isbn and [len(group) for group in code.digits] == [1, 6, 6]


def test_guards_reach_further_down() -> None:
    heights = re.findall(r"M(\d+) 0h\d+v(\d+)h", encode_ean_13("9783161484100").svg.decode())
    assert {int(start) for start, height in heights if height == "67"} == {0, 2, 46, 48, 92, 94}
