"""bookdown: index.Rmd, _bookdown.yml and the other R Markdown files."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from triptych.passes.numbering import automatic_id
from triptych_import.book import Piece, ReadText, Section, SourceBook
from triptych_import.chunks.executable import Run
from triptych_import.chunks.options import defaults_in_code, defaults_in_settings
from triptych_import.chunks.stored import Stored
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.formats.quarto import Entry, authors, metadata_of, section_of, settings_in
from triptych_import.markdown import formulas, latex_macros
from triptych_import.markdown.front_matter import parse
from triptych_import.markdown.headings import headings, plain_text, quoted, rewrite
from triptych_import.markdown.masking import HIDDEN, Kind, mask, scan
from triptych_import.markdown.pairs import pairs
from triptych_import.source import Source

LOOKS_FOR = "_bookdown.yml or an index.Rmd with `site: bookdown` (bookdown)"
_PART = re.compile(r"^#[ \t]+\((PART|APPENDIX)\\?\*?\)(.*)$", re.MULTILINE)
_AT_THE_END = re.compile(r"\{[^{}\n]*\}$")
_REFERENCE = re.compile(r"\\@ref\(([^()\s]+)\)")
_EQUATION = re.compile(r"[ \t]*\(\\#eq:([\w-]+)\)")
_CAPTION = re.compile(r"^(?:Table)?:[ \t]+\(\\?#tab:([\w-]+)\)[ \t]*(.+(?:\n(?![ \t]*\n).+)*)$", re.MULTILINE)
_INNER = {
    "equation": "",
    "align": "aligned",
    "gather": "gathered",
    "multline": "gathered",
    "eqnarray": "aligned",
}
_ENVIRONMENTS = [name + star for name in _INNER for star in ("", "*")]
_DISPLAYED = [
    *((rf"\\begin\{{{re.escape(name)}\}}", rf"\\end\{{{re.escape(name)}\}}") for name in _ENVIRONMENTS),
    (r"\$\$", r"\$\$(?![ \t]*\{#)"),
]
_TEXT_REFERENCE = re.compile(r"^\(ref:([\w-]+)\)[ \t]+(.+(?:\n(?![ \t]*\n).+)*)$", re.MULTILINE)
_USED_TEXT = re.compile(r"\(ref:([\w-]+)\)")
_STATEMENTS = {
    "theorem": "thm", "lemma": "lem", "corollary": "cor", "proposition": "prp", "conjecture": "cnj",
    "definition": "def", "example": "exm", "exercise": "exr", "solution": "sol", "remark": "rem",
}  # fmt: skip
_STATEMENT = re.compile(
    rf"^[ \t]*:{{3,}}[ \t]*\{{(?=[^{{}}\n]*+\}})[^{{}}\n]*\.({'|'.join(_STATEMENTS)})\b[^{{}}\n]*\}}",
    re.MULTILINE,
)
_PREFIXES = {"fig": "fig-", "tab": "tbl-", "eq": "eq-", "prop": "prp-"} | {
    kind: f"{kind}-" for kind in _STATEMENTS.values()
}
_BOOK_KEYS = (
    "title",
    "subtitle",
    "author",
    "date",
    "description",
    "cover-image",
    "lang",
    "bibliography",
    "csl",
)


def recognises(path: Path) -> bool:
    """Whether a folder is a bookdown book."""
    if not path.is_dir():
        return False
    source = Source(path)
    site = parse(source.text("index.Rmd") or "")[0].get("site", "")
    return source.text("_bookdown.yml") is not None or "bookdown" in str(site)


def read(path: Path) -> SourceBook:
    """A bookdown book's folder → the book."""
    source = Source(path)
    settings = settings_in("_bookdown.yml", source.text("_bookdown.yml") or "")
    index, _ = parse(source.text("index.Rmd") or "")
    people, found = authors(index.get("author"), "index.Rmd")
    metadata, more = metadata_of(index, {}, people, "index.Rmd")
    found += more
    sections: list[Section] = []
    part, appendix = "", False
    run = Run(defaults=_before_chapters(settings, index, source.text), stored=Stored(source))
    together = settings.get("new_session") != "true"
    for name in order(settings, source.names("", (".Rmd", ".rmd", ".md"))):
        section, more = section_of(Entry(name), source.text, "_bookdown.yml", None, run)
        if together:  # one session runs all chapters
            run = replace(run, defaults={**run.defaults, **defaults_in_code(source.text(name) or "")})
        if name == "index.Rmd":  # its head speaks of the book
            more = [f for f in more if not any(f'"{key}"' in f.what for key in (*_BOOK_KEYS, "site"))]
        found += more
        if section is None:
            continue
        draft, part, appendix = _without_marks(section.pieces[0].draft, part, appendix)
        if not draft.text.strip():
            continue
        head = {} if name == "index.Rmd" else section.head
        piece = replace(section.pieces[0], draft=draft)
        sections.append(
            replace(section, pieces=(piece,), head=head, part="" if appendix else part, appendix=appendix)
        )
    sections = _with_texts(sections)
    sections, more = with_references(sections)
    found += more
    outputs = settings_in("_output.yml", source.text("_output.yml") or "")
    macros = latex_macros.definitions(latex_macros.preamble((index, outputs), source.text))
    sections, more = latex_macros.with_macros(sections, macros)
    return SourceBook(metadata=metadata, sections=tuple(sections), findings=(*found, *more))


