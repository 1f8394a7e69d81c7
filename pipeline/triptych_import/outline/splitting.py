"""One long text → the chapters of a book, each with the definitions and notes that it uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from triptych.passes.numbering import automatic_id
from triptych.settings.names import slug
from triptych_import.book import Piece, Section
from triptych_import.draft import Draft, Edit
from triptych_import.markdown.headings import Heading, folded, github_slug, headings, rewrite
from triptych_import.markdown.masking import Kind, Line, indent_of, mask, scan

_DEFINED = re.compile(r"^ {0,3}\[(\^?)([^\[\]\n]+)\]:(?!:)")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*+\]\([^()]*\)")
_LINK_TITLE = re.compile(r"^[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\))[ \t]*$")


@dataclass(frozen=True, slots=True)
class Split:
    """The chapters of a text, and the title of the book where one heading stands above all others."""

    sections: tuple[Section, ...]
    title: str = ""
    at: int = 0
    """The level of the headings that begin chapters, 0 where there are none."""


def split(draft: Draft, *, opening: str, pandoc: bool = False) -> Split:
    """A text → its chapters. ``opening`` is what that before the first of them is called, if no heading says.

    ``pandoc`` says that its headings are called as pandoc calls them.
    """
    draft = _titled_first(_identified(draft, automatic_id if pandoc else github_slug))
    found = [heading for heading in headings(draft.text) if not _quoted(draft.text, heading)]
    title = _title(draft.text, found)
    rest = found[1:] if title else found
    level = min((heading.level for heading in rest), default=0)
    if title:
        level = max(level, 2)
    starts = [heading for heading in rest if heading.level == level]
    places = [0, *(heading.start for heading in starts), len(draft.text)]
    names = ["", *(heading.plain for heading in starts)]
    definitions = _definitions(draft.text)
    sections: list[Section] = []
    for name, (start, end) in zip(names, pairwise(places), strict=True):
        body = _complete(draft, (start, end), definitions)
        if name:
            body = _raised(body, level - 1)
        elif not _says(body.text, title):
            continue
        path = _path(len(sections) + 1, name)
        head: dict[str, str | bool | tuple[str, ...]] = {} if name or not starts else {"unnumbered": True}
        piece = Piece(draft=replace(body, path=draft.path), title="" if name else opening)
        sections.append(Section(path=path, pieces=(piece,), head=head))
    return Split(tuple(sections), title.plain if title else "", level if starts else 0)


def _identified(draft: Draft, slug_of: Callable[[str], str]) -> Draft:
    """A text in which headings of the same words have the ids that they have in the whole of it."""
    found = headings(draft.text)
    slugs = [heading.id or slug_of(heading.plain) for heading in found]
    counts = Counter(slugs)
    seen: Counter[str] = Counter()
    edits = []
    for heading, name in zip(found, slugs, strict=True):
        identifier = f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1
        if counts[name] > 1 and not heading.id and re.fullmatch(r"[^\W\d_][\w.-]*", identifier):
            edits += rewrite(heading, level=heading.level, identifier=identifier)
    return draft.edited(edits)


def _title(text: str, found: Sequence[Heading]) -> Heading | None:
    """The first heading, where it alone has its level and all others stand below it."""
    first = found[0] if found else None
    if first is None or len(found) == 1 or any(heading.level <= first.level for heading in found[1:]):
        return None
    return None if _words_before(text, first) else first


def _words_before(text: str, heading: Heading) -> bool:
    """Whether anything is said before a heading: links to other texts and pictures say nothing."""
    return bool(re.search(r"\w", _LINK.sub("", mask(text[: heading.start]))))


def _titled_first(draft: Draft) -> Draft:
    """A text whose title stands before the links and pictures that stood above it."""
    title = _title(draft.text, headings(draft.text))
    above = draft.text[: title.start] if title else ""
    if title is None or not mask(above).replace("\0", "").strip():
        return draft
    behind = Edit(title.end, title.end, f"\n\n{above.strip()}\n")
    return draft.edited([Edit(0, title.start, ""), behind])


def _quoted(text: str, heading: Heading) -> bool:
    return text[heading.start : heading.marks[0]].strip().startswith(">")


def _says(text: str, title: Heading | None) -> bool:
    """Whether a text is more than the title of the book, comments and definitions."""
    for line in scan(text):
        heads = title is not None and title.start <= line.start < title.text_end
        if line.kind not in (Kind.BLANK, Kind.COMMENT) and not heads and not _DEFINED.match(line.text):
            return True
    return False


def _path(number: int, title: str) -> str:
    """A name of a file, which no other number has."""
    name = slug(title)[:60].strip("-")
    return f"{number:02}-{name}.md" if name else f"{number:02}.md"


def _raised(draft: Draft, by: int) -> Draft:
    """A text with its headings some levels higher."""
    edits = [
        edit
        for heading in headings(draft.text)
        for edit in rewrite(heading, level=max(heading.level - by, 1), identifier="")
    ]
    return draft.edited(edits)


@dataclass(frozen=True, slots=True)
class _Definition:
    """Where a link's address or a note is defined: its place, and how it is used, such as ``[^1]``."""

    start: int
    end: int
    use: str

    @property
    def note(self) -> bool:
        return self.use.startswith("[^")


