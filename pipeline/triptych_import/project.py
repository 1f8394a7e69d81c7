"""Write the files of a Triptych project, and repair errors that would prevent its build.

A source may use features that Triptych does not support, such as cross-references to figures that consist of
text. The project is therefore read before it is returned, and markup that causes errors is replaced with
plain text.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.engine.cache import Cache
from triptych.languages.labels import Labels, load_labels
from triptych.model.book import Book
from triptych.passes import run_passes
from triptych.project import Project
from triptych.reading.book import read_book
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.values import make_slug
from triptych_import.book import Draft, ImportFinding, Metadata, SectionFile
from triptych_import.chunk_replacement import CROSS_REFERENCE, spell_out_reference
from triptych_import.headings import find_headings, normalise_case_and_spaces, strip_markup
from triptych_import.links import TEXT_EXTENSIONS
from triptych_import.masking import HIDDEN, LineKind, has_visible_text, mask_formulas, mask_text, scan_lines

SlideCounter: TypeAlias = Callable[[Book], int]  # estimates the number of slides of a book

_FORMATS = "format:\n  pdf: default\n  epub: default\n  pptx: default\n"
_DEFAULT_TOC_DEPTH = 3
_PLAIN_SCALAR = re.compile(r"[^\W_][\w ./()+–—’-]*", re.UNICODE)
_DATE_FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%m/%d/%Y", "%d.%m.%Y"
)  # fmt: skip

_SEARCH_DISTANCE = (
    200  # lines before and after an error that are searched for its cause, since paragraphs may be long
)
_ROUNDS = 4  # maximum number of repair rounds, since each may reveal other errors
_MAX_SLIDES, _SLIDE_WARNING_THRESHOLD = 200, 150  # a deck can grow by continuation slides and part dividers
_QUOTED_NAME = re.compile(r"[\"`]([^\"`]+)[\"`]")
_DATA_CLASS = re.compile(r"\.(?:chart|table)\b")
_ADDRESS = r"\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*+)\)"
_LINK = re.compile(rf"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]{_ADDRESS}(\{{[^{{}}\n]*\}})?")
_IMAGE = re.compile(rf"!\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]{_ADDRESS}(?:\{{[^{{}}\n]*\}})?|<img\b[^<>]*>")
_ANCHOR = re.compile(r"<a\b(?=[^<>]*+>)[^<>]*\bhref\s*=\s*[\"']?([^\"'<>]*)[\"']?[^<>]*>", re.IGNORECASE)
_OPENING = re.compile(r"^[ \t]*:{3,}[ \t]*\{[^{}\n]*\.chart\b[^{}\n]*\}", re.MULTILINE)
_INDEX_MARK = re.compile(r"\\index\{(?:[^{}]|\{[^{}]*\})*\}")
_DIAGRAM = re.compile(
    r"^([ \t]*(?:`{3,}|~{3,})[ \t]*(?:\{[ \t]*\.?)?)(?:mermaid|dot|graphviz)\b", re.MULTILINE
)
_SHORTCODE = re.compile(r"\{\{<(?:(?!\{\{<)[^\n])*?>\}\}")


def format_yaml_scalar(value: str) -> str:
    """Return a string as a YAML scalar on one line, in double quotes if necessary."""
    text = " ".join(value.split())
    return text if _PLAIN_SCALAR.fullmatch(text) and text == value else json.dumps(text, ensure_ascii=False)


def parse_date(text: str) -> str:
    """Return a date in ISO 8601 format, or "" if its format is not supported."""
    text = text.strip()
    for form in _DATE_FORMS:
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    match = re.match(r"(\d{4}-\d{2}-\d{2})[T ]", text)
    return parse_date(match.group(1)) if match else ""


def format_manifest(metadata: Metadata, sections: Sequence[SectionFile]) -> str:
    """Return the content of ``source/book.yaml``.

    If necessary, ``toc-depth`` is set so that the EPUB lists all levels of the source's table of contents.
    """

    def curl_apostrophes(title: str) -> str:
        return re.sub(r"(?<=\w)'(?=\w)", "’", title)

    def format_value(key: str, value: str | Sequence[str], indent: str = "  ") -> list[str]:
        values = [value] if isinstance(value, str) else value
        if len(values) > 1:
            return [f"{indent}{key}:", *(f"{indent}  - {format_yaml_scalar(item)}" for item in values)]
        return [f"{indent}{key}: {format_yaml_scalar(values[0])}"] if values and values[0] else []

    lines = ["book:", f"  title: {format_yaml_scalar(curl_apostrophes(metadata.title))}"]
    lines += format_value("subtitle", curl_apostrophes(metadata.subtitle))
    lines += format_value("author", metadata.authors)
    lines += [f"  date: {metadata.date}"] if metadata.date else []
    lines += format_value("description", metadata.description)
    if metadata.keywords:
        lines += ["  keywords:", *(f"    - {format_yaml_scalar(word)}" for word in metadata.keywords)]
    lines += format_value("rights", metadata.rights) + format_value("publisher", metadata.publisher)
    lines += format_value("cover-image", metadata.cover)
    lines += _format_contents([section for section in sections if not section.is_included])
    lines += format_value("lang", metadata.language, "")
    lines.append(f"output-file: {make_slug(metadata.title) or 'book'}")
    lines += format_value("bibliography", metadata.bibliography, "") + format_value("csl", metadata.csl, "")
    depth = 1 + max((piece.depth for section in sections for piece in section.source_texts), default=0)
    formats = _FORMATS.replace("epub: default", f"epub: {{toc-depth: {min(depth, 6)}}}")
    return "\n".join(lines) + "\n" + (formats if depth > _DEFAULT_TOC_DEPTH else "")


def _format_contents(sections: list[SectionFile]) -> list[str]:
    lines, part = ["  chapters:"], ""
    for section in sections:
        if section.is_appendix:
            continue
        if section.part and section.part != part:
            lines += [f"    - part: {format_yaml_scalar(section.part)}", "      chapters:"]
        part = section.part
        lines.append(f"{'        ' if part else '    '}- {format_yaml_scalar(section.path)}")
    if len(lines) == 1:
        lines = ["  chapters: []"]
    appendices = [f"    - {format_yaml_scalar(section.path)}" for section in sections if section.is_appendix]
    return [*lines, "  appendices:", *appendices] if appendices else lines


def format_section(section: SectionFile) -> str:
    """Return the content of a section file: its front matter, then its Markdown texts in order."""
    texts = []
    head = dict(section.front_matter)
    for index, piece in enumerate(section.source_texts):
        text = piece.draft.text
        if index == 0 and not section.is_included:
            if title := head.get("title"):
                text, name = _remove_title(text, str(title))
                head = {**head, "id": name} if name and "id" not in head else head
            else:
                text = _move_title_first(piece.draft).text
        if piece.depth and piece.title and not find_headings(text):
            text = f"{'#' * min(piece.depth + 1, 6)} {piece.title}\n\n{text}"
        texts.append(text.strip("\n"))
    if not section.is_included and "title" not in head and section.source_texts[0].title:
        lines = (line for line in scan_lines(texts[0]) if line.kind not in (LineKind.BLANK, LineKind.COMMENT))
        first = next((texts[0][line.start :] for line in lines), "")
        if not re.match(r"# |.*\n=+[ \t]*(?:\n|\Z)", first):
            head = {"title": section.source_texts[0].title, **head}
    return format_front_matter(head) + "\n\n".join(text for text in texts if text) + "\n"


def format_front_matter(values: Mapping[str, str | bool | tuple[str, ...]]) -> str:
    """Return a YAML front matter block, or "" if there are no values."""
    lines = ["---"] if values else []
    for key, value in values.items():
        if isinstance(value, tuple):
            lines += [f"{key}:", *(f"  - {format_yaml_scalar(item)}" for item in value)]
        else:
            lines.append(
                f"{key}: {str(value).lower() if isinstance(value, bool) else format_yaml_scalar(value)}"
            )
    return "\n".join([*lines, "---", "", ""]) if values else ""


def _remove_title(text: str, title: str) -> tuple[str, str]:
    """Remove the first heading if it repeats the title in the front matter.

    Return the text, and the id of the removed heading or "".
    """
    first = next(iter(find_headings(text)), None)
    is_title = (
        first is not None
        and first.level == 1
        and normalise_case_and_spaces(first.plain_text) == normalise_case_and_spaces(strip_markup(title))
    )
    if first is None or not is_title or has_visible_text(mask_text(text[: first.start])):
        return text, ""
    return text[: first.start] + text[first.end + 1 :], first.id


def _move_title_first(draft: Draft) -> Draft:
    """Move anchors and other content from before the title of a chapter to after it."""
    title = next(iter(find_headings(draft.text)), None)
    if title is None or title.level != 1 or title.marker_span[0] != title.start:
        return draft
    before = draft.text[: title.start]
    if not has_visible_text(mask_text(before)):
        return draft
    rest = draft.text[title.end :].lstrip("\n")
    # A comment separates two blocks of indented code.
    gap = "\n\n<!-- -->\n\n" if rest.startswith(("    ", "\t")) else "\n\n"
    text = draft.text[title.start : title.end] + "\n\n" + before.strip("\n") + gap + rest
    return Draft.from_text(draft.path, text)


def repair_project(
    files: Mapping[str, bytes], count_slides: SlideCounter | None = None
) -> tuple[dict[str, bytes], list[ImportFinding]]:
    """Repair errors in a project's section files; return all files, and a finding for each error."""
    files, findings = dict(files), list[ImportFinding]()

    with tempfile.TemporaryDirectory(prefix="triptych-") as name:
        cache, folder = Cache(Path(name) / "cache"), Path(name) / "project"
        for _ in range(_ROUNDS):
            for path, data in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            errors, slides, labels = _find_errors(folder, cache, count_slides)
            repaired = _repair_texts(files, errors, labels)
            findings += repaired
            if not repaired:
                action = "not fixed, so builds fail with this error"
                findings += [
                    _make_error_finding(*error, action) for error in errors if error[1].code != "MTH001"
                ]
                break
    unreadable = [error for error in errors if error[1].code == "MTH001"]
    findings += [_make_error_finding(*error, "rendered as TeX with `math: keep`") for error in unreadable]
    manifest = files["source/book.yaml"].decode() + ("math: keep\n" if unreadable else "")
    if slides > _SLIDE_WARNING_THRESHOLD:
        manifest += "" if "\nformat:\n" in manifest else _FORMATS
        manifest = manifest.replace("\n  pptx: default\n", f"\n  pptx: {{max-slides: {_MAX_SLIDES}}}\n")
    if slides > _MAX_SLIDES:
        message = f"the deck would have about {slides // 10 * 10} slides"
        action = f"limited to {_MAX_SLIDES} with `max-slides`, without the least important content"
        findings.append(ImportFinding(path="source/book.yaml", message=message, action=action))
    return {**files, "source/book.yaml": manifest.encode()}, findings


