"""Import bookdown books: index.Rmd, _bookdown.yml and the other R Markdown files."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from triptych.passes.numbering import make_pandoc_id
from triptych_import import formulas
from triptych_import.book import (
    STATEMENT_PREFIXES,
    Draft,
    Edit,
    ImportFinding,
    SectionFile,
    SourceBook,
    SourceText,
    as_list,
)
from triptych_import.chunk_replacement import ChunkContext
from triptych_import.chunks import StoredResults, parse_defaults_in_code, parse_defaults_in_settings
from triptych_import.formats.quarto import ChapterEntry, parse_settings, read_metadata, read_section
from triptych_import.headings import (
    escape_attribute,
    find_headings,
    parse_front_matter,
    rewrite_heading,
    strip_markup,
)
from triptych_import.masking import HIDDEN, LineKind, find_delimiter_pairs, mask_lines, mask_text, scan_lines
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "_bookdown.yml or an index.Rmd with `site: bookdown` (bookdown)"
_PART = re.compile(r"^#[ \t]+\((PART|APPENDIX)\\?\*?\)(.*)$", re.MULTILINE)
_TRAILING_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}$")
_REFERENCE = re.compile(r"\\@ref\(([^()\s]+)\)")
_EQUATION = re.compile(r"[ \t]*\(\\#eq:([\w-]+)\)")
_CAPTION = re.compile(r"^(?:Table)?:[ \t]+\(\\?#tab:([\w-]+)\)[ \t]*(.+(?:\n(?![ \t]*\n).+)*)$", re.MULTILINE)
_INNER = {
    "equation": "", "align": "aligned", "gather": "gathered", "multline": "gathered", "eqnarray": "aligned"
}  # fmt: skip
_ENVIRONMENTS = [name + star for name in _INNER for star in ("", "*")]
_DISPLAYED = [
    *((rf"\\begin\{{{re.escape(name)}\}}", rf"\\end\{{{re.escape(name)}\}}") for name in _ENVIRONMENTS),
    (r"\$\$", r"\$\$(?![ \t]*\{#)"),
]
_TEXT_REFERENCE = re.compile(r"^\(ref:([\w-]+)\)[ \t]+(.+(?:\n(?![ \t]*\n).+)*)$", re.MULTILINE)
_USED_TEXT = re.compile(r"\(ref:([\w-]+)\)")
_STATEMENT = re.compile(
    rf"^[ \t]*:{{3,}}[ \t]*\{{(?=[^{{}}\n]*+\}})[^{{}}\n]*\.({'|'.join(STATEMENT_PREFIXES)})\b[^{{}}\n]*\}}",
    re.MULTILINE,
)
_PREFIXES = {"fig": "fig-", "tab": "tbl-", "eq": "eq-", "prop": "prp-"} | {
    kind: f"{kind}-" for kind in STATEMENT_PREFIXES.values()
}
# Front matter keys of index.Rmd that concern the book.
_BOOK_KEYS = tuple("title subtitle author date description cover-image lang bibliography csl site".split())


def can_read(path: Path) -> bool:
    """Return whether a path is that of a bookdown project."""
    if not path.is_dir():
        return False
    source = SourceFiles(path)
    site = parse_front_matter(source.read_text("index.Rmd") or "")[0].get("site", "")
    return source.read_text("_bookdown.yml") is not None or "bookdown" in str(site)


def read_book(path: Path) -> SourceBook:
    """Read the book from a bookdown project."""
    source = SourceFiles(path)
    settings = parse_settings("_bookdown.yml", source.read_text("_bookdown.yml") or "")
    index, _ = parse_front_matter(source.read_text("index.Rmd") or "")
    metadata, findings = read_metadata(index, {}, index.get("author"), "index.Rmd")
    sections: list[SectionFile] = []
    part, appendix = "", False
    # Default options for the first chapter come from the settings and from scripts that run before it.
    defaults = parse_defaults_in_settings(settings, index)
    for name in as_list(settings.get("before_chapter_script")):
        defaults |= parse_defaults_in_code(source.read_text(str(name)) or "")
    context = ChunkContext(default_options=defaults, stored_results=StoredResults(source))
    for name in order_chapters(settings, source.list_files("", (".Rmd", ".rmd", ".md"))):
        section = read_section(ChapterEntry(name), source.read_text, "_bookdown.yml", context=context)
        if settings.get("new_session") != "true":  # one session runs all chapters
            defaults = {**context.default_options, **parse_defaults_in_code(source.read_text(name) or "")}
            context = replace(context, default_options=defaults)
        if isinstance(section, ImportFinding):
            findings.append(section)
            continue
        draft, part, appendix = _remove_part_headings(section.source_texts[0].draft, part, appendix)
        if name == "index.Rmd":  # its front matter is that of the book
            section = replace(section, front_matter={})
            kept_findings = [
                finding
                for finding in draft.findings
                if not any(f'"{key}"' in finding.message for key in _BOOK_KEYS)
            ]
            draft = replace(draft, findings=tuple(kept_findings))
        if not draft.text.strip():
            findings += draft.findings
            continue
        piece = replace(section.source_texts[0], draft=draft)
        sections.append(
            replace(section, source_texts=(piece,), part="" if appendix else part, is_appendix=appendix)
        )
    outputs = parse_settings("_output.yml", source.read_text("_output.yml") or "")
    macros = formulas.parse_macro_definitions(formulas.read_preamble((index, outputs), source.read_text))
    sections = formulas.expand_macros(convert_references(_resolve_text_references(sections)), macros)
    return SourceBook(metadata=metadata, sections=tuple(sections), findings=tuple(findings))


def order_chapters(settings: Mapping[str, Any], names: list[str]) -> list[str]:
    """Return the book's files in order: those in the settings, or index.Rmd and then the others."""
    file_names = settings.get("rmd_files")
    if isinstance(file_names, dict):
        file_names = next(
            (value for key, value in file_names.items() if key in ("html", "epub", "latex")), []
        )
    if isinstance(file_names, list) and file_names:
        return [str(name) for name in file_names]
    folder = settings.get("rmd_subdir")
    chapters = [
        name
        for name in names
        if name.lower().endswith(".rmd")
        and not name.rpartition("/")[2].startswith("_")
        and ("/" not in name or folder)
    ]
    return sorted(chapters, key=lambda name: (name != "index.Rmd", name))


