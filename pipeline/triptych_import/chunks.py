"""Read the code chunks of Quarto and knitr, and their stored results. Code is never executed.

Quarto stores each executed file in ``_freeze/NAME/execute-results/html.json``, with a ``.cell`` div for each
chunk. knitr stores only figures, in folders such as ``NAME_files/figure-html``, with file names made from
chunk labels.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from hashlib import md5
from typing import Any

from triptych.reading.code_cells import OPTION, normalise_option_names, parse_r_arguments, read_cell_options
from triptych_import.book import Draft
from triptych_import.headings import parse_front_matter
from triptych_import.masking import LineKind, SourceLine, find_code_blocks, find_delimiter_pairs, scan_lines
from triptych_import.source import SourceFiles

_CHUNK = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{[ \t]*([A-Za-z][\w+-]*+)([^}]*+)\}[ \t]*$")
_SET_CALL = re.compile(r"\bopts_chunk\$set\s*\(((?:[^()\"']|\"[^\"]*\"|'[^']*'|\([^()]*\))*)\)")
_CALL_START = re.compile(r"\bopts_chunk\$set\b")
_MAX_CALL_LENGTH = 5000  # maximum number of characters in such a call
_TABLE_CAPTION = re.compile(r"\bcaption\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_PATH = r"[\"'][^\"']+[\"']"
_GRAPHICS = re.compile(
    rf"(?:knitr::)?include_graphics\(\s*(?:c\(([^()]*)\)|({_PATH}))[^()]*\)"
    rf"|Image\((?:filename\s*=\s*)?({_PATH})[^()]*\)"
)
_STRING = re.compile(r"[\"']([^\"']+)[\"']")
_FALSE_VALUES = ("FALSE", "F", "false", "no", "hide")
# Statements without output, in R and in Python.
_SILENT_STATEMENT = re.compile(
    r"(?:library\(|require\(|source\(|set\.seed\(|options\(|(?:ggplot2::)?theme_set\(|knitr::opts|rm\(|data\("
    r"|import\s|from\s|def\s|@|plt\.style|np\.random\.seed|[\w.$:\[\]\"',\s]+(?:<-|<<-|=(?!=)))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A code chunk with its position in the text, its language, options and code.

    ``opening_end`` is the offset of the end of the opening fence line. ``option_lines`` are the lines that
    begin with ``#|``.
    """

    start: int
    opening_end: int
    end: int
    indent: str
    fence: str
    language: str
    header: str
    options: Mapping[str, str]
    option_lines: tuple[SourceLine, ...]
    code: str

    def get_option(self, *names: str) -> str:
        """Return the value of the first non-empty option among ``names``, or "" if there is none."""
        return next((self.options[name] for name in names if self.options.get(name)), "")

    def is_disabled(self, option: str) -> bool:
        """Return whether an option is set to false."""
        return self.options.get(option, "") in _FALSE_VALUES

    @property
    def has_visible_output(self) -> bool:
        """Whether the output of the chunk is shown."""
        return not any(self.is_disabled(name) for name in ("include", "eval", "output"))

    @property
    def is_silent(self) -> bool:
        """Whether the code has no output, because it only loads libraries, sets options and defines names."""
        depth, continues_line = 0, False
        for line in self.code.splitlines():
            code_text = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line).rstrip()
            if not code_text:
                continue
            starts_statement = (
                not depth and not continues_line and not code_text.startswith((" ", "\t", ")", "]", "}"))
            )
            if starts_statement and not _SILENT_STATEMENT.match(line):
                return False
            depth = max(0, depth + sum(map(code_text.count, "([{")) - sum(map(code_text.count, ")]}")))
            continues_line = bool(re.search(r"(?:%>%|\|>|[-+~,=]|%in%)$", code_text))
        return True

    @property
    def label(self) -> str:
        """The chunk's label without a prefix such as ``fig-``."""
        return re.sub(r"^(?:fig|tbl|lst)-", "", self.get_option("label"))

    @property
    def caption(self) -> str:
        """The caption of the chunk's figure or table, from its options or else from its code."""
        caption = self.get_option("fig-cap", "tbl-cap", "lst-cap")
        table = _TABLE_CAPTION.search(self.code) if not caption else None
        return " ".join((table.group(1)[1:-1] if table else caption).split())

    @property
    def image_files(self) -> list[str]:
        """The image files that the code shows, or an empty list if the code does anything else."""
        lines = [
            line for line in self.code.splitlines() if not re.match(r"\s*(#|library\(|import |from )", line)
        ]
        match = _GRAPHICS.fullmatch("\n".join(lines).strip())
        return _STRING.findall(next(group for group in match.groups() if group)) if match else []


