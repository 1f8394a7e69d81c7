"""Import a single Markdown file with any extension, and split it into chapters at its headings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from triptych_import import formulas
from triptych_import.book import Draft, ImportFinding, SourceBook
from triptych_import.chapters import make_title, split_chapters
from triptych_import.formats import bookdown, markdown_folder, quarto
from triptych_import.headings import parse_front_matter
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "a Markdown file with any extension (*.md, *.txt)"
_OTHERS = frozenset(
    ".html .htm .xhtml .xml .tex .latex .rst .adoc .asciidoc .asc .org .rtf .json .yaml .yml .toml .csv .tsv"
    " .css .js .ts .py .r .ipynb .typ .textile .man .opml .fb2 .bib .svg .sh .c .h .rs .go .java .lua".split()
)
_RUN = re.compile(r"\.(qmd|rmd)$", re.IGNORECASE)
_BOOK_KEYS = (
    *markdown_folder.BOOK_KEYS, "title", "subtitle", "description", "abstract", "keywords", "rights"
)  # fmt: skip


def can_read(path: Path) -> bool:
    """Return whether a path is a text file without the extension of another format."""
    return path.is_file() and path.suffix.lower() not in _OTHERS and _read_text(path) is not None


def _read_text(path: Path) -> str | None:
    text = SourceFiles(path.parent).read_text(path.name)
    return text if text is not None and "\0" not in text and text.strip() else None


def read_book(path: Path) -> SourceBook:
    """Read the book from a Markdown file."""
    text = (_read_text(path) or "").removeprefix("\ufeff").replace("\r\n", "\n")
    values, _ = parse_front_matter(text)
    is_run = bool(_RUN.search(path.name))
    pandoc = markdown_folder.is_pandoc_markdown(text) or text.startswith("%") or is_run
    authors = values.get("author", values.get("authors"))
    metadata, findings = quarto.read_metadata(values, {}, authors, path.name)
    draft = Draft.from_text(path.name, text)
    if is_run:
        draft = formulas.insert_macro_definitions(quarto.prepare_text(draft)[0], {})
    else:
        draft, _ = markdown_folder.prepare_text(draft, pandoc=pandoc)
    about_book = {f'unsupported front matter key "{key}"' for key in _BOOK_KEYS if key in values}
    findings += [finding for finding in draft.findings if finding.message not in about_book]
    name = make_title(path.stem)
    parts = split_chapters(draft, opening_title=str(values.get("title") or name), pandoc=pandoc)
    if not parts.chapter_level:
        message = "no chapter headings found"
        findings.append(ImportFinding(path=path.name, message=message, action="imported as one chapter"))
    abstract = values.get("abstract")
    metadata = replace(
        metadata,
        title=metadata.title if values.get("title") else parts.title or name,
        description=metadata.description or (" ".join(abstract.split()) if isinstance(abstract, str) else ""),
    )
    sections = bookdown.convert_references(parts.sections) if is_run else parts.sections
    return SourceBook(metadata=metadata, sections=tuple(sections), findings=tuple(findings))
