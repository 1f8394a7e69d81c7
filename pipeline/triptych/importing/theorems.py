"""Theorems and their like: numbered here, once for the book, and named by the references to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from triptych.importing.book import Section
from triptych.importing.draft import Draft, Edit
from triptych.importing.masking import mask

# Quarto's and bookdown's prefixes of ids, bookdown's class, and the name in English and Chinese.
_KINDS = {
    "thm": ("theorem", "Theorem", "定理"),
    "lem": ("lemma", "Lemma", "引理"),
    "cor": ("corollary", "Corollary", "推论"),
    "prp": ("proposition", "Proposition", "命题"),
    "cnj": ("conjecture", "Conjecture", "猜想"),
    "def": ("definition", "Definition", "定义"),
    "exm": ("example", "Example", "例"),
    "exr": ("exercise", "Exercise", "练习"),
    "hyp": ("hypothesis", "Hypothesis", "假设"),
    "sol": ("solution", "Solution", "解"),
    "rem": ("remark", "Remark", "注"),
    "alg": ("algorithm", "Algorithm", "算法"),
}
_BY_CLASS = {names[0]: prefix for prefix, names in _KINDS.items()}
_UNNUMBERED = {"proof": ("Proof", "证明"), "remark": ("Remark", "注"), "solution": ("Solution", "解")}
_OPENING = re.compile(
    r"^([ \t]*:{3,}[ \t]*)(?:\{([^{}\n]*)\}|([a-z]+))[ \t]*:*[ \t]*\n\s*"
    r"(?:#+[ \t]+(.+?)[ \t]*(?:\{[^{}\n]*\})?[ \t]*\n\s*)?",
    re.MULTILINE,
)
_ID = rf"(?:{'|'.join(_KINDS)})-[\w:-]*\w"
_REFERENCE = re.compile(rf"\[(-?)@({_ID})\]|(?<![\w\\])@({_ID})")
_BOOKDOWN = re.compile(rf"\\@ref\(({'|'.join(_KINDS)}|prop):([\w-]+)\)")


def numbered(sections: Sequence[Section], language: str) -> tuple[Section, ...]:
    """Sections whose theorems begin with their name in bold, and whose references to them are links."""
    chinese = language.lower().startswith("zh")
    counts: dict[str, int] = {}
    names: dict[str, str] = {}

    def titled(draft: Draft) -> Draft:
        edits = []
        for match in _OPENING.finditer(mask(draft.text)):
            made = _heading(draft.text, match, counts, names, chinese=chinese)
            edits += [Edit(match.start(), match.end(), made)] if made else []
        return draft.edited(edits)

    def linked(draft: Draft) -> Draft:
        edits = []
        masked = mask(draft.text)
        for match in _REFERENCE.finditer(masked):
            name = match.group(2) or match.group(3)
            if name in names:
                said = names[name].rpartition(" ")[2] if match.group(1) else names[name]
                edits.append(Edit(match.start(), match.end(), f"[{said}](#{name})"))
        for match in _BOOKDOWN.finditer(draft.text):
            name = f"{'prp' if match.group(1) == 'prop' else match.group(1)}-{match.group(2)}"
            if name in names:
                number = names[name].rpartition(" ")[2]
                edits.append(Edit(match.start(), match.end(), f"[{number}](#{name})"))
        return draft.edited(edits)

    for change in (titled, linked):
        sections = [
            replace(
                section,
                pieces=tuple(replace(piece, draft=change(piece.draft)) for piece in section.pieces),
            )
            for section in sections
        ]
    return tuple(sections)


def _heading(
    text: str, match: re.Match[str], counts: dict[str, int], names: dict[str, str], *, chinese: bool
) -> str:
    """The opening of a theorem with its name and number, "" where the div is something else."""
    written = text[slice(*match.span(2))] if match.group(2) is not None else f".{match.group(3)}"
    classes = re.findall(r"\.([\w-]+)", re.sub(r"\"[^\"]*\"", "", written))
    identifier = next(iter(re.findall(r"#([\w:-]+)", written)), "")
    prefix = identifier.partition("-")[0] if identifier.partition("-")[0] in _KINDS else ""
    by_class = next((name for name in classes if name in _BY_CLASS or name == "proof"), "")
    title = re.search(r"(?:name|title)\s*=\s*\"([^\"]*)\"", written)
    said = title.group(1) if title else text[slice(*match.span(4))] if match.group(4) else ""
    if not prefix and by_class in _BY_CLASS and identifier:
        prefix = _BY_CLASS[by_class]
        identifier = f"{prefix}-{identifier}"
    if prefix:
        counts[prefix] = counts.get(prefix, 0) + 1
        label = f"{_KINDS[prefix][2 if chinese else 1]} {counts[prefix]}"
        names[identifier] = label
    elif by_class:
        english, other = _UNNUMBERED.get(by_class) or _KINDS[_BY_CLASS[by_class]][1:]
        label = other if chinese else english
    else:
        return ""
    name = f" ({said})" if said else ""
    attributes = f"{{#{identifier} .{by_class or _KINDS[prefix][0]}}}" if identifier else f"{{.{by_class}}}"
    return f"{match.group(1)}{attributes}\n**{label}{name}.** "
