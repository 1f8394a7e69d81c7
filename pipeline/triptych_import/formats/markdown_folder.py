"""Import a folder of Markdown files, in the order of a table of contents or, without one, by file name."""

from __future__ import annotations

import posixpath
import re
from collections import UserDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from triptych.engine.processes.limits import report_position
from triptych_import import chapters, citations, commonmark, containers, contents, formulas
from triptych_import.book import Draft, FrontMatterValues, ImportFinding, Metadata, SourceBook, as_list
from triptych_import.containers import remove_mkdocstrings_directives
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
from triptych_import.shortcodes import remove_unsupported_tags, replace_shortcodes
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "Markdown files (*.md)"
_ID_OF_HEADING = re.compile(r"^(#{1,6}[ \t].*?)[ \t]*\{#[\w-]++\}[ \t]*$", re.MULTILINE)
_PANDOC = re.compile(
    r"^:::+[ \t]*\{|\{#[\w-]++[^}\n]*+\}|\]\{\.[\w-]|\[-?@[\w:-]+(?:[;,][^\[\]\n]*)?\](?!\()"
    r"|(?<!\w)@(?:fig|tbl|sec|eq)-\w",
    re.MULTILINE,
)
# A function that converts another tool's markup in a draft before all other steps.
ConvertMarkup: TypeAlias = Callable[[Draft], Draft]
_ENDINGS = (".md", ".markdown")
_SOURCES = (".bib", ".bibtex")
# Front matter keys about the book, which are not reported as unsupported in single files.
BOOK_KEYS = ("author", "authors", "date", "bibliography", "csl", "lang", "language")


class _ReportedTexts(UserDict[str, str]):
    """Markdown texts by path. Reading a text reports its path to the parent process as the current file."""

    def __init__(self, texts: Mapping[str, str], root: str) -> None:
        super().__init__(texts)
        self._root = root

    def __getitem__(self, path: str) -> str:
        text = self.data[path]
        report_position(posixpath.join(self._root, path))
        return text


def is_pandoc_markdown(text: str, *, is_gitbook: bool = False) -> bool:
    """Return whether a text uses pandoc's syntax. Ids of headings are ignored if ``is_gitbook`` is True."""
    words = _ID_OF_HEADING.sub(r"\1", mask_formulas(text)) if is_gitbook else mask_formulas(text)
    return bool(_PANDOC.search(words) or text.startswith("% "))


def can_read(path: Path) -> bool:
    """Return whether a path is a folder with Markdown files."""
    return path.is_dir() and bool(SourceFiles(path).list_files("", _ENDINGS))


def read_book(path: Path) -> SourceBook:
    """Read the book from a folder of Markdown files."""
    source = SourceFiles(path)
    return assemble_book(source, contents.find_contents(source), chapters.make_title(path.resolve().name))


