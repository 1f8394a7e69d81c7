"""mdBook's ``{{#include}}`` and its like, and what it does to code blocks."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from triptych.yaml_text import value_at
from triptych_import.book import Draft, Edit, ImportFinding, ReadText, SectionFile, SourceText
from triptych_import.masking import LineKind, SourceLine, mask, scan_lines

_DIRECTIVE = re.compile(
    r"(\\?)\{\{\s*+#(include|rustdoc_include|playground|playpen|title)\s++([^{}\n]++)\s*+\}\}"
)
_HELPER = re.compile(r"(?<!\\)\{\{[ \t]*[#%/][ \t]*[a-z][^{}\n]*\}\}|\{%[ \t]*[a-z][^{}\n]*%\}")
_ANCHOR = re.compile(r"ANCHOR(_END)?:\s*([\w-]+)")
DEEPEST_INCLUDES = 10
LARGEST_INCLUDES = 2_000_000  # characters that are put into one text, each time that they are
_LEAST = 500  # that a file counts for
_CODE_FENCE = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}|~{3,})(.*)$")


def expand_includes(draft: Draft, read: ReadText) -> tuple[Draft, list[ImportFinding]]:
    """A text with the files put in that it asks for; what is missing stays as it is written."""
    includes = _Includes(read)
    whole, found = includes.put_in(draft, (draft.path,)), includes.found
    if includes.left < 0:
        what = f"the included files exceed {LARGEST_INCLUDES // 1_000_000} million characters"
        whole, found = draft, [draft.report(0, what, "kept the include directives as literal text")]
    whole, more = remove_helpers(whole)
    return whole, [*found, *more]


@dataclass(slots=True)
class _Includes:
    """Puts files into a text, and others into them, up to a depth and a size."""

    read: ReadText
    found: list[ImportFinding] = field(default_factory=list)
    left: int = LARGEST_INCLUDES

    def put_in(self, draft: Draft, chain: tuple[str, ...]) -> Draft:
        """A text with the files that it asks for; ``chain`` are those that it stands in."""
        return draft.apply(list(self._edits(draft, chain)))

    def _edits(self, draft: Draft, chain: tuple[str, ...]) -> Iterator[Edit]:
        for match in _DIRECTIVE.finditer(draft.text):
            escaped, name, written = match.groups()
            argument = written.strip()
            if escaped:
                yield Edit(match.start(), match.start() + 1, "")
            elif name == "title":
                yield Edit(*match.span(), "")
                self.found.append(
                    draft.report(match.start(), "`{{#title}}` applies only to the website", "omitted")
                )
            elif argument and (text := self._text(draft, match.start(), argument, chain)) is not None:
                yield Edit(*match.span(), f"```rust\n{text}\n```" if name.startswith("play") else text)

    def _text(self, draft: Draft, place: int, argument: str, chain: tuple[str, ...]) -> str | None:
        """What is put in for an argument; where that cannot be done it is told, and None."""
        name = argument.split()[0]
        path = resolve_path(draft.path, name.partition(":")[0])
        text = _read_lines(path, name.partition(":")[2], self.read)
        self.left -= max(len(text or ""), _LEAST)
        what = ""
        if text is None:
            what = f'included file "{argument}" is missing or not UTF-8'
        elif self.left < 0:
            return None
        elif "#include" in text and path in chain:
            what = f'"{name}" includes itself'
        elif "#include" in text and len(chain) > DEEPEST_INCLUDES:
            what = f"includes are nested more than {DEEPEST_INCLUDES} levels deep"
        elif "#include" in text:
            text = self.put_in(Draft.from_text(path, text), (*chain, path)).text
        if not what:
            return text
        self.found.append(draft.report(place, what, "kept the include directive as literal text"))
        return None


def limit_reads(read: ReadText) -> ReadText:
    """What reads texts up to so many characters, and none after that."""
    left = LARGEST_INCLUDES

    def spared(path: str) -> str | None:
        nonlocal left
        text = read(path)
        left -= max(len(text or ""), _LEAST)
        return text if left >= 0 else None

    return spared


def remove_helpers(draft: Draft, defined: frozenset[str] = frozenset()) -> tuple[Draft, list[ImportFinding]]:
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
        found.append(draft.report(match.start(), what, "omitted" if alone else "kept as literal text"))
        if alone:
            edits.append(Edit(start, end, ""))
    return draft.apply(edits), found


def resolve_path(path: str, name: str) -> str:
    """The path that a name in a text means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _read_lines(path: str, part: str, read: ReadText) -> str | None:
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
    return "\n".join(_select_region(lines, part.partition(":")[0]))


