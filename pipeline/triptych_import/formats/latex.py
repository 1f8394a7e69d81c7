"""Import LaTeX documents, parsed by pandoc. Chapters (in an article: sections) become chapters."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.processes.limits import WORD_LIMITS, report_position
from triptych.engine.processes.programs import ProgramError, run_pandoc
from triptych.reading.pandoc import extract_plain_text, rewrite_tree
from triptych.settings.values import make_slug
from triptych_import.book import (
    STATEMENT_PREFIXES,
    Draft,
    ImportFailedError,
    ImportFinding,
    Metadata,
    SectionFile,
    SourceBook,
    SourceText,
)
from triptych_import.chapters import make_title
from triptych_import.formats.docx_tree import walk_tree
from triptych_import.formulas import LATEX_COMMANDS
from triptych_import.project import parse_date
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "a LaTeX document (*.tex)"
_FORMAT = "markdown-simple_tables-multiline_tables-raw_attribute-implicit_figures"
_INPUT = re.compile(r"(?<!\\)%[^\n]*|\\(?:input|include|subfile)\s*\{([^{}]+)\}")
_ANY_LABEL = re.compile(r"\\label\{([^{}]*)\}|\blabel\s*=\s*\{?([^,{}\]\s]+)")
_THEOREM = re.compile(r"\\newtheorem\*?\{([^{}]+)\}(?:\[[^\]]*\])?\{([^{}]+)\}")
_FOLDERS = re.compile(r"\\graphicspath\{\s*((?:\{[^{}]*\}\s*)+)\}")
_SIDES = re.compile(r"\\(?:begin|end)\{flush(?:left|right)\}")
_BABEL = re.compile(
    r"\\usepackage\[([^\]]*)\]\{babel\}|\\set(?:default|main)language(?:\[[^\]]*\])?\{(\w+)\}"
)
_LANGUAGES = LATEX_COMMANDS["languages"]
NOTES_ENVIRONMENT = "speakernotes"  # the environment for Beamer's speaker notes
_BRACED = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
# Beamer frames become sections, since pandoc would keep whole frames as raw LaTeX.
_FRAMES = [
    (re.compile(r"\\frame\s*\{\s*\\(?:titlepage|tableofcontents|maketitle)\s*\}"), ""),
    (re.compile(r"(\\(?:item|only|onslide|visible|uncover|alert|pause))\s*<[^<>\n]*>"), r"\1"),
    (re.compile(rf"\\frametitle(?:<[^<>]*>)?{_BRACED}"), "\n\\\\subsection{\\1}\n\n"),
    (re.compile(rf"\\begin\{{frame\}}(?:<[^<>]*>)?(?:\[[^\]]*\])?{_BRACED}"), "\n\\\\subsection{\\1}\n\n"),
    (
        re.compile(rf"\\note(?:<[^<>]*>)?(?:\[[^\]]*\])?{_BRACED}"),
        f"\n\n\\\\begin{{{NOTES_ENVIRONMENT}}}\\1\\\\end{{{NOTES_ENVIRONMENT}}}\n\n",
    ),
    (re.compile(r"\\(?:begin|end)\{(?:frame|columns)\}(?:\[[^\]]*\])?"), "\n\n"),
    (re.compile(r"\\begin\{column\}(?:\[[^\]]*\])?\{[^{}]*\}|\\end\{column\}"), "\n\n"),
]
_ENDINGS = ("", ".pdf", ".png", ".jpg", ".jpeg", ".svg", ".eps")
_MAX_DEPTH = 8


def can_read(path: Path) -> bool:
    """Return whether a file is a LaTeX file."""
    return path.is_file() and path.suffix.lower() in (".tex", ".latex")


def read_book(path: Path) -> SourceBook:
    """Read the book from a LaTeX document."""
    report_position(path.name)
    source = SourceFiles(path.parent)
    missing: list[str] = []
    text = _insert_included_files(source.read_text(path.name) or "", source, missing)
    if "\\begin{document}" not in text:
        message = "the file contains no `\\begin{document}`"
        raise ImportFailedError(
            "IMP001", Span(path=path.name), message, "pass the main file of the LaTeX document"
        )
    theorems = {name: name.capitalize() for name in (*STATEMENT_PREFIXES, NOTES_ENVIRONMENT)} | dict(
        _THEOREM.findall(text)
    )
    theorem_definitions = "".join(f"\\newtheorem{{{name}}}{{{title}}}\n" for name, title in theorems.items())
    readable = _THEOREM.sub("", _SIDES.sub("\n\n", text))
    for pattern, new in _FRAMES:
        readable = pattern.sub(new, readable)
    readable = readable.replace("\\begin{document}", f"{theorem_definitions}\\begin{{document}}", 1)
    adapter = LatexAdapter(
        path.name,
        labels=frozenset(label or other for label, other in _ANY_LABEL.findall(text)),
        theorems=theorems,
        find_image=lambda name: _find_image(name, text, source),
    )
    try:
        options = ["--sandbox", "-f", "latex+raw_tex", "-t", "json"]
        tree = json.loads(run_pandoc(options, readable.encode(), WORD_LIMITS))
        blocks = adapter.convert_blocks(_insert_appendix_marker(tree["blocks"]))
        has_parts = re.search(r"^[^%\n]*\\part\*?\{", text, re.MULTILINE) is not None
        chapters = list(_split_chapters(blocks, has_parts=has_parts))
        abstract = tree["meta"].get("abstract")
        if abstract and abstract["t"] == "MetaBlocks":
            heading = {"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": "Abstract"}]]}
            chapters.insert(0, _Chapter([heading, *abstract["c"]], role="abstract"))
        sections = [_convert_chapter(number, chapter, path) for number, chapter in enumerate(chapters, 1)]
    except ProgramError as failure:
        reason = " ".join(str(failure).split())[:300]
        hint = "correct the document so that LaTeX reads it without errors, or import it in parts"
        raise ImportFailedError("IMP002", Span(path=path.name), reason, hint) from None
    findings = [
        ImportFinding(path=path.name, message=f'file "{name}" cannot be read', action="omitted")
        for name in missing
    ]
    metadata = _read_metadata(tree["meta"], text, path)
    return SourceBook(
        metadata=metadata, sections=tuple(sections), findings=(*findings, *adapter.list_findings())
    )


def _insert_included_files(text: str, source: SourceFiles, missing_files: list[str], depth: int = 0) -> str:
    r"""Replace each ``\input``, ``\include`` or ``\subfile`` command with the text of its file.

    If a file cannot be read, or if files are nested too deeply, the command is removed and the file name is
    added to ``missing_files``.
    """

    def insert_file(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()  # a comment
        name = match.group(1).strip()
        paths = (posixpath.normpath(name + ending) for ending in ("", ".tex")) if depth < _MAX_DEPTH else ()
        inner = next((text for path in paths if (text := source.read_text(path)) is not None), None)
        if inner is None:
            missing_files.append(name)
            return ""
        return f"\n{_insert_included_files(inner, source, missing_files, depth + 1)}\n"

    return _INPUT.sub(insert_file, text)


def _find_image(name: str, text: str, source: SourceFiles) -> str:
    """Return the path where LaTeX would find an image, or ``name`` if it would not find one.

    Folders and extensions are added if needed; EPS is tried last.
    """
    folders = ["", *re.findall(r"\{([^{}]*)\}", "".join(_FOLDERS.findall(text)))]
    stem = name.removesuffix(".eps")
    paths = (posixpath.normpath(posixpath.join(folder, stem + end)) for end in _ENDINGS for folder in folders)
    return next((path for path in paths if source.read_bytes(path) is not None), name)


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter: its pandoc blocks, starting with its heading if there is one, its part and its role."""

    blocks: list[Node]
    part: str = ""
    is_appendix: bool = False
    role: str = ""

    @property
    def title(self) -> str:
        """The text of the chapter's heading, or "" for content before the first heading."""
        first = self.blocks[0]
        return extract_plain_text(first["c"][2]) if first["t"] == "Header" else ""


