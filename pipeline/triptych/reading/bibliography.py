"""Load bibliographies and citation styles, and format citations with pandoc's citeproc."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.engine.cache import Cache
from triptych.engine.processes.programs import ProgramError
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.store.serialisation import parse_json
from triptych.engine.tasks import BIBLIOGRAPHY, CITATIONS, Task
from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.model.book import REFERABLE
from triptych.project import MANIFEST, Project, UnsafePathError
from triptych.reading import pandoc
from triptych.reading.bibtex import (
    SHORT_AUTHOR,
    explain_syntax_error,
    find_excessive_expansion,
    find_keys,
    find_short_authors,
    report_duplicate_keys,
    report_likely_mistakes,
)
from triptych.reading.csl_json import (
    protect_case,
    protect_urls,
    remove_case_spans,
    straighten_title_quotes,
)
from triptych.reading.pandoc import Json, find_citations
from triptych.settings.manifest import Manifest
from triptych.settings.values import SourcePositions
from triptych.text_problems import NETWORK_HINT, find_conflict
from triptych.yaml_text import MalformedYamlError, load_yaml, to_plain_values

FORMATS = {
    ".bib": "biblatex",
    ".bibtex": "bibtex",
    ".json": "csljson",
    ".ris": "ris",
    ".yaml": "",
    ".yml": "",
}
_PROTECTED = re.compile(rb"=\s*[{\"]\s*[^,]*\{")  # nested braces in a field
_SIGN = "\ue000"  # a private-use character, which is unlikely in sources and styles
_NUMBERED = re.compile(f"{_SIGN}([0-9]{{1,9}}){_SIGN}")
_TAB = 4  # pandoc's tab width
_UNSUPPORTED = "unsupported extension"
_MAX_FIELD_LENGTH = 50_000  # maximum characters of a field; abstracts have a few thousand
_STOPPED = re.compile(r"Error at (?:(?!Error at ).)*?\(line (\d+), column (\d+)\):?")
_SOMETHING = re.compile(rb"^[ \t]*[^%\s\[\]{}]", re.MULTILINE)  # has more than comments and empty lists

# An id with one of these prefixes is a cross-reference, not a citation.
CROSS_REFERENCE = re.compile(f"(?:{'|'.join(REFERABLE)})-")
# An id such as ``oceans:fig-tides`` refers to another book of the catalogue, unless it is the key of a
# source.
OTHER_BOOK_REFERENCE = re.compile(f"[^:]+:{CROSS_REFERENCE.pattern}")


# Names of the element types in other tools.
_KINDS = {"figure": "fig", "tab": "tbl", "table": "tbl", "eqn": "eq", "equation": "eq", "section": "sec",
          "listing": "lst", "code": "lst"}  # fmt: skip
_LIKE_CROSS_REFERENCE = re.compile(rf"({'|'.join((*REFERABLE, *_KINDS))})[:._-](\w[\w:.-]*)", re.IGNORECASE)


def guess_cross_reference_id(key: str) -> str:
    """Return the id that an author probably means by ``Fig-x``, ``fig:x`` or ``figure-x``, or ""."""
    match = _LIKE_CROSS_REFERENCE.fullmatch(key)
    if match is None or CROSS_REFERENCE.match(key):
        return ""
    kind = match[1].lower()
    return f"{_KINDS.get(kind, kind)}-{match[2]}"


def is_cross_reference(key: str, sources: Container[str]) -> bool:
    """Return whether ``key`` refers to an element of this or another book instead of a source."""
    return bool(CROSS_REFERENCE.match(key)) or (bool(OTHER_BOOK_REFERENCE.match(key)) and key not in sources)


_ACRONYM = re.compile(r"\(([^()\s]{2,12})\)$")  # as in "International Energy Agency (IEA)"
_TAG = re.compile(r"<[^<>]*>")


def find_short_name(entry: Json) -> str:
    """Return the short name of a CSL JSON entry, with the year of its date if it has one.

    The name is the field ``author-short``, or that of the first author or editor: the acronym of an
    organisation, its full name, or the family name of a person. Without a name, it is the publisher or title.
    """
    people = entry.get("author") or entry.get("editor") or []
    first = people[0] if people and isinstance(people[0], dict) else {}
    organisation = str(first.get("literal", ""))
    acronym = _ACRONYM.search(organisation)
    family = " ".join(filter(None, (first.get("non-dropping-particle"), first.get("family"))))
    person = f"{family} et al." if family and len(people) > 1 else family
    fields = (str(entry.get(name, "")) for name in ("publisher", "title-short", "container-title", "title"))
    names = (str(entry.get(SHORT_AUTHOR, "")), acronym[1] if acronym else organisation, person, *fields)
    name = _TAG.sub("", next(filter(None, names), "")).strip()
    year = _find_year(entry)
    return f"{name}\u00a0{year}" if name and year and not name.endswith(year) else name


def _find_year(entry: Json) -> str:
    """Return the year in which a source was published, or "" if it is unknown or before 1000."""
    issued = entry.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    date = parts[0] if isinstance(parts, list) and parts else None
    year = str(date[0]) if isinstance(date, list) and date else ""
    return year if re.fullmatch(r"\d{4}", year) else ""


@dataclass(frozen=True)
class Bibliography:
    """The sources that a book may cite, and the citation style.

    ``entries`` are CSL JSON. ``style`` is a CSL file, or None for Chicago. ``is_configured`` is true if the
    manifest names a bibliography. ``positions`` maps citation keys to the positions of their entries.
    """

    entries: tuple[Json, ...] = ()
    style: bytes | None = None
    is_configured: bool = False
    positions: Mapping[str, Span] = field(default_factory=dict)

    def __contains__(self, key: object) -> bool:
        return key in self.entries_by_key

    def find_short_name(self, key: str) -> str:
        """Return the short name of a source's author or organisation, or else its title, with the year.

        Return "" for an unknown key.
        """
        return find_short_name(self.entries_by_key.get(key, {}))

    def explain_unknown_key(self, key: str) -> tuple[str, str | None]:
        """Return the message and the hint for a citation key without an entry."""
        if not self.is_configured and (suggested_id := guess_cross_reference_id(key)):
            return f'"@{key}" is not a valid cross-reference', f"write @{suggested_id}"
        if not self.is_configured:
            hint = "set `bibliography:` in `book.yaml`, or write \\@ for a literal @"
            return f'citation "@{key}" needs a bibliography, but none is set', hint
        suggested_id = guess_cross_reference_id(key)
        hint = (
            did_you_mean(key, self.entries_by_key)
            or f"add an entry with this key to the bibliography, or write \\@{key} for literal text"
        )
        hint = f"write @{suggested_id} for a cross-reference" if suggested_id else hint
        return f'the bibliography has no entry with the key "{key}"', hint

    @cached_property
    def entries_by_key(self) -> dict[str, Json]:
        """The entries by citation key."""
        return {str(entry["id"]): entry for entry in self.entries}

    @cached_property
    def key_digest(self) -> str:
        """A hash of the citation keys, for the cache."""
        return compute_digest(str(self.is_configured), *sorted(self.entries_by_key))


def start_loading_bibliography(
    project: Project, manifest: Manifest, positions: SourcePositions, cache: Cache
) -> Callable[[], tuple[Bibliography, list[Diagnostic]]]:
    """Start converting the bibliography files in a thread.

    Return a function that waits for the conversion, and then returns the bibliography and the findings.
    """
    conversions: list[tuple[str, Span | None, str, bytes, Callable[[], list[Json]]]] = []
    findings: list[Diagnostic] = []

    def report_parse_error(name: str, span: Span | None, error: Exception) -> Diagnostic:
        place = _find_error_position(project, name, error)
        message = _strip_position(str(error)) if place else str(error)
        reason = " ".join(message.removeprefix("pandoc: ").split())
        message = f'bibliography file "{name}" cannot be parsed: {reason}'
        hint = error.hint if isinstance(error, MalformedYamlError) else None
        if reason == _UNSUPPORTED:
            message = f'bibliography file "{name}" has an unsupported extension'
            hint = f"convert the file to {join_names(sorted(FORMATS), 'or')}"
        if isinstance(error, ProgramError) and name.lower().endswith((".bib", ".bibtex")):
            if place and (
                syntax_error := explain_syntax_error(place.path, project.read_bytes(place.path), place)
            ):
                return syntax_error
            hint = (
                "check that each field ends with a comma and that all braces and quotation marks are closed"
            )
        return Diagnostic(code="CIT002", span=place or span, message=message, hint=hint)

    pool = ThreadPoolExecutor(1, "bibliography")
    for index, name in enumerate(manifest.bibliography):
        span = positions.find(("bibliography", index))
        try:
            path = project.locate_file(name)
            if path is None:
                suggestion = did_you_mean(name, _list_files(project, FORMATS))
                hint = suggestion or "check the path; it is relative to the folder that contains `book.yaml`"
                hint = NETWORK_HINT if "://" in name else hint
                message = f'bibliography file "{name}" {project.describe_missing_file(name)}'
                findings.append(Diagnostic(code="CIT002", span=span, message=message, hint=hint))
                continue
            data = project.read_bytes(path).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        except UnsafePathError as error:
            findings.append(report_parse_error(name, span, error))
            continue
        if conflict := find_conflict(data.decode(errors="replace")):
            findings.append(conflict.to_diagnostic(path, "CIT002"))
            continue
        if excessive := find_excessive_expansion(path, data):
            findings.append(excessive)
            continue
        conversions.append((name, span, path, data, pool.submit(load_entries, name, data, cache).result))
    pool.shutdown(wait=False)
    style, problem = read_citation_style(project, manifest, positions)

    def finish_loading() -> tuple[Bibliography, list[Diagnostic]]:
        entries: list[Json] = []
        places: dict[str, Span] = {}
        for name, span, path, data, converted in conversions:
            try:
                converted_entries = converted()
                if not converted_entries and _SOMETHING.search(data):
                    hint = "write BibTeX entries such as @book{key, title = {…}}"
                    if not name.lower().endswith((".bib", ".bibtex")):
                        hint = "check that the content matches the file extension"
                    message = f'bibliography file "{name}" has no entries'
                    findings.append(
                        Diagnostic(code="CIT002", span=Span(path=path), message=message, hint=hint)
                    )
                entries.extend(converted_entries)
                places |= {str(entry["id"]): Span(path=path) for entry in converted_entries} | dict(
                    find_keys(path, data)
                )
                findings.extend(
                    [
                        *report_duplicate_keys(path, data),
                        *_report_long_fields(path, data, converted_entries),
                        *report_likely_mistakes(path, data, converted_entries),
                    ]
                )
            except (ProgramError, MalformedYamlError, ValueError) as error:
                findings.append(report_parse_error(name, span, error))
        return Bibliography(tuple(entries), style, bool(manifest.bibliography), places), [*findings, *problem]

    return finish_loading


def _list_files(project: Project, extensions: Iterable[str]) -> list[str]:
    return [name for name in project.list_source_files() if name.lower().endswith(tuple(extensions))]


def _report_long_fields(path: str, data: bytes, entries: list[Json]) -> Iterator[Diagnostic]:
    for entry in entries:
        longest = max((len(value) for value in entry.values() if isinstance(value, str)), default=0)
        if longest > _MAX_FIELD_LENGTH:
            key = str(entry["id"])
            span = next(
                (key_span for name, key_span in find_keys(path, data) if name == key), Span(path=path)
            )
            message = f'entry "{key[:80]}" has a field of {longest:,} characters; '
            message += f"the limit is {_MAX_FIELD_LENGTH:,}"
            yield Diagnostic(code="CIT002", span=span, message=message, hint="shorten or remove the field")


def _find_error_position(project: Project, name: str, error: Exception) -> Span | None:
    """Return the position in an error message of pandoc or the YAML parser, or None if there is none."""
    if isinstance(error, MalformedYamlError):
        path = project.locate_file(name)
        return Span(path=path, line=error.line, column=error.column) if path else None
    match = _STOPPED.search(str(error))
    path = project.locate_file(name) if match else None
    if match is None or path is None:
        return None
    lines = project.read_bytes(path).splitlines() or [b""]
    line, column = int(match[1]), int(match[2])
    if line > len(lines):
        return Span(path=path, line=len(lines))  # pandoc reports a missing end after the last line
    source_line = lines[line - 1].decode(errors="replace")
    # Pandoc counts columns after expanding tabs.
    before = next(
        (n for n in range(len(source_line)) if len(source_line[:n].expandtabs(_TAB)) >= column - 1), None
    )
    return Span(path=path, line=line, column=column if before is None else before + 1)


def _strip_position(message: str) -> str:
    """Remove the position and the quoted line from pandoc's error message."""
    text = _STOPPED.sub("", message).rstrip()
    return text.rsplit("\n", 2)[0] if text.endswith("^") else text


