"""Explain the name, attribute, key or finding at a position."""

from __future__ import annotations

import base64
import re

from lsprotocol import types

from triptych.diagnostics import CODES, read_explanation
from triptych.lsp.diagnostics import locate_finding
from triptych.lsp.document import DataColumn, Document
from triptych.lsp.index import ProjectIndex
from triptych.lsp.markdown_scan import Mention, MentionKind
from triptych.lsp.names import get_attribute_entry, get_class_entry
from triptych.lsp.schema_keys import describe_key, find_key_at
from triptych.lsp.snapshot import DataTable, Target

_ESCAPED = re.compile(r"([\\`*_{}\[\]<>#|])")


def make_hover(document: Document, offset: int) -> types.Hover | None:
    """Return an explanation in Markdown, or None if there is nothing to explain."""
    parts: list[str] = []
    start = end = offset
    column = document.find_column(offset)
    mention = document.find_mention(offset) if column is None else None
    if column is not None:
        start, end = column.start, column.end
        parts.append(_describe_column(column))
    elif mention is not None:
        start, end = mention.start, mention.end
        parts += [text for text in [_describe_mention(document, mention)] if text]
    elif attribute_place := document.find_attribute(offset):
        start, end = attribute_place[1].key_start, attribute_place[1].end
        entry = (
            get_class_entry(attribute_place[1].text)
            if attribute_place[1].key == "."
            else get_attribute_entry(attribute_place[1].key)
        )
        parts += [entry] if entry else []
    elif key := find_key_at(document.path, document.source, offset):
        start, end, steps = key
        parts += [text for text in [describe_key(document.path, steps)] if text]
    for finding in document.findings:
        first, last = locate_finding(finding, document.source)
        if first <= offset <= last:
            parts.append(explain_code(finding.code))
            if start == end:
                start, end = first, last
    if not parts:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(dict.fromkeys(parts)))
    return types.Hover(content, document.make_range(start, end))


def explain_code(code: str) -> str:
    """Return the explanation of a diagnostic code in Markdown."""
    explanation = read_explanation(code)
    examples = (f"```text\n{text.rstrip()}\n```" for text in (explanation.bad, explanation.good))
    bad, good = (text if "```" not in text[7:-3] else text.replace("```", "````") for text in examples)
    return f"**{code}**: {CODES[code].summary}\n\n{explanation.text}\n\nBad:\n\n{bad}\n\nGood:\n\n{good}"


def _describe_mention(document: Document, mention: Mention) -> str:
    index = document.index
    match mention.kind:
        case MentionKind.CITATION:
            return _describe_source(index, mention.name)
        case MentionKind.TERM:
            entry = index.find_term(mention.name)
            term = entry[2] if entry else mention.name
            definition = index.get_definition(term)
            return f"**{escape(term)}**\n\n{escape(definition)}" if definition else ""
        case MentionKind.FILE:
            path = index.locate_file(mention.name, document.path)
            table = index.get_table(path) if path else None
            return _describe_table(path, table) if path and table else ""
        case MentionKind.HEADING:
            heading_place = index.find_heading(mention, document.path)
            return f"{escape(heading_place[1].title)} (`{heading_place[0]}`)" if heading_place else ""
    identifier = index.resolve_id(mention, document.path)
    target = index.snapshot.targets.get(identifier)
    if target is None:
        heading_place = index.find_heading(mention, document.path)
        files = (path for path, _ in index.find_definitions(identifier, document.path))
        file = (
            heading_place[0] if heading_place else next(files, "")
        )  # an id that is newer than the last snapshot
        return f"{escape(heading_place[1].title if heading_place else identifier)} (`{file}`)" if file else ""
    return _describe_target(target, document.pictures.get(target.picture))


def _describe_target(target: Target, picture: bytes | None = None) -> str:
    """Return an element's name, caption and picture in Markdown."""
    name = f"**{escape(target.name)}**" if target.name else ""
    text = ": ".join(filter(None, (name, escape(target.title))))
    if picture:
        data = base64.b64encode(picture).decode("ascii")
        return f"{text}\n\n![{escape(target.title)[:80]}](data:image/png;base64,{data})"
    return text


def _describe_source(index: ProjectIndex, key: str) -> str:
    """Return a source as formatted in the bibliography, or a summary if it is not cited yet."""
    source = index.snapshot.sources.get(key)
    return escape(source.text) if source else ""


def _describe_table(path: str, table: DataTable) -> str:
    rows = "\n".join(f"| {escape(name)} | {escape(', '.join(values))} |" for name, values in table.columns)
    return f"`{path}`: {table.row_count:,} rows\n\n| Column | First values |\n|---|---|\n{rows}"


def _describe_column(column: DataColumn) -> str:
    sample_values = dict(column.table.columns)[column.name]
    ellipsis = ", …" if column.table.row_count > len(sample_values) else ""
    values = f"{escape(', '.join(sample_values))}{ellipsis}"
    return f"**{escape(column.name)}**, a column of `{column.path}`\n\n{values}"


def escape(text: str) -> str:
    """Escape Markdown syntax with backslashes."""
    return _ESCAPED.sub(r"\\\1", text)
