"""Import a folder of Markdown files, in the order of a table of contents or else of the file names."""

from __future__ import annotations

import posixpath
import re
from collections import UserDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from triptych.engine.processes.limits import report_position
from triptych_import import arrangement, citations, commonmark, containers, contents, formulas
from triptych_import.book import Draft, HeadValues, ImportFinding, Metadata, SourceBook, as_list
from triptych_import.containers import remove_api_references
from triptych_import.contents import (
    Contents,
    FileKind,
    build_sections,
    classify_file,
    find_front_matter_role,
    make_sort_key,
)
from triptych_import.headings import parse_front_matter, split_front_matter
from triptych_import.masking import mask_formulas
from triptych_import.shortcodes import remove_helpers, replace_shortcodes
from triptych_import.source import SourceFiles

LOOKS_FOR = "Markdown files (*.md)"
_ID_OF_HEADING = re.compile(r"^(#{1,6}[ \t].*?)[ \t]*\{#[\w-]++\}[ \t]*$", re.MULTILINE)
_PANDOC = re.compile(
    r"^:::+[ \t]*\{|\{#[\w-]++[^}\n]*+\}|\]\{\.[\w-]|\[-?@[\w:-]+(?:[;,][^\[\]\n]*)?\](?!\()"
    r"|(?<!\w)@(?:fig|tbl|sec|eq)-\w",
    re.MULTILINE,
)
# A function that converts the markup of another tool in a draft before all other steps.
ConvertMarkup: TypeAlias = Callable[[Draft], Draft]
_ENDINGS = (".md", ".markdown")
_SOURCES = (".bib", ".bibtex")
# Front matter keys about the book, which are not reported as unsupported in single files.
BOOK_KEYS = ("author", "authors", "date", "bibliography", "csl", "lang", "language")


class _Texts(UserDict[str, str]):
    """Markdown texts by path. Reading a text tells the parent process that its file is the current one."""

    def __init__(self, texts: Mapping[str, str], root: str) -> None:
        super().__init__(texts)
        self._root = root

    def __getitem__(self, path: str) -> str:
        text = self.data[path]
        report_position(posixpath.join(self._root, path))
        return text


def is_pandoc_markdown(text: str, *, is_gitbook: bool = False) -> bool:
    """Return whether a text uses pandoc's syntax. With ``is_gitbook``, ids of headings are ignored."""
    words = _ID_OF_HEADING.sub(r"\1", mask_formulas(text)) if is_gitbook else mask_formulas(text)
    return bool(_PANDOC.search(words) or text.startswith("% "))


def recognises(path: Path) -> bool:
    """Return whether a path is a folder with Markdown files."""
    return path.is_dir() and bool(SourceFiles(path).list_files("", _ENDINGS))


def read(path: Path) -> SourceBook:
    """Return the book in a folder of Markdown files."""
    source = SourceFiles(path)
    return assemble_book(source, contents.find_contents(source), arrangement.make_title(path.resolve().name))


def assemble_book(
    source: SourceFiles, listing: Contents | None, name: str, convert: ConvertMarkup | None = None
) -> SourceBook:
    """Return the book in a folder, ordered by a table of contents or by file names.

    ``name`` is the title if no file contains one. ``convert`` is applied to each draft first, and its results
    are never read as pandoc's Markdown.
    """
    root = listing.root if listing else ""
    names = sorted(source.list_files(root, _ENDINGS), key=make_sort_key)
    read = {
        name: text for name in names if (text := source.read_text(posixpath.join(root, name))) is not None
    }
    texts = _Texts(read, root)
    message = "the file is not readable UTF-8 text"
    found = [
        ImportFinding(path=name, message=message, action="omitted") for name in names if name not in texts
    ]
    shared = arrangement.find_shared_titles(texts)
    gitbook = listing is not None and posixpath.basename(listing.path) == "SUMMARY.md"
    pandoc = convert is None and any(is_pandoc_markdown(text, is_gitbook=gitbook) for text in texts.values())
    brackets = not pandoc and any(map(formulas.has_bracket_formulas, texts.values()))

    def prepare(draft: Draft) -> tuple[Draft, HeadValues]:
        report_position(posixpath.join(root, draft.path))
        draft = convert(draft) if convert else draft
        return prepare_text(draft, pandoc=pandoc, brackets=brackets, shared=frozenset(shared))

    if listing:
        listing_path = posixpath.relpath(listing.path, root or ".")
        entries = listing.entries
        listed = {entry.path for entry in entries} | {listing_path}
        message = "the table of contents does not list this file"
        found += [
            ImportFinding(path=name, message=message, action="omitted")
            for name in texts
            if name not in listed
        ]
    else:
        arranged, more = arrangement.arrange_texts(texts, shared)
        entries, listing_path = tuple(arranged), ""
        found += more
    sections, more = build_sections(entries, listing_path, texts.get, prepare)
    head = {**_read_metadata_file(source, root), **_merge_front_matter(texts)}
    title = (listing.title if listing else "") or str(head.get("title", "")) or _find_title(texts, shared)
    author = head.get("author") or head.get("authors")
    people = tuple(name for name in as_list(author) if isinstance(name, str))
    people = people or ((listing.author,) if listing and listing.author else ())
    return SourceBook(
        metadata=Metadata(
            title=title or name or "Untitled",
            authors=people,
            language=str(head.get("lang") or head.get("language") or ""),
            bibliography=_find_bibliography(texts, source, root),
            csl=str(head.get("csl") or ""),
        ),
        sections=tuple(sections),
        root=root,
        findings=(*found, *more),
    )


