"""Likely mistakes in BibTeX entries that pandoc accepts: misspelt fields, authors joined by commas."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from triptych.diagnostics import Diagnostic, Span
from triptych.reading.pandoc import Json
from triptych.reading.references.bibliography_keys import keys_in

_FIELDS = frozenset(
    "abstract addendum address afterword annotation annote annotator author authortype bookauthor"
    " bookpagination booksubtitle booktitle booktitleaddon chapter commentator crossref date day doi"
    " edition editor editora editorb editorc editortype eid entryset entrysubtype eprint eprintclass"
    " eprinttype eventdate eventtitle execute file foreword gender holder howpublished institution"
    " introduction isan isbn ismn isrn issn issue issuesubtitle issuetitle iswc journal journalsubtitle"
    " journaltitle key keywords label langid langidopts language library location mainsubtitle maintitle"
    " maintitleaddon month nameaddon note number options organization origdate origlanguage origlocation"
    " origpublisher origtitle pages pagetotal pagination part pmid presort pubstate publisher"
    " reprinttitle school series shortauthor shorteditor shorthand shortjournal shortseries shorttitle"
    " sortkey sortname sorttitle sortyear subtitle title titleaddon translator type url urldate urlyear"
    " venue version volume volumes xref year".split()
)  # of BibTeX, BibLaTeX and what reference managers write
_REQUIRED = frozenset(
    "author booktitle date doi editor journal journaltitle pages publisher title url year".split()
)
_FIELD = re.compile(r"^[ \t]*,?[ \t]*([A-Za-z-]+)[ \t]*=[ \t]*[{\"\w]", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]*@", re.MULTILINE)
_NEAR = 0.75  # of 1, as difflib measures how alike two words are
_ROLES = ("author", "editor", "translator")
_SUFFIX = re.compile(r"(?:jr|sr|[ivx]+|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)


def likely_mistakes(path: str, data: bytes, entries: Sequence[Json]) -> Iterator[Diagnostic]:
    """Yield CIT005 for misspelt fields of a BibTeX file, and for authors that commas make one person."""
    if not path.lower().endswith((".bib", ".bibtex")):
        return
    text = data.decode("utf-8", "replace")
    starts = [match.start() for match in _ENTRY.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        yield from _misspelt_fields(path, text, start, end)
    joined = {str(entry["id"]): name for entry in entries for name in _joined_names(entry)}
    for key, span in keys_in(path, data) if joined else ():
        if key in joined:
            message = f'"{joined[key]}" looks like several people but is read as one name'
            hint = 'separate names with "and": author = {Ada Okoro and Karl Brandt}'
            yield Diagnostic(code="CIT005", span=span, message=message, hint=hint)


def _misspelt_fields(path: str, text: str, start: int, end: int) -> Iterator[Diagnostic]:
    """Yield a finding for each field of an entry that is nearly one that the entry lacks."""
    fields = [(match[1], match.start(1)) for match in _FIELD.finditer(text, start, end)]
    names = {name.lower() for name, _ in fields}
    for name, place in fields:
        if name.lower() in _FIELDS:
            continue
        if near := next((one for one in _similar(name.lower()) if one not in names), ""):
            line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
            message = f'unknown bibliography field "{name}"'
            hint = f'did you mean "{near}"?'
            yield Diagnostic(
                code="CIT005", span=Span(path=path, line=line, column=column), message=message, hint=hint
            )


@lru_cache(maxsize=1024)  # reference managers write the same fields of their own into each entry
def _similar(name: str) -> list[str]:
    """Return the fields that a name is nearly, the nearest first."""
    return difflib.get_close_matches(name, sorted(_REQUIRED), n=len(_REQUIRED), cutoff=_NEAR)


def _joined_names(entry: Json) -> Iterator[str]:
    """Yield what reads ``Last, Jr, First`` and has another person where Jr stands."""
    for role in _ROLES:
        for name in entry.get(role, ()):
            suffix = name.get("suffix", "")
            if " " in suffix.strip() and not _SUFFIX.fullmatch(suffix.split()[0]):
                yield ", ".join(filter(None, (name.get("family"), suffix, name.get("given"))))
