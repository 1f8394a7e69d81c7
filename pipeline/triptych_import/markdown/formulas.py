"""Formulas in CommonMark texts: where they stand, and their marks as pandoc wants them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.headings import headings
from triptych_import.markdown.masking import (
    DISPLAYED,
    HIDDEN,
    IN_LINE,
    Kind,
    code_blocks,
    formulas,
    hidden,
    mask,
    scan,
)
from triptych_import.markdown.pairs import pairs

_LOOSE = re.compile(r"(?<![A-Za-z0-9$])\$([ \t]++(?=\S)[^$\n]*+|[^\s$][^$\n]*+(?<=[ \t]))\$(?![A-Za-z0-9$])")
_IN_LINE = re.compile(rf"(?<!\$){IN_LINE}", re.DOTALL)
_DISPLAYED = re.compile(DISPLAYED, re.DOTALL)
_SEPARATOR = "<!-- -->"  # pandoc reads no formula before a digit
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORDS = re.compile(rf"(?=.*\s)(?=.*(?:{_WORD.pattern}))[^\\^_={{}}<>{HIDDEN}]+", re.DOTALL)
_GAP = re.compile(r"\n[ \t]*\n")
_TAG = re.compile(r"<[A-Za-z/][^<>]*>")
_AROUND_CODE = re.compile(rf"\${HIDDEN}+\$")
_GITHUB = re.compile(r"\$`([^`\n]+)`\$")
# Marks at both ends: those in a line, those on lines of their own, other displayed ones.
_SINGLE = (r"\\\(", r"\\\)"), (r"^[ \t]*\\\[[ \t]*$", r"^[ \t]*\\\][ \t]*$"), (r"\\\[", r"\\\]")
_DOUBLE = (r"\\\\\(", r"\\\\\)"), (r"\\\\\[", r"\\\\\]")
_TEX = re.compile(r"\\[A-Za-z]|[\^_=]")
_IN_BRACKETS = re.compile(r"(?<!\\)\\\((?:(?!\\\)|\n\n).)*\\[A-Za-z]{2}", re.DOTALL)
_LETTER = re.compile(r"\s*\w\s*")
# What KaTeX and MathJax know besides, as pandoc knows it.
_MORE = {
    "rarr": r"\rightarrow", "larr": r"\leftarrow", "lrarr": r"\leftrightarrow", "harr": r"\leftrightarrow",
    "Rarr": r"\Rightarrow", "Larr": r"\Leftarrow", "Harr": r"\Leftrightarrow", "rArr": r"\Rightarrow",
    "lArr": r"\Leftarrow", "hArr": r"\Leftrightarrow", "uarr": r"\uparrow", "darr": r"\downarrow",
    "isin": r"\in", "exist": r"\exists", "infin": r"\infty", "empty": r"\emptyset", "sdot": r"\cdot",
    "sub": r"\subset", "sube": r"\subseteq", "supe": r"\supseteq", "and": r"\land", "or": r"\lor",
    "R": r"\mathbb{R}", "N": r"\mathbb{N}", "Z": r"\mathbb{Z}", "C": r"\mathbb{C}", "Reals": r"\mathbb{R}",
    "alef": r"\aleph", "thetasym": r"\vartheta", "weierp": r"\wp", "plusmn": r"\pm", "bull": r"\bullet",
    "lang": r"\langle", "rang": r"\rangle", "real": r"\Re", "image": r"\Im", "dArr": r"\Downarrow",
    "argmax": r"\operatorname{argmax}", "argmin": r"\operatorname{argmin}", "newline": r"\\",
    "space": r"\ ", "LaTeX": r"\text{LaTeX}", "TeX": r"\text{TeX}",
    "textnormal": r"\text{#1}", "bold": r"\mathbf{#1}", "mathbbm": r"\mathbb{#1}", "Bbb": r"\mathbb{#1}",
    "cfrac": r"\frac{#1}{#2}", "raisebox": r"{#2}", "textcircled": r"\text{(#1)}",
}  # fmt: skip
_KERN = re.compile(r"\\kern\s*-?[\d.]+\s*(?:em|ex|pt|mu|cm|mm)")
_DEFINITIONS = re.compile(
    r"(?:\s*\\(?:(?:re)?newcommand|providecommand|def|DeclareMathOperator)\b[^\n]*)+\s*"
)
_DEFINITION = re.compile(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)\}?(.*)")
_COLOUR = re.compile(r"\\(?:textcolor|f?colorbox|color|bbox)(?![A-Za-z])")
_FENCE_LINE = re.compile(r"^\$\$[ \t]*$")


def tidied(draft: Draft) -> Draft:
    """Formulas of GitHub between dollars; no gaps in what is displayed, no space inside of the marks."""
    draft = draft.edited([*_blocks(draft.text), *_in_code(draft.text)])
    draft = draft.edited(_gaps(draft.text))
    draft = draft.edited(_loose(draft.text))
    return draft.edited(_dollars(draft.text))


def has_brackets(text: str) -> bool:
    r"""Return whether TeX commands stand in ``\( … \)``: its tool then reads all such brackets so."""
    return "\\(" in text and bool(_IN_BRACKETS.search(mask(text, escapes=False)))


def from_brackets(draft: Draft, *, double: bool = False, always: bool = False) -> Draft:
    r"""``\( … \)`` and ``\[ … \]``, or with two backslashes each, → dollars.

    Unless ``always``, only what looks like TeX is meant: elsewhere the backslash protects a bracket.
    """
    prose = mask(draft.text, escapes=False)
    edits: list[Edit] = []
    for kind, opening, closing in pairs(_DOUBLE if double else _SINGLE, prose):
        body = prose[opening.end() : closing.start()]
        tex = _TEX.search(body) or (kind == 0 and _LETTER.fullmatch(body))
        if HIDDEN in body or "\n\n" in body or not body.strip() or not (always or tex):
            continue
        mark = "$$" if kind else "$"
        gap = _SEPARATOR if not kind and prose[closing.end() : closing.end() + 1].isdigit() else ""
        edits.append(Edit(opening.start(), closing.end(), f"{mark}{body.strip()}{mark}{gap}"))
    return draft.edited([*edits, *_bare_dollars(draft.text, edits)])


def _bare_dollars(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Backslashes before dollars that would pair with those of a new formula in their paragraph."""
    if not edits or "$" not in text:
        return
    masked = mask(text)
    masked = hidden(masked, formulas(masked))
    masked = _TAG.sub(lambda match: HIDDEN * len(match.group()), masked)
    gaps = [match.start() for match in _GAP.finditer(text)]
    paragraphs = {bisect_right(gaps, edit.start) for edit in edits}
    for match in re.finditer(r"\$", masked):
        if bisect_right(gaps, match.start()) in paragraphs:
            yield Edit(match.start(), match.start(), "\\")


