"""Keep the protected case of BibTeX titles such as ``{{The Great Wall}}`` in CSL JSON.

Pandoc parses the braces as a span, but drops the span when it writes CSL JSON. CSL 1.0.2 represents such a
span as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triptych.reading.pandoc import Json, rewrite_tree

NO_CASE_CLASS = "nocase"
_PROTECTING = (["", [NO_CASE_CLASS], []], ["", [], []])  # spans for a whole title, and for some of its words
_URL = re.compile(r"https?://\S+")
_SPACES = ("Space", "SoftBreak")


def protect_case(entries: list[Json], document: Json) -> list[Json]:
    """Add case-protecting spans from the metadata of a pandoc document to CSL JSON entries."""
    references = document["meta"].get("references", {}).get("c", [])
    spans = {
        _extract_plain_text(reference["c"]["id"]): dict(_find_protected_words(reference["c"]))
        for reference in references
    }
    return [_protect_entry(entry, spans.get(str(entry["id"]), {})) for entry in entries]


def protect_urls(entries: list[Json]) -> list[Json]:
    """Protect the case of URLs in CSL JSON entries, for example in ``howpublished``."""

    def protect_url(name: str, value: Any) -> Any:
        is_link = name.isupper()  # URL, DOI
        is_address = isinstance(value, str) and _URL.fullmatch(value)
        return f'<span class="{NO_CASE_CLASS}">{value}</span>' if is_address and not is_link else value

    return [{name: protect_url(name, value) for name, value in entry.items()} for entry in entries]


def remove_case_spans(blocks: list[Json]) -> Json:
    """Remove the case-protecting spans from citeproc's blocks."""

    def unwrap_span(node: Json) -> list[Json] | None:
        is_span = node.get("t") == "Span" and node["c"][0][1] == [NO_CASE_CLASS]
        return rewrite_tree(node["c"][1], unwrap_span) if is_span else None

    return rewrite_tree(blocks, unwrap_span)


def _find_protected_words(entry: Json) -> Iterator[tuple[str, list[str] | None]]:
    """Yield each field with its protected strings, or with None if the whole value is protected."""
    for name, value in entry.items():
        inlines = value["c"] if value["t"] == "MetaInlines" else []
        spans = [item for item in inlines if item["t"] == "Span" and item["c"][0] in _PROTECTING]
        if spans:
            yield name, None if len(inlines) == 1 else [_extract_plain_text(span["c"][1]) for span in spans]


def _protect_entry(entry: Json, spans: dict[str, list[str] | None]) -> Json:
    protected = dict(entry)
    for name, words in spans.items():
        value = protected.get(name)
        if not isinstance(value, str):
            continue
        for protect in [value] if words is None else words:
            if protect and f'class="{NO_CASE_CLASS}">{protect}' not in value:
                value = value.replace(protect, f'<span class="{NO_CASE_CLASS}">{protect}</span>', 1)
        protected[name] = value
    return protected


def _extract_plain_text(node: Any) -> str:
    """Return the text of inlines. Nested markup becomes a NUL character, which titles do not contain."""
    if isinstance(node, list):
        return "".join(map(_extract_plain_text, node))
    if node["t"] in _SPACES:
        return " "
    content = node.get("c", "")
    return (
        content
        if isinstance(content, str)
        else _extract_plain_text(content)
        if node["t"].startswith("Meta")
        else "\0"
    )


_FIELDS = ("title", "title-short", "container-title", "collection-title")
# An opening quotation mark is at the start, or after a space, an opening mark or a dash. A closing one is not
# followed by a letter or digit.
_WORD_START, _WORD_END = r"(?<![^\s(\[“„«\"–—/-])", r"(?![^\W_])"
# Apostrophes that start words are not quotation marks: the ’90s, rock ’n’ roll.
_NO_QUOTATION = r"(?!\d\ds?\b|(?:n|til|tis|twas|em|cause|round)\b)"
_SINGLE = re.compile(
    rf"{_WORD_START}[‘’']{_NO_QUOTATION}(?=\S)((?:[^‘’']|[’'](?=[^\W_]))*?\S)[’']{_WORD_END}"
)
_DOUBLE = re.compile(rf"{_WORD_START}“(?=\S)([^“”]*?\S)”{_WORD_END}")


def straighten_title_quotes(entry: Json) -> Json:
    """Replace typographic with straight quotation marks in an entry's titles, as citeproc expects."""
    straightened = {
        name: _straighten_quotes(entry[name]) for name in _FIELDS if isinstance(entry.get(name), str)
    }
    return {**entry, **straightened}


def _straighten_quotes(title: str) -> str:
    return _SINGLE.sub(r"'\1'", _DOUBLE.sub(r'"\1"', title))
