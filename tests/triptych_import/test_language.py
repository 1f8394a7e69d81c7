"""The language of a book by its letters."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych_import.importer import guess_language

SIMPLIFIED = "这个问题我们应该从数据的类型来说，与学习时的经验有关。" * 10
TRADITIONAL = "這個問題我們應該從數據的類型來說，與學習時的經驗有關。" * 10
JAPANESE = "これは日本語の文章です。プログラムを書くときに使います。" * 10
KOREAN = "이것은 한국어 문장입니다. 프로그램을 작성할 때 사용합니다. " * 10
GERMAN = "Dies ist ein Satz auf Deutsch, den jeder gleich versteht, und noch einer dazu. " * 10
SPANISH = "Esta es una frase en español que cualquiera entiende, y otra más para la prueba. " * 10
ENGLISH = "This is a sentence in English, about the word 中文. " * 10


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (SIMPLIFIED, "zh-Hans"),
        (TRADITIONAL, "zh-Hant"),
        (JAPANESE, "ja"),
        (KOREAN, "ko"),
        (ENGLISH, "en"),
        (GERMAN, "de"),
        (SPANISH, "es"),
        (f"# X\n\n{GERMAN}\n\n```\n{ENGLISH}\n```\n", "de"),
        ("lorem x1 qwz " * 9, ""),
        ("中文", ""),
        (f"{ENGLISH}\n\n```\n{SIMPLIFIED}\n```\n", "en"),
        (f"{SIMPLIFIED}\n\n" + "$$\nabc^{def} \\cdot ghi\n$$\n" * 90, "zh-Hans"),
        (f"{SIMPLIFIED}\n\n```\n{ENGLISH * 9}\n```\n", "zh-Hans"),
    ],
)
def test_letters_tell(text: str, tag: str) -> None:
    assert guess_language([text]) == tag


def test_it_is_said_and_what_a_book_says_of_itself_stays(import_of: ImportOf) -> None:
    files = {
        "book.toml": '[book]\nlanguage = "en"\n',
        "src/SUMMARY.md": "- [A](a.md)\n",
        "src/a.md": f"# A\n\n{SIMPLIFIED}\n",
    }
    result = import_of(files)
    assert result.book.metadata.language == "zh-Hans"
    assert 'set to "en", but the text is in Chinese' in result.notes[0]


def test_a_language_that_a_book_names_stays(import_of: ImportOf) -> None:
    result = import_of({"a.md": f"---\nlang: ja\n---\n\n# A\n\n{SIMPLIFIED}\n"})
    assert result.book.metadata.language == "ja"


def test_a_language_that_nobody_can_set_is_none(import_of: ImportOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triptych_import.importer.guess_language", lambda texts: "zxx")
    assert not import_of({"a.md": "# A\n\nText.\n"}).imported.findings