def _select_region(lines: list[str], name: str) -> Iterator[str]:
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
    for line in scan_lines(draft.text):
        if line.kind is LineKind.OPENING and (fence := _CODE_FENCE.match(line.text)):
            info = fence.group(3)
            language = next(iter(re.split(r"[\s,{]+", info.strip())), "")
            if info.strip() != language:
                edits.append(Edit(line.begin + fence.start(3), line.end, language))
        elif line.kind is LineKind.CODE and language == "rust":
            edits += _remove_hidden_line(line, len(draft.text))
    return draft.apply(edits)


def _remove_hidden_line(line: SourceLine, end: int) -> Iterator[Edit]:
    bare = line.text.lstrip()
    if bare == "#" or bare.startswith("# "):
        yield Edit(line.start, min(line.end + 1, end), "")
    elif bare.startswith("##"):
        place = line.end - len(bare)
        yield Edit(place, place + 1, "")


_SHORTCODE = re.compile(
    r"(?<!\{)\{\{([<%])[ \t]*+(/?)[ \t]*+([\w-]++)((?:(?!\{\{[<%]|[>%]\}\}(?!\}))[^\n])*+)[>%]\}\}(?!\})"
)
_INCLUDE = re.compile(r"^[ \t]*\{\{<\s*include\s+([^\s>]+)\s*>\}\}[ \t]*$", re.MULTILINE)
MOST_INCLUDES = 1000  # texts that are included, with copies of them
_KNOWN = ("include", "pagebreak")
_SILENT = ("var", "meta", "ref", "relref", "kbd")  # what stands there says the same
_ID = re.compile(r"\{[^{}\n]*#[A-Za-z]|\bid=|^#+ ", re.MULTILINE)
_PAIR = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|\S+)")
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


@dataclass(frozen=True, slots=True)
class ShortcodeValues:
    """What ``meta`` and ``var`` look up: a text's own head, the settings of the book, its variables."""

    meta: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, path: str) -> str | None:
        """The value under a dotted path, or None where there is none or it is no text."""
        value = value_at(self.variables if name == "var" else self.meta, *path.split("."))
        return None if value is None or isinstance(value, Mapping | list) else str(value)


def replace_shortcodes(
    draft: Draft, values: ShortcodeValues | None = None
) -> tuple[Draft, list[ImportFinding]]:
    """A text with no shortcode that Triptych does not know."""
    edits, found = [], []
    for match in _SHORTCODE.finditer(mask(draft.text)):
        form, closing, name = match.group(1, 2, 3)
        argument = draft.text[slice(*match.span(4))].removesuffix("/").strip(" \t")
        if name in _KNOWN and form == "<":
            continue
        new = "" if closing else _convert_shortcode(name, argument, values or ShortcodeValues())
        edits.append(Edit(*match.span(), new or ""))
        if closing or (new and name in _SILENT):
            continue
        what = f"unsupported shortcode {name}"
        if name in ("var", "meta"):
            what = f'undefined {"variable" if name == "var" else "metadata key"} "{argument}"'
        done = "replaced by an image" if name == "figure" else "replaced by a link"
        found.append(draft.report(match.start(), what, done if new else "omitted"))
    return draft.apply(edits), found


