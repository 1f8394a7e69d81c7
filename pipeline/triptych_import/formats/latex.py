"""Import a LaTeX document, parsed by pandoc: a chapter, or a section of an article, becomes a chapter."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.processes.bounds import say_at
from triptych.engine.processes.limits import WORD
from triptych.engine.processes.pandoc import run_pandoc
from triptych.engine.processes.programs import ProgramFailed
from triptych.reading.pandoc import characters
from triptych.settings.names import slug
from triptych_import.book import Metadata, Piece, Section, SourceBook
from triptych_import.draft import Draft, Finding
from triptych_import.latex.tree import NOTES, THEOREMS, Adapter, Node
from triptych_import.outline.arrangement import named
from triptych_import.project import calendar_date
from triptych_import.refusals import no_book
from triptych_import.source import Source

LOOKS_FOR = "a LaTeX document (*.tex)"
_FORMAT = "markdown-simple_tables-multiline_tables-raw_attribute-implicit_figures"
_INPUT = re.compile(r"(?<!\\)%[^\n]*|\\(?:input|include|subfile)\s*\{([^{}]+)\}")
_LABEL = re.compile(r"\\label\{([^{}]*)\}|\blabel\s*=\s*\{?([^,{}\]\s]+)")
_THEOREM = re.compile(r"\\newtheorem\*?\{([^{}]+)\}(?:\[[^\]]*\])?\{([^{}]+)\}")
_FOLDERS = re.compile(r"\\graphicspath\{\s*((?:\{[^{}]*\}\s*)+)\}")
_SIDES = re.compile(r"\\(?:begin|end)\{flush(?:left|right)\}")
_BABEL = re.compile(
    r"\\usepackage\[([^\]]*)\]\{babel\}|\\set(?:default|main)language(?:\[[^\]]*\])?\{(\w+)\}"
)
_LANGUAGES = {
    "english": "en", "british": "en-GB", "UKenglish": "en-GB", "american": "en-US", "USenglish": "en-US",
    "german": "de", "ngerman": "de", "austrian": "de-AT", "naustrian": "de-AT", "french": "fr",
    "italian": "it", "portuguese": "pt", "brazilian": "pt-BR", "dutch": "nl", "swedish": "sv", "danish": "da",
    "norsk": "nb", "finnish": "fi", "polish": "pl", "czech": "cs", "russian": "ru", "greek": "el",
    "spanish": "es", "turkish": "tr",
}  # fmt: skip
_BRACED = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
# Frames of Beamer become sections with their text: pandoc keeps whole frames as LaTeX.
_FRAMES = [
    (re.compile(r"\\frame\s*\{\s*\\(?:titlepage|tableofcontents|maketitle)\s*\}"), ""),
    (re.compile(r"(\\(?:item|only|onslide|visible|uncover|alert|pause))\s*<[^<>\n]*>"), r"\1"),
    (re.compile(rf"\\frametitle(?:<[^<>]*>)?{_BRACED}"), "\n\\\\subsection{\\1}\n\n"),
    (re.compile(rf"\\begin\{{frame\}}(?:<[^<>]*>)?(?:\[[^\]]*\])?{_BRACED}"), "\n\\\\subsection{\\1}\n\n"),
    (
        re.compile(rf"\\note(?:<[^<>]*>)?(?:\[[^\]]*\])?{_BRACED}"),
        f"\n\n\\\\begin{{{NOTES}}}\\1\\\\end{{{NOTES}}}\n\n",
    ),
    (re.compile(r"\\(?:begin|end)\{(?:frame|columns)\}(?:\[[^\]]*\])?"), "\n\n"),
    (re.compile(r"\\begin\{column\}(?:\[[^\]]*\])?\{[^{}]*\}|\\end\{column\}"), "\n\n"),
]
_ENDINGS = ("", ".pdf", ".png", ".jpg", ".jpeg", ".svg", ".eps")
_DEEPEST = 8


def recognises(path: Path) -> bool:
    """Whether a file is a LaTeX file."""
    return path.is_file() and path.suffix.lower() in (".tex", ".latex")


def read(path: Path) -> SourceBook:
    """Read a LaTeX document → the book."""
    say_at(path.name)
    source = Source(path.parent)
    missing: list[str] = []
    text = _with_inputs(source.text(path.name) or "", source, missing)
    if "\\begin{document}" not in text:
        what = "the file contains no `\\begin{document}`"
        raise no_book("IMP001", Span(path=path.name), what, "pass the main file of the LaTeX document")
    found = [
        Finding(path=path.name, what=f'file "{name}" cannot be read', done="omitted") for name in missing
    ]
    try:
        theorems = {name: name.capitalize() for name in (*THEOREMS, NOTES)} | dict(_THEOREM.findall(text))
        declared = "".join(f"\\newtheorem{{{name}}}{{{title}}}\n" for name, title in theorems.items())
        readable = _THEOREM.sub("", _SIDES.sub("\n\n", text))
        for pattern, new in _FRAMES:
            readable = pattern.sub(new, readable)
        readable = readable.replace("\\begin{document}", f"{declared}\\begin{{document}}", 1)
        options = ["--sandbox", "-f", "latex+raw_tex", "-t", "json"]
        tree = json.loads(run_pandoc(options, readable.encode(), WORD))
        adapter = Adapter(
            path.name,
            labels=frozenset(one or other for one, other in _LABEL.findall(text)),
            theorems=theorems,
            find_picture=lambda name: _picture(name, text, source),
        )
        blocks = adapter.adapt(_without_appendix_marks(tree["blocks"]))
        has_parts = re.search(r"^[^%\n]*\\part\*?\{", text, re.MULTILINE) is not None
        chapters = [*_abstract(tree["meta"]), *_chapters(blocks, has_parts=has_parts)]
        sections = [_section(number, chapter, path) for number, chapter in enumerate(chapters, 1)]
    except ProgramFailed as failure:
        reason = " ".join(str(failure).split())[:300]
        hint = "correct the document so that LaTeX reads it without errors, or import it in parts"
        raise no_book("IMP002", Span(path=path.name), reason, hint) from None
    return SourceBook(
        metadata=_metadata(tree["meta"], text, path),
        sections=tuple(sections),
        findings=(*found, *adapter.findings()),
    )


def _with_inputs(text: str, source: Source, missing: list[str], depth: int = 0) -> str:
    """Insert the files that a text includes with ``\\input`` and ``\\include``."""

    def put_in(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()  # a comment
        name = match.group(1).strip()
        inner = None
        for ending in ("", ".tex"):
            if depth < _DEEPEST and inner is None:
                inner = source.text(posixpath.normpath(name + ending))
        if inner is None:
            missing.append(name)
            return ""
        return f"\n{_with_inputs(inner, source, missing, depth + 1)}\n"

    return _INPUT.sub(put_in, text)


def _picture(name: str, text: str, source: Source) -> str:
    """Return the path of a picture, with the folder and extension that LaTeX would find; PostScript last."""
    folders = ["", *re.findall(r"\{([^{}]*)\}", "".join(_FOLDERS.findall(text)))]
    stem = name.removesuffix(".eps")
    paths = (posixpath.normpath(posixpath.join(folder, stem + end)) for end in _ENDINGS for folder in folders)
    return next((path for path in paths if source.data(path) is not None), name)


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter: its blocks, beginning with its heading, and its place in the book."""

    blocks: list[Node]
    part: str = ""
    appendix: bool = False
    role: str = ""

    @property
    def title(self) -> str:
        """The text of its heading, "" for text before the first heading."""
        first = self.blocks[0]
        return characters(first["c"][2]) if first["t"] == "Header" else ""


