"""Expand the include directives of mdBook, and replace the shortcodes of Quarto and Hugo."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, TypeAlias

from triptych.yaml_text import get_nested_value
from triptych_import.book import Draft, Edit, ImportFinding, ReadText, SectionFile, SourceText
from triptych_import.masking import LineKind, mask_text, scan_lines

_DIRECTIVE = re.compile(
    r"(\\?)\{\{\s*+#(include|rustdoc_include|playground|playpen|title)\s++([^{}\n]++)\s*+\}\}"
)
_TAG = re.compile(r"(?<!\\)\{\{[ \t]*[#%/][ \t]*[a-z][^{}\n]*\}\}|\{%[ \t]*[a-z][^{}\n]*%\}")
_ANCHOR = re.compile(r"ANCHOR(_END)?:\s*([\w-]+)")
MAX_INCLUDE_DEPTH = 10
MAX_INCLUDED_CHARACTERS = 2_000_000  # maximum number of characters included in one text
_MIN_FILE_COST = 500  # minimum number of characters counted per file
_CODE_FENCE = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}|~{3,})(.*)$")


def expand_includes(draft: Draft, read_text: ReadText) -> Draft:
    """Insert the files named in mdBook's include directives. Directives for missing files remain as text."""
    includes = _IncludeExpander(read_text)
    expanded = includes.expand_draft(draft, (draft.path,)).apply_edits((), includes.findings)
    if includes.characters_left < 0:
        message = f"the included files exceed {MAX_INCLUDED_CHARACTERS // 1_000_000} million characters"
        expanded = draft.apply_edits(
            (), [draft.make_finding(0, message, "kept the include directives as literal text")]
        )
    return remove_unsupported_tags(expanded)


@dataclass(slots=True)
class _IncludeExpander:
    """Inserts included files into a draft recursively, up to a nesting depth and a total size."""

    read_text: ReadText
    findings: list[ImportFinding] = field(default_factory=list)
    characters_left: int = MAX_INCLUDED_CHARACTERS

    def expand_draft(self, draft: Draft, chain: tuple[str, ...]) -> Draft:
        """Expand the includes of a draft.

        ``chain`` has the paths of the chapter, of all including files and of this draft, in this order.
        """
        return draft.apply_edits(list(self._replace_directives(draft, chain)))

    def _replace_directives(self, draft: Draft, chain: tuple[str, ...]) -> Iterator[Edit]:
        for match in _DIRECTIVE.finditer(draft.text):
            escaped, name, arguments = match.groups()
            argument = arguments.strip()
            if escaped:
                yield Edit(match.start(), match.start() + 1, "")
            elif name == "title":
                yield Edit(*match.span(), "")
                message = "`{{#title}}` only sets the HTML title of an mdBook page"
                self.findings.append(draft.make_finding(match.start(), message, "omitted"))
            elif (
                argument
                and (text := self._read_included_text(draft, match.start(), argument, chain)) is not None
            ):
                yield Edit(*match.span(), f"```rust\n{text}\n```" if name.startswith("play") else text)

    def _read_included_text(
        self, draft: Draft, offset: int, argument: str, chain: tuple[str, ...]
    ) -> str | None:
        """Return the text that a directive includes, or None if it cannot be included.

        The reason is reported here, except the limit for included text, which ``expand_includes`` reports.
        """
        name = argument.split()[0]
        path = resolve_path(draft.path, name.partition(":")[0])
        text = _read_file_part(path, name.partition(":")[2], self.read_text)
        self.characters_left -= max(len(text or ""), _MIN_FILE_COST)
        if text is None:
            message = f'included file "{argument}" is missing or not UTF-8'
        elif self.characters_left < 0:
            return None
        elif "#include" not in text:
            return text
        elif path in chain:
            message = f'"{name}" includes itself'
        elif len(chain) > MAX_INCLUDE_DEPTH:
            message = f"includes are nested more than {MAX_INCLUDE_DEPTH} levels deep"
        else:
            return self.expand_draft(Draft.from_text(path, text), (*chain, path)).text
        self.findings.append(
            draft.make_finding(offset, message, "kept the include directive as literal text")
        )
        return None


def limit_read_size(read_text: ReadText) -> ReadText:
    """Return a reader that returns None once the total size of the files read exceeds a limit."""
    left = MAX_INCLUDED_CHARACTERS

    def read_limited(path: str) -> str | None:
        nonlocal left
        text = read_text(path)
        left -= max(len(text or ""), _MIN_FILE_COST)
        return text if left >= 0 else None

    return read_limited