def load_entries(name: str, data: bytes, cache: Cache) -> list[Json]:
    """Convert a bibliography file to CSL JSON entries. The extension of ``name`` determines the format."""
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix not in FORMATS:
        raise ValueError(_UNSUPPORTED)
    if suffix in (".yaml", ".yml"):
        tree = to_plain_values(load_yaml(data.decode()))
        references = tree.get("references") if isinstance(tree, dict) else tree
        if not isinstance(references, list):
            raise ValueError("expected a list under `references:`")
        data, suffix = json.dumps(references).encode(), ".json"
    task = Task.for_step(BIBLIOGRAPHY, name, pandoc=pandoc.get_pandoc_version(), format=suffix, file=data)

    def convert() -> bytes:
        if suffix in (".bib", ".bibtex") and _PROTECTED.search(data):
            document = pandoc.read_bibliography_metadata(data, FORMATS[suffix])
            entries = protect_case(
                pandoc.convert_bibliography_to_csl(json.dumps(document).encode(), "json"), document
            )
        else:
            entries = pandoc.convert_bibliography_to_csl(data, FORMATS[suffix])
        if suffix in (".bib", ".bibtex"):
            for key, name in find_short_authors(data).items():
                entries = [
                    {**entry, SHORT_AUTHOR: name} if entry["id"] == key else entry for entry in entries
                ]
        return json.dumps(protect_urls(entries)).encode()

    return cache.get_or_make_unpacked(task, convert, lambda stored: parse_json(stored, list[dict[str, Any]]))


