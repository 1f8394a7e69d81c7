"""Describe the classes and attributes of Markdown, with the entries of the guide's reference."""

from __future__ import annotations

from functools import cache

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS
from triptych.reading.topics import Name, load_topics
from triptych.reading.vocabulary import ACCEPTED_VALUES, ATTRIBUTES, CLASSES


@cache
def list_classes() -> dict[str, str]:
    """Return the known classes, each with its meaning or ""."""
    return {name: get_class_entry(name) for name in sorted(CLASSES)}


@cache
def list_attributes(*, of_chart: bool) -> dict[str, str]:
    """Return the attributes of charts or of other elements, each with its meaning or ""."""
    names = {*CHART_OPTIONS, "slide-title", "fig-alt"} if of_chart else ATTRIBUTES
    return {name: get_attribute_entry(name) for name in sorted(names)}


def get_class_entry(name: str) -> str:
    """Return the description of a class in Markdown, or ""."""
    entry = _read_entries()[0].get(name)
    return _format_entry(f".{name}", entry) if entry else ""


def get_attribute_entry(name: str) -> str:
    """Return the description of an attribute in Markdown, or ""."""
    if option := CHART_OPTIONS.get(name):
        return f"`{name}=` {option.meaning}\n\nValue: {option.values}. Default: {option.default}."
    entry = _read_entries()[1].get(name)
    return _format_entry(f"{name}=", entry) if entry else ""


def list_values(key: str) -> tuple[str, ...]:
    """Return the values that an attribute accepts, or () if it accepts any value."""
    if key == "type":
        return tuple(CHART_TYPES)
    if key in ACCEPTED_VALUES:
        return ACCEPTED_VALUES[key]
    option = CHART_OPTIONS.get(key)
    words = option.values.split("`")[1::2] if option else []
    return tuple(words) if words and all(word.isalpha() for word in words) else ()


def _format_entry(written_name: str, entry: Name) -> str:
    details = f"Applies to {entry.applies_to}."
    details += f" Value: {entry.values}." if entry.values else ""
    details += f" Default: {entry.default}." if entry.default else ""
    return f"`{written_name}` {entry.meaning}\n\n{details}\n\n```markdown\n{entry.example}\n```"


@cache
def _read_entries() -> tuple[dict[str, Name], dict[str, Name]]:
    """Return the entries of classes and of attributes, including their aliases."""
    classes: dict[str, Name] = {}
    attributes: dict[str, Name] = {}
    for topic in load_topics():
        for names, entries in ((classes, topic.classes), (attributes, topic.attributes)):
            for name, entry in entries.items():
                for other in (name, *entry.aliases, *entry.variants):
                    names.setdefault(other.strip(".="), entry)
    return classes, attributes
