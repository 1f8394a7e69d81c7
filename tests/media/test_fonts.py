"""Which characters the bundled fonts have."""

from __future__ import annotations

import pytest

from triptych.media.fonts import missing_characters
from triptych.theme import load_theme


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Plain, “quoted” – and 1,234.5 GW", ""),
        ("Ελληνικά, Русский, Tiếng Việt, Łódź, pīnyīn lǚ", ""),
        ("你好，한국어、かな「骨」", ""),
        ("العربية עברית हिन्दी ไทย தமிழ் ქართული", ""),
        ("a 😀 ✓ ✗ → ⇒ ★ 🦀 🎉 ⏎ ☐ ⌘ ┌─┐ ℝ 𝑥 ① b", ""),
        ("Javanese ꦗꦮꦗ", "ꦗꦮ"),
        ("e\u0301 and \u00e9 are one letter", ""),
        ("soft\u00adhyphen, no\u00a0break, zero\u200bwidth, joiner\u200d, tab\t, line\n", ""),
        ("text style \u2192\ufe0e", ""),
        ("an icon of a private font \ue0a9", "\ue0a9"),
        ("not yet a character \U0001fbff", "\U0001fbff"),
    ],
)
def test_each_missing_character_is_named_once(text: str, missing: str) -> None:
    assert missing_characters(text, load_theme()) == missing