def _remove_part_headings(draft: Draft, part: str, appendix: bool) -> tuple[Draft, str, bool]:
    """Remove headings that begin parts or the appendices.

    Return the draft, the current part's title, and whether the appendices have begun.
    """
    edits = []
    for match in _PART.finditer(mask_text(draft.text, escapes=False)):
        edits.append(Edit(*match.span(), ""))
        appendix = appendix or match.group(1) == "APPENDIX"
        title = draft.text[slice(*match.span(2))].strip(" \t")
        part = _TRAILING_ATTRIBUTES.sub("", title).rstrip(" \t") if match.group(1) == "PART" else ""
    return draft.apply_edits(edits), part, appendix


def convert_references(sections: Sequence[SectionFile]) -> list[SectionFile]:
    r"""Convert ``\@ref(fig:x)`` to ``[-@fig-x]``, and references to headings to ``\ref{x}``."""
    sections, known_labels = _add_heading_ids(sections)

    def convert_text(source_text: SourceText) -> Draft:
        draft = formulas.convert_bracket_formulas(
            source_text.draft.apply_edits(_convert_equations(source_text.draft)), all_brackets=True
        )
        draft = draft.apply_edits(_prefix_statement_ids(draft))
        draft = draft.apply_edits(_convert_table_captions(draft))
        edits, findings = [], []
        for match in _find_matches_outside_code(_REFERENCE, draft):
            new = label = match.group(1)
            kind, colon, name = label.partition(":")
            if colon and kind in _PREFIXES:
                new = f"[-@{_PREFIXES[kind]}{name}]"
            elif label in known_labels:
                new = f"\\ref{{{label}}}"
            else:
                message = f"undefined reference {match.group()}"
                findings.append(draft.make_finding(match.start(), message, "kept as literal text"))
            edits.append(Edit(*match.span(), new))
        return draft.apply_edits(edits, findings)

    return [section.with_drafts(convert_text) for section in sections]


