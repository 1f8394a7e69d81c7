"""Formulas in CommonMark texts: where they stand, and their marks as pandoc wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triptych.importing.draft import Draft, Edit
from triptych.importing.headings import headings
from triptych.importing.masking import HIDDEN, Kind, mask, scan

_NO_GAP = r"(?:(?!\n[ \t]*\n)[^$])"  # a formula does not go over an empty line
_SPAN = re.compile(
    rf"\$\$(?=\s*[^\s$]){_NO_GAP}+\$\$|(?<![\w$])\$(?=[^\s$])(?:{_NO_GAP}*[^\s$])?\$(?![\d$])"
    r"|\\begin\{([A-Za-z]+\*?)\}(?:(?!\n[ \t]*\n).)*?\\end\{\1\}"
    r"|^[ \t]*\\(?:(?:re)?newcommand|def|DeclareMathOperator)\b[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_LOOSE = re.compile(r"(?<![\w$])\$([ \t]+(?=\S)[^$\n]*?|[^\s$][^$\n]*?[ \t]+)\$(?![\w$])")
_GITHUB = re.compile(r"\$`([^`\n]+)`\$")
_SINGLE = re.compile(
    r"\\\((.+?)\\\)|^[ \t]*\\\[[ \t]*$(.+?)^[ \t]*\\\][ \t]*$|\\\[(.+?)\\\]", re.DOTALL | re.MULTILINE
)
_DOUBLE = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_TEX = re.compile(r"\\[A-Za-z]|[\^_=]")
_LETTER = re.compile(r"\s*\w\s*")
_FENCE_LINE = re.compile(r"^\$\$[ \t]*$")


def spans(masked: str) -> list[tuple[int, int]]:
    """Where formulas between dollars, environments and definitions of TeX stand in a masked text."""
    return [match.span() for match in _SPAN.finditer(masked)]


def tidied(draft: Draft) -> Draft:
    """Formulas of GitHub between dollars; no gaps in what is displayed, no space inside of the marks."""
    draft = draft.edited([*_blocks(draft.text), *_in_code(draft.text)])
    draft = draft.edited(_gaps(draft.text))
    return draft.edited(_loose(draft.text))


def from_brackets(draft: Draft, *, double: bool = False, always: bool = False) -> Draft:
    r"""``\( … \)`` and ``\[ … \]``, or with two backslashes each, → dollars.

    Unless ``always``, only what looks like TeX is meant: elsewhere the backslash protects a bracket.
    """
    prose = mask(draft.text, escapes=False)
    edits = []
    for match in (_DOUBLE if double else _SINGLE).finditer(prose):
        body = next(group for group in match.groups() if group is not None)
        tex = _TEX.search(body) or (match.group(1) is not None and _LETTER.fullmatch(body))
        if HIDDEN in body or "\n\n" in body or not (always or tex):
            continue
        mark = "$" if match.group(1) is not None else "$$"
        edits.append(Edit(match.start(), match.end(), f"{mark}{body.strip()}{mark}"))
    return draft.edited(edits)


def _blocks(text: str) -> Iterator[Edit]:
    """A code block of the language ``math`` is a displayed formula."""
    lines = scan(text)
    inside = False
    for line in lines:
        if line.kind is Kind.OPENING:
            inside = bool(re.fullmatch(r"[ \t]*(`{3,}|~{3,})[ \t]*math[ \t]*", line.text))
        if not inside:
            continue
        mark = len(line.text) - len(line.text.lstrip())
        if line.kind in (Kind.OPENING, Kind.CLOSING):
            yield Edit(line.start + len(line.quote) + mark, line.end, "$$")
        inside = line.kind is not Kind.CLOSING


def _in_code(text: str) -> Iterator[Edit]:
    lines = scan(text)
    for match in _GITHUB.finditer(text):
        line = next(line for line in lines if line.start <= match.start() <= line.end)
        if line.prose:
            yield Edit(match.start(), match.end(), f"${match.group(1).strip()}$")


def _gaps(text: str) -> Iterator[Edit]:
    """Empty lines between two lines of ``$$`` go."""
    waiting: list[Edit] = []
    inside = False
    for line in scan(text):
        if line.prose and _FENCE_LINE.match(line.text):
            if inside:
                yield from waiting
            inside, waiting = not inside, []
        elif inside and line.kind is Kind.BLANK:
            waiting.append(Edit(line.start, line.end + 1, ""))
        elif not line.prose:
            inside = inside and line.kind is Kind.INDENTED


def _loose(text: str) -> Iterator[Edit]:
    for match in _LOOSE.finditer(mask(text)):
        body = text[slice(*match.span(1))]
        if _TEX.search(body):
            yield Edit(*match.span(1), body.strip())


def macros(text: str) -> dict[str, str]:
    """A file of KaTeX macros, one ``\\name:{body}`` a line → name → definition for pandoc."""
    out = {}
    for match in re.finditer(r"^\\([A-Za-z]+):(.+?)[ \t]*$", text, re.MULTILINE):
        name, body = match.groups()
        count = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
        arguments = f"[{count}]" if count else ""
        out[name] = f"\\newcommand{{\\{name}}}{arguments}{{{body}}}"
    return out


def used_macros(text: str, known: Mapping[str, str]) -> list[str]:
    """The definitions of the macros that a text and those definitions use, in the order of the file."""
    used: set[str] = set()
    waiting = [text]
    while waiting:
        names = set(re.findall(r"\\([A-Za-z]+)", waiting.pop())) & set(known) - used
        used |= names
        waiting += [known[name] for name in names]
    return [known[name] for name in known if name in used]


def with_macros(draft: Draft, known: Mapping[str, str]) -> Draft:
    """A text with the definitions of the macros it uses, behind its first heading where it has one."""
    used = used_macros(draft.text, known)
    if not used:
        return draft
    found = headings(draft.text)
    place = 0
    if found:
        end = found[0].underline[1] if found[0].underline else found[0].start
        place = (draft.text + "\n").index("\n", end)
    lines = "\n".join(used)
    gap = "\n\n" if found else ""
    return draft.edited([Edit(place, place, f"{gap}{lines}\n{'' if found else chr(10)}")])