def _before_chapters(settings: Mapping[str, Any], index: Mapping[str, Any], read: ReadText) -> dict[str, str]:
    """The options that hold from the first chapter on: those of the settings, and of scripts run before."""
    scripts = settings.get("before_chapter_script", [])
    names = scripts if isinstance(scripts, list) else [scripts]
    options = defaults_in_settings(settings, index)
    for name in names:
        options |= defaults_in_code(read(str(name)) or "")
    return options


def order(settings: Mapping[str, Any], names: list[str]) -> list[str]:
    """The files of the book: those of the settings, else index.Rmd and all others by name."""
    listed = settings.get("rmd_files")
    if isinstance(listed, dict):
        listed = next((value for key, value in listed.items() if key in ("html", "epub", "latex")), [])
    if isinstance(listed, list) and listed:
        return [str(name) for name in listed]
    folder = settings.get("rmd_subdir")
    mine = [
        name
        for name in names
        if name.lower().endswith(".rmd")
        and not name.rpartition("/")[2].startswith("_")
        and ("/" not in name or folder)
    ]
    return sorted(mine, key=lambda name: (name != "index.Rmd", name))


def _without_marks(draft: Draft, part: str, appendix: bool) -> tuple[Draft, str, bool]:
    """A text without bookdown's headings for parts and appendices, and what they say."""
    edits = []
    for match in _PART.finditer(mask(draft.text)):
        edits.append(Edit(*match.span(), ""))
        appendix = appendix or match.group(1) == "APPENDIX"
        title = draft.text[slice(*match.span(2))].strip(" \t")
        part = _AT_THE_END.sub("", title).rstrip(" \t") if match.group(1) == "PART" else ""
    return draft.edited(edits), part, appendix


def with_references(sections: Sequence[Section]) -> tuple[list[Section], list[Finding]]:
    """``\\@ref(fig:x)`` becomes ``[-@fig-x]``; one to a heading, whose id says no kind, ``\\ref{x}``."""
    sections, known = _with_ids(sections)
    found = []

    def referring(piece: Piece) -> Draft:
        draft = formulas.from_brackets(piece.draft.edited(_equations(piece.draft)), always=True)
        draft = draft.edited(_statements(draft))
        draft = draft.edited(_table_captions(draft))
        edits = []
        for match in _outside_code(_REFERENCE, draft):
            kind, colon, name = match.group(1).partition(":")
            if colon and kind in _PREFIXES:
                new = f"[-@{_PREFIXES[kind]}{name}]"
            elif match.group(1) in known:
                new = f"\\ref{{{match.group(1)}}}"
            else:
                new = match.group(1)
                what = f"undefined reference {match.group()}"
                found.append(draft.finding(match.start(), what, "kept as literal text"))
            edits.append(Edit(*match.span(), new))
        return draft.edited(edits)

    return [section.with_drafts(referring) for section in sections], found


