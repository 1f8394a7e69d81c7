"""mdBook's ``{{#include}}`` and its like, and what it does to code blocks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from triptych.importing.book import ReadText
from triptych.importing.draft import Draft, Edit, Finding
from triptych.importing.markdown.masking import Kind, Line, mask, scan

_DIRECTIVE = re.compile(
    r"(\\?)\{\{\s*#(include|rustdoc_include|playground|playpen|title)\s+([^}\n]+?)\s*\}\}"
)
_HELPER = re.compile(r"(?<!\\)\{\{[ \t]*[#%/][ \t]*[a-z][^{}\n]*\}\}|\{%[ \t]*[a-z][^{}\n]*%\}")
_ANCHOR = re.compile(r"ANCHOR(_END)?:\s*([\w-]+)")
_DEEPEST = 10
_FENCE = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}|~{3,})(.*)$")


def expand(draft: Draft, read: ReadText, *, depth: int = 0) -> tuple[Draft, list[Finding]]:
    """A text with the files put in that it asks for; what is missing stays as it is written."""
    edits, found = [], []
    for match in _DIRECTIVE.finditer(draft.text):
        escaped, name, argument = match.groups()
        if escaped:
            edits.append(Edit(match.start(), match.start() + 1, ""))
            continue
        if name == "title":
            edits.append(Edit(*match.span(), ""))
            found.append(draft.finding(match.start(), "a page title of its own", "left out"))
            continue
        text = _included(draft.path, argument.split()[0], read)
        if text is None:
            what = f'"{argument}" is not in the source'
            found.append(draft.finding(match.start(), what, "the line that asks for it stands as it is"))
            continue
        if name in ("playground", "playpen"):
            text = f"```rust\n{text}\n```"
        elif "#include" in text and depth < _DEEPEST:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(draft.path), argument.split(":")[0]))
            inner, more = expand(Draft.of(path, text), read, depth=depth + 1)
            text = inner.text
            found += more
        edits.append(Edit(*match.span(), text))
    draft, more = without_helpers(draft.edited(edits))
    return draft, [*found, *more]


def without_helpers(draft: Draft, defined: frozenset[str] = frozenset()) -> tuple[Draft, list[Finding]]:
    """A text without the lines that only a preprocessor or a plugin of the book knows.

    Within a line they stay, and so do the tags that are ``known`` by their names.
    """
    edits, found = [], []
    for match in _HELPER.finditer(mask(draft.text)):
        name = re.sub(r"^(?:end|close)", "", match.group().strip("{%#/ \t").split()[0])
        if match.group().startswith("{{#include") or name in defined:
            continue
        start = draft.text.rfind("\n", 0, match.start()) + 1
        end = (draft.text + "\n").index("\n", match.end())
        alone = not draft.text[start : match.start()].strip() and not draft.text[match.end() : end].strip()
        what = f'the helper "{draft.text[slice(*match.span())]}", which is not run'
        found.append(
            draft.finding(match.start(), what, "left out" if alone else "it stands as it is written")
        )
        if alone:
            edits.append(Edit(start, end, ""))
    return draft.edited(edits), found


def _included(path: str, argument: str, read: ReadText) -> str | None:
    """``file``, ``file:2``, ``file:2:10`` or ``file:anchor`` → the lines that it names."""
    name, _, part = argument.partition(":")
    text = read(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))
    if text is None:
        return None
    lines = text.removesuffix("\n").split("\n")
    if not part:
        return "\n".join(lines)
    if re.fullmatch(r"\d*(:\d*)?", part):
        first, colon, last = part.partition(":")
        start = max(int(first or 1), 1)
        end = int(last or len(lines)) if colon else int(first or len(lines))
        return "\n".join(lines[start - 1 : end])
    return "\n".join(_region(lines, part.partition(":")[0]))


def _region(lines: list[str], name: str) -> Iterator[str]:
    """The lines between ``ANCHOR: name`` and ``ANCHOR_END: name``, without other anchors among them."""
    inside = False
    for line in lines:
        if match := _ANCHOR.search(line):
            inside = (not match.group(1)) if match.group(2) == name else inside
        elif inside:
            yield line


def tidy_code(draft: Draft) -> Draft:
    """Fences keep their language alone, and Rust code loses the lines that mdBook hides."""
    edits = []
    language = ""
    for line in scan(draft.text):
        if line.kind is Kind.OPENING and (fence := _FENCE.match(line.text)):
            info = fence.group(3)
            language = next(iter(re.split(r"[\s,{]+", info.strip())), "")
            if info.strip() != language:
                edits.append(Edit(line.begin + fence.start(3), line.end, language))
        elif line.kind is Kind.CODE and language == "rust":
            edits += _without_hidden(line, len(draft.text))
    return draft.edited(edits)


def _without_hidden(line: Line, end: int) -> Iterator[Edit]:
    bare = line.text.lstrip()
    if bare == "#" or bare.startswith("# "):
        yield Edit(line.start, min(line.end + 1, end), "")
    elif bare.startswith("##"):
        place = line.end - len(bare)
        yield Edit(place, place + 1, "")