def find_chunks(lines: list[SourceLine], defaults: Mapping[str, str]) -> Iterator[Chunk]:
    """Yield the chunks of a text. Default options set by a chunk apply to the following chunks."""
    in_force = dict(defaults)
    for block in find_code_blocks(lines):
        match = _CHUNK.match(block.opening.text)
        if match is None:
            continue
        options = [item for item in block.code if OPTION.match(item.text)]
        indent, fence, language, header = match.groups()
        chunk = Chunk(
            start=block.opening.text_start,
            opening_end=block.opening.end,
            end=block.end,
            indent=indent,
            fence=fence,
            language=language.lower(),
            header=header,
            options={**in_force, **read_cell_options(header, (item.text for item in options))},
            option_lines=tuple(options),
            code="\n".join(item.text for item in block.code if not OPTION.match(item.text)),
        )
        yield chunk
        if not chunk.is_disabled("eval"):
            in_force |= parse_defaults_in_code(chunk.code)


def parse_defaults_in_code(code: str) -> dict[str, str]:
    """Return the chunk options set in R code by ``knitr::opts_chunk$set(…)``."""
    options: dict[str, str] = {}
    code = re.sub(r"^[ \t]*#.*$", "", code, flags=re.MULTILINE)
    for begin_match in _CALL_START.finditer(code):
        if match := _SET_CALL.match(code, begin_match.start(), begin_match.start() + _MAX_CALL_LENGTH):
            options |= parse_r_arguments(" ".join(match.group(1).split()))
    return options


