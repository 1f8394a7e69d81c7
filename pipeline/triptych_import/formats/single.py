"""A single file of Markdown, whatever its ending: split into chapters at its headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from triptych_import import formulas
from triptych_import.arrangement import make_title, split_chapters
from triptych_import.book import Draft, ImportFinding, Metadata, SourceBook
from triptych_import.formats import bookdown, folder, quarto
from triptych_import.headings import parse_front_matter
from triptych_import.source import Source

LOOKS_FOR = "a Markdown file with any extension (*.md, *.txt)"
_OTHERS = frozenset(
    ".html .htm .xhtml .xml .tex .latex .rst .adoc .asciidoc .asc .org .rtf .json .yaml .yml .toml .csv .tsv"
    " .css .js .ts .py .r .ipynb .typ .textile .man .opml .fb2 .bib .svg .sh .c .h .rs .go .java .lua".split()
)
_RUN = re.compile(r"\.(qmd|rmd)$", re.IGNORECASE)


def recognises(path: Path) -> bool:
    """Whether it is a file of text, and of no other kind by its ending."""
    if not path.is_file() or path.suffix.lower() in _OTHERS:
        return False
    return _read_text(path) is not None


def _read_text(path: Path) -> str | None:
    text = Source(path.parent).text(path.name)
    return text if text is not None and "\0" not in text and text.strip() else None


def read(path: Path) -> SourceBook:
    """A file → the book."""
    text = (_read_text(path) or "").removeprefix("\ufeff").replace("\r\n", "\n")
    values, _ = parse_front_matter(text)
    pandoc = folder.is_pandoc_markdown(text) or text.startswith("%") or bool(_RUN.search(path.name))
    people, found = quarto.read_authors(values.get("author", values.get("authors")), path.name)
    metadata, more = quarto.read_metadata(values, {}, people, path.name)
    found += more
    draft = Draft.from_text(path.name, text)
    if _RUN.search(path.name):
        draft, _, more = quarto.prepare_text(draft)
        draft = formulas.define_macros(draft, {})
    else:
        draft, _, more = folder.prepare_text(draft, pandoc=pandoc)
    found += [note for note in more if not _is_about_book(note, values)]
    parts = split_chapters(draft, opening=str(values.get("title") or make_title(path.stem)), pandoc=pandoc)
    title = metadata.title if values.get("title") else parts.title or make_title(path.stem)
    if not parts.at:
        what = "no heading starts a chapter"
        found.append(ImportFinding(path=path.name, what=what, done="imported as one chapter"))
    sections = list(parts.sections)
    if _RUN.search(path.name):
        sections, more = bookdown.convert_references(sections)
        found += more
    return SourceBook(
        metadata=_add_abstract(replace(metadata, title=title), values),
        sections=tuple(sections),
        findings=tuple(found),
    )


def _is_about_book(note: ImportFinding, values: Mapping[str, object]) -> bool:
    keys = (*folder.OF_THE_BOOK, "title", "subtitle", "description", "abstract", "keywords", "rights")
    return any(note.what == f'unsupported front matter key "{key}"' for key in keys if key in values)


def _add_abstract(metadata: Metadata, values: Mapping[str, object]) -> Metadata:
    abstract = values.get("abstract")
    if metadata.description or not isinstance(abstract, str):
        return metadata
    return replace(metadata, description=" ".join(abstract.split()))