def _repair_texts(
    files: dict[str, bytes], errors: Sequence[tuple[Span, Diagnostic]], labels: Labels
) -> list[ImportFinding]:
    """Repair the section files in ``files``, and return a finding for each repaired error."""
    findings: list[ImportFinding] = []
    all_texts = b"\n".join(data for path, data in files.items() if path.endswith(TEXT_EXTENSIONS)).decode()
    for path in dict.fromkeys(span.path for span, _ in errors):
        if path not in files or not path.endswith(TEXT_EXTENSIONS):
            continue
        repairer = _TextRepairer(files[path].decode(), labels, all_texts)
        errors_in_file = [(span, error) for span, error in errors if span.path == path]
        # From the end to the start, so that positions stay valid.
        for span, error in sorted(errors_in_file, key=lambda item: item[0], reverse=True):
            if repairer.fix_error(span, error):
                findings.append(_make_error_finding(span, error, "removed, keeping its text"))
        files[path] = "\n".join(repairer.lines).encode()
    return findings


def _make_error_finding(span: Span, error: Diagnostic, action: str) -> ImportFinding:
    return ImportFinding(
        path=span.path, line=span.line, column=span.column, message=error.message, action=action
    )


def _find_errors(
    folder: Path, cache: Cache, count_slides: SlideCounter | None
) -> tuple[list[tuple[Span, Diagnostic]], int, Labels]:
    """Return a project's errors with positions, its number of slides, and the labels in its language."""
    project = Project(folder, environ={})
    manifest, positions, findings = read_manifest(project, ())
    if manifest is None:
        return [], 0, load_labels("en")
    book, problems = read_book(project, manifest, positions, cache)
    labels = load_labels(manifest.language)
    book, pass_findings = run_passes(book, labels)
    errors = (error for error in (*findings, *problems, *pass_findings) if error.severity is Severity.ERROR)
    located_errors = [(error.span, error) for error in errors if error.span is not None]
    return located_errors, count_slides(book) if count_slides else 0, labels


