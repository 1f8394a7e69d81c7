"""The parts of a row of MathML: rows in it made one with it, and what stands in brackets together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from triptych.media.xml_names import local_name

_OPENING, _CLOSING, BARS = "([{⟨⌈⌊⟦", ")]}⟩⌉⌋⟧", "|‖∥∣"
_INVISIBLE = re.compile("[\u200b\u2061-\u2064\ufe00-\ufe0f]")
_ROWS = frozenset("math mrow mstyle mpadded merror mtd".split())
_LIKE_ROWS = _ROWS | {"msqrt", "menclose"}  # their parts are those of a row
# Marks over or under a letter, as characters that combine with it.
ACCENTS = {
    "^": "\u0302", "ˆ": "\u0302", "\u0302": "\u0302", "~": "\u0303", "˜": "\u0303", "\u0303": "\u0303",
    "¯": "\u0304", "‾": "\u0304", "\u0304": "\u0304", "\u0305": "\u0304", "_": "\u0332", "\u0332": "\u0332",
    "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "\u0307": "\u0307", "¨": "\u0308", "\u0308": "\u0308",
    "ˇ": "\u030c", "\u030c": "\u030c", "˘": "\u0306", "\u0306": "\u0306", "´": "\u0301", "\u0301": "\u0301",
    "`": "\u0300", "\u0300": "\u0300", "˚": "\u030a", "\u030a": "\u030a",
}  # fmt: skip
SILENT = frozenset("annotation annotation-xml mphantom none mprescripts mspace maligngroup".split())


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of a row between brackets; ``script`` is the element that the closing one is the base of."""

    opening: str
    parts: tuple[Part, ...]
    closing: str
    script: etree._Element | None = None


Part: TypeAlias = "etree._Element | Group"


def _fence(part: etree._Element) -> tuple[str, str]:
    """The sign of a bracket and what it does: "open", "close", "bar" (which does either) or ""."""
    scripted = local_name(part) in ("msup", "msub", "msubsup") and len(part) > 0
    mark = part[0] if scripted else part
    sign = sign_of(mark) if local_name(mark) == "mo" else ""
    if not sign or len(sign) > 1:
        return "", ""
    if sign in _OPENING and not scripted:
        return sign, "open"
    if sign in _CLOSING:
        return sign, "close"
    if sign in BARS and (sign != "∣" or mark.get("form")):  # \mid has no form: it stands between
        return sign, "bar"
    return "", ""


def grouped(elements: Sequence[etree._Element]) -> list[Part]:
    """The parts of a row, with those in brackets together."""
    parts: list[Part] = []
    place = 0
    while place < len(elements):
        sign, role = _fence(elements[place])
        end = _end(elements, place, sign, role) if role in ("open", "bar") else None
        if end is not None:
            closing = elements[end]
            inner = tuple(grouped(elements[place + 1 : end]))
            script = closing if len(closing) else None
            parts.append(Group(sign, inner, _fence(closing)[0], script))
            place = end + 1
            continue
        following = elements[place + 1] if place + 1 < len(elements) else None
        if sign == "{" and role == "open" and following is not None and local_name(following) == "mtable":
            parts.append(Group(sign, (following,), ""))
            place += 2
            continue
        parts.append(elements[place])
        place += 1
    return parts


def _end(elements: Sequence[etree._Element], start: int, sign: str, role: str) -> int | None:
    """Where the bracket that opens at a place is closed."""
    depth = 0
    for place in range(start + 1, len(elements)):
        other, does = _fence(elements[place])
        if role == "bar" and other == sign and depth == 0:
            return place if place > start + 1 else None
        if does == "open":
            depth += 1
        elif does == "close":
            if depth == 0:
                return place if role == "open" else None
            depth -= 1
    return None


def flat(element: etree._Element) -> Iterator[etree._Element]:
    """The parts of a row and of the rows in it."""
    if local_name(element) not in _LIKE_ROWS:
        yield element
        return
    for part in element:
        if local_name(part) in _ROWS:
            yield from flat(part)
        elif local_name(part) not in SILENT and not _is_unseen(part):
            yield part


def _is_unseen(element: etree._Element) -> bool:
    """Whether an operator is one that nobody sees."""
    return local_name(element) == "mo" and not visible("".join(map(str, element.itertext()))).strip()


def leaves(element: etree._Element) -> list[etree._Element]:
    """The parts of a row that hold something."""
    return [part for part in flat(element) if len(part) or leaf(part)]


def sign_of(element: Part) -> str:
    """The character of an operator, "" for all else."""
    if isinstance(element, Group) or local_name(element) not in ("mo", "mi") or len(element):
        return ""
    return visible(element.text or "").strip()


def leaf(element: Part) -> str:
    """The one sign that an element holds, within rows; "" where there are several or none."""
    if isinstance(element, Group):
        return ""
    signs = [(part, visible(part.text or "").strip()) for part in flat(element)]
    held = [(part, sign) for part, sign in signs if len(part) or sign]
    return held[0][1] if len(held) == 1 and not len(held[0][0]) else ""


def visible(text: str) -> str:
    """Text without the signs that nobody sees, such as that of function application."""
    return _INVISIBLE.sub("", text)


def is_alphabet(character: str) -> bool:
    """Whether a letter is one of the mathematical alphabets, whose face it has in itself."""
    return "\U0001d400" <= character <= "\U0001d7ff"


def is_big(sign: str) -> bool:
    """Whether a sign is a sum, a product, an integral or alike, which has bounds."""
    return len(sign) == 1 and (
        "∏" <= sign <= "∑" or "∫" <= sign <= "∳" or "⋀" <= sign <= "⋃" or "⨀" <= sign <= "⨜"
    )


def scripts_around(element: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """The scripts behind and before the base of ``mmultiscripts``, lower and upper in turn."""
    names = [local_name(part) for part in element]
    split = names.index("mprescripts") if "mprescripts" in names else len(names)
    return list(element)[1:split], list(element)[split + 1 :]


def below_and_above(element: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    """What stands at the lower and the upper end of a sign with scripts or limits."""
    parts: list[etree._Element | None] = [*list(element)[1:3], None, None]
    if local_name(element) in ("msup", "mover"):
        return None, parts[0]
    return parts[0], parts[1]


def is_bare(element: etree._Element) -> bool:
    """Whether a fraction has no line, as a binomial has none."""
    return element.get("linethickness", "") in ("0", "0pt", "0px", "0em")
