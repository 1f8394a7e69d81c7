"""Find resources outside the package that reading systems would download (EPUB 3.3, section 3.6).

All attributes and style sheets must refer to files of the package. Remote addresses are allowed only in links
that readers follow, citations and metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2
from lxml import etree

_LINKS = frozenset(("a", "area", "{http://www.idpf.org/2007/opf}link"))
_URL_ATTRIBUTES = frozenset(
    "action altimg archive background by classid codebase data dynsrc formaction from href icon imagesrcset "
    "longdesc lowsrc manifest ping poster src srcset to usemap values".split()
)
_TEXT_ATTRIBUTES = frozenset(  # functions with text, names or metadata
    "about abbr alt alttext arcrole cite class content datatype definitionurl id itemid itemprop itemtype "
    "label placeholder prefix profile property resource role schemalocation summary title typeof value "
    "vocab".split()
)
_IGNORED_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\xa0]+")  # characters ignored in a URL (URL Standard, 4.4)
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:blob|file|ftp|https?|wss?):", re.IGNORECASE)
_OTHER_SCHEME = re.compile(
    r"(?!data:(?:image|font)/|data:application/(?:x-)?font)[a-z][a-z0-9+.-]*:", re.IGNORECASE
)
_MAY_BE_REMOTE = re.compile(r"[:\\(]|//")  # fast, since few attributes match
_SEPARATORS = re.compile(r"[\s,;]+")  # attributes with several URLs
_CSS_WITH_URL = re.compile(r"[\\@]|url|src|image|http|//", re.IGNORECASE)
_TEXT_FUNCTIONS = frozenset("attr counter counters format local symbols".split())
_OTHER_CHARSET = re.compile(r"@charset (?!\"utf-8\";)", re.IGNORECASE)


def find_remote_resource(element: etree._Element) -> str:
    """Describe the first attribute of an element that has a remote address, or return ""."""
    tag = str(element.tag)
    is_link = tag in _LINKS or tag.rpartition("}")[2].lower() in _LINKS
    for key, text in element.attrib.items():
        value = str(text)
        if not _MAY_BE_REMOTE.search(value):
            continue
        attribute = str(key).rpartition("}")[2].lower()
        if attribute in _TEXT_ATTRIBUTES or attribute.startswith(("aria-", "data-")):
            continue
        if attribute == "href" and is_link:
            continue
        is_url = attribute in _URL_ATTRIBUTES
        for part in (value, *_SEPARATORS.split(value)):
            if _is_remote(part, any_scheme=is_url):
                return f'the remote address "{part.strip()[:60]}" ({attribute}=)'
        if address := find_remote_style(value):
            return address
    return ""


def find_remote_style(css: str) -> str:
    """Describe the first remote address in a style sheet or in declarations, or return ""."""
    if not _CSS_WITH_URL.search(css):
        return ""
    if _OTHER_CHARSET.match(css):
        return "a style sheet in an encoding other than UTF-8"
    for address in _iter_addresses(tinycss2.parse_component_value_list(css, skip_comments=True)):
        if _is_remote(address, any_scheme=True):
            return f'the remote address "{address.strip()[:60]}" (CSS)'
    return ""


def _is_remote(address: str, *, any_scheme: bool) -> bool:
    """Return whether an address points outside the package.

    If ``any_scheme`` is true, every URL scheme counts as outside, except ``data:`` with an image or a font.
    """
    plain = _IGNORED_CHARACTERS.sub("", address).replace("\\", "/")
    return bool(_REMOTE.match(plain) or (any_scheme and _OTHER_SCHEME.match(plain)))


def _iter_addresses(tokens: Iterable[Any]) -> Iterator[str]:
    """Yield each URL of a style sheet, and each string that may be a URL.

    Strings in at-rules, variables and functions may be URLs, as in ``image-set()``, unless they are namespace
    names. The first token of a statement distinguishes these cases.
    """
    waiting: list[tuple[Iterator[Any], str, bool]] = [(iter(list(tokens)), "", False)]
    while waiting:
        current, statement, is_in_value = waiting.pop()  # statements do not end inside a value
        for token in current:
            if token.type == "at-keyword":
                statement = f"@{token.lower_value}"
            elif token.type not in ("whitespace", "<!--", "-->"):
                statement = statement or str(getattr(token, "value", token.type))
            may_be_url = statement.startswith(("@", "--"))
            if statement != "@namespace" and (token.type == "url" or (token.type == "string" and may_be_url)):
                yield token.value
            content: Iterable[Any] = (
                getattr(token, "arguments", None) or getattr(token, "content", None) or ()
            )
            if token.type == "function":
                inner = (iter(content), "text" if token.lower_name in _TEXT_FUNCTIONS else "@", True)
            elif token.type == "() block":
                inner = (iter(content), statement, True)
            elif token.type == "{} block":
                is_variable = statement.startswith("--")
                statement = statement if is_variable else ""
                inner = (iter(content), statement, is_variable)
            else:
                if token == ";" and not is_in_value:
                    statement = ""
                continue
            waiting += [(current, statement, is_in_value), inner]
            break
