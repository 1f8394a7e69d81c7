"""Test that the language of a book is detected from its letters."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych.engine.extras import get_install_command
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.importer import detect_language, guess_language

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
def test_script_identifies_the_language(text: str, tag: str) -> None:
    assert guess_language([text]) == tag


def test_guessed_language_is_reported_and_declared_one_kept(import_of: ImportOf) -> None:
    files = {
        "book.toml": '[book]\nlanguage = "en"\n',
        "src/SUMMARY.md": "- [A](a.md)\n",
        "src/a.md": f"# A\n\n{SIMPLIFIED}\n",
    }
    result = import_of(files)
    assert result.book.metadata.language == "zh-Hans"
    assert 'set to "en", but the text is in Chinese' in result.notes[0]


def test_declared_language_is_kept(import_of: ImportOf) -> None:
    result = import_of({"a.md": f"---\nlang: ja\n---\n\n# A\n\n{SIMPLIFIED}\n"})
    assert result.book.metadata.language == "ja"


def test_unsupported_language_is_ignored(import_of: ImportOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triptych_import.importer.guess_language", lambda texts: "zxx")
    assert not import_of({"a.md": "# A\n\nText.\n"}).imported.findings


def make_book(text: str, language: str = "") -> SourceBook:
    piece = SourceText(draft=Draft.from_text("a.md", text))
    sections = (SectionFile(path="a.md", source_texts=(piece,)),)
    return SourceBook(metadata=Metadata(title="T", language=language), sections=sections)


@pytest.mark.parametrize(
    ("declared", "text", "language", "message"),
    [
        ("", GERMAN, "de", 'the book does not state its language; set to German ("de")'),
        (
            "en-GB",
            GERMAN,
            "de",
            'the language is set to "en-GB", but the text is in German; set to German ("de")',
        ),
        ("fr", GERMAN, "fr", ""),
        ("en-GB", ENGLISH, "en-GB", ""),
        ("", ENGLISH, "en", 'the book does not state its language; set to English ("en")'),
        ("", "Words.", "", ""),
    ],
)
def test_a_language_other_than_the_default_is_set_and_reported(
    declared: str, text: str, language: str, message: str
) -> None:
    findings = detect_language(make_book(text, declared))
    assert findings.metadata.language == language
    assert [f"{finding.message}; {finding.action}" for finding in findings.findings] == (
        [message] if message else []
    )


def test_without_the_library_a_missing_language_is_reported_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("triptych_import.importer.is_installed", lambda extra: False)
    result = detect_language(make_book(GERMAN))
    assert result.metadata.language == ""
    assert [finding.action for finding in result.findings] == [
        f"not detected; run `{get_install_command('import')}` and import again to detect it"
    ]
    assert detect_language(make_book(GERMAN, "en")).findings == ()
    assert detect_language(make_book(KOREAN)).metadata.language == "ko"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("한" * 101 + "漢" * 100, "ko"),
        ("한" * 100 + "漢" * 100, "zh-Hans"),
        ("漢" * 199, ""),
        ("漢" * 200 + "か" * 41, "ja"),
        ("漢" * 200 + "か" * 40, "zh-Hans"),
        ("漢" * 100 + "a" * 200, "zh-Hans"),
    ],
)
def test_letters_of_several_scripts_are_weighed(text: str, tag: str) -> None:
    assert guess_language([text]) == tag