def _add_heading_ids(sections: Sequence[SectionFile]) -> tuple[list[SectionFile], set[str]]:
    """Add explicit ids to referenced headings; return the sections and all heading ids."""
    drafts = (section.source_texts[0].draft for section in sections)
    referenced_ids = {
        match.group(1) for draft in drafts for match in _find_matches_outside_code(_REFERENCE, draft)
    }
    assigned_ids: set[str] = set()

    def add_ids(source_text: SourceText) -> Draft:
        edits = []
        for heading in find_headings(source_text.draft.text):
            name = heading.id or make_pandoc_id(heading.plain_text)
            if name in referenced_ids - assigned_ids:
                edits += rewrite_heading(heading, level=heading.level, identifier=name)
            assigned_ids.add(name)
        return source_text.draft.apply_edits(edits)

    return [section.with_drafts(add_ids) for section in sections], assigned_ids


def _find_matches_outside_code(pattern: re.Pattern[str], draft: Draft) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern in prose and in the opening lines of code blocks."""
    lines = scan_lines(draft.text)
    captioned = [
        replace(line, kind=LineKind.TEXT) if line.kind is LineKind.OPENING else line for line in lines
    ]
    masked = mask_lines(draft.text, captioned, escapes=False)
    return (match for match in pattern.finditer(draft.text) if masked[match.start()] != HIDDEN)


def _prefix_statement_ids(draft: Draft) -> Iterator[Edit]:
    """Yield edits that add a prefix such as ``thm-`` to the ids of theorems and similar blocks."""
    for match in _STATEMENT.finditer(mask_text(draft.text)):
        prefix = f"{STATEMENT_PREFIXES[match.group(1)]}-"
        for sign in re.finditer(r"#(?=[A-Za-z])(?!" + prefix + ")", match.group()):
            start = match.start() + sign.end()
            yield Edit(start, start, prefix)


def _convert_table_captions(draft: Draft) -> Iterator[Edit]:
    r"""Convert table captions such as ``Table: (\#tab:x) Caption`` to ``: Caption {#tbl-x}``."""
    for match in _CAPTION.finditer(mask_text(draft.text, escapes=False)):
        label, caption = match.group(1), draft.text[slice(*match.span(2))].rstrip()
        yield Edit(*match.span(), f": {caption} {{#tbl-{label}}}")


def _convert_equations(draft: Draft) -> Iterator[Edit]:
    """Convert formulas with labels to displayed formulas with ids."""
    masked = mask_text(draft.text, escapes=False)
    for kind, first, last in find_delimiter_pairs(_DISPLAYED, masked):
        label = _EQUATION.search(masked, first.end(), last.start())
        if label is None:
            continue
        body = _EQUATION.sub("", masked[first.end() : last.start()]).strip()
        inner = _INNER[_ENVIRONMENTS[kind].rstrip("*")] if kind < len(_ENVIRONMENTS) else ""
        formula = f"\\begin{{{inner}}}\n{body}\n\\end{{{inner}}}" if inner else body
        yield Edit(first.start(), last.end(), f"$$\n{formula}\n$$ {{#eq-{label.group(1)}}}")


def _resolve_text_references(sections: list[SectionFile]) -> list[SectionFile]:
    """Replace each ``(ref:x)`` with the text of its definition, ``(ref:x) Text``."""
    texts: dict[str, str] = {}
    for section in sections:
        for match in _TEXT_REFERENCE.finditer(mask_text(section.source_texts[0].draft.text)):
            start, end = match.span(2)
            texts[match.group(1)] = " ".join(section.source_texts[0].draft.text[start:end].split())

    def resolve_references(source_text: SourceText) -> Draft:
        draft = source_text.draft
        defined = [match.span() for match in _TEXT_REFERENCE.finditer(mask_text(draft.text))]
        edits = [Edit(start, end, "") for start, end in defined]
        for match in _find_matches_outside_code(_USED_TEXT, draft):
            text = texts.get(match.group(1))
            before = bisect_right(defined, (match.start(), len(draft.text))) - 1
            if text is None or (before >= 0 and match.start() < defined[before][1]):
                continue
            in_quotes = draft.text[match.start() - 1 : match.start()] == '"'
            words = escape_attribute(strip_markup(text)) if in_quotes else text
            edits.append(Edit(*match.span(), words))
        return draft.apply_edits(edits)

    return [section.with_drafts(resolve_references) for section in sections]
