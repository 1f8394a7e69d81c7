"""What a language tag (BCP 47) says of a text: how it falls back, where it begins to read, how spines do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

_RTL_SCRIPTS = frozenset("arab aran hebr syrc thaa nkoo adlm mand samr rohg".split())
_RTL_LANGUAGES = frozenset("ar fa he ur yi ps sd ug ckb dv ks iw ji arz azb syr arc glk lrc mzn nqo".split())
_VERTICAL = frozenset("zh ja ko".split())
_LETTERS = frozenset("latn cyrl arab".split())  # pinyin, romaji and the like, whose lines are horizontal

# Characters that are written without spaces between words, for patterns: Han, kana, bopomofo, their
# punctuation and full-width forms; not Hangul.
UNSPACED = (
    "\u2e80-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
)


def fallbacks(language: str) -> Iterator[str]:
    """A tag in lower case and those that it stands under: "zh-hant-tw", "zh-hant", "zh" (RFC 4647, 3.4)."""
    subtags = language.lower().split("-")
    yield from ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))


def script_subtag(language: str) -> str:
    """The script that a tag names, such as "hant", or ""."""
    subtags = language.lower().split("-")
    return next((subtag for subtag in subtags[1:3] if len(subtag) == 4 and subtag.isalpha()), "")


@cache
def direction(language: str) -> str:
    """ "rtl" for a language that is written from right to left, else "ltr"."""
    script = script_subtag(language)
    rtl = script in _RTL_SCRIPTS if script else language.lower().partition("-")[0] in _RTL_LANGUAGES
    return "rtl" if rtl else "ltr"


def has_vertical_lines(language: str) -> bool:
    """Whether books in a language are also written in lines from top to bottom that follow each other to the
    left: Chinese, Japanese and Korean in their own scripts.
    """
    return language.lower().partition("-")[0] in _VERTICAL and script_subtag(language) not in _LETTERS


# Where the words on the spine of a book that stands are read with the head to the left.
_SPINE_UP = frozenset(
    "de fr es it pt ca gl eu pl cs sk hu ro ru uk be bg sr hr bs sl mk el lt lv et tr".split()
)


def spine_reads_up(language: str) -> bool:
    """Whether the words on a spine run from its foot to its head, as in most of continental Europe, and not
    from its head to its foot, as in English.
    """
    return language.lower().partition("-")[0] in _SPINE_UP
