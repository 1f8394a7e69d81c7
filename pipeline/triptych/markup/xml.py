"""Small tools for writing XML as text."""

from __future__ import annotations

import re
from html import escape

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