class _TextRepairer:
    """Repairs the errors in one section file. ``all_texts`` is the text of the whole book."""

    def __init__(self, text: str, labels: Labels, all_texts: str) -> None:
        self.lines, self.labels, self.all_texts = text.split("\n"), labels, all_texts
        self._masked = mask_formulas(text).split("\n")
        self._has_chart_classes = True

    def fix_error(self, span: Span, error: Diagnostic) -> bool:
        """Remove the cause of an error; return False if the cause is not found."""
        number = span.line - 1
        name = next(iter(_QUOTED_NAME.findall(error.message)), "")
        if error.code in ("REF001", "CIT001"):
            name = name.removeprefix("@")
            # The target exists, but references to it are not supported.
            is_lost = error.code == "REF001" and f"#{name}" in self.all_texts
            return (is_lost and self._spell_out_reference(number, name)) or self._escape_citation(
                number, name
            )
        if error.code == "DIA002":
            return self._convert_diagram_to_code(number)
        line = _fix_line(self.lines[number], span.column - 1, error.code, name)
        if line != self.lines[number]:
            self.lines[number], self._masked[number] = line, mask_formulas(line)
            return True
        if error.code != "CHT001" or not self._has_chart_classes:
            return False
        before, self._has_chart_classes = self.lines, False  # an error without a name has no exact position
        self.lines = [_OPENING.sub(lambda match: _DATA_CLASS.sub("", match.group()), old) for old in before]
        return self.lines != before

    def _iter_nearby_indices(self, number: int) -> Iterator[int]:
        """Yield indices of nearby lines: from index ``number`` forwards, then from before it backwards."""
        yield from range(number, min(number + _SEARCH_DISTANCE, len(self.lines)))
        yield from range(number - 1, max(number - _SEARCH_DISTANCE, -1), -1)

    def _spell_out_reference(self, number: int, name: str) -> bool:
        """Replace the nearest reference to an id with text; return False if there is none."""
        for n in self._iter_nearby_indices(number):
            for match in CROSS_REFERENCE.finditer(self._masked[n]):
                if match.group(2) == name:
                    edit = spell_out_reference(match, self.labels)
                    for lines in (self.lines, self._masked):
                        lines[n] = f"{lines[n][: edit.start]}{edit.replacement}{lines[n][edit.end :]}"
                    return True
        return False

    def _escape_citation(self, number: int, name: str) -> bool:
        """Escape the nearest citation of a key, preferably in prose; return False if there is none."""
        key = re.compile(rf"(?<!\\)@\{{?{re.escape(name)}(?![\w-])")
        for lines in (self._masked, self.lines):
            for n in self._iter_nearby_indices(number):
                if match := key.search(lines[n]):
                    start = match.start()
                    self.lines[n] = f"{self.lines[n][:start]}\\{self.lines[n][start:]}"
                    self._masked[n] = f"{self._masked[n][:start]}{HIDDEN * 2}{self._masked[n][start + 1 :]}"
                    return True
        return False

    def _convert_diagram_to_code(self, number: int) -> bool:
        """Convert the first diagram near a line to a plain code block; return False if there is none."""
        for n in range(max(number - 1, 0), min(number + _SEARCH_DISTANCE, len(self.lines))):
            if match := _DIAGRAM.search(self.lines[n]):
                self.lines[n] = f"{self.lines[n][: match.end(1)]}text{self.lines[n][match.end() :]}"
                return True
        return False


