"""Report mistakes in footnotes, cross-references and wiki links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.reading.bibliography import guess_cross_reference_id
from triptych.reading.lint.context import LintContext
from triptych.settings.values import make_slug

_REFERENCE = re.compile(r"\[\^([^\s\]\[^]+)\](?!\()")
_DEFINITION = re.compile(r"^[ \t]*\[\^([^\s\]]+)\]:")
# Content of brackets in regular expressions: ranges, classes and single characters.
_PATTERN = re.compile(r"(?:\w-\w)+\w*|\W.*|\w?\W")


def report_undefined_notes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT003 for references to footnotes that are not defined in the file."""
    for text in context.tree.texts:
        for name in _find_note_references(text):
            pattern = rf"\[\^{re.escape(name)}\](?!:)"
            if text in context.tree.note_texts and name in _find_footnote_definitions(context):
                definition_lines = _list_definition_lines(context)
                while (place := context.find_next(pattern)) and place[0] not in definition_lines:
                    pass  # a working reference in the text
                if place is not None:
                    message = (
                        f'footnote "{name}" is referenced inside a footnote; pandoc does not support that'
                    )
                    hint = "replace the label with the text of the note: ^[…]"
                    yield context.report("LNT003", place, message, hint)
                continue
            place = context.find_next(pattern)
            if place is not None and (definition := _find_definition_without_colon(context, name)):
                if definition == place:
                    message = (
                        f'footnote "{name}" is rendered as a paragraph: the colon after its label is missing'
                    )
                    yield context.report(
                        "LNT003", place, message, f"add a colon after the label: [^{name}]: …"
                    )
            elif place is not None:
                hint = _make_footnote_hint(name, _find_footnote_definitions(context))
                yield context.report("LNT003", place, f'footnote "{name}" is not defined in this file', hint)


def _find_note_references(text: str) -> list[str]:
    """Return the labels of footnote references that are left as literal text in a paragraph or heading."""
    names = _REFERENCE.findall(text) if "[^" in text else []
    return [name for name in names if not _PATTERN.fullmatch(name)]


def _find_definition_without_colon(context: LintContext, name: str) -> tuple[int, int] | None:
    mark = f"[^{name}]"
    definition_lines = [number for number, line in enumerate(context.prose, 1) if line.startswith(mark)]
    before = [number for number in definition_lines if number == 1 or not context.prose[number - 2].strip()]
    return (before[0], 1) if before and not context.prose[before[0] - 1].startswith(f"{mark}:") else None


def _find_footnote_definitions(context: LintContext) -> list[str]:
    return [match.group(1) for line in context.prose if (match := _DEFINITION.match(line))]


def _list_definition_lines(context: LintContext) -> set[int]:
    """Return the line numbers of footnote definitions, including indented and lazy continuations."""
    numbers: set[int] = set()
    is_inside = is_after_blank = False
    for number, line in enumerate(context.prose, 1):
        if _DEFINITION.match(line):
            is_inside = True
        elif is_after_blank and line.strip() and not line.startswith(("    ", "\t")):
            is_inside = False
        is_after_blank = not line.strip()
        if is_inside:
            numbers.add(number)
    return numbers


def _make_footnote_hint(name: str, defined_names: list[str]) -> str:
    if name in defined_names:
        return "start the definition in the first column, after a blank line"
    return did_you_mean(name, defined_names) or f"define the footnote in a separate paragraph: [^{name}]: …"


def report_unused_notes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT004 for footnotes without a reference, unless a misspelt reference probably means them."""
    unused = [remark for remark in context.log_messages if remark["type"] == "NoteDefinedButNotUsed"]
    if not unused:
        return
    defined = _find_footnote_definitions(context)
    misspelt = {name for text in context.tree.texts for name in _find_note_references(text)}
    hints = {_make_footnote_hint(name, defined) for name in misspelt.difference(defined)}
    for remark in unused:
        if not any(f'did you mean "{remark["key"]}"' in hint for hint in hints):
            place = remark["line"], remark["column"]
            message = f'footnote "{remark["key"]}" is never referenced and is omitted'
            yield context.report(
                "LNT004", place, message, f"add [^{remark['key']}] to the text, or delete the definition"
            )


def report_duplicate_definitions(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT005 for footnotes and link labels that are defined twice."""
    for remark in context.log_messages:
        if remark["type"] in ("DuplicateNoteReference", "DuplicateLinkReference"):
            name = remark["contents"].strip()
            definition_kind = "footnote" if remark["type"] == "DuplicateNoteReference" else "link label"
            label = name.removeprefix("[").removesuffix("]").removeprefix("^")
            message = (
                f'{definition_kind} "{label}" is defined twice in this file; the last definition is used'
            )
            yield context.report(
                "LNT005",
                (remark["line"], remark["column"]),
                message,
                f'rename or delete one definition of "{label}"',
            )


_LITERAL_REFERENCE = re.compile(
    r"(?<![\w\]])\[((?:fig|tbl|sec|eq|lst)-\w[\w-]*)\](?![(\[{:])|(?<![\w/.&)])#((?:fig|tbl|sec|eq|lst)-\w[\w-]*)"
)
_BARE_ID = re.compile(r"(?<![\w@#.:/{\[-])(?:fig|tbl|sec|eq|lst)-\w[\w-]*")