def format_citations(trees: list[Json], bibliography: Bibliography, language: str, cache: Cache) -> Json:
    """Set the text of the citations in the pandoc ``trees``, in place.

    Return the pandoc blocks of the bibliography. Cross-references and citations with an unknown key stay
    unchanged.
    """
    keys = set(bibliography.entries_by_key)
    if not keys:
        return []
    cites: list[Json] = []
    skeleton: list[Json] = []
    hidden: list[Json] = []
    for cite in (cite for tree in trees for cite in find_citations(tree)):
        sources = [
            citation for citation in cite["c"][0] if not is_cross_reference(citation["citationId"], keys)
        ]
        if sources and all(citation["citationId"] in keys for citation in sources):
            cites.append(cite)
            sources = _hide_nested_citations(sources, hidden)
            skeleton.append({"t": "Para", "c": [{"t": "Cite", "c": [sources, cite["c"][1]]}]})
    if not cites:
        return []
    document = {
        "pandoc-api-version": [1, 23],
        "meta": {"lang": {"t": "MetaString", "c": language}},
        "blocks": skeleton,
    }
    cited = {citation["citationId"] for para in skeleton for citation in para["c"][0]["c"][0]}
    entries = [straighten_title_quotes(entry) for entry in bibliography.entries if entry["id"] in cited]
    task = Task.for_step(
        CITATIONS,
        "",
        pandoc=pandoc.get_pandoc_version(),
        citations=json.dumps([document, hidden]),
        sources=json.dumps(entries, sort_keys=True),
        style=bibliography.style or b"",
    )

    def write_citations() -> bytes:
        done = remove_case_spans(pandoc.run_citeproc(document, entries, bibliography.style)["blocks"])
        for cite, para in zip(cites, done, strict=False):
            cite["c"][1] = _restore_nested_citations(para["c"][0]["c"][1], hidden)
        return json.dumps([[cite["c"][1] for cite in cites], done[len(cites) :]]).encode()

    words, references = cache.get_or_make_unpacked(
        task, write_citations, lambda data: parse_json(data, list[list[Any]])
    )
    for cite, formatted in zip(cites, words, strict=True):
        cite["c"][1] = formatted
    return references


