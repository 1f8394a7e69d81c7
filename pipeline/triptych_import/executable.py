"""Replace the code chunks of Quarto and R Markdown by stored results, images or plain code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from triptych.languages.labels import Labels, load_labels
from triptych.model.book import LabelKind
from triptych.reading.bibliography import REFERENCE as KINDS
from triptych_import.book import Draft, Edit, ImportFinding, SourceBook, SourceText
from triptych_import.chunks import INLINE, ChapterResults, Chunk, StoredResults, find_chunks
from triptych_import.headings import format_destination, quote_attribute, strip_markup
from triptych_import.masking import LineKind, SourceLine, find_code_blocks, mask_formulas, scan_lines

_SHOWN = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{\{([^{}]*)\}\}[ \t]*$")
REFERENCE = re.compile(
    rf"(?:(?:Figures?|Fig\.|Tables?)[ \u00a0])?(\[-?)?(?<![\w\\])@({KINDS.pattern}[\w:.-]*\w)(\])?"
)
_ID = re.compile(r"(?:\{[^{}\n]*?#|\bid=[\"'])([A-Za-z][\w:.-]*)")
_TEXTS = frozenset(
    "theorem lemma corollary proposition conjecture definition example exercise hypothesis remark solution"
    " proof block block2".split()
)
_CALLOUT = re.compile(r"rmd(?=(?:note|tip|important|warning|caution)$)")  # callouts of RStudio's templates
# A choice between values for HTML and LaTeX. The value for HTML is used, as in the stored results.
_BY_OUTPUT = re.compile(
    r"`r[ \t]+ifelse\(\s*knitr::is_(html|latex)_output\(\)"
    r"\s*,\s*([\"'])([^\"'`]*)\2\s*,\s*([\"'])([^\"'`]*)\4\s*\)[ \t]*`"
)
_NOTHING = re.compile(r"`r[ \t]+(?:''|\"\")[ \t]*`")  # before a fence, keeps the chunk from running
_DIAGRAMS = ("mermaid", "dot", "graphviz")
_OPTIONS_SHOWN = re.compile(r"^[ \t]*(?:#|//|%%|--)\|[ \t]*echo\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkContext:
    """The context of a text's code chunks: the chapter's path, the default options, the stored results."""

    chapter: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
    stored: StoredResults | None = None


NO_CONTEXT = ChunkContext()


def replace_chunks(draft: Draft, context: ChunkContext = NO_CONTEXT) -> Draft:
    """Replace code chunks by their stored results, by images or text, or by plain code blocks."""
    stored = context.stored
    lines = scan_lines(draft.text)
    chunks = list(find_chunks(lines, context.defaults))
    results = stored.find_results(context.chapter, draft, lines, chunks) if stored else ChapterResults()
    edits = list(_replace_shown_chunks(lines))
    found: list[ImportFinding] = []
    if results.cells and not results.current:
        message = "the stored results are from an earlier version of this file"
        found.append(draft.report(0, message, "used the results of unchanged code"))
    unnamed = 0
    is_jupyter = not any(chunk.language == "r" for chunk in chunks)
    for number, chunk in enumerate(chunks, 1):
        label = chunk.get("label")
        unnamed += not label
        figures: list[str] = []
        if stored and chunk.shows_output and not chunk.disables("fig-show"):
            index = number if is_jupyter else unnamed  # Jupyter counts all chunks, knitr only unnamed ones
            figures = stored.find_pictures(context.chapter, label, index, jupyter=is_jupyter)
        new, message, action = _replace_chunk(chunk, results, figures)
        edits += new
        found += [draft.report(chunk.start, message, action)] if message else []
    edits += [Edit(*match.span(), "") for match in _NOTHING.finditer(draft.text)]
    for match in _find_inline_code(draft, lines):
        if match.start() in results.values:
            edits.append(Edit(*match.span(), results.values[match.start()]))
        elif choice := _BY_OUTPUT.fullmatch(match.group()):
            edits.append(Edit(*match.span(), choice.group(3 if choice.group(1) == "html" else 5)))
        else:
            message = f"inline code {match.group()} has no stored value"
            found.append(draft.report(match.start(), message, "kept as code"))
    return draft.apply(edits, found)


def _replace_chunk(chunk: Chunk, results: ChapterResults, figures: list[str]) -> tuple[list[Edit], str, str]:
    """Return edits that replace a chunk, and the message and action of a finding, or "" for no finding."""

    def replace_whole(new: str, message: str = "") -> tuple[list[Edit], str, str]:
        return [Edit(chunk.start, chunk.end, new)], message, "omitted"

    if chunk.disables("include"):
        return replace_whole("")
    if chunk.language in _DIAGRAMS and not chunk.disables("eval"):
        file = chunk.get("file")
        message = f'the diagram is read from "{file}"' if file else "the diagram is empty"
        return replace_whole(_format_diagram(chunk), "" if chunk.code.strip() else message)
    if chunk.language in _TEXTS:
        return replace_whole(_format_text_block(chunk))
    if chunk.language == "asis":  # Markdown that is shown without execution
        return replace_whole("" if chunk.disables("echo") or chunk.disables("eval") else chunk.code)
    if chunk.start in results.cells:
        return replace_whole(f"\n{results.cells[chunk.start]}\n")
    names = chunk.pictures or figures if chunk.shows_output else []
    is_missing = chunk.shows_output and not names and not chunk.is_silent
    if not chunk.code.strip() and not names:
        return replace_whole("", f"the {chunk.language} chunk has no code in this file")
    if chunk.disables("echo"):
        is_reported = is_missing and not (results.frozen and results.current)
        message = f"hidden {chunk.language} code has no stored result" if is_reported else ""
        return replace_whole(_format_figure(chunk, names) if names else "", message)
    edits = list(_format_listing(chunk, captioned=not names))
    edits += [Edit(chunk.end, chunk.end, f"\n{_format_figure(chunk, names)}")] if names else []
    message = f"{chunk.language} code has no stored result" if is_missing else ""
    return edits, message, "kept as code without its output"


def _format_listing(chunk: Chunk, *, captioned: bool) -> Iterator[Edit]:
    """Yield the edits that turn a chunk into a code block.

    With ``echo: fenced``, the chunk's own fences and its options other than ``echo`` are kept.
    """
    if chunk.get("echo") != "fenced":
        yield Edit(chunk.start, chunk.opening, _format_listing_opening(chunk, captioned=captioned))
        yield from (Edit(item.start, item.end + 1, "") for item in chunk.option_lines)
        return
    outer = chunk.fence + chunk.fence[0]
    inner = f"{chunk.indent}{chunk.fence}{{{chunk.language}{chunk.header}}}"
    yield Edit(chunk.start, chunk.opening, f"{chunk.indent}{outer}{{.markdown}}\n{inner}")
    yield from (
        Edit(item.start, item.end + 1, "") for item in chunk.option_lines if _OPTIONS_SHOWN.match(item.text)
    )
    yield Edit(chunk.end, chunk.end, f"\n{chunk.indent}{outer}")


def _replace_shown_chunks(lines: list[SourceLine]) -> Iterator[Edit]:
    """Convert chunks in double braces into code blocks that display the chunk with its fences."""
    for line in lines:
        match = _SHOWN.match(line.text) if line.kind is LineKind.CODE else None
        if match:
            yield Edit(line.text_start, line.end, "{}{}{{{}}}".format(*match.groups()))
    for block in find_code_blocks(lines):
        line, closing = block.opening, block.closing
        match = _SHOWN.match(line.text)
        if match and closing is not None:
            indent, fence, header = match.groups()
            outer = f"{fence}{fence[0]}"
            yield Edit(
                line.text_start, line.end, f"{indent}{outer}{{.markdown}}\n{indent}{fence}{{{header}}}"
            )
            yield Edit(closing.end, closing.end, f"\n{closing.quote}{indent}{outer}")


def _format_listing_opening(chunk: Chunk, *, captioned: bool) -> str:
    """Return the opening line of a code block, with the chunk's caption if ``captioned``."""
    start = f"{chunk.indent}{chunk.fence}"
    if not chunk.caption or not captioned:
        return start + chunk.language
    attributes = [f".{chunk.language}", *_format_id("lst-", chunk.label)]
    attributes.append(f'lst-cap="{quote_attribute(strip_markup(chunk.caption))}"')
    return f"{start}{{{' '.join(attributes)}}}"


