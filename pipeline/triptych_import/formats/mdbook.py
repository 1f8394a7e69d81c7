"""Import mdBook books: book.toml, and SUMMARY.md with the chapters that it lists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triptych.engine.processes.limits import report_position
from triptych.yaml_text import get_nested_value
from triptych_import import commonmark, containers, formulas, shortcodes
from triptych_import.book import (
    Draft,
    Edit,
    FrontMatterValues,
    ImportFinding,
    Metadata,
    ReadText,
    SourceBook,
    as_list,
)
from triptych_import.contents import build_sections, parse_summary
from triptych_import.headings import escape_attribute, split_front_matter, strip_markup
from triptych_import.masking import (
    LineKind,
    SourceLine,
    find_code_blocks,
    find_delimiter_pairs,
    mask_text,
    scan_lines,
)
from triptych_import.source import SourceFiles
from triptych_import.toml_text import MalformedTomlError, load_toml

SOURCE_DESCRIPTION = "book.toml (mdBook)"
_BUILT_IN_PREPROCESSORS = ("links", "index")
_MATH = ("katex", "mathjax")
_SUPPORTED_PREPROCESSORS = ("trpl-listing", "listings", "trpl-note", "admonish", "toc")


def can_read(path: Path) -> bool:
    """Return whether a path is an mdBook project."""
    return (path / "book.toml").is_file()


def read_book(path: Path) -> SourceBook:
    """Read the book from an mdBook project."""
    source = SourceFiles(path)
    settings: Mapping[str, Any] = {}
    problems: list[ImportFinding] = []
    report_position("book.toml")
    try:
        settings = load_toml(source.read_text("book.toml") or "")
    except MalformedTomlError as error:
        message = f"the settings cannot be parsed: {error}"
        problems = [ImportFinding(path="../book.toml", line=error.line, message=message, action="ignored")]
    book = _get_table(settings, "book")
    root = posixpath.normpath(str(book.get("src", "src"))).removeprefix("./")
    root = "" if root == "." else root
    preprocessors = _get_table(settings, "preprocessor")
    math = bool(_get_table(settings, "output", "html").get("mathjax-support"))
    math = math or any(name in preprocessors for name in _MATH)
    macro_file = source.read_text(str(_get_table(preprocessors, "katex").get("macros", "")))
    macros = formulas.read_katex_macros(macro_file or "")
    read_below = source.make_text_reader(root)
    read_names: set[str] = set()
    is_course = _has_speaker_notes(settings)

    def read_text(path: str) -> str | None:
        read_names.add(path)
        return read_below(path)

    def prepare_draft(draft: Draft) -> tuple[Draft, FrontMatterValues]:
        report_position(posixpath.join(root, draft.path))
        draft = convert_speaker_notes(draft) if is_course else draft
        return convert_chapter(draft, read_text, math=math, macros=macros)

    summary = parse_summary(source.read_text(posixpath.join(root, "SUMMARY.md")) or "")
    sections, section_findings = build_sections(summary, "SUMMARY.md", read_text, prepare_draft)
    listed_paths = {piece.path for section in sections for piece in section.source_texts}
    left = sorted(set(source.list_files(root, (".md",))) - listed_paths - read_names - {"SUMMARY.md"})
    found_items = [(name, "SUMMARY.md does not list this file", "omitted") for name in left]
    settings_path = posixpath.relpath("book.toml", root or ".")
    found_items += [
        (settings_path, message, action) for message, action in _find_unsupported_settings(settings)
    ]
    findings = (
        ImportFinding(path=file, message=message, action=action) for file, message, action in found_items
    )
    metadata = Metadata(
        title=str(book.get("title") or "Untitled"),
        authors=tuple(map(str, as_list(book.get("authors")))),
        language=str(book.get("language") or "en"),
        description=str(book.get("description", "")),
    )
    return SourceBook(
        metadata=metadata,
        sections=tuple(sections),
        root=root,
        findings=(*problems, *findings, *section_findings),
    )


def _get_table(settings: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the table at the path ``keys`` in the settings, or {} if there is none."""
    value = get_nested_value(settings, *keys)
    return value if isinstance(value, Mapping) else {}


