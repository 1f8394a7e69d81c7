"""Roles of d2lbook and Sphinx in a Markdown text, such as ``:numref:`sec_x```, as pandoc's Markdown.

A label belongs to the heading, picture, table or formula before it; ids begin with their kind, as
references to them do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import code_blocks, mask, scan

_ROLE = re.compile(r":(numref|eqref|ref|cite|citet|citep|begin_tab):`([^`\n]+)`|:end_tab:")
_LABELS = re.compile(r"(?:[ \t]*\n\n?[ \t]*:(?:label|eqlabel|width|height):`[^`\n]+`[ \t]*)+$", re.MULTILINE)
_LABEL = re.compile(r":(label|eqlabel|width|height):`([^`\n]+)`")
_PICTURE = re.compile(r"!\[[^\n]*\]\([^()\n]*\)$")
_CAPTION = re.compile(r"(?:^|\n)(:[ \t]*[^\s:][^\n]*)\n[ \t]*\n(?:[ \t]*\|[^\n]*(?:\n|$))+$")
_KINDS = {
    **dict.fromkeys(("sec", "subsec", "section", "ch", "chap", "chapter"), "sec"),
    **dict.fromkeys(("fig", "figure", "img"), "fig"),
    **dict.fromkeys(("tab", "tbl", "table"), "tbl"),
    **dict.fromkeys(("eq", "eqn", "equation"), "eq"),
}
_BLOCKS = re.compile(r"[ \t]*`{3,}[ \t]*(toc|eval_rst)[ \t]*$")
_SOURCES = re.compile(r"^:bibliography:`[^`\n]+`[ \t]*$", re.MULTILINE)
_MARKS = re.compile(
    r":(?:label|numref|eqlabel):`|^```(?:toc|eval_rst)[ \t]*$|" + _SOURCES.pattern, re.MULTILINE
)


def has_roles(text: str) -> bool:
    """Return whether a text refers to labels by roles, or has blocks of d2lbook."""
    return bool(_MARKS.search(text))


def with_references(draft: Draft) -> tuple[Draft, list[Finding]]:
    """A text with its roles as ids, references and citations, and without its lists of contents."""
    edits, found = [], []
    for block in code_blocks(scan(draft.text)):
        if match := _BLOCKS.match(block.opening.text):
            edits.append(Edit(block.opening.start, block.end, ""))
            if match.group(1) == "eval_rst":
                what = "reStructuredText block for the website"
                found.append(draft.finding(block.opening.start, what, "omitted"))
    edits += [Edit(*match.span(), "") for match in _SOURCES.finditer(draft.text)]  # the list is made
    draft = draft.edited(edits)
    draft = draft.edited(_labelled(draft.text))
    return draft.edited(_referring(draft.text)), found


def _labelled(text: str) -> Iterator[Edit]:
    masked = mask(text)
    for match in _LABELS.finditer(text):
        if masked[match.start() + match.group().index(":")] != ":":
            continue
        values = {name.removeprefix("eq"): value for name, value in _LABEL.findall(match.group())}
        label = values.pop("label", "")
        sizes = [f"{name}={value.strip()}" for name, value in values.items()]
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip()
        if line.startswith("#"):
            new = f" {{#{_id(label, 'sec')}}}" if label else ""
        elif label and (line.endswith("$$") or line.startswith("\\end{")):
            new = f" {{#{_id(label, 'eq')}}}"
        elif _PICTURE.search(line):
            named = [f"#{_id(label, 'fig')}"] if label else []
            new = f"{{{' '.join([*named, *sizes])}}}"
        elif label and line.lstrip().startswith("|"):
            caption = _CAPTION.search(text, max(match.start() - 8000, 0), match.start())
            new = "" if caption else f"\n\n: {{#{_id(label, 'tbl')}}}"
            if caption:
                yield Edit(caption.end(1), caption.end(1), f" {{#{_id(label, 'tbl')}}}")
        else:
            new = f" []{{#{_id(label, 'sec')}}}" if label else ""
        yield Edit(match.start(), match.end(), new)


def _referring(text: str) -> Iterator[Edit]:
    masked = mask(text)
    for match in _ROLE.finditer(text):
        if masked[match.start()] != ":":
            continue
        name, value = match.groups()
        if name == "begin_tab":
            new = f"**{value}**"
        elif name in ("cite", "citep"):
            new = "[" + "; ".join(f"@{key.strip()}" for key in value.split(",")) + "]"
        elif name == "citet":
            new = "; ".join(f"@{{{key.strip()}}}" for key in value.split(","))
        elif name:
            new = f"[@{_id(value, 'eq' if name == 'eqref' else 'sec')}]"
        else:
            new = ""
        yield Edit(*match.span(), new)


def _id(label: str, kind: str) -> str:
    """The id for a label: with its kind before it, by its own first word or by what it belongs to."""
    first, _, rest = label.strip().partition("_")
    kind, rest = (_KINDS[first], rest) if rest and first in _KINDS else (kind, label.strip())
    return f"{kind}-" + re.sub(r"[^\w-]+|_", "-", rest).strip("-")