def _fix_line(line: str, column: int, code: str, name: str) -> str:
    """Remove the cause of an error from a line; return the line unchanged if the cause is not found."""

    def is_target(url: str) -> bool:
        bare_url = url.strip().partition(' "')[0].strip("<>")
        return name in (bare_url, bare_url.replace(" ", "%20"))

    match code:
        case "REF002":
            line = line.replace(f"<{name}>", name)
            line = _LINK.sub(lambda m: m.group(1) if is_target(m.group(2)) else m.group(), line)
            return _ANCHOR.sub(lambda m: "<span>" if is_target(m.group(1)) else m.group(), line)
        case "IDS001":
            value = re.escape(name)
            return re.sub(rf"#{value}(?=[\s}}])|\s(?:id|name)=[\"']{value}[\"']", "", line)
        case "IMG001" | "IMG002" | "IMG003" | "SEC005":
            return _IMAGE.sub(lambda m: (m.group(1) or "") if name in m.group() else m.group(), line)
        case "CHT001" | "DAT001" | "DAT002" | "DAT003":  # a class for a website, not a chart or table
            return _DATA_CLASS.sub("", line)
        case "IDX001" | "IDX002" | "IDX003":
            return _INDEX_MARK.sub(lambda m: "" if name in m.group() else m.group(), line)
        case "LNT003":  # an undefined footnote
            return f"{line[:column]}\\{line[column:]}"
        case "INC001" | "INC002":
            return _SHORTCODE.sub(lambda m: "" if m.start() <= column < m.end() else m.group(), line)
    return line
