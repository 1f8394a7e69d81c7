"""A folder of Markdown files: in the order of its list of contents, else of their names, folders as parts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from triptych.engine.processes.bounds import say_at
from triptych_import.book import Metadata, SourceBook
from triptych_import.draft import Draft, Finding
from triptych_import.markdown import commonmark, containers, formulas
from triptych_import.markdown.front_matter import Head, parse, take
from triptych_import.markdown.includes import without_helpers
from triptych_import.markdown.masking import prose
from triptych_import.markdown.mkdocstrings import without_references
from triptych_import.markdown.shortcodes import known_shortcodes
from triptych_import.outline import arrangement, contents, shared_titles
from triptych_import.outline.arrangement import named as _name
from triptych_import.outline.contents import Contents
from triptych_import.outline.file_names import Kind, kind_of, natural, role
from triptych_import.outline.summary import chapters
from triptych_import.references import crossref, roles
from triptych_import.source import Source

LOOKS_FOR = "Markdown files (*.md)"
_ID_OF_HEADING = re.compile(r"^(#{1,6}[ \t].*?)[ \t]*\{#[\w-]++\}[ \t]*$", re.MULTILINE)
_PANDOC = re.compile(
    r"^:::+[ \t]*\{|\{#[\w-]++[^}\n]*+\}|\]\{\.[\w-]|\[-?@[\w:-]+(?:[;,][^\[\]\n]*)?\](?!\()"
    r"|(?<!\w)@(?:fig|tbl|sec|eq)-\w",
    re.MULTILINE,
)
First: TypeAlias = Callable[[Draft], tuple[Draft, list[Finding]]]
_ENDINGS = (".md", ".markdown")
_SOURCES = (".bib", ".bibtex")
# What the head of a file says of the book, of the file itself or of a web site, and no reader misses.
OF_THE_BOOK = ("author", "authors", "date", "bibliography", "csl", "lang", "language")


class _Texts(Mapping[str, str]):
    """Texts by their paths from a folder. Which of them is looked at is known to whoever waits for it."""

    def __init__(self, texts: Mapping[str, str], root: str) -> None:
        self._texts, self._root = texts, root

    def __getitem__(self, path: str) -> str:
        text = self._texts[path]
        say_at(posixpath.join(self._root, path))
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def is_pandocs(text: str, *, of_gitbook: bool = False) -> bool:
    """Whether a text is written for pandoc, by marks that others do not know; GitBook has ids of headings."""
    words = _ID_OF_HEADING.sub(r"\1", prose(text)) if of_gitbook else prose(text)
    return bool(_PANDOC.search(words) or text.startswith("% "))


def recognises(path: Path) -> bool:
    """Whether a folder has Markdown files."""
    return path.is_dir() and bool(Source(path).names("", _ENDINGS))


def read(path: Path) -> SourceBook:
    """A folder → the book."""
    source = Source(path)
    return assembled(source, contents.find(source), _name(path.resolve().name))


def assembled(source: Source, listing: Contents | None, name: str, first: First | None = None) -> SourceBook:
    """A folder's texts in the order of a list of contents, or in their own, as a book.

    ``first`` is what happens to each text before all else: the texts of another program are not pandoc's.
    """
    root = listing.root if listing else ""
    names = sorted(source.names(root, _ENDINGS), key=natural)
    read = {name: text for name in names if (text := source.text(posixpath.join(root, name))) is not None}
    texts = _Texts(read, root)
    found = [
        Finding(path=name, what="the file is not readable UTF-8 text", done="omitted")
        for name in names
        if name not in texts
    ]
    shared = shared_titles.repeated(texts)
    gitbook = listing is not None and posixpath.basename(listing.path) == "SUMMARY.md"
    pandoc = first is None and any(is_pandocs(text, of_gitbook=gitbook) for text in texts.values())
    brackets = not pandoc and any(map(formulas.has_brackets, texts.values()))
    adapt = partial(prepared, pandoc=pandoc, brackets=brackets, shared=frozenset(shared))

    def prepare(draft: Draft) -> tuple[Draft, Head, list[Finding]]:
        say_at(posixpath.join(root, draft.path))
        draft, more = first(draft) if first else (draft, [])
        draft, head, told = adapt(draft)
        return draft, head, [*more, *told]

    if listing:
        place = posixpath.relpath(listing.path, root or ".")
        entries = listing.entries
        listed = {entry.path for entry in entries} | {place}
        found += [
            Finding(path=name, what="the table of contents does not list this file", done="omitted")
            for name in texts
            if name not in listed
        ]
    else:
        arranged, more = arrangement.arranged(texts, shared)
        entries, place = tuple(arranged), ""
        found += more
    sections, more = chapters(entries, place, texts.get, prepare)
    shared_head = {**_metadata_file(source, root), **_shared_head(texts)}
    title = (listing.title if listing else "") or str(shared_head.get("title", "")) or _title(texts, shared)
    people = _people(shared_head) or ((listing.author,) if listing and listing.author else ())
    return SourceBook(
        metadata=Metadata(
            title=title or name or "Untitled",
            authors=people,
            language=str(shared_head.get("lang") or shared_head.get("language") or ""),
            bibliography=_bibliography(texts, source, root),
            csl=str(shared_head.get("csl") or ""),
        ),
        sections=tuple(sections),
        root=root,
        findings=(*found, *more),
    )


def prepared(
    draft: Draft, *, pandoc: bool, brackets: bool = False, shared: frozenset[str] = frozenset()
) -> tuple[Draft, Head, list[Finding]]:
    r"""A text of the folder → as pandoc reads it; ``pandoc`` where the folder is written for it.

    ``brackets`` says that all ``\( … \)`` are formulas, ``shared`` are the paths of texts that begin with
    the title of the book.
    """
    if draft.path in shared:
        draft = shared_titles.without(draft)
    draft, head, found = take(draft, silent=OF_THE_BOOK)
    if front := role(draft.path):
        head.setdefault("role", front)
    draft, left = without_references(crossref.with_hyphens(draft))
    draft, tags = without_helpers(draft, containers.LIQUID) if not pandoc else (draft, [])
    draft, more = known_shortcodes(
        commonmark.with_plain_fences(containers.divs(containers.admonished(draft)))
    )
    if not pandoc:
        draft = commonmark.with_links(formulas.from_brackets(draft, always=brackets))
        draft = commonmark.adapt(draft, scripts=True, math=True)
        if roles.has_roles(draft.text):
            draft, named = roles.with_references(draft)
            more = [*more, *named]
    draft = formulas.with_macros(draft, {})
    return draft, head, [*found, *left, *tags, *more]


def _title(texts: Mapping[str, str], shared: Mapping[str, str]) -> str:
    """The title of the book as its files have it: that which they share, or that of its first page."""
    first = next((name for name in texts if "/" not in name and kind_of(name) is Kind.INDEX), "")
    written = shared_titles.title(texts[first]) if first else ""
    return shared_titles.of_folder(shared, "") or written


def _shared_head(texts: Mapping[str, str]) -> dict[str, Any]:
    """What the heads of the texts say of the book, the first that says it; a title only on the first page."""
    shared_head: dict[str, Any] = {}
    for name, text in texts.items():
        values = parse(text)[0]
        keys = (*OF_THE_BOOK, *(("title",) if "/" not in name and kind_of(name) is Kind.INDEX else ()))
        shared_head = {**{key: values[key] for key in keys if values.get(key)}, **shared_head}
    return shared_head


def _metadata_file(source: Source, root: str) -> dict[str, Any]:
    """Return the keys of a file that pandoc reads with ``--metadata-file``, by its usual names."""
    for name in ("metadata.yaml", "metadata.yml"):
        if text := source.text(posixpath.join(root, name)):
            keys = re.sub(r"^(?:---|\.\.\.)\s*$", "", text, flags=re.MULTILINE).strip()
            return dict(parse(f"---\n{keys}\n---\n\n")[0])
    return {}


def _people(shared_head: Mapping[str, Any]) -> tuple[str, ...]:
    author = shared_head.get("author") or shared_head.get("authors")
    names: Iterable[Any] = author if isinstance(author, list) else [author] if author else []
    return tuple(name for name in names if isinstance(name, str))


def _bibliography(texts: Mapping[str, str], source: Source, root: str) -> tuple[str, ...]:
    """The sources that a file's head names, else the files of sources in the folder."""
    for name, text in texts.items():
        listed = parse(text)[0].get("bibliography")
        named = listed if isinstance(listed, list) else [listed] if listed else []
        if named:
            beside = posixpath.dirname(name)
            return tuple(posixpath.normpath(posixpath.join(beside, str(path))) for path in named)
    return tuple(source.names(root, _SOURCES))
