"""Find the keys in bibliography files, and explain likely mistakes in BibTeX entries."""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from triptych.diagnostics import Diagnostic, Span, nearest_name
from triptych.reading.pandoc import Json

_BIBTEX = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^\s,{}]+)\s*,", re.M | re.IGNORECASE)
_YAML = re.compile(r"^[ \t]*(?:-[ \t]+)?id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
# Patterns for the key of an entry, by file extension.
_KEYS = {
    ".bib": _BIBTEX,
    ".bibtex": _BIBTEX,
    ".json": re.compile(r"\"id\"\s*:\s*\"([^\"]+)\""),
    ".yaml": _YAML,
    ".yml": _YAML,
}


def find_keys(path: str, data: bytes) -> Iterator[tuple[str, Span]]:
    """Yield the key and position of each entry. File formats without keys have none."""
    pattern = _KEYS.get("." + path.rpartition(".")[2].lower())
    text = data.decode("utf-8", "replace")
    line, reached = 1, 0
    for match in pattern.finditer(text) if pattern else ():
        key, start = match.group(1), match.start(1)
        line, reached = line + text.count("\n", reached, start), start
        yield key, Span(path=path, line=line, column=start - text.rfind("\n", 0, start))


SHORT_AUTHOR = "author-short"
"""The field of CSL JSON entries with the short name of the authors, which CSL does not define."""
_SHORT_AUTHOR = re.compile(r"(?:^|,)[ \t]*+shortauthor[ \t]*+=[ \t]*+[{\"]++([^{}\"]++)", re.I | re.M)


def find_short_authors(data: bytes) -> dict[str, str]:
    """Return the field ``shortauthor`` of the entries of a BibTeX file, by key, which pandoc ignores."""
    text = data.decode("utf-8", "replace")
    keys = [(match.start(), match["key"]) for match in _ANY_ENTRY.finditer(text)]
    starts = [start for start, _ in keys]
    return {
        keys[place - 1][1]: " ".join(match[1].split())
        for match in _SHORT_AUTHOR.finditer(text)
        if (place := bisect_left(starts, match.start()))
    }


MAX_EXPANDED = 50_000  # characters of an abbreviation that uses others; journal names have about 60
MAX_EXPANDED_FILE = 5_000_000  # characters that all uses of long abbreviations add to a file
MAX_INHERITED = 100  # maximum number of entries that one entry inherits from; a paper in proceedings has one
_LONG_ABBREVIATION = 1_000
_STRING_NAME = re.compile(r"@string\s*+[{(]\s*+([^\s={}(),\"#]++)\s*+=", re.IGNORECASE)
_ANY_ENTRY = re.compile(r"@\w++\s*+[{(]\s*+(?P<key>[^\s,{}()]*+)")
_BIBTEX_WORD = re.compile(r"[^\s\"{}#(),=]++")
_ENTRY_OR_PARENTS = re.compile(
    rf"{_ANY_ENTRY.pattern}|(?<![\w-])(?:crossref|xdata)\s*+=\s*+[{{\"](?P<parents>[^{{}}\"]*+)[}}\"]",
    re.IGNORECASE,
)


def find_excessive_expansion(path: str, data: bytes) -> Diagnostic | None:
    """Return CIT002 for abbreviations or inherited fields that enlarge a BibTeX file too much, or None."""
    if not path.lower().endswith((".bib", ".bibtex")):
        return None
    text = data.decode("utf-8", "replace")
    return _find_growing_abbreviation(path, text) or _find_excessive_inheritance(path, text)


def _find_growing_abbreviation(path: str, text: str) -> Diagnostic | None:
    sizes: dict[str, int] = {}
    entry_starts = [match.start() for match in _ANY_ENTRY.finditer(text)]
    definitions = list(_STRING_NAME.finditer(text))
    for match in definitions:
        following = bisect_right(entry_starts, match.start())
        value = text[match.end() : entry_starts[following] if following < len(entry_starts) else len(text)]
        size = len(value) + sum(sizes.get(word.lower(), 0) for word in _BIBTEX_WORD.findall(value))
        if size > MAX_EXPANDED:
            name = match[1][:80]
            message = f'the @string "{name}" expands to {size:,} characters; the limit is {MAX_EXPANDED:,}'
            span = _make_span(path, text, match.start(1))
            return Diagnostic(
                code="CIT002", span=span, message=message, hint="shorten the @string definitions"
            )
        sizes[match[1].lower()] = size
    total = 0
    for match in _BIBTEX_WORD.finditer(text) if max(sizes.values(), default=0) > _LONG_ABBREVIATION else ():
        total += sizes.get(match[0].lower(), 0)
        if total > MAX_EXPANDED_FILE:
            message = f"abbreviations add more than {MAX_EXPANDED_FILE:,} characters to the bibliography"
            span = _make_span(path, text, match.start())
            return Diagnostic(code="CIT002", span=span, message=message, hint="shorten the abbreviations")
    return None


def _find_excessive_inheritance(path: str, text: str) -> Diagnostic | None:
    """Return CIT002 for an entry that inherits from itself or from too many entries, or None."""
    parents: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    key, place = "", 0
    for match in _ENTRY_OR_PARENTS.finditer(text):
        if match["parents"] is None:
            key, place = match["key"], match.start("key")
        else:
            parents.setdefault(key, []).extend(map(str.strip, match["parents"].split(",")))
            places.setdefault(key, place)
    for key, place in places.items():
        waiting, inherited = [key], -1
        while waiting and inherited <= MAX_INHERITED:
            inherited += 1
            waiting += parents.get(waiting.pop(), ())
        if inherited > MAX_INHERITED:
            reason = f"has circular inheritance, or inherits from more than {MAX_INHERITED} entries"
            message = f'entry "{key[:80]}" {reason}'
            hint = "remove a `crossref` or `xdata` field to break the cycle or shorten the chain"
            return Diagnostic(code="CIT002", span=_make_span(path, text, place), message=message, hint=hint)
    return None


def report_duplicate_keys(path: str, data: bytes) -> Iterator[Diagnostic]:
    """Report CIT004 for each entry that repeats the key of an earlier one."""
    first: dict[str, int | None] = {}
    for key, span in find_keys(path, data):
        if (before := first.setdefault(key, span.line)) != span.line:
            message = f'bibliography key "{key}" is defined twice; the last definition is used'
            hint = f"rename or remove one of the two entries; the first is on line {before}"
            yield Diagnostic(code="CIT004", span=span, message=message, hint=hint)


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
)  # known in BibTeX, BibLaTeX and reference managers
_REQUIRED = frozenset(
    "author booktitle date doi editor journal journaltitle pages publisher title url year".split()
)
_FIELD = re.compile(r"^[ \t]*+(?:,[ \t]*+)?([A-Za-z-]++)[ \t]*+=[ \t]*+[{\"\w]", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]*@", re.MULTILINE)
_TYPE = re.compile(r"^[ \t]*@([A-Za-z]+)[ \t]*[{(]", re.MULTILINE)
_TYPES = frozenset(
    "article artwork audio bibnote bib-entry book bookinbook booklet collection comment commentary"
    " conference dataset electronic image inbook incollection inproceedings inreference jurisdiction"
    " legal legislation letter manual mastersthesis misc movie music mvbook mvcollection mvproceedings"
    " mvreference online patent performance periodical phdthesis preamble proceedings reference report"
    " review set software standard string suppbook suppcollection suppperiodical techreport thesis"
    " unpublished video www xdata".split()
)  # known in BibTeX and BibLaTeX
_SPACED_KEY = re.compile(r"[ \t]*@\w+[ \t]*[{(][ \t]*([^\s,={}]+(?:[ \t]+[^\s,={}]+)+)[ \t]*(?:,|$)")
_FIELD_LINE = re.compile(r"[ \t]*+(?:,[ \t]*+)?([A-Za-z-]++)[ \t]*+=")
_MIN_SIMILARITY = 0.75  # minimum similarity of two words (difflib); 1 means equal
_ROLES = ("author", "editor", "translator")
_INITIAL = re.compile(r"(?:\w\.-?)+|[A-Z]")
_SUFFIX = re.compile(r"(?:jr|sr|[ivx]+|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)


def report_likely_mistakes(path: str, data: bytes, entries: Sequence[Json]) -> Iterator[Diagnostic]:
    """Report CIT005 for misspelt types and fields in a BibTeX file, and for several authors in one name."""
    if not path.lower().endswith((".bib", ".bibtex")):
        return
    text = data.decode("utf-8", "replace")
    for match in _TYPE.finditer(text):
        if similar_type := _find_similar_type(match[1].lower()):
            message = f'unknown bibliography entry type "{match[1]}"'
            span = _make_span(path, text, match.start(1))
            yield Diagnostic(
                code="CIT005", span=span, message=message, hint=f'did you mean "{similar_type}"?'
            )
    entry_starts = [match.start() for match in _ENTRY.finditer(text)]
    for start, end in pairwise([*entry_starts, len(text)]):
        yield from _report_misspelt_fields(path, text, start, end)
    known_people = {
        (person.get("given"), person.get("family")) for entry in entries for person in _list_people(entry)
    }
    joined = {str(entry["id"]): name for entry in entries for name in _find_joined_names(entry, known_people)}
    for key, span in find_keys(path, data) if joined else ():
        if key in joined:
            message = f'"{joined[key]}" looks like several people but is read as one name'
            hint = f'separate the names with "and": {joined[key].replace(", ", " and ")}'
            yield Diagnostic(code="CIT005", span=span, message=message, hint=hint)


@lru_cache(maxsize=1024)
def _find_similar_type(name: str) -> str | None:
    return None if name in _TYPES else nearest_name(name, _TYPES)


def _report_misspelt_fields(path: str, text: str, start: int, end: int) -> Iterator[Diagnostic]:
    fields = [(match[1], match.start(1)) for match in _FIELD.finditer(text, start, end)]
    names = {name.lower() for name, _ in fields}
    for name, place in fields:
        if name.lower() in _FIELDS:
            continue
        if similar_field := next(
            (field_name for field_name in _find_similar_fields(name.lower()) if field_name not in names), ""
        ):
            message = f'unknown bibliography field "{name}"'
            hint = f'did you mean "{similar_field}"?'
            yield Diagnostic(code="CIT005", span=_make_span(path, text, place), message=message, hint=hint)


def _make_span(path: str, text: str, offset: int) -> Span:
    return Span(path=path, line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset))