def prepare_text(
    draft: Draft, *, pandoc: bool, brackets: bool = False, shared: frozenset[str] = frozenset()
) -> tuple[Draft, HeadValues]:
    r"""Adapt a draft for pandoc; return it and its front matter.

    With ``pandoc``, the draft is already in pandoc's Markdown, and only some of its syntax is converted. With
    ``brackets``, all ``\( … \)`` are formulas. ``shared`` has the paths of files that begin with the book
    title.
    """
    if draft.path in shared:
        draft = arrangement.remove_shared_title(draft)
    draft, head = split_front_matter(draft, ignored_keys=BOOK_KEYS)
    if front := find_front_matter_role(draft.path):
        head.setdefault("role", front)
    draft = remove_api_references(citations.convert_crossref_labels(draft))
    draft = draft if pandoc else remove_helpers(draft, containers.LIQUID_TAGS)
    draft = containers.convert_callouts(containers.convert_admonitions(draft))
    draft = replace_shortcodes(commonmark.simplify_fences(draft))
    if not pandoc:
        draft = commonmark.link_bare_urls(formulas.convert_brackets(draft, always=brackets))
        draft = commonmark.adapt_commonmark(draft, scripts=True, math=True)
        draft = citations.convert_roles(draft) if citations.has_roles(draft.text) else draft
    return formulas.define_macros(draft, {}), head


def _find_title(texts: Mapping[str, str], shared: Mapping[str, str]) -> str:
    """Return the book title that several files share, or else the title of the index page."""
    first = next((name for name in texts if "/" not in name and classify_file(name) is FileKind.INDEX), "")
    written = arrangement.find_text_title(texts[first]) if first else ""
    return arrangement.find_folder_title(shared, "") or written


def _merge_front_matter(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return front matter of the book: the first value of each key, but a title only from an index page."""
    shared_head: dict[str, Any] = {}
    for name, text in texts.items():
        values = parse_front_matter(text)[0]
        keys = (
            *BOOK_KEYS,
            *(("title",) if "/" not in name and classify_file(name) is FileKind.INDEX else ()),
        )
        shared_head = {**{key: values[key] for key in keys if values.get(key)}, **shared_head}
    return shared_head


def _read_metadata_file(source: SourceFiles, root: str) -> dict[str, Any]:
    """Return the metadata in ``metadata.yaml``, which pandoc reads with ``--metadata-file``."""
    for name in ("metadata.yaml", "metadata.yml"):
        if text := source.read_text(posixpath.join(root, name)):
            keys = re.sub(r"^(?:---|\.\.\.)\s*$", "", text, flags=re.MULTILINE).strip()
            return dict(parse_front_matter(f"---\n{keys}\n---\n\n")[0])
    return {}


def _find_bibliography(texts: Mapping[str, str], source: SourceFiles, root: str) -> tuple[str, ...]:
    """Return the bibliographies that the first file with a ``bibliography`` key names.

    Return all bibliographies in the folder if no file has this key.
    """
    for name, text in texts.items():
        if named := as_list(parse_front_matter(text)[0].get("bibliography")):
            folder = posixpath.dirname(name)
            return tuple(posixpath.normpath(posixpath.join(folder, str(path))) for path in named)
    return tuple(source.list_files(root, _SOURCES))