_APPENDIX = "triptych-appendix"


def _insert_appendix_marker(blocks: list[Node]) -> list[Node]:
    r"""Insert a marker div for ``\appendix``, which pandoc parses as part of the preceding paragraph."""
    out: list[Node] = []
    for block in blocks:
        out.append(block)
        raw = [block["c"][1]] if block["t"] == "RawBlock" else []
        if block["t"] in ("Para", "Plain"):
            raw += [inline["c"][1] for inline in block["c"] if inline["t"] == "RawInline"]
        if any(tex.strip().startswith("\\appendix") for tex in raw):
            out.append({"t": "Div", "c": [["", [_APPENDIX], []], []]})
    return out


def _split_chapters(blocks: list[Node], *, has_parts: bool) -> Iterator[_Chapter]:
    """Split pandoc blocks at chapter headings.

    If ``has_parts`` is True, headings one level above begin parts.
    """
    levels = sorted({block["c"][0] for block in blocks if block["t"] == "Header"})
    part_level = levels[0] if has_parts and levels else 0
    level = next((candidate for candidate in levels if candidate > part_level), part_level + 1)
    part, appendix = "", False
    waiting: list[Node] = []

    def finish_chapter() -> Iterator[_Chapter]:
        if any(block["t"] != "Para" or block["c"] for block in waiting):
            yield _Chapter(list(waiting), "" if appendix else part, appendix)
        waiting.clear()

    for block in blocks:
        if block["t"] == "Div" and _APPENDIX in block["c"][0][1]:
            yield from finish_chapter()
            appendix = True
        elif block["t"] == "Header" and block["c"][0] <= level:
            yield from finish_chapter()
            if block["c"][0] == part_level:
                part = extract_plain_text(block["c"][2])
            else:
                waiting.append({"t": "Header", "c": [1, *block["c"][1:]]})
        elif block["t"] == "Header":
            waiting.append({"t": "Header", "c": [block["c"][0] - level + 1, *block["c"][1:]]})
        else:
            waiting.append(block)
    yield from finish_chapter()