@lru_cache(maxsize=1024)  # reference managers add the same custom fields to each entry
def _find_similar_fields(name: str) -> list[str]:
    return difflib.get_close_matches(name, sorted(_REQUIRED), n=len(_REQUIRED), cutoff=_MIN_SIMILARITY)


def _list_people(entry: Json) -> Iterator[Json]:
    for role in _ROLES:
        yield from entry.get(role, ())


def _find_joined_names(entry: Json, known_people: Collection[tuple[str | None, str | None]]) -> Iterator[str]:
    """Yield names like ``Last, Jr, First`` or ``Last, First`` that probably combine several people."""
    for name in _list_people(entry):
        suffix, family, given_name = (name.get(part, "") for part in ("suffix", "family", "given"))
        if " " in suffix.strip() and not _SUFFIX.fullmatch(suffix.split()[0]):
            yield ", ".join(filter(None, (family, suffix, given_name)))
        elif not suffix and _are_two_people(
            str(entry["id"]), family.split(), given_name.split(), known_people
        ):
            yield f"{family}, {given_name}"


def _are_two_people(
    key: str,
    family: Sequence[str],
    given: Sequence[str],
    known_people: Collection[tuple[str | None, str | None]],
) -> bool:
    """Return whether a name parsed as ``Last, First`` is probably two people, ``First Last, First Last``.

    "Kerstin Lindholm, Pekka Aro" might be one person, like "García Márquez, Gabriel José". It is two people
    if it starts with an initial, if the key is like ``lindholm2019``, or if another entry has the name
    Kerstin Lindholm.
    """
    if len(family) < 2 or len(given) < 2 or _INITIAL.fullmatch(given[-1]) or not family[0][0].isupper():
        return False
    *first, last = family
    if all(map(_INITIAL.fullmatch, first)) or (" ".join(first), last) in known_people:
        return True
    return re.sub(r"[\W\d_].*", "", _to_ascii(key)) == _to_ascii(last)


