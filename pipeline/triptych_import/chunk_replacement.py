"""Replace the code chunks of Quarto and R Markdown with stored results, images or plain code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from triptych.languages.labels import Labels, load_labels
from triptych.model.book import LabelKind
from triptych.reading.bibliography import CROSS_REFERENCE as KINDS
from triptych_import.book import Draft, Edit, ImportFinding, SourceBook, SourceText
from triptych_import.chunks import INLINE, ChapterResults, Chunk, StoredResults, find_chunks
from triptych_import.headings import escape_attribute, format_link_destination, strip_markup
from triptych_import.masking import LineKind, SourceLine, find_code_blocks, mask_formulas, scan_lines

_ESCAPED_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{\{([^{}]*)\}\}[ \t]*$")
CROSS_REFERENCE = re.compile(
    rf"(?:(?:Figures?|Fig\.|Tables?)[ \u00a0])?(\[-?)?(?<![\w\\])@({KINDS.pattern}[\w:.-]*\w)(\])?"
)
_ID = re.compile(r"(?:\{[^{}\n]*?#|\bid=[\"'])([A-Za-z][\w:.-]*)")
_DIV_LANGUAGES = frozenset(
    "theorem lemma corollary proposition conjecture definition example exercise hypothesis remark solution"
    " proof block block2".split()
)
_CALLOUT = re.compile(r"rmd(?=(?:note|tip|important|warning|caution)$)")  # callouts in RStudio's templates
# A choice between values for HTML and LaTeX. The value for HTML is used, as in the stored results.
_BY_OUTPUT = re.compile(
    r"`r[ \t]+ifelse\(\s*knitr::is_(html|latex)_output\(\)"
    r"\s*,\s*([\"'])([^\"'`]*)\2\s*,\s*([\"'])([^\"'`]*)\4\s*\)[ \t]*`"
)
_EMPTY_CODE = re.compile(r"`r[ \t]+(?:''|\"\")[ \t]*`")  # keeps the chunk from running if it precedes a fence
_DIAGRAMS = ("mermaid", "dot", "graphviz")
_ECHO_OPTION = re.compile(r"^[ \t]*(?:#|//|%%|--)\|[ \t]*echo\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkContext:
    """The context of code chunks in a text: the chapter's path, default options and stored results."""

    chapter: str = ""
    default_options: Mapping[str, str] = field(default_factory=dict)
    stored_results: StoredResults | None = None


NO_CONTEXT = ChunkContext()


def replace_chunks(draft: Draft, context: ChunkContext = NO_CONTEXT) -> Draft:
    """Replace code chunks with their stored results, with images or text, or with plain code blocks."""
    stored = context.stored_results
    lines = scan_lines(draft.text)
    chunks = list(find_chunks(lines, context.default_options))
    results = stored.find_results(context.chapter, draft, lines, chunks) if stored else ChapterResults()
    edits = list(_convert_verbatim_chunks(lines))
    findings: list[ImportFinding] = []
    if results.cells and not results.is_current:
        message = "the stored results are from an earlier version of this file"
        findings.append(draft.make_finding(0, message, "used the results of unchanged code"))
    unnamed = 0
    is_jupyter = not any(chunk.language == "r" for chunk in chunks)
    for number, chunk in enumerate(chunks, 1):
        label = chunk.get_option("label")
        unnamed += not label
        figures: list[str] = []
        if stored and chunk.has_visible_output and not chunk.is_disabled("fig-show"):
            index = number if is_jupyter else unnamed  # Jupyter counts all chunks, knitr only unnamed ones
            figures = stored.find_figure_files(context.chapter, label, index, jupyter=is_jupyter)
        new, message, action = _replace_chunk(chunk, results, figures)
        edits += new
        findings += [draft.make_finding(chunk.start, message, action)] if message else []
    edits += [Edit(*match.span(), "") for match in _EMPTY_CODE.finditer(draft.text)]
    for match in _find_executable_inline_code(draft, lines):
        if match.start() in results.values:
            edits.append(Edit(*match.span(), results.values[match.start()]))
        elif choice := _BY_OUTPUT.fullmatch(match.group()):
            edits.append(Edit(*match.span(), choice.group(3 if choice.group(1) == "html" else 5)))
        else:
            message = f"no saved output for the inline expression {match.group()}"
            findings.append(draft.make_finding(match.start(), message, "kept as code"))
    return draft.apply_edits(edits, findings)