def _with_ids(sections: Sequence[Section]) -> tuple[list[Section], set[str]]:
    """Headings that are referred to have their ids written, and all ids of headings; the first of a name
    counts.
    """
    named = {
        match.group(1) for section in sections for match in _outside_code(_REFERENCE, section.pieces[0].draft)
    }
    known: set[str] = set()

    def identified(piece: Piece) -> Draft:
        edits = []
        for heading in headings(piece.draft.text):
            name = heading.id or automatic_id(heading.plain)
            if name in named - known:
                edits += rewrite(heading, level=heading.level, identifier=name)
            known.add(name)
        return piece.draft.edited(edits)

    return [section.with_drafts(identified) for section in sections], known


def _outside_code(pattern: re.Pattern[str], draft: Draft) -> Iterator[re.Match[str]]:
    """What a pattern finds in prose, and in the captions of code."""
    lines = scan(draft.text)
    captioned = [replace(line, kind=Kind.TEXT) if line.kind is Kind.OPENING else line for line in lines]
    masked = mask(draft.text, captioned, escapes=False)
    return (match for match in pattern.finditer(draft.text) if masked[match.start()] != HIDDEN)


def _statements(draft: Draft) -> Iterator[Edit]:
    """Ids of theorems and their like begin with their kind, as references to them do."""
    for match in _STATEMENT.finditer(mask(draft.text)):
        prefix = f"{_STATEMENTS[match.group(1)]}-"
        for place in re.finditer(r"#(?=[A-Za-z])(?!" + prefix + ")", match.group()):
            start = match.start() + place.end()
            yield Edit(start, start, prefix)


def _table_captions(draft: Draft) -> Iterator[Edit]:
    """Move the label of a table, ``Table: (\\#tab:x) Caption``, after its caption as an id."""
    for match in _CAPTION.finditer(mask(draft.text, escapes=False)):
        label, caption = match.group(1), draft.text[slice(*match.span(2))].rstrip()
        yield Edit(*match.span(), f": {caption} {{#tbl-{label}}}")


def _equations(draft: Draft) -> Iterator[Edit]:
    """A numbered formula is displayed between dollars with its id behind it."""
    masked = mask(draft.text, escapes=False)
    for kind, first, last in pairs(_DISPLAYED, masked):
        label = _EQUATION.search(masked, first.end(), last.start())
        if label is None:
            continue
        body = _EQUATION.sub("", masked[first.end() : last.start()]).strip()
        inner = _INNER[_ENVIRONMENTS[kind].rstrip("*")] if kind < len(_ENVIRONMENTS) else ""
        whole = f"\\begin{{{inner}}}\n{body}\n\\end{{{inner}}}" if inner else body
        yield Edit(first.start(), last.end(), f"$$\n{whole}\n$$ {{#eq-{label.group(1)}}}")


def _with_texts(sections: list[Section]) -> list[Section]:
    """``(ref:x) A text`` is put in where ``(ref:x)`` stands alone, such as in captions."""
    texts: dict[str, str] = {}
    for section in sections:
        for match in _TEXT_REFERENCE.finditer(mask(section.pieces[0].draft.text)):
            start, end = match.span(2)
            texts[match.group(1)] = " ".join(section.pieces[0].draft.text[start:end].split())

    def filled(piece: Piece) -> Draft:
        draft = piece.draft
        defined = [match.span() for match in _TEXT_REFERENCE.finditer(mask(draft.text))]
        edits = [Edit(start, end, "") for start, end in defined]
        for match in _outside_code(_USED_TEXT, draft):
            text = texts.get(match.group(1))
            before = bisect_right(defined, (match.start(), len(draft.text))) - 1
            if text is None or (before >= 0 and match.start() < defined[before][1]):
                continue
            in_quotes = draft.text[match.start() - 1 : match.start()] == '"'
            words = quoted(plain_text(text)) if in_quotes else text
            edits.append(Edit(*match.span(), words))
        return draft.edited(edits)

    return [section.with_drafts(filled) for section in sections]
