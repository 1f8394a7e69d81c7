"""The project is read once before it is handed over: what would stop its build becomes something plain.

The importers aim at a source without errors. A book of another tool may still ask for what Triptych has no
equal of, such as a reference to a figure that is made of text. Its words then stand there without it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.engine.cache import Cache
from triptych.languages.labels import Labels, load_labels
from triptych.model.book import Book
from triptych.passes import resolve
from triptych.project import Project
from triptych.reading.book import read_book
from triptych.settings.reading import read_manifest
from triptych_import.chunks.executable import REFERENCE, in_words
from triptych_import.draft import Finding
from triptych_import.markdown.masking import HIDDEN, prose
from triptych_import.project import FORMATS
from triptych_import.references.links import TEXTS

SlideCounter: TypeAlias = Callable[[Book], int]  # estimates the slides of the deck of a book

_NEAR = 200  # lines in which what a fault names stands, as a paragraph may be long
_ROUNDS = 4  # one cure may bring another fault to light
_MOST_SLIDES = 200
_MANY_SLIDES = 150  # some may be continued on others, and parts have dividers
_FEW_SLIDES = f"\n  pptx: {{max-slides: {_MOST_SLIDES}}}\n"
_LINK = re.compile(
    r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*+)\)(\{[^{}\n]*\})?"
)
_ANCHOR = re.compile(r"<a\b(?=[^<>]*+>)[^<>]*\bhref\s*=\s*[\"']?([^\"'<>]*)[\"']?[^<>]*>", re.IGNORECASE)
_KINDS_OF_DATA = re.compile(r"\.(?:chart|table)\b")
_PICTURE = re.compile(
    r"!\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*+)\)(?:\{[^{}\n]*\})?|<img\b[^<>]*>"
)
_OPENING = re.compile(r"^[ \t]*:{3,}[ \t]*\{[^{}\n]*\.chart\b[^{}\n]*\}", re.MULTILINE)
_INDEX_MARK = re.compile(r"\\index\{(?:[^{}]|\{[^{}]*\})*\}")
_DIAGRAM = re.compile(
    r"^([ \t]*(?:`{3,}|~{3,})[ \t]*(?:\{[ \t]*\.?)?)(?:mermaid|dot|graphviz)\b", re.MULTILINE
)
_SHORTCODE = re.compile(r"\{\{<(?:(?!\{\{<)[^\n])*?>\}\}")
_QUOTED = re.compile(r"[\"`]([^\"`]+)[\"`]")


def proved(
    files: Mapping[str, bytes], count_slides: SlideCounter | None = None
) -> tuple[dict[str, bytes], list[Finding]]:
    """The files of a project → the same without what is an error in them, and what was taken out."""
    files, told = dict(files), list[Finding]()
    with tempfile.TemporaryDirectory(prefix="triptych-") as name:
        cache = Cache(Path(name) / "cache")
        folder = Path(name) / "project"
        for _ in range(_ROUNDS):
            for path, data in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            changed, (left, slides, labels) = False, _read(folder, cache, count_slides)
            whole = b"\n".join(data for path, data in files.items() if path.endswith(TEXTS)).decode()
            for path, faults in left.items():
                if path not in files or not path.endswith(TEXTS):
                    continue
                text, found = _cured(files[path].decode(), faults, labels, whole)
                told += found
                changed = changed or bool(found)
                files[path] = text.encode()
            if not changed:
                told += _left(chain.from_iterable(left.values()))
                break
    files, told = _with_formulas_kept(files, chain.from_iterable(left.values()), told)
    return _with_few_slides(files, slides, told)


def _left(faults: Iterable[tuple[Span, Diagnostic]]) -> Iterator[Finding]:
    """What is told of errors that nothing is known against."""
    done = "not fixed, so builds fail with this error"
    return (_told(span, fault, done) for span, fault in faults if fault.code != "MTH001")


def _told(span: Span, fault: Diagnostic, done: str) -> Finding:
    return Finding(path=span.path, line=span.line, column=span.column, what=fault.message, done=done)


def _with_formulas_kept(
    files: dict[str, bytes], faults: Iterable[tuple[Span, Diagnostic]], told: list[Finding]
) -> tuple[dict[str, bytes], list[Finding]]:
    """Formulas that are not understood stand as their TeX, which the manifest has to ask for."""
    done = "printed as TeX with `math: keep`"
    kept = [_told(span, fault, done) for span, fault in faults if fault.code == "MTH001"]
    if kept:
        files["source/book.yaml"] += b"math: keep\n"
    return files, [*told, *kept]


def _with_few_slides(
    files: dict[str, bytes], slides: int, told: list[Finding]
) -> tuple[dict[str, bytes], list[Finding]]:
    """A deck of more slides than anybody shows is limited, which the manifest says."""
    if slides <= _MANY_SLIDES:
        return files, told
    manifest = files["source/book.yaml"].decode()
    manifest += "" if "\nformat:\n" in manifest else FORMATS
    files["source/book.yaml"] = manifest.replace("\n  pptx: default\n", _FEW_SLIDES).encode()
    if slides <= _MOST_SLIDES:
        return files, told
    what = f"the deck would have about {slides // 10 * 10} slides"
    done = f"limited to {_MOST_SLIDES} with `max-slides`, without the least important content"
    return files, [*told, Finding(path="source/book.yaml", what=what, done=done)]


def _read(
    folder: Path, cache: Cache, count_slides: SlideCounter | None
) -> tuple[dict[str, list[tuple[Span, Diagnostic]]], int, Labels]:
    """The errors of a project with a place, by file, how many slides it makes, and words in its language."""
    project = Project(folder, environ={})
    manifest, positions, found = read_manifest(project, ())
    if manifest is None:
        return {}, 0, load_labels("en")
    book, problems = read_book(project, manifest, positions, cache)
    labels = load_labels(manifest.language)
    book, more = resolve(book, labels)
    out: dict[str, list[tuple[Span, Diagnostic]]] = {}
    for fault in [*found, *problems, *more]:
        if fault.severity is Severity.ERROR and fault.span is not None:
            out.setdefault(fault.span.path, []).append((fault.span, fault))
    return out, count_slides(book) if count_slides else 0, labels


def _cured(
    text: str, faults: list[tuple[Span, Diagnostic]], labels: Labels, whole: str
) -> tuple[str, list[Finding]]:
    """A text with its faults taken out, from its end to its beginning so that places stay true.

    ``whole`` are all texts of the book.
    """
    told = []
    lines, masked = text.split("\n"), prose(text).split("\n")
    charts = True
    for span, fault in sorted(faults, key=lambda item: item[0], reverse=True):
        number = span.line - 1
        if fault.code in ("REF001", "CIT001"):
            name = _named(fault).removeprefix("@")
            gone = fault.code == "REF001" and f"#{name}" in whole  # what is called so shows nothing any more
            cured = gone and _in_words(lines, masked, number, name, labels)
            cured = cured or _escaped(lines, masked, number, name)
        elif fault.code == "DIA002":
            cured = _as_code(lines, number)
        else:
            line = _cure(lines[number], span.column - 1, fault)
            cured = line != lines[number]
            lines[number], masked[number] = (line, prose(line)) if cured else (line, masked[number])
            if not cured and charts and fault.code == "CHT001":  # what has no name is not always found
                before, charts = lines, False
                lines = [_OPENING.sub(_plainly, old) for old in before]
                cured = lines != before
        if cured:
            told.append(_told(span, fault, "removed, keeping its text"))
    return "\n".join(lines), told


def _plainly(match: re.Match[str]) -> str:
    """An opening mark without what asks for a chart."""
    return _KINDS_OF_DATA.sub("", match.group())


def _named(fault: Diagnostic) -> str:
    """What a message names first, without its quotation marks."""
    return next(iter(_QUOTED.findall(fault.message)), "")


def _near(number: int, lines: list[str]) -> list[int]:
    """The numbers of lines in which something stands that was told of one of them, the likeliest first."""
    behind = range(number, min(number + _NEAR, len(lines)))
    return [*behind, *range(number - 1, max(number - _NEAR, -1), -1)]


def _in_words(lines: list[str], masked: list[str], number: int, name: str, labels: Labels) -> bool:
    """Put words in the place of the first reference to something, near a line; whether there is one."""
    for n in _near(number, lines):
        for match in REFERENCE.finditer(masked[n]):
            if match.group(2) == name:
                new = in_words(match, labels)
                lines[n], masked[n] = (
                    f"{line[: new.start]}{new.new}{line[new.end :]}" for line in (lines[n], masked[n])
                )
                return True
    return False


def _escaped(lines: list[str], masked: list[str], number: int, name: str) -> bool:
    """Put a backslash before the first ``@`` of a key in prose, from a line on; whether there is one."""
    key = re.compile(rf"(?<!\\)@\{{?{re.escape(name)}(?![\w-])")
    around = _near(number, lines)
    tries = ((text, n) for text, places in ((masked, around), (lines, around)) for n in places)
    for text, n in tries:
        if match := key.search(text[n]):
            lines[n] = f"{lines[n][: match.start()]}\\{lines[n][match.start() :]}"
            masked[n] = f"{masked[n][: match.start()]}{HIDDEN * 2}{masked[n][match.start() + 1 :]}"
            return True
    return False


def _as_code(lines: list[str], number: int) -> bool:
    """Make a listing of the diagram at a line or next to it; whether there is one."""
    for n in range(max(number - 1, 0), min(number + _NEAR, len(lines))):
        if match := _DIAGRAM.search(lines[n]):
            lines[n] = f"{lines[n][: match.end(1)]}text{lines[n][match.end() :]}"
            return True
    return False


def _cure(line: str, place: int, fault: Diagnostic) -> str:
    """A line without what an error is about; as it was where that cannot be told."""
    name = _named(fault)
    match fault.code:
        case "REF002":
            line = line.replace(f"<{name}>", name)
            line = _LINK.sub(lambda m: m.group(1) if _same(m.group(2), name) else m.group(), line)
            return _ANCHOR.sub(lambda m: "<span>" if _same(m.group(1), name) else m.group(), line)
        case "IDS001":
            return re.sub(
                rf"#{re.escape(name)}(?=[\s}}])|\s(?:id|name)=[\"']{re.escape(name)}[\"']", "", line
            )
        case "IMG001" | "IMG002" | "IMG003" | "SEC005":
            return _PICTURE.sub(lambda m: (m.group(1) or "") if name in m.group() else m.group(), line)
        case "CHT001" | "DAT001" | "DAT002" | "DAT003":  # a class of the web site's that means more here
            return _KINDS_OF_DATA.sub("", line)
        case "IDX001" | "IDX002" | "IDX003":
            return _INDEX_MARK.sub(lambda m: "" if name in m.group() else m.group(), line)
        case "LNT003":  # a note without its text is read as the words that it is written with
            return f"{line[:place]}\\{line[place:]}"
        case "INC001" | "INC002":
            return _SHORTCODE.sub(lambda m: "" if m.start() <= place < m.end() else m.group(), line)
    return line


def _same(written: str, name: str) -> bool:
    """Whether an address in Markdown is the one that a message names."""
    bare = written.strip().partition(' "')[0].strip("<>")
    return name in (bare, bare.replace(" ", "%20"))
