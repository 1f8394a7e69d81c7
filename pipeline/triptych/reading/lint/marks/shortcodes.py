"""Shortcodes and expressions that stand in the text as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_SHORTCODE = re.compile(r"\{\{[<%]|[%>]\}\}")
_WRITTEN = r"\{\{\s*(?:data\(|[A-Za-z_][\w.]*\s*(?:\|[^{}\n]*)?\}\})"
_EXPRESSION = re.compile(_WRITTEN)

_ALLOW = "allow expressions by `jinja: true` in the manifest, or write {{< var name >}}"


def shortcodes_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """One that is not closed, of another tool, or an expression where none is allowed."""
    for text in draft.tree.texts:
        if "{{" not in text and "}}" not in text:
            continue
        if (match := _SHORTCODE.search(text)) and (place := draft.place(re.escape(match.group()))):
            message = "a shortcode is read as text"
            hint = "write {{< include file.md >}}, {{< var name >}}, {{< meta key >}} or {{< pagebreak >}}"
            yield draft.found("LNT022", place, message, hint)
        if draft.expressions or not _EXPRESSION.search(text):
            continue
        if place := draft.place(_WRITTEN):
            message = "an expression is read as text"
            yield draft.found("LNT022", place, message, _ALLOW)