def _format_id(prefix: str, label: str) -> list[str]:
    """Return a list with the id attribute for a label, or an empty list if the label is not a valid id."""
    return [f"#{prefix}{label}"] if re.fullmatch(r"[\w-]+", label) else []


def _format_figure(chunk: Chunk, pictures: list[str]) -> str:
    """Return the Markdown for a chunk's images, with their caption, id, alt text and width."""
    attributes = _format_id("fig-", chunk.label)
    alt = " ".join(chunk.get("fig-alt").split())
    pairs = [f'fig-alt="{quote_attribute(strip_markup(alt))}"'] if alt else []
    width = chunk.get("out-width", "width")
    pairs += [f"width={width}"] if re.fullmatch(r"\d+(\.\d+)?(%|px|in|cm)", width) else []
    names = [format_destination(name) for name in pictures]
    caption = (
        chunk.caption.replace("[", r"\[").replace("]", r"\]") if "](" not in chunk.caption else chunk.caption
    )
    if len(names) == 1:
        attributes += pairs
        end = f"{{{' '.join(attributes)}}}" if attributes else ""
        return f"\n{chunk.indent}![{caption}]({names[0]}){end}\n"
    shown = "\n\n".join(f"![]({name}){{{' '.join(pairs)}}}" if pairs else f"![]({name})" for name in names)
    opening = f"::: {{{attributes[0]}}}" if attributes else "::: {}"
    return f"\n{opening}\n{shown}\n\n{caption}\n:::\n"


