"""Addresses of the web as RFC 3986 allows them: people write them as browsers put up with."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?(//[^/?#]*)?([^#]*)(#.*)?", re.DOTALL)
_NAME = r"[\w~!$&'()*+,;=%{}<>`|^-]{1,63}"  # of a domain (RFC 1035), more than registries allow
_HOST = re.compile(rf"//(?:[^@\s/]*@)?(?:{_NAME}(?:\.{_NAME})*\.?|(\[[0-9A-Fa-f:.]+\]))(?::\d*)?")
# All that may stand in a path, query or fragment; letters of other scripts make it an IRI (RFC 3987).
_ALLOWED = "/?:@!$&'()*+,;=-._~%"


def valid_address(target: str) -> str | None:
    """An address with what must not stand in one written as ``%``; None where its host is none."""
    match = _PARTS.fullmatch(target.strip())
    assert match is not None
    scheme, host, path, fragment = (part or "" for part in match.groups())
    if scheme.lower() in ("http:", "https:", ""):
        named = _HOST.fullmatch(unquote(host))
        if named is None:
            return None
        host = unquote(host) if named.group(1) else _encoded(host)
    fragment = fragment and "#" + _encoded(fragment[1:])
    return f"{scheme}{host}{_encoded(path)}{fragment}"


def _encoded(text: str) -> str:
    """Forbidden characters and lone percent signs as ``%``; what is encoded stays."""
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return "".join(char if ord(char) > 0xA0 or char in _ALLOWED else quote(char) for char in text)
