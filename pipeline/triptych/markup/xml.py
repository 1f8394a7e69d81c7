"""Write XML elements as strings, and collect the languages and characters of XHTML pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.formulas.alphabets import find_variant

# Characters that XML 1.0 forbids even if they are escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(value: str) -> str:
    """Escape a string for XML text or a quoted attribute value. Replace characters that XML forbids."""
    return html.escape(_FORBIDDEN.sub("\ufffd", value), quote=True)


def find_languages(xhtml: str) -> tuple[str, ...]:
    """Return the values of ``lang`` attributes in XHTML, in order of appearance."""
    return tuple(dict.fromkeys(re.findall(r'<[^<>]* lang="([^"]+)"', xhtml)))


def tag(name: str, content: str = "", /, **attributes: str | None) -> str:
    """Return an element as a string, without attributes that are None or "".

    Underscores in attribute names become hyphens. ``class_`` stands for ``class``, and ``epub_type`` for
    ``epub:type``.
    """
    return f"<{name}{_write_attributes(attributes)}>{content}</{name}>"


def void_tag(name: str, /, **attributes: str | None) -> str:
    """Return an element without content as a string. An empty ``alt`` attribute is kept."""
    return f"<{name}{_write_attributes(attributes, kept_empty='alt')}/>"


def _write_attributes(attributes: Mapping[str, str | None], kept_empty: str = "") -> str:
    return "".join(
        f' {_get_attribute_name(key)}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None and (value != "" or key == kept_empty)
    )


def _get_attribute_name(key: str) -> str:
    return {"class_": "class", "epub_type": "epub:type"}.get(key, key.replace("_", "-"))


_TAG = re.compile(r"<[^<>]*>")
_SINGLE_LETTER = re.compile(r"<mi>([^<&])</mi>")
_FORMULA_TEXT = re.compile(r"<mtext\b[^>]*+>([^<]*+)</mtext>")
_CODE = re.compile(
    r'<(?:pre|code|kbd|span class="[^"]*\bsamp\b[^"]*")[ >].*?</(?:pre|code|kbd|span)>', re.DOTALL
)


class FontRequirements(NamedTuple):
    """The characters that fonts must have for a book, and the languages of its pages.

    ``code`` are the characters of code, which ``characters`` include. ``formulas`` are those of MathML, of
    which they only include text. Each character occurs once per page, as written and in NFC (UAX 15).
    Characters are separated by line breaks, so that they do not combine.
    """

    characters: str
    code: str
    languages: tuple[str, ...]
    formulas: str = ""


def collect_font_requirements(pages: Iterable[str], memory: Memory = NO_MEMORY) -> FontRequirements:
    """Return the characters and languages in the bodies of XHTML pages."""
    requirements = (memory.call(_collect_from_page, page.encode()) for page in pages)
    characters, code, languages, formulas = zip(*requirements, strict=True)
    all_languages = dict.fromkeys(language for page in languages for language in page)
    return FontRequirements(
        "\n".join(characters),
        "\n".join(filter(None, code)),
        tuple(all_languages),
        "\n".join(filter(None, formulas)),
    )


def _collect_from_page(page: bytes) -> FontRequirements:
    xhtml = page.decode()
    body = xhtml[xhtml.index("<body") :]
    text, formulas = _separate_formulas(body)
    if "<msqrt" in formulas or "<mroot" in formulas:
        formulas += "√"
    texts = "\n".join(_FORMULA_TEXT.findall(formulas))
    return FontRequirements(
        _list_distinct_characters(text + texts),
        _list_distinct_characters("".join(_CODE.findall(body))),
        find_languages(xhtml),
        _list_distinct_characters(html.unescape(_SINGLE_LETTER.sub(_get_italic_letter, formulas))),
    )


def _separate_formulas(markup: str) -> tuple[str, str]:
    """Return markup without its ``math`` elements, and these elements."""
    first, *others = markup.split("<math ")
    pieces = [other.partition("</math>") for other in others]
    return first + "".join(rest for _, _, rest in pieces), "".join(f"<math {one}" for one, _, _ in pieces)


def _get_italic_letter(match: re.Match[str]) -> str:
    """Return the italic letter that MathML renders for a single letter."""
    return find_variant(match[1], "italic")


def _list_distinct_characters(markup: str) -> str:
    words = _TAG.sub("", markup)
    return "\n".join(dict.fromkeys(words + unicodedata.normalize("NFC", words)))
