"""Drop findings that are only consequences of other findings.

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
from triptych.passes.numbering import make_pandoc_id
from triptych.project import Project, UnsafePathError
from triptych.reading.sections import read_text_file

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
_ANY_ERROR = "any error"
_HIDDEN_CHAPTERS = "a setting that hides chapters"
_DATA_CODES = ("DAT002", "DAT003", "DAT005", "DAT006", "INC001")
"""Errors in the data files of charts, tables and listings. Their position may be in the data file."""
_UNREAD_TEXT = ("SEC001", "SEC005", "INC001", "TPL001")
"""Errors about files that are not read, so that their ids are unknown."""
_MANIFEST_CODES = ("MAN001", "MAN002", "MAN005")
"""Errors about settings that are ignored, such as the path of a file."""
_CODES_KEEPING_ELEMENT = (*_BY_NAME, "CIT001", "GLO001", "IDX001", "IDX002", "INC002")
"""Errors about names, which do not remove an element from the book."""
_UNCLOSED = ("LNT001", "LNT015", "LNT020", "LNT034", "LNT035")
"""Unclosed delimiters, and front matter read as text. The ids after them may be lost."""


@dataclass(frozen=True, slots=True)
class _FollowUpRule:
    """A rule that drops findings with a code in ``follow_ups`` near a finding with a code in ``causes``.

    ``scope`` limits the distance: both must be in the same book, file or line, or at the same position.
    """

    follow_ups: tuple[str, ...]
    causes: tuple[str, ...]
    scope: Literal["book", "file", "line", "place"] = "book"


_RULES = (
    _FollowUpRule(("LNT016",), ("LNT015", "LNT021", "LNT024", "LNT030"), scope="line"),
    _FollowUpRule(("LNT027",), ("CIT001",), scope="place"),
    _FollowUpRule(("CIT001",), ("CIT002", *_MANIFEST_CODES)),
    _FollowUpRule(("GLO001",), ("GLO002", *_MANIFEST_CODES)),
    _FollowUpRule(("ACC009", "LNT022", "LNT030", "MAN008", "MAN011", "LNT033"), _MANIFEST_CODES),
    _FollowUpRule(("IDX001", "IDX002", "CHT006", "ACC016"), (_ANY_ERROR,)),
    _FollowUpRule(("REF001", "REF002", "MAN011"), (*_UNREAD_TEXT, _HIDDEN_CHAPTERS)),
    _FollowUpRule(("LNT017",), ("SEC001", "SEC005", "INC001", *_MANIFEST_CODES)),
    _FollowUpRule(("LNT003", "LNT004", "ACC002", "ACC015"), _UNREAD_TEXT, scope="file"),
    _FollowUpRule(("LNT022", "LNT030"), ("TPL001",), scope="file"),
    _FollowUpRule(("LNT019", "LNT032", "LNT035", "LNT017"), ("SEC002",), scope="file"),
    _FollowUpRule(("ACC002",), ("LNT019", "LNT021"), scope="file"),
    _FollowUpRule(("ACC003", "ACC004"), ("LNT035",), scope="file"),
    _FollowUpRule(("FNT001", "ENV003", "LNT023"), ("SEC003",), scope="file"),
    _FollowUpRule(("ACC001", "ACC002", "ACC012"), ("SEC004",), scope="file"),
)

_CAUSES = frozenset(code for rule in _RULES for code in rule.causes)


def drop_follow_up_findings(findings: Sequence[Diagnostic], project: Project) -> list[Diagnostic]:
    """Drop findings that are only consequences of other findings.

    A warning about an element that cannot have an id becomes an error if a reference needs this id.
    """
    codes: defaultdict[str, set[Span | None]] = defaultdict(set)
    for finding in findings:
        hides = finding.code in _MANIFEST_CODES and finding.name == "chapters"
        for code in (finding.code, *[_ANY_ERROR] * _can_lose_element(finding), *[_HIDDEN_CHAPTERS] * hides):
            if code in _CAUSES:
                codes[code] |= {*(_get_enclosing_spans(finding.span).values() if finding.span else ()), None}
    rest = [
        finding for finding in findings if not any(_is_explained(rule, finding, codes) for rule in _RULES)
    ]
    if not any(finding.code in (*_BY_NAME, "CIT001") and finding.name for finding in rest):
        return rest
    spans_by_id = _find_written_ids(project)
    in_data = any(
        _can_lose_element(finding) and finding.code in _DATA_CODES and not _is_text(finding.span)
        for finding in rest
    )

    def can_have_lost_ids(places: list[Span]) -> bool:
        return any(_get_enclosing_spans(place)["file"] in codes[_ANY_ERROR] for place in places)

    lost_counts: Counter[Diagnostic] = Counter()
    unexplained: Counter[tuple[str, str]] = Counter()
    out: list[Diagnostic] = []
    for finding in rest:
        if finding.code not in _BY_NAME:
            cause = _find_id_loss(finding.name, rest) if finding.code == "CIT001" else None
            if cause is not None and cause.code == "LNT008":
                lost_counts[cause] += 1
            else:
                out.append(finding)
            continue
        places = spans_by_id.get(finding.name, [])
        nearly = places or spans_by_id.get(_normalise_id(finding.name), [])
        if cause := next(
            filter(None, (_find_cause(place, rest) for place in nearly)), _find_id_loss(finding.name, rest)
        ):
            lost_counts[cause] += 1
        elif not places or (
            finding.code not in _REFERENCES and not in_data and not can_have_lost_ids(places)
        ):
            out.append(finding)
        elif not in_data and not can_have_lost_ids(places):
            unexplained[finding.code, finding.name] += 1
            if unexplained[finding.code, finding.name] == 1:
                out.append(replace(finding, hint=_make_lost_id_hint(project, places[0])))
    return [
        _escalate_to_error(finding, lost_counts[finding]) if finding in lost_counts else finding
        for finding in out
    ]


def _make_lost_id_hint(project: Project, span: Span) -> str:
    """Return a hint for attributes with an id that do not belong to any element."""
    line = read_text_file(project, span.path)[0].split("\n")[span.line - 1]
    if _PICTURE_BEFORE.search(line[: span.column - 1]):
        return f"move the image at {span} to a separate paragraph to make it a figure"
    return f"check the attributes at {span}: they contain the id but belong to no element"


def _can_lose_element(finding: Diagnostic) -> bool:
    return finding.severity is Severity.ERROR and finding.code not in _CODES_KEEPING_ELEMENT


def _is_text(span: Span | None) -> bool:
    return span is not None and span.path.lower().endswith(_TEXTS)


def _is_explained(rule: _FollowUpRule, finding: Diagnostic, codes: Mapping[str, set[Span | None]]) -> bool:
    """Return whether ``rule`` drops a finding. ``codes`` maps the codes of causes to their positions."""
    if finding.code not in rule.follow_ups:
        return False
    if rule.scope == "book":
        return any(code in codes for code in rule.causes)
    scope_span = _get_enclosing_spans(finding.span)[rule.scope] if finding.span else None
    return scope_span is not None and any(scope_span in codes.get(code, ()) for code in rule.causes)


def _get_enclosing_spans(span: Span) -> dict[str, Span]:
    """Return the file, the line and the exact position of a span.

    Line 0 is the whole file, column 0 the whole line.
    """
    line = replace(span, column=0)
    return {"file": replace(line, line=0), "line": line, "place": span}


def _find_written_ids(project: Project) -> dict[str, list[Span]]:
    """Map all ids in the project's Markdown files to their positions."""
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for path, digest in project.digests.items():
        if digest is None or not path.lower().endswith(_TEXTS):
            continue
        try:
            text, _ = read_text_file(project, path)
        except (OSError, UnsafePathError):
            continue
        for name, place in _find_ids(text):
            line = text.count("\n", 0, place) + 1
            column = place - text.rfind("\n", 0, place)
            for spelling in dict.fromkeys((name, _normalise_id(name))):
                spans[spelling].append(Span(path=path, line=line, column=column))
    return spans


