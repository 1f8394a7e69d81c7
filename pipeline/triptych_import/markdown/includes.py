"""mdBook's ``{{#include}}`` and its like, and what it does to code blocks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from triptych_import.book import ReadText
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import Kind, Line, mask, scan

_DIRECTIVE = re.compile(
    r"(\\?)\{\{\s*+#(include|rustdoc_include|playground|playpen|title)\s++([^{}\n]++)\s*+\}\}"
)
_HELPER = re.compile(r"(?<!\\)\{\{[ \t]*[#%/][ \t]*[a-z][^{}\n]*\}\}|\{%[ \t]*[a-z][^{}\n]*%\}")
_ANCHOR = re.compile(r"ANCHOR(_END)?:\s*([\w-]+)")
_DEEPEST = 10
_MOST = 2_000_000  # characters that are put into one text, each time that they are
_LEAST = 500  # that a file counts for
_FENCE = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}|~{3,})(.*)$")


def expand(draft: Draft, read: ReadText) -> tuple[Draft, list[Finding]]:
    """A text with the files put in that it asks for; what is missing stays as it is written."""
    includes = _Includes(read)
    whole, found = includes.put_in(draft, (draft.path,)), includes.found
    if includes.left < 0:
        what = f"the included files exceed {_MOST // 1_000_000} million characters"
        whole, found = draft, [draft.finding(0, what, "kept the include directives as literal text")]
    whole, more = without_helpers(whole)
    return whole, [*found, *more]


@dataclass(slots=True)
class _Includes:
    """Puts files into a text, and others into them, up to a depth and a size."""

    read: ReadText
    found: list[Finding] = field(default_factory=list)
    left: int = _MOST

    def put_in(self, draft: Draft, chain: tuple[str, ...]) -> Draft:
        """A text with the files that it asks for; ``chain`` are those that it stands in."""
        return draft.edited(list(self._edits(draft, chain)))

    def _edits(self, draft: Draft, chain: tuple[str, ...]) -> Iterator[Edit]:
        for match in _DIRECTIVE.finditer(draft.text):
            escaped, name, written = match.groups()
            argument = written.strip()
            if escaped:
                yield Edit(match.start(), match.start() + 1, "")
            elif name == "title":
                yield Edit(*match.span(), "")
                self.found.append(
                    draft.finding(match.start(), "`{{#title}}` applies only to the website", "omitted")
                )
            elif argument and (text := self._text(draft, match.start(), argument, chain)) is not None:
                yield Edit(*match.span(), f"```rust\n{text}\n```" if name.startswith("play") else text)

    def _text(self, draft: Draft, place: int, argument: str, chain: tuple[str, ...]) -> str | None:
        """What is put in for an argument; where that cannot be done it is told, and None."""
        name = argument.split()[0]
        path = beside(draft.path, name.partition(":")[0])
        text = _included(path, name.partition(":")[2], self.read)
        self.left -= max(len(text or ""), _LEAST)
        what = ""
        if text is None:
            what = f'included file "{argument}" is missing or not UTF-8'
        elif self.left < 0:
            return None
        elif "#include" in text and path in chain:
            what = f'"{name}" includes itself'
        elif "#include" in text and len(chain) > _DEEPEST:
            what = f"includes are nested more than {_DEEPEST} levels deep"
        elif "#include" in text:
            text = self.put_in(Draft.of(path, text), (*chain, path)).text
        if not what:
            return text
        self.found.append(draft.finding(place, what, "kept the include directive as literal text"))
        return None


def sparing(read: ReadText) -> ReadText:
    """What reads texts up to so many characters, and none after that."""
    left = _MOST

    def spared(path: str) -> str | None:
        nonlocal left
        text = read(path)
        left -= max(len(text or ""), _LEAST)
        return text if left >= 0 else None

    return spared


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
        end = draft.text.find("\n", match.end())
        end = end if end >= 0 else len(draft.text)
        alone = not draft.text[start : match.start()].strip() and not draft.text[match.end() : end].strip()
        what = f'unsupported helper "{draft.text[slice(*match.span())]}"'
        found.append(draft.finding(match.start(), what, "omitted" if alone else "kept as literal text"))
        if alone:
            edits.append(Edit(start, end, ""))
    return draft.edited(edits), found


def beside(path: str, name: str) -> str:
    """The path that a name in a text means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _included(path: str, part: str, read: ReadText) -> str | None:
    """A file, or of ``2``, ``2:10`` or ``anchor`` behind its name the lines that are meant."""
    text = read(path)
    if text is None:
        return None
    lines = text.removesuffix("\n").split("\n")
    if not part:
        return "\n".join(lines)
    if re.fullmatch(r"\d{0,9}(:\d{0,9})?", part):
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