def _hide_nested_citations(sources: list[Json], hidden: list[Json]) -> Json:
    """Move citations in the prefix or suffix of a citation to ``hidden``, leaving placeholders.

    Citeproc would treat the nested citation as part of the outer one, and a cross-reference as a source.
    """

    def hide_citation(node: Json) -> list[Json] | None:
        if node.get("t") != "Cite":
            return None
        hidden.append(node)
        return [{"t": "Str", "c": f"{_SIGN}{len(hidden) - 1}{_SIGN}"}]

    return pandoc.rewrite_tree(sources, hide_citation)


def _restore_nested_citations(inlines: list[Json], hidden: list[Json]) -> Json:
    def restore_citations(node: Json) -> list[Json] | None:
        if node.get("t") != "Str" or _SIGN not in node["c"]:
            return None
        parts = _NUMBERED.split(node["c"])  # text and numbers alternate
        if any(int(part) >= len(hidden) for part in parts[1::2]):
            return None
        turns = (
            hidden[int(part)] if index % 2 else {"t": "Str", "c": part} for index, part in enumerate(parts)
        )
        return [part for part in turns if part["c"]]

    return pandoc.rewrite_tree(inlines, restore_citations)


_CSL = "{http://purl.org/net/xbiblio/csl}"
MAX_ELEMENTS = 20_000  # maximum number of elements per citation; Chicago, the most complex style, has 3,400
_MAX_DEPTH = 150  # maximum nesting of elements, including macros; Chicago has 50
_MAX_STYLE_SIZE = 1_000_000  # bytes; the longest published styles have 200,000


