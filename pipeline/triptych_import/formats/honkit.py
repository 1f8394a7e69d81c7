"""Import HonKit and GitBook books: book.json, book.js or .gitbook.yaml, SUMMARY.md, and template tags."""

from __future__ import annotations

import json
import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from triptych.yaml_text import MalformedYamlError, get_nested_value, load_yaml, to_plain_values
from triptych_import import contents
from triptych_import.book import Draft, Edit, ImportFinding, ReadText, SourceBook, as_list
from triptych_import.containers import LIQUID_TAGS
from triptych_import.contents import Contents
from triptych_import.formats import markdown_folder
from triptych_import.headings import escape_attribute
from triptych_import.masking import find_delimiter_pairs, find_in_prose, mask_text
from triptych_import.shortcodes import limit_read_size, remove_unsupported_tags, resolve_path
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "book.json, book.js or .gitbook.yaml with a SUMMARY.md (HonKit, GitBook)"
_FILES = ("book.json", ".gitbook.yaml", ".gitbook.yml", "book.js")
_LITERAL_SETTING = re.compile(
    r"^[ \t]*[\"']?(title|author|description|language|root)[\"']?[ \t]*:[ \t]*([\"'`])([^\"'`$\\\n]*)\2",
    re.MULTILINE,
)
# Settings that are read here, or that concern only the website and its build.
_KNOWN_KEYS = frozenset(
    "title author authors description language root structure variables gitbook honkit plugins pluginsConfig"
    " pdf styles links direction extension".split()
)

_SUPPORTED_PLUGINS = ("include-codeblock",)


def can_read(path: Path) -> bool:
    """Return whether a path is a HonKit or GitBook project."""
    if not path.is_dir():
        return False
    source = SourceFiles(path)
    _, settings = _load_settings(source)
    return settings is not None and _find_summary(source, settings) is not None


def read_book(path: Path) -> SourceBook:
    """Read the book from a HonKit or GitBook project."""
    source = SourceFiles(path)
    name, settings = _load_settings(source)
    settings = settings or {}
    listing = _find_summary(source, settings)
    root = listing.root if listing else ""
    variables = settings.get("variables")
    values = {"book": {**settings, **(variables if isinstance(variables, dict) else {})}}
    read_text = source.make_text_reader(root)
    book = markdown_folder.assemble_book(
        source,
        listing,
        path.resolve().name,
        convert_markup=lambda draft: resolve_template_tags(draft, values, read_text),
    )
    make_relative = partial(posixpath.relpath, start=root or ".")
    findings = [(name, message, action) for message, action in _find_unsupported_settings(settings)]
    if name.endswith(".js"):
        findings.append((name, "the settings file is a program", "not run, except for literal values"))
    if source.read_text("LANGS.md") is not None:
        findings.append(("LANGS.md", "the book has several languages", "only one was imported"))
    authors = tuple(map(str, as_list(settings.get("author", settings.get("authors")))))
    metadata = replace(
        book.metadata,
        authors=authors or book.metadata.authors,
        language=str(settings.get("language") or book.metadata.language),
        description=str(settings.get("description") or ""),
    )
    return replace(book, metadata=metadata).with_findings(
        ImportFinding(path=make_relative(file), message=message, action=action)
        for file, message, action in findings
    )


def _parse_javascript_settings(text: str) -> dict[str, str] | None:
    """Return the literal settings in a JavaScript file, or None if there are none.

    If a setting occurs more than once, its first value is used.
    """
    settings = {match.group(1): match.group(3) for match in reversed(list(_LITERAL_SETTING.finditer(text)))}
    return settings if settings and "module.exports" in text else None


_SETTINGS_PARSERS: Mapping[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".js": _parse_javascript_settings,
    ".yaml": lambda text: to_plain_values(load_yaml(text)),
    ".yml": lambda text: to_plain_values(load_yaml(text)),
}


def _load_settings(source: SourceFiles) -> tuple[str, dict[str, Any] | None]:
    for name in _FILES:
        if (text := source.read_text(name)) is None:
            continue
        try:
            tree = _SETTINGS_PARSERS[posixpath.splitext(name)[1]](text)
        except (ValueError, MalformedYamlError, RecursionError):
            continue
        if isinstance(tree, dict):
            return name, tree
    return "", None


