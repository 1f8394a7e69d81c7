"""Define manifests, front matter and glossaries with texts of maximum length, full of markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.hostile.small_project import Case, small_project, write_files
from triptych.settings.values import MAX_LINE, MAX_TEXT

_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "words": "word ",
        "word": "w",
        "stars": "*a ",
        "emphasis": "*a* **b** ",
        "nested": "*_",
        "quotes": "\"a 'b ",
        "links": "[a](http://b.c) ",
        "code": "`a` ",
        "formulas": "$a$ ",
        "citations": "@a [@b] ",
        "addresses": "http://a.b/c a@b.c ",
        "blanks": "a" + " " * 300,
        "stops": "...;",
        "invisible": "a\u200b\u202e\u2066\ufe0f\u200d",
        "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 ",
        "combining": "a" + "\u0301\u0302\u0489" * 30,
        "digits": "1,234.5 ",
        "tags": "<b>a</b> &amp; ",
    }
)


def _case(name: str, unit: str) -> Case:
    line, text = ((unit * (size // len(unit) + 1))[: size - 1] + "a" for size in (MAX_LINE, MAX_TEXT))
    book = {
        **dict.fromkeys(("title", "subtitle", "file-as", "publisher"), line),
        **dict.fromkeys(("description", "blurb", "rights"), text),
        "author": [{"name": line, "file-as": line}] * 3,
        "keywords": [line] * 5,
        "takeaways": [line] * 5,
        "subjects": [line],
        "series": line,
        "date": "2026-01-31",
        "accessibility": {"summary": text},
        "chapters": [{"part": line, "summary": text, "chapters": ["one.md"]}],
    }
    head = {"title": line, "summary": text, "takeaways": [line] * 5, "slides": {"points": [line] * 5}}
    glossary = [{"term": line, "definition": text}, {"term": "A", "abbreviation": line, "definition": "B"}]
    manifest = {"lang": "en-GB", "glossary": "terms.yaml", "variables": {"a": text}, "book": book}

    def write(folder: Path) -> None:
        small_project(folder, "[A]{.gls} {{< var a >}}", head=_dump(head))
        files = {"source/book.yaml": _dump(manifest), "source/terms.yaml": _dump(glossary)}
        write_files(folder / "project", files)

    return Case(f"full-{name}", "full", write)


def _dump(tree: object) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=1)


FULL_VALUES = [_case(name, unit) for name, unit in _UNITS.items()]
