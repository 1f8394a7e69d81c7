"""The language of a book that names none, by its words: hyphenation, fonts and voices follow it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from babel import Locale, UnknownLocaleError

from triptych.engine.extras import how_to_install, is_installed
from triptych_import.book import SourceBook
from triptych_import.draft import Finding
from triptych_import.markdown.masking import HIDDEN, mask

_NO_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|<[^<>]*>|\]\([^()\n]*\)|https?://\S*", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Frequent characters that are written differently in the two scripts of Chinese.
_SIMPLIFIED = re.compile("[这个们来说时会对学国过还发经现实应该与为从关数据类问题种]")
_TRADITIONAL = re.compile("[這個們來說時會對學國過還發經現實應該與為從關數據類問題種]")
_ENOUGH = 200  # letters
_SAMPLE = 2000  # characters that are asked about at once
_SAMPLES = 12
_TAGS = {"no": "nb", "zh": "zh-Hans"}
_DEFAULT = "en"  # what tools write into the settings of a new book


def with_language(book: SourceBook) -> SourceBook:
    """A book whose language is named where its words tell it. What a book says of itself stays, but for
    an English that is not to be seen in it."""
    named = book.metadata.language
    if named and named.partition("-")[0] != _DEFAULT:
        return book
    found = guess(piece.draft.text for section in book.sections for piece in section.pieces)
    if not found and not named and not is_installed("import"):
        place = book.sections[0].pieces[0].path
        done = f"not detected; run `{how_to_install('import')}` and import again to detect it"
        untold = Finding(path=place, what="the book does not state its language", done=done)
        return replace(book, findings=(*book.findings, untold))
    if not found or found == named.partition("-")[0]:
        return book
    try:
        name = Locale.parse(found, sep="-").get_display_name("en") or found
    except UnknownLocaleError:
        return book  # no language that has hyphenation, fonts and voices
    what = (
        f'the language is set to "{named}", but the text is in {name}'
        if named
        else "the book does not state its language"
    )
    place = book.sections[0].pieces[0].path
    told = Finding(path=place, what=what, done=f'set to {name} ("{found}")')
    return replace(book, metadata=replace(book.metadata, language=found), findings=(*book.findings, told))


def guess(texts: Iterable[str]) -> str:
    """Texts → the tag of the language that they are written in (BCP 47), or "" where that is not plain."""
    prose = "".join(_NO_WORDS.sub("", mask(text)).replace(HIDDEN, "") for text in texts)
    letters = len(_LETTER.findall(prose))
    han, kana, hangul = (len(script.findall(prose)) for script in (_HAN, _KANA, _HANGUL))
    if letters < _ENOUGH:
        return ""
    # A word of Latin letters has about five of them, one of Han has two.
    if 2 * (han + kana + hangul) < letters - han - kana - hangul:
        return _by_words(prose)
    if hangul > han + kana:
        return "ko"
    if kana * 5 > han:
        return "ja"
    simple, full = len(_SIMPLIFIED.findall(prose)), len(_TRADITIONAL.findall(prose))
    return "zh-Hant" if full > simple else "zh-Hans"


def _by_words(prose: str) -> str:
    """What most samples from all over the text are written in, if it is two thirds of them."""
    if not is_installed("import"):
        return ""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    step = max(len(prose) // _SAMPLES, _SAMPLE)
    samples = [" ".join(prose[place : place + _SAMPLE].split()) for place in range(0, len(prose), step)]
    samples = [sample for sample in samples if len(sample) >= _ENOUGH // 2]
    if not samples:
        return ""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    tag, count = Counter(str(identifier.classify(sample)[0]) for sample in samples).most_common(1)[0]
    return _TAGS.get(tag, tag) if 3 * count >= 2 * len(samples) else ""
