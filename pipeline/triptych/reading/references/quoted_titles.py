"""Quotations within titles of sources, as citeproc understands them.

It sets straight quotation marks as the language has them, the inner ones in the place of the outer ones where
a style puts titles in quotation marks. But it leaves curly ones alone, and pandoc's reader of BibTeX makes an
apostrophe of each single one, so that "’old’" would stand in the list.
"""

from __future__ import annotations

import re

from triptych.reading.pandoc import Json

_FIELDS = ("title", "title-short", "container-title", "collection-title")
# Before a quotation: nothing, a space, an opening mark or a dash; behind it no letter or figure.
_BEFORE, _BEHIND = r"(?<![^\s(\[“„«\"–—/-])", r"(?![^\W_])"
# Apostrophes that begin words are none: the ’90s, rock ’n’ roll.
_NO_QUOTATION = r"(?!\d\ds?\b|(?:n|til|tis|twas|em|cause|round)\b)"
_SINGLE = re.compile(rf"{_BEFORE}[‘’']{_NO_QUOTATION}(?=\S)((?:[^‘’']|[’'](?=[^\W_]))*?\S)[’']{_BEHIND}")
_DOUBLE = re.compile(rf"{_BEFORE}“(?=\S)([^“”]*?\S)”{_BEHIND}")


def with_plain_quotations(entry: Json) -> Json:
    """A CSL JSON entry whose titles have straight marks around what they quote."""
    changed = {name: _plain(entry[name]) for name in _FIELDS if isinstance(entry.get(name), str)}
    return {**entry, **changed}


def _plain(title: str) -> str:
    return _SINGLE.sub(r"'\1'", _DOUBLE.sub(r'"\1"', title))