def remove_unsupported_tags(draft: Draft, supported_tags: frozenset[str] = frozenset()) -> Draft:
    """Remove tags of unsupported preprocessors and plugins, such as ``{{#name}}`` or ``{% name %}``.

    Each tag is reported. A tag with other text on its line is kept as literal text. Tags with names in
    ``supported_tags`` are ignored.
    """
    edits, findings = [], []
    for match in _TAG.finditer(mask_text(draft.text)):
        name = re.sub(r"^(?:end|close)", "", match.group().strip("{%#/ \t").split()[0])
        if match.group().startswith("{{#include") or name in supported_tags:
            continue
        start = draft.text.rfind("\n", 0, match.start()) + 1
        end = draft.text.find("\n", match.end())
        end = end if end >= 0 else len(draft.text)
        is_alone_on_line = not (draft.text[start : match.start()] + draft.text[match.end() : end]).strip()
        message = f'unsupported helper "{draft.text[slice(*match.span())]}"'
        findings.append(
            draft.make_finding(
                match.start(), message, "omitted" if is_alone_on_line else "kept as literal text"
            )
        )
        edits += [Edit(start, end, "")] if is_alone_on_line else []
    return draft.apply_edits(edits, findings)


def resolve_path(path: str, name: str) -> str:
    """Resolve the path ``name``, which is relative to the file at ``path``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _read_file_part(path: str, part: str, read_text: ReadText) -> str | None:
    """Return a file's text or a part of it, or None if the file is missing.

    ``part`` selects a line (``2``), a range of lines (``2:10``), or the lines between two anchors (a name).
    If it is empty, the whole text is returned.
    """
    text = read_text(path)
    if text is None:
        return None
    lines = text.removesuffix("\n").split("\n")
    if not part:
        return "\n".join(lines)
    if re.fullmatch(r"\d{0,9}(:\d{0,9})?", part):
        first, colon, last = part.partition(":")
        end = int(last or len(lines)) if colon else int(first or len(lines))
        return "\n".join(lines[max(int(first or 1), 1) - 1 : end])
    name, is_in_region, region = part.partition(":")[0], False, []
    for line in lines:
        if match := _ANCHOR.search(line):
            is_in_region = (not match.group(1)) if match.group(2) == name else is_in_region
        elif is_in_region:
            region.append(line)
    return "\n".join(region)


def clean_code_blocks(draft: Draft) -> Draft:
    """Keep only the language in info strings, and remove lines of Rust code that mdBook hides."""
    edits = []
    language = ""
    for line in scan_lines(draft.text):
        unindented = line.text.lstrip()
        if line.kind is LineKind.OPENING and (fence := _CODE_FENCE.match(line.text)):
            info = fence.group(3)
            language = next(iter(re.split(r"[\s,{]+", info.strip())), "")
            if info.strip() != language:
                edits.append(Edit(line.text_start + fence.start(3), line.end, language))
        elif line.kind is not LineKind.CODE or language != "rust":
            continue
        elif unindented == "#" or unindented.startswith("# "):
            edits.append(Edit(line.start, min(line.end + 1, len(draft.text)), ""))
        elif unindented.startswith("##"):
            edits.append(Edit(line.end - len(unindented), line.end - len(unindented) + 1, ""))
    return draft.apply_edits(edits)


_SHORTCODE = re.compile(
    r"(?<!\{)\{\{([<%])[ \t]*+(/?)[ \t]*+([\w-]++)((?:(?!\{\{[<%]|[>%]\}\}(?!\}))[^\n])*+)[>%]\}\}(?!\})"
)
_INCLUDE = re.compile(r"^[ \t]*\{\{<\s*include\s+([^\s>]+)\s*>\}\}[ \t]*$", re.MULTILINE)
MAX_INCLUDES = 1000  # maximum number of included files, counting copies
_KNOWN_SHORTCODES = ("include", "pagebreak")
_UNREPORTED_SHORTCODES = ("var", "meta", "ref", "relref", "kbd")  # not reported: replaced with an equivalent
_ID = re.compile(r"\{[^{}\n]*#[A-Za-z]|\bid=|^#+ ", re.MULTILINE)
_PAIR = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|\S+)")
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


@dataclass(frozen=True, slots=True)
class ShortcodeValues:
    """The values of the shortcodes ``meta`` (front matter and settings) and ``var`` (variables)."""

    meta: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def get_value(self, name: str, path: str) -> str | None:
        """Return the value at a dotted key path, or None if it is missing or not a scalar."""
        value = get_nested_value(self.variables if name == "var" else self.meta, *path.split("."))
        return None if value is None or isinstance(value, Mapping | list) else str(value)


NO_VALUES = ShortcodeValues()


def replace_shortcodes(draft: Draft, values: ShortcodeValues = NO_VALUES) -> Draft:
    """Convert unsupported shortcodes to Markdown, or remove them; report inexact replacements."""
    edits, findings = [], []
    for match in _SHORTCODE.finditer(mask_text(draft.text)):
        form, closing, name = match.group(1, 2, 3)
        argument = draft.text[slice(*match.span(4))].removesuffix("/").strip(" \t")
        if name in _KNOWN_SHORTCODES and form == "<":
            continue
        new = "" if closing else _convert_shortcode(name, argument, values)
        edits.append(Edit(*match.span(), new or ""))
        if closing or (new and name in _UNREPORTED_SHORTCODES):
            continue
        message = f"unsupported shortcode {name}"
        if name in ("var", "meta"):
            message = f'undefined {"variable" if name == "var" else "metadata key"} "{argument}"'
        action = "replaced by an image" if name == "figure" else "replaced by a link"
        findings.append(draft.make_finding(match.start(), message, action if new else "omitted"))
    return draft.apply_edits(edits, findings)


def _convert_shortcode(name: str, argument: str, values: ShortcodeValues) -> str | None:
    """Return the Markdown of a shortcode, or None if it is unsupported."""
    options = {key: value.strip("\"'") for key, value in _PAIR.findall(argument)}
    argument_text = _PAIR.sub("", argument).strip()
    first = argument_text.split()[0].strip("\"'") if argument_text else ""
    match name:
        case "var" | "meta":
            return values.get_value(name, argument_text.strip("\"'"))
        case "kbd":
            return f"<kbd>{argument_text}</kbd>" if argument_text else None
        case "ref" | "relref":  # a Hugo shortcode inside the URL of a link
            return first
        case "figure" if options.get("src"):
            caption = options.get("caption") or options.get("title") or ""
            return f'![{caption}]({options["src"]}){{fig-alt="{options.get("alt") or caption}"}}'
        case "youtube" | "vimeo" if first or options.get("id"):
            return f"<{_VIDEOS[name]}{first or options['id']}>"
    if re.match(r"https?://", first):
        return f"[{options['title']}]({first})" if options.get("title") else f"<{first}>"
    return options.get("title")


# Prepares an included text. The second argument is the path of the including chapter.
PrepareIncluded: TypeAlias = Callable[[Draft, str], Draft]


def resolve_includes(
    sections: list[SectionFile], read_text: ReadText, prepare_included: PrepareIncluded
) -> list[SectionFile]:
    """Return the sections with updated include paths, followed by a section for each included file."""
    chapters = {section.path for section in sections}
    included: dict[str, SectionFile] = {}
    numbers: dict[str, Iterator[int]] = defaultdict(partial(count, 2))

    def make_copy_path(path: str) -> str:
        """Return a new path for a copy of an included file, since ids must be unique in the book."""
        stem, ending = posixpath.splitext(path)
        return next(name for number in numbers[path] if (name := f"{stem}-{number}{ending}") not in included)

    def resolve_draft(draft: Draft, chain: tuple[str, ...]) -> Draft:
        edits, findings = [], []
        for match in _INCLUDE.finditer(draft.text):
            name = match.group(1).strip("\"'")
            path = _find_included_file(name, (draft.path, chain[0]), read_text)
            inner = target = message = None
            if path is None:
                message = f'included file "{name}" is missing or not UTF-8'
            elif path in chain:
                message = f'"{name}" includes itself'
            else:
                inner = prepare_included(Draft.from_text(path, read_text(path) or ""), chain[0])
                target = path if path not in included or not _ID.search(inner.text) else make_copy_path(path)
                if len(included) >= MAX_INCLUDES and target not in included:
                    message = f"the book has more than {MAX_INCLUDES} includes"
            if path is None or inner is None or target is None or message:
                edits.append(Edit(*match.span(), ""))
                findings.append(draft.make_finding(match.start(), message or "", "omitted"))
                continue
            if target not in included and target not in chapters:
                piece = SourceText(draft=resolve_draft(inner, (*chain, path)))
                included[target] = SectionFile(path=target, source_texts=(piece,), is_included=True)
            new = posixpath.relpath(target, posixpath.dirname(draft.path) or ".")
            if new != name:
                edits.append(Edit(*match.span(1), new))
        return draft.apply_edits(edits, findings)

    out = [
        section.with_drafts(lambda piece: resolve_draft(piece.draft, (piece.path,))) for section in sections
    ]
    return [*out, *included.values()]


def _find_included_file(name: str, including_paths: tuple[str, ...], read_text: ReadText) -> str | None:
    """Return the path of an included file, or None if it is missing.

    If ``name`` begins with a slash, it is relative to the book's folder; otherwise, it is relative to the
    first possible path of ``including_paths``.
    """
    paths = [posixpath.normpath(name.lstrip("/"))] if name.startswith("/") else []
    paths += [resolve_path(path, name) for path in including_paths]
    return next((path for path in paths if not path.startswith("..") and read_text(path) is not None), None)
