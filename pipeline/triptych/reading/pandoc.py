"""Parse Markdown with pandoc: all changed texts together, in several processes only if worthwhile."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.processes import limits
from triptych.engine.processes.pool import count_processors
from triptych.engine.processes.programs import (
    ProgramFailed,
    ProgramLimitExceeded,
    find_pandoc,
    run_pandoc,
    run_program,
)
from triptych.engine.tasks import AST, CITED_SECTION, Task
from triptych.reading.line_scan import scan_lines
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits, make_limit_hint

Json: TypeAlias = Any

# Passes generate the ids of headings, so that ids from authors can be distinguished. Passes also resolve
# references to headings by their text, since the heading may be in another section.
MARKDOWN = (
    "markdown+alerts-auto_identifiers-implicit_header_references-yaml_metadata_block-pandoc_title_block"
)

_WORTH_IT = 100_000  # characters that make an additional process worthwhile
_ENDLESS_MACRO = re.compile(r"Loop encountered in expanding macro (\w+)")
# A character of a script that separates words by spaces. Longer words are probably images as data URLs.
_LETTER = r"[^\s\u2e80-\U0003ffff]"
_ENDLESS_WORD = re.compile(rf"(?<!{_LETTER}){_LETTER}{{20001,}}")
_MOST_CHARACTERS = 2_000_000  # in a section; this is more than a thousand pages
_STRING, _NESTING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"'), re.compile(rb"([\[{])|[\]}]")
_DEEPEST = 250  # nested lists and mappings; usual markup has a few dozen
_SPLIT = "split the section into several files"
_WORDS_PER_PIECE = 8  # words that a section may have per allowed element; 500 pages have 150,000 words


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text parsed with pandoc: its blocks and the entries of pandoc's log, both as JSON."""

    blocks: list[Json]
    log_messages: list[Json]


class UnreadableText(Exception):
    """A text that pandoc cannot parse. The cause starts on the 1-based line ``line``."""

    def __init__(self, message: str, line: int = 1, hint: str | None = None) -> None:
        super().__init__(message)
        self.line, self.hint = line, hint


@cache
def get_pandoc_version() -> str:
    """Return the version of pandoc, which is part of every cache key."""
    first, *_ = run_program([find_pandoc(), "--version"]).decode().splitlines()
    return first.split()[-1]


def read_markdown(
    texts: Sequence[str],
    cache: Cache,
    subjects: Sequence[str] = (),
    reading_limits: ReadingLimits = DEFAULT_LIMITS,
) -> list[ParsedText | UnreadableText]:
    """Parse Markdown texts with pandoc, and return a result for each text.

    The result is an ``UnreadableText`` if the text cannot be parsed or exceeds a limit. ``subjects`` are
    names for the texts in the cache.
    """
    driver = Path(__file__).with_name("driver.lua")
    broken = {place: said for place, text in enumerate(texts) if (said := _check_text(text, reading_limits))}
    texts = ["" if place in broken else _expand_tabs(text) for place, text in enumerate(texts)]
    version, script = get_pandoc_version(), driver.read_bytes()
    tasks = [
        Task.for_step(AST, subject, pandoc=version, format=MARKDOWN, script=script, text=text)
        for text, subject in zip_longest(texts, subjects, fillvalue="")
    ]
    readings = cache.get_or_make_all_unpacked(
        tasks,
        lambda missing: _parse_texts(driver, [texts[index] for index in missing], reading_limits),
        _parse_line,
        lambda line: not line.startswith((b"error", b"exhausted", b"unread")),  # a faster machine may succeed
    )
    return [broken.get(place, reading) for place, reading in enumerate(readings)]


