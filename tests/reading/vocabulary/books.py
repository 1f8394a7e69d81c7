"""Build books from the examples in the vocabulary, with a chapter for each subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.reference.example_files import EXAMPLE_FILES

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS
from triptych.project import Project
from triptych.reading.topics import Topic, load_topics

_MANIFEST = """\
book:
  title: Examples
  subtitle: Of everything
  author: Ada Lovelace
  date: 2026-01-31
  chapters: [{chapters}]
lang: en-GB
output-file: examples
bibliography: references.bib
glossary: glossary.yaml
jinja: true
lint: {{second-axis: "off"}}
profiles: [teacher]
variables: {{version: "1.2"}}
"""


def examples_of(topic: Topic) -> Iterator[str]:
    """Return the examples of a subject, those of its elements first."""
    yield from (element.example for element in topic.elements)
    yield from (name.example for name in (*topic.classes.values(), *topic.attributes.values()))


def chart_block(example: str, words: str) -> str:
    """Return a chart with the attributes of an example."""
    alt = "" if "alt=" in example else f' fig-alt="{words or "A chart."}"'
    return f"::: {{.chart {example}{alt}}}\nAn example\n:::"


def chapters() -> dict[str, str]:
    """Return the chapters by file name."""
    result = {}
    for topic in load_topics():
        # A paragraph before each example ends a list, and is followed by the element.
        parts = [part for example in examples_of(topic) for part in (f"{topic.title}.", example)]
        result[f"{topic.title.lower().replace(' ', '-')}.md"] = (
            "\n\n".join([f"# {topic.title}", *parts]) + "\n"
        )
    blocks = [
        chart_block(kind.guide_entry.example, kind.guide_entry.alt_text) for kind in CHART_TYPES.values()
    ]
    blocks += [chart_block(option.example, option.alt_text) for option in CHART_OPTIONS.values()]
    result["chart-options.md"] = "\n\n".join(["# Chart options", *blocks]) + "\n"
    return result


def write_book(folder: Path) -> Project:
    """Write the project of all examples."""
    source = folder / "source"
    (source / "data").mkdir(parents=True)
    (source / "data/energy.csv").write_text(EXAMPLE_FILES["energy.csv"], "utf-8")  # for expressions
    texts = chapters()
    for name, text in {**EXAMPLE_FILES, **texts}.items():
        (source / name).write_text(text, "utf-8")
    (source / "book.yaml").write_text(_MANIFEST.format(chapters=", ".join(texts)), "utf-8")
    return Project(folder, environ={})