def _blocks(text: str) -> Iterator[Edit]:
    """A code block of the language ``math`` is a displayed formula."""
    for block in code_blocks(scan(text)):
        if re.fullmatch(r"[ \t]*(`{3,}|~{3,})[ \t]*math[ \t]*", block.opening.text):
            for line in filter(None, (block.opening, block.closing)):
                yield Edit(line.end - len(line.text.lstrip()), line.end, "$$")


def _in_code(text: str) -> Iterator[Edit]:
    for match in _AROUND_CODE.finditer(mask(text)):
        if code := _GITHUB.fullmatch(text, *match.span()):
            yield Edit(*match.span(), f"${code.group(1).strip()}$")


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
    masked, position = mask(text), 0
    while match := _LOOSE.search(masked, position):
        body, position = text[slice(*match.span(1))], match.end()
        if _TEX.search(body):
            yield Edit(*match.span(1), body.strip())
        else:  # words between two formulas: the second dollar opens the next one
            position -= 1


def _dollars(text: str) -> list[Edit]:
    """What has pandoc pair dollars as the text's own tool does.

    A separator between a formula and a digit, which may be that of a price for pandoc; and backslashes
    before the dollars of amounts, such as 5$/month and 10$/month.
    """
    masked, edits, position = mask(text), dict[int, str](), 0
    while match := _IN_LINE.search(masked, position):
        body, start, last = match.group()[1:-1], match.start(), match.end() - 1
        position = match.end()
        if masked[position : position + 1].isdigit():
            if _is_tex(body):
                edits[position] = _SEPARATOR
            else:
                position = last
            continue
        before = masked[start - 1 : start]
        behind_word = before.isascii() and before.isalnum()
        if not (behind_word or body[0].isdigit()) or not _WORDS.fullmatch(body):
            continue
        other = _IN_LINE.match(masked, last)
        if not _DISPLAYED.match(masked, last) and not (other and _is_tex(other.group()[1:-1])):
            if not behind_word:
                continue
            edits[last] = "\\"
        edits[start] = "\\"
        for place in (place for place in (start, last) if edits.get(place) == "\\"):
            masked = f"{masked[:place]} {masked[place + 1 :]}"
        position = masked.rfind("\n\n", 0, start) + 1  # those before may be paired with others now
    return [Edit(place, place, new) for place, new in edits.items()]