def _check_text(text: str, reading_limits: ReadingLimits) -> UnreadableText | None:
    """Return an error for a text that exceeds a limit or has a lone surrogate, or None if it is valid."""
    if len(text) > _MOST_CHARACTERS:
        message = f"the section has {len(text):,} characters; the limit is {_MOST_CHARACTERS:,}"
        return UnreadableText(message, hint=_SPLIT)
    most = _WORDS_PER_PIECE * reading_limits.section_elements
    words = text.split(None, most)
    if len(words) > most:
        line = text.count("\n", 0, len(text) - len(words[-1])) + 1
        message = f"the section exceeds the limit of {most:,} words at this line"
        return UnreadableText(message, line, f"{_SPLIT}, or {make_limit_hint('section-elements')}")
    word = next((found for found in _ENDLESS_WORD.finditer(text) if "data:" not in found[0][:200]), None)
    if word is not None:
        message = f"a word has {len(word[0]):,} characters; the limit is 20,000"
        return UnreadableText(
            message, text.count("\n", 0, word.start()) + 1, "add spaces to the word, or shorten the text"
        )
    wrong = re.search("[\ud800-\udfff]", text)
    if wrong is None:
        return None
    line = text.count("\n", 0, wrong.start()) + 1
    message = f"U+{ord(wrong.group()):04X} is half of a surrogate pair, not a character"
    return UnreadableText(message, line, "write the character itself")


def _expand_tabs(text: str) -> str:
    """Expand tabs in indentation, as the pandoc program does, since pandoc's Lua reader does not.

    Tabs in code blocks with unindented fences are part of the code.
    """
    if "\t" not in text:
        return text
    lines = text.split("\n")
    at_margin = (fence for fence in scan_lines(lines).fences if not fence.prefix)
    code = {number for fence in at_margin for number in range(fence.start, fence.end + 1)}
    for number, line in enumerate(lines, 1):
        if number not in code:
            bare = line.lstrip(" \t")
            lines[number - 1] = line[: len(line) - len(bare)].expandtabs(4) + bare
    return "\n".join(lines)


def _parse_texts(driver: Path, texts: Sequence[str], reading_limits: ReadingLimits) -> list[bytes]:
    """Return the output line of the Lua driver for each text, running several processes if worthwhile."""
    shares = _split_into_batches([len(text) for text in texts], count_processors())
    with ThreadPoolExecutor(len(shares)) as pool:
        drive = partial(_run_batch, driver, reading_limits)
        parts = list(pool.map(lambda share: drive([texts[index] for index in share]), shares))
    lines = {
        i: line
        for share, part in zip(shares, parts, strict=True)
        for i, line in zip(share, part, strict=True)
    }
    return [lines[index] for index in range(len(texts))]