def assemble_book(
    source: SourceFiles,
    table_of_contents: Contents | None,
    name: str,
    convert_markup: ConvertMarkup | None = None,
) -> SourceBook:
    """Read the book from a folder, ordered by a table of contents or else by file names.

    ``name`` is the title if neither the table of contents nor a file has one. ``convert_markup``, if given,
    is applied to each draft before all other steps; the result is not treated as pandoc's Markdown.
    """
    root = table_of_contents.root if table_of_contents else ""
    names = sorted(source.list_files(root, _ENDINGS), key=make_sort_key)
    text_by_path = {
        name: text for name in names if (text := source.read_text(posixpath.join(root, name))) is not None
    }
    texts = _ReportedTexts(text_by_path, root)
    message = "the file is not valid UTF-8"
    findings = [
        ImportFinding(path=name, message=message, action="omitted") for name in names if name not in texts
    ]
    shared_titles = chapters.find_shared_titles(texts)
    gitbook = table_of_contents is not None and posixpath.basename(table_of_contents.path) == "SUMMARY.md"
    pandoc = convert_markup is None and any(
        is_pandoc_markdown(text, is_gitbook=gitbook) for text in texts.values()
    )
    brackets = not pandoc and any(map(formulas.has_bracket_formulas, texts.values()))

    def prepare_draft(draft: Draft) -> tuple[Draft, FrontMatterValues]:
        report_position(posixpath.join(root, draft.path))
        draft = convert_markup(draft) if convert_markup else draft
        return prepare_text(
            draft, pandoc=pandoc, bracket_formulas=brackets, paths_with_book_title=frozenset(shared_titles)
        )

    if table_of_contents:
        listing_path = posixpath.relpath(table_of_contents.path, root or ".")
        entries = table_of_contents.entries
        listed_paths = {entry.path for entry in entries} | {listing_path}
        message = "the table of contents does not list this file"
        findings += [
            ImportFinding(path=name, message=message, action="omitted")
            for name in texts
            if name not in listed_paths
        ]
    else:
        arranged, further_findings = chapters.order_files(texts, shared_titles)
        entries, listing_path = tuple(arranged), ""
        findings += further_findings
    sections, further_findings = build_sections(entries, listing_path, texts.get, prepare_draft)
    head = {**_read_metadata_file(source, root), **_merge_front_matter(texts)}
    title = (
        (table_of_contents.title if table_of_contents else "")
        or str(head.get("title", ""))
        or _find_book_title(texts, shared_titles)
    )
    author = head.get("author") or head.get("authors")
    authors = tuple(name for name in as_list(author) if isinstance(name, str))
    authors = authors or (
        (table_of_contents.author,) if table_of_contents and table_of_contents.author else ()
    )
    return SourceBook(
        metadata=Metadata(
            title=title or name or "Untitled",
            authors=authors,
            language=str(head.get("lang") or head.get("language") or ""),
            bibliography=_find_bibliographies(texts, source, root),
            csl=str(head.get("csl") or ""),
        ),
        sections=tuple(sections),
        root=root,
        findings=(*findings, *further_findings),
    )


def prepare_text(
    draft: Draft,
    *,
    pandoc: bool,
    bracket_formulas: bool = False,
    paths_with_book_title: frozenset[str] = frozenset(),
) -> tuple[Draft, FrontMatterValues]:
    r"""Adapt a draft for pandoc; return it with its front matter.

    If ``pandoc`` is True, the draft is already in pandoc's Markdown, and only some of its syntax is
    converted. If ``bracket_formulas`` is True, all ``\( … \)`` are formulas. ``paths_with_book_title`` are
    the paths of files that begin with the title of the book, which is removed.
    """
    if draft.path in paths_with_book_title:
        draft = chapters.remove_shared_title(draft)
    draft, head = split_front_matter(draft, ignored_keys=BOOK_KEYS)
    if front := find_front_matter_role(draft.path):
        head.setdefault("role", front)
    draft = remove_mkdocstrings_directives(citations.convert_pandoc_crossref_labels(draft))
    draft = draft if pandoc else remove_unsupported_tags(draft, containers.LIQUID_TAGS)
    draft = containers.convert_site_admonitions(containers.convert_fenced_admonitions(draft))
    draft = replace_shortcodes(commonmark.simplify_info_strings(draft))
    if not pandoc:
        draft = commonmark.link_bare_urls(
            formulas.convert_bracket_formulas(draft, all_brackets=bracket_formulas)
        )
        draft = commonmark.convert_commonmark(draft, scripts=True, math=True)
        draft = citations.convert_sphinx_roles(draft) if citations.has_sphinx_roles(draft.text) else draft
    return formulas.insert_macro_definitions(draft, {}), head


def _find_book_title(texts: Mapping[str, str], shared_titles: Mapping[str, str]) -> str:
    """Return the book title shared by several files, or else the title of the index page."""
    first = next((name for name in texts if "/" not in name and classify_file(name) is FileKind.INDEX), "")
    title = chapters.find_text_title(texts[first]) if first else ""
    return chapters.find_folder_title(shared_titles, "") or title


def _merge_front_matter(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the book's front matter: the first value of each key, but the title of an index page only."""
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


def _find_bibliographies(texts: Mapping[str, str], source: SourceFiles, root: str) -> tuple[str, ...]:
    """Return the bibliographies named in the first file with a ``bibliography`` key.

    If no file has this key, return all bibliographies in the folder.
    """
    for name, text in texts.items():
        if bibliographies := as_list(parse_front_matter(text)[0].get("bibliography")):
            folder = posixpath.dirname(name)
            return tuple(posixpath.normpath(posixpath.join(folder, str(path))) for path in bibliographies)
    return tuple(source.list_files(root, _SOURCES))