_APPENDIX = "triptych-appendix"


def _without_appendix_marks(blocks: list[Node]) -> list[Node]:
    """Mark the position of ``\\appendix``, which pandoc puts into the preceding paragraph."""
    out: list[Node] = []
    for block in blocks:
        out.append(block)
        raw = [block["c"][1]] if block["t"] == "RawBlock" else []
        if block["t"] in ("Para", "Plain"):
            raw += [one["c"][1] for one in block["c"] if one["t"] == "RawInline"]
        if any(tex.strip().startswith("\\appendix") for tex in raw):
            out.append({"t": "Div", "c": [["", [_APPENDIX], []], []]})
    return out


def _chapters(blocks: list[Node], *, has_parts: bool) -> Iterator[_Chapter]:
    """Split the blocks at the headings that begin chapters; parts are headings of the level above."""
    levels = sorted({block["c"][0] for block in blocks if block["t"] == "Header"})
    part_level = levels[0] if has_parts and levels else 0
    level = next((one for one in levels if one > part_level), part_level + 1)
    part, appendix = "", False
    waiting: list[Node] = []

    def chapter() -> Iterator[_Chapter]:
        if any(block["t"] != "Para" or block["c"] for block in waiting):
            yield _Chapter(list(waiting), "" if appendix else part, appendix)
        waiting.clear()

    for block in blocks:
        if block["t"] == "Div" and _APPENDIX in block["c"][0][1]:
            yield from chapter()
            appendix = True
        elif block["t"] == "Header" and block["c"][0] <= level:
            yield from chapter()
            if block["c"][0] == part_level:
                part = characters(block["c"][2])
            else:
                waiting.append({"t": "Header", "c": [1, *block["c"][1:]]})
        elif block["t"] == "Header":
            waiting.append({"t": "Header", "c": [block["c"][0] - level + 1, *block["c"][1:]]})
        else:
            waiting.append(block)
    yield from chapter()


