"""Drop findings that only result from another finding.

An element that could not be read is missing from the book, and so are its id and its index entries. The
author should see the original error, not each reference to the missing element.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.passes.numbering import automatic_id
from triptych.project import Project, UnsafePath
from triptych.reading.sections import read_source

_ID = re.compile(
    r"""(?<![\w\\])\{\#?\s*(?P<bare>(?:fig|tbl|sec|eq|lst)-[\w.:-]+)\s*\}
    | \{[^{}]{0,2000}?\#(?P<attribute>[\w.:-]+)
    | \bid\s*=\s*["']?(?P<html>[\w.:-]+)
    | \\label\{(?P<latex>[^{}\s]+)\}
    | ^\#\|\s*label:\s*["']?(?P<cell>[\w.:-]+)
    | ^id:\s*["']?(?P<front>[\w.:-]+)
    | ^\#{1,6}[ \t]+(?P<heading>[^\n{]+)""",
    re.VERBOSE | re.MULTILINE,
)
_PICTURE_BEFORE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)\{[^{}]*$")
_TEXTS = (".md", ".qmd", ".rmd", ".markdown", ".txt")
_REFERENCES = ("REF001", "REF002")
_BY_NAME = (*_REFERENCES, "MAN011")
_ANY = "any error"
_HIDDEN_CHAPTERS = "a setting that hides chapters"
_OF_DATA = ("DAT002", "DAT003", "DAT005", "DAT006", "INC001")
"""Errors in the data files of charts, tables and listings. Their position may be in the data file."""
_UNREAD_TEXT = ("SEC001", "SEC005", "INC001", "TPL001")
"""Errors about files that are not read, so that their ids are unknown."""
_OF_MANIFEST = ("MAN001", "MAN002", "MAN005")
"""Errors about settings that are ignored, such as the path of a file."""
_NOT_LOST = (*_BY_NAME, "CIT001", "GLO001", "IDX001", "IDX002", "INC002")
"""Errors about names, which do not remove an element from the book."""
_UNCLOSED = ("LNT001", "LNT015", "LNT020", "LNT034", "LNT035")
"""Unclosed delimiters, and front matter read as text. The ids after them may be lost."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule that drops findings with a code in ``follow_ups`` if a code in ``causes`` is also reported.

    ``where`` limits how far away the cause may be: in the same book, file or line, or at the same position.
    """

    follow_ups: tuple[str, ...]
    causes: tuple[str, ...]
    where: Literal["book", "file", "line", "place"] = "book"


_RULES = (
    _Rule(("LNT016",), ("LNT015", "LNT021", "LNT024", "LNT030"), where="line"),
    _Rule(("LNT027",), ("CIT001",), where="place"),
    _Rule(("CIT001",), ("CIT002", *_OF_MANIFEST)),
    _Rule(("GLO001",), ("GLO002", *_OF_MANIFEST)),
    _Rule(("ACC009", "LNT022", "LNT030", "MAN008", "MAN011", "LNT033"), _OF_MANIFEST),
    _Rule(("IDX001", "IDX002", "CHT006", "ACC016"), (_ANY,)),
    _Rule(("REF001", "REF002", "MAN011"), (*_UNREAD_TEXT, _HIDDEN_CHAPTERS)),
    _Rule(("LNT017",), ("SEC001", "SEC005", "INC001", *_OF_MANIFEST)),
    _Rule(("LNT003", "LNT004", "ACC002", "ACC015"), _UNREAD_TEXT, where="file"),
    _Rule(("LNT022", "LNT030"), ("TPL001",), where="file"),
    _Rule(("LNT019", "LNT032", "LNT035", "LNT017"), ("SEC002",), where="file"),
    _Rule(("ACC002",), ("LNT019", "LNT021"), where="file"),
    _Rule(("ACC003", "ACC004"), ("LNT035",), where="file"),
    _Rule(("FNT001", "ENV003", "LNT023"), ("SEC003",), where="file"),
    _Rule(("ACC001", "ACC002", "ACC012"), ("SEC004",), where="file"),
)

_CAUSES = frozenset(code for rule in _RULES for code in rule.causes)


def drop_follow_ups(found: Sequence[Diagnostic], project: Project) -> list[Diagnostic]:
    """Drop findings that only result from another finding.

    A warning about an element that cannot have an id becomes an error if a reference needs this id.
    """
    codes: defaultdict[str, set[Span | None]] = defaultdict(set)
    for one in found:
        hides = one.code in _OF_MANIFEST and one.name == "chapters"
        for code in (one.code, *[_ANY] * _may_lose_element(one), *[_HIDDEN_CHAPTERS] * hides):
            if code in _CAUSES:
                codes[code] |= {*(_enclosing_spans(one.span).values() if one.span else ()), None}
    rest = [one for one in found if not any(_is_explained(rule, one, codes) for rule in _RULES)]
    if not any(one.code in (*_BY_NAME, "CIT001") and one.name for one in rest):
        return rest
    written = _find_written_ids(project)
    in_data = any(_may_lose_element(one) and one.code in _OF_DATA and not _is_text(one.span) for one in rest)

    def may_have_lost_ids(places: list[Span]) -> bool:
        return any(_enclosing_spans(place)["file"] in codes[_ANY] for place in places)

    lost: Counter[Diagnostic] = Counter()
    unexplained: Counter[tuple[str, str]] = Counter()
    out: list[Diagnostic] = []
    for one in rest:
        if one.code not in _BY_NAME:
            cause = _find_id_loss(one.name, rest) if one.code == "CIT001" else None
            if cause is not None and cause.code == "LNT008":
                lost[cause] += 1
            else:
                out.append(one)
            continue
        places = written.get(one.name, [])
        nearly = places or written.get(_fold_id(one.name), [])
        if cause := next(
            filter(None, (_find_cause(place, rest) for place in nearly)), _find_id_loss(one.name, rest)
        ):
            lost[cause] += 1
        elif not places or (one.code not in _REFERENCES and not in_data and not may_have_lost_ids(places)):
            out.append(one)
        elif not in_data and not may_have_lost_ids(places):
            unexplained[one.code, one.name] += 1
            if unexplained[one.code, one.name] == 1:
                out.append(replace(one, hint=_lost_id_hint(project, places[0])))
    return [_escalate(one, lost[one]) if one in lost else one for one in out]


def _lost_id_hint(project: Project, place: Span) -> str:
    """Return a hint for attributes that contain an id but belong to no element."""
    line = read_source(project, place.path)[0].split("\n")[place.line - 1]
    if _PICTURE_BEFORE.search(line[: place.column - 1]):
        return f"move the image at {place} to a separate paragraph to make it a figure"
    return f"check the attributes at {place}: they contain the id but belong to no element"


def _may_lose_element(one: Diagnostic) -> bool:
    return one.severity is Severity.ERROR and one.code not in _NOT_LOST


def _is_text(span: Span | None) -> bool:
    return span is not None and span.path.lower().endswith(_TEXTS)


def _is_explained(rule: _Rule, one: Diagnostic, codes: Mapping[str, set[Span | None]]) -> bool:
    """Return whether ``rule`` drops a finding. ``codes`` maps the codes of causes to their positions."""
    if one.code not in rule.follow_ups:
        return False
    if rule.where == "book":
        return any(code in codes for code in rule.causes)
    near = _enclosing_spans(one.span)[rule.where] if one.span else None
    return near is not None and any(near in codes.get(code, ()) for code in rule.causes)


def _enclosing_spans(span: Span) -> dict[str, Span]:
    """Return the file, the line and the exact position of a span.

    Line 0 is the whole file, column 0 the whole line.
    """
    line = replace(span, column=0)
    return {"file": replace(line, line=0), "line": line, "place": span}


def _find_written_ids(project: Project) -> dict[str, list[Span]]:
    """Return a mapping of all ids in the project's Markdown files to their positions."""
    written: defaultdict[str, list[Span]] = defaultdict(list)
    for path, digest in project.digests.items():
        if digest is None or not path.lower().endswith(_TEXTS):
            continue
        try:
            text, _ = read_source(project, path)
        except (OSError, UnsafePath):
            continue
        for name, place in _find_ids(text):
            line = text.count("\n", 0, place) + 1
            column = place - text.rfind("\n", 0, place)
            for spelling in dict.fromkeys((name, _fold_id(name))):
                written[spelling].append(Span(path=path, line=line, column=column))
    return written


def _fold_id(name: str) -> str:
    """Normalise the spelling of an id, such as ``Fig:x`` to ``fig-x``."""
    return "/" + re.sub(r"[:._-]+", "-", name).casefold()


def _find_ids(text: str) -> Iterator[tuple[str, int]]:
    for match in _ID.finditer(text):
        kind = match.lastgroup or ""
        name = match[kind]
        yield automatic_id(name) if kind == "heading" else name, match.start(kind)


def _find_id_loss(name: str, found: Sequence[Diagnostic]) -> Diagnostic | None:
    """Return the syntax finding about the lost id ``name``, or None."""
    return next((one for one in found if name and one.name == name and one.code.startswith("LNT")), None)


def _find_cause(place: Span, found: Sequence[Diagnostic]) -> Diagnostic | None:
    """Return the finding that explains a lost id: one on its line, or an unclosed delimiter before it."""
    before = None
    for one in found:
        if one.span is None or one.span.path != place.path:
            continue
        if one.code == "REF002" and one.span.line == place.line:
            return one  # without its exclamation mark, an image is parsed as a link
        if one.severity is not Severity.WARNING:
            continue
        if one.span.line == place.line and one.code.startswith(("LNT", "SEC")):
            before = one if before is None or before.span != one.span else before
        elif one.code in _UNCLOSED and one.span.line <= place.line:
            before = one
    return before


def _escalate(one: Diagnostic, count: int) -> Diagnostic:
    broken = "1 cross-reference" if count == 1 else f"{count} cross-references"
    return replace(one, configured=Severity.ERROR, message=f"{one.message}, so {broken} cannot be resolved")
