"""Shortcodes of Quarto and Hugo: those that Triptych knows stay, others become something plain."""

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
from triptych_import.book import Piece, ReadText, Section
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import mask

_SHORTCODE = re.compile(
    r"(?<!\{)\{\{([<%])[ \t]*+(/?)[ \t]*+([\w-]++)((?:(?!\{\{[<%]|[>%]\}\}(?!\}))[^\n])*+)[>%]\}\}(?!\})"
)
_INCLUDE = re.compile(r"^[ \t]*\{\{<\s*include\s+([^\s>]+)\s*>\}\}[ \t]*$", re.MULTILINE)
_MOST = 1000  # texts that are included, with copies of them
_KNOWN = ("include", "pagebreak")
_SILENT = ("var", "meta", "ref", "relref", "kbd")  # what stands there says the same
_ID = re.compile(r"\{[^{}\n]*#[A-Za-z]|\bid=|^#+ ", re.MULTILINE)
_PAIR = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|\S+)")
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


@dataclass(frozen=True, slots=True)
class Values:
    """What ``meta`` and ``var`` look up: a text's own head, the settings of the book, its variables."""

    meta: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, path: str) -> str | None:
        """The value under a dotted path, or None where there is none or it is no text."""
        value = value_at(self.variables if name == "var" else self.meta, *path.split("."))
        return None if value is None or isinstance(value, Mapping | list) else str(value)


def known_shortcodes(draft: Draft, values: Values | None = None) -> tuple[Draft, list[Finding]]:
    """A text with no shortcode that Triptych does not know."""
    edits, found = [], []
    for match in _SHORTCODE.finditer(mask(draft.text)):
        form, closing, name = match.group(1, 2, 3)
        argument = draft.text[slice(*match.span(4))].removesuffix("/").strip(" \t")
        if name in _KNOWN and form == "<":
            continue
        new = "" if closing else _meaning(name, argument, values or Values())
        edits.append(Edit(*match.span(), new or ""))
        if closing or (new and name in _SILENT):
            continue
        what = f"unsupported shortcode {name}"
        if name in ("var", "meta"):
            what = f'undefined {"variable" if name == "var" else "metadata key"} "{argument}"'
        done = "replaced by an image" if name == "figure" else "replaced by a link"
        found.append(draft.finding(match.start(), what, done if new else "omitted"))
    return draft.edited(edits), found


def _meaning(name: str, argument: str, values: Values) -> str | None:
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
Prepared = Callable[[Draft, str], "tuple[Draft, list[Finding]]"]


def with_includes(
    sections: list[Section], read: ReadText, prepare: Prepared
) -> tuple[list[Section], list[Finding]]:
    """Sections whose includes name files by their true place, and those files, to be copied beside them."""
    chapters = {section.path for section in sections}
    included: dict[str, Section] = {}
    numbers: dict[str, Iterator[int]] = defaultdict(partial(count, 2))
    found: list[Finding] = []

    def another(path: str) -> str:
        """The name of one more copy of a text, since each of its ids can stand in the book once."""
        stem, ending = posixpath.splitext(path)
        return next(name for number in numbers[path] if (name := f"{stem}-{number}{ending}") not in included)

    def resolved(draft: Draft, chain: tuple[str, ...]) -> Draft:
        edits = []
        for match in _INCLUDE.finditer(draft.text):
            name = match.group(1).strip("\"'")
            path = _place(name, (draft.path, chain[0]), read)
            if path is None or path in chain:
                edits.append(Edit(*match.span(), ""))
                what = (
                    f'"{name}" includes itself' if path else f'included file "{name}" is missing or not UTF-8'
                )
                found.append(draft.finding(match.start(), what, "omitted"))
                continue
            inner, more = prepare(Draft.of(path, read(path) or ""), chain[0])
            target = path if path not in included or not _ID.search(inner.text) else another(path)
            if len(included) >= _MOST and target not in included:
                edits.append(Edit(*match.span(), ""))
                what = f"the book has more than {_MOST} includes"
                found.append(draft.finding(match.start(), what, "omitted"))
                continue
            if target not in included and target not in chapters:
                found.extend(more)
                piece = Piece(draft=resolved(inner, (*chain, path)))
                included[target] = Section(path=target, pieces=(piece,), included=True)
            beside = posixpath.relpath(target, posixpath.dirname(draft.path) or ".")
            if beside != name:
                edits.append(Edit(*match.span(1), beside))
        return draft.edited(edits)

    out = [section.with_drafts(lambda piece: resolved(piece.draft, (piece.path,))) for section in sections]
    return [*out, *included.values()], found


def _place(name: str, beside: tuple[str, ...], read: ReadText) -> str | None:
    """The file that an include means: from the root, beside the text that asks, or beside the chapter."""
    tries = [name.lstrip("/")] if name.startswith("/") else []
    tries += [posixpath.join(posixpath.dirname(path), name) for path in beside]
    paths = [posixpath.normpath(path) for path in tries]
    return next((path for path in paths if not path.startswith("..") and read(path) is not None), None)
