"""Escape undefined citation keys, and convert labels and roles of pandoc-crossref, d2lbook and Sphinx."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from triptych.engine.cache import Cache
from triptych.engine.processes.programs import ProgramError
from triptych.reading.bibliography import CROSS_REFERENCE, load_entries
from triptych.yaml_text import MalformedYamlError
from triptych_import.book import Draft, Edit, ImportFinding, SourceBook
from triptych_import.masking import (
    find_code_blocks,
    find_in_prose,
    hide_spans,
    mask_formulas,
    mask_text,
    scan_lines,
)

_KEY = re.compile(r"(?<![\w\\/.])@(?:\{([^{}\s]+)\}|(\w(?:[\w:.#$%&+?<>~/-]*\w)?))")
_MAX_BRACKET_LENGTH = 5000  # maximum length of a bracket in characters
_LINK = re.compile(
    r"\\index\{(?:[^{}\n]|\{[^{}\n]*\})*\}"
    r"|\]\([^()\n]*\)|<[^<>\n]*>|\bhttps?://\S*|^ {0,3}\[[^\]\n]+\]:.*$|(?<!@)\{[^{}\n]*\}",
    re.MULTILINE,
)


def escape_undefined_citations(book: SourceBook, read_bytes: Callable[[str], bytes | None]) -> SourceBook:
    """Convert citations with undefined keys to literal text, and report them.

    Bibliographies that cannot be parsed are reported and removed from the metadata. ``read_bytes`` returns
    None for unreadable files.
    """
    findings: list[ImportFinding] = []
    keys: set[str] = set()
    usable = []
    for name in book.metadata.bibliography:
        content = None if name.startswith(("/", "..")) else read_bytes(posixpath.join(book.root, name))
        try:  # missing files are reported when files are copied
            if content is not None:
                keys |= {str(entry["id"]) for entry in load_entries(name, content, Cache(None))}
            usable.append(name)
        except (ProgramError, MalformedYamlError, ValueError) as error:
            message = f"the bibliography cannot be read: {' '.join(str(error).split())[:120]}"
            findings.append(ImportFinding(path=name, message=message, action="omitted"))
    book = book.with_drafts(lambda piece: _escape_undefined_keys(piece.draft, keys)).with_findings(findings)
    return replace(book, metadata=replace(book.metadata, bibliography=tuple(usable)))


def _escape_undefined_keys(draft: Draft, keys: set[str]) -> Draft:
    """Escape undefined citation keys in a draft.

    If the book has no bibliography, ``@word`` outside brackets is ordinary text and stays unchanged. If
    brackets contain no defined key, the brackets are escaped and the keys lose their ``@``.
    """
    if "@" not in draft.text:
        return draft
    masked = mask_formulas(draft.text)
    masked = hide_spans(masked, (match.span() for match in _LINK.finditer(masked)))
    edits: list[Edit] = []
    findings = []
    ends_by_opening: dict[int, int] = {}
    escaped_openings: set[int] = set()
    for match in _KEY.finditer(masked):
        key = match.group(1) or match.group(2)
        if key in keys or CROSS_REFERENCE.match(key):
            continue
        search_start = max(match.start() - _MAX_BRACKET_LENGTH, 0)
        opening = masked.rfind("[", search_start, match.start())
        in_bracket = opening > masked.rfind("]", search_start, match.start())
        closing = draft.text.find("]", match.end(), match.end() + _MAX_BRACKET_LENGTH)
        in_link = in_bracket and closing >= 0 and draft.text[closing + 1 : closing + 2] in ("(", "[")
        if (
            not in_link
            and in_bracket
            and (end := _find_bracket_end(draft.text, masked, opening, keys, ends_by_opening))
        ):
            if opening not in escaped_openings:
                edits += (Edit(opening, opening, "\\"), Edit(end, end, "\\"))
                escaped_openings.add(opening)
            start = match.start() - (masked[match.start() - 1] == "-")
            edits.append(Edit(start, match.end(), key))
        elif in_bracket or keys:
            edits.append(Edit(match.start(), match.start(), "\\"))
        else:
            continue
        if not in_link:
            message = f'undefined citation key "{key}"'
            findings.append(draft.make_finding(match.start(), message, "kept as literal text"))
    return draft.apply_edits(edits, findings)


def _find_bracket_end(
    text: str, masked: str, opening: int, keys: set[str], cached_ends: dict[int, int]
) -> int:
    """Return the position of the closing bracket of a citation without defined keys.

    Return 0 if the brackets contain a defined key, a cross-reference or a blank line, if braces follow them,
    or if they are not closed. ``cached_ends`` caches the results by the position of the opening bracket.
    """
    if opening not in cached_ends:
        end = masked.find("]", opening, opening + _MAX_BRACKET_LENGTH)
        bracket_content = masked[opening + 1 : max(end, 0)]
        cited = [match.group(1) or match.group(2) for match in _KEY.finditer(bracket_content)]
        other = "\n\n" in bracket_content or text[end + 1 : end + 2] == "{"
        has_known_key = any(key in keys or CROSS_REFERENCE.match(key) for key in cited)
        cached_ends[opening] = 0 if end < 0 or other or has_known_key else end
    return cached_ends[opening]


_CROSSREF_LABEL = re.compile(r"(?<![\w\\])(?P<mark>[#@])(?P<kind>fig|tbl|eq|sec|lst):(?=\w)", re.IGNORECASE)


def convert_pandoc_crossref_labels(draft: Draft) -> Draft:
    """Replace the colon in pandoc-crossref labels such as ``fig:name`` with a hyphen."""
    matches_by_start = {match.start(): match for match in _CROSSREF_LABEL.finditer(mask_text(draft.text))}
    for block in find_code_blocks(scan_lines(draft.text)):  # listings have their ids in the opening line
        start, text = block.opening.start, block.opening.text
        matches_by_start |= {start + match.start(): match for match in _CROSSREF_LABEL.finditer(text)}
    return draft.apply_edits(
        Edit(start, start + len(match.group()), f"{match['mark']}{match['kind'].lower()}-")
        for start, match in matches_by_start.items()
    )


_ROLE = re.compile(r":(numref|eqref|ref|cite|citet|citep|begin_tab):`([^`\n]+)`|:end_tab:")
_LABELS = re.compile(r"(?:[ \t]*\n\n?[ \t]*:(?:label|eqlabel|width|height):`[^`\n]+`[ \t]*)+$", re.MULTILINE)
_LABEL = re.compile(r":(label|eqlabel|width|height):`([^`\n]+)`")
_IMAGE = re.compile(r"!\[[^\n]*\]\([^()\n]*\)$")
_CAPTION = re.compile(r"(?:^|\n)(:[ \t]*[^\s:][^\n]*)\n[ \t]*\n(?:[ \t]*\|[^\n]*(?:\n|$))+$")
_KINDS = {
    **dict.fromkeys(("sec", "subsec", "section", "ch", "chap", "chapter"), "sec"),
    **dict.fromkeys(("fig", "figure", "img"), "fig"),
    **dict.fromkeys(("tab", "tbl", "table"), "tbl"),
    **dict.fromkeys(("eq", "eqn", "equation"), "eq"),
}
_SOURCES = re.compile(r"^:bibliography:`[^`\n]+`[ \t]*$", re.MULTILINE)
_MARKS = re.compile(
    r":(?:label|numref|eqlabel):`|^```(?:toc|eval_rst)[ \t]*$|" + _SOURCES.pattern, re.MULTILINE
)


def has_sphinx_roles(text: str) -> bool:
    """Return whether a text contains Sphinx roles or d2lbook blocks."""
    return bool(_MARKS.search(text))


def convert_sphinx_roles(draft: Draft) -> Draft:
    """Convert Sphinx roles to ids, references and citations, and remove ``toc`` and ``eval_rst`` blocks."""
    edits, findings = [], []
    for block in find_code_blocks(scan_lines(draft.text)):
        if block.info in ("toc", "eval_rst"):
            edits.append(Edit(block.opening.start, block.end, ""))
            if block.info == "eval_rst":
                message = "reStructuredText block for the website"
                findings.append(draft.make_finding(block.opening.start, message, "omitted"))
    edits += [Edit(*match.span(), "") for match in _SOURCES.finditer(draft.text)]  # generated by Triptych
    draft = draft.apply_edits(edits, findings)
    draft = draft.apply_edits(_convert_label_roles(draft.text))
    return draft.apply_edits(_convert_reference_roles(draft.text))


def _convert_label_roles(text: str) -> Iterator[Edit]:
    masked = mask_text(text)
    for match in _LABELS.finditer(text):
        if masked[match.start() + match.group().index(":")] != ":":
            continue
        values = {name.removeprefix("eq"): value for name, value in _LABEL.findall(match.group())}
        label = values.pop("label", "")
        sizes = [f"{name}={value.strip()}" for name, value in values.items()]
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip()
        if line.startswith("#"):
            new = f" {{#{_make_id(label, 'sec')}}}" if label else ""
        elif label and (line.endswith("$$") or line.startswith("\\end{")):
            new = f" {{#{_make_id(label, 'eq')}}}"
        elif _IMAGE.search(line):
            id_items = [f"#{_make_id(label, 'fig')}"] if label else []
            new = f"{{{' '.join([*id_items, *sizes])}}}"
        elif label and line.lstrip().startswith("|"):
            caption = _CAPTION.search(text, max(match.start() - 8000, 0), match.start())
            new = "" if caption else f"\n\n: {{#{_make_id(label, 'tbl')}}}"
            if caption:
                yield Edit(caption.end(1), caption.end(1), f" {{#{_make_id(label, 'tbl')}}}")
        else:
            new = f" []{{#{_make_id(label, 'sec')}}}" if label else ""
        yield Edit(match.start(), match.end(), new)


def _convert_reference_roles(text: str) -> Iterator[Edit]:
    for match in find_in_prose(_ROLE, text):
        name, value = match.groups()
        if name == "begin_tab":
            new = f"**{value}**"
        elif name in ("cite", "citep"):
            new = "[" + "; ".join(f"@{key.strip()}" for key in value.split(",")) + "]"
        elif name == "citet":
            new = "; ".join(f"@{{{key.strip()}}}" for key in value.split(","))
        elif name:
            new = f"[@{_make_id(value, 'eq' if name == 'eqref' else 'sec')}]"
        else:
            new = ""
        yield Edit(*match.span(), new)


def _make_id(label: str, kind: str) -> str:
    """Return the id for a label, with the prefix implied by its first word, or else with ``kind``."""
    first, _, rest = label.strip().partition("_")
    kind, rest = (_KINDS[first], rest) if rest and first in _KINDS else (kind, label.strip())
    return f"{kind}-" + re.sub(r"[^\w-]+|_", "-", rest).strip("-")