def read_citation_style(
    project: Project, manifest: Manifest, positions: SourcePositions
) -> tuple[bytes | None, list[Diagnostic]]:
    """Return the citation style that the manifest names, or the parent of a dependent style.

    Return None if the manifest names no style. Report CIT002 if the style cannot be read, and CIT003 if its
    parent is not in the project.
    """
    if not manifest.csl:
        return None, []
    try:
        path = project.locate_file(manifest.csl)
        if path is not None:
            root = _parse_style(project.read_bytes(path))
            link = _find_parent_link(root)
            if link is not None:
                return _load_parent_style(project, path, link)
            if root.find(f"{_CSL}citation") is None:
                raise ValueError("the style has no <citation> element")
            return etree.tostring(root), []
        message = f'citation style file "{manifest.csl}" {project.describe_missing_file(manifest.csl)}'
        hint = "check the path; it is relative to the folder that contains `book.yaml`"
        hint = NETWORK_HINT if "://" in manifest.csl else hint
    except UnsafePathError as error:
        message, hint = str(error), error.hint
    except ValueError as error:
        message = f'"{manifest.csl}" is not a valid CSL style: {error}'
        hint = "download the style again, for example from zotero.org/styles"
    return None, [Diagnostic(code="CIT002", span=positions.find(("csl",)), message=message, hint=hint)]