def _replace_chunk(chunk: Chunk, results: ChapterResults, figures: list[str]) -> tuple[list[Edit], str, str]:
    """Return edits that replace a chunk, and the message and action of a finding, or "" for no finding."""

    def replace_whole_chunk(new: str, message: str = "") -> tuple[list[Edit], str, str]:
        return [Edit(chunk.start, chunk.end, new)], message, "omitted"

    if chunk.is_disabled("include"):
        return replace_whole_chunk("")
    if chunk.language in _DIAGRAMS and not chunk.is_disabled("eval"):
        file = chunk.get_option("file")
        message = f'the diagram is read from "{file}"' if file else "the diagram is empty"
        return replace_whole_chunk(_format_diagram(chunk), "" if chunk.code.strip() else message)
    if chunk.language in _DIV_LANGUAGES:
        return replace_whole_chunk(_format_text_block(chunk))
    if chunk.language == "asis":  # Markdown that is shown but not executed
        return replace_whole_chunk(
            "" if chunk.is_disabled("echo") or chunk.is_disabled("eval") else chunk.code
        )
    if chunk.start in results.cells:
        return replace_whole_chunk(f"\n{results.cells[chunk.start]}\n")
    names = chunk.image_files or figures if chunk.has_visible_output else []
    is_missing = chunk.has_visible_output and not names and not chunk.is_silent
    if not chunk.code.strip() and not names:
        return replace_whole_chunk("", f"the {chunk.language} chunk has no code in this file")
    if chunk.is_disabled("echo"):
        is_reported = is_missing and not (results.has_stored_results and results.is_current)
        message = f"hidden {chunk.language} code has no stored result" if is_reported else ""
        return replace_whole_chunk(_format_figure(chunk, names) if names else "", message)
    edits = list(_replace_with_listing(chunk, has_caption=not names))
    edits += [Edit(chunk.end, chunk.end, f"\n{_format_figure(chunk, names)}")] if names else []
    message = f"{chunk.language} code has no stored result" if is_missing else ""
    return edits, message, "kept as code without its output"


def _replace_with_listing(chunk: Chunk, *, has_caption: bool) -> Iterator[Edit]:
    """Yield the edits that turn a chunk into a code block.

    With ``echo: fenced``, the chunk's own fences and its options other than ``echo`` are kept.
    """
    if chunk.get_option("echo") != "fenced":
        yield Edit(chunk.start, chunk.opening_end, _format_listing_opening(chunk, has_caption=has_caption))
        yield from (Edit(item.start, item.end + 1, "") for item in chunk.option_lines)
        return
    outer = chunk.fence + chunk.fence[0]
    inner = f"{chunk.indent}{chunk.fence}{{{chunk.language}{chunk.header}}}"
    yield Edit(chunk.start, chunk.opening_end, f"{chunk.indent}{outer}{{.markdown}}\n{inner}")
    yield from (
        Edit(item.start, item.end + 1, "") for item in chunk.option_lines if _ECHO_OPTION.match(item.text)
    )
    yield Edit(chunk.end, chunk.end, f"\n{chunk.indent}{outer}")


def _convert_verbatim_chunks(lines: list[SourceLine]) -> Iterator[Edit]:
    """Convert chunks in double braces to code blocks that show the chunk with its fences."""
    for line in lines:
        match = _ESCAPED_FENCE.match(line.text) if line.kind is LineKind.CODE else None
        if match:
            yield Edit(line.text_start, line.end, "{}{}{{{}}}".format(*match.groups()))
    for block in find_code_blocks(lines):
        line, closing = block.opening, block.closing
        match = _ESCAPED_FENCE.match(line.text)
        if match and closing is not None:
            indent, fence, header = match.groups()
            outer = f"{fence}{fence[0]}"
            yield Edit(
                line.text_start, line.end, f"{indent}{outer}{{.markdown}}\n{indent}{fence}{{{header}}}"
            )
            yield Edit(closing.end, closing.end, f"\n{closing.quote}{indent}{outer}")


def _format_listing_opening(chunk: Chunk, *, has_caption: bool) -> str:
    """Return the opening line of a code block.

    If ``has_caption`` is true and the chunk has a caption, the line includes the caption and the id.
    """
    start = f"{chunk.indent}{chunk.fence}"
    if not chunk.caption or not has_caption:
        return start + chunk.language
    attributes = [f".{chunk.language}", *_format_id_attribute("lst-", chunk.label)]
    attributes.append(f'lst-cap="{escape_attribute(strip_markup(chunk.caption))}"')
    return f"{start}{{{' '.join(attributes)}}}"


def _format_id_attribute(prefix: str, label: str) -> list[str]:
    """Return a list with the id attribute for a label, or an empty list if it is not a valid id."""
    return [f"#{prefix}{label}"] if re.fullmatch(r"[\w-]+", label) else []


