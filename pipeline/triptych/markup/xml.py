"""Small tools for writing XML as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from triptych.engine.memory import NO_MEMORY, Memory

# What XML 1.0 does not allow, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Characters as XML text or as a quoted attribute value."""
    return escape(_FORBIDDEN.sub("\ufffd", value), quote=True)


def languages_in(xhtml: str) -> tuple[str, ...]:
    """The languages that pages name, in the order of their first places."""
    return tuple(dict.fromkeys(re.findall(r'<[^>]* lang="([^"]+)"', xhtml)))


def tag(name: str, content: str = "", /, **attributes: str | None) -> str:
    """An element; attributes that are None are left out, ``class_`` and ``epub_type`` read as in XHTML."""
    written = "".join(
        f' {_attribute(key)}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{written}>{content}</{name}>"


def empty(name: str, /, **attributes: str | None) -> str:
    """An element without content; an empty ``alt`` is written, since it means something."""
    written = "".join(
        f' {_attribute(key)}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None and (value != "" or key == "alt")
    )
    return f"<{name}{written}/>"


def _attribute(key: str) -> str:
    return {"class_": "class", "epub_type": "epub:type"}.get(key, key.replace("_", "-"))


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
