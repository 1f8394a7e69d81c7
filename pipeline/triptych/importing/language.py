"""The language of a book that names none, by its letters: hyphenation, fonts and voices follow it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from triptych.importing.book import SourceBook
from triptych.importing.draft import Finding
from triptych.importing.masking import HIDDEN, mask

_NO_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|<[^<>]*>|\]\([^()\n]*\)|https?://\S*", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Frequent characters that are written differently in the two scripts of Chinese.
_SIMPLIFIED = re.compile("[这个们来说时会对学国过还发经现实应该与为从关数据类问题种]")
_TRADITIONAL = re.compile("[這個們來說時會對學國過還發經現實應該與為從關數據類問題種]")
_NAMES = {
    "zh-Hans": "Chinese",
    "zh-Hant": "Chinese in traditional characters",
    "ja": "Japanese",
    "ko": "Korean",
}
_ENOUGH = 200  # letters
_DEFAULT = "en"  # what tools write into the settings of a new book


def with_language(book: SourceBook) -> SourceBook:
    """A book whose language is named where its letters tell it. What a book says of itself stays, but for
    an English that is not to be seen in it."""
    said = book.metadata.language
    if said and said.partition("-")[0] != _DEFAULT:
        return book
    found = guess(piece.draft.text for section in book.sections for piece in section.pieces)
    if not found:
        return book
    what = (
        f'the book is called "{said}", but written in {_NAMES[found]}'
        if said
        else "the book names no language"
    )
    place = book.sections[0].pieces[0].path
    told = Finding(path=place, what=what, done=f'taken for {_NAMES[found]} ("{found}")')
    return replace(book, metadata=replace(book.metadata, language=found), findings=(*book.findings, told))


def guess(texts: Iterable[str]) -> str:
    """Texts → the tag of the one language that has these letters (BCP 47), or ""."""
    prose = "".join(_NO_WORDS.sub("", mask(text)).replace(HIDDEN, "") for text in texts)
    letters = len(_LETTER.findall(prose))
    han, kana, hangul = (len(script.findall(prose)) for script in (_HAN, _KANA, _HANGUL))
    # A word of Latin letters has about five of them, one of Han has two.
    if letters < _ENOUGH or 2 * (han + kana + hangul) < letters - han - kana - hangul:
        return ""
    if hangul > han + kana:
        return "ko"
    if kana * 5 > han:
        return "ja"
    simple, full = len(_SIMPLIFIED.findall(prose)), len(_TRADITIONAL.findall(prose))
    return "zh-Hant" if full > simple else "zh-Hans"
