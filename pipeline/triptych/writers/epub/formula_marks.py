"""Marks keep to the formula that they stand at, where a browser would break the line between the two."""

from __future__ import annotations

import re

# A formula that scrolls has a line of its own in effect. Letters at one are its ending, as of the nth.
_FORMULA = r"<math\b(?![^>]*class=\"long\")[^>]*>(?:[^<]|<(?!/math>))*+</math>"
_OPENING, _CLOSING = r"[(\[“‘„«¿¡（「『《]", r"[,.;:!?)\]”’»…%，。；：！？）」』》、]|&(?:quot|#x27);"
_MARKED = re.compile(rf"((?:{_OPENING})*+)({_FORMULA})((?:{_CLOSING})*+(?:[-\u2010\u2011]?[A-Za-z]+)?+)")


def with_marks_kept(xhtml: str) -> str:
    """XHTML whose formulas are no further from their brackets, commas and endings than those are written."""
    if "<math" not in xhtml:
        return xhtml
    return _MARKED.sub(lambda m: f'<span class="kept">{m[0]}</span>' if m[1] or m[3] else m[0], xhtml)
