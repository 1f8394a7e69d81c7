"""Write XML elements as text, and find the languages and characters in XHTML pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from triptych.engine.memory import NO_MEMORY, Memory

# Characters that XML 1.0 forbids, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(value: str) -> str:
    """Escape characters for XML text or a quoted attribute value."""
    return html.escape(_FORBIDDEN.sub("\ufffd", value), quote=True)


def find_languages(xhtml: str) -> tuple[str, ...]:
    """Return the languages named in pages, in order of appearance."""
    return tuple(dict.fromkeys(re.findall(r'<[^>]* lang="([^"]+)"', xhtml)))


def tag(name: str, content: str = "", /, **attributes: str | None) -> str:
    """Write an element without attributes that are None or "". ``class_`` and ``epub_type`` are renamed."""
    return f"<{name}{_write_attributes(attributes)}>{content}</{name}>"


def void_tag(name: str, /, **attributes: str | None) -> str:
    """Write an element without content. An empty ``alt`` is kept, since it has a meaning."""
    return f"<{name}{_write_attributes(attributes, kept='alt')}/>"


def _write_attributes(attributes: Mapping[str, str | None], kept: str = "") -> str:
    return "".join(
        f' {_attribute_name(key)}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None and (value != "" or key == kept)
    )


def _attribute_name(key: str) -> str:
    return {"class_": "class", "epub_type": "epub:type"}.get(key, key.replace("_", "-"))


_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(
    r'<(?:pre|code|kbd|span class="[^"]*\bsamp\b[^"]*")[ >].*?</(?:pre|code|kbd|span)>', re.DOTALL
)


class FontRequirements(NamedTuple):
    """The characters of pages, those in code, and the languages, in order of appearance.

    Each character occurs once per page, as written and in NFC (UAX 15), on a separate line, so that it does
    not combine with another.
    """

    characters: str
    code: str
    languages: tuple[str, ...]


def collect_font_requirements(pages: Iterable[str], memory: Memory = NO_MEMORY) -> FontRequirements:
    """Return the characters and languages in the bodies of pages."""
    found = (memory.call(_collect_from_page, page.encode()) for page in pages)
    characters, code, languages = zip(*found, strict=True)
    named = dict.fromkeys(language for page in languages for language in page)
    return FontRequirements("\n".join(characters), "\n".join(filter(None, code)), tuple(named))


def _collect_from_page(page: bytes) -> FontRequirements:
    xhtml = page.decode()
    body = xhtml[xhtml.index("<body") :]
    return FontRequirements(
        _distinct_characters(body), _distinct_characters("".join(_CODE.findall(body))), find_languages(xhtml)
    )


def _distinct_characters(markup: str) -> str:
    words = _TAG.sub("", markup)
    return "\n".join(dict.fromkeys(words + unicodedata.normalize("NFC", words)))