def _split_into_batches(sizes: Sequence[int], maximum: int) -> list[list[int]]:
    """Distribute texts of the given sizes evenly over processes. Return the text indices of each process.

    There are at most ``maximum`` processes, and each has about ``_WORTH_IT`` characters or more.
    """
    count = max(1, min(maximum, len(sizes), sum(sizes) // _WORTH_IT))
    shares: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        least = loads.index(min(loads))
        shares[least].append(index)
        loads[least] += sizes[index]
    return shares


def _run_batch(driver: Path, reading_limits: ReadingLimits, texts: Sequence[str]) -> list[bytes]:
    """Return the output line of the Lua driver for each text.

    After a text that exceeds the limits, those that follow have the time that usual texts take. If a second
    text exceeds it, the rest is not parsed, so that many such texts do not take many times as long.
    """
    bounds = limits.compute_parsing_limits([len(text) for text in texts], reading_limits)
    try:
        return _run_driver(driver, texts, bounds).splitlines()
    except ProgramLimitExceeded as failure:
        # Texts with output have succeeded; the next text is the cause.
        lines = failure.stdout.rpartition(b"\n")[0].splitlines()
    if len(lines) < len(texts):
        lines.append(_find_exhausting_line(driver, texts[len(lines)]))
    rest = texts[len(lines) :]
    if rest:
        bounds = limits.compute_remaining_limits(sum(map(len, rest)), reading_limits)
        try:
            lines += _run_driver(driver, rest, bounds).splitlines()
        except ProgramLimitExceeded as failure:
            lines += failure.stdout.rpartition(b"\n")[0].splitlines()
    return [*lines, *[b"unread\t"] * (len(texts) - len(lines))]


def _find_exhausting_line(driver: Path, text: str) -> bytes:
    """Return an output line for a text that exceeds the limits, with the line of the paragraph at fault.

    If the search takes too long, the line number is that of an earlier paragraph.
    """
    starts = [match.end() for match in re.finditer(r"\n[ \t]*\n(?=\S)", text)]
    least, most = 0, len(starts)  # bounds of the paragraph that is the cause
    left = limits.SEARCH_SECONDS
    while least < most and left > 0:
        middle = (least + most) // 2
        part = text[: starts[middle]]
        bounds = limits.compute_search_limits(len(part))
        left -= bounds.seconds
        try:
            _run_driver(driver, [part], bounds)
            least = middle + 1
        except ProgramLimitExceeded:
            most = middle
    return b"exhausted %d\t" % (text.count("\n", 0, starts[least - 1] if least else 0) + 1)


def _run_driver(driver: Path, texts: Sequence[str], bounds: limits.ResourceLimits) -> bytes:
    """Run the Lua driver on texts, and return its output.

    Raise ``ProgramLimitExceeded``, with the output so far, if the driver exceeds a limit.
    """
    job = {"texts": [{"text": text, "format": MARKDOWN} for text in texts]}
    with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
        # A file, not arguments: `pandoc lua` crashes with about a hundred of them.
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), "utf-8")
        return run_pandoc(["lua", driver, path], b"", bounds, scratch_folder=folder)


def _parse_line(line: bytes) -> ParsedText | UnreadableText:
    """Parse an output line of the Lua driver. Raise ``ValueError`` or ``LookupError`` if it is malformed."""
    status, _, rest = line.partition(b"\t")
    kind, _, place = status.partition(b" ")
    if kind == b"error":
        reason = rest.decode("utf-8", "replace")
        if endless := _ENDLESS_MACRO.search(reason):
            reason = f"the macro `\\{endless[1]}` is defined in terms of itself"
        return UnreadableText(f"the section cannot be parsed: {reason}", int(place or 1))
    if kind == b"exhausted":
        hint = f"simplify the text, or {make_limit_hint('section-time')}"
        return UnreadableText("reading the text from here on takes too much time or memory", int(place), hint)
    if status == b"unread":
        message = "the section was not read, since other sections took too much time or memory"
        hint = f"correct the other errors first, or {make_limit_hint('section-time')}"
        return UnreadableText(message, hint=hint)
    if status != b"ok":
        raise ValueError("not a line of the driver")
    try:
        document = json.loads(rest)
    except RecursionError:
        return UnreadableText(
            "lists, block quotes, divs or formatting are nested too deeply", hint="reduce the nesting"
        )
    return ParsedText(document["blocks"], json.loads(document["meta"]["remarks"]["c"]))


def read_bibliography_metadata(data: bytes, file_format: str) -> Json:
    """Convert a bibliography file to a pandoc document with its entries as ``references`` metadata.

    Raise ``ProgramFailed`` with pandoc's message if the file is malformed.
    """
    return _load_json(
        run_pandoc(["--sandbox", "-s", "-f", file_format, "-t", "json"], data, limits.BIBLIOGRAPHY_LIMITS)
    )


def convert_bibliography_to_csl(data: bytes, file_format: str) -> list[Json]:
    """Convert a bibliography file in a format that pandoc reads, such as biblatex, to CSL JSON entries.

    The format ``json`` is a pandoc document with ``references`` metadata. Raise ``ProgramFailed`` with
    pandoc's message if the data is malformed.
    """
    output = run_pandoc(["--sandbox", "-f", file_format, "-t", "csljson"], data, limits.BIBLIOGRAPHY_LIMITS)
    entries: list[Json] = _load_json(output)
    return entries