def _abstract(meta: dict[str, Any]) -> Iterator[_Chapter]:
    """Yield the abstract as a chapter of its own."""
    value = meta.get("abstract")
    if value and value["t"] == "MetaBlocks":
        heading = {"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": "Abstract"}]]}
        yield _Chapter([heading, *value["c"]], role="abstract")


def _section(number: int, chapter: _Chapter, path: Path) -> Section:
    """Return the section file of a chapter."""
    document = {"pandoc-api-version": [1, 23], "meta": {}, "blocks": chapter.blocks}
    options = ["--sandbox", "-f", "json", "-t", _FORMAT, "--wrap=none", "--reference-location=block"]
    text = run_pandoc(options, json.dumps(document).encode(), WORD).decode("utf-8")
    draft = Draft(path.name, text, (1,) * (text.count("\n") + 1))
    name = slug(chapter.title)[:60].strip("-")
    head: dict[str, str | bool | tuple[str, ...]] = {}
    if chapter.role:
        head["role"] = chapter.role
    return Section(
        path=f"{number:02}-{name}.md" if name else f"{number:02}.md",
        pieces=(Piece(draft=draft, title="" if chapter.title else "Opening"),),
        head=head,
        part=chapter.part,
        appendix=chapter.appendix,
    )


def _language(text: str) -> str:
    """Return the main language of a document: babel's last one, or polyglossia's; "" if unknown."""
    options = [name.strip() for one, other in _BABEL.findall(text) for name in (one or other).split(",")]
    return next((_LANGUAGES[name] for name in reversed(options) if name in _LANGUAGES), "")


def _metadata(meta: dict[str, Any], text: str, path: Path) -> Metadata:
    def words(value: Any) -> str:
        match value["t"]:
            case "MetaInlines":
                return characters(value["c"]).strip()
            case "MetaBlocks":
                if '"t": "Math"' in json.dumps(value):
                    return ""
                return " ".join(characters(block["c"]) for block in value["c"] if block["t"] == "Para")
            case "MetaString":
                return str(value["c"])
        return ""

    def several(key: str) -> tuple[str, ...]:
        value = meta.get(key)
        items = value["c"] if value and value["t"] == "MetaList" else [value] if value else []
        return tuple(text for item in items if (text := words(item)))

    said = {key: words(meta[key]) for key in ("title", "subtitle", "date", "lang", "abstract") if key in meta}
    bibliography = (name if name.endswith(".bib") else f"{name}.bib" for name in several("bibliography"))
    return Metadata(
        title=said.get("title") or named(path.stem),
        subtitle=said.get("subtitle", ""),
        authors=several("author"),
        date=calendar_date(said.get("date", "")),
        language=said.get("lang") or _language(text),
        description=said.get("abstract", ""),
        bibliography=tuple(bibliography),
    )