def _is_tex(body: str) -> bool:
    return bool(_TEX.search(body)) or not (body[0].isdigit() or body[-1] in ",.;:" or _WORD.search(body))


def _only_definitions(text: str) -> Iterator[Edit]:
    """Displayed formulas that only define macros, and show nothing: pandoc takes the definitions bare."""
    for start, end in formulas(mask(text)):
        body = text[start + 2 : end - 2]
        if text.startswith("$$", start) and _DEFINITIONS.fullmatch(body):
            yield Edit(start, end, "\n".join(line.strip() for line in body.split("\n")))


def macros(text: str) -> dict[str, str]:
    """A file of KaTeX macros, one ``\\name:{body}`` a line → name → definition for pandoc."""
    out = {}
    for match in re.finditer(r"^\\([A-Za-z]+):(.+?)[ \t]*$", text, re.MULTILINE):
        name, body = match.group(1), _KERN.sub("", match.group(2))
        out[name] = _definition(name, body)
    return out


def _definition(name: str, body: str) -> str:
    """A macro for pandoc, which takes as many arguments as its body names."""
    count = max(re.findall(r"#(\d)", body), default="")
    return f"\\newcommand{{\\{name}}}{f'[{count}]' if count else ''}{{{body}}}"


def used_macros(text: str, macros: Mapping[str, str]) -> list[str]:
    """The definitions of the macros that a text and those definitions use, in the order of the file."""
    used: set[str] = set()
    waiting = [text]
    while waiting:
        names = set(re.findall(r"\\([A-Za-z]+)", waiting.pop())) & set(macros) - used
        used |= names
        waiting += [macros[name] for name in names]
    return [macros[name] for name in macros if name in used]


def with_macros(draft: Draft, macros: Mapping[str, str]) -> Draft:
    """A text with the definitions of the macros it uses, behind its title where it begins with one."""
    draft = draft.edited(_only_definitions(draft.text))
    text = draft.text
    shown = " ".join(text[start:end] for start, end in formulas(mask(text)))
    defined = set(re.findall(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)", text))
    defaults = {name: _definition(name, body) for name, body in _MORE.items()}
    macros = {name: line for name, line in (defaults | dict(macros)).items() if name not in defined}
    used = used_macros(shown, macros)
    if not used:
        return draft
    first = next(iter(headings(text)), None)
    leads = first is not None and not text[: first.start].strip()
    place = first.end if first is not None and leads else 0
    lines = "\n".join(used)
    return draft.edited([Edit(place, place, f"\n\n{lines}\n" if leads else f"{lines}\n\n")])


def without_colours(draft: Draft) -> Iterator[Finding]:
    """Report each formula with a colour, its own or that of a macro; formulas are set in one colour."""
    text = draft.text
    if not _COLOUR.search(text):
        return
    bodies = {name: body for name, body in _DEFINITION.findall(text) if name != "textcolor"}
    for start, end in formulas(mask(text)):
        shown = text[start:end]
        if not _DEFINITIONS.fullmatch(shown) and (
            colour := _COLOUR.search(" ".join((shown, *used_macros(shown, bodies))))
        ):
            yield draft.finding(
                start, f"`{colour.group()}` in a formula is not supported", "the formula has no colour"
            )