def _find_summary(source: SourceFiles, settings: Mapping[str, Any]) -> Contents | None:
    """Return the table of contents named in the settings, or None if it lists no existing file."""
    root = posixpath.normpath(str(settings.get("root") or ".")).strip("/")
    root = "" if root == "." else root
    structure = settings.get("structure")
    file_names = structure if isinstance(structure, dict) else {}
    path = posixpath.join(root, str(file_names.get("summary") or "SUMMARY.md"))
    listing = contents.read_summary(source, path, root)
    if listing is None:
        return None
    readme, glossary = (str(file_names.get(name) or f"{name.upper()}.md") for name in ("readme", "glossary"))
    listing = contents.add_unlisted_pages(listing, source, readme, glossary)
    return replace(listing, title=str(settings.get("title") or ""))


def _find_unsupported_settings(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a message and an action for each unsupported setting and plugin."""
    for key in settings:
        if key not in _KNOWN_KEYS:
            yield f'unsupported setting "{key}"', "omitted"
    plugins = settings.get("plugins")
    for name in plugins if isinstance(plugins, list) else []:
        if not str(name).startswith("-") and name not in _SUPPORTED_PLUGINS:
            yield f'unsupported plugin "{name}"', "not run"


_RAW = [(r"\{%-?\s*raw\s*-?%\}", r"\{%-?\s*endraw\s*-?%\}")]
_VALUE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_CONDITION = re.compile(r"\{%-?\s*+(?:(if)\s([^%]*+)|(else|endif)\s*+-?)%\}")
_OUTPUT = re.compile(r"output\.name\s*(==|!=)\s*[\"'](\w+)[\"']")
_BOOKS = ("ebook", "pdf", "epub", "mobi")
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([^\"']+)[\"']\s*-?%\}")
_OTHER_TAG = re.compile(r"\{%-?\s*(set|for|endfor|block|endblock|extends|macro|endmacro|import)\b[^%]*%\}")
_LISTING = re.compile(r"^([ \t]*)\[import([^\]\n]*)\]\(([^)\s]+)\)[ \t]*$", re.MULTILINE)
_QUOTED_OPTION = re.compile(r"(?<!\w)(\w++)\s*+[:=]\s*\"([^\"]*)\"")
_MARKER = re.compile(r"^\s*(?:///?|\#|--|<!--|/\*)!?\s*\[(\w[\w-]*)\]")
_MAX_INCLUDE_DEPTH = 5


def resolve_template_tags(draft: Draft, values: Mapping[str, Any], read_text: ReadText) -> Draft:
    """Resolve the template tags of a draft: conditionals on the output format, includes, and variables."""
    read_text = limit_read_size(read_text)
    for _ in range(_MAX_INCLUDE_DEPTH):
        edits, findings = _resolve_conditionals(draft)
        draft = draft.apply_edits(edits, findings)
        if not edits:
            break
    draft = draft.apply_edits(*_expand_includes(draft, read_text))
    prose = mask_text(draft.text)
    raw = [(first.start(), last.end()) for first, last in _find_raw_blocks(draft.text)]
    raw_starts = [start for start, _ in raw]
    edits, findings = [], []
    for match in _VALUE.finditer(draft.text):
        before = bisect_right(raw_starts, match.start()) - 1
        if before >= 0 and match.start() < raw[before][1]:
            continue
        value = get_nested_value(values, *match.group(1).split("."))
        if isinstance(value, str | int | float):
            edits.append(Edit(*match.span(), str(value)))
        elif prose[match.start()] == "{":
            message = f'undefined variable "{match.group(1)}"'
            findings.append(draft.make_finding(match.start(), message, "kept as literal text"))
    draft = draft.apply_edits(edits, findings)
    draft = draft.apply_edits(
        Edit(*mark.span(), "") for pair in _find_raw_blocks(draft.text) for mark in pair
    )
    return remove_unsupported_tags(draft.apply_edits(*_expand_code_imports(draft, read_text)), LIQUID_TAGS)


def _find_raw_blocks(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield the opening and closing tags of ``raw`` blocks with literal template tags, outside code."""
    prose = mask_text(text)
    return (
        (first, last) for _, first, last in find_delimiter_pairs(_RAW, text) if prose[first.start()] == "{"
    )


def _resolve_conditionals(draft: Draft) -> tuple[list[Edit], list[ImportFinding]]:
    """Replace innermost conditionals on the output format with their branch for books.

    Other conditionals keep all their branches.
    """
    edits, findings = [], []
    for first, else_match, last in _find_innermost_conditionals(draft.text):
        then = draft.text[first.end() : (else_match or last).start()]
        other = draft.text[else_match.end() : last.start()] if else_match else ""
        test = first.group(2).strip().removesuffix("-").rstrip()
        if output := _OUTPUT.fullmatch(test):
            holds = (output.group(2) in _BOOKS) == (output.group(1) == "==")
            kept_text, omitted_text = (then, other) if holds else (other, then)
            if omitted_text.strip():
                message = "this conditional block is for another output than a book"
                findings.append(draft.make_finding(first.start(), message, "omitted"))
        else:
            kept_text = then + other
            message = f'unsupported condition "{test}"'
            findings.append(draft.make_finding(first.start(), message, "all its branches were kept"))
        edits.append(Edit(first.start(), last.end(), kept_text))
    return edits, findings


def _find_innermost_conditionals(
    text: str,
) -> Iterator[tuple[re.Match[str], re.Match[str] | None, re.Match[str]]]:
    """Yield the ``if``, ``else`` and ``endif`` tags of conditionals without nested conditionals."""
    first = else_match = None
    for match in find_in_prose(_CONDITION, text):
        if match.group(1):
            first, else_match = match, None
        elif first and match.group(3) == "else":
            else_match = else_match or match
        elif first:
            yield first, else_match, match
            first = None


def _expand_includes(draft: Draft, read_text: ReadText) -> tuple[list[Edit], list[ImportFinding]]:
    edits, findings = [], []
    for match in find_in_prose(_INCLUDE, draft.text):
        name = match.group(1)
        text = read_text(resolve_path(draft.path, name)) if name.endswith((".md", ".markdown")) else None
        edits.append(Edit(*match.span(), text or ""))
        if text is None:
            findings.append(draft.make_finding(match.start(), f'file "{name}" cannot be included', "omitted"))
    for match in find_in_prose(_OTHER_TAG, draft.text):
        edits.append(Edit(*match.span(), ""))
        message = f"unsupported template tag `{match.group(1)}`"
        findings.append(draft.make_finding(match.start(), message, "omitted"))
    return edits, findings


def _expand_code_imports(draft: Draft, read_text: ReadText) -> tuple[list[Edit], list[ImportFinding]]:
    """Replace ``[import:"name", title:"…"](file)`` with the code file, or its lines between two markers."""
    edits, findings = [], []
    for match in find_in_prose(_LISTING, draft.text):
        indent, arguments, path = match.groups()
        text = read_text(resolve_path(draft.path, path))
        if text is None:
            message = f'code file "{path}" is missing or not UTF-8'
            findings.append(draft.make_finding(match.start(), message, "kept as literal text"))
            continue
        options = dict(_QUOTED_OPTION.findall(arguments))
        language = options.get("lang") or posixpath.splitext(path)[1].lstrip(".")
        language = re.sub(r"[^\w+-]", "", language) or "text"
        lines = _select_lines(text, arguments)
        title = escape_attribute(options.get("title", ""))
        opening = f'{{.{language} lst-cap="{title}"}}' if title else language
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", "\n".join(lines)))])
        code_block_lines = [f"{fence}{opening}", *lines, fence]
        edits.append(Edit(*match.span(), "\n".join(f"{indent}{line}".rstrip() for line in code_block_lines)))
    return edits, findings


def _select_lines(text: str, arguments: str) -> list[str]:
    lines = text.rstrip("\n").split("\n")
    if numbers := re.match(r"\s*:\s*(\d{1,9})-(\d{1,9})?", arguments):
        first, last = int(numbers.group(1)), int(numbers.group(2) or len(lines))
        return lines[max(first - 1, 0) : last]
    name = re.match(r"\s*:\s*\"([^\"]+)\"", arguments)
    out, is_in_region = [], name is None
    for line in lines:
        mark = _MARKER.match(line)
        if mark is None and is_in_region:
            out.append(line)
        elif mark and name and mark.group(1) == name.group(1):
            is_in_region = not is_in_region
    return out
