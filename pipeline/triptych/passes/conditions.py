"""Keep or drop conditional content by profile, setting and output.

Conditions on profiles and settings are applied before numbering. Content for an output is selected after
numbering, so that a figure has the same number in all outputs: ``select_for_output`` removes content, and the
module ``pages`` repairs the references to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS, OutputFormat, find_format
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Attr, Group, Image, Phrase, Slide, SpeakerNotes
from triptych.model.walk import chapter_nodes, get_attr, rewrite_book, rewrite_chapter, walk
from triptych.passes.spaces import clean_chapter
from triptych.yaml_text import get_nested_value

_CONDITION_CLASSES = {"content-visible", "content-hidden", "book-only", "slide-only"}


def apply_conditions(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Apply the conditions on profiles (``when-profile``) and on settings of the manifest (``when-meta``)."""

    def is_kept(attr: Attr) -> bool:
        is_listed = partial(_has_listed_value, attr, values=book.profiles)
        required = (is_listed("when-profile"), _is_setting_true(attr, "when-meta", book.settings))
        unless = (is_listed("unless-profile"), _is_setting_true(attr, "unless-meta", book.settings))
        if all(test is None for test in (*required, *unless)):
            return True
        return (False not in required and not any(unless)) is not attr.has("content-hidden")

    return rewrite_book(book, _make_filter(is_kept), Attr), []


def is_shown_in(output: OutputFormat, attr: Attr) -> bool:
    """Return whether an output shows a node with the attributes ``attr``."""
    if attr.has("book-only" if FORMATS[output].is_deck else "slide-only"):
        return False
    required_outputs, unless = (
        _parse_output_names(attr, "when-format"),
        _parse_output_names(attr, "unless-format"),
    )
    if not required_outputs and not unless:
        return True
    return ((not required_outputs or output in required_outputs) and output not in unless) is not attr.has(
        "content-hidden"
    )


def find_slide_only_ids(chapter: Chapter) -> frozenset[int]:
    """Return the ``id()`` of each node that only slides show."""
    books = [name for name, form in FORMATS.items() if not form.is_deck and not form.is_record]
    hidden = (
        node
        for node in chapter_nodes(chapter, Attr)
        if (attr := get_attr(node)).classes or attr.pairs
        if not any(is_shown_in(output, attr) for output in books)
    )
    return frozenset(id(inner) for node in hidden for inner in walk(node))


def select_for_output(book: Book, output: OutputFormat, memory: Memory = NO_MEMORY) -> Book:
    """Return the book with only the content for an output, and the output's variant of each image."""
    return replace(
        book, chapters=tuple(memory.call(_select_in_chapter, chapter, output) for chapter in book.chapters)
    )


def _select_in_chapter(chapter: Chapter, output: OutputFormat) -> Chapter:
    slides = FORMATS[output].is_deck
    choose = _make_filter(partial(is_shown_in, output), unwrap=True)
    is_shortened = False

    def select_node(node: Any) -> Any:
        nonlocal is_shortened
        if not slides and isinstance(node, Slide | SpeakerNotes):
            return ()
        replacement = choose(_choose_picture(node, output))
        is_shortened |= replacement == () and isinstance(node, Phrase)
        return replacement

    selected = rewrite_chapter(chapter, select_node, Attr, Image, Slide, SpeakerNotes)
    return clean_chapter(selected) if is_shortened else selected


def _choose_picture(node: Any, output: OutputFormat) -> Any:
    if not isinstance(node, Image) or not node.variants:
        return node
    return replace(node, picture=dict(node.variants).get(output, node.picture), variants=())


def _make_filter(is_kept: Callable[[Attr], bool], *, unwrap: bool = False) -> Callable[[Any], Any]:
    """Return a function for ``rewrite`` that removes nodes whose attributes ``is_kept`` rejects.

    If ``unwrap`` is true, the function also replaces a div or span with its content if a condition is its
    only attribute.
    """

    def filter_node(node: Any) -> Any:
        attr = get_attr(node)
        if not (attr.classes or attr.pairs):
            return node
        if not is_kept(attr):
            return ()
        is_plain_container = (
            isinstance(node, Group | Phrase)
            and not attr.id
            and set(attr.classes) <= _CONDITION_CLASSES
            and unwrap
        )
        return node.content if is_plain_container and attr.classes else node

    return filter_node


def _parse_output_names(attr: Attr, key: str) -> set[str]:
    return {find_format(word) or word for word in attr.get(key).replace(",", " ").lower().split()}


def _has_listed_value(attr: Attr, key: str, values: tuple[str, ...]) -> bool | None:
    """Return whether the attribute ``key`` lists one of ``values``, or None if it is missing."""
    names = attr.get(key).replace(",", " ").split()
    return any(name in values for name in names) if names else None


def _is_setting_true(attr: Attr, key: str, settings: Mapping[str, Any]) -> bool | None:
    """Return whether the setting named by the attribute ``key`` is truthy, or None if it is missing."""
    path = attr.get(key)
    if not path:
        return None
    return get_nested_value(settings, *path.split(".")) not in (None, "", "false", "no", False, [], {})
