"""References to headings by their words, as pandoc has them: ``[Heading]`` and ``[words][Heading]``.

Pandoc knows the headings of one text. Here a text gets definitions of those that it asks for, whichever
section has them: pandoc alone decides what is a link, and the pass that resolves links finds the heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.reading.front_matter import Section
from triptych.reading.outline import outline

SCHEME = "heading:"
"""What the address of such a link begins with; ``words`` of the heading follow it."""

_ATX = re.compile(r"[ \t>]*+#{1,6}[ \t](.*)")
_UNDERLINE = re.compile(r"[ \t>]*(?:=+|-{2,})[ \t]*")
_USE = re.compile(r"(?<![\w\\])(!?)\[([^\[\]]{2,200})\](?![(:{])")
_DEFINED = re.compile(r"[ \t>]*\[([^\[\]]+)\]:")


def words(text: str) -> str:
    """What is compared of a heading and of its name in brackets, whatever their marks and quotation marks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def names(sections: Iterable[Section], memory: Memory = NO_MEMORY) -> frozenset[str]:
    """The names by which texts may refer to the headings of all sections."""
    written = (
        name for one in sections for name in (one.front_matter.title, *memory.call(_headings, one.body))
    )
    return frozenset(map(_key, written))


def with_definitions(body: str, known: frozenset[str], memory: Memory = NO_MEMORY) -> str:
    """A text with definitions, behind its end, of the headings that it refers to by their words."""
    if "[" not in body:
        return body
    asked = [name for name in memory.call(_asked, body) if name in known]
    return body + "".join(f"\n\n[{name}]: <{SCHEME}{quote(words(name))}>" for name in asked)


def _asked(body: str) -> tuple[str, ...]:
    """The names in brackets that a text does not define, once each."""
    lines = body.split("\n")
    hidden = outline(lines).hidden
    prose = "\n".join("" if number in hidden else line for number, line in enumerate(lines, 1))
    own = {_key(match.group(1)) for line in prose.split("\n") if (match := _DEFINED.match(line))}
    uses = [(match.group(1), match.group(2)) for match in _USE.finditer(prose)]
    pictures = {_key(name) for picture, name in uses if picture}
    wanted = dict.fromkeys(_key(name) for _, name in uses)
    return tuple(name for name in wanted if name not in own | pictures and words(name))


def _headings(body: str) -> tuple[str, ...]:
    """The headings of a text as they are written, and others that look like one."""
    lines = body.split("\n")
    hidden = outline(lines).hidden
    found: list[str] = []
    before = ""
    for number, line in enumerate(lines, 1):
        if number in hidden:
            before = ""
            continue
        if match := _ATX.fullmatch(line):
            found.append(_without_attributes(match.group(1).strip(" \t")).rstrip("#").rstrip(" \t"))
        elif before and _UNDERLINE.fullmatch(line):
            found.append(_without_attributes(before))
        before = line.strip(" \t>")
    return tuple(found)


def _without_attributes(heading: str) -> str:
    words, brace, inside = heading.rpartition("{")
    whole = brace and inside.endswith("}") and inside.count("}") == 1
    return words.rstrip(" \t") if whole else heading


def _key(name: str) -> str:
    """A name as pandoc compares names: without regard to capitals and to how many spaces there are."""
    return " ".join(name.split()).casefold()