def _to_ascii(word: str) -> str:
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()


def explain_syntax_error(path: str, data: bytes, error_span: Span | None) -> Diagnostic | None:
    """Return CIT002 with the probable cause of a BibTeX syntax error, or None if it is unknown."""
    return (
        _find_spaced_key(path, data, error_span)
        or _find_unclosed_brace(path, data)
        or find_missing_comma(path, data, error_span)
    )


def _report_syntax_error(path: str, line: int, column: int, reason: str, hint: str) -> Diagnostic:
    message = f'bibliography file "{path.rpartition("/")[2]}" cannot be parsed: {reason}'
    return Diagnostic(
        code="CIT002", span=Span(path=path, line=line, column=column), message=message, hint=hint
    )


def _find_spaced_key(path: str, data: bytes, error_span: Span | None) -> Diagnostic | None:
    """Return CIT002 if the entry key on the line of the error contains a space, or None."""
    lines = data.decode("utf-8", "replace").split("\n")
    match = (
        _SPACED_KEY.match(lines[error_span.line - 1])
        if error_span and error_span.line <= len(lines)
        else None
    )
    if match is None or error_span is None:
        return None
    hint = f'write "{"".join(match[1].split())}", without spaces'
    return _report_syntax_error(
        path, error_span.line, match.start(1) + 1, f'the key "{match[1]}" contains a space', hint
    )


