"""What the text of pages wants of fonts: a book asks for all of it again and again, once a face."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.markup.xml import languages_in

_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(
    r'<(?:pre|code|kbd|span class="[^"]*\bsamp\b[^"]*")[ >].*?</(?:pre|code|kbd|span)>', re.DOTALL
)


class Wanted(NamedTuple):
    """Characters of texts, those of code among them, and the languages that are named, in order.

    Of each page a character is there once, as written and as it is composed with its neighbours (UAX 15),
    and on a line of its own, so that it is composed with no other.
    """

    characters: str
    code: str
    languages: tuple[str, ...]


def wanted(pages: Iterable[str], memory: Memory = NO_MEMORY) -> Wanted:
    """What the bodies of pages want together."""
    found = (memory.call(_wanted, page.encode()) for page in pages)
    characters, code, languages = zip(*found, strict=True)
    named = dict.fromkeys(language for page in languages for language in page)
    return Wanted("\n".join(characters), "\n".join(filter(None, code)), tuple(named))


def _wanted(page: bytes) -> Wanted:
    xhtml = page.decode()
    body = xhtml[xhtml.index("<body") :]
    return Wanted(_each(body), _each("".join(_CODE.findall(body))), languages_in(xhtml))


def _each(markup: str) -> str:
    words = _TAG.sub("", markup)
    return "\n".join(dict.fromkeys(words + unicodedata.normalize("NFC", words)))
