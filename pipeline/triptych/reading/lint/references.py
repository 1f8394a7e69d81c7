"""Footnotes without their text, texts without their footnote, and names that are given twice."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.reading.bibliography import meant_reference
from triptych.reading.lint.draft import Draft
from triptych.settings.values import slug

_REFERENCE = re.compile(r"\[\^([^\s\]\[^]+)\](?!\()")
_DEFINITION = re.compile(r"^[ \t]*\[\^([^\s\]]+)\]:")
# What stands between such brackets in a text about regular expressions: ranges, classes, single signs.
_PATTERN = re.compile(r"(?:\w-\w)+\w*|\W.*|\w?\W")


def undefined_notes(draft: Draft) -> Iterator[Diagnostic]:
    """A reference to a note that the file does not define stands in the text as it was written."""
    for text in draft.tree.texts:
        for name in _references_in(text):
            place = draft.place(rf"\[\^{re.escape(name)}\](?!:)")
            if place is not None and (own := _without_colon(draft, name)):
                if own == place:
                    message = (
                        f'footnote "{name}" is printed as a paragraph: the colon after its label is missing'
                    )
                    yield draft.found("LNT003", place, message, f"add a colon after the label: [^{name}]: …")
            elif place is not None:
                hint = _hint(name, _defined(draft))
                yield draft.found("LNT003", place, f'footnote "{name}" is not defined in this file', hint)


def _references_in(text: str) -> list[str]:
    """Return the labels of the footnote references that a text prints."""
    names = _REFERENCE.findall(text) if "[^" in text else []
    return [name for name in names if not _PATTERN.fullmatch(name)]


def _without_colon(draft: Draft, name: str) -> tuple[int, int] | None:
    """Where the text of a note seems to begin whose mark is not followed by a colon."""
    mark = f"[^{name}]"
    starts = [number for number, line in enumerate(draft.prose, 1) if line.startswith(mark)]
    before = [number for number in starts if number == 1 or not draft.prose[number - 2].strip()]
    return (before[0], 1) if before and not draft.prose[before[0] - 1].startswith(f"{mark}:") else None


def _defined(draft: Draft) -> list[str]:
    return [match.group(1) for line in draft.prose if (match := _DEFINITION.match(line))]


def _hint(name: str, defined: list[str]) -> str:
    if name in defined:
        return "start the definition in the first column, after a blank line"
    return did_you_mean(name, defined) or f"define the footnote in a separate paragraph: [^{name}]: …"


def unused_notes(draft: Draft) -> Iterator[Diagnostic]:
    """Report a footnote without a reference, unless a misspelt reference seems to mean it."""
    unused = [remark for remark in draft.remarks if remark["type"] == "NoteDefinedButNotUsed"]
    if not unused:
        return
    defined = _defined(draft)
    misspelt = {name for text in draft.tree.texts for name in _references_in(text)}
    hints = {_hint(name, defined) for name in misspelt.difference(defined)}
    for remark in unused:
        if not any(f'did you mean "{remark["key"]}"' in hint for hint in hints):
            place = remark["line"], remark["column"]
            message = f'footnote "{remark["key"]}" is never referenced and is omitted'
            yield draft.found(
                "LNT004", place, message, f"add [^{remark['key']}] to the text, or delete the definition"
            )


def defined_twice(draft: Draft) -> Iterator[Diagnostic]:
    """Of two definitions one is left out."""
    for remark in draft.remarks:
        if remark["type"] in ("DuplicateNoteReference", "DuplicateLinkReference"):
            name = remark["contents"].strip()
            what = "footnote" if remark["type"] == "DuplicateNoteReference" else "link label"
            bare = name.removeprefix("[").removesuffix("]").removeprefix("^")
            message = f'{what} "{bare}" is defined twice in this file; the last definition is used'
            yield draft.found(
                "LNT005",
                (remark["line"], remark["column"]),
                message,
                f'rename or delete one definition of "{bare}"',
            )


_NOT_CALLED = re.compile(
    r"(?<![\w\]])\[((?:fig|tbl|sec|eq|lst)-\w[\w-]*)\](?![(\[{:])|(?<![\w/.&)])#((?:fig|tbl|sec|eq|lst)-\w[\w-]*)"
)
_BARE_ID = re.compile(r"(?<![\w@#.:/{\[-])(?:fig|tbl|sec|eq|lst)-\w[\w-]*")


def references_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """``@fig:x`` as pandoc-crossref writes it, a longer word for the kind, or an id without its ``@``."""
    ids = {attributes.id for attributes in draft.tree.attributes}
    for text in draft.tree.texts:
        for bare in _BARE_ID.finditer(text) if "-" in text else ():
            if bare[0] in ids and (
                place := draft.place(rf"(?<![\w@#.:/{{\[-]){re.escape(bare[0])}(?![\w-])")
            ):
                message = f'"{bare[0]}" is printed literally, not as a cross-reference'
                yield draft.found("LNT027", place, message, f"write @{bare[0]}")
        for bare in _NOT_CALLED.finditer(text) if "-" in text else ():
            name = bare.group(1) or bare.group(2)
            if bare.group(2) and name not in ids and bare.end() < len(text.rstrip()):
                continue  # within a sentence it may be an address
            if place := draft.place(rf"(?:\[|(?<![{{\w/.(&])#){re.escape(name)}"):
                hint = f"write @{name}" if bare.group(1) else f"write @{name}, or {{#{name}}} for an id"
                yield draft.found("LNT027", place, f'"{bare.group()}" is not a valid cross-reference', hint)
    for key in draft.tree.bare_citations:
        wanted = meant_reference(key)
        if wanted and (place := draft.place(rf"@{re.escape(key)}")):
            message = f'"@{key}" is not a valid cross-reference'
            yield draft.found(
                "LNT027", place, message, f"write @{wanted}, and give the target the id {{#{wanted}}}"
            )


_KINDS = {
    "fig": "figure|fig\\.|figures|abbildung|abb\\.|figura|图|圖",
    "tbl": "table|tables|tab\\.|tabelle|tableau|tabla|表",
    "sec": "section|chapter|sec\\.|chap\\.|abschnitt|kapitel|chapitre|capítulo|sección",
    "eq": "equation|equations|eq\\.|gleichung|équation|ecuación",
    "lst": "listing|listings",
}
_BEFORE_REFERENCE = re.compile(
    "|".join(rf"(?<!\w)(?:{words})[ \u00a0~]?\[?@{kind}-[\w-]+" for kind, words in _KINDS.items()),
    re.IGNORECASE,
)
_IN_CAPTION = re.compile(r"!\[(?:Figure|Fig\.|Abbildung|Abb\.|Table) \d+(?:\.\d+)*[.:]")
_IN_HEADING = re.compile(r"^#{1,2} +((?:Chapter|Kapitel|Chapitre|Capítulo) \d+(?:[.:]| [-–—])) *\w")
_UNNUMBERED = re.compile(r"\.unnumbered|\{-\}|\{[^}]*\s-\s*\}")


def repeated_labels(draft: Draft) -> Iterator[Diagnostic]:
    """A word before a reference, which has its own; a number written in a caption or a chapter's title."""
    for number, line in enumerate(draft.prose, 1):
        for match in _BEFORE_REFERENCE.finditer(line) if "@" in line else ():
            before = line[: match.start()]
            if before.count("[") > before.count("]"):
                continue  # in [Fig. @fig-x] the word is in place of the reference's own
            reference = match.group()[match.group().index("@") :]
            message = f"the word before `{reference}` is printed twice: cross-references already include it"
            hint = f"delete the word, or write [-{reference}] for the number alone"
            yield draft.found("LNT032", (number, match.start() + 1), message, hint)
        if "#fig-" in line and (caption := _IN_CAPTION.search(line)):
            message = (
                "the number in this caption is printed twice: figures with an id are numbered automatically"
            )
            yield draft.found(
                "LNT032",
                (number, caption.start() + 3),
                message,
                "delete the label and number from the caption",
            )
        if draft.numbered and (title := _IN_HEADING.match(line)) and not _UNNUMBERED.search(line):
            message = f'"{title.group(1)}" is printed twice: chapters are numbered automatically'
            yield draft.found(
                "LNT032", (number, title.start(1) + 1), message, f'delete "{title.group(1)}" from the title'
            )