def _convert_shortcode(name: str, argument: str, values: ShortcodeValues) -> str | None:
    """Markdown that says what a shortcode shows, or None."""
    named = {key: value.strip("\"'") for key, value in _PAIR.findall(argument)}
    bare = _PAIR.sub("", argument).strip()
    first = bare.split()[0].strip("\"'") if bare else ""
    match name:
        case "var" | "meta":
            return values.get(name, bare.strip("\"'"))
        case "kbd":
            return f"<kbd>{bare}</kbd>" if bare else None
        case "ref" | "relref":  # Hugo's, inside of the address of a link
            return first
        case "figure" if named.get("src"):
            caption = named.get("caption") or named.get("title") or ""
            return f'![{caption}]({named["src"]}){{fig-alt="{named.get("alt") or caption}"}}'
        case "youtube" | "vimeo" if first or named.get("id"):
            return f"<{_VIDEOS[name]}{first or named['id']}>"
    if re.match(r"https?://", first):
        return f"[{named['title']}]({first})" if named.get("title") else f"<{first}>"
    return named.get("title")


# Takes a text that is included, and the chapter that it comes to stand in.
Prepared = Callable[[Draft, str], "tuple[Draft, list[ImportFinding]]"]


def resolve_includes(
    sections: list[SectionFile], read: ReadText, prepare: Prepared
) -> tuple[list[SectionFile], list[ImportFinding]]:
    """Sections whose includes name files by their true place, and those files, to be copied beside them."""
    chapters = {section.path for section in sections}
    included: dict[str, SectionFile] = {}
    numbers: dict[str, Iterator[int]] = defaultdict(partial(count, 2))
    found: list[ImportFinding] = []

    def another(path: str) -> str:
        """The name of one more copy of a text, since each of its ids can stand in the book once."""
        stem, ending = posixpath.splitext(path)
        return next(name for number in numbers[path] if (name := f"{stem}-{number}{ending}") not in included)

    def resolved(draft: Draft, chain: tuple[str, ...]) -> Draft:
        edits = []
        for match in _INCLUDE.finditer(draft.text):
            name = match.group(1).strip("\"'")
            path = _find_included_file(name, (draft.path, chain[0]), read)
            if path is None or path in chain:
                edits.append(Edit(*match.span(), ""))
                what = (
                    f'"{name}" includes itself' if path else f'included file "{name}" is missing or not UTF-8'
                )
                found.append(draft.report(match.start(), what, "omitted"))
                continue
            inner, more = prepare(Draft.from_text(path, read(path) or ""), chain[0])
            target = path if path not in included or not _ID.search(inner.text) else another(path)
            if len(included) >= MOST_INCLUDES and target not in included:
                edits.append(Edit(*match.span(), ""))
                what = f"the book has more than {MOST_INCLUDES} includes"
                found.append(draft.report(match.start(), what, "omitted"))
                continue
            if target not in included and target not in chapters:
                found.extend(more)
                piece = SourceText(draft=resolved(inner, (*chain, path)))
                included[target] = SectionFile(path=target, pieces=(piece,), included=True)
            beside = posixpath.relpath(target, posixpath.dirname(draft.path) or ".")
            if beside != name:
                edits.append(Edit(*match.span(1), beside))
        return draft.apply(edits)

    out = [section.with_drafts(lambda piece: resolved(piece.draft, (piece.path,))) for section in sections]
    return [*out, *included.values()], found


def _find_included_file(name: str, beside: tuple[str, ...], read: ReadText) -> str | None:
    """The file that an include means: from the root, beside the text that asks, or beside the chapter."""
    tries = [name.lstrip("/")] if name.startswith("/") else []
    tries += [posixpath.join(posixpath.dirname(path), name) for path in beside]
    paths = [posixpath.normpath(path) for path in tries]
    return next((path for path in paths if not path.startswith("..") and read(path) is not None), None)