def run_citeproc(document: Json, entries: list[Json], csl: bytes | None) -> Json:
    """Return a pandoc document with formatted citations and the bibliography appended.

    ``entries`` are the sources as CSL JSON, ``csl`` is the citation style.
    """
    with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
        sources = Path(folder) / "sources.json"
        sources.write_text(json.dumps(entries), "utf-8")
        command: list[str | Path] = ["--sandbox", "-f", "json", "-t", "json", "--citeproc"]
        command += ["--bibliography", sources, "-M", "link-citations=true"]
        if csl is not None:
            style = Path(folder) / "style.csl"
            style.write_bytes(csl)
            command += ["--csl", style]
        return _load_json(run_pandoc(command, json.dumps(document).encode(), limits.BIBLIOGRAPHY_LIMITS))


def _load_json(output: bytes) -> Json:
    """Parse pandoc's output. Raise ``ProgramFailed`` if it is nested too deeply."""
    depth = deepest = 0
    for opening in _NESTING.findall(_STRING.sub(b"", output)):
        depth += 1 if opening else -1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise ProgramFailed("pandoc", "markup is nested too deeply")
    return json.loads(output)


def rewrite_tree(node: Json, replace_node: Callable[[Json], list[Json] | None]) -> Json:
    """Return a pandoc tree with each node replaced by the nodes that ``replace_node`` returns for it.

    If ``replace_node`` returns None, the node is kept and its children are rewritten.
    """
    if isinstance(node, dict):
        return {key: rewrite_tree(value, replace_node) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    out: list[Json] = []
    for item in node:
        new = replace_node(item) if isinstance(item, dict) else None
        out += [rewrite_tree(item, replace_node)] if new is None else new
    return out


def extract_plain_text(inlines: list[Json]) -> str:
    """Return the text of pandoc inlines without markup, with line breaks as spaces."""
    parts = []
    waiting = inlines[::-1]  # a stack with the next node at the end, since nesting may be hundreds deep
    while waiting:
        node = waiting.pop()
        match node["t"]:
            case "Str":
                parts.append(node["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                parts.append(" ")
            case "Code" | "Math":
                parts.append(node["c"][1])
            case "Emph" | "Strong" | "Strikeout" | "Underline" | "Superscript" | "Subscript" | "SmallCaps":
                waiting += node["c"][::-1]
            case "Quoted" | "Span" | "Link" | "Cite" | "Image":
                waiting += node["c"][1][::-1]
    return "".join(parts)


BODY = "body"  # the name of a section's text after the front matter
_UNREADABLE = "SEC004"
LintFunction = Callable[[str, ParsedText], list[Diagnostic]]  # name of a text, and the parsed text → findings


@dataclass(slots=True)
class TextGroup:
    """The named Markdown texts of a section or glossary, in the order in which citations are numbered.

    ``lint`` checks a parsed text; ``lint_inputs`` identifies the other inputs of this check in cache keys.
    ``map_to_source`` maps a finding in the body to its position in the file. ``read_citations`` sets the
    remaining fields: ``citations`` are the outermost citations in order, ``found`` are the findings, and
    ``unreadable`` are the names of texts that pandoc could not parse.
    """

    path: str
    texts: dict[str, str]
    lint: LintFunction = lambda name, reading: []
    lint_inputs: str = ""
    map_to_source: Callable[[Diagnostic], Diagnostic] = lambda finding: finding
    citations: list[Json] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def read_trees(self, cache: Cache, limits: ReadingLimits = DEFAULT_LIMITS) -> dict[str, Json]:
        """Return a pandoc tree for each text, by the text's name. Citations in the trees are formatted."""
        texts = {name: "" if name in self.unreadable else text for name, text in self.texts.items()}
        readings = read_markdown(list(texts.values()), cache, self._subjects, limits)
        trees = {name: _make_div_node(reading) for name, reading in zip(texts, readings, strict=True)}
        written = find_citations(self.citations)
        for tree in trees.values():
            for cite, done in zip(find_citations(tree), written, strict=False):
                cite["c"][1] = done["c"][1]
        return trees

    @property
    def _subjects(self) -> list[str]:
        return [f"{self.path} {name}" for name in self.texts]

    @property
    def task(self) -> Task[tuple[str, list[Diagnostic]]]:
        """Return the cache key for the group's citations and findings."""
        texts = json.dumps(self.texts)
        return Task.for_step(
            CITED_SECTION,
            self.path,
            path=self.path,
            pandoc=get_pandoc_version(),
            texts=texts,
            rules=self.lint_inputs,
        )


def read_citations(
    groups: Sequence[TextGroup],
    cache: Cache,
    limits: ReadingLimits,
    on_citations: Callable[[Sequence[str]], None] = lambda cited: None,
) -> None:
    """Set the citations and findings of each text group, parsing all changed texts together.

    If no group is cached, call ``on_citations`` before linting, with the citations of each group as JSON.
    """
    tasks = [group.task for group in groups]

    def read_missing(missing: list[int]) -> list[tuple[str, list[Diagnostic]]]:
        new = [groups[place] for place in missing]
        texts = [text for group in new for text in group.texts.values()]
        subjects = [subject for group in new for subject in group._subjects]
        readings = iter(read_markdown(texts, cache, subjects, limits))
        read = [[next(readings) for _ in group.texts] for group in new]
        cited = [json.dumps(_collect_citations(own)) for own in read]
        if len(new) == len(groups):
            on_citations(cited)
        return list(zip(cited, map(_lint_group, new, read), strict=True))

    def is_cacheable(result: tuple[str, list[Diagnostic]]) -> bool:
        return all(finding.code != _UNREADABLE for finding in result[1])

    shape = tuple[str, list[Diagnostic]]
    for group, (cited, found) in zip(
        groups, cache.get_or_make_all(tasks, read_missing, is_cacheable, shape), strict=True
    ):
        group.citations, group.found = json.loads(cited), found


def _collect_citations(readings: Sequence[ParsedText | UnreadableText]) -> list[Json]:
    return [
        cite for reading in readings for cite in find_citations(_make_div_node(reading), outermost_only=True)
    ]


def _lint_group(group: TextGroup, readings: Sequence[ParsedText | UnreadableText]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name, reading in zip(group.texts, readings, strict=True):
        if isinstance(reading, UnreadableText):
            group.unreadable.add(name)
            span = Span(path=group.path, line=reading.line if name == BODY else 1)
            finding = Diagnostic(code=_UNREADABLE, span=span, message=str(reading), hint=reading.hint)
            found.append(group.map_to_source(finding))
        else:
            found += group.lint(name, reading)
    return found


def _make_div_node(reading: ParsedText | UnreadableText) -> Json:
    """Return a parsed text as a pandoc node, which ``find_citations`` can search."""
    return {"t": "Div", "c": [] if isinstance(reading, UnreadableText) else reading.blocks}


def find_citations(node: Json, *, outermost_only: bool = False) -> Iterator[Json]:
    """Yield all ``Cite`` nodes of a pandoc tree in order.

    If ``outermost_only`` is set, skip those in the prefix or suffix of another citation.
    """
    waiting = [node]  # a stack, with the next node at the end
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item[::-1]
        elif isinstance(item, dict):
            if item.get("t") == "Cite":
                yield item
                waiting += [
                    words
                    for cited in (() if outermost_only else item["c"][0][::-1])
                    for words in (cited["citationSuffix"], cited["citationPrefix"])
                ]
            elif "c" in item:
                waiting.append(item["c"])