def _find_unclosed_brace(path: str, data: bytes) -> Diagnostic | None:
    """Return CIT002 for the first field or entry with an unclosed brace, or None."""
    depth, entry = 0, (0, 0)
    field: tuple[int, int, str] | None = None
    suspect: tuple[int, int, str] | None = None  # a field with a line that looks like another field
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        starts_entry, starts_field = _TYPE.match(line), _FIELD_LINE.match(line)
        if depth > 1 and (starts_entry or starts_field):
            suspect = suspect or field
        if depth and starts_entry:
            break
        if starts_entry:
            entry, field = (number, starts_entry.start(1)), None
        elif starts_field and not suspect:
            field = number, starts_field.start(1) + 1, starts_field[1]
        unescaped = line.replace("\\{", "").replace("\\}", "")
        depth = max(depth + unescaped.count("{") - unescaped.count("}"), 0)
        if not depth:  # the entry is closed, so the line was text, for example in an abstract
            suspect = None
    if not depth or not entry[0]:
        return None
    if suspect:
        line_number, column, name = suspect
        hint = f'close the field "{name}" with `}}`'
        return _report_syntax_error(path, line_number, column, f'the field "{name}" is not closed', hint)
    return _report_syntax_error(
        path, *entry, "this entry is not closed", "add } after the last field of the entry"
    )


def find_missing_comma(path: str, data: bytes, error_span: Span | None) -> Diagnostic | None:
    """Return CIT002 for a missing comma between two fields before the error, or None."""
    lines = data.decode("utf-8", "replace").split("\n")
    if error_span is None or not error_span.line or error_span.line > len(lines):
        return None
    number, column = error_span.line, (error_span.column or 1) - 1
    ended = "\n".join([*lines[: number - 1], lines[number - 1][:column]]).rstrip()
    if not re.match(r"[A-Za-z-]+\s*=", lines[number - 1][column:]) or not re.search(r"[}\"\w]$", ended):
        return None
    start = max((match.start() for match in _ENTRY.finditer(ended)), default=0)
    fields = re.findall(r"[,\n][^\S\n]*+([A-Za-z-]++)\s*+=\s*+[{\"\w]", ended[start:])
    if not fields:
        return None
    line, place = ended.count("\n") + 1, len(ended) - ended.rfind("\n")
    hint = f'add a comma at the end of field "{fields[-1]}"'
    return _report_syntax_error(path, line, place, f'missing comma after field "{fields[-1]}"', hint)