def _definitions(text: str) -> list[_Definition]:
    lines = scan(text)
    out: list[_Definition] = []
    for index, line in enumerate(lines):
        match = _DEFINED.match(line.text) if line.prose and not line.quote and not line.items else None
        inside = index > 0 and lines[index - 1].prose and not (out and out[-1].end == lines[index - 1].end)
        if match and not inside:  # a definition does not stand in a paragraph
            last = _last_of_note(lines, index) if match.group(1) else _last_of_link(lines, index, match)
            out.append(
                _Definition(line.start, lines[last].end, f"[{match.group(1)}{folded(match.group(2))}]")
            )
    return out


def _last_of_link(lines: Sequence[Line], index: int, match: re.Match[str]) -> int:
    """The address or the title may stand on the next line."""
    bare = not lines[index].text[match.end() :].strip()
    if index + 1 < len(lines) and (bare or _LINK_TITLE.match(lines[index + 1].text)):
        return index + 1
    return index


def _last_of_note(lines: Sequence[Line], index: int) -> int:
    """A note goes on over lines that are indented, and over those of its own paragraph."""
    last = index
    for number in range(index + 1, len(lines)):
        line = lines[number]
        if line.kind is Kind.BLANK:
            continue
        indented = indent_of(line.text) >= 4
        follows = number == last + 1 and line.prose and not _DEFINED.match(line.text)
        if not indented and not follows:
            break
        last = number
    return last


def _complete(whole: Draft, place: tuple[int, int], definitions: Sequence[_Definition]) -> Draft:
    """A chapter's text with the definitions that stand elsewhere, without notes that others use."""
    start, end = place
    body = whole.part(start, end)
    near = [item for item in definitions if start <= item.start < end]
    away = [item for item in definitions if not start <= item.start < end]
    kept = {item.use for item in near}
    text = folded(_without(body.text, [item.use for item in near if item.note]))
    unused = [item for item in near if item.note and item.use not in text]
    elsewhere = folded(whole.text[:start] + whole.text[end:]) if unused else ""
    edits = [Edit(item.start - start, item.end - start, "") for item in unused if item.use in elsewhere]
    added: list[str] = []
    waiting = True
    while waiting:
        waiting = False
        for item in away:
            if item.use in text and item.use not in kept:
                kept.add(item.use)
                added.append(whole.text[item.start : item.end])
                text += folded(added[-1].partition("]:")[2])
                waiting = True
    if added:
        edits.append(Edit(len(body.text), len(body.text), "\n\n" + "\n\n".join(added) + "\n"))
    return body.edited(edits)


def _without(text: str, uses: Sequence[str]) -> str:
    """A text without the heads of the definitions in it."""
    for use in uses:
        text = re.sub(rf"^ {{0,3}}{re.escape(use)}:", "", text, flags=re.MULTILINE | re.IGNORECASE)
    return text
