"""Find the headings of Markdown texts, and read front matter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from triptych.reading.sections import FRONT_MATTER_BLOCK, FrontMatter
from triptych.yaml_text import MalformedYamlError, load_yaml, to_plain_values
from triptych_import.book import Draft, Edit, FrontMatterValues
from triptych_import.masking import (
    SourceLine,
    classify_formula_lines,
    find_delimiter_pairs,
    find_formulas,
    find_inline_code,
    is_list_item,
    is_thematic_break,
    mask_text,
    scan_lines,
)
from triptych_import.toml_text import MalformedTomlError, load_toml

MAX_LEVEL = 6
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]++(.*))?$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_COMMENT = [("<!--", "-->")]
_ID = re.compile(r"#([^\s{}]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a Markdown text, with its explicit id and its positions in the text.

    ``start`` is the start of its first line, ``text_end`` the end of its text without attributes, and ``end``
    the end of its last line. ``marker_span`` is the span of the ``#`` characters; for a setext heading, it is
    empty. ``attributes_span`` is the span of the attribute block ``{…}`` and ``underline_span`` that of a
    setext underline; each is None if there is none.
    """

    start: int
    marker_span: tuple[int, int]
    text_end: int
    end: int
    level: int
    text: str
    id: str = ""
    attributes_span: tuple[int, int] | None = None
    underline_span: tuple[int, int] | None = None

    @property
    def plain_text(self) -> str:
        """The text of the heading without markup."""
        return strip_markup(self.text)


@lru_cache(maxsize=4)
def find_headings(text: str, *, multiline: bool = False) -> tuple[Heading, ...]:
    """Return all headings in order, including those in block quotes.

    If ``multiline`` is True, include setext headings of several lines, which CommonMark supports but pandoc
    does not.
    """
    return tuple(_iter_headings(text, multiline))


def _iter_headings(text: str, multiline: bool) -> Iterator[Heading]:
    lines = scan_lines(text)
    if "$" in text or "\\begin{" in text:
        lines = classify_formula_lines(lines, find_formulas(mask_text(text)))
    paragraph: list[SourceLine] = []
    for line in lines:
        atx = _ATX.match(line.text) if line.is_prose else None
        underline = (
            _UNDERLINE.match(line.text) if line.is_prose and paragraph and not line.list_depth else None
        )
        if atx:
            yield _read_atx_heading(line, atx)
            paragraph = []
        elif underline:
            is_heading_text = paragraph[-1].quote == line.quote and not any(
                "|" in source_line.text for source_line in paragraph
            )
            if is_heading_text and (multiline or len(paragraph) == 1):
                yield _read_setext_heading(text, paragraph, line, 1 if underline.group(1)[0] == "=" else 2)
            paragraph = []
        elif line.is_prose and not is_thematic_break(line.text) and not is_list_item(line.text):
            if not paragraph or paragraph[-1].quote != line.quote:
                paragraph = []
            paragraph.append(line)
        else:
            paragraph = []


def _read_atx_heading(line: SourceLine, match: re.Match[str]) -> Heading:
    base = line.text_start
    heading_text = (match.group(2) or "").rstrip(" \t")
    words, attributes = _split_attributes(heading_text)
    closing = words.rstrip("#")
    text_without_closing = closing if closing != words and closing[-1:] in ("", " ", "\t") else words
    first = base + (match.start(2) if match.group(2) is not None else match.end(1))
    return Heading(
        start=line.start,
        marker_span=(base + match.start(1), base + match.end(1)),
        text_end=first + len(words),
        end=line.end,
        level=len(match.group(1)),
        text=text_without_closing.strip(),
        id=_find_id(attributes),
        attributes_span=(first + len(heading_text) - len(attributes), first + len(heading_text))
        if attributes
        else None,
    )


def _split_attributes(text: str) -> tuple[str, str]:
    """Split a heading into its text and its attribute block ``{…}``, or "" if there is none."""
    start = text.rfind("{")
    attributes_text = text[start + 1 : -1]
    if (
        start < 0
        or not text.endswith("}")
        or re.search(r"[}\n]", attributes_text)
        or not re.search("[#.=-]", attributes_text)
    ):
        return text, ""
    return text[:start].rstrip(" \t"), text[start:]


def _read_setext_heading(text: str, paragraph: list[SourceLine], line: SourceLine, level: int) -> Heading:
    start = paragraph[0].start + len(paragraph[0].quote)
    end = paragraph[-1].end
    heading_text = text[start:end].rstrip()
    words, attributes = _split_attributes(heading_text)
    return Heading(
        start=paragraph[0].start,
        marker_span=(start, start),
        text_end=start + len(words),
        end=line.end,
        level=level,
        text=words.strip(),
        id=_find_id(attributes),
        attributes_span=(start + len(heading_text) - len(attributes), start + len(heading_text))
        if attributes
        else None,
        underline_span=(end, line.end),
    )


def _find_id(attributes: str) -> str:
    match = _ID.search(attributes)
    return match.group(1) if match else ""


def rewrite_heading(heading: Heading, *, level: int, identifier: str) -> list[Edit]:
    """Return the edits that set a heading's level and id. An empty ``identifier`` leaves the id unchanged."""
    edits = []
    marks = "#" * min(level, MAX_LEVEL)
    if heading.underline_span is not None and (level != heading.level or "\n" in heading.text):
        offset = heading.marker_span[0]
        edits += [Edit(*heading.marker_span, marks + " "), Edit(*heading.underline_span, "")]
        breaks = [offset + match.start() for match in re.finditer("\n", heading.text)]
        edits += [Edit(offset, offset + 1, " ") for offset in breaks]
    elif heading.underline_span is None and level != heading.level:
        edits.append(Edit(*heading.marker_span, marks))
    if not identifier or identifier == heading.id:
        return edits
    if heading.attributes_span is None:
        return [*edits, Edit(heading.text_end, heading.text_end, f" {{#{identifier}}}")]
    start, end = heading.attributes_span
    if heading.id:
        return [*edits, Edit(start, end, f"{{#{identifier}}}")]  # for an explicit id that occurs twice
    return [*edits, Edit(start + 1, start + 1, f"#{identifier} ")]


