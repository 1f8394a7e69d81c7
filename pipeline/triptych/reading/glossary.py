"""Read the glossary file: terms in YAML with definitions in Markdown.

- term: gigawatt
  abbreviation: GW
  definition: A billion watts, about the output of a large power station.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import BeforeValidator, ConfigDict
from ruamel.yaml.comments import CommentedSeq

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.engine.cache import Cache
from triptych.engine.tasks import GLOSSARY, TERMS, Task
from triptych.model.book import GlossaryEntry
from triptych.project import Project, UnsafePathError
from triptych.reading.bibliography import Bibliography
from triptych.reading.locator import Locator
from triptych.reading.pandoc import Json, TextGroup
from triptych.reading.syntax.divs import make_block_reader, make_inline_reader
from triptych.settings.manifest import Manifest
from triptych.settings.validation_errors import (
    describe_invalid_value,
    drop_misspelt_key_errors,
    explain_invalid_value,
)
from triptych.settings.values import MAX_TEXT, Line, ReadingLimits, SourcePositions
from triptych.text_problems import explain_encoding_error
from triptych.yaml_text import MalformedYamlError, load_yaml, locate_value, to_plain_values


def _to_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) else value


_MAX_TERMS = 3_000  # terms, which fill about 80 pages


class GlossaryFileEntry(pydantic.BaseModel):
    """An entry in a glossary file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=MAX_TEXT)

    term: Annotated[Line, BeforeValidator(_to_text)]
    """Term, as the glossary lists it. Example: `gigawatt`."""
    definition: str
    """Definition, in Markdown. Example: `A billion watts.`."""
    abbreviation: Line = ""
    """Abbreviation that can be used in the text. Example: `GW`."""
    plural: Line = ""
    """Plural that can be used in the text. Default: the term with -s or -es. Example: `gigawatts`."""
    key: Line = ""
    """Alternative name for references to the term. Example: `gw`."""
    sort: str = ""
    """Text used to sort the term. Default: the term. Example: `gigawatt`."""


@dataclass(frozen=True, slots=True)
class GlossaryFile:
    """The entries of a glossary file with their positions. Definitions are in Markdown."""

    path: str = ""
    text: str = ""
    entries: tuple[tuple[GlossaryFileEntry, Span], ...] = ()

    @property
    def definitions(self) -> list[str]:
        """Return the Markdown definition of each entry."""
        return [entry.definition for entry, _ in self.entries]


def read_glossary(
    project: Project, manifest: Manifest, positions: SourcePositions, cache: Cache
) -> tuple[GlossaryFile, list[Diagnostic]]:
    """Read the glossary file named in the manifest. Report GLO002 for mistakes in the file."""
    if not manifest.glossary:
        return GlossaryFile(), []
    span = positions.find(("glossary",))
    try:
        path = project.locate_file(manifest.glossary)
        if path is None:
            files = [name for name in project.list_source_files() if name.endswith((".yaml", ".yml"))]
            hint = (
                did_you_mean(manifest.glossary, files)
                or "check the path; it is relative to the folder that contains `book.yaml`"
            )
            reason = project.describe_missing_file(manifest.glossary)
            message = f'glossary file "{manifest.glossary}" {reason}'
            return GlossaryFile(), [_report_mistake(message, span, hint)]
        text = project.read_text(path)
    except UnsafePathError as error:
        return GlossaryFile(), [_report_mistake(str(error), span)]
    except UnicodeDecodeError as error:
        return GlossaryFile(), [explain_encoding_error(error, path or "").to_diagnostic(path or "", "GLO002")]
    task = Task.for_step(TERMS, path, path=path, text=text)
    result: tuple[GlossaryFile, list[Diagnostic]] = cache.get_or_make(
        task, lambda: _parse_file(path, text), tuple[GlossaryFile, list[Diagnostic]]
    )
    return result