def _normalise_id(name: str) -> str:
    """Normalise the spelling of an id, such as ``Fig:x`` to ``fig-x``."""
    return "/" + re.sub(r"[:._-]+", "-", name).casefold()


def _find_ids(text: str) -> Iterator[tuple[str, int]]:
    for match in _ID.finditer(text):
        kind = match.lastgroup or ""
        name = match[kind]
        yield make_pandoc_id(name) if kind == "heading" else name, match.start(kind)


def _find_id_loss(name: str, findings: Sequence[Diagnostic]) -> Diagnostic | None:
    """Return the finding about the syntax that lost the id ``name``, or None if there is none."""
    return next(
        (finding for finding in findings if name and finding.name == name and finding.code.startswith("LNT")),
        None,
    )


def _find_cause(span: Span, findings: Sequence[Diagnostic]) -> Diagnostic | None:
    """Return the finding that explains a lost id, or None if there is none.

    It is a finding on the line of the id, or about an unclosed delimiter before the id.
    """
    before = None
    for finding in findings:
        if finding.span is None or finding.span.path != span.path:
            continue
        if finding.code == "REF002" and finding.span.line == span.line:
            return finding  # without its exclamation mark, an image is parsed as a link
        if finding.severity is not Severity.WARNING:
            continue
        if finding.span.line == span.line and finding.code.startswith(("LNT", "SEC")):
            before = finding if before is None or before.span != finding.span else before
        elif finding.code in _UNCLOSED and finding.span.line <= span.line:
            before = finding
    return before


def _escalate_to_error(finding: Diagnostic, count: int) -> Diagnostic:
    broken_references = "1 cross-reference" if count == 1 else f"{count} cross-references"
    return replace(
        finding,
        configured=Severity.ERROR,
        message=f"{finding.message}, so {broken_references} cannot be resolved",
    )