def _format_figure(chunk: Chunk, image_paths: list[str]) -> str:
    """Return Markdown for a chunk's images, with their caption, id, alt text and width."""
    attributes = _format_id_attribute("fig-", chunk.label)
    alt = " ".join(chunk.get_option("fig-alt").split())
    pairs = [f'fig-alt="{escape_attribute(strip_markup(alt))}"'] if alt else []
    width = chunk.get_option("out-width", "width")
    pairs += [f"width={width}"] if re.fullmatch(r"\d+(\.\d+)?(%|px|in|cm)", width) else []
    names = [format_link_destination(name) for name in image_paths]
    caption = (
        chunk.caption.replace("[", r"\[").replace("]", r"\]") if "](" not in chunk.caption else chunk.caption
    )
    if len(names) == 1:
        attributes += pairs
        end = f"{{{' '.join(attributes)}}}" if attributes else ""
        return f"\n{chunk.indent}![{caption}]({names[0]}){end}\n"
    images = "\n\n".join(f"![]({name}){{{' '.join(pairs)}}}" if pairs else f"![]({name})" for name in names)
    opening = f"::: {{{attributes[0]}}}" if attributes else "::: {}"
    return f"\n{opening}\n{images}\n\n{caption}\n:::\n"


def _format_diagram(chunk: Chunk) -> str:
    if not chunk.code.strip():
        return ""
    attributes = [f".{chunk.language}", *_format_id_attribute("fig-", chunk.label)]
    for name in ("fig-cap", "fig-alt"):
        if value := " ".join(chunk.get_option(name).split()):
            attributes.append(f'{name}="{escape_attribute(value)}"')
    fence = chunk.indent + chunk.fence
    return f"\n{fence}{{{' '.join(attributes)}}}\n{chunk.code}\n{fence}\n"


def _format_text_block(chunk: Chunk) -> str:
    """Return a fenced div for a theorem or callout that R Markdown writes as a chunk."""
    name = _CALLOUT.sub("callout-", chunk.get_option("type")) or chunk.language
    attributes = [f".{name}"] if re.fullmatch(r"[\w-]+", name) else []
    attributes += _format_id_attribute("", chunk.get_option("label"))
    attributes += [f'name="{escape_attribute(chunk.get_option("name"))}"'] if chunk.get_option("name") else []
    return f"\n::: {{{' '.join(attributes)}}}\n{chunk.code}\n:::\n"


def _find_executable_inline_code(draft: Draft, lines: list[SourceLine]) -> Iterator[re.Match[str]]:
    line_starts = [line.start for line in lines]
    for match in INLINE.finditer(draft.text):
        if lines[bisect_right(line_starts, match.start()) - 1].is_prose and not _EMPTY_CODE.fullmatch(
            match.group()
        ):
            yield match


def replace_undefined_references(book: SourceBook) -> SourceBook:
    """Replace references to missing chunk output with text, or with references to the chunk's code."""
    labels = load_labels(book.metadata.language or "en")
    identifiers = {match.group(1) for piece in book.source_texts for match in _ID.finditer(piece.draft.text)}
    identifiers |= {str(section.front_matter.get("id", "")) for section in book.sections}

    def replace_in_text(source_text: SourceText) -> Draft:
        edits, findings = [], []
        for match in CROSS_REFERENCE.finditer(mask_formulas(source_text.draft.text)):
            name = match.group(2)
            if name in identifiers:
                continue
            code = f"lst-{name.partition('-')[2]}"
            if code in identifiers:
                edits.append(_redirect_reference(match, code))
                continue
            edits.append(spell_out_reference(match, labels))
            message, action = f"undefined reference @{name}", f'replaced by "{edits[-1].replacement}"'
            findings.append(source_text.draft.make_finding(match.start(2) - 1, message, action))
        return source_text.draft.apply_edits(edits, findings)

    return book.with_drafts(replace_in_text)


def _redirect_reference(match: re.Match[str], code_id: str) -> Edit:
    """Return the edit that redirects a reference from a chunk's output to the chunk's code."""
    if (match.group(1) or "").endswith("-") and match.group(3):
        return Edit(*match.span(), f"@{code_id}")
    return Edit(match.start(2), match.end(2), code_id)


def spell_out_reference(match: re.Match[str], labels: Labels) -> Edit:
    """Return the edit that replaces a reference with text such as "Figure (name)"."""
    kind, _, name = match.group(2).partition("-")
    word = labels.named(LabelKind(kind).name.lower(), f"({name})")
    start, end = match.start(2) - 1, match.end(2)
    if match.group(1) and match.group(3):
        start, end = match.span()
    return Edit(start, end, word)