def _parse_file(path: str, text: str) -> tuple[GlossaryFile, list[Diagnostic]]:
    try:
        tree = load_yaml(text)
    except MalformedYamlError as error:
        span = Span(path=path, line=error.line, column=error.column)
        return GlossaryFile(), [_report_mistake(error.message, span, error.hint)]
    if not isinstance(tree, CommentedSeq):
        hint = "start each entry with `- term: …`"
        return GlossaryFile(), [
            _report_mistake("the glossary is not a list of entries", Span(path=path), hint)
        ]
    if len(tree) > _MAX_TERMS:
        line, column = locate_value(tree, (_MAX_TERMS,))
        span = Span(path=path, line=line, column=column)
        return GlossaryFile(), [
            _report_mistake(f"the glossary has {len(tree):,} entries; the limit is {_MAX_TERMS:,}", span)
        ]
    findings: list[Diagnostic] = []
    values = to_plain_values(tree)
    entries = [
        entry
        for index in range(len(tree))
        if (entry := _parse_entry(path, tree, values[index], index, findings))
    ]
    return GlossaryFile(path, text, tuple(entries)), findings


def _report_mistake(message: str, span: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="GLO002", span=span, message=message, hint=hint)


def _parse_entry(
    path: str, tree: CommentedSeq, values: Any, index: int, findings: list[Diagnostic]
) -> tuple[GlossaryFileEntry, Span] | None:
    line, column = locate_value(tree, (index,))
    span = Span(path=path, line=line, column=column)
    try:
        return GlossaryFileEntry.model_validate(values), span
    except pydantic.ValidationError as error:
        for problem in drop_misspelt_key_errors(error.errors(include_url=False)):
            key = str(problem["loc"][0]) if problem["loc"] else ""
            line, column = locate_value(tree, (index, key), of_key=True)
            place, hint = Span(path=path, line=line, column=column), None
            match problem["type"]:
                case "extra_forbidden":
                    message = f'unknown glossary key "{key}"'
                    hint = (
                        did_you_mean(key, GlossaryFileEntry.model_fields)
                        or f"use one of the keys {', '.join(GlossaryFileEntry.model_fields)}"
                    )
                case "missing":
                    message, hint = f'a glossary entry has no "{key}"', f"add `{key}: …` to the entry"
                case _ if key:
                    reason, hint = explain_invalid_value(problem)
                    message = f"glossary key {describe_invalid_value(key, reason)}"
                case _:
                    message, hint = (
                        "a glossary entry is not a mapping",
                        "write `- term: …` and `definition: …`",
                    )
            findings.append(Diagnostic(code="GLO002", span=place, message=message, hint=hint))
    return None


def read_glossary_entries(
    glossary: GlossaryFile, texts: TextGroup, bibliography: Bibliography, cache: Cache, limits: ReadingLimits
) -> tuple[tuple[GlossaryEntry, ...], list[Diagnostic]]:
    """Return the glossary entries with their definitions as blocks.

    ``texts`` has the parsed definitions, named by the index of their entry.
    """
    task = Task.for_step(
        GLOSSARY,
        glossary.path,
        path=glossary.path,
        text=glossary.text,
        citations=json.dumps(texts.citations),
        filters=texts.filters.to_json(),
        bibliography=bibliography.key_digest,
        pieces=str(limits.section_elements),
    )
    result: tuple[tuple[GlossaryEntry, ...], list[Diagnostic]] = cache.get_or_make(
        task,
        lambda: _convert_entries(glossary, texts.read_trees(cache, limits), bibliography, limits),
        tuple[tuple[GlossaryEntry, ...], list[Diagnostic]],
    )
    return result


def _convert_entries(
    glossary: GlossaryFile, trees: Mapping[str, Json], bibliography: Bibliography, limits: ReadingLimits
) -> tuple[tuple[GlossaryEntry, ...], list[Diagnostic]]:
    findings: list[Diagnostic] = []
    locator = Locator(glossary.path, glossary.text)
    reader = make_block_reader(make_inline_reader(locator, bibliography, findings, limits.section_elements))
    entries = tuple(
        GlossaryEntry(
            term=entry.term,
            definition=reader.read(trees[str(place)]["c"] if str(place) in trees else []),
            abbreviation=entry.abbreviation,
            plural=entry.plural,
            key=entry.key,
            sort_key=entry.sort,
            span=span,
        )
        for place, (entry, span) in enumerate(glossary.entries)
    )
    return entries, findings
