"""mdBook: book.toml and src/SUMMARY.md."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triptych.engine.processes.bounds import say_at
from triptych.yaml_text import value_at
from triptych_import.book import Metadata, ReadText, SourceBook
from triptych_import.draft import Draft, Finding
from triptych_import.markdown import commonmark, containers, formulas, includes, listings
from triptych_import.markdown.front_matter import Head, take
from triptych_import.markdown.speaker_notes import spoken
from triptych_import.outline.summary import chapters, parse_summary
from triptych_import.source import Source

LOOKS_FOR = "book.toml (mdBook)"
_OWN_PREPROCESSORS = ("links", "index")
_MATH = ("katex", "mathjax")
_READ_HERE = ("trpl-listing", "listings", "trpl-note", "admonish", "toc")  # the marks of these are known


def recognises(path: Path) -> bool:
    """Whether a folder is an mdBook."""
    return (path / "book.toml").is_file()


def read(path: Path) -> SourceBook:
    """An mdBook's folder → the book."""
    source = Source(path)
    settings, found = _settings(source.text("book.toml") or "")
    book = _table(settings, "book")
    root = posixpath.normpath(str(book.get("src", "src"))).removeprefix("./")
    root = "" if root == "." else root
    summary = source.text(posixpath.join(root, "SUMMARY.md")) or ""
    preprocessors = _table(settings, "preprocessor")
    math = bool(_table(settings, "output", "html").get("mathjax-support")) or any(
        name in preprocessors for name in _MATH
    )
    macros = formulas.macros(source.text(str(_table(preprocessors, "katex").get("macros", ""))) or "")

    read_below = source.below(root)
    read_names: set[str] = set()

    def read_text(path: str) -> str | None:
        read_names.add(path)
        return read_below(path)

    course = _is_course(settings)

    def prepare(draft: Draft) -> tuple[Draft, Head, list[Finding]]:
        say_at(posixpath.join(root, draft.path))
        draft = spoken(draft) if course else draft
        return adapted(draft, read_text, math=math, macros=macros)

    sections, more = chapters(parse_summary(summary), "SUMMARY.md", read_text, prepare)
    listed = {piece.path for section in sections for piece in section.pieces}
    left = sorted(set(source.names(root, (".md",))) - listed - read_names - {"SUMMARY.md"})
    more += [Finding(path=name, what="SUMMARY.md does not list this file", done="omitted") for name in left]
    place = posixpath.relpath("book.toml", root or ".")
    found += [Finding(path=place, what=what, done=done) for what, done in _settings_not_carried(settings)]
    return SourceBook(metadata=metadata(book), sections=tuple(sections), root=root, findings=(*found, *more))


def _settings(text: str) -> tuple[dict[str, Any], list[Finding]]:
    try:
        return tomllib.loads(text), []
    except (ValueError, RecursionError) as error:
        what = f"the settings cannot be parsed: {error}"
        return {}, [Finding(path="../book.toml", what=what, done="ignored")]


def _table(settings: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """A table of the settings, empty where there is none."""
    value = value_at(settings, *keys)
    return value if isinstance(value, Mapping) else {}


def metadata(book: Mapping[str, Any]) -> Metadata:
    """The ``[book]`` table of book.toml."""
    authors = book.get("authors", [])
    return Metadata(
        title=str(book.get("title") or "Untitled"),
        authors=tuple(str(name) for name in (authors if isinstance(authors, list) else [authors])),
        language=str(book.get("language") or "en"),
        description=str(book.get("description", "")),
    )


def _is_course(settings: Mapping[str, Any]) -> bool:
    """Whether the site shows what is folded away without a summary to the speaker alone."""
    html = _table(settings, "output", "html")
    files = [*_listed(html.get("additional-js")), *_listed(html.get("additional-css"))]
    return any("speaker-notes" in str(name) for name in files)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _settings_not_carried(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Settings that concern the web site or programs which do not run: what, and what became of it."""
    for name in _table(settings, "preprocessor"):
        if name not in (*_OWN_PREPROCESSORS, *_MATH, *_READ_HERE):
            yield f'unsupported preprocessor "{name}"', "not run"
    if _is_course(settings):
        yield "folded passages of this course are speaker notes", "moved to the speaker notes"
    for key in ("additional-css", "additional-js", "theme"):
        if _table(settings, "output", "html").get(key):
            yield f"setting output.html.{key} applies only to the website", "omitted"


def adapted(
    draft: Draft, read_text: ReadText, *, math: bool, macros: Mapping[str, str] | None = None
) -> tuple[Draft, Head, list[Finding]]:
    """A chapter's text as mdBook reads it → as pandoc reads it alike."""
    draft, head, found = take(draft)
    draft, more = includes.expand(draft, read_text)
    draft = containers.with_alerts(containers.admonished(draft))
    draft = listings.captioned(includes.tidy_code(draft))
    if math:
        draft = formulas.from_brackets(draft, double=True, always=True)
    draft = commonmark.adapt(draft, math=math)
    if math:
        draft = formulas.with_macros(draft, macros or {})
    return draft, head, [*found, *more]
