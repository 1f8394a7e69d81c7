"""What Quarto and knitr have kept of running code: nothing is run here, its results are read.

Quarto freezes a text as it was executed, ``_freeze/NAME/execute-results/html.json``: the text of the
author with a ``.cell`` in the place of each chunk. knitr leaves the figures alone, in folders such as
``NAME_files/figure-html``, with the label of their chunk as their name.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from hashlib import md5

from triptych_import.chunks.cells import plain_cell
from triptych_import.chunks.options import Chunk
from triptych_import.draft import Draft
from triptych_import.markdown.front_matter import parse
from triptych_import.markdown.masking import Kind, Line, scan
from triptych_import.source import Source

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
class Results:
    """What is kept of a text's chunks: Markdown by the place where a chunk begins, values by that of code in
    a line. ``current`` is False where the text has changed since; ``frozen`` where there is a frozen text.
    """

    cells: dict[int, str] = field(default_factory=dict)
    values: dict[int, str] = field(default_factory=dict)
    frozen: bool = False
    current: bool = True


class Stored:
    """All results that a source has kept."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._figures: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for path in source.figures():
            if match := _FIGURE.search(path):
                rank = _FORMATS.index(match["format"]) if match["format"] in _FORMATS else len(_FORMATS)
                key = rank, int(match["number"]), path
                self._figures[match["owner"], match["label"]].append(key)

    def results(self, chapter: str, draft: Draft, lines: list[Line], found: Sequence[Chunk]) -> Results:
        """What the frozen form of a chapter says of the chunks of its text, or of one that it includes."""
        data = self._frozen(posixpath.splitext(chapter)[0])
        if data is None:
            return Results()
        executed, digest = data
        text = self._source.raw_text(chapter) or ""
        current = digest == md5(text.encode(), usedforsecurity=False).hexdigest()
        written = list(_tokens_of_source(draft, lines, found))
        others = list(_tokens_of_executed(executed[parse(executed)[1] :]))
        cells: dict[int, str] = {}
        values: dict[int, str] = {}
        matcher = SequenceMatcher(
            None, [token for token, _ in written], [token for token, _ in others], False
        )
        for kind, first, last, other, other_last in matcher.get_opcodes():
            if kind == "equal":
                for (_, place), (_, cell) in zip(written[first:last], others[other:other_last], strict=True):
                    if cell:
                        cells[place] = plain_cell(cell, partial(self._address, chapter))
            elif kind == "replace":
                lines_there = [token for token, cell in others[other:other_last] if not cell]
                for token, place in written[first:last]:
                    values |= _values(draft.text[place : place + len(token)], place, lines_there)
        return Results(cells, values, True, current)

    def pictures(self, chapter: str, label: str, number: int, *, jupyter: bool) -> list[str]:
        """The figures of a chunk by its label, or by its number among those without one, counted from 1."""
        owner = posixpath.splitext(posixpath.basename(chapter))[0]
        name = label or (f"cell-{number + 1}" if jupyter else f"unnamed-chunk-{number}")
        found = self._figures.get((owner, name), [])
        if not found and label:
            owners = [key for key in self._figures if key[1] == label]
            found = self._figures[owners[0]] if len(owners) == 1 else []
        best = min((rank for rank, _, _ in found), default=0)
        folder = posixpath.dirname(min(found)[2]) if found else ""
        paths = [
            path for rank, _, path in sorted(found) if rank == best and posixpath.dirname(path) == folder
        ]
        return [posixpath.relpath(path, posixpath.dirname(chapter) or ".") for path in paths]

    def _frozen(self, stem: str) -> tuple[str, str] | None:
        """A frozen text, and the digest of what it was made from."""
        for name in _FORMATS:
            try:
                data = json.loads(
                    self._source.raw_text(f"_freeze/{stem}/execute-results/{name}.json") or "null"
                )
                return str(data["result"]["markdown"]), str(data.get("hash", ""))
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
        return None

    def _address(self, chapter: str, written: str) -> str:
        """How the address of a figure in a frozen text reads beside the chapter."""
        stem, folder = posixpath.splitext(chapter)[0], posixpath.dirname(chapter)
        files_folder = f"{posixpath.basename(stem)}_files/"
        if not written.startswith(files_folder) or self._source.data(posixpath.join(folder, written)):
            return written
        return posixpath.relpath(f"_freeze/{stem}/{written.removeprefix(files_folder)}", folder or ".")


def _tokens_of_source(draft: Draft, lines: list[Line], found: Sequence[Chunk]) -> Iterator[tuple[str, int]]:
    """The lines of a text with their places, its chunks as the code that they show."""
    chunks = {chunk.start: chunk for chunk in found}
    end = 0
    for line in lines:
        start = line.begin
        if line.start < end or line.kind in (Kind.BLANK, Kind.FRONT):
            continue
        if chunk := chunks.get(start):
            end = chunk.end
            if not chunk.refuses("include"):
                yield f"\0{'' if chunk.refuses('echo') else _bare(chunk.code)}", start
        else:
            yield draft.text[line.start : line.end].strip(), start


def _tokens_of_executed(text: str) -> Iterator[tuple[str, str]]:
    """The lines of an executed text, its cells in the same form, each with its Markdown; "" for a line."""
    lines = scan(text)
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.kind is Kind.BLANK:
            continue
        match = _DIV.match(line.text) if line.prose else None
        if match is None or not match.group(2) or not _CELL.search(match.group(2)):
            yield text[line.start : line.end].strip(), ""
            continue
        depth = 1
        while index < len(lines) and depth:
            inner = _DIV.match(lines[index].text) if lines[index].prose else None
            depth += 0 if inner is None else 1 if inner.group(2) else -1
            index += 1
        cell = text[line.start : lines[index - 1].end]
        if any(one.kind is not Kind.BLANK for one in scan(cell.partition("\n")[2].rpartition("\n")[0])):
            code = "".join(_bare(match.group(2)) for match in _SHOWN_CODE.finditer(cell))
            yield f"\0{code}", cell


def _bare(code: str) -> str:
    """Code without white space, comments with results, and empty lines."""
    lines = (line for line in code.splitlines() if not re.match(r"\s*(?:#>|##\s|#\|)", line))
    return re.sub(r"\s+", "", "".join(lines))


def _values(line: str, place: int, executed: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What stands in an executed line in the places of code in a line of the source."""
    codes = list(INLINE.finditer(line))
    if not codes:
        return
    parts = re.split(INLINE, line.strip())
    found = next((values for other in executed if (values := _between(parts, other))), [])
    for code, value in zip(codes, found, strict=False):
        yield place + code.start(), value


def _between(parts: Sequence[str], line: str) -> list[str]:
    """What stands in a line between the parts that it has to have, each as short as it can be; [] where it
    has them not.
    """
    first, *others, last = parts
    end = len(line) - len(last)
    if not line.startswith(first) or not line.endswith(last) or end < len(first):
        return []
    values, position = [], len(first)
    for part in others:
        place = line.find(part, position, end)
        if place < 0:
            return []
        values.append(line[position:place])
        position = place + len(part)
    return [*values, line[position:end]]