def parse_defaults_in_settings(*settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the options in ``execute:`` and ``knitr: opts_chunk:``. Later settings override earlier ones."""
    merged: dict[str, str] = {}
    for values in settings:
        execute, knitr = values.get("execute"), values.get("knitr")
        options = knitr.get("opts_chunk") if isinstance(knitr, Mapping) else None
        for options_tree in (options, execute):
            merged |= normalise_option_names(options_tree) if isinstance(options_tree, Mapping) else {}
    return merged


_CELL_DIV = re.compile(r"^[ \t]*:{3,}+[ \t]*+(\S.*)?$")
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*+(.*)$")
_KIND_ID = re.compile(r"#((?:fig|tbl|lst)-[\w:.-]+)")
_CLASS = re.compile(r"(?<![\w=\"'])\.([A-Za-z][\w-]*)")
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)=(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s}]+)")
_IMAGE = re.compile(r"(!\[(?:(?!!\[)[^\n])*?\]\()([^()\s]+)(\))")
_TABLE_MARKS = [(r"<table\b", "</table>")]
_DISCARDED = [*((rf"<{name}\b", f"</{name}>") for name in ("style", "script", "colgroup")), ("<!--", "-->")]
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$")


def convert_cell(text: str, convert_url: Callable[[str], str]) -> str:
    """Convert a Quarto ``.cell`` div to code blocks, output, and captioned figures and tables with ids.

    ``convert_url`` converts the URLs of images.
    """
    out: list[str] = []
    keeps_fences: list[bool] = []  # for each open div, whether its fences are kept
    hidden, identifier, caption = 0, "", ""
    lines = scan_lines(text)
    blocks = {block.opening.start: block for block in find_code_blocks(lines)}
    end = -1
    for line in lines:
        if line.start < end:
            continue
        line_text = text[line.start : line.end]
        match = _CELL_DIV.match(line.text) if line.is_prose else None
        if block := blocks.get(line.start):
            end = block.end
            if not hidden:
                code = [text[code_span.start : code_span.end] for code_span in block.code]
                out += _format_cell_block(line_text, code, identifier, caption)
        elif match is None:
            picture = _IMAGE.sub(lambda m: m.group(1) + convert_url(m.group(2)) + m.group(3), line_text)
            out += [] if hidden else [picture]
        elif opening := match.group(1):
            classes = _CLASS.findall(opening)
            is_cell = any(name == "cell" or name.startswith("cell-output") for name in classes)
            keeps_fences.append(not is_cell)
            hidden += 1 if hidden or "hidden" in classes else 0
            if is_cell:
                id_match = _KIND_ID.search(opening)
                identifier = id_match.group(1) if id_match else identifier
                caption = _parse_attributes(opening).get("tbl-cap", caption)
            elif not hidden:
                out.append(line_text)
        else:
            is_kept = keeps_fences.pop() if keeps_fences else False
            if hidden:
                hidden -= 1
            elif is_kept:
                out.append(line_text)
    return "\n".join(_add_table_caption(out, identifier, caption)).strip("\n")


def _parse_attributes(text: str) -> dict[str, str]:
    return {name: value.strip("\"'") for name, value in _ATTRIBUTE.findall(text)}


def _format_cell_block(opening: str, code: list[str], identifier: str, caption: str) -> Iterator[str]:
    """Yield the lines of one block of a cell: source code, output, or the tables in raw HTML."""
    match = _FENCE.match(opening.rstrip(" \t"))
    assert match is not None
    indent, fence, info = match.groups()
    raw = re.fullmatch(r"\{=(\w+)\}", info)
    if raw:
        if raw.group(1) == "html":
            yield from _extract_html_tables("\n".join(code), identifier, caption)
        return
    classes, pairs = _CLASS.findall(info), _parse_attributes(info)
    if "hidden" in classes:
        return
    if "cell-code" in classes:
        language = next((name for name in classes if name not in ("cell-code", "code-overflow-wrap")), "")
        name = pairs.get("lst-cap") or pairs.get("filename") or pairs.get("code-summary") or ""
        label = next(
            (
                identifier_match
                for identifier_match in _KIND_ID.findall(info)
                if identifier_match.startswith("lst-")
            ),
            "",
        )
        attributes = [f".{language or 'text'}", *([f"#{label}"] if label else [])]
        attributes += [f'lst-cap="{name}"'] if name else []
        info = f"{{{' '.join(attributes)}}}" if len(attributes) > 1 else language
    yield ""
    yield f"{indent}{fence}{info}"
    yield from code
    yield f"{indent}{fence}"
    yield ""


def _extract_html_tables(html: str, identifier: str, caption: str) -> Iterator[str]:
    """Yield the lines of the tables in raw HTML, without their styling."""
    for _, first, last in reversed(list(find_delimiter_pairs(_DISCARDED, html, re.IGNORECASE))):
        html = html[: first.start()] + html[last.end() :]
    for _, first, last in find_delimiter_pairs(_TABLE_MARKS, html, re.IGNORECASE):
        table = html[first.start() : last.end()]
        opening, _, rest = table.partition(">")
        id_attribute = f' id="{identifier}"' if identifier.startswith("tbl-") else ""
        tag = re.sub(r"\s(?:id|class|style|border|data-[\w-]+)=(?:\"[^\"]*\"|'[^']*'|\S+)", "", opening)
        caption_element = f"<caption>{caption}</caption>" if caption and "<caption" not in rest else ""
        yield ""
        yield re.sub(r"\n\s*\n", "\n", f"{tag}{id_attribute}>{caption_element}{rest}")
        yield ""


def _add_table_caption(lines: list[str], identifier: str, caption: str) -> list[str]:
    """Add the caption and the id of a cell to its first pipe table."""
    if not identifier.startswith("tbl-") or any(f"#{identifier}" in line for line in lines):
        return lines
    rows = [number for number, line in enumerate(lines) if _ROW.match(line)]
    if not rows:
        return lines
    others = set(rows)
    last = next(number for number in rows if number + 1 not in others)
    caption_line = next((n for n, line in enumerate(lines) if line.startswith(("Table:", ": "))), None)
    if caption_line is not None:
        return [
            *lines[:caption_line],
            f"{lines[caption_line].rstrip()} {{#{identifier}}}",
            *lines[caption_line + 1 :],
        ]
    return [*lines[: last + 1], "", f": {caption} {{#{identifier}}}", "", *lines[last + 1 :]]


_FORMATS = ("html", "epub", "latex", "pdf", "tex")
_DIV = re.compile(r"^[ \t]*(:{3,}+)[ \t]*+(\S.*)?$")
_CELL = re.compile(r"\{[^{}]*\.cell(?=[\s}])")
_SHOWN_CODE = re.compile(
    r"^[ \t]*(`{3,})[ \t]*\{[^{}\n]*\.cell-code[^{}\n]*\}[ \t]*\n(.*?)^[ \t]*\1[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_FIGURE = re.compile(
    r"(?:^|/)(?P<owner>[^/]+?)(?:_files|_cache)?/figure-(?P<format>\w+)/"
    r"(?P<label>[^/]+?)(?:-output)?-(?P<number>\d+)\.(?:png|jpe?g|svg|pdf|webp|gif)$"
)
INLINE = re.compile(r"(?<!`)`(?:r|\{(?:r|python|julia)\})[ \t]++[^`\n]+`(?!`)")


@dataclass(frozen=True, slots=True)
class ChapterResults:
    """The stored results of a text.

    ``cells`` maps the positions of chunks to Markdown. ``values`` maps the positions of inline code to
    values. ``has_stored_results`` is true if Quarto has stored results for the text. ``is_current`` is true
    unless the text has changed since.
    """

    cells: dict[int, str] = field(default_factory=dict)
    values: dict[int, str] = field(default_factory=dict)
    has_stored_results: bool = False
    is_current: bool = True


class StoredResults:
    """The stored results of all files of a source folder."""

    def __init__(self, source: SourceFiles) -> None:
        self._source = source
        self._figures: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for path in source.list_figure_files():
            if match := _FIGURE.search(path):
                rank = _FORMATS.index(match["format"]) if match["format"] in _FORMATS else len(_FORMATS)
                key = rank, int(match["number"]), path
                self._figures[match["owner"], match["label"]].append(key)

    def find_results(
        self, chapter: str, draft: Draft, lines: list[SourceLine], chunks: Sequence[Chunk]
    ) -> ChapterResults:
        """Return the stored results for the chunks of a chapter, or of a file that it includes."""
        data = self._read_freeze_file(posixpath.splitext(chapter)[0])
        if data is None:
            return ChapterResults()
        executed, digest = data
        text = self._source.read_raw_text(chapter) or ""
        current = digest == md5(text.encode(), usedforsecurity=False).hexdigest()
        own_tokens = list(_iter_source_lines(draft, lines, chunks))
        others = list(_iter_executed_lines(executed[parse_front_matter(executed)[1] :]))
        cells: dict[int, str] = {}
        values: dict[int, str] = {}
        matcher = SequenceMatcher(
            None, [token for token, _ in own_tokens], [token for token, _ in others], False
        )
        for kind, first, last, other, other_last in matcher.get_opcodes():
            if kind == "equal":
                for (_, position), (_, cell) in zip(
                    own_tokens[first:last], others[other:other_last], strict=True
                ):
                    if cell:
                        cells[position] = convert_cell(cell, partial(self._convert_url, chapter))
            elif kind == "replace":
                lines_there = [token for token, cell in others[other:other_last] if not cell]
                for token, position in own_tokens[first:last]:
                    values |= _find_inline_values(
                        draft.text[position : position + len(token)], position, lines_there
                    )
        return ChapterResults(cells, values, True, current)

    def find_figure_files(self, chapter: str, label: str, number: int, *, jupyter: bool) -> list[str]:
        """Return the figure files of a chunk, by its label or, without a label, by its number."""
        owner = posixpath.splitext(posixpath.basename(chapter))[0]
        name = label or (f"cell-{number + 1}" if jupyter else f"unnamed-chunk-{number}")
        figure_files = self._figures.get((owner, name), [])
        if not figure_files and label:
            owners = [key for key in self._figures if key[1] == label]
            figure_files = self._figures[owners[0]] if len(owners) == 1 else []
        best = min((rank for rank, _, _ in figure_files), default=0)
        folder = posixpath.dirname(min(figure_files)[2]) if figure_files else ""
        paths = [
            path
            for rank, _, path in sorted(figure_files)
            if rank == best and posixpath.dirname(path) == folder
        ]
        return [posixpath.relpath(path, posixpath.dirname(chapter) or ".") for path in paths]

    def _read_freeze_file(self, stem: str) -> tuple[str, str] | None:
        """Return the executed Markdown stored by Quarto and the digest of its source, or None if missing."""
        for name in _FORMATS:
            try:
                data = json.loads(
                    self._source.read_raw_text(f"_freeze/{stem}/execute-results/{name}.json") or "null"
                )
                return str(data["result"]["markdown"]), str(data.get("hash", ""))
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
        return None

    def _convert_url(self, chapter: str, url: str) -> str:
        """Return the URL of a stored figure relative to the chapter."""
        stem, folder = posixpath.splitext(chapter)[0], posixpath.dirname(chapter)
        files_folder = f"{posixpath.basename(stem)}_files/"
        if not url.startswith(files_folder) or self._source.read_bytes(posixpath.join(folder, url)):
            return url
        return posixpath.relpath(f"_freeze/{stem}/{url.removeprefix(files_folder)}", folder or ".")


def _iter_source_lines(
    draft: Draft, lines: list[SourceLine], all_chunks: Sequence[Chunk]
) -> Iterator[tuple[str, int]]:
    """Yield the lines of a text with their positions.

    A chunk counts as a single line with the code that the chunk shows.
    """
    chunks = {chunk.start: chunk for chunk in all_chunks}
    end = 0
    for line in lines:
        start = line.text_start
        if line.start < end or line.kind in (LineKind.BLANK, LineKind.FRONT):
            continue
        if chunk := chunks.get(start):
            end = chunk.end
            if not chunk.is_disabled("include"):
                yield f"\0{'' if chunk.is_disabled('echo') else _strip_code(chunk.code)}", start
        else:
            yield draft.text[line.start : line.end].strip(), start


def _iter_executed_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of the Markdown that Quarto or knitr has written, each paired with a cell's results.

    A ``.cell`` div is yielded as one line with its code, as in ``_iter_source_lines``, paired with its
    Markdown. Other lines are paired with "".
    """
    lines = scan_lines(text)
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.kind is LineKind.BLANK:
            continue
        match = _DIV.match(line.text) if line.is_prose else None
        if match is None or not match.group(2) or not _CELL.search(match.group(2)):
            yield text[line.start : line.end].strip(), ""
            continue
        depth = 1
        while index < len(lines) and depth:
            inner = _DIV.match(lines[index].text) if lines[index].is_prose else None
            depth += 0 if inner is None else 1 if inner.group(2) else -1
            index += 1
        cell = text[line.start : lines[index - 1].end]
        if any(
            line.kind is not LineKind.BLANK
            for line in scan_lines(cell.partition("\n")[2].rpartition("\n")[0])
        ):
            code = "".join(_strip_code(match.group(2)) for match in _SHOWN_CODE.finditer(cell))
            yield f"\0{code}", cell


def _strip_code(code: str) -> str:
    """Remove white space, option lines and result comments from code, for comparisons."""
    lines = (line for line in code.splitlines() if not re.match(r"\s*(?:#>|##\s|#\|)", line))
    return re.sub(r"\s+", "", "".join(lines))


def _find_inline_values(line: str, position: int, executed_lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the position of each inline code in a line, and its value in the executed text.

    The values come from the first of ``executed_lines`` with the same text around the inline code. If there
    is no such line, yield nothing.
    """
    codes = list(INLINE.finditer(line))
    if not codes:
        return
    parts = re.split(INLINE, line.strip())
    inline_values = next(
        (values for other in executed_lines if (values := _find_strings_between(parts, other))), []
    )
    for code, value in zip(codes, inline_values, strict=False):
        yield position + code.start(), value


def _find_strings_between(parts: Sequence[str], line: str) -> list[str]:
    """Return the strings between ``parts`` in a line, or [] if the line does not have them in this order."""
    first, *others, last = parts
    end = len(line) - len(last)
    if not line.startswith(first) or not line.endswith(last) or end < len(first):
        return []
    values, position = [], len(first)
    for part in others:
        start = line.find(part, position, end)
        if start < 0:
            return []
        values.append(line[position:start])
        position = start + len(part)
    return [*values, line[position:end]]