# Without quotation marks and brackets, as attributes of C++ and indices of R have them, and no index itself.
_LINK = re.compile(
    r"(?<![\w\])!`])\[\[(?![\d\W])([^\[\]\n|#\"()]+)(#[^\[\]\n|\"()]+)?(\|[^\[\]\n]+)?\]\](?![\[(:{])"
)


def wiki_links(draft: Draft) -> Iterator[Diagnostic]:
    """A link to a section of the book, or one whose name no code has: of several words, or with a capital."""
    for number, line in enumerate(draft.prose, 1):
        for match in _LINK.finditer(line) if "[[" in line else ():
            page, heading, words = (part or "" for part in match.groups())
            path = _section(page.strip(), draft)
            if not (path or heading or words or " " in page.strip() or not page[0].islower()):
                continue
            address = posixpath.relpath(path, posixpath.dirname(draft.path)) if path else "file.md"
            if heading:
                address += f"#{slug(heading[1:])}"
            shown = words[1:].strip() or heading[1:].strip() or page.strip()
            hint = f"write [{shown}]({address})"
            yield draft.found(
                "LNT030", (number, match.start() + 1), "this wiki link is printed literally", hint
            )


def _section(page: str, draft: Draft) -> str:
    """The path of the section that a name of a page means, "" for none."""
    return _by_name(draft.sections).get(_folded(page.removesuffix(".md")), "")


@lru_cache(maxsize=1)
def _by_name(sections: tuple[str, ...]) -> dict[str, str]:
    """The paths of sections by their names, each with the folders before it or without."""
    found: dict[str, str] = {}
    for path in sections:
        parts = _folded(posixpath.splitext(path)[0]).split("/")
        for start in range(len(parts)):
            found.setdefault("/".join(parts[start:]), path)
    return found


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name).casefold()
