"""A read and linked book → the files of a Triptych project."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence

from triptych.settings.names import slug
from triptych_import.book import Metadata, Section
from triptych_import.draft import Draft
from triptych_import.markdown.headings import folded, headings, plain_text
from triptych_import.markdown.masking import Kind, mask, scan

FORMATS = "format:\n  pdf: default\n  epub: default\n  pptx: default\n"
_LISTED = 3  # levels that the e-book's contents have unasked
_PLAIN = re.compile(r"[^\W_][\w ./()+–—’,&-]*", re.UNICODE)


def quoted(value: str) -> str:
    """A text as YAML: as it is where that is safe, else in double quotes."""
    text = " ".join(value.split())
    safe = _PLAIN.fullmatch(text) and not re.search(r"[,&]", text) and text == value
    return text if safe else json.dumps(text, ensure_ascii=False)


def calendar_date(text: str) -> str:
    """Year-month-day of a date as people write it, or ""."""
    text = text.strip()
    for form in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d %B %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%b %d, %Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
    ):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    match = re.match(r"(\d{4}-\d{2}-\d{2})[T ]", text)
    return calendar_date(match.group(1)) if match else ""


def manifest_text(metadata: Metadata, sections: Sequence[Section]) -> str:
    """``source/book.yaml``. The e-book lists all levels that the source's own contents have."""
    lines = ["book:", f"  title: {quoted(_curled(metadata.title))}"]
    lines += [f"  subtitle: {quoted(_curled(metadata.subtitle))}"] if metadata.subtitle else []
    if len(metadata.authors) == 1:
        lines.append(f"  author: {quoted(metadata.authors[0])}")
    elif metadata.authors:
        lines += ["  author:", *(f"    - {quoted(name)}" for name in metadata.authors)]
    lines += [f"  date: {metadata.date}"] if metadata.date else []
    lines += [f"  description: {quoted(metadata.description)}"] if metadata.description else []
    if metadata.keywords:
        lines += ["  keywords:", *(f"    - {quoted(word)}" for word in metadata.keywords)]
    for key, value in (
        ("rights", metadata.rights), ("publisher", metadata.publisher), ("cover-image", metadata.cover)
    ):  # fmt: skip
        lines += [f"  {key}: {quoted(value)}"] if value else []
    lines += _contents([section for section in sections if not section.included])
    lines += [f"lang: {quoted(metadata.language)}"] if metadata.language else []
    lines.append(f"output-file: {slug(metadata.title) or 'book'}")
    if len(metadata.bibliography) == 1:
        lines.append(f"bibliography: {quoted(metadata.bibliography[0])}")
    elif metadata.bibliography:
        lines += ["bibliography:", *(f"  - {quoted(path)}" for path in metadata.bibliography)]
    lines += [f"csl: {quoted(metadata.csl)}"] if metadata.csl else []
    depth = 1 + max((piece.depth for section in sections for piece in section.pieces), default=0)
    formats = FORMATS.replace("epub: default", f"epub: {{toc-depth: {min(depth, 6)}}}")
    return "\n".join(lines) + "\n" + (formats if depth > _LISTED else "")


def _curled(title: str) -> str:
    """A title with the apostrophes that other tools make of straight ones."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", title)


def _contents(sections: list[Section]) -> list[str]:
    lines, part = ["  chapters:"], ""
    for section in sections:
        if section.appendix:
            continue
        if section.part and section.part != part:
            lines += [f"    - part: {quoted(section.part)}", "      chapters:"]
        part = section.part
        lines.append(f"{'        ' if part else '    '}- {quoted(section.path)}")
    if lines == ["  chapters:"]:
        lines = ["  chapters: []"]
    appendices = [section for section in sections if section.appendix]
    if appendices:
        lines += ["  appendices:", *(f"    - {quoted(section.path)}" for section in appendices)]
    return lines


def section_text(section: Section) -> str:
    """The text of a section file: its head, then its pieces in order."""
    pieces = []
    head = dict(section.head)
    for index, piece in enumerate(section.pieces):
        text = piece.draft.text
        if index == 0 and not section.included:
            if title := head.get("title"):
                text, name = _without_title(text, str(title))
                head = {**head, "id": name} if name and "id" not in head else head
            else:
                text = _title_first(piece.draft).text
        found = headings(text)
        if piece.depth and not found and piece.title:
            text = f"{'#' * min(piece.depth + 1, 6)} {piece.title}\n\n{text}"
        pieces.append(text.strip("\n"))
    if not section.included and "title" not in head and section.pieces[0].title:
        first = _first_block(pieces[0])
        if not re.match(r"# |.*\n=+[ \t]*(?:\n|\Z)", first):
            head = {"title": section.pieces[0].title, **head}
    return head_text(head) + "\n\n".join(text for text in pieces if text) + "\n"


def head_text(head: Mapping[str, str | bool | tuple[str, ...]]) -> str:
    """Front matter, or "" where there is nothing to say."""
    if not head:
        return ""
    lines = ["---"]
    for key, value in head.items():
        if isinstance(value, tuple):
            lines += [f"{key}:", *(f"  - {quoted(item)}" for item in value)]
        else:
            lines.append(
                f"{key}: {('true' if value else 'false') if isinstance(value, bool) else quoted(value)}"
            )
    return "\n".join([*lines, "---", "", ""])


def _first_block(text: str) -> str:
    """The text from its first line that is neither empty nor a comment."""
    line = next((line for line in scan(text) if line.kind not in (Kind.BLANK, Kind.COMMENT)), None)
    return text[line.start :] if line else ""


def _without_title(text: str, title: str) -> tuple[str, str]:
    """A text without a first heading that says what its head says, and the id of that heading."""
    first = next(iter(headings(text)), None)
    same = first is not None and first.level == 1 and folded(first.plain) == folded(plain_text(title))
    if first is None or not same or mask(text[: first.start]).replace("\0", "").strip():
        return text, ""
    return text[: first.start] + text[first.end + 1 :], first.id


def _title_first(draft: Draft) -> Draft:
    """A chapter begins with its title: anchors and badges that stand before it go behind it."""
    found = headings(draft.text)
    if not found or found[0].level != 1:
        return draft
    title = found[0]
    before = draft.text[: title.start]
    quoted_heading = title.marks[0] != title.start
    if quoted_heading or not mask(before).replace("\0", "").strip():
        return draft
    rest = draft.text[title.end :].lstrip("\n")
    gap = "\n\n<!-- -->\n\n" if rest.startswith(("    ", "\t")) else "\n\n"  # two blocks of code stay two
    text = draft.text[title.start : title.end] + "\n\n" + before.strip("\n") + gap + rest
    return Draft.of(draft.path, text)