def _parse_style(data: bytes) -> Any:
    """Return the root element of a CSL style. Raise ``ValueError`` if the style is invalid."""
    if len(data) > _MAX_STYLE_SIZE:
        raise ValueError(f"the file has {len(data):,} bytes; the limit is {_MAX_STYLE_SIZE:,}")
    try:
        root: Any = parse_untrusted_xml(data)
    except etree.XMLSyntaxError as error:
        raise ValueError(explain_xml_error(error)) from None
    if root.tag != f"{_CSL}style":
        raise ValueError("the root element is not a CSL <style>")
    _check_size(root)
    return root


def _check_size(style: Any) -> None:
    """Raise ``ValueError`` if a style evaluates too many elements for a single citation."""
    macros = {macro.get("name"): macro for macro in style.iterfind(f"{_CSL}macro")}
    sizes: dict[str, int] = {}

    def count_elements(element: Any, depth: int) -> int:
        """Return the number of elements evaluated, with macros expanded and choices at their largest."""
        if depth > _MAX_DEPTH:
            raise ValueError(f"elements and macros are nested more than {_MAX_DEPTH} levels deep")
        name = element.get("macro")
        if name in macros and name not in sizes:
            sizes[name] = count_elements(macros[name], depth + 1)
        children = [count_elements(child, depth + 1) for child in element]
        inner = max(children, default=0) if element.tag == f"{_CSL}choose" else sum(children)
        return 1 + sizes.get(name, 0) + inner

    for layout in ("citation", "bibliography"):
        element = style.find(f"{_CSL}{layout}")
        size = 0 if element is None else count_elements(element, 0)
        if size > MAX_ELEMENTS:
            raise ValueError(
                f"<{layout}> evaluates {size:,} elements, with its macros; the limit is {MAX_ELEMENTS:,}"
            )


def _find_parent_link(root: Any) -> Any:
    """Return the link element of a dependent style to its parent, or None.

    Namespaces are ignored.
    """
    links = root.iterfind("{*}info/{*}link")
    return next((link for link in links if link.get("rel") == "independent-parent"), None)


def _load_parent_style(project: Project, path: str, link: Any) -> tuple[bytes | None, list[Diagnostic]]:
    """Return the parent style that ``link`` refers to. Report CIT003 if it is not in the project."""
    url = link.get("href", "")
    parent = _find_parent_style(project, path, url)
    if parent is None:
        name = _make_style_file_name(url)
        return None, [
            Diagnostic(
                code="CIT003",
                span=Span(path=path, line=link.sourceline or 1),
                message=f'this CSL style depends on "{url}", which is not in the project',
                hint=f"download the parent style, and save it as {name} next to this style",
            )
        ]
    return etree.tostring(parent), []


def _find_parent_style(project: Project, path: str, url: str) -> Any:
    """Return the style with this URL, or None if it is not in the project.

    The folders of the dependent style and of the manifest are searched.
    """
    located_file = project.locate_file(_make_style_file_name(url), referring_file=path)
    others = (other for place in (path, MANIFEST) for other in project.list_siblings(place, ".csl"))
    for candidate in dict.fromkeys([*([located_file] if located_file else []), *others]):
        try:
            root = _parse_style(project.read_bytes(candidate))
        except (UnsafePathError, ValueError, OSError):
            continue
        style_id = root.findtext(f"{_CSL}info/{_CSL}id") or ""
        is_independent = _find_parent_link(root) is None and root.find(f"{_CSL}citation") is not None
        if (
            candidate != path
            and is_independent
            and (candidate == located_file or _normalise_url(style_id) == _normalise_url(url))
        ):
            return root
    return None


def _make_style_file_name(url: str) -> str:
    name = _normalise_url(url).rpartition("/")[2] or "parent"
    return name if name.endswith(".csl") else f"{name}.csl"


def _normalise_url(url: str) -> str:
    return url.strip().removeprefix("https://").removeprefix("http://").rstrip("/").lower()