def strip_markup(text: str) -> str:
    """Convert a line of Markdown to plain text, without markup for code, emphasis, links and HTML."""
    out, position = [], 0
    for start, width, end in find_inline_code(text):
        out += [_strip_inline_markup(text[position:start]), text[start + width : end].strip()]
        position = end + width
    return "".join([*out, _strip_inline_markup(text[position:])])


def _strip_inline_markup(text: str) -> str:
    text = re.sub(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", text)
    for _, first, last in reversed(list(find_delimiter_pairs(_COMMENT, text))):
        text = text[: first.start()] + text[last.end() :]
    text = re.sub(r"(?<!\\)(?:\*+|~~|(?<!\w)_+|(?:(?<!_)|(?<=\\_))_++(?!\w))", "", text)
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def normalise_case_and_spaces(text: str) -> str:
    """Normalise the case and spaces of a title or link label, for comparisons."""
    return " ".join(text.split()).casefold()


def make_github_slug(text: str) -> str:
    """Return the id that GitHub and mdBook generate for a heading, with a hyphen for each space."""
    characters = ("-" if char.isspace() else char.lower() for char in text.strip())
    return "".join(char for char in characters if char.isalnum() or char in "-_")


def escape_attribute(text: str) -> str:
    """Escape a string for use in a quoted attribute value.

    Backticks become entities, since the info string of a code fence must not contain any.
    """
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "&grave;")


def format_link_destination(url: str) -> str:
    """Return a URL as a link destination, in angle brackets if it has spaces or parentheses."""
    return f"<{url}>" if re.search(r"[\s()]", url) else url


_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_PERCENT = re.compile(
    r"\A%([^\n]*(?:\n[ \t]+\S[^\n]*)*)(?:\n%([^\n]*(?:\n[ \t]+\S[^\n]*)*))?(?:\n%([^\n]*))?(?:\n|\Z)"
)
_KEY = re.compile(r"^([^\s:=][^:=\n]*)[:=]", re.MULTILINE)
_FIRST_KEY = re.compile(r"\s*(?:#.*\n\s*)*[\w-]+[ \t]*:")


@lru_cache(maxsize=1024)  # needed for arranging a book, and again for reading its chapters
def parse_front_matter(text: str) -> tuple[Mapping[str, Any], int]:
    """Return the values of front matter in YAML, TOML or a pandoc title block, and the offset of its end.

    If there is no front matter, return ({}, 0).
    """
    if block := _PERCENT.match(text):
        return _parse_title_block(block), block.end()
    if block := _TOML.match(text):
        try:
            return load_toml(block.group(1)), block.end()
        except MalformedTomlError:
            return {}, block.end()
    block = FRONT_MATTER_BLOCK.match(text)
    has_block = block is not None and (block.group(1)[:1] != "\n" or _FIRST_KEY.match(block.group(1)))
    if block is None or not has_block:
        return {}, 0  # two thematic breaks
    try:
        tree = load_yaml(block.group(1))
    except MalformedYamlError:
        return {}, block.end() if _FIRST_KEY.match(block.group(1)) else 0
    if tree is None and not block.group(1).strip():
        return {}, block.end()
    return (to_plain_values(tree), block.end()) if isinstance(tree, dict) else ({}, 0)


def _parse_title_block(block: re.Match[str]) -> dict[str, Any]:
    """Return the values of a pandoc title block: ``% title``, ``% author; author`` and ``% date``."""
    title, authors, date = ((group or "").strip() for group in block.groups())
    names = [name.strip() for name in re.split(r";|\n", authors) if name.strip()]
    values = {"title": " ".join(title.split()), "author": names, "date": date}
    return {key: value for key, value in values.items() if value}


def split_front_matter(
    draft: Draft, *, ignored_keys: tuple[str, ...] = ()
) -> tuple[Draft, FrontMatterValues]:
    """Remove the front matter of a draft; return the draft and the values that Triptych supports.

    Report each unsupported key that is not in ``ignored_keys``.
    """
    values, end = parse_front_matter(draft.text)
    if not end:
        return draft, {}
    head: FrontMatterValues = {}
    findings = []
    keys = reversed(list(_KEY.finditer(draft.text, 0, end)))
    positions = {match.group(1).rstrip(): match.start() for match in keys}
    if not values and draft.text[:end].strip("-+. \n\t"):
        findings.append(draft.make_finding(0, "the front matter cannot be parsed", "omitted"))
    for key, value in values.items():
        if key in ignored_keys:
            continue
        if (converted := _convert_front_matter_value(key, value)) is not None:
            head[key] = converted
        else:
            message = f'unsupported front matter key "{key}"'
            findings.append(draft.make_finding(positions.get(key, 0), message, "omitted"))
    return draft.apply_edits([Edit(0, end, "")], findings), head


def _convert_front_matter_value(key: str, value: Any) -> str | bool | tuple[str, ...] | None:
    if key not in FrontMatter.model_fields or key == "slides":
        return None
    if key == "takeaways" and isinstance(value, list):
        return tuple(str(item) for item in value)
    if key == "unnumbered":
        return str(value).lower() in ("true", "yes")
    if key == "id" and not re.fullmatch(r"[A-Za-z][\w.-]*", str(value)):
        return None
    return value if isinstance(value, str) else None