def _has_speaker_notes(settings: Mapping[str, Any]) -> bool:
    """Return whether the website's scripts or style sheets turn ``<details>`` into speaker notes."""
    html = _get_table(settings, "output", "html")
    files = [*as_list(html.get("additional-js")), *as_list(html.get("additional-css"))]
    return any("speaker-notes" in str(name) for name in files)


def _find_unsupported_settings(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a message and an action for each unsupported preprocessor or website setting."""
    for name in _get_table(settings, "preprocessor"):
        if name not in (*_BUILT_IN_PREPROCESSORS, *_MATH, *_SUPPORTED_PREPROCESSORS):
            yield f'unsupported preprocessor "{name}"', "not run"
    if _has_speaker_notes(settings):
        yield "folded passages of this course are speaker notes", "moved to the speaker notes"
    for key in ("additional-css", "additional-js", "theme"):
        if _get_table(settings, "output", "html").get(key):
            yield f"setting output.html.{key} applies only to the website", "omitted"


def convert_chapter(
    draft: Draft, read_text: ReadText, *, math: bool, macros: Mapping[str, str] | None = None
) -> tuple[Draft, FrontMatterValues]:
    """Adapt a chapter so that pandoc parses it as mdBook does; return the draft and its front matter."""
    draft, head = split_front_matter(draft)
    draft = shortcodes.expand_includes(draft, read_text)
    draft = containers.normalise_alerts(containers.convert_fenced_admonitions(draft))
    draft = add_listing_captions(shortcodes.clean_code_blocks(draft))
    if math:
        draft = formulas.convert_bracket_formulas(draft, double_backslashes=True, all_brackets=True)
    draft = commonmark.convert_commonmark(draft, math=math)
    return formulas.insert_macro_definitions(draft, macros or {}) if math else draft, head


# A quoted value may continue on lines that do not begin an element.
_QUOTED_VALUE = r"\"(?:[^\"\n]|\n(?![ \t]*<))*+\"|'(?:[^'\n]|\n(?![ \t]*<))*+'"
_LISTING_TAG = re.compile(
    rf"^((?:[ \t]*>)*+)[ \t]*<Listing\b((?:[^<>\"']|{_QUOTED_VALUE})*+)>[ \t]*$", re.MULTILINE
)
_LISTING_END = re.compile(r"^((?:[ \t]*>)*+)[ \t]*</Listing>[ \t]*$", re.MULTILINE)
_LISTING_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_FILE = re.compile(r"(?:<span class=\"filename\">([^<>]*)</span>|\[([^\[\]]*)\]\{\.filename\})\s*+\Z")
_CAPTION = re.compile(
    r"\s*(?:<span class=\"caption\">(.*?)</span>|:{3,} *caption[ \t]*\n(.*?)\n:{3,}[ \t]*(?=\n|\Z))",
    re.DOTALL,
)
_DIV = [(r"^:{3,} *\{\.listing\b[^{}\n]*\}[ \t]*\n", r"^:{3,}[ \t]*$(?=\n*+\Z|\n(?!:))")]
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#-]*)[ \t]*$")


def add_listing_captions(draft: Draft) -> Draft:
    """Make captions for code blocks from the file name above and the caption below each block."""
    draft = draft.apply_edits(_unwrap_listings(draft.text))
    blocks = list(find_code_blocks(scan_lines(draft.text)))
    edits: list[Edit] = []
    before = 0
    for index, block in enumerate(blocks):
        opening, end = block.opening, block.end
        after = blocks[index + 1].opening.start if index + 1 < len(blocks) else len(draft.text)
        file = _FILE.search(draft.text, before, opening.start)
        caption = _CAPTION.match(draft.text, end, after)
        before = end
        match = _FENCE.match(opening.text)
        if match is None or not (file or caption) or opening.quote:
            continue
        name = " ".join((file.group(1) or file.group(2) or "").split()) if file else ""
        words = " ".join((caption.group(1) or caption.group(2)).split()) if caption else ""
        whole_caption = _format_listing_caption(words, re.sub(r"^[^:：]*[:：]\s*", "", name))
        indent, mark, language = match.groups()
        edits.append(
            Edit(
                opening.start,
                opening.end,
                f'{indent}{mark}{{.{language or "text"} lst-cap="{whole_caption}"}}',
            )
        )
        edits += [Edit(*match.span(), "\n\n") for match in (file, caption) if match]
    return draft.apply_edits(edits)


def _format_listing_caption(words: str, name: str) -> str:
    """Combine a caption such as ``Listing 1-1: text`` and a file name into one caption."""
    number = re.match(r"\w+ [\dA-Z]+-\d+[:：] *", words)
    first, rest = (number.group(), words[number.end() :]) if number else ("", words)
    return escape_attribute(strip_markup(f"{first}{name}{': ' if name and rest else ''}{rest}"))


def _unwrap_listings(text: str) -> Iterator[Edit]:
    """Convert ``<Listing>`` tags to a file name above the code block and a caption below it."""
    masked = mask_text(text, escapes=False)
    for match in _LISTING_TAG.finditer(masked):
        attributes = {
            name: quoted or unquoted
            for name, quoted, unquoted in _LISTING_ATTRIBUTE.findall(text[slice(*match.span(2))])
        }
        end = _LISTING_END.search(masked, match.end())
        file = attributes.get("file-name", "")
        number, words = attributes.get("number", ""), attributes.get("caption", "")
        above = f'<span class="filename">Filename: {file}</span>\n' if file else ""
        label = f"Listing {number}: " if number else ""
        below = f'\n<span class="caption">{label}{words or file}</span>' if number or words else ""
        if quote := match.group(1):  # code in block quotes has no captions, so use text
            above = f"{quote} `{file}`" if file else quote
            below = f"{quote} {label}{' '.join(words.split())}" if below else quote
        yield Edit(*match.span(), above)
        if end:
            yield Edit(*end.span(), below)
    for _, first, last in find_delimiter_pairs(_DIV, masked):
        yield Edit(*first.span(), "")
        yield Edit(*last.span(), "")


_DETAILS_OPENING = re.compile(r"[ \t]*<details(?:\s[^<>]*)?>[ \t]*", re.IGNORECASE)
_DETAILS_CLOSING = re.compile(r"[ \t]*</details>[ \t]*", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t]*<summary\b", re.IGNORECASE)


def convert_speaker_notes(draft: Draft) -> Draft:
    """Convert ``<details>`` without ``<summary>`` to fenced divs with speaker notes."""
    return draft.apply_edits(_replace_details_elements(scan_lines(draft.text)))


def _replace_details_elements(lines: list[SourceLine]) -> Iterator[Edit]:
    open_lines: list[tuple[SourceLine, bool]] = []
    for index, line in enumerate(lines):
        if not line.is_prose or line.quote:
            continue
        if _DETAILS_OPENING.fullmatch(line.text):
            following = (lines[n] for n in range(index + 1, len(lines)))
            after = next((other for other in following if other.kind is not LineKind.BLANK), None)
            has_summary = after is not None and bool(_SUMMARY.match(after.text))
            open_lines.append((line, not open_lines and not has_summary))
        elif _DETAILS_CLOSING.fullmatch(line.text) and open_lines:
            opening, is_note = open_lines.pop()
            if is_note:
                yield Edit(opening.text_start, opening.end, "\n::: notes")
                yield Edit(line.text_start, line.end, ":::\n")