def _format_diagram(chunk: Chunk) -> str:
    if not chunk.code.strip():
        return ""
    attributes = [f".{chunk.language}", *_format_id("fig-", chunk.label)]
    for name in ("fig-cap", "fig-alt"):
        if value := " ".join(chunk.get(name).split()):
            attributes.append(f'{name}="{quote_attribute(value)}"')
    fence = chunk.indent + chunk.fence
    return f"\n{fence}{{{' '.join(attributes)}}}\n{chunk.code}\n{fence}\n"


def _format_text_block(chunk: Chunk) -> str:
    """Return the fenced div for a theorem or callout that R Markdown writes as a chunk."""
    name = _CALLOUT.sub("callout-", chunk.get("type")) or chunk.language
    attributes = [f".{name}"] if re.fullmatch(r"[\w-]+", name) else []
    attributes += _format_id("", chunk.get("label"))
    attributes += [f'name="{quote_attribute(chunk.get("name"))}"'] if chunk.get("name") else []
    return f"\n::: {{{' '.join(attributes)}}}\n{chunk.code}\n:::\n"


def _find_inline_code(draft: Draft, lines: list[SourceLine]) -> Iterator[re.Match[str]]:
    starts = [line.start for line in lines]
    for match in INLINE.finditer(draft.text):
        if lines[bisect_right(starts, match.start()) - 1].is_prose and not _NOTHING.fullmatch(match.group()):
            yield match


def replace_undefined_references(book: SourceBook) -> SourceBook:
    """Replace references to missing chunk output by text, or by references to the chunk's code."""
    labels = load_labels(book.metadata.language or "en")
    identifiers = {match.group(1) for piece in book.pieces for match in _ID.finditer(piece.draft.text)}
    identifiers |= {str(section.head.get("id", "")) for section in book.sections}

    def replace_in(piece: SourceText) -> Draft:
        edits, found = [], []
        for match in REFERENCE.finditer(mask_formulas(piece.draft.text)):
            name = match.group(2)
            if name in identifiers:
                continue
            code = f"lst-{name.partition('-')[2]}"
            if code in identifiers:
                edits.append(_redirect_reference(match, code))
                continue
            edits.append(spell_out_reference(match, labels))
            message, action = f"undefined reference @{name}", f'replaced by "{edits[-1].new}"'
            found.append(piece.draft.report(match.start(2) - 1, message, action))
        return piece.draft.apply(edits, found)

    return book.with_drafts(replace_in)


def _redirect_reference(match: re.Match[str], code: str) -> Edit:
    """Return the edit that redirects a reference from a chunk's output to the chunk's code."""
    if (match.group(1) or "").endswith("-") and match.group(3):
        return Edit(*match.span(), f"@{code}")
    return Edit(match.start(2), match.end(2), code)


def spell_out_reference(match: re.Match[str], labels: Labels) -> Edit:
    """Return the edit that replaces a reference by text such as "Figure (name)"."""
    kind, _, name = match.group(2).partition("-")
    word = labels.named(LabelKind(kind).name.lower(), f"({name})")
    start, end = match.start(2) - 1, match.end(2)
    if match.group(1) and match.group(3):
        start, end = match.span()
    return Edit(start, end, word)