def _convert_chapter(number: int, chapter: _Chapter, path: Path) -> SectionFile:
    """Convert the pandoc blocks of a chapter to a section file."""
    document = {"pandoc-api-version": [1, 23], "meta": {}, "blocks": chapter.blocks}
    options = ["--sandbox", "-f", "json", "-t", _FORMAT, "--wrap=none", "--reference-location=block"]
    text = run_pandoc(options, json.dumps(document).encode(), WORD_LIMITS).decode("utf-8")
    name = make_slug(chapter.title)[:60].strip("-")
    draft = Draft(path.name, text, (1,) * (text.count("\n") + 1))
    return SectionFile(
        path=f"{number:02}-{name}.md" if name else f"{number:02}.md",
        source_texts=(SourceText(draft=draft, title="" if chapter.title else "Opening"),),
        front_matter={"role": chapter.role} if chapter.role else {},
        part=chapter.part,
        is_appendix=chapter.is_appendix,
    )


def _read_metadata(meta: dict[str, Any], text: str, path: Path) -> Metadata:
    def read_words(value: Any) -> str:
        match value["t"]:
            case "MetaInlines":
                return extract_plain_text(value["c"]).strip()
            case "MetaBlocks" if '"t": "Math"' not in json.dumps(value):
                return " ".join(
                    extract_plain_text(block["c"]) for block in value["c"] if block["t"] == "Para"
                )
            case "MetaString":
                return str(value["c"])
        return ""

    def read_list(key: str) -> tuple[str, ...]:
        value = meta.get(key)
        items = value["c"] if value and value["t"] == "MetaList" else [value] if value else []
        return tuple(words for item in items if (words := read_words(item)))

    values = {
        key: read_words(meta[key]) for key in ("title", "subtitle", "date", "lang", "abstract") if key in meta
    }
    # The main language is the last language loaded by babel, or polyglossia's main language.
    options = [
        name.strip()
        for first_options, other in _BABEL.findall(text)
        for name in (first_options or other).split(",")
    ]
    language = next((_LANGUAGES[name] for name in reversed(options) if name in _LANGUAGES), "")
    bibliography = (name if name.endswith(".bib") else f"{name}.bib" for name in read_list("bibliography"))
    return Metadata(
        title=values.get("title") or make_title(path.stem),
        subtitle=values.get("subtitle", ""),
        authors=read_list("author"),
        date=parse_date(values.get("date", "")),
        language=values.get("lang") or language,
        description=values.get("abstract", ""),
        bibliography=tuple(bibliography),
    )