def report_literal_cross_references(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT027 for unsupported cross-references such as ``@fig:x``, ``@figure-x`` or ``fig-x``."""
    ids = {attributes.id for attributes in context.tree.attributes}
    for text in context.tree.texts:
        for id_match in _BARE_ID.finditer(text) if "-" in text else ():
            if id_match[0] in ids and (
                place := context.find_next(rf"(?<![\w@#.:/{{\[-]){re.escape(id_match[0])}(?![\w-])")
            ):
                message = f'"{id_match[0]}" is rendered literally, not as a cross-reference'
                yield context.report("LNT027", place, message, f"write @{id_match[0]}")
        for id_match in _LITERAL_REFERENCE.finditer(text) if "-" in text else ():
            name = id_match.group(1) or id_match.group(2)
            if id_match.group(2) and name not in ids and id_match.end() < len(text.rstrip()):
                continue  # within a sentence, it may be part of a URL
            if place := context.find_next(rf"(?:\[|(?<![{{\w/.(&])#){re.escape(name)}"):
                hint = f"write @{name}" if id_match.group(1) else f"write @{name}, or {{#{name}}} for an id"
                yield context.report(
                    "LNT027", place, f'"{id_match.group()}" is not a valid cross-reference', hint
                )
    for key in context.tree.bare_citations:
        suggested_id = guess_cross_reference_id(key)
        if suggested_id and (place := context.find_next(rf"@{re.escape(key)}")):
            message = f'"@{key}" is not a valid cross-reference'
            yield context.report(
                "LNT027",
                place,
                message,
                f"write @{suggested_id}, and give the target the id {{#{suggested_id}}}",
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
_NUMBERED_CAPTION = re.compile(r"!\[(?:Figure|Fig\.|Abbildung|Abb\.|Table) \d+(?:\.\d+)*[.:]")
_NUMBERED_HEADING = re.compile(r"^#{1,2} +((?:Chapter|Kapitel|Chapitre|Capítulo) \d+(?:[.:]| [-–—])) *\w")
_UNNUMBERED = re.compile(r"\.unnumbered|\{-\}|\{[^{}]*\s-\s*+\}")


def report_repeated_labels(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT032 for labels and numbers that appear twice.

    They are words such as "Figure" before a cross-reference, or typed numbers in captions and titles.
    """
    for number, line in enumerate(context.prose, 1):
        for match in _BEFORE_REFERENCE.finditer(line) if "@" in line else ():
            before = line[: match.start()]
            if before.count("[") > before.count("]"):
                continue  # in [Fig. @fig-x], the word replaces the label
            reference = match.group()[match.group().index("@") :]
            message = f"the word before `{reference}` appears twice: cross-references already include it"
            hint = f"delete the word, or write [-{reference}] for the number alone"
            yield context.report("LNT032", (number, match.start() + 1), message, hint)
        if "#fig-" in line and (caption := _NUMBERED_CAPTION.search(line)):
            message = (
                "the number in this caption appears twice: figures with an id are numbered automatically"
            )
            yield context.report(
                "LNT032",
                (number, caption.start() + 3),
                message,
                "delete the label and number from the caption",
            )
        if context.is_numbered and (title := _NUMBERED_HEADING.match(line)) and not _UNNUMBERED.search(line):
            message = (
                f'the title contains the number "{title.group(1)}", but chapters are numbered automatically'
            )
            yield context.report(
                "LNT032", (number, title.start(1) + 1), message, f'delete "{title.group(1)}" from the title'
            )


# Quotation marks and brackets are excluded, since C++ attributes and R indices also have double square
# brackets.
_LINK = re.compile(
    r"(?<![\w\])!`])\[\[(?![\d\W])([^\[\]\n|#\"()]+)(#[^\[\]\n|\"()]+)?(\|[^\[\]\n]+)?\]\](?![\[(:{])"
)


def report_wiki_links(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT030 for wiki links such as ``[[Section name]]``, unless they look like code."""
    for number, line in enumerate(context.prose, 1):
        for match in _LINK.finditer(line) if "[[" in line else ():
            page, heading, words = (part or "" for part in match.groups())
            path = _index_sections(context.sections).get(
                _normalise_page_name(page.strip().removesuffix(".md")), ""
            )
            if not (path or heading or words or " " in page.strip() or not page[0].islower()):
                continue
            address = posixpath.relpath(path, posixpath.dirname(context.path)) if path else "file.md"
            if heading:
                address += f"#{make_slug(heading[1:])}"
            link_text = words[1:].strip() or heading[1:].strip() or page.strip()
            hint = f"write [{link_text}]({address})"
            yield context.report(
                "LNT030", (number, match.start() + 1), "this wiki link is rendered literally", hint
            )


@lru_cache(maxsize=1)
def _index_sections(sections: tuple[str, ...]) -> dict[str, str]:
    """Map the names of sections, with and without their folders, to paths."""
    paths_by_section: dict[str, str] = {}
    for path in sections:
        parts = _normalise_page_name(posixpath.splitext(path)[0]).split("/")
        for start in range(len(parts)):
            paths_by_section.setdefault("/".join(parts[start:]), path)
    return paths_by_section


def _normalise_page_name(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name).casefold()