Node = dict[str, Any]

_PREFIX = re.compile(
    r"^(?:fig|figure|tab|tbl|table|eq|eqn|equ|sec|sect|section|subsec|ssec|ch|chap|chapter|part|app|appendix|"
    r"lst|listing|code|thm|theorem|lem|lemma|cor|prop|prp|def|defn|dfn|ex|exm|exa|rem|alg)[:_.-]+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
# References in LaTeX's kernel, hyperref, varioref and cleveref, with those of Triptych.
_REFERENCES = {
    **{name: name for name in ("ref", "eqref", "autoref", "cref", "Cref", "pageref")},
    **dict.fromkeys(("vref", "Vref", "nameref", "namecref", "nameCref", "lcnamecref"), "autoref"),
    **dict.fromkeys(("labelcref", "subref"), "ref"),
    **dict.fromkeys(("cpageref", "Cpageref", "autopageref", "vpageref"), "pageref"),
}
_RANGES = {"labelcref": "ref", "vref": "autoref", "cref": "cref", "Cref": "Cref"}
_RANGES |= dict.fromkeys(("cpageref", "Cpageref", "vpageref"), "pageref")
_REFERENCE = re.compile(
    rf"\\({'|'.join(_REFERENCES)})\*?\{{([^{{}}]*)\}}"
    rf"|\\({'|'.join(_RANGES)})range\*?\{{([^{{}}]*)\}}\{{([^{{}}]*)\}}"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_LAST_ARGUMENT = re.compile(r"\{([^{}\\]*)\}\s*$")
_ENVIRONMENT = re.compile(r"\\begin\{([^{}]*)\}")
_WIDTH = re.compile(r"^(\d*\.?\d*)\s*\\(?:text|line|column|paper|h)(?:width|size)$")
_LENGTH = re.compile(r"^\d*\.?\d+(?:mm|cm|in|pt|%)$")
_NAME_LEVEL = 2  # of headings that name theorems
_REMOVED = frozenset(LATEX_COMMANDS["removed"]["commands"].split())
_KEPT_COMMANDS = ("\\index{", "\\sindex{")


@dataclass(slots=True)
class LatexAdapter:
    """Adapts pandoc's tree of a LaTeX document to Triptych's Markdown, and counts unsupported commands.

    ``labels`` are the labels in the source. ``theorems`` maps theorem environments to their printed titles.
    ``find_image`` returns the path of an image; in the source, the name of an image may have no extension.
    ``ids_by_label`` maps labels to ids. ``omitted_counts`` counts omitted commands, and ``kept_counts``
    environments kept as code, by the message to report.
    """

    file_name: str
    labels: frozenset[str]
    theorems: Mapping[str, str]
    find_image: Callable[[str], str]
    ids_by_label: dict[str, str] = field(default_factory=dict)
    omitted_counts: Counter[str] = field(default_factory=Counter)
    kept_counts: Counter[str] = field(default_factory=Counter)

    def convert_blocks(self, blocks: list[Node]) -> list[Node]:
        """Return pandoc blocks with ids, figures, theorems and references as in Triptych's Markdown."""
        adapted: list[Node] = rewrite_tree(rewrite_tree(blocks, self._convert_block), self._convert_inline)
        return rewrite_tree(rewrite_tree(adapted, self._convert_reference), _isolate_displayed_formulas)  # type: ignore[no-any-return]

    def list_findings(self) -> Iterator[ImportFinding]:
        """Yield findings for omitted commands and for environments kept as code."""
        for counts, action in (
            (self.omitted_counts, "omitted, keeping its text"), (self.kept_counts, "kept as a code block")
        ):  # fmt: skip
            for message, count in counts.items():
                times = "" if count == 1 else f" ({count} times)"
                yield ImportFinding(path=self.file_name, message=f"{message}{times}", action=action)

    def _make_id(self, label: str, kind: str) -> str:
        """Return the id for a LaTeX label, with a prefix such as ``fig``, or "" for an empty label."""
        if not label:
            return ""
        bare_label = re.sub(r"[^\w-]+", "-", _PREFIX.sub("", label)).strip("-") or "x"
        unique_id, number = f"{kind}-{bare_label}", 2
        while unique_id in self.ids_by_label.values() and self.ids_by_label.get(label) != unique_id:
            unique_id, number = f"{kind}-{bare_label}-{number}", number + 1
        return self.ids_by_label.setdefault(label, unique_id)

    def _convert_block(self, node: Node) -> list[Node] | None:
        """Return the replacement of a block, or None if only its inner blocks need to be adapted."""
        content: Any = node.get("c")
        match node.get("t"):
            case "Header":
                level, (label, classes, _), inlines = content
                identifier = self._make_id(label, "sec") if label in self.labels else ""
                return [{"t": "Header", "c": [level, [identifier, classes, []], inlines]}]
            case "Figure":
                return self._convert_figure(content)
            case "Div":
                return self._convert_div(content)
            case "Table" if content and (label := _take_caption_label(content[1][1])):
                return [{"t": "Div", "c": [[self._make_id(label, "tbl"), [], []], [node]]}]
            case "CodeBlock":
                (label, classes, pairs), code = content
                captions = [["lst-cap", value] for key, value in pairs if key == "caption"]
                identifier = self._make_id(label, "lst") if label in self.labels else ""
                return [{"t": "CodeBlock", "c": [[identifier, classes, captions], code]}]
            case "RawBlock":
                return self._convert_raw_block(content[1])
        return None

    def _convert_figure(self, content: Any) -> list[Node]:
        (label, _, _), (_, caption_blocks), blocks = content
        label = _take_caption_label(caption_blocks) or label
        caption = [inline for block in caption_blocks for inline in block.get("c", [])]
        inner = rewrite_tree(blocks, self._convert_block)
        images = [node for node in walk_tree(inner) if node.get("t") == "Image"]
        has_panels = any(node.get("t") == "Figure" for node in walk_tree(blocks))
        identifier = self._make_id(label, "fig")
        if len(images) == 1 and not has_panels:
            (_, _, pairs), _, (source, title) = images[0]["c"]
            return [
                _make_paragraph([{"t": "Image", "c": [[identifier, [], pairs], caption, [source, title]]}])
            ]
        if not has_panels:
            inner = [_make_paragraph([image]) for image in images] or inner
        columns = [["layout-ncol", "2"]] if len(images) > 1 else []
        caption_paragraphs = [_make_paragraph(caption)] if caption else []
        return [{"t": "Div", "c": [[identifier, [], columns], [*inner, *caption_paragraphs]]}]

    def _convert_div(self, content: Any) -> list[Node]:
        (label, classes, _), blocks = content
        blocks = rewrite_tree(blocks, self._convert_block)
        if any(block.get("t") == "Table" for block in blocks):
            return [{"t": "Div", "c": [[self._make_id(label, "tbl"), [], []], blocks]}] if label else blocks
        if "proof" in classes:
            return [{"t": "Div", "c": [["", ["proof"], []], _strip_proof_heading(blocks)]}]
        theorem_class = next((name for name in classes if name in self.theorems), "")
        title = self.theorems.get(theorem_class, theorem_class).split(" ")[0].lower()
        if theorem_class == NOTES_ENVIRONMENT:
            return [{"t": "Div", "c": [["", ["notes"], []], _parse_theorem(blocks)[0]]}]
        if title not in STATEMENT_PREFIXES:
            return [{"t": "Div", "c": [[label if label in self.labels else "", classes, []], blocks]}]
        blocks, name, inner_label = _parse_theorem(blocks)
        identifier = self._make_id(label or inner_label, STATEMENT_PREFIXES[title])
        if all(inline.get("t") in ("Str", "Space", "SoftBreak") for inline in name):
            pairs = [["name", extract_plain_text(name)]] if name else []
            return [{"t": "Div", "c": [[identifier, [title], pairs], blocks]}]
        heading = {"t": "Header", "c": [_NAME_LEVEL, ["", [], []], name]}
        return [{"t": "Div", "c": [[identifier, [title], []], [heading, *blocks]]}]

    def _convert_raw_block(self, tex: str) -> list[Node]:
        environment = _ENVIRONMENT.match(tex)
        if environment is None:
            inlines = self._convert_raw_inline(tex)
            return [_make_paragraph(inlines)] if inlines else []
        self.kept_counts[f"unsupported LaTeX environment {environment.group(1)}"] += 1
        return [{"t": "CodeBlock", "c": [["", ["latex"], []], tex.strip()]}]

    def _convert_inline(self, node: Node) -> list[Node] | None:
        content: Any = node.get("c")
        match node.get("t"):
            case "Image":
                (_, classes, pairs), alt, (source, title) = content
                widths = [
                    width for key, value in pairs if key == "width" and (width := _convert_width(value))
                ]
                attr = [content[0][0], classes, [["width", width] for width in widths]]
                alt = [] if extract_plain_text(alt) == "image" else alt
                return [{"t": "Image", "c": [attr, alt, [self.find_image(source), title]]}]
            case "Cite":  # pandoc repeats the citation command as content
                return [{"t": "Cite", "c": [content[0], [{"t": "Str", "c": "?"}]]}]
            case "Math":
                return [{"t": "Math", "c": [content[0], self._convert_formula(content[1])]}]
            case "Span":
                (_, _, pairs), inlines = content
                keys = {key for key, _ in pairs}
                if "acronym-label" in keys:
                    self.omitted_counts["reference to a glossary"] += 1
                    return list(inlines)
                return rewrite_tree(inlines, self._convert_inline) if "label" in keys else None
            case "Link":
                kind = next((value for key, value in content[0][2] if key == "reference-type"), "")
                label = next((value for key, value in content[0][2] if key == "reference"), "")
                return [_make_raw_markdown(f"\\{kind.split('+')[0]}{{{label}}}")] if kind else None
            case "RawInline":
                return self._convert_raw_inline(content[1])
        return None

    def _convert_formula(self, tex: str) -> str:
        """Replace the labels of a formula and of its rows with ids."""
        return _LABEL.sub(lambda match: f"\\label{{{self._make_id(match[1], 'eq')}}}", tex)

    def _convert_raw_inline(self, tex: str) -> list[Node]:
        if tex.startswith(_KEPT_COMMANDS) or _REFERENCE.fullmatch(tex.strip()):
            return [_make_raw_markdown(tex.strip())]
        command = _COMMAND.match(tex)
        if command and command.group(1) in _REMOVED:
            return []
        self.omitted_counts[f"LaTeX command {command.group() if command else tex[:20]}"] += 1
        words = _LAST_ARGUMENT.search(tex)
        return [{"t": "Str", "c": words.group(1)}] if words else []

    def _convert_reference(self, node: Node) -> list[Node] | None:
        """Replace the labels in a reference with ids, once all labels have been collected."""
        if node.get("t") != "RawInline" or not (match := _REFERENCE.fullmatch(node["c"][1])):
            return None
        command, labels, range_command, first, last = match.groups()
        if range_command:
            name = _RANGES[range_command]
            numbers = "pageref" if name == "pageref" else "ref"
            return [*self._refer(name, first), {"t": "Str", "c": "–"}, *self._refer(numbers, last)]
        out: list[Node] = []
        for label in labels.split(","):
            out += [{"t": "Str", "c": ","}, {"t": "Space"}] if out else []
            out += self._refer(_REFERENCES[command], label)
        return out

    def _refer(self, command: str, label: str) -> list[Node]:
        """Return a reference of Triptych to a LaTeX label, or the label if it is unknown."""
        identifier = self.ids_by_label.get(label.strip())
        if identifier:
            return [_make_raw_markdown(f"\\{command}{{{identifier}}}")]
        self.omitted_counts[f'reference to the unknown label "{label.strip()}"'] += 1
        return [{"t": "Str", "c": label.strip()}]


def _isolate_displayed_formulas(node: Node) -> list[Node] | None:
    """Put each displayed formula of a paragraph on separate lines."""
    if node.get("t") not in ("Para", "Plain") or not any(map(_is_displayed_formula, node["c"])):
        return None
    out: list[Node] = []
    for inline in node["c"]:
        after = bool(out) and _is_displayed_formula(out[-1])
        if inline["t"] in ("Space", "SoftBreak") and (not out or after):
            continue
        if _is_displayed_formula(inline):
            while out and out[-1]["t"] in ("Space", "SoftBreak"):
                out.pop()
        if out and (after or _is_displayed_formula(inline)):
            out.append(_make_raw_markdown("\n"))
        out.append(inline)
    return [{**node, "c": out}]


def _is_displayed_formula(inline: Node) -> bool:
    return bool(inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath")


def _make_paragraph(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _make_raw_markdown(text: str) -> Node:
    """Return a raw inline that pandoc writes to Markdown unchanged."""
    return {"t": "RawInline", "c": ["markdown", text]}


def _convert_width(value: str) -> str:
    """Return a width in the units of Triptych's Markdown, or "" for unsupported units."""
    if match := _WIDTH.match(value.strip()):
        return f"{round(float(match.group(1) or 1) * 100)}%"
    return value if _LENGTH.match(value) else ""


def _strip_proof_heading(blocks: list[Node]) -> list[Node]:
    """Remove the word "Proof." and the end mark from a proof, since Triptych prints both."""

    def is_end_mark(node: Node) -> bool:
        return node.get("t") == "Str" and node["c"].strip("\u00a0") == "\u25fb"

    blocks = rewrite_tree(blocks, lambda node: [] if is_end_mark(node) else None)
    first = blocks[0] if blocks else {}
    if first.get("t") == "Para" and first["c"] and first["c"][0].get("t") == "Emph":
        rest = first["c"][1:]
        return [_make_paragraph(rest[1:] if rest and rest[0].get("t") == "Space" else rest), *blocks[1:]]
    return blocks


def _parse_theorem(blocks: list[Node]) -> tuple[list[Node], list[Node], str]:
    """Remove the printed heading and italics of a theorem; return its blocks, name and label."""
    name: list[Node] = []
    label = ""
    out: list[Node] = []
    for block in blocks:
        inlines = list(block["c"]) if block.get("t") == "Para" else []
        if inlines and not out and inlines[0].get("t") == "Strong":
            name, inlines = _split_theorem_heading(inlines[1:])
        if len(inlines) == 1 and inlines[0].get("t") == "Emph":
            inlines = inlines[0]["c"]
        label = _find_label(inlines) or label
        out.append(_make_paragraph(_strip_labels(inlines)) if block.get("t") == "Para" else block)
    return out, name, label


def _split_theorem_heading(inlines: list[Node]) -> tuple[list[Node], list[Node]]:
    """Split the inlines after "Theorem 1" into the theorem's name, without brackets, and its statement."""
    first = next((inline["c"] for inline in inlines if inline.get("t") == "Str"), "")
    end = ")." if first.startswith("(") else "."
    for index, inline in enumerate(inlines):
        if inline.get("t") == "Str" and inline["c"].endswith(end):
            name = _strip_labels(inlines[: index + 1])
            if name[0].get("t") == "Str":
                name[0] = {**name[0], "c": name[0]["c"].removeprefix("(")}
            name[-1] = {**name[-1], "c": name[-1]["c"].removesuffix(".").removesuffix(")")}
            name = [part for part in name if part.get("c") != ""]
            return name, _strip_labels(inlines[index + 1 :])
    return [], inlines


def _find_label(inlines: list[Node]) -> str:
    """Return the last LaTeX label in a list of inlines, or ""."""
    codes = [inline["c"][1].strip() for inline in inlines if inline.get("t") == "RawInline"]
    return next((match[1] for code in reversed(codes) if (match := _LABEL.fullmatch(code))), "")


def _take_caption_label(blocks: Any) -> str:
    r"""Remove the ``\label`` from the blocks of a caption, and return it, or "" if there is none."""
    found = ""
    for block in blocks:
        inlines = block.get("c", []) if block.get("t") in ("Para", "Plain") else []
        if label := _find_label(inlines):
            found, block["c"] = label, _strip_labels(inlines)
    return found


def _strip_labels(inlines: list[Node]) -> list[Node]:
    """Return inlines without LaTeX labels and leading spaces."""
    kept_inlines = [
        inline
        for inline in inlines
        if not (inline.get("t") == "RawInline" and _LABEL.fullmatch(inline["c"][1].strip()))
    ]
    while kept_inlines and kept_inlines[0].get("t") in ("Space", "SoftBreak"):
        kept_inlines = kept_inlines[1:]
    return kept_inlines
